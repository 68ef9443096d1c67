"""A file of retractions in the public form of Retraction Watch: CSV, one line for each notice.

The entry is `read_retractions`. Of the columns only those of `_COLUMNS` are looked at.
"""

from __future__ import annotations

import csv
import datetime
import io
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from press.diagnostics import Position, Report
from press.evidence import bare_doi
from press.readers.text import read_text
from press.references import Bibliography

_COLUMNS = (
    "RetractionDate",
    "RetractionDOI",
    "OriginalPaperDOI",
    "OriginalPaperPubMedID",
    "RetractionNature",
    "Reason",
)
Nature = Literal["retraction", "correction", "expression of concern", "reinstatement"]
_NATURES: tuple[Nature, ...] = ("retraction", "correction", "expression of concern", "reinstatement")
_CODE = "bad-retractions"


@dataclass(frozen=True, slots=True)
class Notice:
    """A notice about a reference of the book."""

    key: str
    nature: Nature
    date: datetime.date
    doi: str
    """The notice's own; empty where it has none."""
    reason: str
    """One line; empty where none is given."""


def read_retractions(path: Path, name: str, bibliography: Bibliography, report: Report) -> tuple[Notice, ...]:
    """The notices about references of the bibliography, found by DOI or PubMed number.

    `name` is the path that diagnostics show. Dates and kinds are read, and can be wrong, only in lines that concern
    the book.
    """
    text = read_text(path, name, report)
    keys: dict[str, set[str]] = {}
    for key, entry in bibliography.entries.items():
        for identifier in _identifiers(str(entry.item.get("DOI", "")), str(entry.item.get("PMID", ""))):
            keys.setdefault(identifier, set()).add(key)
    found: list[Notice] = []
    for line, row in _rows(text, name, report):
        identifiers = _identifiers(row["OriginalPaperDOI"], row["OriginalPaperPubMedID"])
        for key in sorted({key for identifier in identifiers for key in keys.get(identifier, ())}):
            notice = _notice(key, row, Position(name, line), report)
            if notice:
                found.append(notice)
    return tuple(found)


def _rows(text: str, name: str, report: Report) -> Iterator[tuple[int, Mapping[str, str]]]:
    """The rows by the columns' names, each with the line it begins on; a row that cannot be read ends the file."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        header = [column.strip() for column in next(reader, [])]
        missing = [column for column in _COLUMNS if column not in header]
        if missing:
            hint = "the first line names the columns, as in the data that Retraction Watch publishes"
            report.add(_CODE, Position(name), f'there is no column "{missing[0]}"', hint)
            return
        begins = reader.line_num + 1
        for row in reader:
            if len(row) == len(header):
                yield begins, dict(zip(header, row, strict=True))
            elif row:
                message = f"the line has {len(row)} fields, the first one {len(header)}"
                report.add(_CODE, Position(name, begins), message, 'a field that holds a comma stands in "quotes"')
            begins = reader.line_num + 1
    except csv.Error as error:
        report.add(_CODE, Position(name, begins), str(error))


def _notice(key: str, row: Mapping[str, str], position: Position, report: Report) -> Notice | None:
    """The notice of a row; None with a diagnostic when its date or kind cannot be understood."""
    nature = next((known for known in _NATURES if known == row["RetractionNature"].strip().lower()), None)
    if nature is None:
        message = f'"{row["RetractionNature"]}" is no kind of notice that the press knows'
        report.add(_CODE, position, message, f"the kinds are {', '.join(_NATURES)}")
    date = _date(row["RetractionDate"])
    if date is None:
        message = f'"{row["RetractionDate"]}" is no date'
        report.add(_CODE, position, message, "dates are month/day/year: 5/13/2020 or 5/13/2020 0:00")
    if nature is None or date is None:
        return None
    printable = "".join(character if character.isprintable() else " " for character in row["Reason"])
    reasons = [" ".join(reason.strip().removeprefix("+").split()) for reason in printable.split(";")]
    return Notice(key, nature, date, bare_doi(row["RetractionDOI"]), "; ".join(filter(None, reasons)))


def _date(text: str) -> datetime.date | None:
    """A date as month/day/year, perhaps with a time behind it."""
    parts = re.fullmatch(r"\s*(\d{1,2})/(\d{1,2})/(\d{4})(?:\s.*)?", text)
    if not parts:
        return None
    month, day, year = map(int, parts.groups())
    try:
        return datetime.date(year, month, day)
    except ValueError:
        return None


def _identifiers(doi: str, pubmed: str) -> Iterator[str]:
    """What a paper can be known by; the data write 0 and `unavailable` where there is none."""
    if bare := bare_doi(doi):
        yield bare
    if re.fullmatch(r"[1-9][0-9]*", pubmed.strip()):
        yield pubmed.strip()
