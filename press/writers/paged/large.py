"""Large print: every measure of the stylesheet grows, no letter stays small, and the sans takes the serif's place."""

from __future__ import annotations

import re

_FACTOR = 18 / 10.3
"""From the size of the book's text to that of large print."""
_LEAST = 16.0
"""Points: no text of any kind is smaller. What people with low vision ask for begins there."""
_LEADING = 1.33
_TYPE = re.compile(r"(?<![\w.])(\d*\.?\d+)pt/(\d*\.?\d+)pt")
_LENGTH = re.compile(r"(?<![\w.])(\d*\.?\d+)pt\b")
_SIZE = re.compile(r"(font-size: )(\d*\.?\d+)pt")


def enlarged(style: str) -> str:
    """The stylesheet for large print; lengths below one point are lines, which only get as thick as they have to."""
    larger = _LENGTH.sub(lambda found: f"{float(found[1]) * _FACTOR:.4g}pt", style)
    larger = _TYPE.sub(lambda found: _legible(float(found[1]), float(found[2])), larger)
    larger = _SIZE.sub(lambda found: f"{found[1]}{max(float(found[2]), _LEAST):.4g}pt", larger)
    return re.sub(r'"Source Serif 4(?: Display)?"', '"Source Sans 3"', larger)


def _legible(size: float, leading: float) -> str:
    if size < _LEAST:
        size, leading = _LEAST, max(leading, _LEAST * _LEADING)
    return f"{size:.4g}pt/{leading:.4g}pt"
