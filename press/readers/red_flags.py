"""`manuscript/red-flags.yaml`: the warning signs of a book, checked against its chapters. Entry: `read_red_flags`."""

from __future__ import annotations

from collections.abc import Collection
from pathlib import Path

from press.diagnostics import Report, did_you_mean
from press.guidance import RED_FLAGS_FILE, Guidance, RedFlags, Sign
from press.readers.settings import parse_yaml, validate
from press.readers.text import read_text


def read_red_flags(root: Path, chapters: Collection[str], report: Report) -> Guidance:
    """The signs of the book in `root`, whose chapters have these slugs; none where its table is missing or no good."""
    path = root / RED_FLAGS_FILE
    if not path.is_file():
        return Guidance()
    origin = parse_yaml(read_text(path, RED_FLAGS_FILE, report), RED_FLAGS_FILE, report)
    table = validate(origin, RedFlags, report) if origin else None
    if not (origin and table):
        return Guidance(is_unusable=True)
    signs = {}
    for key, entry in table.root.items():
        for number, slug in enumerate(entry.chapters):
            if slug not in chapters:
                position = origin.position((key, "chapters", number))
                report.add("bad-metadata", position, f'no chapter is called "{slug}"', did_you_mean(slug, chapters))
        position = origin.position((key,))
        short, who = entry.short or entry.sign, entry.who or ""
        signs[key] = Sign(key, entry.sign, short, entry.urgency, who, entry.why, entry.typed, entry.chapters, position)
    return Guidance(signs=signs)
