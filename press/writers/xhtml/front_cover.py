"""The front cover, the same on e-books and on paper: lettering as large as its place allows, the body, its spots.

The template `parts/front-cover.svg` draws it on 1600 x 2560 units; `front_cover` gives what it draws.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from press.drawings import read_drawing
from press.model import Book

_TITLE_SIZES = (200, 165, 130, 105, 85, 64, 48, 36)
_SUBTITLE_SIZES = (72, 60, 50, 42, 34)
_AUTHORS_SIZES = (52, 44, 36, 28)
_TITLE_WIDTH, _SUBTITLE_WIDTH, _AUTHORS_WIDTH = 2600, 2500, 2700
"""How many characters of one unit fit on a line: at 200 units 13 of the title."""


@dataclass(frozen=True, slots=True)
class Lettering:
    """Words of a cover, as large as their place allows."""

    lines: tuple[str, ...]
    size: int
    fits: bool
    """False when they are too many even at the smallest size."""


@dataclass(frozen=True, slots=True)
class FrontCover:
    """What stands on the front."""

    title: Lettering
    subtitle: Lettering
    authors: Lettering
    drawing: str
    """The shapes of the first view, without their frame; nothing for a book that has none."""
    spots: tuple[tuple[float, float], ...]
    """Where the discs stand, as shares of the drawing."""


def front_cover(book: Book) -> FrontCover:
    """The front cover of a book."""
    settings, drawing = book.settings, _drawing(book)
    return FrontCover(
        title=fitted(settings.title, _TITLE_SIZES, _TITLE_WIDTH, 400 if drawing else 1000),
        subtitle=fitted(settings.subtitle or "", _SUBTITLE_SIZES, _SUBTITLE_WIDTH, 150 if drawing else 300),
        authors=fitted(author_names(book), _AUTHORS_SIZES, _AUTHORS_WIDTH, 52),
        drawing=drawing,
        spots=tuple(_spots(book)),
    )


def author_names(book: Book) -> str:
    """The authors in one line."""
    return ", ".join(person.name for person in book.settings.authors)


def fitted(text: str, sizes: Iterable[int], width: float, height: float) -> Lettering:
    """A text in the first size at which its lines fit the place, or in the last one.

    `width` is how many characters of size 1 fit on a line, `height` how many lines of size 1 fit under each other.
    """
    for size in sizes:
        lines = tuple(_lines(text, int(width // size)))
        longest = max((len(line) for line in lines), default=0)
        made = Lettering(lines, size, longest * size <= width and len(lines) * size <= height)
        if made.fits:
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
    view = _first_view(book)
    if not view or not book.settings.series:
        return ""
    root = read_drawing((book.manuscript / book.settings.series.views[view].file).read_bytes())
    return "".join(etree.tostring(shape, encoding="unicode") for shape in root)


def _spots(book: Book) -> Iterable[tuple[float, float]]:
    """Every spot that has a place on a whole body."""
    first = _first_view(book)
    for spot in (chapter.metadata.spot for chapter in book.series):
        places = {spot.view: (spot.x, spot.y)} | spot.elsewhere if spot else {}
        if place := next((places[view] for view in (first, "back") if view in places), None):
            yield place
