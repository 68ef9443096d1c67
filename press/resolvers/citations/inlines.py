"""Formatted citations as inlines of the text: links, notes, and marks behind the punctuation."""

from __future__ import annotations

import re
from collections.abc import Mapping

import panflute as pf

from press.citeproc import ClusterPart, StyleKind
from press.resolvers.citations.calls import Call
from press.resolvers.limited_html import from_html
from press.tree import elements


def rendered(
    call: Call, parts: tuple[ClusterPart, ...], ids: Mapping[str, str], kind: StyleKind, identifier: str
) -> list[pf.Element]:
    """A formatted cluster as inlines with the id `identifier`: each part that belongs to one reference is a link to it.

    In a note style authors named in the sentence stay there, and the rest becomes a note, or, where there can be none,
    stands in brackets.
    """
    named = [inline for part in parts if part.in_text for inline in from_html(part.html)]
    inlines: list[pf.Inline] = []
    for part in parts:
        if part.in_text:
            continue
        inside = from_html(part.html)
        if part.key is None or kind == "note":
            inlines += inside
        else:
            inlines.append(pf.Link(*inside, url=f"#{ids[part.key]}", classes=["citation-link"]))
    text = pf.Span(*inlines, classes=["citation"], identifier=identifier)
    if kind == "note" and not call.in_note:
        return [*named, pf.Span(pf.Note(pf.Para(text)), classes=["note", "citation-note"])]
    if kind == "note" and call.in_line:
        text.content = [pf.Str("("), *inlines, pf.Str(")")]
        return [*named, *([pf.Space()] if named else []), text]
    return [*named, text]


def behind_punctuation(tree: pf.Doc) -> None:
    """Put the mark of a citation that became a note behind the punctuation that follows it, and close up the space."""
    for element in elements(tree):
        content = list(getattr(element, "content", None) or [])
        if not any("citation-note" in getattr(child, "classes", ()) for child in content):
            continue
        made: list[pf.Element] = []
        for number, child in enumerate(content):
            before = content[number - 1] if number else None
            if isinstance(child, pf.Str) and before is not None and "citation-note" in getattr(before, "classes", ()):
                signs = re.match(r"[.,;:!?”’»)]+", child.text)
                if signs:
                    made.insert(len(made) - 1, pf.Str(signs.group()))
                    if rest := child.text[signs.end() :]:
                        made.append(pf.Str(rest))
                    continue
            if (
                "citation-note" in getattr(child, "classes", ())
                and made
                and isinstance(made[-1], (pf.Space, pf.SoftBreak))
            ):
                made.pop()
            made.append(child)
        element.content = made
