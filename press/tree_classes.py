"""The classes by which the press knows parts of a tree, and the questions that they answer."""

from __future__ import annotations

from typing import TypeGuard

from press.nodes import Attributed, Citation, Div, Node, Span

SHARED_CLASS = "shared"
MARK_CLASS = "evidence-mark"
"""The class of the words behind a citation that tell what became of its reference."""
BLOCK_CLASS = "block-id"
"""The class of the empty span that holds the id of the paragraph it begins."""
TOMBSTONE_CLASS = "moved-here"
"""The class of the empty span that holds an id which a block that is gone once had."""
GENERATED = ("series-list", "series-map", "disclaimer")
"""The classes of the divisions that the press fills."""
CROSS_REFERENCE_KINDS = ("fig", "tbl", "sec", "spot")


def id_of(node: Node) -> str:
    """The id of a node; most have none."""
    return node.identifier if isinstance(node, Attributed) else ""


def has_class(node: Node, name: str) -> bool:
    """Whether a node has a class."""
    return isinstance(node, Attributed) and name in node.classes


def is_place(node: Node) -> bool:
    """Whether a node is nothing but the lasting id of a place, which no author can refer to."""
    return has_class(node, BLOCK_CLASS) or has_class(node, TOMBSTONE_CLASS)


def is_shared(node: Node) -> TypeGuard[Div]:
    """Whether a node is text included from `manuscript/shared/`."""
    return isinstance(node, Div) and SHARED_CLASS in node.classes


def is_note(node: Node) -> TypeGuard[Span]:
    """Whether a node is a numbered note with its call."""
    return isinstance(node, Span) and "note" in node.classes and "number" in node.attributes


def is_pain_map(node: Node) -> TypeGuard[Div]:
    """Whether a node is a figure whose picture the press draws: the map of a spot's referred pain."""
    return isinstance(node, Div) and "referred-pain" in node.classes


def is_cross_reference(citation: Citation) -> bool:
    """Whether a citation points to a place of the book: its key begins with `fig:`, `tbl:`, `sec:` or `spot:`.

    In shared text the slug of the including chapter stands before that.
    """
    kind, colon, _ = citation.id.partition(":")
    return bool(colon) and (kind in CROSS_REFERENCE_KINDS or kind.rpartition("-")[2] in CROSS_REFERENCE_KINDS)
