"""What readers with a complaint are told: the complaints of book.yaml, their signs, and the spots that name them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from typing import get_args

from press.diagnostics import Report, did_you_mean
from press.guidance import RED_FLAGS_FILE, BodyPart, Complaint, Sign, Urgency
from press.metadata import BodyPartSettings
from press.model import Book

_URGENCIES = get_args(Urgency)
"""The gravest first."""


def collect_complaints(book: Book, report: Report) -> Book:
    """Put together the parts of the body, in the order of book.yaml; complaints that no spot names are left out."""
    series = book.settings.series
    work = _Complaints(book, report)
    found = (work.part(key, part) for key, part in series.complaints.items()) if series else ()
    return book.replace(guidance=replace(book.guidance, parts=tuple(part for part in found if part.complaints)))


class _Complaints:
    """The complaints of one book."""

    def __init__(self, book: Book, report: Report) -> None:
        self.book = book
        self.report = report
        self.ranks = {
            chapter.slug: chapter.metadata.spot.complaints
            for chapter in book.series
            if chapter.metadata.spot and not chapter.is_planned
        }

    def part(self, name: str, settings: BodyPartSettings) -> BodyPart:
        """A part of the body."""
        made = []
        for key, complaint in settings.complaints.items():
            found = self._signs(f"series.complaints.{name}.complaints.{key}.signs", complaint.signs)
            signs = tuple(sorted(found, key=lambda sign: _URGENCIES.index(sign.urgency)))
            spots = {slug: ranks[key] for slug, ranks in self.ranks.items() if key in ranks}
            if spots:
                ranked = tuple(sorted(spots, key=spots.__getitem__))
                made.append(Complaint(key, complaint.label, complaint.also, signs, ranked))
        return BodyPart(name, settings.label, tuple(made))

    def _signs(self, setting: str, keys: tuple[str, ...]) -> Iterator[Sign]:
        guidance = self.book.guidance
        positions = {key: sign.position for key, sign in guidance.signs.items()}
        for number, key in enumerate(keys):
            if key in guidance.signs:
                yield guidance.signs[key]
            elif not guidance.is_unusable:
                hint = did_you_mean(key, positions, positions) or f"signs are listed in {RED_FLAGS_FILE}"
                position = self.book.setting_positions[f"{setting}.{number}"]
                self.report.add("unknown-sign", position, f'no sign has the key "{key}"', hint)
