"""Pictures made of pixels have to have enough of them for the size they are printed at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from press.diagnostics import Position, Report
from press.model import Book, output_id
from press.nodes import Div, Image
from press.photographs import photograph_size
from press.store import digest
from press.tree import elements
from press.tree_classes import has_class

_LEAST = 300
"""Pixels an inch, below which print shops send pictures back."""
_CSS_PIXELS = 96
"""CSS pixels an inch."""


def report_low_resolution(book: Book, documents: Iterable[Any], report: Report) -> None:
    """Report every picture that is laid out so large that its pixels show. Drawings have none."""
    widths: dict[str, float] = {}
    for document in documents:
        for name, width in _printed(document):
            widths[name] = max(width, widths.get(name, 0))
    for place, image in _pictures(book):
        data = (book.manuscript / image.url).read_bytes()
        printed = next((width for name, width in widths.items() if digest(data)[:16] in name), None)
        if printed is None:
            continue
        pixels, _ = photograph_size(data)
        if pixels < (_LEAST - 0.5) * printed:
            message = f'"{image.url}" is printed {printed:.1f} inches wide, with {pixels / printed:.0f} pixels an inch'
            hint = f"print shops want {_LEAST}: here a picture {_LEAST * printed:.0f} pixels wide, or a drawing"
            report.add("low-resolution", place, message, hint)


def _pictures(book: Book) -> Iterator[tuple[Position, Image]]:
    """The pictures of the text, with the places of their figures, or else the heads of their files."""
    places = {output_id(name): anchor.position for name, anchor in book.anchors.items()}
    for chapter in book.chapters:
        at = Position(chapter.file)
        for element in elements(chapter.tree):
            if isinstance(element, Div) and has_class(element, "figure"):
                at = places.get(element.identifier, at)
            elif isinstance(element, Image):
                yield at, element


def _printed(document: Any) -> Iterator[tuple[str, float]]:
    """The raster pictures of a laid out document, and how many inches wide they are printed."""
    for page in document.pages:
        for box in page._page_box.descendants():
            if box.element_tag == "img" and hasattr(box, "replacement"):
                source = box.element.get("src", "")
                if not source.endswith(".svg"):
                    yield source, box.width / _CSS_PIXELS
