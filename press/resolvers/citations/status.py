"""What became of a reference, as its citations and its entry in a list show it."""

from __future__ import annotations

import html
from collections.abc import Mapping

from press.citeproc.markup import encode, to_html
from press.evidence import Finding, StatusLine
from press.model import Book
from press.tree_classes import MARK_CLASS


def citation_mark(book: Book, key: str) -> str:
    """The words that mark a citation, in limited markup; corrections are told in the list only."""
    statuses = dict.fromkeys(finding.status for finding in _findings(book, key) if finding.status != "corrected")
    words = ", ".join(book.labels[f"evidence_{status}"] for status in statuses)
    return f'<span class="{MARK_CLASS}">{html.escape(words, quote=False)}</span>' if words else ""


def status_lines(book: Book, key: str, ids: Mapping[str, str]) -> tuple[StatusLine, ...]:
    """The lines under a reference; `ids` are those of the references of its list."""
    return tuple(
        StatusLine(finding, _title(book, finding.by), ids.get(finding.by, "")) if finding.by else StatusLine(finding)
        for finding in _findings(book, key)
    )


def _findings(book: Book, key: str) -> tuple[Finding, ...]:
    return book.evidence.about(key) if book.evidence else ()


def _title(book: Book, key: str) -> str:
    entry = book.bibliography.entries.get(key)
    return to_html(encode(str(entry.item.get("title", key)))) if entry else ""
