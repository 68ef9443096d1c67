"""The PDF in large print: 18 points, sans, tagged like the one for screens. The entry is `EDITION`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from press.diagnostics import Report
from press.editions import Edition, Finished
from press.model import Book
from press.store import Store
from press.writers.paged.book import Paper, write_pages
from press.writers.paged.large import enlarged

_PAPER = Paper("large-print", "print/large-print.css", enlarged)


def write(book: Book, path: Path, needs: Mapping[str, Finished], store: Store, report: Report) -> Mapping[str, int]:
    """Write the PDF."""
    return write_pages(book, _PAPER, path, store, report)


EDITION = Edition(name="large-print", output=lambda settings: f"{settings.slug}-large-print.pdf", write=write)
