"""`manuscript/red-flags.yaml`: the warning signs of a book. Entry: `read_red_flags`."""

from __future__ import annotations

from pathlib import Path

from press.diagnostics import Report
from press.guidance import RED_FLAGS_FILE, Guidance, RedFlags, Sign
from press.readers.settings import parse_yaml, validate
from press.readers.text import read_text


def read_red_flags(root: Path, report: Report) -> Guidance:
    """The signs of the book in `root`; none where its table is missing or no good."""
    path = root / RED_FLAGS_FILE
    if not path.is_file():
        return Guidance()
    origin = parse_yaml(read_text(path, RED_FLAGS_FILE, report), RED_FLAGS_FILE, report)
    table = validate(origin, RedFlags, report) if origin else None
    if not (origin and table):
        return Guidance(is_unusable=True)
    signs = {}
    for key, entry in table.root.items():
        chapters = {slug: origin.position((key, "chapters", number)) for number, slug in enumerate(entry.chapters)}
        position = origin.position((key,))
        short, who = entry.short or entry.sign, entry.who or ""
        signs[key] = Sign(key, entry.sign, short, entry.urgency, who, entry.why, entry.typed, chapters, position)
    return Guidance(signs=signs)
