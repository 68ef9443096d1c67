"""A release: built, proofed, frozen, and ready to be tagged."""

from __future__ import annotations

import datetime
import shlex
from pathlib import Path

from press.changes.journal import BOOK_FILE, ReleaseUnderwayError, journal
from press.changes.snapshots import NAME, read_snapshots
from press.diagnostics import Position, Report
from press.paths import RELEASES, snapshot_path
from press.pipeline import EDITION_NAMES, Progress, build
from press.readers.book import read_settings
from press.readers.stamp import stamped
from press.store import write_file


def make_release(
    root: Path,
    output: Path,
    name: str,
    date: datetime.date | None,
    unlogged: str,
    report: Report,
    progress: Progress,
    editions: tuple[str, ...] = EDITION_NAMES,
) -> str:
    """Make the release `name` of the book in `root`; the git commands that tag it, empty with diagnostics on failure.

    `date` is that of `book.yaml` by default. `unlogged` says why changes may be missing from the changelogs.
    Until the snapshot has its place everything but finished editions is put back as it was.
    """
    found = read_settings(root, report)
    if found is None:
        return ""
    date = date or found[0].release.date
    if not _may_be_made(root, name, date, report):
        return ""
    if unlogged:
        report.passed.add("unlogged-change")

    try:
        with journal(root, name):
            text = (root / BOOK_FILE).read_bytes().decode()
            write_file(root / BOOK_FILE, stamped(text, name, date).encode())
            build(root, output, editions, True, report, progress, " ".join(unlogged.split()))
    except ReleaseUnderwayError:
        report.add("bad-release", Position(RELEASES), "a release of this book is being made", "wait for its end")
    except ValueError as error:
        hint = f'write `release: {{name: "{name}", date: {date}}}`'
        report.add("bad-release", Position(BOOK_FILE), str(error), hint)
    if report.fails(strict=True):
        return ""
    files = f"{BOOK_FILE} {RELEASES}/{name}.txt"
    return (
        f"released: {name}, {date}; keep and tag it with\n"
        f"  git -C {shlex.quote(str(root))} add {files}\n"
        f'  git -C {shlex.quote(str(root))} commit -m "Release {name}"\n'
        f'  git -C {shlex.quote(str(root))} tag -a {name} -m "Release {name} of {date}"'
    )


def _may_be_made(root: Path, name: str, date: datetime.date, report: Report) -> bool:
    releases = read_snapshots(root, report)
    last = releases[-1] if releases else None
    at = Position(BOOK_FILE)
    if not NAME.fullmatch(name):
        hint = "names are of letters, digits, dots, hyphens and underlines: 2027.1"
        report.add("bad-release", at, f'"{name}" cannot be the name of a release', hint)
    elif snapshot_path(root, name).exists():
        position = Position(f"{RELEASES}/{name}.txt")
        report.add("bad-release", position, f'the release "{name}" was made already', "give the new one another name")
    elif last and date <= last.date:
        hint = "give its date with --date, or in book.yaml"
        report.add("bad-release", at, f'{date} is not after the last release, "{last.name}" of {last.date}', hint)
    return not report.fails()
