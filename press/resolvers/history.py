"""What changed since earlier releases, for the editions that tell of it."""

from __future__ import annotations

import datetime
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise

from press.blocks import Snapshot
from press.changes.ledger import compare
from press.changes.snapshots import snapshot_of
from press.diagnostics import Report
from press.history import Correction, History, LedgerEntry
from press.model import Book, LoggedChange
from press.references import reference_id


def compare_releases(book: Book, report: Report) -> Book:
    """Compare the book, as it is now, with its releases."""
    if not book.releases or report.fails():
        return book
    now = snapshot_of(book)
    releases = [release for release in book.releases if release.name != now.name]
    entries = _first_releases(releases, now)
    ledgers = [compare(release, now) for release in reversed(book.releases)]
    if ledgers[0].since == now.name and ledgers[0].is_empty:
        del ledgers[0]  # the book is that release, and makes the same editions as when it became it
    gone = dict.fromkeys(reference_id(key) for release in releases for key in release.references)
    corrections = tuple(_corrections(book, releases, now, entries))
    return book.replace(
        history=History(tuple(ledgers), corrections, tuple(one for one in gone if one not in book.names.taken), entries)
    )


def _first_releases(releases: Sequence[Snapshot], now: Snapshot) -> dict[str, tuple[str, ...]]:
    """For each entry of each changelog, which has the newest first, the release that had it first.

    Entries are told apart by chapter, date and kind, and those of a day by their order; their words may be mended.
    """
    counts = [(one.name, Counter((entry.chapter, entry.date, entry.kind) for entry in one.entries)) for one in releases]
    seen: Counter[tuple[str, datetime.date, str]] = Counter()
    names: dict[str, list[str]] = {}
    for entry in reversed(now.entries):
        key = (entry.chapter, entry.date, entry.kind)
        seen[key] += 1
        first = next((name for name, count in counts if count[key] >= seen[key]), now.name)
        names.setdefault(entry.chapter, []).insert(0, first)
    return {chapter: tuple(found) for chapter, found in names.items()}


def _corrections(
    book: Book, releases: Sequence[Snapshot], now: Snapshot, entries: Mapping[str, Sequence[str]]
) -> Iterator[Correction]:
    """The corrections of each release but the first, which corrects nothing."""
    states = [*releases, now]
    for before, state in reversed(list(pairwise(states))):
        logged = [
            (slug, number, change)
            for slug, changes in [("", book.changes), *((chapter.slug, chapter.changes) for chapter in book.chapters)]
            for (number, change), release in zip(enumerate(changes), entries.get(slug, ()), strict=False)
            if change.change.kind == "correction" and release == state.name
        ]
        if not logged:
            continue
        found = compare(before, state).entries
        for slug, number, change in logged:
            yield Correction(state.name, slug, number, tuple(_wordings(book, slug, change, found)))


def _wordings(book: Book, slug: str, logged: LoggedChange, found: Sequence[LedgerEntry]) -> Iterator[LedgerEntry]:
    """The changes of wording that a correction tells of: those of its section, where it names one."""
    anchor = book.anchors.get(logged.change.section or "")
    for entry in found:
        here = entry.chapter == slug and (anchor is None or entry.section == anchor.title)
        if here and entry.event not in ("moved", "picture-changed"):
            yield entry
