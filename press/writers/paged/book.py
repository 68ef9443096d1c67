"""A whole book on pages: its parts are laid out one by one, so that all page numbers in them are true.

Then comes what stands before the text, with the page numbers of the contents and of the list of figures.
The entry is `write_pages`; `Paper` says how the paged editions differ.
"""

from __future__ import annotations

import html
import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from markupsafe import Markup

from press import __version__
from press.diagnostics import Position, Report
from press.model import Book
from press.photographs import for_paper
from press.store import Store, write_file
from press.tree import elements
from press.tree_classes import is_note
from press.writers.fonts import book_fonts, font_face_css, missing_characters
from press.writers.paged.black import grey_picture
from press.writers.paged.fitting import report_too_wide
from press.writers.paged.layout import Engine, Layout, Numbering, Standard
from press.writers.paged.maths import draw_formulas
from press.writers.paged.page_map import PAGE_MAP, page_map
from press.writers.paged.page_numbers import fill_contents, fill_cross_references
from press.writers.paged.resolution import report_low_resolution
from press.writers.paged.settling import firsts, page_of, settled
from press.writers.paged.text import break_addresses, keep_ends
from press.writers.xhtml.flavour import EditionName, Flavour
from press.writers.xhtml.pages import Page, PageSet, addresses, make_pages
from press.writers.xhtml.templates import Templates

_STYLE = "print/print.css"
_PROFILE = "press.icc"
_FRONT = ("contents", "list-of-figures")
_NAMES = re.compile(r'\s(?:id|href|src|data-refs?|aria-labelledby)="[^"]*"')
"""Attributes that hold names of places and files, which nobody sees."""
_ESCAPE = re.compile(r"\\([0-9A-Fa-f]{2,6})")
"""A character in a stylesheet, by its number."""


@dataclass(frozen=True, slots=True)
class Paper:
    """What makes one paged edition different from another."""

    name: EditionName
    style: str = ""
    """A stylesheet of the templates that comes after the common one."""
    restyled: Callable[[str], str] = str
    """What the common stylesheet and the drawings go through."""
    standard: Standard = "pdf/ua-1"


@dataclass(frozen=True, slots=True)
class PrintShop:
    """What a press needs beside the pages."""

    page_rules: str
    """CSS for the size of the page."""
    profile: bytes
    """The ICC profile of its inks."""
    pages_multiple: int


def write_pages(
    book: Book,
    paper: Paper,
    path: Path,
    store: Store,
    report: Report,
    shop: PrintShop | None = None,
    changed: Mapping[str, str] | None = None,
) -> Mapping[str, int]:
    """Write the PDF; what the layout engine complains of goes into the report. Gives the number of pages.

    For a print shop parts begin on right-hand pages, and pictures lose their colours. Blocks whose ids are `changed`
    are marked in the markup.
    """
    flavour = Flavour(paper.name, "", addresses(book), changed=changed or {})
    drawing_style = paper.restyled(Templates(book, flavour, report).source("figures.css"))
    pages = _with_formulas(make_pages(book, replace(flavour, style=drawing_style), report))
    own = pages.templates.source(paper.style) if paper.style else ""
    rules = paper.restyled(pages.templates.source(_STYLE)) + pages.templates.source("lists.css") + own
    characters = _characters(pages, rules)
    fonts = book_fonts(characters, "ttf", store)
    pictures = {name: for_paper(data) for name, data in pages.files.items()}
    files = {**pictures, **{f"fonts/{font.file}": font.data for font in fonts}}
    style = font_face_css(fonts, "fonts") + rules
    if shop:
        files = {name: _for_press(name, data, paper, store) for name, data in files.items()} | {_PROFILE: shop.profile}
        style = (
            f"@color-profile device-cmyk {{ src: url({_PROFILE}); components: c, m, y, k }}\n" + style + shop.page_rules
        )

    def warn(message: str) -> None:
        report.add("layout-warning", Position(f"templates/{_STYLE}"), message[:1].lower() + message[1:])

    for character in sorted(missing_characters(characters)):
        warn(f'the fonts of the book lack the character "{character}" (U+{ord(character):04X})')
    engine = Engine(style, files, warn, paper.standard)
    layouts = _lay_out(book, pages, engine, shop)
    for layout, _ in layouts:
        for note in layout.parted_notes():
            message = f'the note "{note}" begins on the page after its call'
            report.add(
                "layout-warning", _note_places(book)[note], message, "call it a line later, or shorten the one before"
            )
    report_too_wide(book, paper.name, (layout.document for layout, _ in layouts), report)
    if shop:
        write_file(path.with_name(PAGE_MAP), page_map(layouts))
        report_low_resolution(book, (layout.document for layout, _ in layouts), report)
    write_file(path, engine.join(layouts))
    return {"pages": sum(len(layout) for layout, _ in layouts)}


def _note_places(book: Book) -> dict[str, Position]:
    """Id of a note -> where its author calls it."""
    return {
        node.identifier: book.position(node.place)
        for chapter in book.chapters
        for node in elements(chapter.tree)
        if is_note(node)
    }


def _lay_out(book: Book, pages: PageSet, engine: Engine, shop: PrintShop | None) -> list[tuple[Layout, Numbering]]:
    """The layouts of the book in reading order, with the numbering of their pages."""

    def laid_out(name: str, parts: Iterable[Page], first: int = 1) -> Layout:
        return engine.lay_out(
            pages.templates.render("print/book.html", layout=name, parts=parts, first=first, version=__version__)
        )

    def lay_out(part: Page, body: str, first: int) -> Layout:
        return laid_out(part.role, [_changed(part, keep_ends(break_addresses(body)))], first)

    sides = 2 if shop else 1
    opening = _roman_parts(pages.pages)
    text = pages.pages[len(opening) :]
    layouts = settled(text, lay_out, book.labels["page"], sides)
    numbers, begins = page_of(layouts, sides), firsts(map(len, layouts), sides)

    here = {page.slug for page in opening}

    def filled(page: Page) -> Page:
        body = fill_contents(fill_cross_references(page.body, numbers, book.labels["page"]), numbers, here)
        return _changed(page, keep_ends(break_addresses(body)) if page.chapter else body)

    front = map(filled, opening)
    made = [(laid_out("front", [*_opening_pages(book, pages), *front]), Numbering("roman"))]
    made += [(one, Numbering("arabic", first)) for one, first in zip(layouts, begins, strict=True)]
    return _filled_up(made, laid_out("blank", []), shop.pages_multiple) if shop else made


def _roman_parts(pages: Sequence[Page]) -> Sequence[Page]:
    """The parts that have Roman numbers: contents and lists of the front matter, and what stands before them."""
    lists = [number for number, page in enumerate(pages, 1) if page.role in _FRONT and page.division == "front"]
    return pages[: max(lists, default=0)]


def _filled_up(layouts: list[tuple[Layout, Numbering]], blank: Layout, multiple: int) -> list[tuple[Layout, Numbering]]:
    """With empty left-hand pages where the next part begins on a right-hand one, and at the end up to a multiple."""
    made: list[tuple[Layout, Numbering]] = []
    for layout, numbering in layouts:
        made.append((layout, numbering))
        if len(layout) % 2:
            made.append((blank, replace(numbering, first=numbering.first + len(layout))))
    missing = -sum(len(layout) for layout, _ in made) % multiple
    last, numbering = made[-1]
    end = numbering.first + len(last)
    return made + [(blank, replace(numbering, first=end + more)) for more in range(missing)]


def _opening_pages(book: Book, pages: PageSet) -> list[Page]:
    """The title page and the imprint, which are no parts that authors list."""
    return [
        Page(book.names.pages[role], role, "front", title := book.labels[label], title, _opening(role, pages))
        for role, label in (("title-page", "title_page"), ("imprint", "imprint"))
    ]


def _opening(slug: str, pages: PageSet) -> Markup:
    return pages.templates.render(f"parts/{slug}.html", disclaimer=pages.fragments.disclaimer)


def _with_formulas(pages: PageSet) -> PageSet:
    files = dict(pages.files)
    changed = []
    for page in pages.pages:
        body, formulas = draw_formulas(page.body)
        files |= formulas
        changed.append(_changed(page, body))
    return replace(pages, pages=tuple(changed), files=files)


def _changed(page: Page, body: str) -> Page:
    return replace(page, body=Markup(body))


def _for_press(name: str, data: bytes, paper: Paper, store: Store) -> bytes:
    """A file of the edition in the inks of the press; drawings of formulas have no colours but black."""
    if name.endswith(".svg"):
        return paper.restyled(data.decode().replace("<svg ", '<svg fill="#000" ', 1)).encode()
    return grey_picture(data, store) if name.endswith((".png", ".jpg", ".jpeg")) else data


def _characters(pages: PageSet, style: str) -> set[str]:
    """Every character that the edition may print, those that the stylesheet adds included."""
    texts: list[str] = [page.body for page in pages.pages]
    texts += [data.decode() for name, data in pages.files.items() if name.endswith(".svg")]
    texts += [_opening(slug, pages) for slug in ("title-page", "imprint")]
    added = {chr(int(code, 16)) for code in _ESCAPE.findall(style)}
    return added.union(*(html.unescape(_NAMES.sub("", text)) for text in texts))
