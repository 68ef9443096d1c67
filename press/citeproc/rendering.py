"""The state of rendering one item once. citeproc-py keeps it on the style's elements, whose attributes vanish."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from press.citeproc.items import DateValue, NameList, Record
from press.citeproc.terms import Terms


@dataclass(slots=True)
class Distinction:
    """What is shown of an item beyond the style's usual, so that no two citations look the same."""

    names_shown: int = 0
    """At least so many names before et al."""
    given_names: dict[int, str] = field(default_factory=dict)
    """Place of a name -> form of the given name that is added to it: initials or full."""
    year_suffix: str = ""
    condition: bool = False
    """What the style's test `disambiguate` finds."""


@dataclass(slots=True)
class Rendering:
    """One item on its way through the style's elements."""

    record: Record
    terms: Terms
    area: Any
    """The element cs:citation or cs:bibliography, which holds options of names."""
    macros: Mapping[str, Any]
    """The style's elements cs:macro by name."""
    number: int = 0
    locator: str = ""
    label: str = "page"
    position: frozenset[str] = frozenset({"first"})
    first_note: int = 0
    distinction: Distinction = field(default_factory=Distinction)
    hide_author: bool = False
    """Whether the first names are left out."""
    sort_key: Any = None
    """The element cs:key that the item is rendered for."""
    author: str = ""
    """The first names rendered, shown or hidden."""
    short_author: bool = False
    """Whether names are shown as a sentence wants them: short, and few."""
    author_before: str = ""
    """The names of the reference before this one."""
    date_suffix: str = ""
    """The year suffix, where the style leaves it to the processor to put it behind the first year."""
    shows_locator: bool = False
    called: int = 0
    filled: int = 0
    """How many variables were asked for, and how many had a value: a group is shown only if one had."""
    asked: set[str] = field(default_factory=set)
    suppressed: set[str] = field(default_factory=set)
    """The variables that a substitute for names has used up."""
    substituting: list[Any] = field(default_factory=list)
    """The elements cs:names whose substitutes are being tried, the innermost last."""

    @property
    def language(self) -> str:
        """The language of the style's words."""
        return self.terms.language

    @property
    def in_bibliography(self) -> bool:
        """Whether the item is rendered for the reference list."""
        return str(self.area.tag).endswith("}bibliography")

    def text(self, variable: str) -> str:
        """The value of a text variable, or nothing; counts as asked for."""
        return self._count(variable, self.record.text.get(variable, ""))

    def generated(self, variable: str) -> str | None:
        """The value of a variable that the processor makes itself; None for those of the item."""
        if variable == "citation-number":
            return self._count(variable, str(self.number) if self.number else "")
        if variable == "locator":
            self.shows_locator = bool(self.locator)
            return self._count(variable, self.locator)
        if variable == "first-reference-note-number":
            return self._count(variable, str(self.first_note) if self.first_note else "")
        # A year suffix alone does not make a group be shown.
        return self.distinction.year_suffix if variable == "year-suffix" else None

    def names(self, variable: str) -> NameList | None:
        """The names in a role."""
        names = None if variable in self.suppressed else self.record.names.get(variable)
        self._count(variable, "names" if names else "")
        return names

    def date(self, variable: str) -> DateValue | None:
        """The value of a date variable."""
        date = None if variable in self.suppressed else self.record.dates.get(variable)
        self._count(variable, "date" if date else "")
        return date

    def _count(self, variable: str, value: str) -> str:
        self.called += 1
        if variable in self.suppressed:
            return ""
        if value:
            self.filled += 1
            if self.substituting:
                self.asked.add(variable)
        return value

    def has(self, variable: str) -> bool:
        """Whether a condition finds a value. This does not count as asking; it finds what a substitute used up."""
        if variable == "locator":
            return bool(self.locator)
        if variable == "citation-number":
            return self.number > 0
        if variable == "year-suffix":
            return bool(self.distinction.year_suffix)
        if variable == "first-reference-note-number":
            return self.first_note > 0
        return self.record.has(variable)
