"""What is wider than the text block: it is marked for the stylesheet and laid out again; what is left is reported.

Tables get smaller and break their words; long words, code and addresses break. Pictures and formulas shrink anyway.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from press.diagnostics import Position, Report
from press.model import Book

_STEPS = 2
"""How often something is marked: `[data-fit]` in the stylesheet says what happens to it."""
_OFF = 1.0
"""CSS pixels that something may stand out."""
_SMALLEST = 0.7
"""The share of its size to which a formula may shrink before it is reported."""


def fitted(render: Callable[[], Any]) -> Any:
    """A layout in which what is too wide has been marked, and laid out again."""
    for _ in range(_STEPS):
        document = render()
        wide = {id(box.element): box.element for page in document.pages for box in _wide(page._page_box)}
        if not wide:
            return document
        for element in wide.values():
            element.set("data-fit", str(int(element.get("data-fit", "0")) + 1))
    return render()


def _wide(page: Any) -> Iterator[Any]:
    """The boxes of tables and texts that stand out of a page's text block; a table comes without what is in it."""
    right = page.content_box_x() + page.width
    for part in _parts(page):
        yield from _standing_out(part, right, right)


def _standing_out(box: Any, right: float, edge: float) -> Iterator[Any]:
    """Tables wider than what they stand in, which ends at `right`, and texts that end behind the `edge` of the page."""
    is_table = getattr(box, "is_table_wrapper", False) and box.position_x + box.margin_width() > right + _OFF
    if is_table or (getattr(box, "text", "").strip() and box.position_x + box.width > edge + _OFF):
        yield box
    elif hasattr(box, "children"):
        inside = box.content_box_x() + box.width if isinstance(getattr(box, "width", None), float) else right
        for child in box.children:
            yield from _standing_out(getattr(child, "_box", child), inside, edge)


def _parts(page: Any) -> list[Any]:
    """The boxes of text and notes of a page, without its running heads."""
    from weasyprint.formatting_structure.boxes import MarginBox

    return [part for part in page.children if not isinstance(part, MarginBox)]


def report_too_wide(book: Book, edition: str, documents: Iterable[Any], report: Report) -> None:
    """Report what had to be broken or made very small, and what runs off the text block all the same."""
    seen: set[tuple[str, str]] = set()
    for document in documents:
        for page in document.pages:
            for message, text, hint in _misfits(page._page_box):
                if (message, text) not in seen:
                    seen.add((message, text))
                    report.add("too-wide", _place(book, text), f'{message} in the edition "{edition}"', hint)


def _misfits(page: Any) -> Iterator[tuple[str, str, str]]:
    """What is wrong, a text to find it by, and what helps."""
    for box in _wide(page):
        words = " ".join(box.element.itertext())
        yield f'"{words.strip()[:30]}" runs off the text block', words, "use shorter words"
    for part in _parts(page):
        for box in part.descendants():
            if box.element_tag == "table" and box.element.get("data-fit") == str(_STEPS):
                row = next(box.element.iter("tr"), box.element)
                hint = "take columns out, use shorter words, or make it a list"
                yield "a table is too wide: its words are broken anywhere", " ".join(row.itertext()), hint
            elif hasattr(box, "replacement") and (share := _share(box)) < _SMALLEST:
                hint = "break it into several formulas"
                yield f"a formula is shrunk to {share:.0%} of its size", box.element.get("alt", ""), hint


def _share(box: Any) -> float:
    """The size of a formula as a share of what it would be."""
    if "formula" not in box.element.get("class", ""):
        return 1.0
    width, _, _ = box.replacement.get_intrinsic_size(1, 1)
    return float(box.width / width) if width else 1.0


def _place(book: Book, text: str) -> Position:
    """The line of the author's that holds a text, or at least its longest word."""
    words = text.split()
    for wanted in (words, [max(words, key=len, default="")]):
        for file in book.files:
            path = book.root / file
            lines = path.read_text("utf-8").splitlines() if path.is_file() else []
            for number, line in enumerate(lines, 1):
                if all(word in line for word in wanted):
                    return Position(file, number)
    return Position("manuscript/book.yaml")
