"""Dates: in the parts that the style names, in the formats of the language, and ranges of two."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from citeproc import model

from press.citeproc.items import DateValue
from press.citeproc.numbers import ordinal
from press.citeproc.pieces import Pieces, join
from press.citeproc.rendering import Rendering

_ORDER = ("year", "month", "day")


class DatePart(Pieces, model.Date_Part):
    """The format of a year, month or day."""


class Date(Pieces, model.Date):
    """A date variable. A localized form takes the parts of the language, with the style's formats for them."""

    def render(self, rendering: Rendering) -> str:
        """The date."""
        variable = self.get("variable")
        date = rendering.date(variable)
        if date is None:
            return ""
        if not date.parts:
            return self.decorate(date.literal, rendering)
        if rendering.sort_key is not None:
            return sortable_date(date, self._shown())
        layouts, delimiter = self._layouts(rendering)
        return self.decorate(_DateText(date, layouts, delimiter, rendering).text(), rendering)

    def _shown(self) -> Sequence[str]:
        if self.get("form"):
            return tuple(self.get("date-parts", "year-month-day").split("-"))
        return tuple(part.get("name") for part in self)

    def _layouts(self, rendering: Rendering) -> tuple[list[dict[str, str]], str]:
        """The parts to show in their order, each with its attributes, and the delimiter between them."""
        own = {part.get("name"): dict(part.attrib) for part in self}
        localized = rendering.terms.dates.get(self.get("form")) if self.get("form") else None
        if localized is None:
            return list(own.values()), self.get("delimiter", "")
        shown = self._shown()
        layouts = []
        for part in localized:
            name = part.get("name")
            if name in shown:
                # The language owns the affixes of its formats, the style all else.
                changes = {key: value for key, value in own.get(name, {}).items() if key not in {"prefix", "suffix"}}
                layouts.append(dict(part.attrib) | changes)
        return layouts, localized.get("delimiter", "")


class _DateText:
    """One date being put together."""

    def __init__(self, date: DateValue, layouts: list[dict[str, str]], delimiter: str, rendering: Rendering) -> None:
        self.date = date
        self.layouts = layouts
        self.delimiter = delimiter
        self.rendering = rendering

    def text(self) -> str:
        """The date, or the range with what both ends share written once."""
        first = self.date.parts[0]
        if len(self.date.parts) == 1:
            dash = "–" if self.date.open_end else ""
            return join((self._parts(first, self.layouts), dash))
        last = self.date.parts[1]
        names = [layout["name"] for layout in self.layouts]
        same = [name for name in names if _part(first, name) == _part(last, name)]
        differing = [layout for layout in self.layouts if layout["name"] not in same]
        if not differing:
            return self._parts(first, self.layouts)
        largest = next(name for name in _ORDER if name not in same)
        shared = {name for name in same if _ORDER.index(name) < _ORDER.index(largest)}
        places = [place for place, layout in enumerate(self.layouts) if layout["name"] not in shared]
        start, end = places[0], places[-1] + 1
        dash = next((layout.get("range-delimiter", "–") for layout in self.layouts if layout["name"] == largest), "–")
        varying = self.layouts[start:end]
        left = self._parts(first, [*varying[:-1], varying[-1] | {"suffix": ""}])
        right = self._parts(last, [varying[0] | {"prefix": ""}, *varying[1:]])
        both = f"{left}{dash}{right}"
        return join(
            (self._parts(first, self.layouts[:start]), both, self._parts(first, self.layouts[end:])),
            self.delimiter,
        )

    def _parts(self, date: tuple[int, ...], layouts: list[dict[str, str]]) -> str:
        return join((self._part(date, layout) for layout in layouts), self.delimiter)

    def _part(self, date: tuple[int, ...], layout: dict[str, str]) -> str:
        text = self._value(date, layout)
        if not text:
            return ""
        return _Layout(layout).decorate(text, self.rendering)

    def _value(self, date: tuple[int, ...], layout: dict[str, str]) -> str:
        name = layout["name"]
        value = _part(date, name)
        form = layout.get("form", "numeric" if name == "day" else "long")
        if name == "year":
            return self._year(value, form)
        if name == "month":
            return self._month(value, form)
        return self._day(value, form) if value else ""

    def _year(self, year: int, form: str) -> str:
        if form == "short":
            return f"{year % 100:02d}"
        era = (
            self.rendering.terms.single("bc") if year < 0 else self.rendering.terms.single("ad") if year < 1000 else ""
        )
        suffix, self.rendering.date_suffix = self.rendering.date_suffix, ""
        return f"{abs(year)}{era}{suffix}"

    def _month(self, month: int, form: str) -> str:
        season = self.date.season if not month else (month - 1) % 4 + 1 if month > 12 else 0
        if season:
            return self.rendering.terms.single(f"season-{season:02d}")
        if not month:
            return ""
        if form.startswith("numeric"):
            return f"{month:02d}" if form == "numeric-leading-zeros" else str(month)
        return self.rendering.terms.single(f"month-{month:02d}", form)

    def _day(self, day: int, form: str) -> str:
        limited = self.rendering.terms.options.get("limit-day-ordinals-to-day-1") == "true"
        if form == "ordinal" and (day == 1 or not limited):
            return ordinal(day, self.rendering.terms)
        return f"{day:02d}" if form == "numeric-leading-zeros" else str(day)


class _Layout(Pieces):
    """The attributes of a date part that came together from the language and the style."""

    def __init__(self, attributes: dict[str, str]) -> None:
        self.attributes = attributes

    def get(self, name: str, default: Any = None) -> Any:
        """As of an element."""
        return self.attributes.get(name, default)


def _part(date: tuple[int, ...], name: str) -> int:
    place = _ORDER.index(name)
    return date[place] if place < len(date) else 0


def sortable_date(date: DateValue, shown: Sequence[str] = _ORDER) -> str:
    """A date whose text sorts as the dates do."""
    pieces = []
    for parts in date.parts:
        year, month, day = (_part(parts, name) if name in shown else 0 for name in _ORDER)
        pieces.append(f"{year + 10000:05d}{month:02d}{day:02d}")
    return "-".join(pieces)
