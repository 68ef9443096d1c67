"""The cover: an SVG from a template, drawn to pixels with the book's own fonts. The home of resvg."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import resvg_py
from lxml import etree

from press.drawings import read_drawing
from press.model import Book
from press.store import Store, digest
from press.writers.fonts import book_fonts
from press.writers.xhtml.templates import Templates

WIDTH, HEIGHT = 1600, 2560
_TITLE_SIZES = (200, 165, 130, 105, 85, 64, 48, 36)
_SUBTITLE_SIZES = (72, 60, 50, 42, 34)
_AUTHORS_SIZES = (52, 44, 36, 28)
_TITLE_WIDTH, _SUBTITLE_WIDTH, _AUTHORS_WIDTH = 2600, 2500, 2700
"""How many characters of one pixel fit on a line: at 200 pixels 13 of the title."""


@dataclass(frozen=True, slots=True)
class _Lettering:
    """Words of the cover, as large as their place allows."""

    lines: tuple[str, ...]
    size: int


def cover_picture(book: Book, templates: Templates, store: Store) -> bytes:
    """The cover as PNG, 1600 x 2560 pixels, the same bytes for the same book."""
    drawing = _drawing(book)
    authors = ", ".join(person.name for person in book.settings.authors)
    svg = str(
        templates.render(
            "epub/cover.svg",
            figures_css=templates.source("figures.css"),
            title=_fitted(book.settings.title, _TITLE_SIZES, _TITLE_WIDTH, 400 if drawing else 1000),
            subtitle=_fitted(book.settings.subtitle or "", _SUBTITLE_SIZES, _SUBTITLE_WIDTH, 150 if drawing else 300),
            authors=_fitted(authors, _AUTHORS_SIZES, _AUTHORS_WIDTH, 52),
            drawing=drawing,
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


def _fitted(text: str, sizes: Iterable[int], width: int, height: int) -> _Lettering:
    """A text in the first size at which its lines fit the place, or in the last one."""
    for size in sizes:
        made = _Lettering(tuple(_lines(text, width // size)), size)
        longest = max((len(line) for line in made.lines), default=0)
        if longest * size <= width and len(made.lines) * size <= height:
            break
    return made


def _lines(text: str, width: int) -> list[str]:
    """A text in lines of at most `width` characters, but for longer words."""
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
    found = []
    for spot in (chapter.metadata.spot for chapter in book.series):
        places = {spot.view: (spot.x, spot.y)} | spot.elsewhere if spot else {}
        if place := next((places[view] for view in (first, "back") if view in places), None):
            found.append(place)
    return found
