"""What goes into the citation processor and what comes out of it.

Markup in all of it is limited HTML: i, b, sup, sub, span with class smallcaps, and a in references;
suffixes may hold span with class evidence-mark, too.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

StyleKind = Literal["numeric", "author-date", "note", "author", "label"]
CitationMode = Literal["normal", "author-in-text", "suppress-author"]


@dataclass(frozen=True, slots=True)
class CitationItem:
    """One reference called in a cluster."""

    key: str
    prefix: str = ""
    suffix: str = ""
    locator: str = ""
    label: str = "page"
    """What the locator counts: a name of CSL such as page, chapter, volume or figure."""
    mode: CitationMode = "normal"


@dataclass(frozen=True, slots=True)
class Cluster:
    """References called at one place: one pair of brackets, or one note."""

    items: tuple[CitationItem, ...]
    note_number: int = 0
    """The note that it stands in or becomes. 0: in the text."""
    inside_note: bool = False
    """In a note style: whether it stands among the words of a note, and so is no sentence of its own."""


@dataclass(frozen=True, slots=True)
class ClusterPart:
    """A piece of a formatted cluster."""

    html: str
    key: str | None = None
    """The reference that the piece calls; None for what stands between."""
    in_text: bool = False
    """In a note style: whether the piece is an author named in the sentence, before the note's mark."""


@dataclass(frozen=True, slots=True)
class FormattedEntry:
    """One entry of the reference list."""

    key: str
    label: str
    """"1." in numbered styles, else empty."""
    html: str


@dataclass(frozen=True, slots=True)
class Problem:
    """An item that could not be formatted as the style wants."""

    key: str
    message: str


@dataclass(frozen=True, slots=True)
class Formatted:
    """All citations and references of a book."""

    kind: StyleKind
    clusters: tuple[tuple[ClusterPart, ...], ...]
    entries: tuple[FormattedEntry, ...]
    problems: tuple[Problem, ...]


class StyleError(Exception):
    """A file that is no valid CSL style."""

    def __init__(self, line: int, column: int, message: str) -> None:
        super().__init__(message)
        self.line = line
        self.column = column
        self.message = message
