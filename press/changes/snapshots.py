"""Releases as text files, `manuscript/releases/NAME.txt`: a line or two for each block, made to be compared by eye.

A line without a tab says what comes; a line after a tab holds its text. The last line is a digest of all before it.
The entries are `snapshot_of`, `render` and `read_snapshots`.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any, get_args

from press.blocks import Block, BlockKind, Entry, Snapshot
from press.changes.lasting_ids import lasting_ids
from press.diagnostics import Position, Report
from press.model import Book
from press.paths import RELEASES
from press.store import digest

NAME = re.compile(r"[0-9A-Za-z][0-9A-Za-z._-]*")
"""What the name of a release looks like: it is a file's name too."""
_HEAD = "press snapshot 1"
_UNPRINTED = frozenset(["id", "abstract", "annote", "keyword", "note", "file", "language"])
"""The fields of a reference that no list prints."""


def snapshot_of(book: Book, unlogged: str = "") -> Snapshot:
    """The resolved book as a release under the name and date of its settings."""
    titles = {chapter.slug: chapter.title for chapter in book.chapters}
    titles |= {file.removeprefix("manuscript/"): text.title for file, text in book.shared.items()}
    given = lasting_ids(None, book.blocks)
    cited = [*book.references, *(one for chapter in book.chapters for one in chapter.references)]
    entries = [Entry("", one.change.date, one.change.kind, one.change.text) for one in book.changes]
    for chapter in book.chapters:
        changes = (one.change for one in chapter.changes)
        entries += [Entry(chapter.slug, change.date, change.kind, change.text) for change in changes]
    return Snapshot(
        book.settings.release.name,
        book.settings.release.date,
        titles,
        given.blocks,
        {one.key: _words(book.bibliography.entries[one.key].item) for one in cited},
        tuple(entries),
        book.tombstones,
        unlogged,
    )


def _words(item: Mapping[str, Any]) -> str:
    """A reference in one line, whatever the style."""
    parts = (f"{name}: {_value(value)}" for name, value in sorted(item.items()) if name not in _UNPRINTED)
    return " ".join("; ".join(parts).split())


def _value(value: Any) -> str:
    if isinstance(value, Mapping):
        return " ".join(_value(part) for _, part in sorted(value.items()))
    if isinstance(value, (list, tuple)):
        return ", ".join(_value(part) for part in value)
    return str(value)


def render(snapshot: Snapshot) -> str:
    """The file of a snapshot."""
    lines = [_HEAD, f"release {snapshot.name}", f"date {snapshot.date}"]
    lines += [f"unlogged\n\t{snapshot.unlogged}"] if snapshot.unlogged else []
    lines += _entry_lines(snapshot, "")
    for chapter, title in snapshot.chapters.items():
        lines += ["", f"chapter {chapter}\n\t{title}", *_entry_lines(snapshot, chapter)]
        for block in snapshot.blocks:
            if block.chapter == chapter:
                extra = f" {block.number or '-'} {block.digest}".rstrip(" -")
                lines.append(f"{block.kind} {block.id}{extra}\n\t{block.text}")
    lines.append("")
    lines += [f"reference {key}\n\t{words}" for key, words in snapshot.references.items()]
    lines += [f"gone {gone} {place}" for gone, place in sorted(snapshot.tombstones.items())]
    text = "\n".join(lines) + "\n"
    return f"{text}end {digest(text)[:16]}\n"


def _entry_lines(snapshot: Snapshot, chapter: str) -> Iterable[str]:
    return (f"entry {one.date} {one.kind}\n\t{one.text}" for one in snapshot.entries if one.chapter == chapter)


def read_snapshots(root: Path, report: Report) -> tuple[Snapshot, ...]:
    """The releases of a book, the oldest first; damaged ones are reported and left out."""
    found: list[Snapshot] = []
    for path in sorted((root / RELEASES).glob("*.txt")):
        name = path.relative_to(root).as_posix()
        snapshot = parse(path.read_bytes().decode("utf-8", "replace"), name, report)
        if snapshot and snapshot.name != path.stem:
            report.add("bad-snapshot", Position(name, 2), f'this is the release "{snapshot.name}"', _HINT)
        elif snapshot:
            found.append(snapshot)
    return tuple(sorted(found, key=lambda one: (one.date, one.name)))


_CHAPTER = re.compile(r"[^\s./\\]+|[^\t\\]+\.md")
"""A chapter's slug, or the file of a shared text."""
_HINT = "take the file from the repository again: snapshots are made by `build.py release`, never by hand"


def parse(text: str, name: str, report: Report) -> Snapshot | None:
    """The snapshot in a file of this name; None with a diagnostic when it is damaged."""
    body, _, end = text.rpartition("end ")
    if not text.startswith(_HEAD + "\n"):
        report.add("bad-snapshot", Position(name), f'the file does not begin with "{_HEAD}"', _HINT)
        return None
    if end.strip() != digest(body)[:16]:
        report.add("bad-snapshot", Position(name, text.count("\n")), "the file is not as it was released", _HINT)
        return None
    work = _Parser()
    for number, line in enumerate(body.splitlines()[1:], 2):
        try:
            work.read(line)
        except (ValueError, IndexError):
            report.add("bad-snapshot", Position(name, number), f'"{line[:40]}" means nothing here', _HINT)
            return None
    return work.snapshot()


class _Parser:
    """The lines of a snapshot, read one by one; `ValueError` and `IndexError` say that one is wrong."""

    def __init__(self) -> None:
        self.name = ""
        self.date = datetime.date.min
        self.unlogged = ""
        self.chapter = ""
        self.chapters: dict[str, str] = {}
        self.blocks: list[Block] = []
        self.references: dict[str, str] = {}
        self.entries: list[Entry] = []
        self.tombstones: dict[str, str] = {}
        self.head: list[str] = []

    def read(self, line: str) -> None:
        """Take one line in."""
        if line.startswith("\t"):
            self._text(line[1:])
            return
        self.head = line.split(" ")
        word = self.head[0]
        if word == "release":
            self.name = self.head[1]
        elif word == "date":
            self.date = datetime.date.fromisoformat(self.head[1])
        elif word == "gone":
            self.tombstones[self.head[1]] = self.head[2]
        elif word not in ("", "unlogged", "chapter", "entry", "reference", *get_args(BlockKind)):
            raise ValueError(word)

    def _text(self, text: str) -> None:
        word, *rest = self.head
        if word == "unlogged":
            self.unlogged = text
        elif word == "chapter":
            self.chapter = " ".join(rest)
            if not _CHAPTER.fullmatch(self.chapter):  # the web edition has a page of this name, even if it is gone
                raise ValueError(self.chapter)
            self.chapters[self.chapter] = text
        elif word == "entry":
            self.entries.append(Entry(self.chapter, datetime.date.fromisoformat(rest[0]), rest[1], text))
        elif word == "reference":
            self.references[rest[0]] = text
        else:
            number, picture = [*rest[1:], "", ""][:2]
            kind = next(kind for kind in get_args(BlockKind) if kind == word)
            self.blocks.append(Block(self.chapter, kind, text, rest[0], number.strip("-"), picture))

    def snapshot(self) -> Snapshot:
        """What all the lines said."""
        return Snapshot(
            self.name,
            self.date,
            self.chapters,
            tuple(self.blocks),
            self.references,
            tuple(self.entries),
            self.tombstones,
            self.unlogged,
        )
