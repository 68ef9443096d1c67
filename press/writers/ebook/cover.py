"""The cover of an e-book: the front cover drawn to pixels with the book's own fonts. The home of resvg."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path

import resvg_py

from press.model import Book
from press.store import Store, digest
from press.writers.fonts import book_fonts
from press.writers.xhtml.front_cover import front_cover
from press.writers.xhtml.templates import Templates

WIDTH, HEIGHT = 1600, 2560


def cover_picture(book: Book, templates: Templates, store: Store) -> bytes:
    """The cover as PNG, 1600 x 2560 pixels, the same bytes for the same book."""
    style = templates.source("figures.css")
    svg = str(templates.render("epub/cover.svg", style=style, front=front_cover(book)))
    key = "cover-" + digest(svg, resvg_py.__version__)
    made = store.get(key)
    if made is None:
        made = _pixels(svg, store)
        store.put(key, made)
    return made


def _pixels(svg: str, store: Store) -> bytes:
    """Draw, with fonts from a folder, since resvg reads no others."""
    letters = set(re.sub(r"<[^>]*>", "", svg))
    with tempfile.TemporaryDirectory() as folder:
        for font in book_fonts(letters, "ttf", store):
            Path(folder, font.file).write_bytes(font.data)
        made = resvg_py.svg_to_bytes(
            svg_string=svg, width=WIDTH, height=HEIGHT, font_dirs=[folder], skip_system_fonts=True
        )
    return bytes(made)
