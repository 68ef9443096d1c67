"""Scanned BibTeX entries into CSL-JSON items: pandoc reads the TeX, and what it loses or garbles is put right.

pandoc changes the capitals of titles that it takes for English. Told that the language is another one it leaves
them as the author typed them, and that is what a reader should see: so LANG is pinned, and `langid` is kept from it.
"""

from __future__ import annotations

import json
import os
import re
import subprocess
from collections.abc import Mapping, Sequence
from typing import Any

from press.readers.bibtex_dates import read_years
from press.readers.bibtex_inheritance import POINTERS, inherited_values, parents, without_loops
from press.readers.bibtex_scan import RawEntry
from press.readers.bibtex_text import for_pandoc, from_pandoc, verbatim
from press.readers.dates import read_date
from press.readers.identifiers import bare_doi

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
_DATES = {"date": "issued", "eventdate": "event-date", "origdate": "original-date", "urldate": "accessed"}
_VERBATIM = {"doi": "DOI", "url": "URL", "pmid": "PMID", "pmcid": "PMCID"}
_TYPES = {
    "image": "graphic",
    "music": "song",
    "audio": "song",
    "video": "motion_picture",
    "software": "software",
}
_ADDRESS = re.compile(r"https?://\S+")
_AVAILABLE = re.compile(r"(?i)^(?:available |online |retrieved )*(?:at|from|on|via|here|at here)?$")
_GENRES = {
    "phdthesis": "PhD thesis",
    "mastersthesis": "Master’s thesis",
    "mathesis": "Master’s thesis",
    "bathesis": "Bachelor’s thesis",
    "candthesis": "Cand. thesis",
    "patentus": "US patent",
    "patenteu": "European patent",
    "patentde": "German patent",
    "patentfr": "French patent",
    "patentuk": "British patent",
    "techreport": "Technical report",
    "resreport": "Research report",
}
_STATES = {"inpress": "in press", "inpreparation": "in preparation"}
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


class TexError(Exception):
    """pandoc cannot read an entry."""

    def __init__(self, entry: RawEntry, message: str) -> None:
        super().__init__(message)
        self.entry = entry


def read_items(entries: Sequence[RawEntry]) -> tuple[dict[str, dict[str, Any]], list[TexError]]:
    """The items of the entries by key, and the entries that pandoc cannot read. Keys may not repeat."""
    entries = without_loops(entries)
    items, errors = _convert(entries)
    if errors:
        # The halves that were tried lacked what their entries inherit from the others.
        bad = {error.entry.key for error in errors}
        items, _ = _convert([entry for entry in entries if entry.key not in bad])
    known = {entry.key.lower(): entry for entry in entries}
    repaired = {
        entry.key: _repair(items[entry.key], entry, inherited_values(entry, known))
        for entry in entries
        if entry.key in items
    }
    return repaired, errors


def _convert(entries: Sequence[RawEntry]) -> tuple[dict[str, dict[str, Any]], list[TexError]]:
    """One run of pandoc for all; where it fails, halves are tried until the entry at fault stands alone."""
    if not entries:
        return {}, []
    numbers = {entry.key.lower(): f"e{number}" for number, entry in enumerate(entries)}
    source = "\n".join(_as_source(entry, numbers) for entry in entries)
    result = _run_pandoc(source)
    if result.returncode == 0:
        items = {item["id"]: item for item in json.loads(result.stdout)}
        # There is no item of an @xdata entry, which only lends its fields.
        return {entry.key: items[number] for entry in entries if (number := numbers[entry.key.lower()]) in items}, []
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
        if name in POINTERS:
            value = ",".join(filter(None, (numbers.get(key.lower()) for key in parents(entry, name))))
        if name not in _HELD_BACK and value.strip():
            lines.append(f"  {name} = {{{for_pandoc(value)}}},")
    if "maintitle" in entry.values() and "mainsubtitle" not in entry.values():
        # Without it pandoc gives the whole work the subtitle of the volume.
        lines.append("  mainsubtitle = {{}},")
    return "\n".join([*lines, "}"])


def _repair(item: dict[str, Any], entry: RawEntry, raw: Mapping[str, str]) -> dict[str, Any]:
    item = {name: from_pandoc(value) for name, value in item.items()}
    item["id"] = entry.key
    if "shorttitle" not in raw:
        item.pop("title-short", None)
    for field, name in _VERBATIM.items():
        if field in raw:
            item[name] = verbatim(raw[field])
    if "DOI" in item:
        item["DOI"] = bare_doi(item["DOI"])
    if raw.get("eprinttype", "").lower() == "pubmed" and "pmid" not in raw:
        item["PMID"] = raw.get("eprint", "").strip()
        item.pop("URL", None)
    if "eid" in raw and "page" not in item:
        item["page"] = verbatim(raw["eid"])
    for name in ("volume", "issue"):
        if name in item:
            item[name] = re.sub(r"(?<=\d)-(?=\d)", "–", item[name])
    _repair_address(item, raw)
    if not item.get("type"):
        item["type"] = _TYPES.get(entry.kind) or ("webpage" if "URL" in item else "document")
    if item.get("genre") in _GENRES:
        item["genre"] = _GENRES[item["genre"]]
    if item.get("status") in _STATES:
        item["status"] = _STATES[item["status"]]
    if str(item.get("collection-title", "")).endswith(". jourser"):
        item["collection-title"] = f"ser. {verbatim(raw['series'])}"
    language = raw.get("langid") or raw.get("hyphenation") or raw.get("language")
    if language and language.strip().lower() in _LANGUAGES:
        item["language"] = _LANGUAGES[language.strip().lower()]
    for field, name in _DATES.items():
        date = read_date(verbatim(raw.get(field, "")))
        if date:
            item[name] = date
    if "date" not in raw and "year" in raw:
        item["issued"] = read_years(raw)
    return item


def _repair_address(item: dict[str, Any], raw: Mapping[str, str]) -> None:
    """An address in `howpublished` is an address, not a publisher."""
    published = re.sub(r"\\(?:url|href)\b", "", raw.get("howpublished", ""))
    found = re.search(r"https?://[^\s{}]+", re.sub(r"\\([_%&#~])", r"\1", published))
    if not found:
        return
    item.setdefault("URL", found.group())
    if "publisher" not in raw:
        rest = _ADDRESS.sub("", str(item.get("publisher", ""))).strip(" ,.;:()")
        item["publisher"] = _AVAILABLE.sub("", rest)
    if not item.get("publisher"):
        item.pop("publisher", None)
