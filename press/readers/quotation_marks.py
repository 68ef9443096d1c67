"""Straight quotation marks and apostrophes as those of the language.

pandoc tells them apart within one string only, so that `[Bob](…)'s 'stuff'` opens a quotation after Bob. Here the marks
of a line are looked at together: what stands before and after each, whatever markup is around it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from operator import is_

from press.labels import Labels
from press.nodes import Break, Cite, Code, Image, Inline, Math, Node, Nodes, Note, Plain, Quoted, Str
from press.tree import N, rewrite, rewrite_siblings

_DOUBLE, _END_DOUBLE, _SINGLE, _END_SINGLE, _SPACED_DOUBLE = "\ufdd0\ufdd1\ufdd2\ufdd3\ufdd4"
"""What pandoc takes for quotation marks, while a line is looked at; the last one is one that lost the space before."""
_APOSTROPHE, _CLOSING_DOUBLE = "’”"
"""What pandoc makes of other straight marks."""
_LETTER = re.compile(r"[^\W_]")
_ELISION = re.compile(r"(\d\ds|tis|twas|twere|twill|twould|em)(?![^\W_])", re.IGNORECASE)
"""Words that begin with an apostrophe, as in the '60s."""
_NO_OPENING = re.compile(rf"[\s.,;:!?)\]}}{_END_DOUBLE}{_END_SINGLE}]")
"""What does not follow an opening mark."""
_BEFORE_OPENING = re.compile(rf"[\s(\[{{–—‒/“‘„‚«{_DOUBLE}{_SINGLE}-]")
"""What may stand before an opening mark."""


def with_quotation_marks(tree: N, labels: Labels) -> N:
    """A tree without `Quoted`, with the marks in its text."""

    def marked(siblings: Nodes) -> Nodes:
        if siblings and isinstance(siblings[0], Inline):
            return _Line(siblings, labels).marked()
        made = tuple(rewrite_siblings(node, marked) for node in siblings)
        return siblings if all(map(is_, made, siblings)) else made

    return rewrite_siblings(tree, marked)


class _Line:
    """The inlines of a paragraph, a term or the like. Notes and pictures in it have lines of their own."""

    def __init__(self, siblings: Nodes, labels: Labels) -> None:
        self.before = Plain(siblings)
        self.labels = labels
        self.text = ""
        """All text, with a letter for each thing that is no text."""
        self.seams: set[int] = set()
        """Where strings begin."""

    def marked(self) -> Nodes:
        """The inlines with the marks of the language."""
        line = rewrite(self.before, self._open)
        if line is self.before:
            return line.content
        rewrite(line, self._read)
        opening, closing, opening_single, closing_single = self.labels.quotes
        signs = {_DOUBLE: opening, _END_DOUBLE: closing, _SINGLE: opening_single, _END_SINGLE: closing_single}
        signs[_SPACED_DOUBLE] = " " + opening
        decided = [signs.get(sign, sign) for sign in _singles(_doubles(self.text), self.seams)]
        at = 0

        def write(node: Node) -> Node | None:
            nonlocal at
            length = len(_text_of(node))
            at += length
            if isinstance(node, Str):
                text = "".join(decided[at - length : at])
                return node if text == node.text else Str(text, place=node.place)
            return node if isinstance(node, (Note, Image)) else None

        return rewrite(line, write).content

    def _open(self, node: Node) -> Node | Nodes | None:
        """Put marks in the place of quotations."""
        if isinstance(node, (Note, Image)):
            return with_quotation_marks(node, self.labels)
        if not isinstance(node, Quoted):
            return None
        content = rewrite(node, self._open).content
        if node.kind == "DoubleQuote":
            return (Str(_DOUBLE), *content, Str(_END_DOUBLE))
        return (Str(_SINGLE), *content, Str(_END_SINGLE))

    def _read(self, node: Node) -> Node | None:
        self.seams.add(len(self.text))
        self.text += _text_of(node)
        return node if isinstance(node, (Note, Image)) else None


def _text_of(node: Node) -> str:
    if isinstance(node, Str):
        return node.text
    if isinstance(node, Break):
        return " "
    return "x" if isinstance(node, (Code, Math, Cite, Image)) else ""


def _doubles(text: str) -> str:
    """The text with double marks open and closed by turns, where one that closes stands within a quotation."""
    found = re.search(rf"{_DOUBLE}[^{_DOUBLE}{_END_DOUBLE}]*{_CLOSING_DOUBLE}", text)
    if not found:
        return text
    turns = iter((_DOUBLE, _END_DOUBLE) * len(text))

    def turned(mark: re.Match[str]) -> str:
        turn = next(turns)
        return _SPACED_DOUBLE if turn == _DOUBLE and mark.group() == _END_DOUBLE else turn

    marks = f"[{_DOUBLE}{_END_DOUBLE}{_CLOSING_DOUBLE}]"
    return text[: found.start()] + re.sub(marks, turned, text[found.start() :])


def _singles(text: str, seams: set[int]) -> str:
    """The text with single marks told apart, where pandoc found any that open and close a quotation."""
    if _SINGLE not in text:
        return text
    signs = [_APOSTROPHE if sign in (_SINGLE, _END_SINGLE) else sign for sign in text]
    for opening, closing in _pairs(text, seams):
        signs[opening], signs[closing] = _SINGLE, _END_SINGLE
    return "".join(signs)


def _pairs(text: str, seams: set[int]) -> Iterator[tuple[int, int]]:
    """Where single marks open and close a quotation; each that closes belongs to the nearest open one before it."""
    opened: list[int] = []
    perhaps: dict[int, int] = {}
    """Opening marks, and one in a word, behind markup, that closes them if nothing else does: '*this*'s."""
    for found in re.finditer(f"[{_SINGLE}{_END_SINGLE}{_APOSTROPHE}]", text):
        at = found.start()
        before, after = text[at - 1 : at] or " ", text[at + 1 : at + 2] or " "
        can_open = _BEFORE_OPENING.match(before) or (found.group() == _SINGLE and not _LETTER.match(before))
        if can_open and not _NO_OPENING.match(after):
            if not _ELISION.match(text, at + 1):
                opened.append(at)
        elif opened and not before.isspace():
            if not (_LETTER.match(before) and _LETTER.match(after)):
                yield opened.pop(), at
            elif at in seams:
                perhaps.setdefault(opened[-1], at)
    yield from ((opening, perhaps[opening]) for opening in opened if opening in perhaps)
