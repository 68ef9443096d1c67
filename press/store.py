"""Files of the output folder: results kept by the hash of what they were made from, and writing without half files."""

from __future__ import annotations

import contextlib
import ctypes
import hashlib
import os
import re
import shutil
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path


def digest(*parts: str | bytes) -> str:
    """The SHA-256 of the parts, in hexadecimal; where one part ends and the next begins counts."""
    total = hashlib.sha256()
    for part in parts:
        data = part.encode() if isinstance(part, str) else part
        total.update(len(data).to_bytes(8, "big"))
        total.update(data)
    return total.hexdigest()


def tree_digest(paths: Iterable[Path], base: Path) -> str:
    """The SHA-256 of all files under the paths, with their names from `base`."""
    parts: list[str | bytes] = []
    for path in sorted(files_under(paths)):
        parts += [os.path.relpath(path, base), path.read_bytes()]
    return digest(*parts)


def files_under(paths: Iterable[Path]) -> Iterator[Path]:
    """All files at and below the paths, hidden ones and byte code left out; absent paths hold nothing."""
    for path in paths:
        if path.is_file():
            yield path
        elif path.is_dir():
            for folder, folders, names in os.walk(path):
                folders[:] = [name for name in folders if name != "__pycache__" and not name.startswith(".")]
                yield from (
                    Path(folder, name) for name in names if not name.startswith(".") and not name.endswith(".pyc")
                )


@dataclass(frozen=True, slots=True)
class Store:
    """Results that are pure functions of bytes, by the digest of these bytes; deleting it changes nothing but time."""

    folder: Path

    def get(self, key: str) -> bytes | None:
        """The result under a key, or None."""
        try:
            return (self.folder / key).read_bytes()
        except FileNotFoundError:
            return None

    def put(self, key: str, data: bytes) -> None:
        """Keep a result."""
        write_file(self.folder / key, data)


def write_file(path: Path, data: bytes) -> None:
    """Write a file beside its place and rename it into place."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{os.getpid()}")
    beside.write_bytes(data)
    beside.replace(path)


def remove_abandoned(folder: Path) -> None:
    """Remove what processes that were killed left in a folder: work folders, and files beside their places.

    A folder that was renamed away from its place and not replaced goes back.
    """
    for path in folder.glob(".*"):
        owner = re.fullmatch(r"\..+[.-](\d+)", path.name)
        if owner and not _is_running(int(owner[1])):
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        elif path.suffix == ".old" and not (place := path.with_name(path.name[1:].removesuffix(".old"))).exists():
            path.rename(place)


def _is_running(process: int) -> bool:
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except (PermissionError, OverflowError):
        return True
    return True


def replace_folder(made: Path, place: Path) -> None:
    """Put a finished folder in the place of another, in one step where the system has one."""
    if place.exists() and _exchange(made, place):
        shutil.rmtree(made, ignore_errors=True)
        return
    old = place.with_name(f".{place.name}.old")
    shutil.rmtree(old, ignore_errors=True)
    with contextlib.suppress(FileNotFoundError):
        place.rename(old)
    try:
        made.rename(place)
    except OSError:
        if old.exists():
            old.rename(place)
        raise
    shutil.rmtree(old, ignore_errors=True)


def _exchange(one: Path, other: Path) -> bool:
    """Let two paths change places at once, by Linux's renameat2; False where that cannot be done."""
    function = getattr(ctypes.CDLL(None, use_errno=True), "renameat2", None)
    here, exchange = -100, 2  # AT_FDCWD and RENAME_EXCHANGE of <fcntl.h>
    return function is not None and function(here, os.fsencode(one), here, os.fsencode(other), exchange) == 0
