"""Scanned BibTeX entries into CSL-JSON items: pandoc reads the TeX, and what it loses or garbles is put right.

pandoc changes the capitals of titles that it takes for English. Told that the language is another one it leaves
them as the author typed them, and that is what a reader should see: so LANG is pinned, and `langid` is kept from it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import unicodedata
from collections.abc import Mapping, Sequence
from typing import Any

from press.readers.bibtex_scan import RawEntry

_ENVIRONMENT = {"LANG": "de_DE.UTF-8", "LC_ALL": "de_DE.UTF-8"}
_HELD_BACK = {
    "langid",
    "hyphenation",
    "language",
    "month",
    "day",
    "related",
    "options",
    "entryset",
    "ids",
    "xref",
    "sortkey",
}
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_MONTH = re.compile(r"(?i)\b(" + "|".join(_MONTHS) + r")[a-z]*\b|\b(1[0-2]|0?[1-9])\b")
_YEARS = re.compile(r"(\d{4})(?:\s*[-\u2013/]+\s*(\d{4}))?")
_VERBATIM = {"doi": "DOI", "url": "URL", "pmid": "PMID", "pmcid": "PMCID"}
_TYPES = {
    "image": "graphic",
    "music": "song",
    "audio": "song",
    "video": "motion_picture",
    "software": "software",
}
_GENRES = {
    "phdthesis": "PhD thesis",
    "mastersthesis": "Master’s thesis",
    "mathesis": "Master’s thesis",
    "bathesis": "Bachelor’s thesis",
    "candthesis": "Cand. thesis",
    "techreport": "Technical report",
    "resreport": "Research report",
}
_LANGUAGES = {
    "american": "en-US",
    "british": "en-GB",
    "english": "en-US",
    "french": "fr-FR",
    "german": "de-DE",
    "ngerman": "de-DE",
    "austrian": "de-AT",
    "naustrian": "de-AT",
    "italian": "it-IT",
    "spanish": "es-ES",
    "portuguese": "pt-PT",
    "dutch": "nl-NL",
    "latin": "la",
    "polish": "pl-PL",
    "russian": "ru-RU",
    "swedish": "sv-SE",
    "danish": "da-DK",
}
_MATH = re.compile(r"\$([^$]+)\$")
_SIGNS = {
    "times": "×",
    "pm": "±",
    "leq": "≤",
    "le": "≤",
    "geq": "≥",
    "ge": "≥",
    "to": "→",
    "circ": "°",
    "cdot": "·",
}


class TexError(Exception):
    """pandoc cannot read an entry."""

    def __init__(self, entry: RawEntry, message: str) -> None:
        super().__init__(message)
        self.entry = entry


def read_items(entries: Sequence[RawEntry]) -> tuple[dict[str, dict[str, Any]], list[TexError]]:
    """The items of the entries by key, and the entries that pandoc cannot read. Keys may not repeat."""
    items, errors = _convert(entries)
    return {entry.key: _repair(items[entry.key], entry) for entry in entries if entry.key in items}, errors


def _convert(entries: Sequence[RawEntry]) -> tuple[dict[str, dict[str, Any]], list[TexError]]:
    """One run of pandoc for all; where it fails, halves are tried until the entry at fault stands alone."""
    if not entries:
        return {}, []
    numbers = {entry.key.lower(): f"e{number}" for number, entry in enumerate(entries)}
    source = "\n".join(_as_source(entry, numbers) for entry in entries)
    result = _run_pandoc(source)
    if result.returncode == 0:
        items = {item["id"]: item for item in json.loads(result.stdout)}
        return {entry.key: items[numbers[entry.key.lower()]] for entry in entries}, []
    if len(entries) == 1:
        lines = [
            line for line in result.stderr.decode("utf-8", "replace").splitlines() if line.startswith("unexpected")
        ]
        return {}, [TexError(entries[0], lines[0] if lines else "it is not valid TeX")]
    middle = len(entries) // 2
    items, errors = _convert(entries[:middle])
    more_items, more_errors = _convert(entries[middle:])
    return items | more_items, errors + more_errors


def _run_pandoc(source: str) -> subprocess.CompletedProcess[bytes]:
    import pypandoc

    command = [pypandoc.get_pandoc_path(), "--from=biblatex", "--to=csljson"]
    return subprocess.run(
        command, input=source.encode(), capture_output=True, env=os.environ | _ENVIRONMENT, check=False
    )


def _as_source(entry: RawEntry, numbers: Mapping[str, str]) -> str:
    """The entry as plain BibTeX: strings put in, no field twice, the keys replaced by numbers."""
    lines = [f"@{entry.kind}{{{numbers[entry.key.lower()]},"]
    for name, value in entry.values().items():
        if name in {"crossref", "xdata"}:
            keys = [numbers.get(key.strip().lower(), "") for key in value.split(",")]
            value = ",".join(filter(None, keys))
        if name not in _HELD_BACK and value.strip():
            lines.append(f"  {name} = {{{value}}},")
    return "\n".join([*lines, "}"])


def _repair(item: dict[str, Any], entry: RawEntry) -> dict[str, Any]:
    raw = entry.values()
    item = {name: _repair_value(value) for name, value in item.items()}
    item["id"] = entry.key
    if "shorttitle" not in raw:
        item.pop("title-short", None)
    for field, name in _VERBATIM.items():
        if field in raw:
            item[name] = _verbatim(raw[field])
    if "DOI" in item:
        item["DOI"] = re.sub(r"(?i)^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", item["DOI"])
    if raw.get("eprinttype", "").lower() == "pubmed" and "pmid" not in raw:
        item["PMID"] = raw.get("eprint", "").strip()
        item.pop("URL", None)
    if "eid" in raw and "page" not in item:
        item["page"] = _verbatim(raw["eid"])
    for name in ("volume", "issue"):
        if name in item:
            item[name] = re.sub(r"(?<=\d)-(?=\d)", "–", item[name])
    _repair_address(item, raw)
    if not item.get("type"):
        item["type"] = _TYPES.get(entry.kind) or ("webpage" if "URL" in item else "document")
    if item.get("genre") in _GENRES:
        item["genre"] = _GENRES[item["genre"]]
    language = raw.get("langid") or raw.get("hyphenation") or raw.get("language")
    if language and language.strip().lower() in _LANGUAGES:
        item["language"] = _LANGUAGES[language.strip().lower()]
    if "date" not in raw and "year" in raw:
        item["issued"] = _date(raw)
    return item


def _repair_value(value: Any) -> Any:
    if isinstance(value, str):
        return unicodedata.normalize("NFC", _MATH.sub(lambda match: _math(match.group(1)), value))
    if isinstance(value, list):
        return [_repair_value(each) for each in value]
    if isinstance(value, dict):
        # BibTeX's "von" belongs to the name, wherever the style sorts it.
        if "dropping-particle" in value:
            value = {"non-dropping-particle": value["dropping-particle"]} | value
            del value["dropping-particle"]
        return {name: _repair_value(each) for name, each in value.items()}
    return value


def _math(tex: str) -> str:
    """The simple formulas of titles: signs, Greek letters, powers and indices."""
    tex = re.sub(r"\\(?:mathrm|text|mathit|ensuremath)\{([^{}]*)\}", r"\1", tex)
    tex = re.sub(r"\\([A-Za-z]+) ?", lambda match: _SIGNS.get(match.group(1)) or _greek(match.group(1)), tex)
    tex = re.sub(r"\^\{([^{}]*)\}|\^(\S)", lambda match: f"<sup>{match.group(1) or match.group(2)}</sup>", tex)
    return re.sub(r"_\{([^{}]*)\}|_(\S)", lambda match: f"<sub>{match.group(1) or match.group(2)}</sub>", tex)


def _greek(name: str) -> str:
    size = "CAPITAL" if name[0].isupper() else "SMALL"
    try:
        return unicodedata.lookup(f"GREEK {size} LETTER {name.upper().replace('LAMBDA', 'LAMDA')}")
    except KeyError:
        return f"\\{name} "


def _verbatim(tex: str) -> str:
    """A value that is no text: braces and the backslashes before special characters taken off."""
    return re.sub(r"\\([_%&#~{}])", r"\1", re.sub(r"(?<!\\)[{}]", "", tex)).strip()


def _repair_address(item: dict[str, Any], raw: Mapping[str, str]) -> None:
    """An address in `howpublished` is an address, not a publisher."""
    found = re.search(r"https?://[^\s{}]+", _verbatim(raw.get("howpublished", "").replace("\\url", "")))
    if found:
        item.setdefault("URL", found.group())
        if str(item.get("publisher", "")).startswith("http"):
            del item["publisher"]


def _date(raw: Mapping[str, str]) -> dict[str, Any]:
    """`year`, `month` and `day` as a CSL date; what is no year stays words."""
    year = _verbatim(raw["year"])
    match = _YEARS.fullmatch(year)
    if match is None:
        return {"literal": _repair_value(year)}
    years = [int(each) for each in match.groups() if each]
    if len(years) == 2 or "month" not in raw:
        return {"date-parts": [[each] for each in years]}
    month = raw["month"].replace("~", " ").replace("{", "").replace("}", "")
    months = [_MONTHS.index(name.lower()) + 1 for name, _ in _MONTH.findall(month) if name]
    days = [int(day) for day in re.findall(r"\b\d{1,2}\b", month + " " + raw.get("day", "")) if int(day) <= 31]
    if not months and month.strip().isdigit() and 1 <= int(month) <= 12:
        months, days = [int(month)], days[1:]
    if len(months) == 1 and days:
        return {"date-parts": [[years[0], months[0], day] for day in days[:2]]}
    return {"date-parts": [[years[0], each] for each in months[:2]] or [years]}
