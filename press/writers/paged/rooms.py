"""How far a page that is laid out is filled, in CSS pixels."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any


def in_flow(box: Any) -> list[Any]:
    """The boxes in another one that take up room in it."""
    return [child for child in getattr(box, "children", ()) if child.is_in_normal_flow()]


def room(page: Any) -> float:
    """The empty space between the last line of a page and its notes or its foot."""
    bottom = page.content_box_y() + page.height
    foot = sum(area.margin_height() for area in notes(page))
    return float(bottom - foot - max(_bottoms(page.children[0]), default=bottom))


def notes(page: Any) -> list[Any]:
    """The area of the notes of a page, if it has any."""
    return [area for area in page.children if type(area).__name__ == "FootnoteAreaBox" and area.children]


def text_end(box: Any) -> float:
    """Where the last line in a box ends."""
    return float(max(_bottoms(box)))


def filled(page: Any) -> float:
    """The height of what stands on a page above its notes."""
    top = page.content_box_y()
    return float(max(_bottoms(page.children[0]), default=top) - top)


def line_height(page: Any) -> float:
    """The height of a line of running text."""
    return float(page.children[0].style["line_height"].value)


def _bottoms(box: Any) -> Iterator[float]:
    children = in_flow(box)
    if type(box).__name__ == "LineBox" or not children:
        yield box.position_y + box.margin_height()
    for child in children:
        yield from _bottoms(child)
