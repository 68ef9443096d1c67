"""Pictures made of pixels: whether they can be shown, how large they are, and forms of them that paper takes.

The home of Pillow.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from PIL.Image import Image

_BIT_DEPTH = 24
"""Where a PNG has the bits of a sample (RFC 2083, section 4.1.1)."""
_ORIENTATION = 0x0112
_LYING = range(5, 9)
"""Orientations of EXIF that turn a picture by a quarter."""


def is_whole(data: bytes) -> bool:
    """Whether a picture can be shown, and is not damaged."""
    import PIL.Image
    import PIL.ImageFile

    lenient = PIL.ImageFile.LOAD_TRUNCATED_IMAGES  # as WeasyPrint sets it for the whole process
    PIL.ImageFile.LOAD_TRUNCATED_IMAGES = False
    try:
        with PIL.Image.open(io.BytesIO(data)) as picture:
            picture.draft("L", (1, 1))  # an eighth of a JPEG is enough
            picture.load()
    except (OSError, SyntaxError, ValueError, PIL.Image.DecompressionBombError):
        return False
    finally:
        PIL.ImageFile.LOAD_TRUNCATED_IMAGES = lenient
    return True


def photograph_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels, as it is to be looked at."""
    import PIL.Image

    with PIL.Image.open(io.BytesIO(data)) as picture:
        width, height = picture.size
        return (height, width) if picture.getexif().get(_ORIENTATION) in _LYING else (width, height)


def for_paper(data: bytes) -> bytes:
    """The picture as a layout engine can draw it: with eight bits for each colour of a dot."""
    if not data.startswith(b"\x89PNG") or data[_BIT_DEPTH] <= 8:
        return data
    import PIL.Image

    stream = io.BytesIO()
    with PIL.Image.open(io.BytesIO(data)) as picture:
        _with_eight_bits(picture).save(stream, "PNG")
    return stream.getvalue()


def in_grey(data: bytes) -> bytes:
    """A grey JPEG with the same number of pixels; what was transparent is paper."""
    import PIL.Image
    import PIL.ImageOps

    stream = io.BytesIO()
    with PIL.Image.open(io.BytesIO(data)) as picture:
        upright = _with_eight_bits(PIL.ImageOps.exif_transpose(picture)).convert("RGBA")
        paper = PIL.Image.new("RGBA", upright.size, "white")
        PIL.Image.alpha_composite(paper, upright).convert("L").save(stream, "JPEG", quality=92)
    return stream.getvalue()


def _with_eight_bits(picture: Image) -> Image:
    """Pillow reads colours with eight bits, but grey with sixteen or more."""
    return picture.point(lambda value: value / 256).convert("L") if picture.mode.startswith("I") else picture
