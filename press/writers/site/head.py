"""What the head of a page says to machines: its canonical address, Open Graph, Highwire tags, and facts.

What needs an address from the root is left out where book.yaml names none (`url`).
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from press.model import Book, Chapter
from press.writers.site.addresses import HOME, PICTURE, absolute
from press.writers.site.facts import Facts, book_facts, chapter_facts, dates
from press.writers.site.picture import HEIGHT, WIDTH
from press.writers.xhtml.pages import Page

Tags = tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class Head:
    """What stands in a page's head beside its title and its files."""

    canonical: str
    """Nothing where the book has no address."""
    properties: Tags
    """Open Graph (https://ogp.me)."""
    highwire: Tags = ()
    """What Google Scholar and reference managers read."""
    facts: Facts | None = None
    """schema.org, as JSON-LD."""


def home_head(book: Book) -> Head:
    """The head of the home page, which stands for the book."""
    settings = book.settings
    shown = _shown(book, HOME, settings.title, settings.description, "book")
    shown += (("book:release_date", settings.release.date.isoformat()),)
    if settings.isbn:
        shown += (("book:isbn", settings.isbn),)
    return Head(absolute(book, HOME), shown, facts=book_facts(book))


def page_head(book: Book, page: Page, address: str, description: str) -> Head:
    """The head of a part of the book: chapters have facts, those of the body are cited by themselves too."""
    chapter = page.chapter
    if chapter is None:
        return other_head(book, address, page.title, description)
    names = {"datePublished": "article:published_time", "dateModified": "article:modified_time"}
    shown = _shown(book, address, page.title, description, "article")
    shown += tuple((names[name], date) for name, date in dates(chapter).items())
    highwire = tuple(_highwire(book, chapter, address)) if page.division == "body" else ()
    return Head(absolute(book, address), shown, highwire, chapter_facts(book, chapter, address, description))


def other_head(book: Book, address: str, title: str, description: str) -> Head:
    """The head of a page that the edition adds, or the press makes."""
    return Head(absolute(book, address), _shown(book, address, title, description, "website"))


def _shown(book: Book, address: str, title: str, description: str, kind: str) -> Tags:
    """What a service shows of a page that somebody shares."""
    settings = book.settings
    shown: Tags = (
        ("og:type", kind),
        ("og:title", title),
        ("og:description", description),
        ("og:site_name", settings.title),
        ("og:locale", settings.language.replace("-", "_")),
    )
    if settings.url is None:
        return shown
    return (
        *shown,
        ("og:url", absolute(book, address)),
        ("og:image", absolute(book, PICTURE)),
        ("og:image:type", "image/png"),
        ("og:image:width", str(WIDTH)),
        ("og:image:height", str(HEIGHT)),
        ("og:image:alt", settings.title),
    )


def _highwire(book: Book, chapter: Chapter, address: str) -> Iterator[tuple[str, str]]:
    """The chapter for Google Scholar (https://scholar.google.com/intl/en/scholar/inclusion.html).

    What it cites is among its facts, and not said a third time.
    """
    settings = book.settings
    published = (chapter.info and chapter.info.published) or settings.release.date
    yield "citation_title", chapter.title
    for author in settings.authors:
        yield "citation_author", author.parts.filed_as if author.parts else author.name
    yield "citation_publication_date", published.strftime("%Y/%m/%d")
    yield "citation_inbook_title", settings.title
    yield "citation_language", settings.language
    if settings.publisher:
        yield "citation_publisher", settings.publisher
    if settings.isbn:
        yield "citation_isbn", settings.isbn
    if settings.url:
        yield "citation_fulltext_html_url", absolute(book, address)
