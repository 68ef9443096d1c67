"""The PDF for screens: one file, tagged, with live links and bookmarks. The entry is `EDITION`.

The book is laid out in three pieces, because page numbers are known only after layout: the main part; the index, whose
locators are pages of the main part; and the front, with the page numbers of the contents and of the list of figures.
"""

from __future__ import annotations

import html
from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from markupsafe import Markup

from press import __version__
from press.diagnostics import Position, Report
from press.editions import Edition, Finished
from press.model import Book
from press.store import Store, write_file
from press.writers.fonts import book_fonts, font_face_css
from press.writers.paged.layout import Engine, Layout, Numbering
from press.writers.paged.page_numbers import fill_contents, fill_index, ids, prepare_cross_references
from press.writers.paged.text import prepare_text
from press.writers.xhtml.flavour import Flavour
from press.writers.xhtml.pages import Page, PageSet, addresses, make_pages
from press.writers.xhtml.templates import Templates

_STYLE = "print/print.css"
_FRONT = ("contents", "list-of-figures")


def write(book: Book, path: Path, _: Mapping[str, Finished], store: Store, report: Report) -> Mapping[str, int]:
    """Write the PDF; what the layout engine complains of goes into the report."""
    flavour = Flavour("screen", "", addresses(book))
    drawing_style = Templates(book, flavour, report).source("figures.css")
    pages = make_pages(book, replace(flavour, style=drawing_style), report)
    fonts = book_fonts(_characters(pages), "ttf", store)
    files = {**pages.files, **{f"fonts/{font.file}": font.data for font in fonts}}
    style = font_face_css(fonts, "fonts") + pages.templates.source(_STYLE)

    def warn(message: str) -> None:
        report.add("layout-warning", Position(f"templates/{_STYLE}"), message[:1].lower() + message[1:])

    layouts = _lay_out(book, pages, engine := Engine(style, files, warn))
    write_file(path, engine.join(layouts))
    return {"pages": sum(len(layout) for layout, _ in layouts)}


EDITION = Edition(name="screen", output=lambda settings: f"{settings.slug}.pdf", write=write)


def _lay_out(book: Book, pages: PageSet, engine: Engine) -> list[tuple[Layout, Numbering]]:
    """The layouts of the book in reading order, with the numbering of their pages."""

    def laid_out(name: str, parts: Iterable[Page], first: int = 1) -> Layout:
        return engine.lay_out(
            pages.templates.render("print/book.html", layout=name, parts=parts, first=first, version=__version__)
        )

    main_parts = [page for page in pages.pages if page.role not in (*_FRONT, "index")]
    here = {page.slug for page in main_parts}.union(*(ids(page.body) for page in main_parts))
    word = book.labels["page"]
    main = laid_out(
        "main", [_changed(page, prepare_text(prepare_cross_references(page.body, here, word))) for page in main_parts]
    )

    numbers = dict(main.pages)
    layouts = [(main, Numbering("arabic"))]
    for page in pages.pages:
        if page.role == "index":
            first = len(main) + 1
            layouts.append((laid_out("index", [_changed(page, fill_index(page.body, main.pages))], first), Numbering("arabic", first)))
            numbers[page.slug] = first

    front_parts = [page for page in pages.pages if page.role in _FRONT]
    here = {page.slug for page in front_parts}
    front = [_changed(page, fill_contents(page.body, numbers, here)) for page in front_parts]
    return [(laid_out("front", [*_opening_pages(book, pages), *front]), Numbering("roman")), *layouts]


def _opening_pages(book: Book, pages: PageSet) -> list[Page]:
    """The title page and the imprint, which are no parts that authors list."""
    return [
        Page(slug, slug, "front", title := book.labels[label], title, pages.templates.render(f"parts/{slug}.html"))
        for slug, label in (("title-page", "title_page"), ("imprint", "imprint"))
    ]


def _changed(page: Page, body: str) -> Page:
    return replace(page, body=Markup(body))


def _characters(pages: PageSet) -> set[str]:
    """Every character that the edition may print."""
    texts = [page.body for page in pages.pages]
    texts += [data.decode() for name, data in pages.files.items() if name.endswith(".svg")]
    texts += [pages.templates.render(f"parts/{name}.html") for name in ("title-page", "imprint")]
    return set().union(*(html.unescape(text) for text in texts))
