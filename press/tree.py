"""Walking panflute trees in reading order, and counting their words."""

from __future__ import annotations

import itertools
import re
from collections.abc import Callable, Iterable, Iterator
from functools import partial
from operator import is_not
from typing import Any

import panflute as pf

SHARED_CLASS = "shared"
MARK_CLASS = "evidence-mark"
"""The class of the words behind a citation that tell what became of its reference."""
BLOCK_CLASS = "block-id"
"""The class of the empty span that holds the id of the paragraph it begins."""
TOMBSTONE_CLASS = "moved-here"
"""The class of the empty span that holds an id which a block that is gone once had."""
GENERATED = ("series-list", "series-map", "disclaimer")
"""The classes of the divisions that the press fills."""
_IN_READING_ORDER = {
    pf.Table: ("caption", "head", "content", "foot"),
    pf.Cite: ("citations",),  # the rest is pandoc's own rendering
    pf.Figure: ("content", "caption"),
}
"""The children of elements where a reader meets them in another order than they are stored."""
CROSS_REFERENCE_KINDS = ("fig", "tbl", "sec", "spot")


def children(element: pf.Element) -> Iterator[pf.Element]:
    """The direct children in the order that a reader meets them: a table's caption comes first."""
    for name in _IN_READING_ORDER.get(type(element), element._children):
        child = getattr(element, name, None)
        if isinstance(child, pf.Element):
            yield child
        elif child is not None:
            for number in range(len(child)):  # three times as quick as the iterator of these lists
                if isinstance(part := child[number], pf.Element):
                    yield part


def elements(root: pf.Element, skip: Callable[[pf.Element], bool] = lambda _: False) -> Iterator[pf.Element]:
    """`root` and all below it in reading order; what `skip` picks is left out with all below it."""
    waiting = [root]
    while waiting:
        element = waiting.pop()
        if not skip(element):
            yield element
            if element._children:  # most are words and spaces
                waiting.extend(reversed(list(children(element))))


def is_place(element: pf.Element) -> bool:
    """Whether an element is nothing but the lasting id of a place, which no author can refer to."""
    return has_class(element, BLOCK_CLASS) or has_class(element, TOMBSTONE_CLASS)


def is_shared(element: pf.Element) -> bool:
    """Whether an element is text included from `manuscript/shared/`."""
    return isinstance(element, pf.Div) and SHARED_CLASS in element.classes


def is_inside(element: pf.Element, picks: Callable[[pf.Element], bool]) -> bool:
    """Whether an element stands in one that `picks` picks."""
    parent = element.parent
    while parent is not None:
        if picks(parent):
            return True
        parent = getattr(parent, "parent", None)
    return False


def is_in_brackets(inline: pf.Element) -> bool:
    """Whether a bracket is open where an inline stands, in its block or note."""
    opened = 0
    while isinstance(inline, pf.Inline) and not isinstance(inline, pf.Note) and inline.parent is not None:
        before = plain_text(itertools.takewhile(partial(is_not, inline), inline.container or ()))
        opened += before.count("(") - before.count(")")
        inline = inline.parent
    return opened > 0


def is_note(element: pf.Element) -> bool:
    """Whether an element is a numbered note with its call."""
    return isinstance(element, pf.Span) and "note" in element.classes and "number" in element.attributes


def is_pain_map(element: pf.Element) -> bool:
    """Whether an element is a figure whose picture the press draws: the map of a spot's referred pain."""
    return isinstance(element, pf.Div) and "referred-pain" in element.classes


def has_class(element: pf.Element, name: str) -> bool:
    """Whether an element has a class."""
    return name in getattr(element, "classes", ())


def is_cross_reference(citation: pf.Citation) -> bool:
    """Whether a citation points to a place of the book: its key begins with `fig:`, `tbl:`, `sec:` or `spot:`.

    In shared text the slug of the including chapter stands before that.
    """
    kind, colon, _ = citation.id.partition(":")
    return bool(colon) and (kind in CROSS_REFERENCE_KINDS or kind.rpartition("-")[2] in CROSS_REFERENCE_KINDS)


def plain_text(inlines: Iterable[pf.Inline]) -> str:
    """The words of inlines without markup, notes and citations."""
    return "".join(_plain(element) for element in inlines)


def _plain(element: pf.Element) -> str:
    if isinstance(element, (pf.Str, pf.Code, pf.Math)):
        return str(element.text)
    if isinstance(element, (pf.Space, pf.SoftBreak, pf.LineBreak)):
        return " "
    if isinstance(element, (pf.Note, pf.Cite)):
        return ""
    if isinstance(element, pf.Quoted):
        marks = "“”" if element.quote_type == "DoubleQuote" else "‘’"
        return marks[0] + plain_text(list(element.content)) + marks[1]
    content = getattr(element, "content", None)
    return plain_text(list(content)) if content is not None else ""


def words(text: str) -> int:
    """How many words a text has: runs between white space that hold a letter or digit."""
    return sum(1 for run in text.split() if re.search(r"[^\W_]", run))


def author_text(blocks: Iterable[pf.Element]) -> str:
    """The author's own words: no notes, citations, marks on them, pictures, shared text, or what the press fills."""
    pieces: list[str] = []
    for block in blocks:
        _collect(block, pieces)
    return "".join(pieces)


def _collect(element: pf.Element, pieces: list[str]) -> None:
    if isinstance(element, (pf.Note, pf.Cite, pf.Image, pf.RawBlock, pf.RawInline)) or is_shared(element):
        return
    if has_class(element, MARK_CLASS):
        if pieces[-1:] == [" "]:
            pieces.pop()  # it came with the mark
        return
    if isinstance(element, pf.Div) and any(name in element.classes for name in GENERATED):
        return
    if isinstance(element, (pf.Str, pf.Code, pf.CodeBlock, pf.Math)):
        pieces.append(element.text)
    if isinstance(element, (pf.Space, pf.SoftBreak, pf.LineBreak)) or not isinstance(element, pf.Inline):
        pieces.append(" ")
    if element._children:
        for child in children(element):
            _collect(child, pieces)


def slugify(text: str) -> str:
    """A heading as a part of an id: lower case, hyphens."""
    return re.sub(r"[^\w]+", "-", text.lower()).strip("-") or "section"


def text_inlines(text: str) -> list[pf.Inline]:
    """A text as inlines: its words with spaces between."""
    inlines: list[pf.Inline] = []
    for word in text.split():
        inlines += [pf.Space(), pf.Str(word)]
    return inlines[1:]


def map_inlines(root: pf.Element, change: Callable[[pf.Element], list[pf.Element] | None]) -> None:
    """Replace elements in place, in reading order: `change` gives the new elements, or None to keep one."""
    for name in root._children:
        child: Any = getattr(root, name, None)
        if isinstance(child, pf.Element):
            map_inlines(child, change)
        elif child is not None and name in ("content", "prefix", "suffix"):
            made: list[pf.Element] = []
            is_changed = False
            for part in list(child):
                replaced = change(part)
                if replaced is None:
                    if part._children:
                        map_inlines(part, change)
                    made.append(part)
                else:
                    is_changed = True
                    made.extend(replaced)
            if is_changed:
                setattr(root, name, made)
        elif child is not None:
            for part in child:
                if isinstance(part, pf.Element):
                    map_inlines(part, change)
