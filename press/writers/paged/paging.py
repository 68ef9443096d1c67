"""WeasyPrint's loop over the pages, which makes some of them again: before a stranded figure, and at a short end.

A figure that had no room on the page before leaves a hole there; `figures.py` lets it drop in later. And a part whose
last page has but a line or two gets some more from the page before.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from press.writers.paged.continuing import end_with_text
from press.writers.paged.figures import Drops
from press.writers.paged.mending import replaced
from press.writers.paged.rooms import filled, line_height, room

_LAST_LINES = 6
"""Lines that the last page of a part has at least."""


def well_filled_pages(context: Any, root: Any, html: Any, pages: list[Any]) -> list[Any]:
    """WeasyPrint's `make_all_pages`, which makes the last two pages again where they can be filled better."""
    from weasyprint.layout.page import remake_page

    made: list[Any] = []
    notes: list[_Notes] = []
    drops = Drops(root)
    free: dict[int, float] = {}
    context.rendered_notes = []
    while True:
        number = len(made)
        notes.append(_Notes(context))
        remake = context.page_maker[number][-1]
        reported = None
        if not pages or remake["content_changed"] or remake["pages_wanted"]:
            remake |= {"content_changed": False, "pages_wanted": False, "anchors": [], "content_lookups": []}
            with _kept_free(root, free.get(number, 0)):
                page, resume_at = remake_page(number, context, root, html)
            reported = context.reported_footnotes
        else:
            page, resume_at = pages[number], context.page_maker[number + 1][0]
        made.append(page)
        is_last = resume_at is None and not reported
        again = drops.move(made) if number else None
        if number and is_last and again is None and not free and (free := _for_the_last(made)):
            again = number - 1
        if again is not None:
            del made[again:], context.page_maker[again + 1 :]
            notes[again].restore(context)
            del notes[again:]
            pages = []
        elif is_last:
            del context.page_maker[number + 2 :]
            context.broken_out_of_flow.clear()
            context.reported_footnotes.clear()
            end_with_text(made)
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


def _for_the_last(made: Sequence[Any]) -> dict[int, float]:
    """The page before the last and the space to keep free on it, so that enough lines stand on the last one."""
    before, page = made[-2:]
    missing = _LAST_LINES * line_height(page) - filled(page)
    return {len(made) - 2: room(before) + missing} if missing > 0 else {}


def _kept_free(root: Any, space: float) -> Any:
    """While it lasts, so much of a page stays empty above its notes."""
    from weasyprint.layout import page

    plain: Callable[..., Any] = page.block_level_layout

    def layout(context: Any, box: Any, bottom_space: float, *rest: Any, **options: Any) -> Any:
        return plain(context, box, bottom_space + (space if box is root else 0), *rest, **options)

    return replaced(page, "block_level_layout", layout)
