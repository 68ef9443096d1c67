"""The picture that goes along when somebody shares the book: its title, and the body map.

Services fetch it by its address from the root, so that only a book with a `url` has one.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from press.model import Book
from press.store import Store
from press.writers.site.addresses import PICTURE
from press.writers.xhtml.front_cover import fitted
from press.writers.xhtml.raster import drawn
from press.writers.xhtml.templates import Templates

WIDTH, HEIGHT = 1200, 630
"""In pixels: the shape that most services cut pictures to."""
_TITLE_SIZES, _SUBTITLE_SIZES = (108, 96, 80, 66, 54, 42, 32), (42, 38, 32, 26)
_BESIDE, _ALONE = 950, 2100
"""How many characters of one unit fit on a line: beside the map, and without one."""
_VIEWS = 2
"""How many views of the body there is room for."""


def share_picture(book: Book, maps: Sequence[Markup], templates: Templates, store: Store) -> dict[str, bytes]:
    """File name -> PNG; nothing for a book without an address. `maps` are the views with their spots."""
    if book.settings.url is None:
        return {}
    svg = templates.render(
        "web/share.svg",
        style=templates.source("figures.css"),
        title=fitted(book.settings.title, _TITLE_SIZES, _BESIDE if maps else _ALONE, 350),
        subtitle=fitted(book.settings.subtitle or "", _SUBTITLE_SIZES, _BESIDE if maps else _ALONE, 100),
        maps=maps[:_VIEWS],
    )
    return {PICTURE: drawn(str(svg), WIDTH, HEIGHT, store)}
