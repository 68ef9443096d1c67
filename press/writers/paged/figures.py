"""Figures that would leave a hole at the foot of a page drop in a little later, as in books set by hand.

It happens while pages are made (`paging.py`): where a figure stands at the head of a page because the page before had
no room, so much of the text after it goes before it as fills that room, and both pages are made again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from press.writers.paged.rooms import in_flow, line_height, notes, room

_HOLE = 57.0
"""CSS pixels of empty space that are too much: three lines."""
_FAR = 1.5
"""Pages of text that a figure may pass in all."""
_HEADINGS_PASSED = 1
_ATTEMPTS = 5
"""So often may one figure move."""
_PASSED = ("p", "ul", "ol", "dl", "aside", "div", "blockquote")
_UNBROKEN = ("aside", "div")
_HEADINGS = ("h2", "h3", "h4")


@dataclass(slots=True)
class Journey:
    """How far a figure has moved, and how far it still may."""

    space: float
    """CSS pixels of text."""
    headings: int = _HEADINGS_PASSED
    attempts: int = _ATTEMPTS


@dataclass(frozen=True, slots=True)
class _Move:
    """The last move, which is taken back if it leaves a larger hole than there was."""

    element: Any
    page: int
    """The number, from 0, of the page with the hole."""
    hole: float
    children: Sequence[tuple[Any, list[Any]]]
    """Boxes and what was in them before."""
    headings: int
    passed: float


class Drops:
    """The figures of a layout that move."""

    def __init__(self, root: Any) -> None:
        self._root = root
        self._journeys: dict[Any, Journey] = {}
        self._last: _Move | None = None

    def move(self, made: Sequence[Any]) -> int | None:
        """Move a figure that strands at the head of the last page; the first page to be made again, if there is one."""
        before, page = made[-2:]
        figure, heading = _stranded(page)
        if figure is None or (hole := room(before) - heading) <= _HOLE:
            return None
        journey = self._journeys.setdefault(figure.element, Journey(_FAR * page.height))
        journey.attempts -= 1
        last, self._last = self._last, None
        if last and last.element is figure.element and hole >= last.hole:
            for box, children in last.children:
                box.children = children
            journey.headings, journey.space = last.headings, last.passed - 1
            return last.page
        path = _path(self._root, figure.element)
        if journey.attempts < 0 or not path:
            return None
        pace = _pace(before)
        spare = page.height - figure.margin_height() - sum(area.margin_height() for area in notes(page))

        def height(box: Any) -> float:
            return _letters(box) * pace + line_height(page) / 2

        headings, space = journey.headings, journey.space
        children = [(box, box.children) for box in _sections(self._root)]
        if not move_down(path, hole, spare, height, journey):
            return None
        self._last = _Move(figure.element, len(made) - 2, hole, children, headings, space - journey.space)
        return len(made) - 2


def _stranded(page: Any) -> tuple[Any | None, float]:
    """The figure at the head of a page, and the height of the heading above it, if it has one there."""
    for box in _first_boxes(page.children[0]):
        if box.element_tag == "figure":
            return box, 0
        above, below = [*in_flow(box)[:2], None, None][:2]
        if below is not None and above.element_tag in _HEADINGS and below.element_tag == "figure":
            return below, float(above.margin_height())
    return None, 0


def _sections(box: Any) -> Iterator[Any]:
    """The boxes in which blocks stand that may be moved."""
    if box.element_tag in ("html", "body", "main", "article", "section", "div"):
        yield box
        for child in box.children:
            yield from _sections(child)


def _pace(page: Any) -> float:
    """The height that a letter takes, as the lines of a page show it."""
    lines = [box for box in page.children[0].descendants() if type(box).__name__ == "LineBox"]
    return float(sum(line.height for line in lines) / max(1, sum(map(_letters, lines))))


def _letters(box: Any) -> int:
    return sum(len(getattr(inner, "text", "")) for inner in box.descendants())


def move_down(path: list[Any], space: float, spare: float, height: Callable[[Any], float], journey: Journey) -> bool:
    """Move the last box of a path from the root behind as many of the blocks that follow it as fill a space, or fewer.

    What does not go into that space has room above the figure on its own page, if it is not more than `spare`.
    It does not leave the place after a paragraph that announces what comes next, and passes the heading of the next
    section only together with a block of it. It passes no other figure and no table, and a box only if that fits. A
    figure that has a note stays before blocks that have some: notes come in the order of their numbers. Gives whether
    it moved.
    """
    parent, box = path[-2:]
    place = None
    noted = _has_note(box.element)
    passed, headings = 0.0, 0
    for inside, at in _following(path):
        block = inside.children[at]
        if passed >= space or not _can_be_passed(block) or (noted and _has_note(block.element)):
            break
        headings += block.element_tag == "h2"
        passed += height(block)
        most = space if block.element_tag in _UNBROKEN else space + spare
        fits = passed <= min(most, journey.space)
        if headings > journey.headings or not fits:
            break
        if block.element_tag not in _HEADINGS and not _announces(block.element):
            place = inside, at + 1, passed, headings
    if place is None:
        return False
    into, at, passed, headings = place
    journey.space -= passed
    journey.headings -= headings
    parent.children = [child for child in parent.children if child is not box]
    children = list(into.children)
    children.insert(at - (into is parent), box)
    into.children = children
    return True


def _following(path: list[Any]) -> Iterator[tuple[Any, int]]:
    """The blocks after the last box of a path: its siblings, and what is in the sections after its own."""
    for above, box in zip(path[-2::-1], path[:0:-1], strict=True):
        for at in range(above.children.index(box) + 1, len(above.children)):
            yield from _blocks(above, at)
        if above.element_tag != "section":
            return


def _blocks(parent: Any, at: int) -> Iterator[tuple[Any, int]]:
    box = parent.children[at]
    if box.element_tag != "section":
        yield parent, at
        return
    for inner in range(len(box.children)):
        yield from _blocks(box, inner)


def _can_be_passed(box: Any) -> bool:
    figures = {"figure", "table"}
    return box.element_tag in _HEADINGS or (
        box.element_tag in _PASSED and not any(inner.tag in figures for inner in box.element.iter())
    )


def _has_note(element: Any) -> bool:
    return any("footnote" in (inner.get("class") or "").split() for inner in element.iter())


def _announces(paragraph: Any) -> bool:
    """Whether a paragraph ends with a colon."""
    end = paragraph[-1].tail if len(paragraph) else paragraph.text
    return paragraph.tag == "p" and (end or "").rstrip().endswith(":")


def _path(box: Any, element: Any) -> list[Any]:
    """The boxes from one down to that of an element."""
    if box.element is element and box.element_tag == "figure":
        return [box]
    for child in getattr(box, "children", ()):
        if below := _path(child, element):
            return [box, *below]
    return []


def _first_boxes(box: Any) -> list[Any]:
    """A box, its first child, that one's first child, and so on."""
    chain = [box]
    while children := in_flow(chain[-1]):
        chain.append(children[0])
    return chain
