"""The one walk over a document's tree, and the one way to rewrite it: no other code looks for the children of nodes.

`SLOTS` lists all places where children stand. A tree is never edited: a rewrite makes another, which shares with the
first all that stayed as it was.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import TypeVar

from press.nodes import (
    BlockQuote,
    BulletList,
    Caption,
    Cell,
    Citation,
    Cite,
    Definition,
    DefinitionList,
    Div,
    Doc,
    Figure,
    Header,
    Image,
    Item,
    LineBlock,
    Link,
    Node,
    Nodes,
    Note,
    OrderedList,
    Para,
    Plain,
    Quoted,
    Row,
    RowGroup,
    Span,
    Styled,
    Table,
)

SLOTS: dict[type[Node], tuple[str, ...]] = {
    Doc: ("content",),
    Plain: ("content",),
    Para: ("content",),
    Header: ("content",),
    BlockQuote: ("content",),
    Div: ("content",),
    LineBlock: ("content",),
    BulletList: ("content",),
    OrderedList: ("content",),
    Item: ("content",),
    DefinitionList: ("content",),
    Definition: ("term", "definitions"),
    Figure: ("content", "caption"),
    Table: ("caption", "head", "content", "foot"),
    Caption: ("content", "short"),
    RowGroup: ("head", "content"),
    Row: ("content",),
    Cell: ("content",),
    Styled: ("content",),
    Quoted: ("content",),
    Cite: ("citations",),
    Citation: ("prefix", "suffix"),
    Link: ("content",),
    Image: ("content",),
    Note: ("content",),
    Span: ("content",),
}
"""The fields that hold children, in the order that a reader meets them: a table's caption comes first."""

N = TypeVar("N", bound=Node)
Made = Node | Nodes | None
Ancestors = tuple[Node, ...]


def children(node: Node) -> Nodes:
    """The children of a node in reading order."""
    slots = SLOTS.get(type(node), ())
    if len(slots) == 1:
        return _slot(node, slots[0])
    return tuple(child for slot in slots for child in _slot(node, slot))


def elements(root: Node, skip: Callable[[Node], bool] | None = None) -> Iterator[Node]:
    """`root` and all below it in reading order; what `skip` picks is left out with all below it."""
    waiting = [iter((root,))]
    while waiting:
        for node in waiting[-1]:
            if skip and skip(node):
                continue
            yield node
            if type(node) in SLOTS:  # most are words and spaces
                waiting.append(iter(children(node)))
                break
        else:
            waiting.pop()


def paths(root: Node, skip: Callable[[Node], bool] | None = None) -> Iterator[tuple[Node, Ancestors]]:
    """The same, each with what it stands in: its parent last, `root` first."""
    waiting: list[tuple[Iterator[Node], Ancestors]] = [(iter((root,)), ())]
    while waiting:
        siblings, above = waiting[-1]
        for node in siblings:
            if skip and skip(node):
                continue
            yield node, above
            if type(node) in SLOTS:
                waiting.append((iter(children(node)), (*above, node)))
                break
        else:
            waiting.pop()


def rewrite(node: N, change: Callable[[Node], Made]) -> N:
    """A node whose children are what `change` gives for them, in reading order; the same node if that changes nothing.

    `change` gives another node or several, which are taken as they are, or None to go on to the children of the one
    it was given. What it needs to know of them first, or of what they stand in, it finds out by a rewrite of its own.
    """
    if type(node) not in SLOTS:
        return node

    def changed(siblings: Nodes) -> Nodes:
        made: list[Node] | None = None
        for number, sibling in enumerate(siblings):
            new = change(sibling)
            if new is None and type(sibling) in SLOTS:
                new = rewrite_siblings(sibling, changed)
            if made is None:
                if new is None or new is sibling:
                    continue
                made = list(siblings[:number])
            if isinstance(new, tuple):
                made += new
            else:
                made.append(new or sibling)
        return siblings if made is None else tuple(made)

    return rewrite_siblings(node, changed)


def rewrite_siblings(node: N, change: Callable[[Nodes], Nodes]) -> N:
    """A node whose children are what `change` gives for each list of them: those of a term, those of a caption.

    `change` goes on to their own children by a rewrite of its own. In the place of a head or a caption it has to give
    just one node.
    """
    made: dict[str, Nodes | Node] | None = None
    for slot in SLOTS.get(type(node), ()):
        before = _slot(node, slot)
        after = change(before)
        if after is not before:
            is_list = type(getattr(node, slot)) is tuple
            if is_list or after[0] is not before[0]:
                made = made or {}
                made[slot] = after if is_list else after[0]
    return replace(node, **made) if made else node  # type: ignore[arg-type]


def _slot(node: Node, slot: str) -> Nodes:
    value: Node | Nodes = getattr(node, slot)
    return value if isinstance(value, tuple) else (value,)
