"""What changed in a book from release to release, as data that editions show."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Event = Literal[
    "added",
    "removed",
    "reworded",
    "moved",
    "picture-changed",
    "citation-added",
    "citation-removed",
    "citation-replaced",
]
Piece = tuple[Literal["same", "removed", "added"], str]


@dataclass(frozen=True, slots=True)
class LedgerEntry:
    """One change of one block."""

    event: Event
    kind: str
    """The kind of block."""
    chapter: str
    """Where it stands now; a removed one, where it stood."""
    id: str
    """Of the block, then and now the same; of a removed one, what it was."""
    section: str
    """The words of the heading above it."""
    pieces: tuple[Piece, ...]
    """The text in runs of words; of a citation, its keys and locators."""
    before: str = ""
    """The chapter that a moved block came from, where it is another."""


@dataclass(frozen=True, slots=True)
class Ledger:
    """All that changed."""

    since: str
    """The name of the release that was compared."""
    date: datetime.date
    """Its date."""
    entries: tuple[LedgerEntry, ...]
    references_added: Mapping[str, str]
    references_removed: Mapping[str, str]
    references_changed: Mapping[str, tuple[Piece, ...]]
    """Keys of entries whose data were corrected."""
    note_numbers: Mapping[str, Mapping[str, str]]
    """Chapter -> old number -> new number, for notes whose number changed; that alone is no change."""
    chapters_renamed: Mapping[str, str]

    @property
    def changed(self) -> tuple[str, ...]:
        """The ids of the blocks that are new, moved, or not as they were."""
        return tuple(entry.id for entry in self.entries if entry.event != "removed")

    @property
    def is_empty(self) -> bool:
        """Whether nothing changed."""
        changed = (self.references_added, self.references_removed, self.references_changed, self.chapters_renamed)
        return not self.entries and not any(changed)


@dataclass(frozen=True, slots=True)
class Correction:
    """An entry of a changelog that tells of a mistake, and the wordings that it put right."""

    release: str
    """The release that has the new wording."""
    chapter: str
    """The slug of the chapter; empty for the book's own changelog."""
    number: int
    """The number of the entry in its changelog, from 0."""
    wordings: tuple[LedgerEntry, ...]


@dataclass(frozen=True, slots=True)
class History:
    """The releases of a book, as the working state looks back on them."""

    ledgers: tuple[Ledger, ...] = ()
    """What changed since each release, the newest first; none for the release that the book is."""
    corrections: tuple[Correction, ...] = ()
    """The newest release's first."""
    gone_references: tuple[str, ...] = ()
    """Ids of references that a release listed and nothing cites any more."""
    entries: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Chapter's slug, or nothing for the book -> for each entry of its changelog the release that first had it."""

    def before(self, release: str) -> Ledger | None:
        """What changed since the newest release but this one."""
        return next((ledger for ledger in self.ledgers if ledger.since != release), None)

    def changed(self) -> dict[str, str]:
        """Ids of blocks that changed -> the newest release that they changed after."""
        made: dict[str, str] = {}
        for ledger in reversed(self.ledgers):
            made |= dict.fromkeys(ledger.changed, ledger.since)
        return made
