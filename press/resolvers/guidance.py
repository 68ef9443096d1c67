"""What readers with a complaint are told: the complaints of book.yaml with the spots that name them."""

from __future__ import annotations

from dataclasses import replace

from press.diagnostics import Report
from press.guidance import BodyPart, Complaint
from press.metadata import BodyPartSettings, ComplaintSettings
from press.model import Book


def collect_complaints(book: Book, report: Report) -> Book:
    """Put together the parts of the body, in the order of book.yaml, and leave out complaints that have no spot."""
    series = book.settings.series
    work = _Complaints(book)
    parts = tuple(work.part(key, part) for key, part in series.complaints.items()) if series else ()
    return book.replace(guidance=replace(book.guidance, parts=tuple(part for part in parts if part.complaints)))


class _Complaints:
    """The complaints of one book."""

    def __init__(self, book: Book) -> None:
        self.signs = book.guidance.signs
        self.ranks = {
            spot.slug: spot.metadata.spot.complaints
            for spot in book.series
            if spot.metadata.spot and not spot.is_planned
        }

    def part(self, key: str, settings: BodyPartSettings) -> BodyPart:
        """A part of the body."""
        complaints = (self._complaint(key, complaint) for key, complaint in settings.complaints.items())
        return BodyPart(key, settings.label, tuple(complaint for complaint in complaints if complaint.spots))

    def _complaint(self, key: str, settings: ComplaintSettings) -> Complaint:
        signs = tuple(self.signs[sign] for sign in settings.signs if sign in self.signs)
        spots = sorted(
            (slug for slug, ranks in self.ranks.items() if key in ranks), key=lambda slug: self.ranks[slug][key]
        )
        return Complaint(key, settings.label, settings.also, signs, tuple(spots))
