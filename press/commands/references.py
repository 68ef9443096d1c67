"""The formatted reference list of a book, or of any bibliography file in any style."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

from press.citeproc import StyleError, format_citations
from press.diagnostics import Position, Report
from press.readers.bibliography import read_bibliography
from press.readers.book import read_settings
from press.resolvers.citations import style_path
from press.writers.reference_list import render_references


def reference_list(
    root: Path,
    style: Path | None,
    bibliography: Path | None,
    form: Literal["text", "html", "json"],
    report: Report,
) -> str:
    """All entries formatted; with a bibliography file given, no book is needed.

    Problems go into the report, with positions as `root` or the given file's folder sees them.
    """
    found = None if bibliography else read_settings(root, report)
    settings = found[0] if found else None
    if settings is None and bibliography is None:
        return ""
    folder = bibliography.parent if bibliography else root
    files = (bibliography.name,) if bibliography else settings.bibliography if settings else ()
    entries = read_bibliography(folder, files, report).entries
    chosen = style or style_path(settings.citations.style if settings else "numbered", root)
    language = settings.language if settings else "en-US"
    try:
        items = {key: entry.item for key, entry in entries.items()}
        formatted = format_citations(items, chosen, language, (), list(entries))
    except StyleError as error:
        report.add("bad-style", Position(str(chosen), error.line, max(error.column, 1)), error.message)
        return ""
    for problem in formatted.problems:
        report.add("citation-format", entries[problem.key].position, problem.message)
    return render_references(formatted, form)
