"""What WeasyPrint 70 does wrong in lines and leaves out of notes, mended from outside.

`tests/test_screen.py` says when a later version needs none of it.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

_CHARACTERS = 6
"""More never stand on a line that is one em wide, so that a text longer than that need not be tried."""


@contextmanager
def replaced(owner: Any, name: str, value: Any) -> Iterator[None]:
    """While it lasts, an attribute of a module or class is another."""
    before = owner.__dict__[name]
    setattr(owner, name, value)
    try:
        yield
    finally:
        setattr(owner, name, before)


@contextmanager
def laid_out_properly() -> Iterator[None]:
    """While it lasts, two faults of layout are mended.

    A text that fits a line but for the space at its end was broken after its first word. And notes already laid out
    were put off to the next page to make room for lines that then went to the next page themselves.
    """
    from weasyprint.layout import block, inline

    plain_split, plain_lines = inline.split_first_line, block._linebox_layout

    def split(text: str, style: Any, context: Any, width: float | None, *rest: Any, **options: Any) -> Any:
        found = plain_split(text, style, context, width, *rest, **options)
        words = text.rstrip(" ")
        broken = found[2] is not None and words not in (text, "") and style["white_space"] == "normal"
        if broken and width is not None and len(words) * style["font_size"] < _CHARACTERS * width:
            _, _, resume, *_ = plain_split(words, style, context, width, *rest, **options)
            if resume is None:
                return plain_split(text, style, context, None, *rest, **options)
        return found

    def lines(context: Any, *rest: Any) -> Any:
        return plain_lines(_KeepingNotes(context), *rest)

    with replaced(inline, "split_first_line", split), replaced(block, "_linebox_layout", lines):
        yield


class _KeepingNotes:
    """A layout context that says it is in a column, where notes of earlier lines are never put off."""

    in_column = True

    def __init__(self, context: Any) -> None:
        object.__setattr__(self, "context", context)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.context, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.context, name, value)


def note_links(page: Any) -> Iterator[tuple[str, str, tuple[float, float, float, float], Any]]:
    """The links of a page from calls to their notes, and from the notes' numbers back to their calls."""
    from weasyprint.formatting_structure.boxes import InlineBlockBox, InlineBox

    for box in page.descendants():
        tag = box.element_tag or ""
        if tag.endswith(("::footnote-call", "::footnote-marker")) and isinstance(box, (InlineBox, InlineBlockBox)):
            note = box.element.get("id")
            left, top, width, height = box.hit_area()
            target = note if tag.endswith("-call") else f"{note}-call"
            yield "internal", target, (left, top, left + width, top + height), box
