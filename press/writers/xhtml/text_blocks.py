"""The blocks of text of a part of the book, the same in every edition, so that a place in one is found in another.

A block is an element with text of its own; its name is made of the letters of that text. What editions add in
different ways is not text here: notes and their calls, page numbers, pictures, lists of places.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from typing import Any

from press.letters import letters
from press.store import digest

Element = Any
"""An element of lxml or of the standard library's ElementTree, in which WeasyPrint keeps its documents."""
_PARTS = frozenset(["address", "article", "aside", "body", "div", "footer", "header", "main", "nav", "section"])
_TEXTS = frozenset(["blockquote", "figcaption", "figure", "p", "pre"])
_HEADINGS = frozenset(["h1", "h2", "h3", "h4", "h5", "h6"])
_LISTS = frozenset(["dd", "dl", "dt", "li", "ol", "ul"])
_TABLES = frozenset(["caption", "table", "tbody", "td", "tfoot", "th", "thead", "tr"])
_BLOCKS = _PARTS | _TEXTS | _HEADINGS | _LISTS | _TABLES
_SKIPPED_ELEMENTS = frozenset(["svg", "math", "img", "details", "nav", "script", "style"])
_NOTES = frozenset(["note-call", "footnote", "notes"])
_PAGES = frozenset(["page-of", "symptom-pages", "contents-page", "index-pages", "index-locator", "cited-in"])
_SKIPPED_CLASSES = _NOTES | _PAGES | {"formula"}


@dataclass(frozen=True, slots=True)
class Run:
    """A text of the tree: that before an element's first child, or the tail behind an element."""

    element: Element
    parent: Element
    """Of a tail, the element that it stands in; else None."""
    text: str


@dataclass(slots=True)
class TextBlock:
    """An element's own text, that of its inline children included."""

    name: str = ""
    runs: list[Run] = field(default_factory=list)

    @property
    def text(self) -> str:
        """The text as it stands in the tree."""
        return "".join(run.text for run in self.runs)

    def word_at(self, count: int) -> int:
        """The number, from 0, of the word in which the letter after so many letters stands."""
        before = 0
        words = self.text.split()
        for number, word in enumerate(words):
            before += len(letters(word))
            if before > count:
                return number
        return len(words)


class PartText:
    """The blocks of text under an element."""

    def __init__(self, root: Element) -> None:
        self.owners: dict[Element, TextBlock] = {}
        """The block that the text of an element belongs to, for every element whose text is not skipped."""
        found: list[TextBlock] = []
        self._read(root, TextBlock(), found)
        self.blocks: dict[str, TextBlock] = {}
        """By name, in the order of the tree; only those with letters. No two names are equal."""
        seen: Counter[str] = Counter()
        for block in found:
            if own := letters(block.text):
                seen[own] += 1
                block.name = f"b-{digest(own)[:10]}" + (f"-{seen[own]}" if seen[own] > 1 else "")
                self.blocks[block.name] = block

    def _read(self, element: Element, block: TextBlock, found: list[TextBlock]) -> None:
        name = _local(element)
        if name in _SKIPPED_ELEMENTS or _SKIPPED_CLASSES & set((element.get("class") or "").split()):
            return
        if name in _BLOCKS:
            block = TextBlock()
            found.append(block)
        self.owners[element] = block
        if element.text:
            block.runs.append(Run(element, None, element.text))
        for child in element:
            if isinstance(child.tag, str):
                self._read(child, block, found)
            if child.tail:
                block.runs.append(Run(child, element, child.tail))


def _local(element: Element) -> str:
    return str(element.tag).rpartition("}")[2]
