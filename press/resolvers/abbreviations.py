"""Abbreviations declared in book.yaml: the first use in each chapter is marked up with its expansion."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import replace

from press.diagnostics import Report
from press.model import Book
from press.nodes import Header, Image, Node, Nodes, Span, Str
from press.tree import N, rewrite
from press.tree_classes import is_shared


def expand_abbreviations(book: Book, report: Report) -> Book:
    """Mark up first uses. A chapter's own text and each shared text in it count apart: not every edition has both."""
    expansions = book.settings.abbreviations
    if not expansions:
        return book
    names = "|".join(re.escape(name) for name in sorted(expansions, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)({names})(s?)(?!\w)")
    return book.with_chapters(lambda chapter: replace(chapter, tree=_marked(chapter.tree, pattern, expansions)))


def _marked(text: N, pattern: re.Pattern[str], expansions: Mapping[str, str]) -> N:
    seen: set[str] = set()

    def change(node: Node) -> Node | Nodes | None:
        if is_shared(node):
            return _marked(node, pattern, expansions)
        if isinstance(node, (Header, Image)):
            return node
        if not isinstance(node, Str):
            return None
        made: list[Node] = []
        at = 0
        for match in pattern.finditer(node.text):
            name = match.group(1)
            if name in seen:
                continue
            seen.add(name)
            expansion = expansions[name] + match.group(2)
            marked = Span((Str(match.group()),), classes=("abbreviation",), attributes={"title": expansion})
            made += [*_string(node.text[at : match.start()]), marked]
            at = match.end()
        return (*made, *_string(node.text[at:])) if made else None

    return rewrite(text, change)


def _string(text: str) -> Nodes:
    return (Str(text),) if text else ()
