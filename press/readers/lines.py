"""The Markdown lines of settings: titles, decks, entries of changelogs. No later stage looks into them."""

from __future__ import annotations

import panflute as pf

from press.diagnostics import Position, Report

OUTSIDE_SCHEMES = ("https://", "http://", "mailto:", "tel:")
"""How the address of a link that leads out of the book begins."""
_NOT_IN_LINES = {pf.Note: "note", pf.Cite: "citation or cross reference", pf.Image: "picture"}


def check_line(name: str, inlines: tuple[pf.Inline, ...], position: Position, report: Report) -> None:
    """Report what cannot stand in the line of the setting `name`."""

    def check(element: pf.Element, _: pf.Doc | None) -> None:
        if isinstance(element, pf.RawInline):
            message = f'"{element.text.strip()}" is not allowed here'
            report.add("raw-html-not-allowed", position, message, "a line of settings holds Markdown only")
        elif isinstance(element, pf.Link) and not element.url.startswith(OUTSIDE_SCHEMES):
            report.add("link-not-allowed", position, f'a link to "{element.url}" is not allowed', "link with https://…")
        elif type(element) in _NOT_IN_LINES:
            message = f'"{name}" holds a {_NOT_IN_LINES[type(element)]}, which can stand in a chapter\'s text only'
            report.add("bad-metadata", position, message)

    pf.Plain(*inlines).walk(check)
