"""Who made the book: persons and groups, the parts of their names, and how a catalogue files them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from pydantic import Field

from press.setting_types import Line, Settings

ARTICLES = frozenset(["The", "A", "An", "Der", "Die", "Das", "Le", "La", "Les"])
"""What the name of a group may begin with, and that of a person does not."""
_SUFFIXES = frozenset(["Jr", "Jr.", "Sr", "Sr.", "II", "III", "IV"])
_FAMILY_FIRST = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")


@dataclass(frozen=True, slots=True)
class PersonName:
    """A name in parts: Ludwig, van, Beethoven, Jr. All but the family name may be empty."""

    family: str
    given: str = ""
    particle: str = ""
    suffix: str = ""
    family_first: bool = False
    """Whether it is written as it is filed: 夏目 漱石."""

    @property
    def filed_as(self) -> str:
        """As a catalogue sorts it: Beethoven, Ludwig van, Jr."""
        if self.family_first:
            return f"{self.family} {self.given}".strip()
        given = f"{self.given} {self.particle}".strip()
        return ", ".join(filter(None, (self.family, given, self.suffix)))


def person_name(name: str, filed_as: str | None = None) -> PersonName:
    """The parts of a name; `filed_as`, where it is known, says more surely where the family name begins."""
    family, _, given = (filed_as or "").partition(", ")
    if given and f"{given} {family}" == name:
        return PersonName(family, given)
    words = name.split()
    if _FAMILY_FIRST.match(name):
        return PersonName(words[0], " ".join(words[1:]), family_first=True)
    suffix = words.pop() if len(words) > 2 and words[-1] in _SUFFIXES else ""
    at = len(words) - 1
    while at > 0 and words[at - 1][0].islower():
        at -= 1
    return PersonName(words[-1], " ".join(words[:at]), " ".join(words[at:-1]), suffix)


class Person(Settings):
    """Somebody who made the book: a person, or an organization."""

    name: Line
    sort_as: Line | None = Field(
        default=None, description="the name as a catalogue sorts it: Doe, Jane; guessed where it is missing"
    )
    organization: bool | None = Field(
        default=None,
        description="whether it is a group and no person; where this is missing, names that begin with The are groups",
    )

    @property
    def parts(self) -> PersonName | None:
        """The parts of a person's name; organizations have none."""
        begins_with_article = self.name.split()[0] in ARTICLES
        is_group = begins_with_article if self.organization is None else self.organization
        return None if is_group else person_name(self.name, self.sort_as)

    @property
    def filed_as(self) -> str:
        """The name as a catalogue sorts it."""
        if self.sort_as:
            return self.sort_as
        if self.parts:
            return self.parts.filed_as
        first, _, rest = self.name.partition(" ")
        return f"{rest}, {first}" if first in ARTICLES and rest else self.name


Role = Literal[
    "abr", "adp", "aft", "ann", "art", "aui", "bjd", "bkd", "bkp", "com", "cov", "csl", "ctb", "cwt", "edt", "ill",
    "ivr", "mrk", "nrt", "pbd", "pfr", "pht", "res", "rev", "sad", "spn", "trl", "tyg",
]  # fmt: skip
"""Codes of the MARC relators, those that books have: edt is the editor, ill the illustrator, trl the translator."""


class Contributor(Person):
    """Somebody who had another part in the book than its authors."""

    role: Role = Field(description="a code of the MARC relators: edt, ill, trl, pht, cov, pfr ...")
