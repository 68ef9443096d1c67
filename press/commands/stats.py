"""The table of a book's counts, and that of what its EPUB weighs."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path, PurePosixPath

from rich.console import Console
from rich.table import Table

from press.model import Book

_KINDS = {
    ".xhtml": "text",
    ".woff2": "fonts",
    ".css": "styles",
    ".svg": "pictures",
    ".png": "pictures",
    ".jpg": "pictures",
    ".jpeg": "pictures",
}
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
    return _printed(table)


def epub_table(file: Path) -> str:
    """What an EPUB weighs, by kind of file: how many there are, their bytes, and their bytes as packed.

    Drawings stand in the pages and count as text; the package and its lists are "other".
    """
    table = Table(file.name, box=None, pad_edge=False)
    for name in ("files", "bytes", "packed"):
        table.add_column(name, justify="right")
    with zipfile.ZipFile(file) as archive:
        infos = archive.infolist()
    kinds = {info.filename: _KINDS.get(PurePosixPath(info.filename).suffix, "other") for info in infos}
    for kind in ("text", "pictures", "fonts", "styles", "other"):
        found = [info for info in infos if kinds[info.filename] == kind]
        _add_sizes(table, kind, found)
    table.add_section()
    _add_sizes(table, "the EPUB", infos)
    return _printed(table)


def _add_sizes(table: Table, name: str, infos: list[zipfile.ZipInfo]) -> None:
    sizes = (len(infos), sum(info.file_size for info in infos), sum(info.compress_size for info in infos))
    table.add_row(name, *(f"{size:,}" for size in sizes))


def _printed(table: Table) -> str:
    stream = io.StringIO()
    Console(file=stream, width=100).print(table)
    return stream.getvalue().rstrip()
