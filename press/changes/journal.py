"""A release under way: what is needed to undo it stands in a journal until it is made or given up.

The journal is locked as long as the release goes on; a lock ends with its process, however that ends.
"""

from __future__ import annotations

import contextlib
import fcntl
import json
from collections.abc import Iterator
from pathlib import Path

from press.paths import RELEASES, snapshot_path
from press.store import remove_abandoned, write_file

BOOK_FILE = "manuscript/book.yaml"


class ReleaseUnderwayError(Exception):
    """Another process makes a release of this book."""


@contextlib.contextmanager
def journal(root: Path, name: str) -> Iterator[None]:
    """Keep `book.yaml` as it is now; at the end it is put back, unless the release `name` has its snapshot.

    Raises `ReleaseUnderwayError`.
    """
    path = _path(root)
    path.parent.mkdir(parents=True, exist_ok=True)
    recover(root)
    with path.open("ab") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ReleaseUnderwayError from None
        before = (root / BOOK_FILE).read_bytes().decode()
        lock.write(json.dumps({"name": name, "book": before}).encode())
        lock.flush()
        try:
            yield
        finally:
            _settle(root, path)


def recover(root: Path) -> None:
    """Settle a release that was killed: made, if its snapshot is there; else `book.yaml` is put back as it was."""
    path = _path(root)
    with contextlib.suppress(FileNotFoundError, BlockingIOError), path.open("rb") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        _settle(root, path)


def _settle(root: Path, path: Path) -> None:
    with contextlib.suppress(ValueError):  # killed before it was written, and so before anything changed
        found = json.loads(path.read_bytes())
        if not snapshot_path(root, found["name"]).exists():
            write_file(root / BOOK_FILE, found["book"].encode())
    for folder in (root / BOOK_FILE, path):
        remove_abandoned(folder.parent)
    path.unlink(missing_ok=True)


def _path(root: Path) -> Path:
    return root / RELEASES / ".release-underway.json"
