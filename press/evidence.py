"""What became of the references after they were printed: retractions and the like, from `manuscript/evidence.yaml`.

The model is the whole definition of that file: validation and the JSON Schema in `docs/schema/` come from it.
"""

from __future__ import annotations

import datetime
import re
from dataclasses import dataclass
from typing import Annotated, Literal, get_args

from pydantic import Field, StringConstraints

from press.diagnostics import Position
from press.setting_types import Line, Settings

EVIDENCE_FILE = "manuscript/evidence.yaml"
Status = Literal["retracted", "concern", "corrected", "superseded"]
STATUSES: tuple[Status, ...] = get_args(Status)
"""The gravest first."""
_DOI = r"^10\.[0-9.]{4,}/\S+$"
Doi = Annotated[str, StringConstraints(pattern=_DOI)]


class Finding(Settings):
    """What became of one reference."""

    key: Line = Field(description="the reference's key in the bibliography")
    status: Status
    date: datetime.date = Field(description="when that was published")
    notice: Doi | None = Field(default=None, description="the DOI of the notice, without https://doi.org/")
    reason: Line | None = None
    acknowledged: Line | None = Field(default=None, description="why it is cited all the same")
    by: Line | None = Field(default=None, description="the key of the reference that takes its place")


class EvidenceSettings(Settings):
    """The file `manuscript/evidence.yaml`."""

    checked: datetime.date = Field(description="the date of the data")
    source: Line = Field(description="where the data came from")
    references: tuple[Finding, ...] = ()


@dataclass(frozen=True, slots=True)
class Evidence:
    """The findings of a book, with their places."""

    settings: EvidenceSettings
    checked_at: Position
    places: tuple[Position, ...]
    """Of the entries of `references`, in their order."""

    def about(self, key: str) -> tuple[Finding, ...]:
        """What became of a reference: the gravest first, then the newest."""
        found = [finding for finding in self.settings.references if finding.key == key]
        found.sort(key=lambda finding: finding.date, reverse=True)
        return tuple(sorted(found, key=lambda finding: STATUSES.index(finding.status)))


@dataclass(frozen=True, slots=True)
class StatusLine:
    """A finding as a reference list prints it."""

    finding: Finding
    successor: str = ""
    """The title of the reference that takes its place, in limited markup."""
    successor_id: str = ""
    """Where that stands in the same list, if it does."""


def bare_doi(text: str) -> str:
    """A DOI as it is compared: in lower case, without the resolver; empty where there is none (`unavailable`)."""
    doi = re.sub(r"^(?:https?://(?:dx\.)?doi\.org/|doi:\s*)", "", text.strip().lower())
    return doi if re.match(_DOI, doi) else ""
