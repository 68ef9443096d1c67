"""The cover of an e-book: the front cover drawn to pixels."""

from __future__ import annotations

from press.model import Book
from press.store import Store
from press.writers.xhtml.front_cover import front_cover
from press.writers.xhtml.raster import drawn
from press.writers.xhtml.templates import Templates

WIDTH, HEIGHT = 1600, 2560


def cover_picture(book: Book, templates: Templates, store: Store) -> bytes:
    """The cover as PNG, 1600 x 2560 pixels, the same bytes for the same book."""
    style = templates.source("figures.css")
    svg = str(templates.render("epub/cover.svg", style=style, front=front_cover(book)))
    return drawn(svg, WIDTH, HEIGHT, store)
