"""The EPUB edition: the book's parts as XHTML in one package. The entry is `EDITION`."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import chain
from pathlib import Path

from lxml import etree
from markupsafe import Markup

from press.diagnostics import Position, Report
from press.editions import Edition, Finished
from press.model import Book
from press.sampling import of_sample
from press.store import Store, write_file
from press.tree import elements
from press.tree_classes import id_of, is_note
from press.writers.ebook.claims import accessibility_claims
from press.writers.ebook.cover import cover_picture
from press.writers.ebook.description import dublin_core, identifier_of, printed_source, refinements
from press.writers.ebook.package import DublinCore, Facts, File, Meta, pack
from press.writers.ebook.page_list import PageBreak, mark_pages
from press.writers.fonts import book_fonts, font_face_css, font_licence
from press.writers.paged.page_map import PAGE_MAP
from press.writers.xhtml.flavour import Flavour
from press.writers.xhtml.pages import Page, PageSet, addresses, make_pages
from press.writers.xhtml.templates import Templates

_DRAWINGS = ("figures.css", "epub/drawing.css")
_DIVISIONS = {"front": "frontmatter", "body": "bodymatter", "back": "backmatter"}
_NOTES = "part-notes"
_LANDMARKS = {"all-notes": "endnotes", "references": "bibliography", "index": "index", "list-of-figures": "loi"}
_OWN_FONTS = Meta("ibooks:specified-fonts", "true")
"""Without it Apple Books passes over the fonts of a book; its reader may still choose others."""
_SVG, _MATHML = "{http://www.w3.org/2000/svg}svg", "{http://www.w3.org/1998/Math/MathML}math"


@dataclass(frozen=True, slots=True)
class _Entry:
    """A line of the navigation."""

    slug: str
    label: str
    headings: tuple[tuple[str, str], ...] = ()


def write(book: Book, path: Path, finished: Mapping[str, Finished], store: Store, report: Report) -> Mapping[str, int]:
    """Write the EPUB to the file `path`."""
    flavour = _flavour(book, report)
    made = _with_all_notes(book, make_pages(book, flavour, report), flavour)
    pages = {f"{page.slug}.xhtml": _framed(page, made, flavour) for page in made.pages if page.role != "contents"}
    pages |= _opening_pages(book, made, flavour)
    if report.fails():
        return {}
    data = {name: str(markup).encode() for name, markup in pages.items()}
    page_breaks: tuple[PageBreak, ...] = ()
    if "print" in finished:
        data, page_breaks = mark_pages(data, finished["print"].path.with_name(PAGE_MAP))
    data["nav.xhtml"] = str(_navigation(book, made, page_breaks)).encode()
    sheet = flavour.style + made.templates.source("epub/epub.css")
    fonts = book_fonts(set(sheet).union(*(page.decode() for page in data.values())), "woff2", store)
    sources = [DublinCore("source", printed_source(book.settings, book.labels.words))] if page_breaks else []
    printed = [Meta("pageBreakSource", source.value) for source in sources]
    identifier = identifier_of(book.settings)
    claims = accessibility_claims(data, sheet, book.labels.words)
    for failure in claims.failures:
        message = f'"{failure.claim}" is not claimed: {failure.reason}'
        report.add("withdrawn-claim", Position(f"epub:{failure.page}"), message)
    entries = list(_entries(book, made))
    ncx = made.templates.render("epub/toc.ncx", pages=entries, identifier=identifier, page_breaks=page_breaks)
    files = [
        File("cover.png", cover_picture(book, made.templates, store), ("cover-image",)),
        *(File(name, data[name], _properties(name, data[name]), True) for name in _reading_order(made)),
        File("toc.ncx", str(ncx).encode()),
        File("style.css", (font_face_css(fonts, "fonts") + sheet).encode()),
        *(File(f"fonts/{font.file}", font.data) for font in fonts),
        *(File(name, picture) for name, picture in made.files.items()),
    ]
    facts = Facts(
        identifier,
        book.settings.title,
        book.settings.language,
        book.settings.release.date,
        (*dublin_core(book), *sources),
        (
            *refinements(book.settings),
            *printed,
            *claims.metas,
            _OWN_FONTS,
        ),
        tuple(files),
        {"META-INF/OFL.txt": font_licence().encode()},
    )
    write_file(path, pack(facts))
    return {"documents": len(data)}


EDITION = Edition(name="epub", output=lambda settings: f"{settings.slug}.epub", write=write, needs=("print",))
SAMPLE = Edition(name="epub-sample", output=lambda settings: f"{settings.slug}-sample.epub", write=of_sample(write))


def _flavour(book: Book, report: Report) -> Flavour:
    """How the book's markup is made: with the ids of notes, and of all in them, on the page that lists them.

    Drawings carry their looks along, since Kindles take them out of the page and away from its stylesheet.
    """
    plain = Flavour("epub", ".xhtml", addresses(book))
    flavour = replace(plain, style="".join(map(Templates(book, plain, report).source, _DRAWINGS)))
    if book.settings.epub.notes == "chapter":
        return flavour
    found = dict(flavour.addresses)
    for chapter in book.chapters:
        for note in filter(is_note, elements(chapter.tree)):
            found[note.identifier] = _NOTES
            for node in chain.from_iterable(map(elements, note.content)):
                if identifier := id_of(node):
                    found[identifier] = _NOTES
    return replace(flavour, addresses=found, notes_page=_NOTES)


def _with_all_notes(book: Book, made: PageSet, flavour: Flavour) -> PageSet:
    """The pages, and the one of all notes before the references or at the end, where the book has such a page."""
    groups = [(chapter, notes) for chapter in book.chapters if (notes := made.fragments.notes[chapter.slug])]
    if not flavour.notes_page or not groups:
        return made
    body = made.templates.render("epub/notes.xhtml", groups=groups)
    title = book.labels["notes"]
    headings = tuple((f"{chapter.slug}-notes", chapter.title) for chapter, _ in groups)
    page = Page(_NOTES, "all-notes", "back", title, title, body, headings)
    at = next((n for n, other in enumerate(made.pages) if other.role == "references"), len(made.pages))
    return replace(made, pages=(*made.pages[:at], page, *made.pages[at:]))


def _framed(page: Page, made: PageSet, flavour: Flavour) -> Markup:
    return made.templates.render(
        "epub/page.xhtml",
        title=page.title,
        role=page.role,
        division=_DIVISIONS[page.division],
        meaning=flavour.semantics(page.role),
        label="",
        body=page.body,
    )


def _opening_pages(book: Book, made: PageSet, flavour: Flavour) -> dict[str, Markup]:
    """Cover, title page and imprint."""
    pages = {}
    for role, template in (
        ("cover", "epub/cover.xhtml"),
        ("title-page", "parts/title-page.html"),
        ("imprint", "parts/imprint.html"),
    ):
        title = book.labels[role.replace("-", "_")]
        pages[f"{role}.xhtml"] = made.templates.render(
            "epub/page.xhtml",
            title=title,
            role=role,
            division="frontmatter",
            meaning=flavour.semantics(role),
            label=title,
            body=made.templates.render(template, disclaimer=made.fragments.disclaimer),
        )
    return pages


def _reading_order(made: PageSet) -> list[str]:
    """The spine: the navigation stands in the place of the printed contents, or after the opening pages."""
    slugs = ["nav" if page.role == "contents" else page.slug for page in made.pages]
    opening = ["cover", "title-page", "imprint", *([] if "nav" in slugs else ["nav"])]
    return [f"{slug}.xhtml" for slug in (*opening, *slugs)]


def _entries(book: Book, made: PageSet) -> Iterable[_Entry]:
    yield _Entry("title-page", book.labels["title_page"])
    for page in made.pages:
        if page.role != "contents":
            yield _Entry(page.slug, _numbered(page), page.headings)


def _numbered(page: Page) -> str:
    """A page's title after its number in the series or its label, as the printed contents have it."""
    if page.chapter and page.chapter.series:
        return f"{page.chapter.series.number}. {page.title}"
    if page.chapter and page.chapter.metadata.label:
        return f"{page.chapter.metadata.label}. {page.title}"
    return page.title


def _navigation(book: Book, made: PageSet, page_breaks: Sequence[PageBreak]) -> Markup:
    first = next((page.slug for page in made.pages if page.division == "body"), made.pages[0].slug)
    landmarks = [
        ("cover", "cover.xhtml", book.labels["cover_page"]),
        ("titlepage", "title-page.xhtml", book.labels["title_page"]),
        ("toc", "nav.xhtml", book.labels["contents"]),
        ("bodymatter", f"{first}.xhtml", book.labels["start_reading"]),
        *((_LANDMARKS[page.role], f"{page.slug}.xhtml", page.title) for page in made.pages if page.role in _LANDMARKS),
    ]
    return made.templates.render(
        "epub/nav.xhtml", pages=list(_entries(book, made)), landmarks=landmarks, page_breaks=page_breaks
    )


def _properties(name: str, data: bytes) -> tuple[str, ...]:
    """The manifest properties of a page (EPUB 3.3, section 5.4), by what it holds."""
    root = etree.fromstring(data, base_url=name)  # a malformed page is an error of ours, which names the page
    found = ["nav"] if name == "nav.xhtml" else []
    found += ["svg"] if next(root.iter(_SVG), None) is not None else []
    found += ["mathml"] if next(root.iter(_MATHML), None) is not None else []
    return tuple(found)
