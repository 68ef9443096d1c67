"""What changed since a release."""

from __future__ import annotations

from pathlib import Path

from press.changes.ledger import compare
from press.changes.report import LedgerFormat, print_ledger
from press.changes.snapshots import read_snapshots, snapshot_of
from press.diagnostics import Position, Report, did_you_mean
from press.paths import RELEASES
from press.pipeline import Progress, load
from press.store import Store


def list_changes(root: Path, since: str | None, form: LedgerFormat, report: Report, progress: Progress) -> str:
    """What changed in the book in `root` since a release, by default the last; empty with a diagnostic without one."""
    releases = {release.name: release for release in read_snapshots(root, Report())}
    book = load(root, Store(root / "output" / ".cache"), report, progress)
    if book is None or report.fails():
        return ""
    name = since if since is not None else next(reversed(releases), "")
    if name not in releases:
        message = f'there is no release "{name}"' if name else "nothing was released yet"
        report.add("bad-release", Position(RELEASES), message, did_you_mean(name, releases))
        return ""
    now = snapshot_of(book)
    return print_ledger(compare(releases[name], now), now, form)
