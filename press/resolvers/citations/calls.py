"""The citations of a book's text, found in reading order."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import TypeGuard

from press.citeproc import CitationItem, Cluster
from press.citeproc.locators import parse_locator
from press.diagnostics import Report, did_you_mean
from press.model import Book, Chapter, LoggedChange
from press.nodes import Citation, Cite, Header, Node, Note
from press.resolvers.citations.status import citation_mark
from press.resolvers.limited_html import to_html
from press.tree import elements, paths
from press.tree_classes import is_cross_reference, is_shared
from press.tree_text import plain_text

_MODES = {"NormalCitation": "normal", "AuthorInText": "author-in-text", "SuppressAuthor": "suppress-author"}


@dataclass(frozen=True, slots=True)
class Call:
    """One citation cluster of the text."""

    cluster: Cluster
    place: int
    """Where its first citation stands."""
    number: int
    """Of its text's clusters, those that are left out counted too; see `clusters`."""
    chapter: str
    """The slug of its chapter; empty for the book's own changelog."""
    section: str
    """The title of the section that it stands in; the chapter's before the first one."""
    in_note: bool
    change: int | None = None
    """The number of the entry of the changelog that it stands in."""
    is_repeated: bool = False
    """Whether it stands in shared text that has its home in another chapter."""
    id: str = ""
    """Its id in the editions. In changelogs it has none, since What's New repeats them."""
    note: str = ""
    """The id of the note that it becomes, in a note style."""

    @property
    def in_line(self) -> bool:
        """Whether it stands in a changelog, where nothing can become a note."""
        return self.change is not None


def find_calls(chapter: Chapter, book: Book, report: Report) -> Iterator[Call]:
    """The citations of a chapter in reading order; those with an unknown key are reported and left out."""
    section = chapter.short_title
    number = 0
    for node, around in paths(chapter.tree, skip=_is_citation):
        if isinstance(node, Header):
            section = plain_text(node.content)
        if not is_cluster(node):
            continue
        if cluster := _cluster(node, any(isinstance(one, Note) for one in around), book, report):
            is_repeated = any(
                is_shared(one) and book.shared_homes.get(one.attributes["src"]) != chapter.slug for one in around
            )
            place = node.citations[0].place
            yield Call(cluster, place, number, chapter.slug, section, cluster.inside_note, is_repeated=is_repeated)
        number += 1


def find_logged_calls(changes: Iterable[LoggedChange], slug: str, book: Book, report: Report) -> Iterator[Call]:
    """The citations of a changelog, likewise: of the chapter `slug`, or with none of the book."""
    for change, logged in enumerate(changes):
        for number, node in enumerate(filter(is_cluster, elements(logged.text, skip=_is_citation))):
            if cluster := _cluster(node, True, book, report):
                yield Call(cluster, node.citations[0].place, number, slug, "", in_note=True, change=change)


def is_cluster(node: Node) -> TypeGuard[Cite]:
    """Whether a node is a cluster of citations."""
    return isinstance(node, Cite) and not all(map(is_cross_reference, node.citations))


def _is_citation(node: Node) -> bool:
    return isinstance(node, Citation)


def _cluster(cite: Cite, in_note: bool, book: Book, report: Report) -> Cluster | None:
    if not _all_known(cite, book, report):
        return None
    return Cluster(tuple(_item(citation, book, report) for citation in cite.citations), inside_note=in_note)


def _all_known(cite: Cite, book: Book, report: Report) -> bool:
    places = {key: entry.position for key, entry in book.bibliography.entries.items()}
    unknown = [citation for citation in cite.citations if citation.id not in places]
    for citation in unknown:
        hint = did_you_mean(citation.id, places, places)
        position = book.position(citation.place)
        report.add("unknown-citation", position, f'no reference with the key "{citation.id}"', hint)
    return not unknown


def _item(citation: Citation, book: Book, report: Report) -> CitationItem:
    suffix = to_html(citation.suffix)
    label, locator, rest = parse_locator(suffix, book.settings.language)
    word = re.match(r"\s*,?\s*([^\W\d]+\.)", suffix)
    if not locator and word and parse_locator(f"{word.group(1)} 1", book.settings.language).locator:
        message = f'"{word.group(1)}" is not followed by the place it announces'
        report.add("bad-locator", book.position(citation.place), message, f"write {word.group(1)} 5, for instance")
    if citation.mode == "AuthorInText" and re.match(r"\s*(<[^>]*>)*[\w(“‘\"]", rest):
        rest = f", {rest.lstrip()}"  # the words follow the year in the same brackets
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
