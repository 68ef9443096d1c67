"""The reference list by itself, for the command line: as text, as HTML or as JSON."""

from __future__ import annotations

import html
import json
import re
from typing import Literal

from press.citeproc import Formatted, FormattedEntry


def render_references(formatted: Formatted, form: Literal["text", "html", "json"]) -> str:
    """All references of a book, in the order and the form of its citation style."""
    if form == "text":
        return "\n".join(_text(entry) for entry in formatted.entries)
    if form == "html":
        tag = "ol" if formatted.kind == "numeric" else "ul"
        lines = [f'  <li id="ref-{html.escape(entry.key)}">{entry.html}</li>' for entry in formatted.entries]
        return "\n".join([f'<{tag} class="references">', *lines, f"</{tag}>"])
    references = [
        {"key": entry.key, "label": entry.label, "html": entry.html, "text": _plain(entry.html)}
        for entry in formatted.entries
    ]
    return json.dumps(references, ensure_ascii=False, indent=2)


def _text(entry: FormattedEntry) -> str:
    return f"{entry.label} {_plain(entry.html)}".lstrip()


def _plain(markup: str) -> str:
    return html.unescape(re.sub(r"<[^>]*>", "", markup))
