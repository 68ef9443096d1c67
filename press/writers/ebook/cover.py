"""The cover: an SVG from a template, drawn to pixels with the book's own fonts. The home of resvg."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import resvg_py
from lxml import etree

from press.drawings import read_drawing
from press.model import Book
from press.store import Store, digest
from press.writers.fonts import book_fonts
from press.writers.xhtml.templates import Templates

WIDTH, HEIGHT = 1600, 2560
_TITLE_WIDTH = 13
"""Characters of the title that go on one line."""


def cover_picture(book: Book, templates: Templates, store: Store) -> bytes:
    """The cover as PNG, 1600 x 2560 pixels, the same bytes for the same book."""
    svg = str(
        templates.render(
            "epub/cover.svg",
            figures_css=templates.source("figures.css"),
            title=_lines(book.settings.title, _TITLE_WIDTH),
            subtitle=_lines(book.settings.subtitle or "", 34),
            authors=", ".join(person.name for person in book.settings.authors),
            drawing=_drawing(book),
            spots=_spots(book),
        )
    )
    key = "cover-" + digest(svg, resvg_py.__version__)
    made = store.get(key)
    if made is None:
        made = _pixels(svg, store)
        store.put(key, made)
    return made


def _pixels(svg: str, store: Store) -> bytes:
    """Draw, with fonts from a folder, since resvg reads no others."""
    letters = set(re.sub(r"<[^>]*>", "", svg))
    with tempfile.TemporaryDirectory() as folder:
        for font in book_fonts(letters, "ttf", store):
            Path(folder, font.file).write_bytes(font.data)
        made = resvg_py.svg_to_bytes(
            svg_string=svg, width=WIDTH, height=HEIGHT, font_dirs=[folder], skip_system_fonts=True
        )
    return bytes(made)


def _lines(text: str, width: int) -> list[str]:
    """A text in lines of about `width` characters."""
    lines: list[str] = []
    for word in text.split():
        if lines and len(lines[-1]) + len(word) < width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


def _first_view(book: Book) -> str:
    series = book.settings.series
    return next(iter(series.views), "") if series else ""


def _drawing(book: Book) -> str:
    """The shapes of the first view, without their frame; nothing for a book that has none."""
    view = _first_view(book)
    if not view or not book.settings.series:
        return ""
    root = read_drawing((book.manuscript / book.settings.series.views[view].file).read_bytes())
    return "".join(etree.tostring(shape, encoding="unicode") for shape in root)


def _spots(book: Book) -> list[tuple[float, float]]:
    """Where the cover's discs stand, as shares of the drawing: every spot that has a place on a whole body."""
    first = _first_view(book)
    whole = {first, "back"}
    spots = [chapter.metadata.spot for chapter in book.series]
    return [(spot.x, spot.y) for spot in spots if spot and spot.view in whole]
