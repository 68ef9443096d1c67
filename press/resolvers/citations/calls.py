"""The citations of a book's text, found in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

import panflute as pf

from press.citeproc import CitationItem, Cluster
from press.citeproc.locators import parse_locator
from press.diagnostics import Report, did_you_mean
from press.model import Book, Chapter, LoggedChange
from press.resolvers.citations.status import citation_mark
from press.resolvers.limited_html import to_html
from press.tree import elements, is_cross_reference, is_shared, plain_text

_MODES = {"NormalCitation": "normal", "AuthorInText": "author-in-text", "SuppressAuthor": "suppress-author"}


@dataclass(slots=True)
class Call:
    """One citation cluster of the text."""

    cite: pf.Cite
    cluster: Cluster
    root: pf.Element
    """The chapter's tree, or the line of a changelog."""
    chapter: Chapter | None
    """None for the book's own changelog."""
    section: str
    """The title of the section that it stands in; the chapter's before the first one."""
    in_note: bool
    is_repeated: bool = False
    """Whether it stands in shared text that has its home in another chapter."""

    @property
    def in_line(self) -> bool:
        """Whether it stands in a changelog, where nothing can become a note."""
        return isinstance(self.root, pf.Plain)


def find_calls(chapter: Chapter, book: Book, report: Report) -> Iterator[Call]:
    """The citations of a chapter in reading order; those with an unknown key are reported and left out."""
    strangers = (
        element
        for element in elements(chapter.tree)
        if is_shared(element) and book.shared_homes.get(element.attributes["src"]) != chapter.slug
    )
    repeated = frozenset(id(inner) for shared in strangers for inner in elements(shared))
    place = _Place(chapter, book, report, chapter.tree, chapter.short_title)
    for call in _calls(chapter.tree, place):
        yield replace(call, is_repeated=id(call.cite) in repeated)


def find_logged_calls(
    changes: Iterable[LoggedChange], chapter: Chapter | None, book: Book, report: Report
) -> Iterator[Call]:
    """The citations of a changelog, likewise."""
    for logged in changes:
        yield from _calls(logged.text, _Place(chapter, book, report, logged.text), in_note=True)


@dataclass(slots=True)
class _Place:
    """Where the walk through a text has come."""

    chapter: Chapter | None
    book: Book
    report: Report
    root: pf.Element
    section: str = ""


def _calls(root: pf.Element, place: _Place, in_note: bool = False) -> Iterator[Call]:
    for element in elements(root, skip=lambda inner: inner is not root and isinstance(inner, pf.Note)):
        if isinstance(element, pf.Header):
            place.section = plain_text(list(element.content))
        for child in getattr(element, "content", ()) if isinstance(element, pf.Span) else ():
            if isinstance(child, pf.Note):
                yield from _calls(child, place, in_note=True)
        if not isinstance(element, pf.Cite) or all(is_cross_reference(citation) for citation in element.citations):
            continue
        if _all_known(element, place):
            items = tuple(_item(citation, place.book, place.report) for citation in element.citations)
            cluster = Cluster(items, inside_note=in_note)
            yield Call(element, cluster, place.root, place.chapter, place.section, in_note)


def _all_known(cite: pf.Cite, place: _Place) -> bool:
    places = {key: entry.position for key, entry in place.book.bibliography.entries.items()}
    unknown = [citation for citation in cite.citations if citation.id not in places]
    for citation in unknown:
        hint = did_you_mean(citation.id, places, places)
        position = place.book.position(citation.hash)
        place.report.add("unknown-citation", position, f'no reference with the key "{citation.id}"', hint)
    return not unknown


def _item(citation: pf.Citation, book: Book, report: Report) -> CitationItem:
    suffix = to_html(citation.suffix)
    label, locator, rest = parse_locator(suffix, book.settings.language)
    word = re.match(r"\s*,?\s*([^\W\d]+\.)", suffix)
    if not locator and word and parse_locator(f"{word.group(1)} 1", book.settings.language).locator:
        message = f'"{word.group(1)}" is not followed by the place it announces'
        report.add("bad-locator", book.position(citation.hash), message, f"write {word.group(1)} 5, for instance")
    prefix = to_html(citation.prefix)
    return CitationItem(
        key=citation.id,
        prefix=f"{prefix} " if prefix else "",
        # As a suffix the mark follows the locator, and keeps a number out of ranges, which would hide it.
        suffix=citation_mark(book, citation.id) + rest,
        locator=locator,
        label=label or "page",
        mode=_MODES[citation.mode],  # type: ignore[arg-type]
    )
