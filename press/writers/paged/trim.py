"""The size of a printed page: its block of text stands on the grid of lines, its margins mirror each other."""

from __future__ import annotations

from dataclasses import dataclass

from press.metadata import TrimName

LINE = 14.3
"""The height of a line, in points."""
_TOP = 63.0
"""Above the text, the running head included."""
BLEED_MM = 3
_MARKS_MM = 9
"""Room around the page that crop marks need."""


@dataclass(frozen=True, slots=True)
class Trim:
    """A page after cutting, in points."""

    width: float
    height: float


TRIMS: dict[TrimName, Trim] = {
    "6x9in": Trim(432, 648),
    "5.5x8.5in": Trim(396, 612),
    "A5": Trim(419.53, 595.28),
}


def page_rules(trim: Trim, crop_marks: bool) -> str:
    """The CSS of such pages: a quarter of the width is margin, a little more of it at the binding."""
    lines = int((trim.height - 2 * _TOP) / LINE)
    bottom = trim.height - _TOP - lines * LINE
    inner, outer = 0.135 * trim.width, 0.115 * trim.width
    return (
        f"{sheet_rule(trim, crop_marks)}\n"
        f"@page :left {{ margin: {_TOP}pt {inner:.2f}pt {bottom:.2f}pt {outer:.2f}pt }}\n"
        f"@page :right {{ margin: {_TOP}pt {outer:.2f}pt {bottom:.2f}pt {inner:.2f}pt }}\n"
    )


def sheet_rule(trim: Trim, crop_marks: bool) -> str:
    """The CSS of a page with the room around it that a print shop needs."""
    room = _MARKS_MM if crop_marks else BLEED_MM
    marks = "marks: crop; " if crop_marks else ""
    return f"@page {{ size: {trim.width}pt {trim.height}pt; {marks}bleed: {room}mm }}"
