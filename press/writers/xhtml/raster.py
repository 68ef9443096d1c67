"""Drawings as pixels, with the book's own fonts. The home of resvg."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import resvg_py

from press.store import Store, digest
from press.writers.fonts import book_fonts


def drawn(svg: str, width: int, height: int, store: Store) -> bytes:
    """A drawing as PNG, the same bytes for the same drawing; width and height are in pixels."""
    key = "drawn-" + digest(svg, f"{width}x{height}", resvg_py.__version__)
    made = store.get(key)
    if made is None:
        made = _pixels(svg, width, height, store)
        store.put(key, made)
    return made


def _pixels(svg: str, width: int, height: int, store: Store) -> bytes:
    """Draw, with fonts from a folder, since resvg reads no others."""
    letters = set(re.sub(r"<[^>]*>", "", svg))
    with tempfile.TemporaryDirectory() as folder:
        for font in book_fonts(letters, "ttf", store):
            Path(folder, font.file).write_bytes(font.data)
        made = resvg_py.svg_to_bytes(
            svg_string=svg, width=width, height=height, font_dirs=[folder], skip_system_fonts=True
        )
    return bytes(made)
