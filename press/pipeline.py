"""Read, resolve, write, proof: the one file that knows all stages. The entry is `build`."""

from __future__ import annotations

import contextlib
import gc
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from press.diagnostics import Diagnostic, Position, Report
from press.store import (
    Store,
    digest,
    files_under,
    remove_abandoned,
    replace_folder,
    tree_digest,
    write_file,
)
from press.tools import PRESS_PROFILE

if TYPE_CHECKING:
    from press.editions import Edition, Finished
    from press.model import Book

PRESS = Path(__file__).parent
TEMPLATES = PRESS.parent / "templates"
EDITION_NAMES = ("screen", "print", "cover", "large-print", "marked", "epub", "sample", "epub-sample", "web")
_MADE_WITH = {"cover": "print", "epub": "print"}
"""Editions that need another, which is made too where there is none: the EPUB lists the pages of the print edition."""
Progress = Callable[[int, str], None]
"""Called with the number and the name of a stage as it begins."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a build did."""

    written: bool
    """False when the editions were up to date, or when there were errors."""
    receipt: Mapping[str, Any]


def load(root: Path, store: Store, report: Report, progress: Progress) -> Book | None:
    """The resolved book in a folder; None when it cannot be read at all."""
    from press.changes.logged import check_logged
    from press.changes.snapshots import read_snapshots
    from press.readers.book import read_book
    from press.resolvers import RESOLVERS

    with _without_collection():
        progress(1, "reading")
        book = read_book(root, TEMPLATES, store, report)
        if book is None:
            return None
        book = book.replace(releases=read_snapshots(root, report))
        progress(2, "resolving")
        for resolver in RESOLVERS:
            book = resolver.run(book, report)
        check_logged(book, report)
        return book


@contextlib.contextmanager
def _without_collection() -> Iterator[None]:
    """Look for no garbage while trees grow: they have no cycles, and looking takes a quarter of the time."""
    was_enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if was_enabled:
            gc.enable()


def build(
    root: Path,
    output: Path,
    editions: Sequence[str],
    strict: bool,
    report: Report,
    progress: Progress,
    freeze: str | None = None,
) -> Outcome:
    """Make the editions of the book in `root`. With errors (`strict`: with warnings) nothing in `output` changes.

    `freeze` makes the book a release: its snapshot takes its place after the editions and before the receipt.
    It says why changes are missing from the changelogs, and is empty where none are.
    """
    from press.changes.journal import recover

    recover(root)
    sources = source_digest(root)
    cache = output / ".cache"
    before = read_receipt(output)
    if freeze is None and up_to_date(output, before, sources, editions):
        report.extend(Diagnostic(**_restored(found)) for found in json.loads((cache / "diagnostics.json").read_bytes()))
        return Outcome(False, before)
    store = Store(cache)
    book = load(root, store, report, progress)
    if book is None or report.fails(strict):
        return Outcome(False, before)

    from press.writers.catalogue import EDITIONS

    remove_abandoned(output)
    work = output / f".work-{os.getpid()}"
    try:
        kept = _kept(output, before, sources, editions)
        wanted = {*editions, *(_MADE_WITH.get(name, name) for name in editions)}
        editions = [name for name in EDITION_NAMES if name in wanted.difference(kept)]
        progress(3, "writing " + ", ".join(editions))
        chosen = [edition for edition in EDITIONS if edition.name in editions]
        finished = _write(book, chosen, kept, work, store, report)
        progress(4, "proofing")
        if not report.fails(strict):
            from press.proof import prove

            prove(book, finished, report)
        if report.fails(strict):
            return Outcome(False, before)
        tried = [*editions, *(before.get("left out", ()) if before.get("sources") == sources else ())]
        left_out = [name for name in EDITION_NAMES if name in tried and name not in finished]
        for edition in chosen:
            if edition.name in finished:
                for name in (finished[edition.name].file, *finished[edition.name].beside):
                    _put_in_place(work / name, output)
        unchanged = source_digest(root) == sources
        _log(book, output, freeze)
        # A snapshot is a source too. What somebody saved meanwhile is not in the editions, and must be built again.
        sources = source_digest(root) if freeze is not None and unchanged else sources
        receipt = _receipt(book, finished, sources, left_out)
        write_file(cache / "diagnostics.json", json.dumps([found.as_dict() for found in report]).encode())
        text = json.dumps(receipt, ensure_ascii=False, indent=2, sort_keys=True) + "\n"
        write_file(output / "receipt.json", text.encode())
        return Outcome(True, receipt)
    finally:
        shutil.rmtree(work, ignore_errors=True)


def source_digest(root: Path) -> str:
    """The digest of everything that editions are made from: the book, the press, its templates and its tools."""
    lock = PRESS.parent / "requirements.lock"
    from press.readers.bibliography_files import bibliography_files

    own = tree_digest([root / "manuscript", *bibliography_files(root), root / "templates"], root)
    inks = PRESS_PROFILE.read_bytes() if PRESS_PROFILE.is_file() else b""
    return digest(own, tree_digest([PRESS, TEMPLATES, lock], PRESS.parent), inks)


def read_receipt(output: Path) -> dict[str, Any]:
    """The receipt of the last build, or an empty one."""
    try:
        found: dict[str, Any] = json.loads((output / "receipt.json").read_bytes())
    except (OSError, ValueError):
        return {}
    return found


def up_to_date(output: Path, receipt: Mapping[str, Any], sources: str, editions: Sequence[str]) -> bool:
    """Whether the editions stand in the output folder as their receipt says, made from these sources."""
    made = receipt.get("editions", {})
    return (
        receipt.get("sources") == sources
        and (output / ".cache" / "diagnostics.json").is_file()
        and all(
            name in receipt.get("left out", ()) or (name in made and _is_whole(output, made[name])) for name in editions
        )
    )


def _is_whole(output: Path, made: Mapping[str, Any]) -> bool:
    """Whether the files of an edition are those that the receipt names."""
    files = {made["file"]: made["sha256"], **made["beside"]}
    return all(_sha256(output / name) == sha256 for name, sha256 in files.items())


def _restored(found: dict[str, Any]) -> dict[str, Any]:
    position = Position(found["path"], found["line"], found["column"])
    return {"code": found["code"], "position": position, "message": found["message"], "hint": found["hint"]}


def _sha256(path: Path) -> str:
    """The SHA-256 of a file; of a folder, of its files' names and contents."""
    import hashlib

    if path.is_dir():
        return tree_digest([path], path)
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else ""


def _kept(output: Path, receipt: Mapping[str, Any], sources: str, editions: Sequence[str]) -> dict[str, Finished]:
    """The editions of an earlier build of the same sources, which this build need not make again."""
    from press.editions import Finished

    if receipt.get("sources") != sources:
        return {}
    return {
        name: Finished(
            name, made["file"], made["size"], made["sha256"], made["counts"], made["beside"], output / made["file"]
        )
        for name, made in receipt["editions"].items()
        if name not in editions and _is_whole(output, made)
    }


def _write(
    book: Book,
    chosen: Sequence[Edition],
    kept: Mapping[str, Finished],
    work: Path,
    store: Store,
    report: Report,
) -> dict[str, Finished]:
    """Write the editions into the work folder, side by side, each after those that it needs."""
    from press.editions import Finished
    from press.side_by_side import Job, run_side_by_side

    work.mkdir(parents=True)
    finished = dict(kept)
    editions = {edition.name: edition for edition in chosen}
    paths = {edition.name: work / edition.output(book.settings) for edition in chosen}

    def job(edition: Edition) -> Job[Finished]:
        def write(needed: Mapping[str, Finished], found: Report) -> Mapping[str, int]:
            return edition.write(book, paths[edition.name], needed, store, found)

        return Job(edition.name, frozenset(edition.needs), write)

    def done(name: str, counts: Mapping[str, int]) -> Finished | None:
        path = paths[name]
        if not path.exists():
            return None
        size = sum(file.stat().st_size for file in files_under([path]))
        beside = {other: _sha256(work / other) for other in editions[name].beside}
        return Finished(name, path.name, size, _sha256(path), counts, beside, path)

    run_side_by_side([job(edition) for edition in chosen], finished, done, report)
    return finished


def _log(book: Book, output: Path, freeze: str | None) -> None:
    """Write the changelog of all releases, and freeze the book as the newest of them."""
    from press.changes.changelog_file import changelog_file
    from press.changes.snapshots import render, snapshot_of
    from press.paths import snapshot_path

    now = snapshot_of(book, freeze or "")
    text = changelog_file(book.settings.title, book.releases, now, freeze is not None)
    write_file(output / "CHANGELOG.md", text.encode())
    if freeze is not None:
        write_file(snapshot_path(book.root, now.name), render(now).encode())


def _receipt(book: Book, finished: Mapping[str, Finished], sources: str, left_out: Sequence[str]) -> dict[str, Any]:
    """What was made, for whoever wants to check it; the same for the same sources."""
    from press.editions import TEXTLESS
    from press.tools import tool_versions

    infos = [chapter.info for chapter in book.chapters if chapter.info]
    same_text = [name for name in sorted(finished) if name not in TEXTLESS]
    return {
        "title": book.settings.title,
        "release": {"name": book.settings.release.name, "date": book.settings.release.date.isoformat()},
        "sources": sources,
        "book": {
            "chapters": len(book.chapters),
            "words": sum(info.words for info in infos),
            "notes": sum(info.notes for info in infos),
            "references": len(book.references),
            "figures": sum(1 for chapter in book.chapters for figure in chapter.figures if figure.kind == "fig"),
            "tables": sum(1 for chapter in book.chapters for figure in chapter.figures if figure.kind == "tbl"),
            "index entries": len(book.index),
        },
        "editions": {
            name: {
                "file": made.file,
                "size": made.size,
                "sha256": made.sha256,
                "counts": dict(made.counts),
                "beside": dict(made.beside),
            }
            for name, made in sorted(finished.items())
        },
        "left out": left_out,
        "same text": same_text if len(same_text) > 1 else [],
        "tools": tool_versions(),
    }


def _put_in_place(made: Path, output: Path) -> None:
    if made.is_dir():
        replace_folder(made, output / made.name)
    else:
        made.replace(output / made.name)
