"""The bibliography as the stages see it: CSL-JSON items with their places, and the references made of them."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from press.diagnostics import Position
from press.evidence import StatusLine


@dataclass(frozen=True, slots=True)
class BibliographyEntry:
    """One entry of a bibliography."""

    key: str
    item: Mapping[str, Any]
    """The entry as CSL-JSON."""
    position: Position


def reference_id(key: str, prefix: str = "ref-") -> str:
    """The id of a reference: a prefix and the key, with signs that ids may not hold replaced."""
    return prefix + re.sub(r"[^\w.-]", "-", key)


def stand_in(key: str) -> dict[str, Any]:
    """An item for an entry with a mistake, so that its citations are no mistakes as well."""
    return {"id": key, "type": "document", "title": key}


@dataclass(frozen=True, slots=True)
class Bibliography:
    """The entries of all the book's bibliography files, by key."""

    entries: Mapping[str, BibliographyEntry] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class CitedPlace:
    """A place of the text that cites a reference."""

    id: str
    part: str
    """The slug of its chapter."""
    title: str
    """The chapter's short title."""
    section: str
    """The section's title; the chapter's short one before the first section."""


@dataclass(frozen=True, slots=True)
class Reference:
    """One entry of a reference list."""

    key: str
    id: str
    label: str
    html: str
    """Limited markup: i, b, sup, sub, span with class smallcaps, a."""
    annotation: str = ""
    """The entry's own comment in such markup, in books that print it."""
    places: tuple[CitedPlace, ...] = ()
    """Every place that cites it; empty in lists of chapters."""
    statuses: tuple[StatusLine, ...] = ()
    """What became of it since."""

    @property
    def places_by_chapter(self) -> list[list[CitedPlace]]:
        """For editions without pages: chapter by chapter, the first place in each section."""
        firsts = {(place.part, place.section): place for place in reversed(self.places)}
        parts = dict.fromkeys(place.part for place in self.places)
        kept = [place for place in self.places if firsts[place.part, place.section] is place]
        return [[place for place in kept if place.part == part] for part in parts]
