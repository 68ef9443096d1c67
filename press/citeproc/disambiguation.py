"""Telling apart citations that would look the same: more names, given names, the style's own means, year suffixes."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from press.citeproc.items import NameList, Record
from press.citeproc.markup import plain
from press.citeproc.rendering import Distinction

Show = Callable[[str, Distinction], str]
"""How an item's citation looks with a distinction."""


@dataclass(slots=True)
class Disambiguation:
    """The work on all cited items of a book."""

    citation: Any
    """The element cs:citation with its options."""
    records: Mapping[str, Record]
    """By key, in the order of the reference list: year suffixes follow it."""
    show: Show

    def distinctions(self) -> dict[str, Distinction]:
        """What each item shows so that it is told from all others."""
        found = {key: Distinction() for key in self.records}
        rule = self.citation.get("givenname-disambiguation-rule", "by-cite")
        if self._wants("disambiguate-add-givenname") and rule != "by-cite":
            self._name_everywhere(found, rule)
        if self._wants("disambiguate-add-names"):
            for group in self._alike(found):
                self._add_names(group, found)
        if self._wants("disambiguate-add-givenname") and rule == "by-cite":
            for group in self._alike(found):
                self._add_given_names(group, found)
        if any(element.get("disambiguate") for element in self.citation.getroottree().getroot().iter()):
            for group in self._alike(found):
                for key in group:
                    found[key] = replace(found[key], condition=True)
        if self._wants("disambiguate-add-year-suffix"):
            for group in self._alike(found):
                for place, key in enumerate(group):
                    found[key] = replace(found[key], year_suffix=_letters(place))
        return found

    def _wants(self, option: str) -> bool:
        return str(self.citation.get(option)) == "true"

    def _alike(self, found: Mapping[str, Distinction]) -> Iterator[list[str]]:
        """Groups of items whose citations look the same."""
        groups: dict[str, list[str]] = {}
        for key in self.records:
            groups.setdefault(self.show(key, found[key]), []).append(key)
        yield from [group for group in groups.values() if len(group) > 1]

    def _names(self, key: str) -> NameList:
        """The names that the citation most likely shows."""
        names = self.records[key].names
        return next((names[role] for role in ("author", "editor", "translator") if role in names), NameList(()))

    def _add_names(self, group: Sequence[str], found: dict[str, Distinction]) -> None:
        """Show one more name at a time, for as long as that tells items apart."""
        left = list(group)
        for count in range(2, max(len(self._names(key).names) for key in group) + 1):
            tried = {key: replace(found[key], names_shown=count) for key in left}
            shown = {key: self.show(key, tried[key]) for key in left}
            kinds = len(set(shown.values()))
            if kinds == 1:
                continue
            for key in left:
                found[key] = tried[key]
            left = [key for key in left if list(shown.values()).count(shown[key]) > 1]
            if not left:
                return

    def _add_given_names(self, group: Sequence[str], found: dict[str, Distinction]) -> None:
        """Add given names to one name after the other, from the first, until the items differ."""
        for form in ("initials", "full"):
            for place in range(max(len(self._names(key).names) for key in group)):
                tried = {key: self._given(found[key], {place: form}) for key in group}
                if len({self.show(key, tried[key]) for key in group}) > len(
                    {self.show(key, found[key]) for key in group}
                ):
                    found.update(tried)
                if len({self.show(key, found[key]) for key in group}) == len(group):
                    return

    def _name_everywhere(self, found: dict[str, Distinction], rule: str) -> None:
        """Add given names wherever different people share a family name, whether the citations are alike or not."""
        people: dict[str, set[str]] = {}
        most = 1 if rule.startswith("primary-name") else None
        for key in self.records:
            for name in self._names(key).names[:most]:
                people.setdefault(_family(name.particle, name.family), set()).add(plain(name.given))
        for key in self.records:
            chosen: dict[int, str] = {}
            for place, name in enumerate(self._names(key).names[:most]):
                others = people[_family(name.particle, name.family)] - {plain(name.given)}
                if name.given and others:
                    initials = {_initials(other) for other in others}
                    if _initials(plain(name.given)) not in initials:
                        chosen[place] = "initials"
                    elif not rule.endswith("with-initials"):
                        chosen[place] = "full"
            if chosen:
                found[key] = self._given(found[key], chosen)

    def _given(self, distinction: Distinction, forms: Mapping[int, str]) -> Distinction:
        return replace(distinction, given_names=distinction.given_names | dict(forms))


def _family(particle: str, family: str) -> str:
    return plain(f"{particle} {family}".strip()).casefold()


def _initials(given: str) -> str:
    return "".join(word[0] for word in given.replace("-", " ").replace(".", " ").split())


def _letters(place: int) -> str:
    """a, b ... z, aa, ab ..."""
    text = ""
    place += 1
    while place:
        place, rest = divmod(place - 1, 26)
        text = chr(ord("a") + rest) + text
    return text
