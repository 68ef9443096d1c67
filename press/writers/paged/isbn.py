"""The barcode of a book: its ISBN as EAN-13 (ISO/IEC 15420). The home of python-barcode.

All measures are modules, the width of the thinnest bar. At full size (100 % magnification) a module is 0.33 mm, the
symbol with its light margins 37.29 x 25.91 mm; shops' scanners want 80 % at least.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

MODULE_MM = 0.33
"""At full size."""
_LEFT, _RIGHT = 11, 7
"""The light margins (ISO/IEC 15420, 4.3.3)."""
_HEIGHT = 69.24
"""Of the bars: 22.85 mm at full size."""
_GUARD = 5
"""How much longer than the others the guard bars are."""


@dataclass(frozen=True, slots=True)
class Bar:
    """A dark bar."""

    left: int
    width: int
    height: float


@dataclass(frozen=True, slots=True)
class Digit:
    """A digit under the bars."""

    character: str
    centre: float


@dataclass(frozen=True, slots=True)
class Barcode:
    """A symbol with its light margins; the measures are modules, from the left and from the top."""

    isbn: str
    """As the book's settings have it, with hyphens or without."""
    bars: tuple[Bar, ...]
    digits: tuple[Digit, ...]
    width: int = _LEFT + 95 + _RIGHT
    height: float = 78.5
    """The digits included."""


def isbn_barcode(isbn: str) -> Barcode:
    """The barcode of an ISBN of 13 digits, hyphens allowed; its check digit is taken to be right."""
    from barcode.ean import EuropeanArticleNumber13

    number = isbn.replace("-", "")
    (modules,) = EuropeanArticleNumber13(number, guardbar=True).build()
    bars = tuple(
        Bar(_LEFT + run.start(), len(run[0]), _HEIGHT + (_GUARD if "G" in run[0] else 0))
        for run in re.finditer("G+|1+", modules)
    )
    # The first digit stands before the bars, the others in two groups of six, each under its seven modules.
    centres = [_LEFT - 5.5, *(_LEFT + start + 7 * place + 3.5 for start in (3, 50) for place in range(6))]
    return Barcode(isbn, bars, tuple(map(Digit, number, centres)))
