"""The dates of BibTeX: `year`, `month` and `day`, in figures and words."""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from press.readers.bibtex_text import from_pandoc, verbatim, without_sort_key
from press.readers.dates import read_date

_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SEASONS = {"spring": 21, "summer": 22, "autumn": 23, "fall": 23, "winter": 24}
_MONTH = re.compile(r"(?i)\b(?:(" + "|".join(_MONTHS) + r")|(" + "|".join(_SEASONS) + r"))[a-z]*\b")
_YEARS = re.compile(r"(\d{4})\s*[-\u2013/]+\s*(\d{4})?")


def read_years(raw: Mapping[str, str]) -> dict[str, Any]:
    """`year`, `month` and `day` of an entry as a CSL date; what is no year stays words."""
    year = verbatim(without_sort_key(raw["year"])).replace("~", "\u00a0")
    years = _YEARS.fullmatch(year)
    if years:
        return {"date-parts": [[int(each or 0)] for each in years.groups()]}
    date = read_date(year) if re.fullmatch(r"-?\d{4}", year) else None
    if date is None:
        return {"literal": from_pandoc(year)}
    number = date["date-parts"][0][0]
    months, days = read_month(raw.get("month", ""), raw.get("day", ""))
    if len(months) == 1 and days:
        return {"date-parts": [[number, months[0], day] for day in days[:2]]}
    return {"date-parts": [[number, each] for each in months[:2]] or [[number]]}


def read_month(month: str, day: str = "") -> tuple[list[int], list[int]]:
    """The months that the field `month` names, 21 to 24 for seasons, and the days in it and in the field `day`."""
    text = re.sub("[~{}]", " ", month).strip()
    months = [
        _MONTHS.index(name.lower()) + 1 if name else _SEASONS[season.lower()] for name, season in _MONTH.findall(text)
    ]
    if not months and text.isdigit() and 1 <= int(text) <= 12:
        months, text = [int(text)], ""
    days = [int(number) for number in re.findall(r"\b\d{1,2}\b", f"{text} {day}") if 1 <= int(number) <= 31]
    return months, days
