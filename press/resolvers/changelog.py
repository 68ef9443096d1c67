"""Changelogs: checked against the release, each entry with the place it is about."""

from __future__ import annotations

from dataclasses import replace

from press.diagnostics import Report
from press.model import Book, LoggedChange
from press.tree_text import plain_text, words


def check_changelogs(book: Book, report: Report) -> Book:
    """Check dates, order, kinds and sections of every changelog, and give entries the ids of their sections."""
    book = book.with_chapters(lambda chapter: replace(chapter, changes=_checked(chapter.changes, book, report)))
    return book.replace(changes=_checked(book.changes, book, report))


def _checked(changes: tuple[LoggedChange, ...], book: Book, report: Report) -> tuple[LoggedChange, ...]:
    released = book.settings.release.date
    made: list[LoggedChange] = []
    for number, logged in enumerate(changes):
        change = logged.change
        code, problem, hint = "bad-changelog", "", ""
        if change.date > released:
            code = "future-date"
            problem = f"the entry's date {change.date} is after the release of {released}"
            hint = "set release: date: in book.yaml"
        elif not words(plain_text(logged.text.content)):
            code, problem = "empty-changelog-entry", "the entry says nothing"
            hint = "say in a sentence what readers will find changed"
        elif number and change.date > changes[number - 1].change.date:
            problem, hint = "the entries are out of order", "the newest entry comes first"
        elif change.kind == "publication" and number != len(changes) - 1:
            problem, hint = (
                "the publication is not the first thing that happened",
                "it is the last entry, and the only one of its kind",
            )
        elif number == len(changes) - 1 and change.kind != "publication":
            problem, hint = (
                "the changelog does not say when this was published",
                "end it with an entry of kind: publication",
            )
        elif change.section and change.section not in book.anchors:
            problem = f'no section has the id "{change.section}"'
        if problem:
            report.add(code, logged.position, problem, hint)
        anchor = book.anchors.get(change.section or "")
        made.append(replace(logged, section=anchor.id if anchor else None))
    return tuple(made)
