"""Text files of the book, decoded as UTF-8."""

from __future__ import annotations

from pathlib import Path

from press.diagnostics import Position, Report


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
