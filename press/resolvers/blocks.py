"""The blocks of the text, listed before anything is put into it, and their ids, which outlast edits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from press.blocks import CLOSING, OPENING, Block, BlockKind
from press.changes.lasting_ids import lasting_ids
from press.diagnostics import Report
from press.model import Book, Chapter, output_id
from press.nodes import (
    Attributed,
    Break,
    Cell,
    Cite,
    Code,
    CodeBlock,
    Definition,
    Div,
    Doc,
    Header,
    Image,
    Inline,
    LineBlock,
    Link,
    Math,
    Node,
    Nodes,
    Para,
    Plain,
    Span,
    Str,
    Table,
)
from press.store import digest
from press.tree import children, elements, rewrite
from press.tree_classes import (
    BLOCK_CLASS,
    GENERATED,
    TOMBSTONE_CLASS,
    has_class,
    id_of,
    is_cross_reference,
    is_shared,
)
from press.tree_text import plain_text

_CARRIERS: tuple[BlockKind, ...] = ("h", "fig", "tbl", "note")
"""The kinds whose node carries their id; new ones get theirs from the resolvers that number them."""
_CALL = f"{OPENING}{CLOSING}"
"""Stands for the call of a note until it goes, and with it the space before it."""
_SPACED_CALL = re.compile(rf"\s*{_CALL}")


@dataclass(frozen=True, slots=True)
class _Found:
    """A block, and the node of the tree that it is; None where that is part of another one."""

    block: Block
    node: Node | None = None


def collect_blocks(book: Book, report: Report) -> Book:
    """List the book's blocks, give those that were released before the ids they had, and paragraphs ids of their words.

    Here citations are still keys, cross references ids, and nothing is numbered: what is listed is what authors wrote.
    Pandoc's paragraphs have no attributes: the id stands in an empty span at their head, and the writers put it where
    it belongs. Ids that nothing has any more become empty anchors in the place nearest to where they stood.
    """
    found = [one for chapter in book.chapters for one in _of_chapter(chapter, book)]
    for text in book.shared.values():
        found += _Blocks(text.file.removeprefix("manuscript/"), book).of(text.tree)
    given = lasting_ids(book.released, [one.block for one in found], _CARRIERS)
    found = [_Found(block, one.node) for block, one in zip(given.blocks, found, strict=True)]
    ids = _Ids(found, given.tombstones)
    shared = {name: replace(text, tree=ids.put_into(text.tree)) for name, text in book.shared.items()}
    return book.with_chapters(lambda chapter: replace(chapter, tree=ids.put_into(chapter.tree))).replace(
        blocks=given.blocks, shared=shared, tombstones=given.tombstones, reserved_ids=given.reserved
    )


def _of_chapter(chapter: Chapter, book: Book) -> list[_Found]:
    """The title, what stands around it, and the text."""
    made = [Block(chapter.slug, "title", " ".join(chapter.title.split()), chapter.slug)]
    lines = [plain_text(chapter.fields[name].content) for name in ("subtitle", "deck") if name in chapter.fields]
    if spot := chapter.metadata.spot:
        pain = spot.referred_pain
        felt = [*pain.regions, pain.basis, *pain.sometimes] if pain else []
        lines += [", ".join([spot.short_name, spot.area, spot.where, *sorted(spot.complaints), *felt])]
    made += [Block(chapter.slug, "p", " ".join(line.split())) for line in lines]
    return [*map(_Found, made), *_Blocks(chapter.slug, book).of(chapter.tree)]


class _Blocks:
    """The walk through one text."""

    def __init__(self, chapter: str, book: Book) -> None:
        self.chapter = chapter
        self.book = book
        self.made: list[_Found] = []
        self.notes: list[Span] = []

    def of(self, tree: Node) -> list[_Found]:
        """The blocks of a tree, notes right after the blocks that call them."""
        self._walk(tree)
        return self.made

    def _walk(self, parent: Node) -> None:
        for node in children(parent):
            if isinstance(node, Div):
                self._division(node)
            elif isinstance(node, Header):
                self._add("h", node)
            elif isinstance(node, Table):
                self._add("tbl", node)
            elif isinstance(node, CodeBlock):
                self._add("code", node)
            elif isinstance(node, (Para, Plain, LineBlock)):
                self._add("p", node)
            elif isinstance(node, Definition):
                term = [part for part in children(node) if isinstance(part, Inline)]
                self._list(Block(self.chapter, "p", ""), term, None)
                for part in children(node):
                    if not isinstance(part, Inline):
                        self._walk(part)
            else:
                self._walk(node)

    def _division(self, division: Div) -> None:
        if is_shared(division) or has_class(division, "include"):
            self.made.append(_Found(Block(self.chapter, "include", division.attributes.get("src", ""))))
        elif has_class(division, "figure"):
            self._add("fig", division, picture=self._picture(division))
        elif not any(has_class(division, name) for name in GENERATED):
            if title := division.attributes.get("title"):
                self.made.append(_Found(Block(self.chapter, "p", " ".join(title.split()))))
            self._walk(division)

    def _add(self, kind: BlockKind, node: Node, picture: str = "") -> None:
        """List a node as a block, and its notes."""
        identifier = id_of(node) if kind in _CARRIERS else ""
        self._list(Block(self.chapter, kind, "", output_id(identifier), digest=picture), (node,), node)

    def _list(self, block: Block, nodes: Iterable[Node], node: Node | None) -> None:
        pieces: list[str] = []
        for one in nodes:
            self._collect(one, pieces, outermost=node is not None)
        text = " ".join(_SPACED_CALL.sub("", "".join(pieces)).split())
        if text or block.digest:
            self.made.append(_Found(replace(block, text=text), node))
        notes, self.notes = self.notes, []
        for span in notes:
            self._add("note", span)

    def _picture(self, figure: Div) -> str:
        """The first digits of the digests of a figure's pictures."""
        paths = [self.book.manuscript / node.url for node in elements(figure) if isinstance(node, Image)]
        data = [path.read_bytes() for path in paths if "://" not in str(path) and path.is_file()]
        return digest(*data)[:12] if data else ""

    def _collect(self, node: Node, pieces: list[str], outermost: bool = False) -> None:
        """Add the text of a node to `pieces`, and the notes in it to those that come next."""
        if isinstance(node, Break):
            pieces.append(" ")
            return
        if isinstance(node, (Str, Code, CodeBlock, Math)):
            pieces.append(node.text.replace(OPENING, "[").replace(CLOSING, "]"))
            return
        if isinstance(node, Cite):
            pieces += self._citation(node)
            return
        if isinstance(node, Span) and has_class(node, "note") and not outermost:
            self.notes.append(node)
            pieces.append(_CALL)
            return
        if not isinstance(node, Inline):
            pieces.append(" ")
        for child in children(node):
            self._collect(child, pieces)
        if isinstance(node, Link) and not node.url.startswith("#"):
            pieces.append(f"{OPENING}{node.url}{CLOSING}")
        if isinstance(node, Cell):
            pieces.append(" |")

    def _citation(self, cite: Cite) -> Iterable[str]:
        for number, citation in enumerate(cite.citations):
            before, behind = (" ".join(plain_text(part).split()) for part in (citation.prefix, citation.suffix))
            before = f"{before} " if before else ""
            if is_cross_reference(citation):
                yield f"{', ' if number else ''}{before}@{citation.id}{behind}"
            else:
                yield f" {OPENING}{before}{citation.id}{_behind(behind)}{CLOSING}"


def _behind(suffix: str) -> str:
    return suffix if not suffix or suffix.startswith(",") else f", {suffix}"


class _Ids:
    """Ids on their way into the trees. Nothing was put into these yet, so that no node stands in two places."""

    def __init__(self, found: Sequence[_Found], tombstones: Mapping[str, str]) -> None:
        self.numbers = {one.node: number for number, one in enumerate(found) if one.node}
        self.found = found
        self.heads: dict[Node, list[Span]] = {}
        """What comes to stand at the head of a paragraph or a heading."""
        for one in found:
            if isinstance(one.node, (Para, Plain)) and one.block.words:
                self.heads[one.node] = [Span(identifier=one.block.id, classes=(BLOCK_CLASS,))]
        places = {one.block.id: number for number, one in enumerate(found) if one.block.id}
        for gone, place in tombstones.items():
            if (holder := self._nearest(places[place])) is not None:
                # The last one stands first, but behind the paragraph's own id.
                at = len([one for one in self.heads.get(holder, ()) if has_class(one, BLOCK_CLASS)])
                self.heads.setdefault(holder, []).insert(at, Span(identifier=gone, classes=(TOMBSTONE_CLASS,)))

    def put_into(self, tree: Doc) -> Doc:
        """A text with its ids: each node that carries one knows its block."""
        return rewrite(tree, self._change)

    def _change(self, node: Node) -> Node | Nodes | None:
        number = self.numbers.get(node)
        if number is None:
            return None
        block = self.found[number].block
        made = rewrite(node, self._change)
        if isinstance(made, (Para, Plain, Header)) and node in self.heads:
            made = replace(made, content=(*self.heads[node], *made.content))
        if isinstance(made, Attributed) and block.kind in _CARRIERS:
            made = replace(made, block=number, identifier=made.identifier or block.id)
        return made

    def _nearest(self, at: int) -> Node | None:
        """The paragraph or heading that is nearest to a block."""
        chapter = self.found[at].block.chapter
        near = (
            (abs(number - at), number)
            for number, one in enumerate(self.found)
            if one.block.chapter == chapter and isinstance(one.node, (Header, Para, Plain))
        )
        nearest = min(near, default=None)
        return self.found[nearest[1]].node if nearest else None
