"""Text files of the book: found inside its folder only, decoded as UTF-8."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from pathlib import Path

from press.diagnostics import Position, Report


def inside(root: Path, folder: Path, name: str, position: Position, report: Report) -> Path | None:
    """The path `name` seen from `folder`, or None with a diagnostic when it leads out of the book's folder `root`."""
    path = folder / name
    if not path.resolve().is_relative_to(root.resolve()):
        hint = "a book holds everything it needs: copy the file into its folder"
        report.add("path-outside-book", position, f'"{name}" leads out of the book\'s folder', hint)
        return None
    return path


def read_text(path: Path, name: str, report: Report) -> str:
    """The text of a file, with lines ending in a line feed; with a diagnostic when it is not UTF-8.

    `name` is the path that diagnostics show. What is not UTF-8 is replaced, so that the rest can be read and checked.
    """
    data = path.read_bytes()
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        line_start = before.rfind(b"\n") + 1
        position = Position(name, before.count(b"\n") + 1, len(before[line_start:].decode("utf-8")) + 1)
        byte = data[error.start]
        report.add("bad-encoding", position, f"byte 0x{byte:02x} is not UTF-8", "save the file as UTF-8")
        text = data.decode("utf-8-sig", errors="replace")
    return text.replace("\r\n", "\n").replace("\r", "\n")


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """A hint that names the nearest known word, or nothing."""
    near = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f'did you mean "{near[0]}"?' if near else ""
