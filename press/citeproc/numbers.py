"""Numbers as CSL has them: what is numeric, what is a plural, ranges of pages, ordinals."""

from __future__ import annotations

import re

from press.citeproc.markup import plain
from press.citeproc.terms import Terms

_ONE = r"[A-Za-z]*\d+[A-Za-z]*"
_NUMERIC = re.compile(rf"\s*{_ONE}(?:\s*[-–,&]\s*{_ONE})*\s*")
_AND = r"\s*(?:[-–—,&]|\band\b|\bund\b)[-–—]*\s*"
_ROMAN = "(?:[ivxlcdm]+|[IVXLCDM]+)"
_SEVERAL = re.compile(rf"\d[A-Za-z]*{_AND}[A-Za-z]*\d|\b{_ROMAN}{_AND}\(?{_ROMAN}\b|\b{_ROMAN}, *\d")
_ONE_TWICE = re.compile(r"\b(\w+)\s*[-–—]+\s*\1\b")
_DASH = re.compile(r"(?<=[\w.)])\s*[-–—]+\s*(?=\(?(?:[A-Za-z]*\.?\d|[ivxlcdmIVXLCDM]+\b))")
_RANGE = re.compile(r"((?:[\w.]*[A-Za-z.])?)(\d+)\s*[-–—]+\s*((?:[\w.]*[A-Za-z.])?)(\d+)")


def is_numeric(value: str) -> bool:
    """Whether a value consists of numbers, with letters before or behind them allowed."""
    return bool(_NUMERIC.fullmatch(plain(value)))


def is_plural(variable: str, value: str) -> bool:
    """Whether a label takes its plural: several numbers, or a count above one."""
    value = plain(value)
    if variable.startswith("number-of-"):
        return value.strip() not in {"", "0", "1"} and value.strip().isdigit()
    return bool(_SEVERAL.search(value))


def without_empty_ranges(pages: str) -> str:
    """Pages where one that is its own first and last is one page: 297--297."""
    return _ONE_TWICE.sub(r"\1", pages)


def page_ranges(value: str, dash: str = "–", form: str | None = None) -> str:
    """Ranges with a dash, and last pages written as the style's page-range-format wants."""
    if form:
        value = _RANGE.sub(lambda match: _abridged(match, dash, form), value)
    return _DASH.sub(dash, value)


def _abridged(match: re.Match[str], dash: str, form: str) -> str:
    prefix, first, last_prefix, last = match.groups()
    if last_prefix not in {"", prefix}:
        return match.group()
    if len(last) < len(first):
        last = first[: len(first) - len(last)] + last
    if int(last) < int(first):
        return match.group()
    if form == "expanded":
        return f"{prefix}{first}{dash}{prefix}{last}"
    keep = _digits_kept(first, last, form)
    common = next((place for place in range(len(first)) if first[place] != last[place]), len(first))
    if len(last) > len(first) or keep == 0:
        return f"{prefix}{first}{dash}{last}"
    return f"{prefix}{first}{dash}{last[min(common, max(len(last) - keep, 0)) :]}"


def _digits_kept(first: str, last: str, form: str) -> int:
    """How many digits of a last page stay at least; 0: all. For Chicago's manual it depends on the first page."""
    if not form.startswith("chicago"):
        return 2 if form == "minimal-two" else 1
    number = int(first)
    if number < 100 or number % 100 == 0:
        return 0
    if form == "chicago-15" and len(first) == 4 and sum(a != b for a, b in zip(first, last, strict=False)) >= 3:
        return 0
    return 1 if 1 <= number % 100 <= 9 else 2


def ordinal(number: int, terms: Terms) -> str:
    """1st, 2nd; 1., 2. in German."""
    two, one = f"ordinal-{number % 100:02d}", f"ordinal-{number % 10:02d}"
    candidates = [two, one] if number >= 10 else [one]
    for name in candidates:
        match = terms.ordinal_matches.get(name)
        if not terms.single(name):
            continue
        if (match == "whole-number" and int(name[-2:]) != number) or (match == "last-two-digits" and name != two):
            continue
        return f"{number}{terms.single(name)}"
    return f"{number}{terms.single('ordinal')}"


def long_ordinal(number: int, terms: Terms) -> str:
    """First, second ... tenth, then 11th."""
    return (
        terms.single(f"long-ordinal-{number:02d}") or ordinal(number, terms) if number <= 10 else ordinal(number, terms)
    )
