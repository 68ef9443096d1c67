"""Figures that would leave a hole at the foot of a page drop in a few paragraphs later, as in books set by hand.

It happens while pages are made: where a figure stands at the head of a page because the page before had no room, so
many of the paragraphs after it go before it as fill that room, and both pages are made again.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

_HOLE = 57.0
"""CSS pixels of empty space that are too much: three lines."""
_LINE = 19.0
_ATTEMPTS = 5
"""So often may one figure move."""


def pages_without_holes(context: Any, root: Any, html: Any, pages: list[Any]) -> list[Any]:
    """WeasyPrint's `make_all_pages`, which makes the pages before and after a moved figure again."""
    from weasyprint.layout.page import remake_page

    made: list[Any] = []
    notes: list[_Notes] = []
    moves: Counter[Any] = Counter()
    context.rendered_notes = []
    while True:
        number = len(made)
        notes.append(_Notes(context))
        remake = context.page_maker[number][-1]
        reported = None
        if not pages or remake["content_changed"] or remake["pages_wanted"]:
            remake |= {"content_changed": False, "pages_wanted": False, "anchors": [], "content_lookups": []}
            page, resume_at = remake_page(number, context, root, html)
            reported = context.reported_footnotes
        else:
            page, resume_at = pages[number], context.page_maker[number + 1][0]
        made.append(page)
        if number and _drop(root, made[-2], page, moves):
            del made[-2:], context.page_maker[number:]
            notes.pop()
            notes.pop().restore(context)
            pages = []
        elif resume_at is None and not reported:
            del context.page_maker[number + 2 :]
            context.broken_out_of_flow.clear()
            context.reported_footnotes.clear()
            return made


class _Notes:
    """What a layout context knows of notes and other boxes out of the flow, as it is before a page is made."""

    def __init__(self, context: Any) -> None:
        self.lists = {
            name: list(getattr(context, name)) for name in ("footnotes", "reported_footnotes", "rendered_notes")
        }
        self.broken = dict(context.broken_out_of_flow)

    def restore(self, context: Any) -> None:
        for name, before in self.lists.items():
            setattr(context, name, before)
        context.broken_out_of_flow = self.broken


def _drop(root: Any, before: Any, page: Any, moves: Counter[Any]) -> bool:
    """Move a figure that strands at the head of a page; whether there was one that could be moved."""
    chain = _first_boxes(page.children[0])
    figure = next((box for box in chain if box.element_tag == "figure"), None)
    if figure is None or (room := _room(before)) <= _HOLE or moves[figure.element] == _ATTEMPTS:
        return False
    moves[figure.element] += 1
    count = _paragraphs(chain, figure, room)
    path = _path(root, figure.element)
    return bool(count and path and move_down(path, count))


def move_down(path: list[Any], count: int) -> bool:
    """Move the last box of a path from the root behind so many of the paragraphs that follow it, or fewer.

    It does not leave the place after a paragraph that announces what comes next, and passes the heading of the next
    section only together with a paragraph. Gives whether it moved.
    """
    *_, above, parent, box = path
    inside, at = parent, parent.children.index(box) + 1
    place = None
    for _ in range(count):
        if at == len(inside.children) and inside is parent:
            following = above.children[above.children.index(parent) + 1 :][:1]
            if not (following and [child.element_tag for child in following[0].children[:1]] == ["h2"]):
                break
            inside, at = following[0], 1
        if at == len(inside.children) or not _is_plain(inside.children[at]):
            break
        at += 1
        if not _announces(inside.children[at - 1].element):
            place = inside, at
    if place is None:
        return False
    into, at = place
    rest = [child for child in parent.children if child is not box]
    parent.children = rest
    children = list(into.children)
    children.insert(at - (into is parent), box)
    into.children = children
    return True


def _is_plain(box: Any) -> bool:
    return box.element_tag == "p" and not box.element.get("class")


def _announces(paragraph: Any) -> bool:
    """Whether a paragraph ends with a colon."""
    end = paragraph[-1].tail if len(paragraph) else paragraph.text
    return (end or "").rstrip().endswith(":")


def _path(box: Any, element: Any) -> list[Any]:
    """The boxes from one down to that of an element."""
    if box.element is element and box.element_tag == "figure":
        return [box]
    for child in getattr(box, "children", ()):
        if below := _path(child, element):
            return [box, *below]
    return []


def _in_flow(box: Any) -> list[Any]:
    return [child for child in getattr(box, "children", ()) if child.is_in_normal_flow()]


def _first_boxes(box: Any) -> list[Any]:
    """A box, its first child, that one's first child, and so on."""
    chain = [box]
    while children := _in_flow(chain[-1]):
        chain.append(children[0])
    return chain


def _room(page: Any) -> float:
    """The empty space between the last line of a page and its notes or its foot."""
    bottom = page.content_box_y() + page.height
    areas = [area for area in page.children if type(area).__name__ == "FootnoteAreaBox" and area.children]
    notes = sum(area.margin_height() for area in areas)
    return float(bottom - notes - max(_bottoms(page.children[0]), default=bottom))


def _bottoms(box: Any) -> Iterator[float]:
    children = _in_flow(box)
    if type(box).__name__ == "LineBox" or not children:
        yield box.position_y + box.margin_height()
    for child in children:
        yield from _bottoms(child)


def _paragraphs(chain: list[Any], figure: Any, room: float) -> int:
    """How many of the plain paragraphs after a figure fill a room, those of the next section included."""
    count, height = 0, 0.0
    for box in _following(chain, figure):
        if height >= room - _LINE:
            break
        height += box.margin_height()
        if box.element_tag == "h2":
            continue
        if not _is_plain(box):
            break
        count += 1
    return count


def _following(chain: list[Any], figure: Any) -> Iterator[Any]:
    """The blocks after a figure on its page: its siblings, and what is in the sections after its own."""
    depth = chain.index(figure)
    yield from _in_flow(chain[depth - 1])[1:]
    for section in _in_flow(chain[depth - 2])[1:]:
        yield from _in_flow(section)
