"""The front cover, the same on e-books and on paper: lettering as large as its place allows, the body, its spots.

The template `parts/front-cover.svg` draws it on 1600 x 2560 units; `front_cover` gives what it draws.
"""

from __future__ import annotations

import itertools
import math
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from lxml import etree
from markupsafe import Markup

from press.drawings import SPOT_RINGS, Box, drawing_box, mark_spot, prefix_ids, read_drawing
from press.metadata import SpotPlace, View
from press.model import Book

_TITLE_SIZES = (200, 165, 130, 105, 85, 64, 48, 36)
_SUBTITLE_SIZES = (72, 60, 50, 42, 34)
_AUTHORS_SIZES = (52, 44, 36, 28)
_TITLE_WIDTH, _SUBTITLE_WIDTH, _AUTHORS_WIDTH = 2600, 2500, 2700
"""How many characters of one unit fit on a line: at 200 units 13 of the title."""
_BODIES = 2
"""How many views there is room for: of most books, the front and the back of the body."""
_PLACE = Box(100, 800, 1500, 2360)
"""Where they stand, side by side."""
_LEAST_SPOT, _SPOT = 8.0, 22.0
"""The radius of a disc: the lesser where rings would touch."""
_APART = 2.2 * max(SPOT_RINGS)
"""The least distance of two spots, as a multiple of that."""


@dataclass(frozen=True, slots=True)
class Lettering:
    """Words of a cover, as large as their place allows."""

    lines: tuple[str, ...]
    size: int
    fits: bool
    """False when they are too many even at the smallest size."""


@dataclass(frozen=True, slots=True)
class DrawnBody:
    """A view on the cover, and where it stands there."""

    view: str
    shapes: Markup
    """Its drawing and the spots on it, without their frame, in the drawing's own units."""
    left: float
    top: float
    scale: float


@dataclass(frozen=True, slots=True)
class FrontCover:
    """What stands on the front."""

    title: Lettering
    subtitle: Lettering
    authors: Lettering
    bodies: tuple[DrawnBody, ...]
    """From left to right; none in a book that has no views."""


def front_cover(book: Book) -> FrontCover:
    """The front cover of a book."""
    settings, bodies = book.settings, tuple(_bodies(book))
    return FrontCover(
        title=fitted(settings.title, _TITLE_SIZES, _TITLE_WIDTH, 400 if bodies else 1000),
        subtitle=fitted(settings.subtitle or "", _SUBTITLE_SIZES, _SUBTITLE_WIDTH, 150 if bodies else 300),
        authors=fitted(author_names(book), _AUTHORS_SIZES, _AUTHORS_WIDTH, 52),
        bodies=bodies,
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


def _bodies(book: Book) -> Iterable[DrawnBody]:
    """The views that are drawn, as large as they fit beside each other, with their spots."""
    views: Mapping[str, View] = book.settings.series.views if book.settings.series else {}
    spots = [chapter.metadata.spot for chapter in book.series if chapter.metadata.spot]
    drawings = {view: read_drawing((book.manuscript / views[view].file).read_bytes()) for view in _shown(views, spots)}
    boxes = {view: drawing_box(drawing) for view, drawing in drawings.items()}
    breadth = sum(box.width / box.height for box in boxes.values())
    height = min(_PLACE.height, _PLACE.width / breadth) if boxes else 0
    left = (_PLACE.left + _PLACE.right - height * breadth) / 2
    top = (_PLACE.top + _PLACE.bottom - height) / 2
    marks = {view: [spot for spot in spots if _view_of(spot, drawings) == view] for view in drawings}
    nearest = min((_nearest(marks[view], view, box) * height / box.height for view, box in boxes.items()), default=0)
    for view, drawing in drawings.items():
        box, scale = boxes[view], height / boxes[view].height
        prefix_ids(drawing, f"cover-{view}")
        for spot in marks[view]:
            radius = max(_LEAST_SPOT, min(_SPOT, nearest / _APART)) / scale
            mark_spot(drawing, _place(spot, view, box), radius, is_hidden=spot.view != view)
        shapes = Markup("".join(etree.tostring(shape, encoding="unicode") for shape in drawing))
        yield DrawnBody(view, shapes, left - box.left * scale, top - box.top * scale, scale)
        left += box.width * scale


def _shown(views: Iterable[str], spots: Iterable[SpotPlace]) -> list[str]:
    """The views on which most spots lie, in the book's order; the first one where there are no spots."""
    counts = Counter(spot.view for spot in spots)
    order = list(views)
    used = sorted((view for view in order if counts[view]), key=lambda view: -counts[view])
    return sorted(used[:_BODIES] or order[:1], key=order.index)


def _view_of(spot: SpotPlace, shown: Iterable[str]) -> str | None:
    """The view that a spot is drawn on: the one it lies on, or else another on which it has a place."""
    return next((view for view in (spot.view, *spot.elsewhere) if view in shown), None)


def _place(spot: SpotPlace, view: str, box: Box) -> tuple[float, float]:
    """Where a spot is on a view, in the drawing's own units."""
    x, y = (spot.x, spot.y) if spot.view == view else spot.elsewhere[view]
    return box.left + x * box.width, box.top + y * box.height


def _nearest(spots: Iterable[SpotPlace], view: str, box: Box) -> float:
    """The distance of the two spots of a view that are nearest to each other; its width if there are no two."""
    pairs = itertools.combinations([_place(spot, view, box) for spot in spots], 2)
    return min((math.dist(*pair) for pair in pairs), default=box.width)
