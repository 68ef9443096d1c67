"""CSL-JSON and CSL YAML into items with their places: `read_csl`.

Each item is checked by a pydantic model. What has the wrong form is an error, and a stand-in takes the item's place;
what is only unknown or odd is a warning, and the rest of the item counts.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator, Mapping
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError, create_model, model_validator

from press.csl import DATE_VARIABLES, ITEM_TYPES, NAME_VARIABLES, OLD_NAMES, TEXT_VARIABLES
from press.diagnostics import Diagnostic, Report, did_you_mean
from press.readers.csl_source import parse_csl_source
from press.readers.dates import is_date, read_date
from press.readers.identifiers import bare_doi, malformed_identifier
from press.readers.settings import Location, YamlSource
from press.references import BibliographyEntry, stand_in

_KEPT_BY_OTHERS = ("categories", "custom")
"""What reference managers keep for themselves."""
_HINTS = {
    **dict.fromkeys(NAME_VARIABLES, 'names are a list such as [{"family": "Doe", "given": "Jane"}]'),
    **dict.fromkeys(DATE_VARIABLES, 'a date is "2019-03-21", or {"date-parts": [[2019, 3, 21]]}'),
    **dict.fromkeys(TEXT_VARIABLES, "it is a text or a number"),
}


class _Part(BaseModel):
    """What names and dates have in common: CSL's names with hyphens, no others."""

    model_config = ConfigDict(extra="forbid", alias_generator=lambda name: name.replace("_", "-"))


class _Name(_Part):
    """A person in parts, or an institution as a literal."""

    family: str | None = None
    given: str | None = None
    literal: str | None = None
    dropping_particle: str | None = None
    non_dropping_particle: str | None = None
    suffix: str | None = None
    comma_suffix: bool | None = None
    static_ordering: bool | None = None
    parse_names: bool | None = None

    @model_validator(mode="after")
    def _names_somebody(self) -> _Name:
        if not (self.family or self.given or self.literal):
            raise ValueError("this name has no family, given or literal part")
        return self


_Day = Annotated[list[int], Field(min_length=1, max_length=3)]


class _Date(_Part):
    """A date in parts, in words, or as a text that is read as ISO 8601."""

    date_parts: Annotated[list[_Day], Field(min_length=1, max_length=2)] | None = None
    season: str | None = None
    circa: bool | str | None = None
    literal: str | None = None
    raw: str | None = None
    edtf: str | None = None


def _as_date(value: Any) -> Any:
    """A date given as a text, and those of older exporters: lists of year, month, day by name, empty parts."""
    if isinstance(value, str):
        return {"raw": value}
    if isinstance(value, dict) and "year" in value:
        value = [value]
    if isinstance(value, list) and value and all(isinstance(each, dict) and "year" in each for each in value):
        return {"date-parts": [[each[name] for name in ("year", "month", "day") if name in each] for each in value]}
    if isinstance(value, dict) and isinstance(value.get("date-parts"), list):
        days = [
            [number for number in day if number not in (None, "")] if isinstance(day, list) else day
            for day in value["date-parts"]
        ]
        # A range without an end has an empty second date, or the year 0.
        return value | {"date-parts": [*days[:1], *(day or [0] for day in days[1:])]}
    return value


_fields: dict[str, Any] = {
    "id": (str, ...),
    **dict.fromkeys([*TEXT_VARIABLES, *OLD_NAMES, "type"], (str | None, None)),
    **dict.fromkeys(NAME_VARIABLES, (list[_Name] | None, None)),
    **dict.fromkeys(DATE_VARIABLES, (Annotated[_Date | None, BeforeValidator(_as_date)], None)),
    **dict.fromkeys(_KEPT_BY_OTHERS, (Any, None)),
}
_Item = create_model("_Item", __config__=ConfigDict(extra="forbid"), **_fields)


def read_csl(text: str, path: str) -> tuple[list[BibliographyEntry], list[Diagnostic]]:
    """The items of a file and its problems. `path` is the name that positions show. Never raises on any text."""
    report = Report()
    source = parse_csl_source(text, path, report)
    if source is None:
        return [], list(report)
    data: Any = source.data
    at: Location = ()
    if isinstance(data, dict) and "references" in data:
        data, at = data["references"], ("references",)
    if not isinstance(data, list):
        hint = "it is a list of items, or in YAML a mapping with such a list as its references"
        report.add("bibliography-syntax", source.position(at), "this file holds no list of references", hint)
        return [], list(report)
    entries = []
    for number, item in enumerate(data):
        entry = _read_entry(item, source, (*at, number), report)
        if entry:
            entries.append(entry)
    return entries, list(report)


def _read_entry(data: Any, source: YamlSource, at: Location, report: Report) -> BibliographyEntry | None:
    position = source.position(at)
    if not isinstance(data, dict):
        report.add("bibliography-syntax", position, "this item is no mapping of variables to values")
        return None
    key = data.get("id")
    if not isinstance(key, str) or not key.strip():
        hint = 'its key in citations: "id": "doe2019"'
        report.add("bibliography-syntax", position, 'this item has no "id" that is text', hint)
        return None
    key = _clean(key)
    try:
        model = _validated(data, source, at, key, report)
    except ValidationError as error:
        problem = min(error.errors(), key=lambda each: source.position((*at, *each["loc"])))
        variable = str(problem["loc"][0])
        said = problem["msg"].removeprefix("Value error, ")
        if problem["type"] == "model_type":
            said = "this is no mapping"
        message = f'the item "{key}" cannot be read: "{variable}": {said[0].lower()}{said[1:]}'
        report.add("bibliography-syntax", source.position((*at, *problem["loc"])), message, _HINTS.get(variable, ""))
        return BibliographyEntry(key, stand_in(key), position)
    item = _clean(model.model_dump(by_alias=True, exclude_none=True, exclude=set(_KEPT_BY_OTHERS)))
    for variable, message, hint in _settle(item):
        report.add("bibliography-entry", source.position((*at, variable)), message, hint)
    return BibliographyEntry(key, item, position)


def _validated(data: dict[str, Any], source: YamlSource, at: Location, key: str, report: Report) -> BaseModel:
    """The item as a model; unknown names are reported and left out. Raises `ValidationError` on wrong values."""
    try:
        return _Item.model_validate(data)
    except ValidationError as error:
        unknown = [each["loc"] for each in error.errors() if each["type"] == "extra_forbidden"]
        if len(unknown) < error.error_count():
            raise
    for location in unknown:
        name = str(location[-1])
        hint = did_you_mean(name, _known(location)) or "CSL 1.0.2 has none of this name; it is left out"
        message = f'"{key}" has the unknown variable "{".".join(map(str, location))}"'
        report.add("bibliography-entry", source.position((*at, *location)), message, hint)
    return _Item.model_validate(_without(data, set(unknown)))


def _known(location: Location) -> list[str]:
    """The names allowed where an unknown one stands."""
    if len(location) == 1:
        return list(_Item.model_fields)
    model = _Name if location[0] in NAME_VARIABLES else _Date
    return [field.alias or name for name, field in model.model_fields.items()]


def _without(value: Any, locations: set[Location], at: Location = ()) -> Any:
    """The value without what stands at some locations."""
    if isinstance(value, dict):
        kept = {name: each for name, each in value.items() if (*at, name) not in locations}
        return {name: _without(each, locations, (*at, name)) for name, each in kept.items()}
    if isinstance(value, list):
        return [_without(each, locations, (*at, number)) for number, each in enumerate(value)]
    return value


def _clean(value: Any) -> Any:
    """The value with its text in NFC, without halves of surrogate pairs, which JSON can hold and no file."""
    if isinstance(value, str):
        return unicodedata.normalize("NFC", value.encode("utf-8", "ignore").decode("utf-8")).strip()
    if isinstance(value, dict):
        return {name: _clean(each) for name, each in value.items()}
    return [_clean(each) for each in value] if isinstance(value, list) else value


def _settle(item: dict[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Put dates, the type and identifiers of an item into their usual form; variable, message, hint for what is odd."""
    kind = item.get("type")
    if kind not in ITEM_TYPES:
        item["type"] = "document"
        hint = did_you_mean(kind or "", ITEM_TYPES) or "use document for what fits no other type"
        message = f'"{kind}" is not a known type of item' if kind else f'"{item["id"]}" has no type'
        yield "type", message, hint
    for old, name in OLD_NAMES.items():
        if old in item:
            item.setdefault(name, item.pop(old))
    for variable in DATE_VARIABLES & item.keys():
        item[variable], problem = _date(item[variable])
        if problem:
            yield variable, f'"{problem}" is not a valid date', "a date is 2019, 2019-07 or 2019-07-14"
    for variable in ("DOI", "PMID", "PMCID", "URL"):
        problems = malformed_identifier(variable, item.get(variable, "")) if item.get(variable) else None
        if problems:
            yield variable, *problems
    if "DOI" in item:
        item["DOI"] = bare_doi(item["DOI"])


def _date(date: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """A CSL date without raw texts, and what in it is no date."""
    text = date.get("edtf") or date.get("raw") or ""
    kept = {name: value for name, value in date.items() if name not in {"edtf", "raw"}}
    if "date-parts" in kept:
        wrong = [day for day in kept["date-parts"] if day[0] and not _is_csl_date(day)]
        return kept, "-".join(map(str, wrong[0])) if wrong else ""
    if not text:
        return kept, ""
    read = read_date(text)
    return (kept | read, "") if read else ({"literal": text} | kept, text)


def _is_csl_date(day: list[int]) -> bool:
    """Whether a date is one; CSL counts seasons from 13 too."""
    return is_date(day) or (len(day) == 2 and 13 <= day[1] <= 16)
