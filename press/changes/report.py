"""The ledger for readers of three kinds: people at a terminal, people with a browser, and programs."""

from __future__ import annotations

import dataclasses
import html
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Literal

from press.blocks import Snapshot
from press.history import Ledger, LedgerEntry, Piece

LedgerFormat = Literal["text", "html", "json"]
_WORDS_AROUND = 6
"""How many unchanged words are shown on either side of a change."""
_KINDS = {"h": "heading", "p": "text", "fig": "figure", "tbl": "table", "include": "shared text"}


def print_ledger(ledger: Ledger, now: Snapshot, form: LedgerFormat) -> str:
    """The ledger in one of the formats; `now` is the state that was compared with the release."""
    if form == "json":
        data = {**dataclasses.asdict(ledger), "is_empty": ledger.is_empty}
        return json.dumps(data, ensure_ascii=False, indent=2, default=str)
    if form == "html":
        return _page(ledger, now)
    return "\n".join(_text(ledger, now))


def _text(ledger: Ledger, now: Snapshot) -> Iterable[str]:
    if ledger.is_empty:
        yield f"nothing changed since {ledger.since}"
    for chapter, entries in _grouped(ledger).items():
        yield f"{chapter}: {now.chapters.get(chapter, 'gone')}"
        yield from (f"  {_what(entry)} ({entry.id}): {_plain(entry.pieces)}" for entry in entries)
    for title, lines in _lists(ledger, _plain):
        yield title
        yield from (f"  {line}" for line in lines)


def _page(ledger: Ledger, now: Snapshot) -> str:
    """A page that stands alone: no script, no file beside it."""
    title = html.escape(f"Changes since {ledger.since}")
    parts = [] if ledger.entries else ["<p>Nothing changed in the text.</p>"]
    for chapter, entries in _grouped(ledger).items():
        items = "".join(
            f"<li><b>{html.escape(_what(entry))}</b> <code>{html.escape(entry.id)}</code><br>"
            f"{_marked(entry.pieces)}</li>"
            for entry in entries
        )
        parts.append(f"<h2>{html.escape(now.chapters.get(chapter, chapter))}</h2>\n<ul>{items}</ul>")
    for heading, lines in _lists(ledger, _marked):
        items = "".join(f"<li>{line}</li>" for line in lines)
        parts.append(f"<h2>{html.escape(heading)}</h2>\n<ul>{items}</ul>")
    body = "\n".join(parts)
    return (
        f'<!doctype html>\n<html lang="en"><meta charset="utf-8"><title>{title}</title>\n'
        "<style>body { max-width: 45rem; margin: 2rem auto; font-family: serif; line-height: 1.5 }\n"
        "li { margin: 0.7rem 0 } code { font-size: 0.75rem }\n"
        "del { background: #fdd } ins { background: #dfd }</style>\n"
        f"<h1>{title}</h1>\n{body}\n</html>"
    )


def _lists(ledger: Ledger, show: Callable[[Iterable[Piece]], str]) -> Iterable[tuple[str, list[str]]]:
    """What is not of one block, as headings with lines."""
    words: tuple[tuple[str, Mapping[str, str], Literal["added", "removed"]], ...] = (
        ("references added", ledger.references_added, "added"),
        ("references removed", ledger.references_removed, "removed"),
    )
    lists = [(title, [show([(kind, f"{key}: {text}")]) for key, text in found.items()]) for title, found, kind in words]
    changed = [show([("same", f"{key}:"), *pieces]) for key, pieces in ledger.references_changed.items()]
    lists.append(("references corrected", changed))
    renamed = [show([("removed", old), ("added", new)]) for old, new in ledger.chapters_renamed.items()]
    lists.append(("chapters renamed", renamed))
    numbers = [
        show([("same", f"{chapter}: " + ", ".join(f"{old} → {new}" for old, new in found.items()))])
        for chapter, found in ledger.note_numbers.items()
    ]
    lists.append(("note numbers", numbers))
    return [(title, lines) for title, lines in lists if lines]


def _grouped(ledger: Ledger) -> dict[str, list[LedgerEntry]]:
    made: dict[str, list[LedgerEntry]] = {}
    for entry in ledger.entries:
        made.setdefault(entry.chapter, []).append(entry)
    return made


def _what(entry: LedgerEntry) -> str:
    came = f" from {entry.before}" if entry.before else ""
    section = f", in “{entry.section}”" if entry.section and entry.kind != "h" else ""
    return f"{_KINDS.get(entry.kind, entry.kind)} {entry.event.replace('-', ' ')}{came}{section}"


def _plain(pieces: Iterable[Piece]) -> str:
    signs = {"same": "{}", "removed": "[-{}-]", "added": "{{+{}+}}"}
    return " ".join(signs[kind].format(text) for kind, text in _shortened(pieces))


def _marked(pieces: Iterable[Piece]) -> str:
    signs = {"same": "{}", "removed": "<del>{}</del>", "added": "<ins>{}</ins>"}
    return " ".join(signs[kind].format(html.escape(text)) for kind, text in _shortened(pieces))


def _shortened(pieces: Iterable[Piece]) -> Iterable[Piece]:
    """Without the middle of long unchanged runs."""
    for kind, text in pieces:
        words = text.split()
        if kind == "same" and len(words) > 2 * _WORDS_AROUND:
            text = " ".join([*words[:_WORDS_AROUND], "…", *words[-_WORDS_AROUND:]])
        yield kind, text
