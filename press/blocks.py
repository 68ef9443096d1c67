"""The text of a book as a list of blocks: what releases freeze, and what is compared with them."""

from __future__ import annotations

import datetime
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import Literal

BlockKind = Literal["title", "h", "p", "code", "fig", "tbl", "include", "note"]
OPENING, CLOSING = "⟦", "⟧"
"""The signs around a citation, or a link's address, in a block's text."""
_CITATION = re.compile(rf"\s*{OPENING}([^{CLOSING}]*){CLOSING}")


@dataclass(frozen=True)
class Block:
    """A heading, a paragraph, a figure with its words, a table, a note: the smallest thing that is changed or moved.

    A note comes right after the block that calls it.
    """

    chapter: str
    """The slug of its chapter; for shared text its file: `shared/box.md`."""
    kind: BlockKind
    text: str
    """Its words, parted by single spaces, citations as their keys and locators: the same in every citation style."""
    id: str = ""
    """As in the editions. Before ids are given: only the one that the author chose."""
    number: str = ""
    """Of a note, as readers see it."""
    digest: str = ""
    """Of a figure's picture."""

    @cached_property
    def words(self) -> tuple[str, ...]:
        """The words without citations."""
        return tuple(_CITATION.sub("", self.text).split())

    @cached_property
    def citations(self) -> tuple[str, ...]:
        """The citations and links: `kuhn2015tos, p. 3`."""
        return tuple(_CITATION.findall(self.text))


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a changelog."""

    chapter: str
    """The slug of its chapter; empty for the book's own."""
    date: datetime.date
    kind: str
    text: str
    """In Markdown."""


@dataclass(frozen=True, slots=True)
class Snapshot:
    """A release, frozen; or the working manuscript as it would be released."""

    name: str
    date: datetime.date
    chapters: Mapping[str, str]
    """The slugs of the chapters in reading order, and their titles; then the shared texts."""
    blocks: Sequence[Block]
    references: Mapping[str, str] = field(default_factory=dict)
    """What is cited: the key, and the words of the entry."""
    entries: Sequence[Entry] = ()
    tombstones: Mapping[str, str] = field(default_factory=dict)
    """Ids that nothing has any more, and the id of the place nearest to where they were."""
    unlogged: str = ""
    """Why changes were released that no changelog tells of."""


def homes(blocks: Sequence[Block]) -> list[int]:
    """For each block its own number; for each note the number of the block that calls it."""
    made: list[int] = []
    for number, block in enumerate(blocks):
        made.append(made[-1] if block.kind == "note" and made else number)
    return made
