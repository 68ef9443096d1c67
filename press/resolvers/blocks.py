"""The blocks of the text, taken down before anything is put into it, and their ids, which outlast edits."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

import panflute as pf

from press.blocks import CLOSING, OPENING, Block, BlockKind
from press.changes.lasting_ids import lasting_ids
from press.diagnostics import Report
from press.model import Book, Chapter, output_id
from press.store import digest
from press.tree import (
    BLOCK_CLASS,
    GENERATED,
    TOMBSTONE_CLASS,
    children,
    has_class,
    is_cross_reference,
    is_shared,
    plain_text,
)

_CARRIERS: tuple[BlockKind, ...] = ("h", "fig", "tbl", "note")
"""The kinds whose element in the tree carries their id."""
_PARAGRAPHS = (pf.Para, pf.Plain)
"""What an empty span can be put into the head of."""
_CALL = f"{OPENING}{CLOSING}"
"""Stands for the call of a note until it goes, and with it the space before it."""


def take_down_blocks(book: Book, report: Report) -> Book:
    """List the book's blocks, give those that were released before the ids they had, and paragraphs ids of their words.

    Here citations are still keys, cross references ids, and nothing is numbered: what is listed is what authors wrote.
    Pandoc's paragraphs have no attributes: the id stands in an empty span at their head, and the writers put it where
    it belongs. Ids that nothing has any more become empty anchors in the place nearest to where they stood.
    """
    found = [block for chapter in book.chapters for block in _of_chapter(chapter, book)]
    for text in book.shared.values():
        found += _Blocks(text.file.removeprefix("manuscript/"), book).of(text.tree)
    given = lasting_ids(book.released, found)
    for block in given.blocks:
        if block.id and block.kind in _CARRIERS and not block.element.identifier:
            block.element.identifier = block.id
    _put_anchors(given.blocks, given.tombstones)
    for block in given.blocks:
        if isinstance(block.element, _PARAGRAPHS) and block.words:
            block.element.content.insert(0, pf.Span(identifier=block.id, classes=[BLOCK_CLASS]))
    return book.replace(blocks=given.blocks, tombstones=given.tombstones, reserved_ids=given.reserved)


def _of_chapter(chapter: Chapter, book: Book) -> list[Block]:
    """The title, what stands around it, and the text."""
    work = _Blocks(chapter.slug, book)
    made = [Block(chapter.slug, "title", " ".join(chapter.title.split()), chapter.slug)]
    lines = [plain_text(chapter.fields[name].content) for name in ("subtitle", "deck") if name in chapter.fields]
    if spot := chapter.metadata.spot:
        pain = spot.referred_pain
        felt = [*pain.regions, pain.basis, *pain.sometimes] if pain else []
        lines += [", ".join([spot.short_name, spot.area, spot.where, *sorted(spot.complaints), *felt])]
    made += [Block(chapter.slug, "p", " ".join(line.split())) for line in lines]
    return made + work.of(chapter.tree)


class _Blocks:
    """The walk through one text."""

    def __init__(self, chapter: str, book: Book) -> None:
        self.chapter = chapter
        self.book = book
        self.made: list[Block] = []
        self.notes: list[pf.Span] = []

    def of(self, tree: pf.Element) -> list[Block]:
        """The blocks of a tree, notes right after the blocks that call them."""
        self._walk(tree)
        return self.made

    def _walk(self, parent: pf.Element) -> None:
        for element in children(parent):
            if isinstance(element, pf.Div):
                self._division(element)
            elif isinstance(element, pf.Header):
                self._add("h", element)
            elif isinstance(element, pf.Table):
                self._add("tbl", element)
            elif isinstance(element, pf.CodeBlock):
                self._add("code", element)
            elif isinstance(element, (pf.Para, pf.Plain, pf.LineBlock)):
                self._add("p", element)
            elif isinstance(element, pf.DefinitionItem):
                pieces = (piece for part in element.term for piece in self._pieces(part, outermost=False))
                self._add("p", None, pieces)
                for definition in element.definitions:
                    self._walk(definition)
            else:
                self._walk(element)

    def _division(self, division: pf.Div) -> None:
        if is_shared(division) or has_class(division, "include"):
            self.made.append(Block(self.chapter, "include", division.attributes.get("src", "")))
        elif has_class(division, "figure"):
            self._add("fig", division, picture=self._picture(division))
        elif not any(has_class(division, name) for name in GENERATED):
            if title := division.attributes.get("title"):
                self.made.append(Block(self.chapter, "p", " ".join(title.split())))
            self._walk(division)

    def _add(
        self, kind: BlockKind, element: pf.Element | None, pieces: Iterable[str] | None = None, picture: str = ""
    ) -> None:
        """List one block and its notes; `element` is what can carry its id."""
        pieces = self._pieces(element) if pieces is None else pieces
        text = " ".join(re.sub(rf"\s*{_CALL}", "", "".join(pieces)).split())
        identifier = getattr(element, "identifier", "") if kind in _CARRIERS else ""
        if text or picture:
            self.made.append(Block(self.chapter, kind, text, output_id(identifier), digest=picture, element=element))
        notes, self.notes = self.notes, []
        for span in notes:
            self._add("note", span)

    def _picture(self, figure: pf.Div) -> str:
        """The first digits of the digests of a figure's pictures."""
        found: list[str] = []
        figure.walk(lambda element, _: found.append(element.url) if isinstance(element, pf.Image) else None)
        paths = [self.book.manuscript / url for url in found]
        data = [path.read_bytes() for path in paths if "://" not in str(path) and path.is_file()]
        return digest(*data)[:12] if data else ""

    def _pieces(self, element: pf.Element, outermost: bool = True) -> Iterable[str]:
        if isinstance(element, pf.Cite):
            yield from self._citation(element)
            return
        if has_class(element, "note") and not outermost:
            self.notes.append(element)
            yield _CALL
            return
        if isinstance(element, (pf.Str, pf.Code, pf.CodeBlock, pf.Math)):
            yield element.text.replace(OPENING, "[").replace(CLOSING, "]")
        elif isinstance(element, (pf.Space, pf.SoftBreak, pf.LineBreak)) or not isinstance(element, pf.Inline):
            yield " "
        for child in children(element):
            yield from self._pieces(child, outermost=False)
        if isinstance(element, pf.Link) and not element.url.startswith("#"):
            yield f"{OPENING}{element.url}{CLOSING}"
        if isinstance(element, pf.TableCell):
            yield " |"

    def _citation(self, cite: pf.Cite) -> Iterable[str]:
        for number, citation in enumerate(cite.citations):
            before, behind = (" ".join(plain_text(list(part)).split()) for part in (citation.prefix, citation.suffix))
            before = f"{before} " if before else ""
            if is_cross_reference(citation):
                yield f"{', ' if number else ''}{before}@{citation.id}{behind}"
            else:
                yield f" {OPENING}{before}{citation.id}{_behind(behind)}{CLOSING}"


def _behind(suffix: str) -> str:
    return suffix if not suffix or suffix.startswith(",") else f", {suffix}"


def _put_anchors(blocks: Sequence[Block], tombstones: Mapping[str, str]) -> None:
    """Put an empty anchor for each tombstone into the nearest paragraph or heading of the place it leads to."""
    places = {block.id: number for number, block in enumerate(blocks) if block.id}
    for gone, place in tombstones.items():
        at = places[place]
        near = (
            number
            for number, block in enumerate(blocks)
            if block.chapter == blocks[at].chapter and isinstance(block.element, (pf.Header, *_PARAGRAPHS))
        )
        nearest = min(near, key=lambda number: (abs(number - at), number), default=None)
        if nearest is not None:
            holder = blocks[nearest].element
            holder.content.insert(0, pf.Span(identifier=gone, classes=[TOMBSTONE_CLASS]))
