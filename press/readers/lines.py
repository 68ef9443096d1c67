"""The Markdown lines of settings: titles, decks, entries of changelogs. Later only citations look into them."""

from __future__ import annotations

from dataclasses import replace

from press.diagnostics import Position, Report
from press.labels import Labels
from press.model import pack_place
from press.nodes import Cite, Image, Link, Node, Nodes, Note, Plain, RawInline
from press.readers.clusters import check_nested
from press.readers.quotation_marks import with_quotation_marks
from press.tree import rewrite
from press.tree_classes import is_cross_reference

OUTSIDE_SCHEMES = ("https://", "http://", "mailto:", "tel:")
"""How the address of a link that leads out of the book begins."""
_NOT_IN_LINES: dict[type[Node], str] = {Note: "note", Cite: "citation or cross reference", Image: "picture"}
_CITING = "changelog."
"""How the names of lines that may cite begin."""


def read_line(name: str, inlines: Nodes, position: Position, file_number: int, labels: Labels, report: Report) -> Plain:
    """The line of the setting `name`; what cannot stand in one is reported. Citations get its position."""
    place = pack_place(file_number, position.line, position.column)

    def change(node: Node) -> Node | Nodes:
        node = rewrite(node, change)
        if isinstance(node, RawInline):
            message = f'"{node.text.strip()}" is not allowed here'
            report.add("raw-html-not-allowed", position, message, "a line of settings holds Markdown only")
        elif isinstance(node, Link) and not node.url.startswith(OUTSIDE_SCHEMES):
            report.add("link-not-allowed", position, f'a link to "{node.url}" is not allowed', "link with https://…")
        elif isinstance(node, Cite) and name.startswith(_CITING) and not _refers(node):
            check_nested(node, lambda _: position, report)
            return replace(node, citations=tuple(replace(citation, place=place) for citation in node.citations))
        elif type(node) in _NOT_IN_LINES:
            message = f'"{name}" holds a {_NOT_IN_LINES[type(node)]}, which can stand in a chapter\'s text only'
            report.add("bad-metadata", position, message)
        return node

    return rewrite(with_quotation_marks(Plain(inlines), labels), change)


def _refers(cite: Cite) -> bool:
    """Whether a cluster holds a cross reference."""
    return any(is_cross_reference(citation) for citation in cite.citations)
