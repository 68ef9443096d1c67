"""`manuscript/evidence.yaml` brought up to date from a file of retractions."""

from __future__ import annotations

import datetime
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

import yaml

from press.diagnostics import Report
from press.evidence import EVIDENCE_FILE, STATUSES, EvidenceSettings, Finding, Status
from press.readers.bibliography import read_bibliography
from press.readers.book import read_settings
from press.readers.evidence import read_evidence
from press.readers.retractions import Nature, Notice, read_retractions
from press.store import write_file

_STATUS: dict[Nature, Status] = {
    "retraction": "retracted",
    "expression of concern": "concern",
    "correction": "corrected",
}
"""What a notice makes of a reference; a reinstatement makes nothing, it lifts."""
_HEAD = "# Made by `build.py evidence`, which keeps `acknowledged`, `by`, and what is `superseded`.\n"


def update_evidence(root: Path, source: Path, checked: datetime.date, report: Report) -> str:
    """Write the evidence file of the book in `root` from the CSV file `source`, and give a summary to print.

    Problems go into the report; with an error the old file stays as it is.
    """
    found = read_settings(root, report)
    if found is None:
        return ""
    bibliography = read_bibliography(root, found[0].bibliography, report)
    before = read_evidence(root, bibliography, report)
    notices = read_retractions(source, os.path.relpath(source, root), bibliography, report)
    if report.fails():
        return ""
    old = before.settings.references if before else ()
    references = _merged(old, _findings(notices))
    settings = EvidenceSettings(checked=checked, source=f"Retraction Watch, {source.name}", references=references)
    data = settings.model_dump(exclude_none=True)
    data["references"] = list(data["references"])
    text = _HEAD + yaml.safe_dump(data, sort_keys=False, allow_unicode=True, width=10**6)
    write_file(root / EVIDENCE_FILE, text.encode())
    lines = [_line(finding) for finding in references]
    lines += [f"no longer: {_line(finding)}" for finding in old if not _stands(finding, references)]
    return "\n".join([*lines, f"checked: {len(bibliography.entries)} references, {len(references)} findings"])


def _findings(notices: Sequence[Notice]) -> Iterable[Finding]:
    """What the notices say of the references today: a retraction stands unless a later notice reinstates the paper."""
    reinstated: dict[str, datetime.date] = {}
    for notice in notices:
        if notice.nature == "reinstatement":
            reinstated[notice.key] = max(notice.date, reinstated.get(notice.key, notice.date))
    for notice in notices:
        lifted = notice.nature == "retraction" and notice.date < reinstated.get(notice.key, notice.date)
        if notice.nature in _STATUS and not lifted:
            yield Finding(
                key=notice.key,
                status=_STATUS[notice.nature],
                date=notice.date,
                notice=notice.doi or None,
                reason=notice.reason or None,
            )


def _merged(old: Iterable[Finding], new: Iterable[Finding]) -> tuple[Finding, ...]:
    """The new findings with what authors wrote about the same status of the same reference, and the superseded ones."""
    written = {(finding.key, finding.status): finding for finding in reversed(list(old))}
    made = [finding for finding in old if finding.status == "superseded"]
    for finding in new:
        earlier = written.get((finding.key, finding.status))
        if earlier:
            finding = finding.model_copy(update={"acknowledged": earlier.acknowledged, "by": earlier.by})
        made.append(finding)
    # One paper stands in the data several times where several papers were dealt with in one notice.
    firsts = {(finding.key, finding.status, finding.date, finding.notice): finding for finding in reversed(made)}
    return tuple(
        sorted(firsts.values(), key=lambda one: (one.key, STATUSES.index(one.status), one.date, one.notice or ""))
    )


def _stands(finding: Finding, references: Iterable[Finding]) -> bool:
    return any((one.key, one.status) == (finding.key, finding.status) for one in references)


def _line(finding: Finding) -> str:
    state = f"{finding.key}: {finding.status}, {finding.date}"
    if finding.status == "retracted":
        state += ", acknowledged" if finding.acknowledged else ", not acknowledged"
    return state
