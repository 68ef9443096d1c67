"""Formatted citations as inlines of the text: links, notes, and marks behind the punctuation."""

from __future__ import annotations

import re
from collections.abc import Mapping
from operator import is_not

from press.citeproc import ClusterPart, StyleKind
from press.nodes import Break, Link, Node, Nodes, Note, Para, Span, Str
from press.resolvers.citations.calls import Call, is_cluster
from press.resolvers.limited_html import from_html
from press.tree import N, rewrite, rewrite_siblings
from press.tree_classes import has_class
from press.tree_text import SPACE


def rendered(call: Call, parts: tuple[ClusterPart, ...], ids: Mapping[str, str], kind: StyleKind) -> Nodes:
    """A formatted cluster as inlines: each part that belongs to one reference is a link to it.

    In a note style authors named in the sentence stay there, and the rest becomes a note, or, where there can be none,
    stands in brackets.
    """
    named = tuple(inline for part in parts if part.in_text for inline in from_html(part.html))
    inlines: list[Node] = []
    for part in parts:
        if part.in_text:
            continue
        inside = from_html(part.html)
        if part.key is None or kind == "note":
            inlines += inside
        else:
            inlines.append(Link(inside, f"#{ids[part.key]}", classes=("citation-link",)))
    if kind == "note" and call.in_line:
        inlines = [Str("("), *inlines, Str(")")]
    text = Span(tuple(inlines), classes=("citation",), identifier=call.id)
    if kind == "note" and not call.in_note:
        return (*named, Span((Note((Para((text,)),)),), classes=("note", "citation-note"), identifier=call.note))
    if kind == "note" and named and inlines:
        return (*named, *(() if call.in_line else (Str(","),)), SPACE, text)
    return (*named, text)


def with_citations(text: N, made: Mapping[int, Nodes], kind: StyleKind) -> N:
    """A text with the clusters that have these numbers put into it, formatted."""
    number = -1

    def change(node: Node) -> Node | Nodes | None:
        nonlocal number
        if not is_cluster(node):
            return None
        number += 1
        return made.get(number, node)

    text = rewrite(text, change)
    return rewrite_siblings(text, _behind_punctuation) if kind == "note" else text


def _behind_punctuation(siblings: Nodes) -> Nodes:
    """Put the mark of a citation that became a note behind the punctuation that follows it, and close up the space."""
    if not any(has_class(node, "citation-note") for node in siblings):
        made = tuple(rewrite_siblings(node, _behind_punctuation) for node in siblings)
        return made if any(map(is_not, made, siblings)) else siblings
    put: list[Node] = []
    for number, node in enumerate(siblings):
        follows = number > 0 and has_class(siblings[number - 1], "citation-note")
        signs = re.match(r"[.,;:!?”’»)]+", node.text) if isinstance(node, Str) and follows else None
        if isinstance(node, Str) and signs:
            put.insert(len(put) - 1, Str(signs.group()))
            if rest := node.text[signs.end() :]:
                put.append(Str(rest))
            continue
        if has_class(node, "citation-note") and put and isinstance(put[-1], Break) and put[-1].kind != "LineBreak":
            put.pop()
        put.append(rewrite_siblings(node, _behind_punctuation))
    return tuple(put)
