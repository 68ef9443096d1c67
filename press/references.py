"""The bibliography as the stages see it: CSL-JSON items by key, each with the place that defines it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from press.diagnostics import Position


@dataclass(frozen=True, slots=True)
class BibliographyEntry:
    """One entry of a bibliography."""

    key: str
    item: Mapping[str, Any]
    """The entry as CSL-JSON."""
    position: Position


@dataclass(frozen=True, slots=True)
class Bibliography:
    """The entries of all the book's bibliography files, by key."""

    entries: Mapping[str, BibliographyEntry] = field(default_factory=dict)
