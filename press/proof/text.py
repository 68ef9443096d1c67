"""The same words in every edition: the blocks of text of one edition are looked for in the others.

A block is a paragraph, heading, list item, table cell, note or reference without blocks in it. Left out are what only
some editions have by design: shared text and its pointers, the series list, long descriptions, lettering in figures,
and with the pages of cross references all words such as "page 7".
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable, Iterator, Sequence
from itertools import chain
from pathlib import Path

from lxml import etree, html

from press.diagnostics import Position, Report
from press.letters import letters
from press.model import Book, GeneratedPart

_BLOCKS = frozenset(
    [
        "p",
        "li",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "td",
        "th",
        "dt",
        "dd",
        "caption",
        "figcaption",
        "pre",
        "blockquote",
        "div",
        "section",
        "aside",
        "header",
        "figure",
    ]
)
_SKIPPED_ELEMENTS = frozenset(["svg", "nav", "details", "script", "style", "title", "math"])
_SKIPPED_CLASSES = frozenset(
    [
        "notes-heading",
        "note-repeated",
        "shared",
        "shared-pointer",
        "cited-in",
        "series",
        "series-list",
        "series-map",
        "moved-away",
        "page-of",
        "symptom-pages",
        "footer",
        "pager",
    ]
)
_ALL_NOTES = "part-notes"
"""The page of notes that stand at the end of the book."""
_PAGELESS = ("contents", "list-of-figures", "index", "whats-new")
TextBlock = str


def edition_blocks(book: Book, read: Callable[[str], bytes | None]) -> dict[str, list[TextBlock]]:
    """The blocks of every page of an edition that holds text of its own; `read` gives a page's bytes by its slug.

    A chapter's notes come last, wherever the edition lists them.
    """
    found: dict[str, list[TextBlock]] = {}
    places = _page_numbers(book)
    notes = read(_ALL_NOTES)
    gathered = {} if notes is None else {part.get("data-chapter"): part for part in _parts(notes, "data-chapter")}
    generated = (part for part in book.parts if isinstance(part, GeneratedPart) and part.role not in _PAGELESS)
    for slug in [*(chapter.slug for chapter in book.chapters), *(part.slug for part in generated)]:
        data = read(slug)
        if data is not None:
            found[slug] = list(_page_blocks(data, places))
            if slug in gathered:
                found[slug] += _element_blocks(gathered[slug], places)
    return found


def _page_numbers(book: Book) -> re.Pattern[str]:
    return re.compile(rf"\b{re.escape(book.labels['page'])}\s+\d+\b")


def _page_blocks(data: bytes, places: re.Pattern[str]) -> Iterator[TextBlock]:
    """The blocks of one page, its notes last, as runs of letters and digits."""
    for text in _parts(data, "data-text")[:1]:
        lists = [element for element in text.iter() if element.get("class") == "notes"]
        yield from _element_blocks(text, places, lists)
        for notes in lists:
            yield from _element_blocks(notes, places)


def _parts(data: bytes, mark: str) -> list[etree._Element]:
    """The elements of a page that bear an attribute; the main one bears them all."""
    root = (
        etree.fromstring(data, html.XHTMLParser(recover=False)) if data.startswith(b"<?xml") else html.fromstring(data)
    )
    return [element for element in root.iter() if _local(element) == "main" or element.get(mark) is not None]


def _element_blocks(
    element: etree._Element, places: re.Pattern[str], apart: Sequence[etree._Element] = ()
) -> Iterator[TextBlock]:
    """The blocks of an element, without those of the elements `apart` in it."""
    pieces: list[str] = []

    def flush() -> Iterator[TextBlock]:
        text = letters(places.sub("", "".join(pieces)))
        pieces.clear()
        if text:
            yield text

    def walk(node: etree._Element) -> Iterator[TextBlock]:
        name = _local(node)
        if node in apart or name in _SKIPPED_ELEMENTS or _SKIPPED_CLASSES & set((node.get("class") or "").split()):
            return
        block = name in _BLOCKS
        if block:
            yield from flush()
        pieces.append(node.text or "")
        for child in node:
            if isinstance(child.tag, str):
                yield from walk(child)
            pieces.append(child.tail or "")
        if block:
            yield from flush()

    yield from walk(element)
    yield from flush()


def _local(element: etree._Element) -> str:
    return str(element.tag).rsplit("}", 1)[-1] if isinstance(element.tag, str) else ""


def web_reader(folder: Path) -> Callable[[str], bytes | None]:
    """Reads the pages of a web edition."""

    def read(slug: str) -> bytes | None:
        path = folder / f"{slug}.html"
        return path.read_bytes() if path.is_file() else None

    return read


def epub_reader(file: Path) -> Callable[[str], bytes | None]:
    """Reads the pages of an EPUB."""
    with zipfile.ZipFile(file) as archive:
        pages = {Path(name).stem: archive.read(name) for name in archive.namelist() if name.endswith(".xhtml")}
    return pages.get


def compare(name: str, expected: dict[str, list[TextBlock]], found: dict[str, list[TextBlock]], report: Report) -> None:
    """Report the first place of every page where two editions differ."""
    for slug in {**expected, **found}:
        blocks, other = expected.get(slug, []), found.get(slug, [])
        if blocks == other:
            continue
        number = next(
            (n for n, pair in enumerate(zip(blocks, other, strict=False)) if pair[0] != pair[1]),
            min(len(blocks), len(other)),
        )
        text = (blocks[number] if number < len(blocks) else other[number])[:60]
        report.add("edition-text", Position(f"{name}:{slug}"), f'this edition differs from the others at "{text}"')


def pdf_pages(file: Path) -> list[str]:
    """The letters and digits of each page of a PDF, in the order of its content."""
    import pypdfium2

    document = pypdfium2.PdfDocument(file)
    pages = []
    for page in document:
        text = page.get_textpage()
        pages.append(text.get_text_range())
        text.close()
        page.close()
    document.close()
    return pages


def compare_pdf(
    name: str, expected: dict[str, list[TextBlock]], pages: Sequence[str], book: Book, report: Report
) -> None:
    """Report every block that no page, and no two or three pages in a row, of a PDF hold."""
    places = _page_numbers(book)
    texts = [letters(places.sub("", page)) for page in pages]
    for slug, blocks in expected.items():
        at = 0
        for block in blocks:
            found = _locate(block, texts, at)
            if found is None:
                report.add("edition-text", Position(f"{name}:{slug}"), f'this edition lacks the text "{block[:60]}"')
            elif at == 0 or at <= found <= at + 3:
                at = found


def _locate(block: str, pages: Sequence[str], start: int) -> int | None:
    """The number of the page on which a block begins; it may go on over the next pages."""
    for number in chain(range(start, len(pages)), range(start)):
        if _goes_on(block, pages, number):
            return number
    return None


def _goes_on(block: str, pages: Sequence[str], number: int, depth: int = 0) -> bool:
    if block in pages[number]:
        return True
    if depth == 3 or number + 1 >= len(pages):
        return False
    low, high = 0, len(block) - 1
    while low < high:  # the longest beginning that this page holds
        middle = (low + high + 1) // 2
        low, high = (middle, high) if block[:middle] in pages[number] else (low, middle - 1)
    return low >= 8 and _goes_on(block[low:], pages, number + 1, depth + 1)
