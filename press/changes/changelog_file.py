"""`CHANGELOG.md`: the changelogs of all chapters by release, in the form of keepachangelog.com."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from press.blocks import Entry, Snapshot
from press.changes.logged import new_entries

_HEADINGS = {
    "publication": "Added",
    "new": "Added",
    "rewrite": "Changed",
    "evidence": "Changed",
    "style": "Changed",
    "correction": "Fixed",
}


def changelog_file(title: str, releases: Sequence[Snapshot], now: Snapshot, is_release: bool) -> str:
    """The file; `releases` are the oldest first, `now` is the working state, which may be the next one of them."""
    states = [*releases, now]
    sections = []
    for before, state in zip([None, *releases], states, strict=True):
        entries = new_entries(before, state)
        released = state is not now or is_release
        if entries or released:
            head = f"## [{state.name}] - {state.date}" if released else "## [Unreleased]"
            sections.append("\n".join([head, *_section(state, entries)]))
    return "\n".join([f"# Changelog of {title}", "", *reversed(sections)])


def _section(state: Snapshot, entries: Sequence[Entry]) -> Iterable[str]:
    yield ""
    if state.unlogged:
        yield from (f"Some changes are not listed: {state.unlogged}", "")
    for heading in dict.fromkeys(_HEADINGS.values()):
        lines = [
            f"- {state.chapters[entry.chapter] + ': ' if entry.chapter else ''}{entry.text} ({entry.date})"
            for entry in entries
            if _HEADINGS[entry.kind] == heading
        ]
        if lines:
            yield from (f"### {heading}", "", *lines, "")
