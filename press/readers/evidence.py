"""`manuscript/evidence.yaml`: what became of references, checked against the bibliography. Entry: `read_evidence`."""

from __future__ import annotations

from pathlib import Path

from press.diagnostics import Report, did_you_mean
from press.evidence import EVIDENCE_FILE, Evidence, EvidenceSettings
from press.readers.settings import YamlSource, parse_yaml, validate
from press.readers.text import read_text
from press.references import Bibliography


def read_evidence(root: Path, bibliography: Bibliography, report: Report) -> Evidence | None:
    """The evidence file of the book in `root`; None when there is none, or, with diagnostics, when it is no good."""
    path = root / EVIDENCE_FILE
    if not path.is_file():
        return None
    origin = parse_yaml(read_text(path, EVIDENCE_FILE, report), EVIDENCE_FILE, report)
    settings = validate(origin, EvidenceSettings, report) if origin else None
    if not (origin and settings):
        return None
    _check_keys(settings, origin, bibliography, report)
    _check_repeats(settings, origin, report)
    numbers = range(len(settings.references))
    places = tuple(origin.position(("references", number)) for number in numbers)
    return Evidence(settings, origin.position(("checked",)), places)


def _check_keys(settings: EvidenceSettings, origin: YamlSource, bibliography: Bibliography, report: Report) -> None:
    places = {key: entry.position for key, entry in bibliography.entries.items()}
    for number, finding in enumerate(settings.references):
        for name, key in (("key", finding.key), ("by", finding.by)):
            if key is not None and key not in places:
                position = origin.position(("references", number, name))
                hint = did_you_mean(key, places, places)
                report.add("unknown-citation", position, f'no reference with the key "{key}"', hint)


def _check_repeats(settings: EvidenceSettings, origin: YamlSource, report: Report) -> None:
    """Said twice it would be printed twice."""
    firsts: dict[tuple[object, ...], int] = {}
    for number, finding in enumerate(settings.references):
        first = firsts.setdefault((finding.key, finding.status, finding.date, finding.notice), number)
        if first != number:
            message = f'"{finding.key}" is said to be {finding.status} twice'
            hint = f"the first: {origin.position(('references', first))}"
            report.add("bad-metadata", origin.position(("references", number)), message, hint)
