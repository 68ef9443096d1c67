"""The pages that tell, word by word, what changed since each release, and the errata."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from press.blocks import CLOSING, OPENING
from press.history import Ledger, LedgerEntry, Piece
from press.model import Book
from press.writers.xhtml.flavour import Flavour

_CITED = re.compile(rf"\s*{OPENING}([^{CLOSING}]*){CLOSING}")
_CROSS_REFERENCE = re.compile(r"@([a-z]+:[\w-]*\w|[a-z][\w-]*\w)")


@dataclass(frozen=True, slots=True)
class ShownChange:
    """One change of one block."""

    event: str
    """As the labels name it, without `event_`."""
    section: str
    href: str
    """Where the block stands; nothing for one that is gone."""
    pieces: tuple[Piece, ...]


@dataclass(frozen=True, slots=True)
class ChangedPart:
    """The changes of one chapter, or of a text that chapters share."""

    title: str
    href: str
    changes: tuple[ShownChange, ...]
    renumbered: tuple[tuple[str, str], ...] = ()
    """Old and new numbers of notes."""


@dataclass(frozen=True, slots=True)
class ChangesPage:
    """What changed since one release."""

    slug: str
    release: str
    parts: tuple[ChangedPart, ...]
    references: tuple[ShownChange, ...]


@dataclass(frozen=True, slots=True)
class Erratum:
    """A mistake that was put right."""

    release: str
    title: str
    href: str
    text: Markup
    """What the changelog says of it."""
    wordings: tuple[ShownChange, ...]


class ChangePages:
    """Makes the pages from the history of a book."""

    def __init__(self, book: Book, flavour: Flavour) -> None:
        self.book = book
        self.flavour = flavour
        self.titles = {chapter.slug: chapter.title for chapter in book.chapters}
        self.titles |= {file.removeprefix("manuscript/"): text.title for file, text in book.shared.items()}

    def since(self) -> Iterator[ChangesPage]:
        """A page for each release, that of the edition itself included: its readers, too, may ask."""
        name, slug = self.book.settings.release.name, self.book.names.changes_since
        ledgers = self.book.history.ledgers
        if name not in {ledger.since for ledger in ledgers} and (ledgers or self.book.settings.url):
            yield ChangesPage(slug(name), name, (), ())
        for ledger in ledgers:
            parts, references = tuple(self._parts(ledger)), tuple(self._references(ledger))
            yield ChangesPage(slug(ledger.since), ledger.since, parts, references)

    def errata(self, lines: Mapping[str, Markup]) -> tuple[Erratum, ...]:
        """The corrections; `lines` are the texts of the changelogs as markup."""
        page = self.book.names.pages["errata"]
        return tuple(
            Erratum(
                one.release,
                self.titles.get(one.chapter, self.book.settings.title),
                self.flavour.href(one.chapter, page) if one.chapter else "",
                lines[f"{one.chapter}/changelog.{one.number}"],
                tuple(self._changes(one.wordings, page)),
            )
            for one in self.book.history.corrections
        )

    def _parts(self, ledger: Ledger) -> Iterator[ChangedPart]:
        page = self.book.names.changes_since(ledger.since)
        names = dict.fromkeys([*(entry.chapter for entry in ledger.entries), *ledger.note_numbers])
        for name in names:
            changes = self._changes((entry for entry in ledger.entries if entry.chapter == name), page)
            href = self.flavour.href(name, page) if name in self.flavour.addresses else ""
            numbers = tuple(ledger.note_numbers.get(name, {}).items())
            yield ChangedPart(self.titles.get(name, name), href, tuple(changes), numbers)

    def _changes(self, entries: Iterable[LedgerEntry], page: str) -> Iterator[ShownChange]:
        for entry in entries:
            there = entry.event != "removed" and entry.id in self.flavour.addresses
            citation = entry.event.startswith("citation")
            pieces = tuple(
                (kind, self._citation(words) if citation else self._readable(words)) for kind, words in entry.pieces
            )
            section = entry.section if entry.kind != "h" else ""
            yield ShownChange(entry.event, section, self.flavour.href(entry.id, page) if there else "", pieces)

    def _readable(self, words: str) -> str:
        """A text as readers know it: with names in the places of citations, and titles in those of cross references."""
        words = _CITED.sub(lambda found: f" [{self._citation(found[1])}]", words)
        return _CROSS_REFERENCE.sub(lambda found: self._title(found[1]) or found[0], words)

    def _title(self, identifier: str) -> str:
        anchor = self.book.anchors.get(identifier)
        if anchor is None:
            return ""
        kind = {"figure": "fig", "table": "tbl"}.get(anchor.kind)
        return f"{self.book.labels[kind]} {anchor.number}" if kind else f"“{anchor.title}”"

    def _citation(self, words: str) -> str:
        """A citation as readers know it: names and year in the place of the key."""
        key, comma, locator = words.partition(",")
        before, _, key = key.rpartition(" ")
        entry = self.book.bibliography.entries.get(key)
        if entry is None:
            return words
        people: Sequence[Mapping[str, str]] = entry.item.get("author") or entry.item.get("editor") or ()
        names = [person.get("family") or person.get("literal") or "" for person in people]
        year = str(entry.item.get("issued", {}).get("date-parts", [[""]])[0][0])
        short = " ".join([*names[:1], *(["et al."] if len(names) > 2 else names[1:2]), year]).strip()
        return f"{before} {short or key}{comma}{locator}".strip()

    def _references(self, ledger: Ledger) -> Iterator[ShownChange]:
        ids = {reference.key: reference.id for reference in self.book.references}
        page = self.book.names.changes_since(ledger.since)
        added: Mapping[str, tuple[Piece, ...]] = {
            key: (("added", words),) for key, words in ledger.references_added.items()
        }
        removed: Mapping[str, tuple[Piece, ...]] = {
            key: (("removed", words),) for key, words in ledger.references_removed.items()
        }
        for event, found in (("added", added), ("removed", removed), ("reworded", ledger.references_changed)):
            for key, pieces in found.items():
                yield ShownChange(event, "", self.flavour.href(ids[key], page) if key in ids else "", pieces)
