"""Dates of references in ISO 8601-2 (EDTF level 0 and its marks of doubt), as biblatex and CSL write them."""

from __future__ import annotations

import datetime
import re
from typing import Any

_DAY = re.compile(
    r"(-\d{4}|\d{3,4})(?:-(\d{1,2})(?:-(\d{1,2})(?:T\d\d:\d\d(?::\d\d)?(?:\.\d+)?(?:Z|[+-]\d\d:?\d\d)?)?)?)?([?~%]?)"
)
_OPEN = {"", ".."}
_SEASONS = range(21, 25)


def read_date(text: str) -> dict[str, Any] | None:
    """An ISO date, or a range of two, as a CSL date; None when it is none.

    A range without an end has the year 0 as its second date, as pandoc writes it. CSL has no range without
    a beginning: it stays words.
    """
    ends = [end.strip() for end in text.strip().split("/")]
    if len(ends) == 2 and ends[0] in _OPEN and _date(ends[1]):
        return {"literal": f"–{ends[1]}"}
    dates = [_date(end) for end in ends if end not in _OPEN]
    if not dates or None in dates or len(ends) > 2 or ends[0] in _OPEN:
        return None
    parts = [date[0] for date in dates if date]
    date: dict[str, Any] = {"date-parts": parts if len(parts) == len(ends) else [*parts, [0]]}
    return date | {"circa": True} if any(doubtful for _, doubtful in filter(None, dates)) else date


def _date(text: str) -> tuple[list[int], bool] | None:
    """Year, month, day as far as given, and whether the date is in doubt."""
    match = _DAY.fullmatch(text)
    if match is None:
        return None
    numbers = [int(number) for number in match.groups()[:3] if number]
    if not is_date(numbers):
        return None
    # ISO 8601 has a year 0, which is 1 BC; CSL has none.
    year = numbers[0] if numbers[0] > 0 else numbers[0] - 1
    return [year, *numbers[1:]], bool(match.group(4))


def is_date(numbers: list[int]) -> bool:
    """Whether year, month (or 21 to 24, a season) and day, as far as given, are a day of the calendar."""
    if len(numbers) == 2 and numbers[1] in _SEASONS:
        return True
    year, month, day = [*numbers, 1, 1][:3]
    try:
        datetime.date(year if 1 <= year <= 9999 else 2000, month, day)
    except ValueError:
        return False
    return True
