"""The PDF for a print shop: PDF/X-4, in black, with bleed, every part on a right-hand page. The entry is `EDITION`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from press.diagnostics import Report
from press.editions import Edition, Finished
from press.model import Book
from press.store import Store
from press.writers.paged.black import in_black
from press.writers.paged.book import Paper, PrintShop, write_pages
from press.writers.paged.page_map import PAGE_MAP
from press.writers.paged.profile import press_profile
from press.writers.paged.trim import TRIMS, page_rules

_PAPER = Paper("print", "print/press.css", in_black, "pdf/x-4")


def write(book: Book, path: Path, needs: Mapping[str, Finished], store: Store, report: Report) -> Mapping[str, int]:
    """Write the PDF; without a profile of the press's inks there is none, and the report says so."""
    profile = press_profile(book, report)
    if profile is None:
        return {}
    settings = book.settings.print
    shop = PrintShop(page_rules(TRIMS[settings.trim], settings.crop_marks), profile, settings.pages_multiple)
    return write_pages(book, _PAPER, path, store, report, shop)


EDITION = Edition(name="print", output=lambda settings: f"{settings.slug}-print.pdf", write=write, beside=(PAGE_MAP,))
