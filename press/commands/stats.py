"""The table of a book's counts."""

from __future__ import annotations

import io

from rich.console import Console
from rich.table import Table

from press.model import Book

_COLUMNS = ("words", "notes", "citations", "figures", "tables", "updates")


def statistics_table(book: Book) -> str:
    """Words, notes, citations, figures, tables and updates of every chapter, and of the whole book.

    A reference that two chapters cite counts once in the book's total of citations.
    """
    table = Table("chapter", box=None, pad_edge=False)
    for name in _COLUMNS:
        table.add_column(name, justify="right")
    totals = dict.fromkeys(_COLUMNS, 0)
    for chapter in book.chapters:
        info = chapter.info
        assert info
        counts = {
            "words": info.words,
            "notes": info.notes,
            "citations": info.citations,
            "figures": sum(1 for figure in chapter.figures if figure.kind == "fig"),
            "tables": sum(1 for figure in chapter.figures if figure.kind == "tbl"),
            "updates": info.updates,
        }
        totals = {name: totals[name] + counts[name] for name in _COLUMNS}
        table.add_row(chapter.slug, *(f"{counts[name]:,}" for name in _COLUMNS))
    totals["citations"] = len(book.references)
    table.add_section()
    table.add_row("the book", *(f"{totals[name]:,}" for name in _COLUMNS))
    stream = io.StringIO()
    Console(file=stream, width=100).print(table)
    return stream.getvalue().rstrip()
