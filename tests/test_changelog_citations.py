"""Entries of changelogs cite as the text does: wherever they stand, the citation is in the book's style and lands."""

from __future__ import annotations

import re
import shutil
import zipfile
from pathlib import Path

import pytest
from conftest import SKELETON, MakeBook, run_build
from lxml import etree, html

from press.proof.text import pdf_pages

SETTINGS = (SKELETON / "manuscript" / "book.yaml").read_text("utf-8")
BIBLIOGRAPHY = """
@book{adams1900first, author = {Adams, Ada}, title = {A First Book}, publisher = {Press}, address = {Here}, year = 1900}
@book{baker1901only, author = {Baker, Bo}, title = {Only Logged}, publisher = {Press}, address = {Here}, year = 1901}
"""
CHAPTER = """---
title: The First Chapter
free: true
changelog:
  - {date: 2026-01-01, kind: evidence, text: "Read *again* [@baker1901only, p. 3]."}
  - {date: 2025-01-01, kind: publication, text: First published.}
---

It cites [@adams1900first].
"""
ENTRIES = {
    "numbered": "Read again [2, p. 3].",
    "author-date": "Read again (Baker 1901, p. 3).",
    "note": "Read again (B. Baker, Only Logged, Here: Press, 1901, p. 3).",
}
OWN = {
    "numbered": "Begun anew [1].",
    "author-date": "Begun anew (Adams 1900).",
    "note": "Begun anew (Adams, A First Book).",
}


@pytest.fixture(scope="module", params=ENTRIES)
def output(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[str, Path]:
    """A book in a citation style, and its editions."""
    style = request.param
    root = tmp_path_factory.mktemp("logged") / "book"
    shutil.copytree(SKELETON, root)
    own = '\nchangelog:\n  - {date: 2026-01-01, kind: publication, text: "Begun anew [@adams1900first]."}\n'
    settings = SETTINGS.replace("[references, index, colophon]", "[references, whats-new]")
    (root / "manuscript" / "book.yaml").write_text(f"{settings}\ncitations: {{style: {style}}}{own}")
    (root / "manuscript" / "01-first-chapter.md").write_text(CHAPTER)
    (root / "bibliography.bib").write_text(BIBLIOGRAPHY)
    editions = [option for name in ("web", "epub", "screen", "sample") for option in ("--edition", name)]
    done = run_build("build", "--strict", "--book", str(root), *editions)
    assert done.returncode == 0, done.stderr
    return style, root / "output"


def words(text: str) -> str:
    """A text with plain spaces."""
    return " ".join(text.split())


def test_every_edition_has_the_citation(output: tuple[str, Path]) -> None:
    """At the chapter's end and in What's New; the sample too."""
    style, folder = output
    pages = [html.parse(folder / "html" / name).getroot() for name in ("first-chapter.html", "part-whats-new.html")]
    texts = [words(page.text_content()) for page in pages]
    with zipfile.ZipFile(folder / "new-book.epub") as archive:
        names = [name for name in archive.namelist() if name.endswith("part-whats-new.xhtml")]
        texts += [words("".join(map(str, etree.fromstring(archive.read(name)).itertext()))) for name in names]
    for file in ("new-book.pdf", "new-book-sample.pdf"):
        texts.append(words(" ".join(pdf_pages(folder / file))))
    assert len(texts) == 5
    for text in texts:
        assert ENTRIES[style] in text
    assert OWN[style] in texts[1]


def test_citations_lead_to_their_references(output: tuple[str, Path]) -> None:
    """From each page that has the entry; a work that only a changelog cites comes after those of the text."""
    style, folder = output
    if style == "note":
        return
    references = html.parse(folder / "html" / "part-references.html").getroot()
    targets = [
        link.get("href")
        for name in ("first-chapter.html", "part-whats-new.html")
        for link in html.parse(folder / "html" / name).getroot().iter("a")
        if "Baker" in link.text_content() or link.text_content().startswith("2")
    ]
    assert len(targets) >= 2
    for target in targets:
        page, _, identifier = target.partition("#")
        assert page == "part-references.html"
        assert "Only Logged" in references.get_element_by_id(identifier).text_content()
    listed = words(references.text_content())
    assert listed.index("A First Book") < listed.index("Only Logged")


def test_the_feed_has_the_words(output: tuple[str, Path]) -> None:
    """Feed readers get plain text."""
    style, folder = output
    feed = etree.parse(folder / "html" / "feed.xml")
    contents = [entry.text for entry in feed.iter("{http://www.w3.org/2005/Atom}content")]
    assert ENTRIES[style] in contents


def test_lists_after_chapters(small_book: MakeBook) -> None:
    """The entry's citation leads to the chapter's own list, from What's New too."""
    root = small_book({"manuscript/01-first-chapter.md": CHAPTER, "bibliography.bib": BIBLIOGRAPHY})
    settings = SETTINGS.replace("[references, index, colophon]", "[whats-new]")
    (root / "manuscript" / "book.yaml").write_text(f"{settings}\ncitations: {{lists: chapter}}\n")
    done = run_build("build", "--strict", "--book", str(root), "--edition", "web")
    assert done.returncode == 0, done.stderr
    news = (root / "output" / "html" / "part-whats-new.html").read_text("utf-8")
    (target,) = re.findall(r'href="(first-chapter\.html#first-chapter-ref-baker1901only)"', news)
    assert f'id="{target.partition("#")[2]}"' in (root / "output" / "html" / "first-chapter.html").read_text("utf-8")
