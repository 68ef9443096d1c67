"""Stage 4: what is checked on written editions before they take the place of the old ones. The entry is `prove`."""

from __future__ import annotations

from collections.abc import Mapping

from press.diagnostics import Report
from press.editions import TEXTLESS, Finished
from press.model import Book
from press.proof.links import check_epub_links, check_web_links
from press.proof.text import compare, compare_pdf, edition_blocks, epub_reader, pdf_pages, web_reader
from press.sampling import sample_of


def prove(book: Book, finished: Mapping[str, Finished], report: Report) -> None:
    """Check the links of editions, and that all hold the same words."""
    paths = {name: made.path for name, made in finished.items()}
    blocks = {}
    if "epub" in paths:
        check_epub_links(paths["epub"], report)
        blocks["epub"] = edition_blocks(book, epub_reader(paths["epub"]))
    if "web" in paths:
        check_web_links(paths["web"], {made.file for made in finished.values()}, report)
        blocks["web"] = edition_blocks(book, web_reader(paths["web"]))
    if len(blocks) == 2:
        compare("epub", blocks["web"], blocks["epub"], report)
    for name in paths if blocks else ():
        if paths[name].suffix == ".pdf" and name not in ("sample", *TEXTLESS):
            compare_pdf(name, next(iter(blocks.values())), pdf_pages(paths[name]), book, report)
    if "epub-sample" in paths and (sample := sample_of(book)):
        check_epub_links(paths["epub-sample"], report)
        found = edition_blocks(sample, epub_reader(paths["epub-sample"]))
        if "sample" in paths:
            compare_pdf("sample", found, pdf_pages(paths["sample"]), sample, report)
        for whole in list(blocks.values())[:1]:
            free = {chapter.slug for chapter in sample.chapters}
            compare("epub-sample", {slug: whole[slug] for slug in free}, {slug: found[slug] for slug in free}, report)
