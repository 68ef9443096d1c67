"""The kinds of nodes that a document's tree is made of. What stands in which of their fields, `press/tree.py` knows.

A node is never edited: `dataclasses.replace` makes another. Kinds, fields and their names are those of pandoc
(pandoc-types 1.23), but that one kind stands for several that differ in a word only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Literal

_NO_ATTRIBUTES: Mapping[str, str] = MappingProxyType({})
Align = Literal["AlignLeft", "AlignRight", "AlignCenter", "AlignDefault"]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Node:
    """Anything in a tree. Two nodes are the same only if they are one, and one may stand in several places."""

    place: int = 0
    """Where it stands in its author's file, see `model.pack_place`; 0 where that is not known."""


Nodes = tuple[Node, ...]


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class Attributed(Node):
    """A node that can have an id, classes and further attributes."""

    identifier: str = ""
    classes: tuple[str, ...] = ()
    attributes: Mapping[str, str] = field(default_factory=lambda: _NO_ATTRIBUTES)
    block: int | None = None
    """The number of the block of `Book.blocks` that it is, and whose id it carries."""

    def __post_init__(self) -> None:
        if type(self.attributes) is not MappingProxyType:
            object.__setattr__(self, "attributes", MappingProxyType(dict(self.attributes)))


@dataclass(frozen=True, slots=True, eq=False)
class Parent(Node):
    """A node that is nothing but what it holds."""

    content: Nodes


@dataclass(frozen=True, slots=True, eq=False)
class Inline(Node):
    """What stands in a line."""


@dataclass(frozen=True, slots=True, eq=False)
class Str(Inline):
    """A word, or a part of one, with the punctuation on it."""

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Break(Inline):
    """White space between words: a space, the end of an author's line, or one that the author wants kept."""

    kind: Literal["Space", "SoftBreak", "LineBreak"] = "Space"


@dataclass(frozen=True, slots=True, eq=False)
class Styled(Inline):
    """Words that look different."""

    kind: Literal["Emph", "Strong", "Underline", "Strikeout", "Superscript", "Subscript", "SmallCaps"]
    content: Nodes


@dataclass(frozen=True, slots=True, eq=False)
class Quoted(Inline):
    """Words in quotation marks."""

    content: Nodes
    kind: Literal["DoubleQuote", "SingleQuote"] = "DoubleQuote"


@dataclass(frozen=True, slots=True, eq=False)
class Citation(Node):
    """A reference in a cluster, or a place of the book that a cross reference points to."""

    id: str
    prefix: Nodes = ()
    suffix: Nodes = ()
    mode: Literal["NormalCitation", "AuthorInText", "SuppressAuthor"] = "NormalCitation"


@dataclass(frozen=True, slots=True, eq=False)
class Cite(Inline):
    """A cluster of citations; `typed` is what its author typed."""

    citations: tuple[Citation, ...]
    typed: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Code(Inline, Attributed):
    """Code in a line."""

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class Math(Inline):
    """A formula in TeX."""

    text: str
    kind: Literal["InlineMath", "DisplayMath"] = "InlineMath"


@dataclass(frozen=True, slots=True, eq=False)
class RawInline(Inline):
    """Markup of another format in a line."""

    text: str
    format: str = "html"


@dataclass(frozen=True, slots=True, eq=False)
class Link(Inline, Attributed):
    """A link."""

    content: Nodes
    url: str
    title: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Image(Inline, Attributed):
    """A picture; its content is its alternative text."""

    content: Nodes
    url: str
    title: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Note(Inline, Parent):
    """A note, at the place of its call."""


@dataclass(frozen=True, slots=True, eq=False)
class Span(Inline, Attributed):
    """Words with attributes."""

    content: Nodes = ()


@dataclass(frozen=True, slots=True, eq=False)
class Doc(Parent):
    """The text of a file. The lines of its metadata are trees of their own, of the kind `Plain`."""


@dataclass(frozen=True, slots=True, eq=False)
class Plain(Parent):
    """Lines that make no paragraph: those of a tight list."""


@dataclass(frozen=True, slots=True, eq=False)
class Para(Parent):
    """A paragraph."""


@dataclass(frozen=True, slots=True, eq=False)
class Header(Attributed):
    """A heading."""

    content: Nodes
    level: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class CodeBlock(Attributed):
    """Lines of code."""

    text: str


@dataclass(frozen=True, slots=True, eq=False)
class RawBlock(Node):
    """Markup of another format."""

    text: str
    format: str = "html"


@dataclass(frozen=True, slots=True, eq=False)
class HorizontalRule(Node):
    """A break between paragraphs."""


@dataclass(frozen=True, slots=True, eq=False)
class BlockQuote(Parent):
    """A quotation."""


@dataclass(frozen=True, slots=True, eq=False)
class Div(Attributed):
    """Blocks with attributes."""

    content: Nodes = ()


@dataclass(frozen=True, slots=True, eq=False)
class Item(Parent):
    """A part of a list, with blocks; of verse, with inlines; one of the definitions of a term, with blocks."""


@dataclass(frozen=True, slots=True, eq=False)
class LineBlock(Parent):
    """Verse."""


@dataclass(frozen=True, slots=True, eq=False)
class BulletList(Parent):
    """A list without numbers."""


@dataclass(frozen=True, slots=True, eq=False)
class OrderedList(Node):
    """A numbered list; `style` and `delimiter` are pandoc's names: LowerRoman, TwoParens."""

    content: tuple[Item, ...]
    start: int = 1
    style: str = "DefaultStyle"
    delimiter: str = "DefaultDelim"


@dataclass(frozen=True, slots=True, eq=False)
class Definition(Node):
    """A term and what it means."""

    term: Nodes
    definitions: tuple[Item, ...]


@dataclass(frozen=True, slots=True, eq=False)
class DefinitionList(Parent):
    """Terms with their definitions."""


@dataclass(frozen=True, slots=True, eq=False)
class Caption(Node):
    """The words about a figure or a table, and shorter ones for lists."""

    content: Nodes = ()
    short: Nodes = ()


@dataclass(frozen=True, slots=True, eq=False)
class Figure(Attributed):
    """A figure as pandoc has it; in a chapter it becomes a `Div.figure`."""

    content: Nodes
    caption: Caption


@dataclass(frozen=True, slots=True, eq=False)
class Cell(Attributed):
    """A cell of a table."""

    content: Nodes
    align: Align = "AlignDefault"
    rows: int = 1
    columns: int = 1


@dataclass(frozen=True, slots=True, eq=False)
class Row(Attributed):
    """A row of a table."""

    content: tuple[Cell, ...]


@dataclass(frozen=True, slots=True, eq=False)
class RowGroup(Attributed):
    """Rows of a table: those of its head, those of its foot, or some of its own that may have a head within it."""

    content: tuple[Row, ...] = ()
    head: tuple[Row, ...] = ()
    head_columns: int = 0


@dataclass(frozen=True, slots=True, eq=False)
class Table(Attributed):
    """A table; the width of a column is a share of the line's, or none."""

    caption: Caption
    columns: tuple[tuple[Align, float | None], ...]
    head: RowGroup
    content: tuple[RowGroup, ...]
    foot: RowGroup
