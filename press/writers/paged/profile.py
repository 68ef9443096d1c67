"""The ICC profile that what is printed is meant for. The entry is `press_profile`."""

from __future__ import annotations

from press.diagnostics import Position, Report
from press.model import Book
from press.paths import inside
from press.tools import PRESS_PROFILE


def press_profile(book: Book, report: Report) -> bytes | None:
    """The ICC profile that colours are meant for: the book's own, or Ghostscript's; None with a diagnostic."""
    named = book.settings.print.profile
    at = book.setting_positions.get("print.profile", Position("manuscript/book.yaml"))
    path = inside(book.root, book.root, named, at, report) if named else PRESS_PROFILE
    if path is None:
        return None
    if not path.is_file():
        hint = "install Debian's package libgs-common, or name an ICC profile in book.yaml: print: profile"
        report.add("missing-profile", at, f'there is no profile of inks "{named or path}", so no print edition', hint)
        return None
    return path.read_bytes()
