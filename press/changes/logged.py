"""Whether the changelogs tell of what changed since the last release."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from press.blocks import Entry, Snapshot
from press.changes.snapshots import snapshot_of
from press.diagnostics import Position, Report
from press.history import Ledger, LedgerEntry
from press.model import Book
from press.tree import elements
from press.tree_classes import is_shared


def check_logged(book: Book, report: Report) -> None:
    """Report every text that changed since the last release while its changelog got no entry.

    Shared text has no changelog: one of the chapters that include it must have the entry, or the book.
    """
    ledgers = [one for one in book.history.ledgers if book.released and one.since == book.released.name]
    if book.released is None or not ledgers:
        return
    now = snapshot_of(book)
    told = {entry.chapter for entry in new_entries(book.released, now)}
    including = _including(book)
    files = {chapter.slug: chapter.file for chapter in book.chapters}
    for chapter, changes in by_chapter(ledgers[0]).items():
        where = including.get(chapter, {chapter})
        is_new_or_gone = chapter not in book.released.chapters or chapter not in now.chapters
        if where & told or (("" in told) and (chapter in including or is_new_or_gone)):
            continue
        file = files.get(chapter) or (f"manuscript/{chapter}" if chapter in including else "manuscript/book.yaml")
        count = "one change" if len(changes) == 1 else f"{len(changes)} changes"
        message = f'"{chapter}": {count} since the release "{book.released.name}", and no changelog says so'
        hint = f"add an entry to a changelog; `build.py changes --since {book.released.name}` shows what changed"
        report.add("unlogged-change", Position(file), message, hint)


def new_entries(old: Snapshot | None, new: Snapshot) -> Sequence[Entry]:
    """The entries of changelogs that a release has and the one before had not; new words for an old entry are none."""
    known = Counter((entry.chapter, entry.date, entry.kind) for entry in (old.entries if old else ()))
    made: list[Entry] = []
    for entry in reversed(new.entries):  # the oldest of a day were there first
        key = (entry.chapter, entry.date, entry.kind)
        if known[key]:
            known[key] -= 1
        else:
            made.append(entry)
    return made[::-1]


def by_chapter(ledger: Ledger) -> dict[str, list[LedgerEntry]]:
    """The changes of each text; what moved out of a chapter changed that as well."""
    made: dict[str, list[LedgerEntry]] = {}
    for entry in ledger.entries:
        for chapter in filter(None, (entry.chapter, entry.before)):
            made.setdefault(chapter, []).append(entry)
    return made


def _including(book: Book) -> dict[str, set[str]]:
    """Shared texts, and the chapters that hold them."""
    made: dict[str, set[str]] = {file.removeprefix("manuscript/"): set() for file in book.shared}
    for chapter in book.chapters:
        for shared in filter(is_shared, elements(chapter.tree)):
            made.setdefault(shared.attributes["src"], set()).add(chapter.slug)
    return made
