"""Figures that would leave a hole at the foot of a page drop in a few paragraphs later, as in books set by hand.

A layout tells which figures stand at the head of a page because the page before had no room, and how many of the
paragraphs after them would fill that room; the markup is changed accordingly and laid out again.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from itertools import pairwise
from typing import Any

_HOLE = 57.0
"""CSS pixels of empty space that are too much: three lines."""
_LINE = 19.0
_PARAGRAPH = r"<p>(?:(?!</p>).)*</p>\s*"
_PARAGRAPH_WITHOUT_NOTES = r"<p>(?:(?!</p>|class=\"footnote\").)*</p>\s*"
_NOTE = 'class="footnote"'
_NOT_BEFORE_A_LIST = r"(?<!:</p>)(?<!:</p>\n)"
_NEXT_SECTION = r"(?:</section>\s*<section [^>]*>\s*<h2[^>]*>(?:(?!</h2>).)*</h2>\s*)?"


def stranded_figures(pages: list[Any]) -> dict[str, int]:
    """Figure's id -> after how many of the paragraphs that follow it should stand."""
    found = {}
    for before, page in pairwise(pages):
        chain = _first_boxes(page._page_box.children[0])
        figure = next((box for box in chain if box.element_tag == "figure"), None)
        room = _room(before._page_box)
        if figure is not None and room > _HOLE and (count := _paragraphs(chain, figure, room)):
            found[figure.element.get("id")] = count
    return found


def drop_figures(markup: str, drops: Mapping[str, int]) -> str:
    """The markup with figures moved down by so many paragraphs, or fewer where something else stands between.

    A figure that has a note stays before paragraphs that have some: notes come in the order of their numbers.
    """
    markup = str(markup)
    for identifier, count in drops.items():
        figure = rf'(<figure id="{re.escape(identifier)}"(?:(?!</figure>).)*</figure>\s*)'
        found = re.search(figure, markup, re.DOTALL)
        paragraph = _PARAGRAPH_WITHOUT_NOTES if found and _NOTE in found[0] else _PARAGRAPH
        steps = rf"((?:{_NEXT_SECTION}{paragraph}){{1,{count}}}){_NOT_BEFORE_A_LIST}"
        markup = re.sub(figure + steps, r"\2\1", markup, count=1, flags=re.DOTALL)
    return markup


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
    notes = sum(area.margin_height() for area in page.children if type(area).__name__ == "FootnoteAreaBox")
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
        if box.element_tag != "p" or box.element.attrib:
            break
        count += 1
    return count


def _following(chain: list[Any], figure: Any) -> Iterator[Any]:
    """The blocks after a figure on its page: its siblings, and what is in the sections after its own."""
    depth = chain.index(figure)
    yield from _in_flow(chain[depth - 1])[1:]
    for section in _in_flow(chain[depth - 2])[1:]:
        yield from _in_flow(section)
