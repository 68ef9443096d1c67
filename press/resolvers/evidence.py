"""What is wrong with citing a reference that was retracted, and with a check that is long ago."""

from __future__ import annotations

from press.diagnostics import Report
from press.evidence import Evidence
from press.model import Book
from press.nodes import Citation
from press.tree import elements


def check_evidence(book: Book, report: Report) -> Book:
    """Report every citation of a retracted reference that nobody acknowledged, and evidence older than a year."""
    evidence = book.evidence
    if evidence is None:
        return book
    released, checked = book.settings.release.date, evidence.settings.checked
    if (checked.year + 1, checked.month, checked.day) < (released.year, released.month, released.day):
        message = f"the references were checked on {checked}, more than a year before the release of {released}"
        report.add("stale-evidence", evidence.checked_at, message, "get newer data, and run `build.py evidence`")
    unacknowledged = _unacknowledged_retractions(evidence)
    for chapter in book.chapters:
        for element in elements(chapter.tree):
            if isinstance(element, Citation) and element.id in unacknowledged:
                report.add(
                    "retracted-reference",
                    book.position(element.place),
                    f'"{element.id}" was retracted',
                    unacknowledged[element.id],
                )
    return book


def _unacknowledged_retractions(evidence: Evidence) -> dict[str, str]:
    """The keys of retracted references that may not be cited as things are, and hints for those who do."""
    return {
        finding.key: f'cite another, or say in "acknowledged" why this one is cited all the same ({place})'
        for finding, place in zip(evidence.settings.references, evidence.places, strict=True)
        if finding.status == "retracted" and not finding.acknowledged
    }
