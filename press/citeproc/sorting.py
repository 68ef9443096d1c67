"""The order of references, and of the citations in a cluster, by the style's keys."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import cmp_to_key
from typing import Any

from press.citeproc.dates import sortable_date
from press.citeproc.items import PersonName
from press.citeproc.markup import plain
from press.citeproc.rendering import Rendering
from press.csl import DATE_VARIABLES, NAME_VARIABLES

SortValue = tuple[int | str, ...] | None
"""None: the item has no value, and comes last whichever way the key sorts."""

_CSL = "{http://purl.org/net/xbiblio/csl}"
_LETTERS = str.maketrans({"ø": "o", "ł": "l", "đ": "d", "ð": "d", "þ": "th", "æ": "ae", "œ": "oe", "ı": "i"})


def sort_renderings(sort: Any, renderings: Sequence[Rendering]) -> list[Rendering]:
    """The renderings in the order of an element cs:sort."""
    keys = [(_key_values(key), key.get("sort") == "descending") for key in sort.findall(f"{_CSL}key")]
    rows = [(rendering, [values(rendering) for values, _ in keys]) for rendering in renderings]

    def compare(left: tuple[Rendering, list[SortValue]], right: tuple[Rendering, list[SortValue]]) -> int:
        for (_, descending), one, other in zip(keys, left[1], right[1], strict=True):
            if one == other:
                continue
            if one is None or other is None:
                return 1 if one is None else -1
            result = -1 if one < other else 1
            return -result if descending else result
        return 0

    return [rendering for rendering, _ in sorted(rows, key=cmp_to_key(compare))]


def _key_values(key: Any) -> Callable[[Rendering], SortValue]:
    """How a key gets its value from an item."""
    macro, variable = key.get("macro"), key.get("variable")
    if macro is not None:

        def from_macro(rendering: Rendering) -> SortValue:
            fresh = replace(rendering, sort_key=key, suppressed=set(), author="", hide_author=False)
            return _collated(rendering.macros[macro].render(fresh))

        return from_macro
    return lambda rendering: _variable_value(variable, rendering)


def _variable_value(variable: str, rendering: Rendering) -> SortValue:
    record = rendering.record
    if variable == "citation-number":
        return (rendering.number,)
    if variable in DATE_VARIABLES:
        date = record.dates.get(variable)
        return (sortable_date(date),) if date and date.parts else None
    if variable in NAME_VARIABLES:
        names = record.names.get(variable)
        return _collated("; ".join(_sortable_name(name) for name in names.names)) if names else None
    return _collated(record.text.get(variable, ""))


def _sortable_name(name: PersonName) -> str:
    return name.literal or ", ".join(filter(None, (name.family, name.given, name.suffix)))


def _collated(text: str) -> SortValue:
    """Text as dictionaries sort it: accents and capitals count only between words that are otherwise equal."""
    text = plain(text)
    if not text.strip():
        return None
    if re.fullmatch(r"\d+(?:-\d+)*", text.strip()):
        return "", *(int(number) for number in text.split("-"))
    letters = unicodedata.normalize("NFKD", text.lower().translate(_LETTERS))
    base = "".join(letter for letter in letters if not unicodedata.combining(letter))
    words = re.sub(r"[^\w\s,;]+", " ", base.casefold())
    return " ".join(words.split()), 0, text.casefold()
