"""Releases: what they freeze and stamp, when they are refused, and that a killed one leaves nothing half done."""

from __future__ import annotations

import datetime
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import MakeBook, change_files, run_build, silent, snapshot

from press import store as press_store
from press.changes.journal import journal
from press.changes.snapshots import read_snapshots
from press.commands.release import make_release
from press.diagnostics import Report
from press.pipeline import build, read_receipt

EDITIONS = ("epub", "web")
FIRST = "manuscript/01-first-chapter.md"
BOOK = "manuscript/book.yaml"


def released(root: Path, name: str, date: str | None = None, unlogged: str = "") -> tuple[str, Report]:
    """What a release printed, and what it complained of."""
    report = Report()
    day = datetime.date.fromisoformat(date) if date else None
    return make_release(root, root / "output", name, day, unlogged, report, silent, EDITIONS), report


def rebuilt(root: Path) -> tuple[bool, Report]:
    """Whether a build of the book made anything."""
    report = Report()
    return build(root, root / "output", EDITIONS, False, report, silent).written, report


def edit(root: Path, old: str, new: str) -> None:
    """Change the first chapter."""
    text = (root / FIRST).read_text("utf-8")
    assert old in text
    change_files(root, {FIRST: text.replace(old, new)})


LOGGED = "changelog:\n  - {date: 2027-02-01, kind: correction, text: A file is a *file*.}\n"


def test_a_release_is_stamped_and_frozen(small_book: MakeBook) -> None:
    """Name and date stand in every edition, in book.yaml and the receipt; a build after it makes the same."""
    root = small_book()
    comment = "# What the press knows of your book"
    printed, report = released(root, "2027.1", "2027-02-01")
    assert not len(report), report.render("text")
    assert "tag -a 2027.1" in printed
    text = (root / BOOK).read_text("utf-8")
    assert text.startswith(comment)
    assert 'release: {name: "2027.1", date: 2027-02-01}' in text
    assert read_receipt(root / "output")["release"] == {"name": "2027.1", "date": "2027-02-01"}
    assert "2027.1" in (root / "output" / "html" / "part-colophon.html").read_text("utf-8")
    assert [one.name for one in read_snapshots(root, Report())] == ["2027.1"]
    made = snapshot(root / "output")
    assert rebuilt(root)[0] is False, "the receipt is that of the released sources"
    shutil.rmtree(root / "output")
    assert rebuilt(root)[0] is True
    assert snapshot(root / "output") == made, "the released book makes the released editions"


def test_the_changelog_is_kept_by_release(small_book: MakeBook) -> None:
    """CHANGELOG.md has each entry under the release that it came with, the newest first."""
    root = small_book()
    released(root, "2027.1", "2027-01-31")
    edit(root, "is one file", "is a single file")
    edit(root, "changelog:\n", LOGGED)
    printed, report = released(root, "2027.2", "2027-02-01")
    assert printed, report.render("text")
    assert (root / "output" / "CHANGELOG.md").read_text("utf-8") == (
        "# Changelog of A New Book\n\n"
        "## [2027.2] - 2027-02-01\n\n### Fixed\n\n- The First Chapter: A file is a *file*. (2027-02-01)\n\n"
        "## [2027.1] - 2027-01-31\n\n### Added\n\n- The First Chapter: First published. (2026-01-01)\n"
    )


def test_no_release_is_made_twice(small_book: MakeBook) -> None:
    """Neither name nor date may be used again, and a name must fit a file and a tag."""
    root = small_book()
    assert released(root, "2027.1", "2027-02-01")[0]
    before = snapshot(root)
    for name, date in (("2027.1", "2027-03-01"), ("2027.2", "2027-02-01"), ("2027.2", None), ("../x", "2027-03-01")):
        printed, report = released(root, name, date)
        assert printed == ""
        assert [found.code for found in report] == ["bad-release"]
        assert snapshot(root) == before
    with journal(root, "2027.3"):
        assert [found.code for found in released(root, "2027.2", "2027-03-01")[1]] == ["bad-release"]
    assert snapshot(root) == before


def test_unlogged_changes_are_not_released(small_book: MakeBook) -> None:
    """Without an entry a changed chapter stops the release, and all is as before; a reason lets it pass."""
    root = small_book()
    assert released(root, "2027.1", "2027-02-01")[0]
    edit(root, "is one file", "is a single file")
    before = snapshot(root)
    printed, report = released(root, "2027.2", "2027-03-01")
    assert printed == ""
    assert [(found.code, found.position.path) for found in report] == [("unlogged-change", FIRST)]
    assert snapshot(root) == before
    assert released(root, "2027.2", "2027-03-01", "a typing error")[0]
    assert read_snapshots(root, Report())[-1].unlogged == "a typing error"
    assert "Some changes are not listed: a typing error\n" in (root / "output" / "CHANGELOG.md").read_text("utf-8")


def test_only_text_must_be_logged(small_book: MakeBook) -> None:
    """Other lines, another label of a note and another style are no changes."""
    root = small_book()
    assert released(root, "2027.1", "2027-02-01")[0]
    edit(root, "one file", "one\nfile")
    edit(root, "[^note]", "[^other]")
    change_files(root, {BOOK: (root / BOOK).read_text("utf-8") + "\ncitations: {style: note}\n"})
    assert released(root, "2027.2", "2027-03-01")[0]


def test_removed_texts_leave_an_anchor(small_book: MakeBook) -> None:
    """A heading that was rewritten keeps its id; one that is gone leaves it to the text before."""
    root = small_book()
    edit(root, "\nA [chapter]", "\n## The first of all the sections\n\nSome words.\n\n## Cut out\n\nA [chapter]")
    assert released(root, "2027.1", "2027-02-01")[0]
    edit(root, "## The first of all the sections", "## The very first of all the sections")
    edit(root, "## Cut out\n\n", "")
    assert rebuilt(root)[0]
    page = (root / "output" / "html" / "first-chapter.html").read_text("utf-8")
    assert page.count('id="first-chapter-the-first-of-all-the-sections"') == 1
    assert page.count('id="first-chapter-cut-out"') == 1
    assert page.index('id="first-chapter-cut-out"') > page.index("The very first")


def test_commands(small_book: MakeBook) -> None:
    """`changes` prints what changed since a release, in three formats, and says when there is none."""
    root = small_book()
    assert run_build("changes", "--book", str(root)).returncode == 1
    assert released(root, "2027.1", "2027-02-01")[0]
    edit(root, "is one file", "is a single file")
    run = run_build("changes", "--book", str(root))
    assert "text reworded" in run.stdout
    assert "[-one-] {+a single+}" in run.stdout
    run = run_build("changes", "--book", str(root), "--since", "2027.1", "--format", "html")
    assert "<del>one</del> <ins>a single</ins>" in run.stdout
    run = run_build("changes", "--book", str(root), "--format", "json")
    assert '"event": "reworded"' in run.stdout
    assert "there is no release" in run_build("changes", "--book", str(root), "--since", "1999").stderr


class Killer:
    """Ends the process before the given change of a file that stands in the book's folder for others to see."""

    def __init__(self, root: Path, at: int) -> None:
        self.root, self.left = root, at

    def watch(self, function: Callable[..., Any]) -> Callable[..., Any]:
        """The function, or the end."""

        def watched(*paths: Any, **named: Any) -> Any:
            shown = [Path(path).relative_to(self.root).as_posix() for path in paths if isinstance(path, (str, Path))]
            if not any(".cache" in name or name.startswith("output/.work") for name in shown[-1:]):
                self.left -= 1
                if self.left < 0:
                    os._exit(9)
            return function(*paths, **named)

        return watched


def kill_a_release(root: Path, at: int) -> bool:
    """Make a release in a process of its own, which ends before its change number `at`; whether it came to that."""
    child = os.fork()
    if not child:
        killer = Killer(root, at)
        for name in ("replace", "rename", "unlink"):
            setattr(Path, name, killer.watch(getattr(Path, name)))
        press_store._exchange = killer.watch(press_store._exchange)
        printed = released(root, "2027.2", "2027-03-01")[0]
        os._exit(0 if printed else 1)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9


def editions_of(root: Path) -> dict[str, dict[str, bytes]]:
    """Each edition's files."""
    files = snapshot(root / "output")
    return {
        edition: {name: data for name, data in files.items() if name.startswith(edition)}
        for edition in ("html", "new-book.epub")
    }


@pytest.mark.parametrize("system_exchanges", [True, False])
def test_a_killed_release_leaves_whole_editions(
    small_book: MakeBook, monkeypatch: pytest.MonkeyPatch, system_exchanges: bool
) -> None:
    """Wherever it is killed, each edition is the old or the new one, and the next runs bring all in order."""
    if not system_exchanges:
        monkeypatch.setattr(press_store, "_exchange", lambda one, other: False)
    first = small_book()
    assert released(first, "2027.1", "2027-02-01")[0]
    edit(first, "is one file", "is a single file")
    edit(first, "changelog:\n", LOGGED)
    old = editions_of(first)
    good = first.with_name("good")
    shutil.copytree(first, good)
    assert released(good, "2027.2", "2027-03-01")[0]
    new = editions_of(good)
    at = 0
    while True:
        root = first.with_name(f"killed-{at}")
        shutil.copytree(first, root)
        if not kill_a_release(root, at):
            break
        for edition, files in editions_of(root).items():
            missing = not system_exchanges and edition == "html" and not files
            assert missing or files in (old[edition], new[edition]), f"{edition} is half written at {at}"
        was_made = (root / "manuscript/releases/2027.2.txt").exists()
        assert not was_made or editions_of(root) == new
        report = released(root, "2027.2", "2027-03-01")[1]
        assert [found.code for found in report] == (["bad-release"] if was_made else [])
        rebuilt(root)
        assert snapshot(root) == snapshot(good), f"after {at}"
        shutil.rmtree(root)
        at += 1
    assert at >= 7, "book.yaml, two editions, changelog, snapshot, receipt, journal"
