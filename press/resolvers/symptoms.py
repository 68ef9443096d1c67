"""The symptom index: the complaints that the metadata blocks of spots name, and the spots for each."""

from __future__ import annotations

from press.collation import collation_key
from press.diagnostics import Report
from press.model import Book, Chapter, Symptom


def collect_symptoms(book: Book, report: Report) -> Book:
    """Collect the complaints in alphabetical order; those that differ in case only are one."""
    found: dict[str, tuple[str, list[Chapter]]] = {}
    for chapter in book.series:
        if chapter.is_planned or not chapter.metadata.spot:
            continue
        for complaint in chapter.metadata.spot.complaints:
            found.setdefault(complaint.casefold(), (complaint, []))[1].append(chapter)
    symptoms = (Symptom(complaint, tuple(chapters)) for complaint, chapters in found.values())
    return book.replace(symptoms=tuple(sorted(symptoms, key=lambda symptom: collation_key(symptom.complaint))))
