"""CSL-JSON items checked and made ready: text with marks, names and dates as values. Bad parts become problems."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from press.citeproc.markup import encode, plain
from press.citeproc.numbers import without_empty_ranges
from press.citeproc.punctuation import mark_quotes
from press.csl import DATE_VARIABLES, NAME_VARIABLES, OLD_NAMES

_VERBATIM = frozenset({"DOI", "URL", "PMID", "PMCID", "ISBN", "ISSN", "language"})
_OTHERS = {"others", "et al.", "et al"}
_PARTICLE = re.compile(r"((?:[a-zà-ÿ’']+\s+)+)(?=[^\Wa-zà-ÿ])")
_RAW_DATE = re.compile(r"(-?\d{1,4})(?:-(\d{1,2})(?:-(\d{1,2}))?)?")


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name in parts; of an institution only the literal is filled."""

    family: str = ""
    given: str = ""
    dropping_particle: str = ""
    particle: str = ""
    """The particle that belongs to the family name."""
    suffix: str = ""
    comma_suffix: bool = False
    literal: str = ""


@dataclass(frozen=True, slots=True)
class NameList:
    """The names in one role."""

    names: tuple[PersonName, ...]
    and_others: bool = False
    """Whether the item says that there are more: "and others" in BibTeX."""


@dataclass(frozen=True, slots=True)
class DateValue:
    """A date, or a range of two, each as year, month, day as far as known; or words."""

    parts: tuple[tuple[int, ...], ...] = ()
    literal: str = ""
    season: int = 0
    circa: bool = False
    open_end: bool = False


@dataclass(slots=True)
class Record:
    """An item as the style's elements read it."""

    key: str
    type: str
    text: dict[str, str] = field(default_factory=dict)
    names: dict[str, NameList] = field(default_factory=dict)
    dates: dict[str, DateValue] = field(default_factory=dict)
    language: str = ""
    problems: list[str] = field(default_factory=list)

    def has(self, variable: str) -> bool:
        """Whether the item has a value for a variable."""
        if variable == "page-first":
            variable = "page"
        return bool(self.text.get(variable)) or variable in self.names or variable in self.dates


def read_item(key: str, item: Mapping[str, Any]) -> Record:
    """Make a record of CSL-JSON; what has the wrong form is left out and noted as a problem."""
    kind = item.get("type")
    record = Record(key, kind if isinstance(kind, str) and kind else "document")
    for variable, value in item.items():
        variable = OLD_NAMES.get(variable, variable)
        if variable in {"id", "type", "custom", "categories"} or value in (None, "", [], {}):
            continue
        if variable in NAME_VARIABLES:
            _read_names(record, variable, value)
        elif variable in DATE_VARIABLES:
            _read_date(record, variable, value)
        elif isinstance(value, (str, int, float)) and not isinstance(value, bool):
            text = encode(" ".join(str(value).split()))
            if variable == "page":
                text = without_empty_ranges(text)
            record.text[variable] = text if variable in _VERBATIM else mark_quotes(text)
        else:
            record.problems.append(f'"{variable}" is not text')
    record.language = plain(record.text.get("language", ""))
    for long, short in (("title", "title-short"), ("container-title", "container-title-short")):
        if long in record.text and record.text.get(short) == record.text[long]:
            del record.text[short]
    return record


def _read_names(record: Record, variable: str, value: object) -> None:
    if not isinstance(value, list):
        record.problems.append(f'"{variable}" is not a list of names')
        return
    names = []
    for part in value:
        if isinstance(part, Mapping) and (part.get("family") or part.get("given") or part.get("literal")):
            names.append(_read_name(part))
        else:
            record.problems.append(f'"{variable}" holds something that is no name')
    others = bool(names) and names[-1].literal in _OTHERS and len(names) > 1
    if names:
        record.names[variable] = NameList(tuple(names[:-1] if others else names), others)


def _read_name(part: Mapping[str, Any]) -> PersonName:
    def text(name: str) -> str:
        return encode(" ".join(str(part.get(name) or "").split()))

    if part.get("literal") or not (part.get("family") and part.get("given")):
        literal = text("literal") or " ".join(
            filter(None, (text("given"), text("non-dropping-particle"), text("family")))
        )
        return PersonName(literal=literal) if part.get("literal") else PersonName(family=literal)
    family, particle = text("family"), text("non-dropping-particle")
    leading = _PARTICLE.match(family)
    if leading and not particle:
        particle, family = leading.group(1).strip(), family[leading.end() :]
    comma = bool(part.get("comma-suffix"))
    return PersonName(family, text("given"), text("dropping-particle"), particle, text("suffix"), comma)


def _read_date(record: Record, variable: str, value: object) -> None:
    if isinstance(value, (str, int)):
        value = {"raw": str(value)}
    if not isinstance(value, Mapping):
        record.problems.append(f'"{variable}" is not a date')
        return
    parts = value.get("date-parts")
    dates: list[tuple[int, ...]] = []
    try:
        dates = [tuple(int(number) for number in date if number not in (None, "")) for date in parts or []]
    except (TypeError, ValueError):
        record.problems.append(f'"{variable}" has date-parts that are no numbers')
    open_end = len(dates) > 1 and (not dates[1] or dates[1][0] == 0)
    dates = [date[:3] for date in dates if date and date[0] != 0][:2]
    raw = str(value.get("raw") or "").strip()
    literal = str(value.get("literal") or "")
    if not dates and raw:
        found = [_RAW_DATE.fullmatch(part.strip()) for part in raw.split("/")]
        if all(found):
            dates = [tuple(int(number) for number in match.groups() if number) for match in found if match][:2]
        else:
            literal = literal or raw
    season = str(value.get("season") or "")
    date = DateValue(
        tuple(_valid(date) for date in dates),
        "" if dates else encode(literal),
        int(season) if season.isdigit() and 1 <= int(season) <= 4 else 0,
        value.get("circa") not in (None, False, 0, "0", "false", ""),
        open_end,
    )
    if date.parts or date.literal:
        record.dates[variable] = date


def _valid(date: tuple[int, ...]) -> tuple[int, ...]:
    """A date cut before the first part that is none: months past 12 are seasons, 13 to 16 and 21 to 24."""
    if len(date) > 1 and not (1 <= date[1] <= 16 or 21 <= date[1] <= 24):
        return date[:1]
    return date[:2] if len(date) > 2 and not 1 <= date[2] <= 31 else date
