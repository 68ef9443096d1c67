"""Boxes with a label that go on on the next page: their label stands there again, and no frame is longer than its text.

The markup says with `data-continued` how a label reads there. `tagging.py` leaves what is repeated out of the tags.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from math import inf
from typing import Any

from press.writers.paged.rooms import text_end

_CONTINUED = "data-continued"


def with_labels(plain: Callable[..., Any]) -> Callable[..., Any]:
    """Layout of what is in a block that begins with its label again where it goes on.

    The label is laid out first, and while the rest is, its height is padding.
    """
    from weasyprint.layout import block

    def layout(context: Any, box: Any, *rest: Any, **options: Any) -> Any:
        label = _label(box)
        _, skip, *_ = rest or (None, None)  # what is given by name is a box in a line, which never goes on
        if label is None or skip is None or 0 in skip:
            return plain(context, box, *rest, **options)
        again = _continued(label)
        again.position_x, again.position_y = box.content_box_x(), box.content_box_y()
        again, *_ = block.block_level_layout(context, again, -inf, None, box, False, [], [], [])
        again.is_repeated, again.index = True, 0
        height, padding = again.margin_height(), box.padding_top
        box.padding_top += height
        made = plain(context, box, *rest)
        box.padding_top = padding
        if laid_out := made[0]:
            laid_out.padding_top = padding
            laid_out.height += height
            again.translate(dy=laid_out.content_box_y() - again.position_y)
            laid_out.children = [again, *laid_out.children]
        return made

    return layout


def end_with_text(pages: Sequence[Any]) -> None:
    """Shorten boxes that go on, which WeasyPrint draws down to the foot of the page, to the last line in them."""
    for page, after in pairwise(pages):
        going_on = {box.element for box in after.descendants() if _label(box)}
        for box in page.descendants():
            if _label(box) and box.element in going_on:
                box.height = min(box.height, text_end(box) - box.content_box_y())


def _label(box: Any) -> Any | None:
    """The label at the head of a box, if it has one that is repeated."""
    first: Any = next(iter(getattr(box, "children", ())), None)
    element = getattr(first, "element", None)
    # The lines of the label itself have its element too.
    return first if element is not None and element is not box.element and element.get(_CONTINUED) else None


def _continued(label: Any) -> Any:
    """A copy of a label that is not laid out, with the words that it has where its box goes on."""
    from weasyprint.formatting_structure.boxes import TextBox

    copy = label.deepcopy()
    words = next(box for box in copy.descendants() if isinstance(box, TextBox))
    words.text = label.element.get(_CONTINUED)
    return copy
