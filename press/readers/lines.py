"""The Markdown lines of settings: titles, decks, entries of changelogs. Later only citations look into them."""

from __future__ import annotations

import panflute as pf

from press.diagnostics import Position, Report
from press.labels import Labels
from press.model import pack_place
from press.tree import is_cross_reference

OUTSIDE_SCHEMES = ("https://", "http://", "mailto:", "tel:")
"""How the address of a link that leads out of the book begins."""
_NOT_IN_LINES = {pf.Note: "note", pf.Cite: "citation or cross reference", pf.Image: "picture"}
_CITING = "changelog."
"""How the names of lines that may cite begin."""


def read_line(
    name: str, inlines: tuple[pf.Inline, ...], position: Position, file_number: int, labels: Labels, report: Report
) -> pf.Plain:
    """The line of the setting `name`; what cannot stand in one is reported. Citations get its position."""

    def check(element: pf.Element, _: pf.Doc | None) -> None:
        if isinstance(element, pf.RawInline):
            message = f'"{element.text.strip()}" is not allowed here'
            report.add("raw-html-not-allowed", position, message, "a line of settings holds Markdown only")
        elif isinstance(element, pf.Link) and not element.url.startswith(OUTSIDE_SCHEMES):
            report.add("link-not-allowed", position, f'a link to "{element.url}" is not allowed', "link with https://…")
        elif isinstance(element, pf.Cite) and name.startswith(_CITING) and not _refers(element):
            for citation in element.citations:
                citation.hash = pack_place(file_number, position.line, position.column)
        elif type(element) in _NOT_IN_LINES:
            message = f'"{name}" holds a {_NOT_IN_LINES[type(element)]}, which can stand in a chapter\'s text only'
            report.add("bad-metadata", position, message)

    line = pf.Plain(*inlines)
    line.walk(check)
    return line.walk(lambda element, _: quoted(element, labels))


def quoted(element: pf.Element, labels: Labels) -> list[pf.Inline] | None:
    """What stands in quotation marks with those of the language; None for other elements."""
    if not isinstance(element, pf.Quoted):
        return None
    opening, closing = labels.quotes[:2] if element.quote_type == "DoubleQuote" else labels.quotes[2:]
    return [pf.Str(opening), *element.content, pf.Str(closing)]


def _refers(cite: pf.Cite) -> bool:
    """Whether a cluster holds a cross reference."""
    return any(is_cross_reference(citation) for citation in cite.citations)
