"""The PDF for screens with bars in the margin beside all that changed since the last release. Entry: `EDITION`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from press.diagnostics import Report
from press.editions import Edition, Finished
from press.model import Book
from press.store import Store
from press.writers.paged.book import Paper, write_pages

_PAPER = Paper("marked", "print/marked.css")


def write(book: Book, path: Path, needs: Mapping[str, Finished], store: Store, report: Report) -> Mapping[str, int]:
    """Write the PDF; a book that no release came before has none."""
    ledger = book.history.before(book.settings.release.name)
    if ledger is None:
        return {}
    return write_pages(book, _PAPER, path, store, report, changed=dict.fromkeys(ledger.changed, ledger.since))


EDITION = Edition(name="marked", output=lambda settings: f"{settings.slug}-marked.pdf", write=write)
