"""Whether a citation is the first of its reference or a later one, and how it stands to the one before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from press.citeproc.forms import CitationItem


@dataclass(slots=True)
class Positions:
    """The citations so far, in reading order."""

    near: int
    """How many notes away a citation is still near."""
    first_notes: dict[str, int] = field(default_factory=dict)
    """Key -> number of the note that cited it first."""
    _last_notes: dict[str, int] = field(default_factory=dict)
    _previous: tuple[CitationItem, ...] = ()

    def enter(self, items: Sequence[CitationItem], note: int) -> list[frozenset[str]]:
        """The positions of a cluster's citations, which then count as made."""
        positions = []
        for place, item in enumerate(items):
            positions.append(self._position(item, items[place - 1] if place else self._alone(), note))
            self.first_notes.setdefault(item.key, note)
            self._last_notes[item.key] = note
        self._previous = tuple(items)
        return positions

    def _alone(self) -> CitationItem | None:
        """The citation before, if it stood alone in its cluster: one among several cannot be meant by ibid."""
        keys = {item.key for item in self._previous}
        return self._previous[-1] if len(keys) == 1 else None

    def _position(self, item: CitationItem, before: CitationItem | None, note: int) -> frozenset[str]:
        if item.key not in self.first_notes:
            return frozenset({"first"})
        found = {"subsequent"}
        if note and note - self._last_notes[item.key] <= self.near:
            found.add("near-note")
        if before is not None and before.key == item.key:
            same = (item.locator, item.label if item.locator else "") == (
                before.locator,
                before.label if before.locator else "",
            )
            if same:
                found.add("ibid")
            elif item.locator:
                found |= {"ibid", "ibid-with-locator"}
        return frozenset(found)
