"""The parts of the book laid out so that all page numbers in them are true, nearly all of them once.

Cross references point forward too, to pages that are not made yet. Each is laid out with a number estimated from the
length of the text; its figures are all equally wide, so the true number takes its place afterwards and no line moves.
Only a part in which a number has more or fewer figures than was thought is laid out again, or in which pages of the
index became a range. Room for one figure too many stays: a figure on page 99 may be on page 100 as soon as its number
has two figures only.

WeasyPrint's own `target-counter` is not used: it lays single pages out again, and notes can be lost on the way.
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import accumulate, count

from press.writers.paged.layout import Layout
from press.writers.paged.page_numbers import fill_contents, fill_cross_references, fill_index
from press.writers.xhtml.pages import Page

LayOut = Callable[[Page, str, int], Layout]
"""Lays out a part with this body, whose first page has this number."""
_TAG = re.compile(r"<[^>]*>")
_ID = re.compile(r'\sid="([^"]+)"')
_SLOT = re.compile(r'(class="(?:page-of|index-locator|contents-page)"[^<>]*>[^<\d]*)(\d+)')
"""A page number in running text, in the index, or in a list of places."""
_CHARACTERS = 2000
"""On a page, until the first part shows how many they really are."""
_FIGURE = 800
"""Characters that would stand where a figure stands."""
_ATTEMPTS = 5


def settled(parts: Sequence[Page], lay_out: LayOut, word: str, sides: int) -> list[Layout]:
    """The layouts of the parts; `word` stands before page numbers, `sides` is 2 where parts begin on new leaves."""
    extents = [_Extent(part) for part in parts]
    layouts: list[Layout] = []
    bodies: list[str] = []

    def filled(number: int, pages: Mapping[str, int]) -> str:
        return fill_contents(fill_cross_references(fill_index(parts[number].body, pages), pages, word), pages)

    for number in range(len(parts)):
        first = firsts([*map(len, layouts), 0], sides)[-1]
        pages = page_of(layouts, sides) | _estimated(extents, [len(layout) for layout in layouts], first, sides)
        bodies.append(filled(number, pages))
        layouts.append(lay_out(parts[number], _with_slots(bodies[number]), first))

    used = firsts(map(len, layouts), sides)
    for _ in range(_ATTEMPTS):
        pages = page_of(layouts, sides)
        begins = firsts(map(len, layouts), sides)
        before = bodies
        bodies = [_at_least_as_wide(filled(number, pages), before[number]) for number in range(len(parts))]
        wrong = [
            number
            for number in range(len(parts))
            if begins[number] != used[number] or _shape(bodies[number]) != _shape(before[number])
        ]
        for number in wrong:
            layouts[number] = lay_out(parts[number], _with_slots(bodies[number]), begins[number])
        used = begins
        if not wrong:
            break
    for layout, body in zip(layouts, bodies, strict=True):
        layout.renumber([found[2].lstrip("0") for found in _SLOT.finditer(body)])
    return layouts


def _with_slots(body: str) -> str:
    """A body whose page numbers can be told from each other."""
    number = count()
    return _SLOT.sub(lambda found: f'data-slot="{next(number)}" {found[0]}', body)


def _at_least_as_wide(body: str, before: str) -> str:
    """A body with zeros before page numbers that had more figures before."""
    widths = [len(found[2]) for found in _SLOT.finditer(before)]
    if len(widths) != len(_SLOT.findall(body)):
        return body  # pages of the index became a range, or no longer are one
    width = iter(widths)
    return _SLOT.sub(lambda found: found[1] + found[2].zfill(next(width)), body)


def _shape(body: str) -> str:
    """A body in which all page numbers of so many figures are alike."""
    return _SLOT.sub(lambda found: found[1] + "0" * len(found[2]), body)


def firsts(lengths: Iterable[int], sides: int) -> list[int]:
    """The number of the first page of each of several layouts, from their lengths in pages.

    With two sides each begins on the front of a leaf.
    """
    return list(accumulate((math.ceil(length / sides) * sides for length in lengths), initial=1))[:-1]


def page_of(layouts: Sequence[Layout], sides: int) -> dict[str, int]:
    """Id -> the number of the page it stands on."""
    return {
        identifier: first + page - 1
        for first, layout in zip(firsts(map(len, layouts), sides), layouts, strict=True)
        for identifier, page in layout.pages.items()
    }


class _Extent:
    """How long a part is, and how far from its beginning each of its ids stands, in characters of its text."""

    def __init__(self, part: Page) -> None:
        self.places = {part.slug: 0}
        self.length = 0
        end = 0
        for tag in _TAG.finditer(str(part.body)):
            self.length += tag.start() - end
            end = tag.end()
            self.length += _FIGURE if tag[0].startswith("<figure") else 0
            if found := _ID.search(tag[0]):
                self.places[found[1]] = self.length


def _estimated(extents: Sequence[_Extent], made: Sequence[int], first: int, sides: int) -> dict[str, int]:
    """Id -> the number of its page as it may be, of the parts that are not `made` (so many pages each) yet."""
    rate = (sum(made) or 1) / (sum(extent.length for extent in extents[: len(made)]) or _CHARACTERS)
    rest = extents[len(made) :]
    lengths = [math.ceil(extent.length * rate) for extent in rest]
    return {
        identifier: first + begin - 1 + int(place * rate)
        for extent, begin in zip(rest, firsts(lengths, sides), strict=True)
        for identifier, place in extent.places.items()
    }
