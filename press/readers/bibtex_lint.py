"""What a scanned bibliography says wrongly though its syntax is right: `lint` gives one diagnostic per problem."""

from __future__ import annotations

import re
from collections.abc import Iterator

from press.diagnostics import Diagnostic, Position, did_you_mean
from press.readers.bibtex_dates import read_month
from press.readers.bibtex_inheritance import POINTERS, is_looping, parents
from press.readers.bibtex_scan import RawEntry, RawField, Scan
from press.readers.bibtex_text import verbatim, without_sort_key
from press.readers.dates import read_date
from press.readers.identifiers import duplicate_reference, malformed_identifier

_MAKER = "author|editor"
_YEAR = "year|date"
_HOUSE = "publisher|institution|organization|school"

_REQUIRED: dict[str, tuple[str, ...]] = {
    "article": ("author|editor", "title", "journal|journaltitle", _YEAR),
    "book": (_MAKER, "title", _YEAR),
    "mvbook": (_MAKER, "title", _YEAR),
    "booklet": ("title",),
    "inbook": (_MAKER, "title|booktitle", _YEAR),
    "bookinbook": (_MAKER, "title", "booktitle", _YEAR),
    "suppbook": (_MAKER, "title", "booktitle", _YEAR),
    "incollection": (_MAKER, "title", "booktitle", _YEAR),
    "suppcollection": (_MAKER, "title", "booktitle", _YEAR),
    "inproceedings": (_MAKER, "title", "booktitle", _YEAR),
    "conference": (_MAKER, "title", "booktitle", _YEAR),
    "inreference": ("title", "booktitle", _YEAR),
    "collection": (_MAKER, "title", _YEAR),
    "mvcollection": (_MAKER, "title", _YEAR),
    "proceedings": ("title", _YEAR),
    "mvproceedings": ("title", _YEAR),
    "reference": ("title", _YEAR),
    "mvreference": ("title", _YEAR),
    "manual": ("title",),
    "misc": ("title|note|howpublished",),
    "dataset": ("title",),
    "software": ("title",),
    "online": ("title", "url|doi|eprint"),
    "electronic": ("title", "url|doi|eprint"),
    "www": ("title", "url|doi|eprint"),
    "patent": ("title", "number", _YEAR),
    "periodical": ("title", _YEAR),
    "suppperiodical": ("title", "journal|journaltitle", _YEAR),
    "review": ("author", "title", "journal|journaltitle", _YEAR),
    "report": ("title", _HOUSE, _YEAR),
    "techreport": ("title", _HOUSE, _YEAR),
    "thesis": ("author", "title", _HOUSE, _YEAR),
    "mastersthesis": ("author", "title", _HOUSE, _YEAR),
    "phdthesis": ("author", "title", _HOUSE, _YEAR),
    "unpublished": ("author", "title"),
    "artwork": ("title",),
    "audio": ("title",),
    "movie": ("title",),
    "music": ("title",),
    "video": ("title",),
    "image": ("title",),
    "performance": ("title",),
    "letter": ("author",),
    "standard": ("title",),
    "jurisdiction": ("title",),
    "legislation": ("title",),
    "legal": ("title",),
    "commentary": ("title",),
    "set": (),
    "xdata": (),
}
"""The types of BibTeX and biblatex with what they need; `a|b` is met by either."""

_YEARS = re.compile(
    r"-?\d{4}|\d{4}[-\u2013/]+(?:\d{4})?|in press|forthcoming|to appear|submitted|n\.\s?d\."
    r"|\[?(?:c\.|ca\.?|circa)[\s~]*\d{3,4}\]?|\d{1,4} (?:BC|BCE|AD|CE)",
    re.IGNORECASE,
)
_DATES = ("date", "eventdate", "origdate", "urldate")


def lint(scan: Scan, path: str) -> Iterator[Diagnostic]:
    """The problems of a scanned file."""

    def position(offset: int) -> Position:
        return Position(path, *scan.line_column(offset))

    first: dict[str, RawEntry] = {}
    for entry in scan.entries:
        earlier = first.setdefault(entry.key.lower(), entry)
        if earlier is not entry:
            yield duplicate_reference(entry.key, position(entry.offset), earlier.key, position(earlier.offset))
    for entry in scan.entries:
        if not entry.broken:
            for offset, message, hint in _entry_problems(entry, first):
                yield Diagnostic("bibliography-entry", position(offset), message, hint)


def _entry_problems(entry: RawEntry, known: dict[str, RawEntry]) -> Iterator[tuple[int, str, str]]:
    fields: dict[str, RawField] = {}
    for each in entry.fields:
        if each.name in fields:
            yield each.offset, f'"{entry.key}" has the field "{each.name}" twice', "the first one counts"
            continue
        fields[each.name] = each
        for word in each.undefined:
            hint = f"put braces around it, or define it: @string{{{word} = {{...}}}}"
            yield each.offset, f'"{word}" is not a string that the file defines', hint
        problem = _malformed(each)
        if problem:
            yield each.offset, *problem
    for name in (name for name in POINTERS if name in fields):
        for key in parents(entry, name):
            if key.lower() not in known:
                hint = did_you_mean(key, (one.key for one in known.values()))
                yield fields[name].offset, f'"{entry.key}" points to "{key}", which is not in the file', hint
        if is_looping(entry, known):
            yield fields[name].offset, f'"{entry.key}" inherits from itself', "its pointers are not followed"
    if entry.kind not in _REQUIRED:
        hint = did_you_mean(entry.kind, _REQUIRED) or "use @misc for what fits no other type"
        yield entry.offset, f'"@{entry.kind}" is not a known type of entry', hint
    elif "crossref" not in fields and "xdata" not in fields:
        for names in _REQUIRED[entry.kind]:
            if not any(name in fields and fields[name].value.strip() for name in names.split("|")):
                wanted = " or ".join(f'"{name}"' for name in names.split("|"))
                yield entry.offset, f'"{entry.key}" lacks the field {wanted}', f"an @{entry.kind} needs it"


def _malformed(each: RawField) -> tuple[str, str] | None:
    """The message and hint for a field whose form is fixed and not met."""
    if each.undefined:
        return None
    value = verbatim(without_sort_key(each.value))
    if each.name == "year" and not _YEARS.fullmatch(value):
        return f'"{value}" is not a valid year', "a year has four digits, or is in press"
    if each.name == "month" and value and not read_month(each.value)[0]:
        return f'"{value}" is not a valid month', "write month = mar, without braces or quotes"
    if each.name in _DATES and value and read_date(value) is None:
        return f'"{value}" is not a valid date', "a date is 2019, 2019-07 or 2019-07-14"
    return malformed_identifier(each.name.upper(), value)
