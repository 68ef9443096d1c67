"""What a reader with a complaint is told: the warning signs to look for first, and the spots to try in their order.

The models of `manuscript/red-flags.yaml` are the whole definition of that file: validation and the JSON Schema in
`docs/schema/` come from them. Complaints are settings of `book.yaml` (`metadata`).
"""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from typing import Annotated, Literal

from pydantic import Field, RootModel, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from press.diagnostics import Position
from press.setting_types import Line, Settings, Slug

RED_FLAGS_FILE = "manuscript/red-flags.yaml"
Urgency = Literal["now", "today", "soon"]
"""An ambulance, a doctor the same day, a doctor within days or weeks."""


class SignSource(Settings):
    """A page on which an authority says how urgent a sign is."""

    authority: Line
    address: Annotated[str, StringConstraints(pattern=r"^https?://\S+$")]
    seen: datetime.date = Field(description="when the page was read")
    note: Line | None = Field(default=None, description="what to know of the page: an excerpt, a copy")


class SignSettings(Settings):
    """One warning sign, with the urgency that it has in the whole book."""

    sign: Line = Field(description="the sign as a sentence; chapters say it in words of their own")
    short: Line | None = Field(default=None, description="the sign in a few words, as the symptom index names it")
    urgency: Urgency = Field(description="now: an ambulance; today: a doctor the same day; soon: within days or weeks")
    who: Line | None = Field(default=None, description="whom it concerns, if not everybody: past fifty")
    why: Line = Field(description="what may be behind it")
    chapters: tuple[Slug, ...] = Field(min_length=1, description="chapters that must name the sign in a box")
    sources: tuple[SignSource, ...] = Field(default=(), description="where the urgency was seen")
    basis: Literal["practice"] | None = Field(default=None, description="where there is no source: what it rests on")
    conflict: Line | None = Field(default=None, description="what authorities say that differ, and what was taken")
    typed: tuple[Line, ...] = Field(default=(), description="what people type who have the sign")

    @model_validator(mode="after")
    def _has_a_basis(self) -> SignSettings:
        if bool(self.sources) == bool(self.basis):
            raise PydanticCustomError("basis", "an urgency has sources, or else basis: practice")
        return self


class RedFlags(RootModel[dict[Slug, SignSettings]]):
    """The file `manuscript/red-flags.yaml`: warning signs by their keys."""


@dataclass(frozen=True, slots=True)
class SignPlace:
    """A box that names a sign, in a chapter."""

    chapter: str
    """The chapter's slug."""
    id: str
    """The anchor at the words."""


@dataclass(frozen=True, slots=True)
class Sign:
    """A warning sign of the book's table, and the boxes that name it."""

    key: str
    text: str
    short: str
    """In a few words, where the table has any."""
    urgency: Urgency
    who: str
    why: str
    typed: tuple[str, ...]
    chapters: Mapping[str, Position]
    """The slugs of those that must name it, and where the table says so."""
    position: Position
    places: tuple[SignPlace, ...] = ()
    """Chapters that are about no spot come first: all of them are about safety."""

    @property
    def anchor(self) -> str:
        """The id of the box that says most of it; empty where none names it."""
        return self.places[0].id if self.places else ""


@dataclass(frozen=True, slots=True)
class Complaint:
    """What a reader may come with."""

    key: str
    label: str
    also: tuple[str, ...]
    """Other words for it."""
    signs: tuple[Sign, ...]
    """What to rule out first."""
    spots: tuple[str, ...]
    """The slugs of the chapters, the first to try first."""


@dataclass(frozen=True, slots=True)
class BodyPart:
    """A part of the body with its complaints, as the symptom index heads them."""

    key: str
    label: str
    complaints: tuple[Complaint, ...]


@dataclass(frozen=True, slots=True)
class Guidance:
    """The complaints and the warning signs of a book."""

    parts: tuple[BodyPart, ...] = ()
    signs: Mapping[str, Sign] = field(default_factory=dict)
    is_unusable: bool = False
    """Whether there is a table of signs with mistakes, to which nothing can be held."""

    def is_named_in(self, chapter: str) -> bool:
        """Whether the chapter with this slug must name a sign."""
        return any(chapter in sign.chapters for sign in self.signs.values())

    def within(self, chapters: Collection[str]) -> Guidance:
        """What is left of it for a book of these chapters: complaints with a spot there, signs with places there."""
        signs = {key: _sign_within(sign, chapters) for key, sign in self.signs.items()}
        parts = []
        for part in self.parts:
            complaints = (
                replace(
                    complaint,
                    signs=tuple(signs[sign.key] for sign in complaint.signs),
                    spots=tuple(spot for spot in complaint.spots if spot in chapters),
                )
                for complaint in part.complaints
            )
            if left := tuple(complaint for complaint in complaints if complaint.spots):
                parts.append(replace(part, complaints=left))
        return replace(self, parts=tuple(parts), signs=signs)


def _sign_within(sign: Sign, chapters: Collection[str]) -> Sign:
    return replace(sign, places=tuple(place for place in sign.places if place.chapter in chapters))
