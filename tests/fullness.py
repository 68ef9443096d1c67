"""How full the pages of a PDF are: `python tests/fullness.py output/perfect-spots-print.pdf`.

A page counts as filled but for the tallest stripe of it without ink, be it at its foot or above its notes. Pages
without a running head (openings, blanks) and last pages of parts are left out: nothing is wrong with space there.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from itertools import groupby
from pathlib import Path

import pypdfium2

HALF_EMPTY = 0.7
"""Pages that are filled less catch the eye."""
_SCALE = 0.5
"""Pixels to the point."""
_PAPER = 200
"""A grey as light as this is paper."""
_HEAD, _TOP, _BOTTOM = 30.0, 60.0, 70.2
"""Points from the edges of the trimmed page: above the running head, and to the block of text."""


@dataclass(frozen=True, slots=True)
class Fill:
    """A page that is neither an opening nor the last of a part."""

    label: str
    share: float
    """How much of its height is filled."""


def fills(path: Path) -> list[Fill]:
    """The pages of an edition that should be full."""
    document = pypdfium2.PdfDocument(path)
    found: list[Fill | None] = []
    for number, page in enumerate(document):
        _, bottom, _, top = page.get_trimbox()
        outer = page.get_mediabox()[3] - top
        bitmap = page.render(scale=_SCALE, grayscale=True)
        ink = (bitmap.to_numpy().squeeze() < _PAPER).any(axis=1).tolist()

        def inked(start: float, end: float, ink: list[bool] = ink, outer: float = outer) -> list[bool]:
            return ink[int((outer + start) * _SCALE) : int((outer + end) * _SCALE)]

        rows = inked(_TOP, top - bottom - _BOTTOM)
        is_full_page = any(inked(_HEAD, _TOP - 5)) and any(rows)
        gap = max((len(list(run)) for is_inked, run in groupby(rows) if not is_inked), default=0)
        found.append(Fill(document.get_page_label(number), 1 - gap / len(rows)) if is_full_page else None)
    document.close()
    return [page for page, after in zip(found, [*found[1:], None], strict=True) if page and after]


def half_empty(pages: list[Fill]) -> list[Fill]:
    """Those with too much space."""
    return [page for page in pages if page.share < HALF_EMPTY]


if __name__ == "__main__":
    for name in sys.argv[1:]:
        pages = fills(Path(name))
        bad = half_empty(pages)
        print(f"{name}: {len(bad)} of {len(pages)} pages are less than {HALF_EMPTY:.0%} filled")
        print("  " + ", ".join(f"{page.label} ({page.share:.0%})" for page in bad))
