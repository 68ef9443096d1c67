"""What WeasyPrint 70 does wrong in lines and leaves out of notes, mended from outside. Tests say when it is needed no more."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any


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
def lines_broken_properly() -> Iterator[None]:
    """While it lasts, a text that fits a line but for the space at its end is not broken after its first word."""
    from weasyprint.layout import inline

    plain = inline.split_first_line

    def split(text: str, style: Any, context: Any, width: float | None, *rest: Any, **options: Any) -> Any:
        words = text.rstrip(" ")
        if width is not None and words and words != text and style["white_space"] == "normal":
            _, _, resume, *_ = plain(words, style, context, width, *rest, **options)
            if resume is None:
                width = None
        return plain(text, style, context, width, *rest, **options)

    with replaced(inline, "split_first_line", split):
        yield


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
