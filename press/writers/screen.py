"""The PDF for screens: one file, tagged, with live links and bookmarks. The entry is `EDITION`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from press.diagnostics import Report
from press.editions import Edition, Finished
from press.model import Book
from press.store import Store
from press.writers.paged.book import Paper, write_pages

_PAPER = Paper("screen")


def write(book: Book, path: Path, needs: Mapping[str, Finished], store: Store, report: Report) -> Mapping[str, int]:
    """Write the PDF."""
    return write_pages(book, _PAPER, path, store, report)


EDITION = Edition(name="screen", output=lambda settings: f"{settings.slug}.pdf", write=write)
