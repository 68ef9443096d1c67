"""What BibTeX entries inherit by `crossref` and `xdata`, and the loops in which they may stand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from press.readers.bibtex_scan import RawEntry

POINTERS = ("crossref", "xdata")
"""The fields that name the entries to inherit from."""
_DATES = ("date", "year", "month", "day")
_LENT = ("doi", "url", "langid", "hyphenation", "language")


def parents(entry: RawEntry, pointer: str) -> list[str]:
    """The keys, as written, that a field of an entry points to."""
    return [key.strip() for key in entry.values().get(pointer, "").split(",") if key.strip()]


def is_looping(entry: RawEntry, known: Mapping[str, RawEntry]) -> bool:
    """Whether an entry inherits from itself, at last; `known` are the entries by their keys in lower case."""
    seen: set[str] = set()
    waiting = [entry]
    while waiting:
        one = waiting.pop()
        for key in (key.lower() for pointer in POINTERS for key in parents(one, pointer)):
            if key == entry.key.lower():
                return True
            if key in known and key not in seen:
                seen.add(key)
                waiting.append(known[key])
    return False


def without_loops(entries: Sequence[RawEntry]) -> list[RawEntry]:
    """The entries, those in loops without what makes these: pandoc would never end."""
    known = {entry.key.lower(): entry for entry in entries}
    return [
        replace(entry, fields=tuple(each for each in entry.fields if each.name not in POINTERS))
        if is_looping(entry, known)
        else entry
        for entry in entries
    ]


def inherited_values(entry: RawEntry, known: Mapping[str, RawEntry]) -> dict[str, str]:
    """The fields of an entry that is in no loop, with those that it inherits and that pandoc is not to read."""
    values = entry.values()
    for key in parents(entry, "xdata"):
        if key.lower() in known:
            values = inherited_values(known[key.lower()], known) | values
    for key in parents(entry, "crossref"):
        if key.lower() in known:
            lender = inherited_values(known[key.lower()], known)
            lent = _LENT if "date" in values or "year" in values else _LENT + _DATES
            values = {name: lender[name] for name in lent if name in lender} | values
    return values
