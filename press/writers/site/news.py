"""What changed, newest first: for the home page, and for the Atom feed (RFC 4287)."""

from __future__ import annotations

import uuid
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup

from press.model import Book, LoggedChange
from press.tree_text import plain_text
from press.writers.site.addresses import HOME, absolute
from press.writers.xhtml.flavour import Flavour
from press.writers.xhtml.templates import Templates

FEED = "feed.xml"


@dataclass(frozen=True, slots=True)
class News:
    """An entry of a changelog, and what it is about."""

    logged: LoggedChange
    text: Markup
    title: str
    """Of the chapter, or of the book."""
    href: str
    """Of the section or the chapter; of the home page for what concerns the whole book."""
    urn: str
    """The same in every build, wherever the book stands."""
    is_book: bool

    @property
    def plain(self) -> str:
        """The text without markup."""
        return plain_text(self.logged.text.content)


def all_news(book: Book, lines: Mapping[str, Markup], flavour: Flavour) -> tuple[News, ...]:
    """Every entry of every changelog; those of one day in the order of the book, its own first."""
    return tuple(sorted(_news(book, lines, flavour), key=lambda news: news.logged.change.date, reverse=True))


def latest(news: tuple[News, ...], count: int) -> tuple[News, ...]:
    """What a reader should hear of first: a chapter that came out with the whole book is no news."""
    came_out = {one.logged.change.date for one in news if one.is_book and one.logged.change.kind == "publication"}
    told = (
        one
        for one in news
        if one.is_book or one.logged.change.kind != "publication" or one.logged.change.date not in came_out
    )
    return tuple(told)[:count]


def feed(book: Book, news: tuple[News, ...], templates: Templates) -> str:
    """The Atom feed. Addresses are relative to its own where the book has none."""

    def address(href: str) -> str:
        return absolute(book, href) or href

    return templates.render("web/feed.xml", news=news, urn=_urn(book, "feed"), address=address, home=HOME, file=FEED)


def _news(book: Book, lines: Mapping[str, Markup], flavour: Flavour) -> Iterator[News]:
    owners = [("", book.settings.title, book.changes)]
    owners += [(chapter.slug, chapter.title, chapter.changes) for chapter in book.chapters]
    for slug, title, changes in owners:
        seen: Counter[str] = Counter()
        for number, logged in enumerate(changes):
            words = f"{slug} {logged.change.date} {logged.change.kind} {logged.change.text}"
            seen[words] += 1
            about = logged.section or slug
            yield News(
                logged,
                text=lines[f"{slug}/changelog.{number}"],
                title=title,
                href=flavour.href(about, "") if about else HOME,
                urn=_urn(book, f"{words} {seen[words]}"),
                is_book=not slug,
            )


def _urn(book: Book, name: str) -> str:
    """A name made from words that last (RFC 9562, section 5.5)."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{book.settings.slug}:{name}").urn
