"""The PDF for screens: one file, tagged, with live links and bookmarks. The entries are `EDITION` and `SAMPLE`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from press.diagnostics import Report
from press.editions import Edition, Finished
from press.model import Book
from press.sampling import of_sample
from press.store import Store
from press.writers.paged.book import Paper, write_pages

_PAPER, _SAMPLE_PAPER = Paper("screen"), Paper("sample")


def write(book: Book, path: Path, needs: Mapping[str, Finished], store: Store, report: Report) -> Mapping[str, int]:
    """Write the PDF."""
    return write_pages(book, _PAPER, path, store, report)


def write_sample(
    book: Book, path: Path, needs: Mapping[str, Finished], store: Store, report: Report
) -> Mapping[str, int]:
    """Write the PDF of a sample."""
    return write_pages(book, _SAMPLE_PAPER, path, store, report)


EDITION = Edition(name="screen", output=lambda settings: f"{settings.slug}.pdf", write=write)
SAMPLE = Edition(name="sample", output=lambda settings: f"{settings.slug}-sample.pdf", write=of_sample(write_sample))
