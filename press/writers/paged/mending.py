"""What WeasyPrint 70 does wrong in lines and leaves out of notes, mended from outside.

`tests/test_screen.py` says when a later version needs none of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from press.writers.paged.continuing import with_labels

_CHARACTERS = 6
"""More never stand on a line that is one em wide, so that a text longer than that need not be tried."""
_HEADINGS = ("h1", "h2", "h3", "h4")
_TOUCH = 0.05
"""CSS pixels that a line may be off."""
_WHOLE = 0.55
"""The share of a page that a box has at most that is kept whole."""
_GAP = 0.25
"""The share of a page that may stay empty for it."""
_FEWEST = 4
"""Lines of a box, its label among them, that stand on each page where it breaks."""


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
def marks_in_ink() -> Iterator[None]:
    """While it lasts, crop marks are drawn in black ink, and not in the black of screens, which PDF/X forbids."""
    from weasyprint import draw

    plain = draw.ElementTree

    class InInk:
        """Reads the drawing of the marks."""

        @staticmethod
        def fromstring(svg: str) -> Any:
            inked = svg.replace('"black"', '"device-cmyk(0 0 0 1)"').replace('"transparent"', '"none"')
            return plain.fromstring(inked)

    with replaced(draw, "ElementTree", InInk):
        yield


@contextmanager
def laid_out_properly() -> Iterator[None]:
    """While it lasts, two faults of layout are mended, and what WeasyPrint cannot do is done.

    A text that fits a line but for the space at its end was broken after its first word. And notes already laid out
    were put off to the next page to make room for lines that then went to the next page themselves.
    For what is done see `set_well` and `with_labels`.
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

    with (
        replaced(inline, "split_first_line", split),
        replaced(block, "_linebox_layout", lines),
        replaced(block, "block_level_layout", set_well(block.block_level_layout)),
        replaced(block, "block_container_layout", with_labels(block.block_container_layout)),
    ):
        yield


def set_well(plain: Callable[..., Any]) -> Callable[..., Any]:
    """Block layout that knows the stylesheet's `--grid` and `--whole`.

    With `--grid: lines` the space above a block grows until its own lines, or those below a heading, meet the grid of
    lines that begins at the head of the page. A block with `--whole: half` that would break goes to the next page,
    unless it is longer than half a page or would leave a gap; if it breaks, some lines of it stand on each page.
    """
    from weasyprint.layout.block import collapse_margin, remove_placeholders

    head = 0.0

    def layout(context: Any, box: Any, space: Any, skip: Any, around: Any, at_head: bool, *rest: Any) -> Any:
        nonlocal head
        absolute, fixed, margins, *others = rest
        if box.element_tag == "body":
            head = box.position_y
        elif skip is None and not at_head and _says(box, "__grid", "lines"):
            margin = collapse_margin([*margins, _pixels(box, "margin_top")])
            line = box.style["line_height"].value
            below = _pixels(box, "margin_bottom") if box.element_tag in _HEADINGS else 0.0
            off = (box.position_y + margin + below - head) % line
            if _TOUCH < off < line - _TOUCH:
                margins = [*margins, margin + line - off]

        def laid_out(space: float) -> Any:
            return plain(context, box, space, skip, around, at_head, absolute, fixed, list(margins), *others)

        made = laid_out(space)
        if made[0] and made[1] and skip is None and not at_head and _says(box, "__whole", "half"):
            first = made[0]
            share = _letters(first) / max(_letters(box), 1)
            length, line = _height(first) / max(share, 0.01), float(box.style["line_height"].value)
            page = context.page_bottom - head
            room = context.page_bottom - space - first.border_box_y()
            missing = _FEWEST * line - length * (1 - share)
            is_short = length < _WHOLE * page and room < _GAP * page
            if is_short or _height(first) - max(missing, 0) < _FEWEST * line:
                remove_placeholders(context, [first], absolute, fixed)
                return None, None, {"break": "any", "page": None}, [], False, made[-1]
            if missing > 0:
                remove_placeholders(context, [first], absolute, fixed)
                made = laid_out(space + missing + room - _height(first))
        return made

    return layout


def _says(box: Any, name: str, value: str) -> bool:
    """Whether a property of our own has a value."""
    return [str(token.value) for token in box.style[name] if token.type == "ident"] == [value]


def _pixels(box: Any, name: str) -> float:
    size = box.style[name]
    return float(size.value) if getattr(size, "unit", "") == "px" else 0.0


def _height(box: Any) -> float:
    """From the border of a box to its last line: one that breaks reaches down to the foot of its page."""
    from weasyprint.formatting_structure.boxes import LineBox

    feet = [line.position_y + line.height for line in box.descendants() if isinstance(line, LineBox)]
    return float(max(feet, default=box.border_box_y()) - box.border_box_y())


def _letters(box: Any) -> int:
    """The length of its text without white space, which goes at the ends of lines."""
    return sum(len("".join(getattr(inner, "text", "").split())) for inner in box.descendants())


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
