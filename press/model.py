"""The book as the stages see it: plain data, filled in from stage to stage.

A chapter's text is a tree (`press/nodes.py`), whose nodes carry their source position as one number (`pack_place`).
"""

from __future__ import annotations

import dataclasses
import datetime
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal, get_args

from press.blocks import Block, Snapshot
from press.diagnostics import Position
from press.evidence import Evidence
from press.guidance import Guidance
from press.history import History
from press.labels import Labels
from press.letters import short_hash
from press.metadata import BookSettings, Change, ChapterMetadata
from press.nodes import Doc, Plain
from press.references import Bibliography, Reference

Division = Literal["front", "body", "back"]
PartRole = Literal["contents", "list-of-figures", "symptom-index", "references", "whats-new", "colophon", "index"]
PART_ROLES: tuple[PartRole, ...] = get_args(PartRole)

_COLUMNS = 10**4
_LINES = 10**6


def pack_place(file: int, line: int, column: int) -> int:
    """One number for a position in the book's file number `file`; columns past 9999 count as 9999."""
    return (file * _LINES + line) * _COLUMNS + min(column, _COLUMNS - 1)


def unpack_place(place: int) -> tuple[int, int, int]:
    """The file number, line and column of a place."""
    rest, column = divmod(place, _COLUMNS)
    file, line = divmod(rest, _LINES)
    return file, line, column


@dataclass(frozen=True, slots=True)
class SeriesPlace:
    """What a chapter is in the series."""

    number: int
    reference: str
    """How it is referred to: Spot No. 4."""
    full_name: str
    """How its page calls it: Perfect Spot No. 4."""


@dataclass(frozen=True, slots=True)
class PageInfo:
    """The counts and dates at the head of a chapter, all computed."""

    words: int
    minutes: int
    notes: int
    citations: int
    published: datetime.date | None
    updated: datetime.date | None
    updated_by: str | None
    updates: int


@dataclass(frozen=True, slots=True)
class LoggedChange:
    """An entry of a changelog with its text as it was parsed."""

    change: Change
    text: Plain
    position: Position
    section: str | None = None
    """The anchor's id in the editions."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A numbered figure or table, for lists."""

    id: str
    kind: Literal["fig", "tbl"]
    label: str
    """Figure 4.1"""
    title: str


@dataclass(frozen=True, slots=True)
class Heading:
    """A section heading, for contents."""

    id: str
    level: int
    title: str


@dataclass(frozen=True, slots=True)
class Chapter:
    """One file of the manuscript. The metadata's Markdown lines are parsed into `fields` under their names."""

    slug: str
    """The file's name without number and ending; the id of the chapter."""
    file: str
    """Path from the book's folder."""
    division: Division
    metadata: ChapterMetadata
    tree: Doc
    fields: Mapping[str, Plain]
    title: str
    """Plain text with typographic punctuation."""
    number: int | None = None
    """The place among the numbered chapters of the body."""
    series: SeriesPlace | None = None
    info: PageInfo | None = None
    headings: tuple[Heading, ...] = ()
    figures: tuple[Figure, ...] = ()
    changes: tuple[LoggedChange, ...] = ()
    references: tuple[Reference, ...] = ()
    """The chapter's own list, in books that have such lists."""

    @property
    def is_planned(self) -> bool:
        """Whether the chapter is announced only and has no page."""
        return self.metadata.status == "planned"

    @property
    def short_title(self) -> str:
        """The title for menus and running heads."""
        return self.metadata.short_title or self.title


@dataclass(frozen=True, slots=True)
class GeneratedPart:
    """A part that the press makes, named in the contents of book.yaml."""

    role: PartRole
    division: Division
    title: str

    @property
    def slug(self) -> str:
        """The id of the part: `part-index`, so that it is no file's slug."""
        return f"part-{self.role}"


Part = Chapter | GeneratedPart


@dataclass(frozen=True, slots=True)
class SharedText:
    """A file of `manuscript/shared/`, included by chapters."""

    file: str
    title: str
    tree: Doc


@dataclass(frozen=True, slots=True)
class Anchor:
    """A place that cross references can point to."""

    id: str
    """As it stands in the editions: without colons."""
    part: str
    """The slug of the chapter or part that holds it."""
    kind: Literal["chapter", "section", "figure", "table", "other"]
    position: Position
    title: str
    number: str = ""
    """4.1 for a figure, empty where things are not numbered."""
    words: int = 0
    """The length of what it names, for chapters and sections."""


@dataclass(frozen=True, slots=True)
class IndexMark:
    """One place that an index entry points to."""

    id: str
    part: str
    context: str
    """The readable locator where there are no pages: the section's title."""


@dataclass(slots=True)
class IndexEntry:
    """A heading of the index with its places, pointers and subentries."""

    term: str
    marks: list[IndexMark] = field(default_factory=list)
    see: set[str] = field(default_factory=set)
    see_also: set[str] = field(default_factory=set)
    subentries: dict[str, IndexEntry] = field(default_factory=dict)

    @property
    def id(self) -> str:
        """Where "see" leads to; entries of the first level only."""
        return index_id(self.term)


def index_id(term: str) -> str:
    """The id of an entry of the index, by its term."""
    return f"part-index-entry-{short_hash(term)}"


@dataclass(frozen=True, slots=True)
class Book:
    """Everything the press knows of a book."""

    root: Path
    settings: BookSettings
    labels: Labels
    files: tuple[str, ...]
    """The text files read, in the order that places number them."""
    parts: tuple[Part, ...]
    shared: Mapping[str, SharedText]
    bibliography: Bibliography
    evidence: Evidence | None
    """What became of references, in books that keep track."""
    notices: Mapping[str, Plain]
    """The Markdown lines of book.yaml, by name."""
    anchors: Mapping[str, Anchor] = field(default_factory=dict)
    """By the id as the author writes it."""
    references: tuple[Reference, ...] = ()
    index: tuple[IndexEntry, ...] = ()
    guidance: Guidance = field(default_factory=Guidance)
    """What readers with a complaint are told."""
    changes: tuple[LoggedChange, ...] = ()
    shared_homes: Mapping[str, str] = field(default_factory=dict)
    """Shared file -> slug of the chapter that has it in editions read from front to back."""
    releases: tuple[Snapshot, ...] = ()
    """The oldest first."""
    blocks: tuple[Block, ...] = ()
    """The text as its authors wrote it, to be compared with releases; see `resolvers/blocks.py`."""
    tombstones: Mapping[str, str] = field(default_factory=dict)
    """Ids of blocks that are gone -> the ids of the nearest blocks that are left."""
    reserved_ids: frozenset[str] = frozenset()
    """Ids that were released; no new thing gets one of them."""
    history: History = field(default_factory=History)
    """What changed since each release."""
    is_sample: bool = False
    """Whether this is the free sample, cut from the whole book."""
    setting_positions: Mapping[str, Position] = field(default_factory=dict)
    """Dotted name of a setting in book.yaml -> its position."""

    @property
    def chapters(self) -> tuple[Chapter, ...]:
        """The chapters that have a page, in reading order."""
        return tuple(part for part in self.parts if isinstance(part, Chapter) and not part.is_planned)

    @property
    def series(self) -> tuple[Chapter, ...]:
        """The chapters of the series, planned ones too."""
        return tuple(part for part in self.parts if isinstance(part, Chapter) and part.series)

    @property
    def released(self) -> Snapshot | None:
        """The last release."""
        return self.releases[-1] if self.releases else None

    @property
    def manuscript(self) -> Path:
        """The folder that authors edit."""
        return self.root / "manuscript"

    def position(self, place: int) -> Position:
        """Where a place is; of one that is not known, the head of book.yaml."""
        if not place:
            return Position("manuscript/book.yaml")
        file, line, column = unpack_place(place)
        return Position(self.files[file], line, column)

    def replace(self, **changes: Any) -> Book:
        """A copy with some fields changed."""
        return dataclasses.replace(self, **changes)

    def with_chapters(self, change: Callable[[Chapter], Chapter]) -> Book:
        """A copy with what `change` makes of each chapter that has a page, in reading order."""
        parts = tuple(
            change(part) if isinstance(part, Chapter) and not part.is_planned else part for part in self.parts
        )
        return self.replace(parts=parts)


def output_id(identifier: str) -> str:
    """An author's id as it stands in the editions, where ids are XML names: `fig:a` becomes `fig-a`."""
    return identifier.replace(":", "-")
