"""The words of trees: as plain text, counted, and made into nodes."""

from __future__ import annotations

import re
from collections.abc import Iterable

from press.letters import without_soft_hyphens
from press.nodes import (
    Break,
    Cite,
    Code,
    CodeBlock,
    Div,
    Image,
    Inline,
    Math,
    Node,
    Nodes,
    Note,
    Quoted,
    RawBlock,
    RawInline,
    Str,
)
from press.tree import children
from press.tree_classes import GENERATED, MARK_CLASS, has_class, is_shared

SPACE = Break()
_LETTER = re.compile(r"[^\W_]")


def plain_text(nodes: Iterable[Node]) -> str:
    """The words of inlines as data: without markup, notes, citations, and places where words may part."""
    return without_soft_hyphens("".join(map(_plain, nodes)))


def _plain(node: Node) -> str:
    if isinstance(node, (Str, Code, Math)):
        return node.text
    if isinstance(node, Break):
        return " "
    if isinstance(node, (Note, Cite)):
        return ""
    inside = plain_text(children(node))
    if isinstance(node, Quoted):
        return f"“{inside}”" if node.kind == "DoubleQuote" else f"‘{inside}’"
    return inside


def words(text: str) -> int:
    """How many words a text has: runs between white space that hold a letter or digit."""
    return sum(1 for run in text.split() if run[0].isalnum() or _LETTER.search(run))


def author_text(nodes: Iterable[Node]) -> str:
    """The author's own words: no notes, citations, marks on them, pictures, shared text, or what the press fills."""
    pieces: list[str] = []
    for node in nodes:
        _collect(node, pieces)
    return "".join(pieces)


def _collect(node: Node, pieces: list[str]) -> None:
    if isinstance(node, (Str, Code, CodeBlock, Math)):
        pieces.append(node.text)
        if isinstance(node, CodeBlock):
            pieces.append(" ")
        return
    if isinstance(node, Break):
        pieces.append(" ")
        return
    if isinstance(node, (Note, Cite, Image, RawBlock, RawInline)) or is_shared(node):
        return
    if has_class(node, MARK_CLASS):
        if pieces[-1:] == [" "]:
            pieces.pop()  # it came with the mark
        return
    if isinstance(node, Div) and any(name in node.classes for name in GENERATED):
        return
    if not isinstance(node, Inline):
        pieces.append(" ")
    for child in children(node):
        _collect(child, pieces)


def slugify(text: str) -> str:
    """A heading as a part of an id: lower case, hyphens."""
    return re.sub(r"[^\w]+", "-", text.lower()).strip("-") or "section"


def text_inlines(text: str) -> Nodes:
    """A text as inlines: its words with spaces between."""
    inlines: list[Node] = []
    for word in text.split():
        inlines += [SPACE, Str(word)]
    return tuple(inlines[1:])


class Brackets:
    """Counts brackets in a line of text as a rewrite reads it."""

    def __init__(self) -> None:
        self._opened = 0

    @property
    def is_open(self) -> bool:
        """Whether one is open after all that was read of a block, or of a note in it."""
        return self._opened > 0

    def read(self, node: Node) -> None:
        """Read a node; each block begins anew."""
        if isinstance(node, (Str, Code, Math)):
            self._opened += node.text.count("(") - node.text.count(")")
        elif not isinstance(node, Inline):
            self._opened = 0
