"""One ink: the colours of stylesheets and drawings as shares of black, and pictures as grey."""

from __future__ import annotations

import re
from importlib.metadata import version

from press.photographs import in_grey
from press.store import Store, digest

_HEX = re.compile(r"#([0-9a-fA-F]{6}|[0-9a-fA-F]{3})\b")
_PAPER = 0.965
"""A colour as light as this or lighter is the paper's, and takes no ink."""
_INK = 0.14
"""A colour as dark as this or darker is full black: half-tones would fray the edges of letters."""


def in_black(style: str) -> str:
    """A stylesheet or drawing with every colour as a share of black ink in CMYK."""
    return _HEX.sub(lambda found: _ink(found[1]), style)


def _ink(digits: str) -> str:
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    red, green, blue = (int(digits[at : at + 2], 16) / 255 for at in (0, 2, 4))
    light = 0.2126 * red + 0.7152 * green + 0.0722 * blue
    share = 0.0 if light >= _PAPER else 1.0 if light <= _INK else round(1 - light, 3)
    return f"device-cmyk(0 0 0 {share:g})"


def grey_picture(data: bytes, store: Store) -> bytes:
    """A PNG or JPEG in grey."""
    key = "grey-" + digest(data, version("Pillow"))
    made = store.get(key)
    if made is None:
        made = in_grey(data)
        store.put(key, made)
    return made
