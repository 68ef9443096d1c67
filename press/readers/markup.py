"""From pandoc's tree to the book's: figures in one shape, quotation marks of the language, no raw markup, positions.

Afterwards a tree holds: `Div.figure` (an image, `Div.caption`, `Div.long-description`), no `Quoted`, no raw HTML, only
known attributes, and places on all that a later stage may complain about.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import replace

from press.diagnostics import Position, Report, did_you_mean
from press.labels import Labels
from press.model import pack_place, unpack_place
from press.nodes import (
    Attributed,
    Break,
    Caption,
    Cite,
    Code,
    CodeBlock,
    Div,
    Doc,
    Figure,
    Header,
    Image,
    Item,
    Link,
    Node,
    Nodes,
    Note,
    Para,
    Plain,
    RawBlock,
    RawInline,
    Span,
    Str,
    Styled,
    Table,
)
from press.readers.clusters import check_nested, split
from press.readers.figures import caption_division, figure_division, with_bare_pictures, written_out
from press.readers.lines import OUTSIDE_SCHEMES
from press.readers.quotation_marks import with_quotation_marks
from press.readers.source import Source
from press.tree import elements, rewrite, rewrite_siblings
from press.tree_classes import has_class, id_of
from press.tree_text import plain_text

_ATTRIBUTES: dict[type[Node], set[str]] = {
    Div: {"src", "title"},
    Span: {"entry", "sub", "see", "seealso"},
    Image: {"alt"},
}
_ATTRIBUTES_BY_CLASS = {"sign": {"flag", "when"}, "red-flags": {"when"}}
_WHEN = {"sign": ("now", "today", "soon"), "red-flags": ("today", "soon")}
"""The urgencies that may be given; what is for now has a box of its own."""
_CLASSES: dict[type[Node], set[str]] = {
    Div: {
        "figure",
        "cartoon",
        "long-description",
        "remark",
        "caution",
        "red-flags",
        "emergency",
        "whole-page",
        "include",
        "once",
        "referred-pain",
        "series-list",
        "series-map",
        "disclaimer",
    },
    Span: {"index", "length", "note", "sign"},
}
_MARKS = ("kbd", "mark", "small")
"""Tags that become spans of a class."""
_EVERYWHERE = {"lang", "dir"}
_RAW_PAIRS: dict[str, Callable[[Nodes], Node]] = {
    "sub": lambda inside: Styled("Subscript", inside),
    "sup": lambda inside: Styled("Superscript", inside),
    **{name: lambda inside, name=name: Span(inside, classes=(name,)) for name in _MARKS},  # type: ignore[misc]
}
_LINK_SCHEMES = (*OUTSIDE_SCHEMES, "#")
_ALLOWED = "<br>, <wbr>, <sub>, <sup>, <kbd>, <mark>, <small>"


def normalise(tree: Doc, source: Source, file_number: int, labels: Labels, report: Report) -> Doc:
    """A parsed tree in the book's shape (see the module)."""
    work = _Markup(source, file_number, report)
    if any(isinstance(node, (RawBlock, RawInline)) for node in elements(tree)):
        tree = rewrite_siblings(tree, work.raw_markup)
    tree = rewrite(tree, work.places)
    return rewrite(with_quotation_marks(tree, labels), work.figures)


class _Markup:
    """The rewrites of one file's tree."""

    def __init__(self, source: Source, file_number: int, report: Report) -> None:
        self.source = source
        self.file_number = file_number
        self.report = report

    def raw_markup(self, siblings: Nodes) -> Nodes:
        """Allowed HTML tags become the tree's own nodes; anything else raw is reported and dropped."""
        made = tuple([rewrite_siblings(node, self.raw_markup) for node in siblings])
        for node in made:
            if isinstance(node, RawBlock) and node.text.strip():
                self._refuse(node.text.strip())
        if any(isinstance(node, (RawBlock, RawInline)) for node in made):
            return self._without_raw(node for node in made if not isinstance(node, RawBlock))
        return siblings if all(new is old for new, old in zip(made, siblings, strict=True)) else made

    def _without_raw(self, inlines: Iterable[Node]) -> Nodes:
        made: list[Node] = []
        opened: list[tuple[str, str, list[Node]]] = []
        refused: list[str] = []
        for inline in inlines:
            if not isinstance(inline, RawInline):
                made.append(inline)
                continue
            tag = re.fullmatch(r"<(/?)([a-z]+)\s*/?>", inline.text.strip())
            name = tag.group(2) if tag and inline.format == "html" else ""
            if name == "br":
                made.append(Break("LineBreak"))
            elif name == "wbr":
                made.append(Str("\u200b"))
            elif tag and name in _RAW_PAIRS and not tag.group(1):
                opened.append((name, inline.text, made))
                made = []
            elif tag and name in _RAW_PAIRS and opened and opened[-1][0] == name:
                inside = tuple(made)
                made = opened.pop()[2]
                made.append(_RAW_PAIRS[name](inside))
            elif (closing := re.fullmatch(r"</([a-z][\w-]*)\s*>", inline.text)) and closing.group(1) in refused:
                refused.remove(closing.group(1))
            elif inline.text.strip():
                self._refuse(inline.text)
                refused += re.findall(r"^<([a-z][\w-]*)", inline.text)
        for _, text, before in reversed(opened):
            self._refuse(text)
            made = before + made
        return tuple(made)

    def _refuse(self, text: str) -> None:
        first = text.strip().splitlines()[0]
        offset = self.source.find(re.escape(first))
        if offset is None:  # raw text marked as such stands in code
            offset = max(self.source.text.find(first), 0)
        shown = first if len(first) <= 40 else first[:39] + "…"
        self.report.add(
            "raw-html-not-allowed",
            self.source.position(offset),
            f'"{shown}" is not allowed here',
            f"allowed are {_ALLOWED}, in pairs and without attributes; for the rest there is Markdown",
        )

    def places(self, node: Node) -> Node | Nodes:
        """Give nodes their places, and check the attributes and addresses that authors wrote.

        A note, which can carry nothing, gets a span around it that can.
        """
        node = self._places_within(node)
        if isinstance(node, (Str, Break)):
            return node
        if isinstance(node, Note):
            place = self._place(self.source.find(r"\[\^[^\]\s]+\]|\^\["))
            return Span((node,), classes=("note",), place=place)
        if isinstance(node, Cite):
            citations = []
            for citation in node.citations:
                pattern = rf"(?<!\w)@\{{?{re.escape(citation.id)}(?!\w|[:.#$%&+?<>~/-]+\w)"
                citations.append(replace(citation, place=self._place(self.source.find(pattern))))
            check_nested(node, self._position, self.report)
            return split(replace(node, citations=tuple(citations)))
        patterns = self._patterns(node)
        if patterns is None or not isinstance(node, Attributed):
            return node
        offset = next((found for pattern in patterns if (found := self.source.find(pattern)) is not None), None)
        own = (_ATTRIBUTES_BY_CLASS.get(name, set()) for name in node.classes)
        allowed = _EVERYWHERE.union(_ATTRIBUTES.get(type(node), ()), *own)
        for name in node.attributes:
            if name not in allowed:
                at = self.source.find(rf"[{{ \t\n]{re.escape(name)}=")
                position = self.source.position((at + 1) if at is not None else offset or 0)
                hint = did_you_mean(name, allowed)
                self.report.add("bad-attribute", position, f'"{name}" is not an attribute of this', hint)
        self._check_classes(node, offset or 0)
        attributes = {name: value for name, value in node.attributes.items() if name in allowed}
        if not self._is_urgency(node, offset or 0):
            del attributes["when"]
        if isinstance(node, Link) and not node.url.startswith(_LINK_SCHEMES):
            hint = "link with https://…, or to a place of the book with #id"
            position = self.source.position(offset or 0)
            self.report.add("link-not-allowed", position, f'a link to "{node.url}" is not allowed', hint)
        return replace(node, attributes=attributes, place=self._place(offset))

    def _places_within(self, node: Node) -> Node:
        """In the order of the source, where a table's caption comes last."""
        if not isinstance(node, Table):
            return rewrite(node, self.places)
        rows = rewrite(replace(node, caption=Caption()), self.places)
        return replace(rows, caption=rewrite(node.caption, self.places))

    def _check_classes(self, node: Attributed, offset: int) -> None:
        """A misspelt class would lose what it stands for without a word: a caution its box, a word its index entry."""
        known = _CLASSES.get(type(node))
        for name in node.classes:
            if known is not None and name not in {*known, *_MARKS}:
                hint = did_you_mean(name, known) or f"classes are {', '.join(sorted(known - {'note'}))}"
                message = f'"{name}" is not a class of this'
                self.report.add("bad-attribute", self.source.position(offset), message, hint)

    def _is_urgency(self, node: Attributed, offset: int) -> bool:
        """Whether an urgency is one, where any is given: it would leave a sign without one."""
        when = node.attributes.get("when")
        known = next((known for name, known in _WHEN.items() if name in node.classes), None)
        if when is None or known is None or when in known:
            return True
        hint = did_you_mean(when, known) or f"it is {' or '.join(known)}"
        self.report.add("bad-attribute", self.source.position(offset), f'"{when}" says no urgency', hint)
        return False

    def _patterns(self, node: Node) -> list[str] | None:
        """Regular expressions for where a node stands in the source, the surest first."""
        identifier = id_of(node)
        by_id = [rf"(?<=[{{ \t\n])#{re.escape(identifier)}(?![\w:.-])"] if identifier else []
        if isinstance(node, Header):
            word = re.match(r"\w+", plain_text(node.content))
            begin = re.escape(word.group()) if word else ""
            return [
                *by_id,
                rf"^[ \t>]*#{{{node.level}}}[ \t]+(?=\W*{begin})(?!.*\{{#)",
                rf"^[ \t>]*{begin}" if begin else "^#",
            ]
        if isinstance(node, (Link, Image)):
            url = re.escape(node.url).replace("%20", r"(?:%20|[ \t]+)")
            return [rf"\]\(\s*<?{url}", rf"<{url}", rf"^ {{0,3}}\[[^\]]+\]:\s*<?{url}", *by_id]
        if isinstance(node, Div):
            name = re.escape(node.classes[0]) if node.classes else ""
            source = re.escape(node.attributes.get("src", ""))
            by_source = [rf"src=[\"']?{source}"] if source else []
            return [*by_source, *by_id, rf"^[ \t>]*:::+(?!.*(?:src=|#)).*{name}"]
        if isinstance(node, Span):
            names = [rf"\]\{{(?![^}}]*#)[^}}]*\.{re.escape(name)}" for name in node.classes[:1]]
            return [*by_id, *names, r"\]\{"]
        if isinstance(node, (Table, CodeBlock, Code, Figure)):
            return by_id or [r"\Z"]
        return None

    def _position(self, node: Node) -> Position:
        _, line, column = unpack_place(node.place)
        return Position(self.source.name, line, column)

    def _place(self, offset: int | None) -> int:
        return pack_place(self.file_number, *self.source.line_column(offset or 0))

    def figures(self, node: Node) -> Node:
        """A figure of pandoc's, or a written-out one, in the book's shape; paragraphs of one definition apart."""
        if isinstance(node, Div) and has_class(node, "figure"):
            node = with_bare_pictures(node)
        node = rewrite(node, self.figures)
        if isinstance(node, Item) and sum(isinstance(block, Plain) for block in node.content) > 1:
            blocks = (Para(block.content) if isinstance(block, Plain) else block for block in node.content)
            return replace(node, content=tuple(blocks))
        if isinstance(node, Figure):
            return figure_division(node)
        if isinstance(node, Div) and has_class(node, "referred-pain"):
            return replace(node, classes=("figure", "referred-pain"), content=(caption_division(node.content),))
        if isinstance(node, Div) and has_class(node, "figure"):
            if (made := written_out(node)) is not None:
                return made
            at = self._position(node)
            self.report.add("bad-figure", at, "a figure without a picture", "put ![…](figures/…) first in it")
            return replace(node, classes=tuple(name for name in node.classes if name != "figure"))
        return node
