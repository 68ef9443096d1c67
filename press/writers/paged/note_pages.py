"""Notes that are taller than the room for them go on at the foot of the next page, cut at a line's end.

WeasyPrint 70 lays the area of the notes out whole, however tall it is, and loses what does not go on the page. Here the
area has a height that it may not exceed, breaks there as any block does, and is taken up again on the next page.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from press.writers.paged.mending import replaced

_LONG = 1 / 3
"""The share of a page from which on a note is cut, and does not move to the next page with the line of its call."""
_FEWEST = 3
"""Lines of a note that stand below its call at least."""
_AFTER_CALL = 2
"""Lines of text that have room below the line of the call, so that it need not move for the sake of its paragraph."""
_TEXT_LINES = 5
"""Lines of text that have room above a note that goes on."""


class NotePages:
    """The notes of one layout, page by page."""

    def __init__(self, root: Any) -> None:
        self._root = root
        """The box of all text."""
        self._skip: Any = None
        """Where the first note of the page goes on, as WeasyPrint's layout says it."""
        self._rest: Any = None
        """Where the notes that were laid out last break off."""
        self._called_before: list[Any] = []
        """The notes of pages before that the page begins with."""
        self._is_alone = False
        """Whether no text stands above the notes."""
        self._cut: tuple[Any, float] | None = None
        """The note of the page that breaks off for want of room, and the height that all notes may have."""
        self._area: Any = None
        """The area of the notes as it was laid out last."""

    def begin(self, context: Any, is_after_text: bool) -> None:
        """A page begins; no text is left for it if it `is_after_text`."""
        _make_ready(context.footnotes)
        self._called_before = list(context.reported_footnotes)
        self._is_alone = is_after_text
        self._cut = self._rest = self._area = None

    def end(self, context: Any) -> None:
        """A page is made: what is left of its notes comes first on the next one."""
        self._skip = None
        if self._rest:
            ((number, self._skip),) = self._rest.items()
            left = context.current_page_footnotes[number:]
            context.reported_footnotes = [*left, *context.reported_footnotes]

    @property
    def state(self) -> Any:
        """What has to be kept of the page before, for a page that is made again."""
        return self._skip

    @state.setter
    def state(self, skip: Any) -> None:
        """Go back to it."""
        self._skip = skip

    @contextmanager
    def applied(self) -> Iterator[None]:
        """While it lasts, WeasyPrint lays out pages with notes that go on."""
        import weasyprint.layout
        from weasyprint.layout import LayoutContext, block, page

        plain_update, plain_removal = LayoutContext._update_footnote_area, LayoutContext.unlayout_footnote

        def update(context: Any) -> bool:
            plain_update(context)
            if self._rest is None:
                return False
            ((number, skip),) = self._rest.items()
            return number + 1 < len(context.current_page_footnotes) or skip is None

        def remove(context: Any, note: Any) -> None:
            """Take a note from the page whose call goes to the next one, unless that stood on a page before."""
            if note not in self._called_before:
                plain_removal(context, note)

        with (
            replaced(LayoutContext, "_update_footnote_area", update),
            replaced(LayoutContext, "unlayout_footnote", remove),
            replaced(weasyprint.layout, "block_level_layout", self._laying_out(weasyprint.layout.block_level_layout)),
            replaced(page, "block_level_layout", self._laying_out(page.block_level_layout)),
            replaced(block, "_linebox_layout", self._laying_out_lines(block._linebox_layout)),
        ):
            yield

    def _laying_out(self, plain: Callable[..., Any]) -> Callable[..., Any]:
        """Block layout that keeps the area of the notes to its height, and the text above notes that go on."""
        from weasyprint.formatting_structure.boxes import FootnoteAreaBox

        def layout(
            context: Any, box: Any, bottom_space: float, skip_stack: Any, containing_block: Any, *rest: Any, **more: Any
        ) -> Any:
            if isinstance(box, FootnoteAreaBox):
                made = self._area_laid_out(plain, context, box, containing_block, more)
            elif box is self._root and self._called_before:
                made = self._text_laid_out(plain, context, box, bottom_space, skip_stack, containing_block, *rest)
            else:
                made = plain(context, box, bottom_space, skip_stack, containing_block, *rest, **more)
            return made

        return layout

    def _area_laid_out(self, plain: Callable[..., Any], context: Any, box: Any, around: Any, more: Any) -> Any:
        limit = self._limit(context)
        skip = {0: self._skip} if self._called_before and self._skip else None
        space = context.page_bottom - box.content_box_y() - limit
        options = {name: value for name, value in more.items() if name.endswith("boxes")}
        made = plain(context, box, space, skip, around, **options)
        self._area, self._rest, *_ = made
        if self._rest:
            self._area.height = _foot(self._area) - self._area.content_box_y()
        return made

    def _text_laid_out(
        self, plain: Callable[..., Any], context: Any, root: Any, space: float, skip: Any, around: Any, *rest: Any
    ) -> Any:
        """The text above notes that go on; none, if its next lines have no room there."""
        from weasyprint.formatting_structure.boxes import LineBox

        _, *others = rest
        made = plain(context, root, space, skip, around, False, *others)
        if made[0] is not None:
            return made
        self._is_alone = True
        context._update_footnote_area()
        box = empty = root.deepcopy()
        inside = skip
        while inside and not isinstance(box.children[0], LineBox):
            ((number, inside),) = inside.items()
            box.children = box.children[: number + 1]
            box = box.children[number]
        box.children = []
        blank = plain(context, empty, space, skip, around, True, *others)
        return (blank[0], skip, made[2], [], False, made[-1])

    def _laying_out_lines(self, plain: Callable[..., Any]) -> Callable[..., Any]:
        def lines(context: Any, box: Any, index: int, child: Any, before: Any, is_page_empty: bool, *rest: Any) -> Any:
            asking = _AskingForRoom(context, self, box, before, is_page_empty)
            return plain(asking, box, index, child, before, is_page_empty, *rest)

        return lines

    def _limit(self, context: Any) -> float:
        """The height that the notes of the page may have."""
        area = context.current_footnote_area
        if self._cut and self._cut[0] in context.current_page_footnotes:
            return self._cut[1]
        if not self._called_before:
            return float("inf")
        text = 0.0 if self._is_alone else _TEXT_LINES * float(self._root.style["line_height"].value)
        return float(area.page.height - _frame(area) - text)

    def cut(self, context: Any, note: Any, bottom: float, box: Any, must_stand: bool) -> bool:
        """Cut a note that has no room below the line of its call, which ends at `bottom`; whether that can be.

        `box` is what the line stands in. If the line cannot move to the next page, the note `must_stand`.
        """
        area, laid_out = context.current_footnote_area, self._area
        last = laid_out.children[-1]
        line = float(note.style["line_height"].value)
        if not must_stand and last.margin_height() < _LONG * area.page.height:
            return False
        room = context.page_bottom + area.margin_height() - _frame(area) - bottom
        room -= _AFTER_CALL * float(box.style["line_height"].value)
        if room - (last.position_y - laid_out.content_box_y()) < _FEWEST * line:
            return False
        before, self._cut = self._cut, (note, room)
        if context._update_footnote_area() or context.overflows_page(0, bottom):
            self._cut = before
            context._update_footnote_area()
            return False
        return True


class _AskingForRoom:
    """A layout context that cuts a long note where WeasyPrint would move it."""

    def __init__(self, context: Any, pages: NotePages, box: Any, before: Any, is_page_empty: bool) -> None:
        for name, value in (("context", context), ("pages", pages), ("box", box), ("note", None)):
            object.__setattr__(self, name, value)
        object.__setattr__(self, "must_stand", lambda: is_page_empty and not before)

    def __getattr__(self, name: str) -> Any:
        return getattr(self.context, name)

    def __setattr__(self, name: str, value: Any) -> None:
        setattr(self.context, name, value)

    def layout_footnote(self, note: Any) -> Any:
        overflows = self.context.layout_footnote(note)
        object.__setattr__(self, "note", None if overflows else note)
        return overflows

    def overflows_page(self, space: float, bottom: float) -> bool:
        overflows = self.context.overflows_page(space, bottom)
        note = self.note
        object.__setattr__(self, "note", None)
        if overflows and note is not None and note in self.context.current_page_footnotes[-1:]:
            return not self.pages.cut(self.context, note, bottom + space, self.box, self.must_stand())
        return bool(overflows)


def _frame(area: Any) -> float:
    """What the area of the notes has above and below them."""
    return float(
        area.margin_top
        + area.margin_bottom
        + area.padding_top
        + area.padding_bottom
        + area.border_top_width
        + area.border_bottom_width
    )


def _foot(box: Any) -> float:
    """Where the last thing drawn in a box ends."""
    from weasyprint.formatting_structure.boxes import LineBox, ReplacedBox

    drawn = (inner for inner in box.descendants() if isinstance(inner, (LineBox, ReplacedBox)))
    return float(max((one.position_y + one.margin_height() for one in drawn), default=box.content_box_y()))


def _make_ready(notes: list[Any]) -> None:
    """Do once for each note what WeasyPrint leaves out.

    White space between its blocks goes, and its number goes from a line of its own into the first paragraph.
    """
    for note in notes:
        number, *blocks = note.children
        first = next((box for box in blocks if box.element_tag == "p"), None)
        if first is not None and (number.element_tag or "").endswith("::footnote-marker"):
            note.process_whitespace()
            note.process_text_transform()
            first.children = [number, *first.children]
            note.children = blocks
