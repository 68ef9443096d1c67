"""Ids: given to what has none, unique in the book, and the anchors that cross references point to."""

from __future__ import annotations

from collections.abc import Container, Iterable, Iterator

import panflute as pf

from press.diagnostics import Position, Report
from press.letters import short_hash
from press.model import Anchor, Book, Chapter, Heading, output_id
from press.tree import (
    author_text,
    elements,
    has_class,
    is_inside,
    is_place,
    is_shared,
    plain_text,
    slugify,
    words,
)

_WITHOUT_HEADINGS = ("remark", "caution", "red-flags", "emergency", "figure")


def give_identifiers(book: Book, report: Report) -> Book:
    """Give every heading, figure and table an id, check that ids are unique, and collect the anchors."""
    anchors: dict[str, Anchor] = {}
    outputs: dict[str, Position] = {}
    for part in book.parts:
        title = part.title
        position = Position(part.file) if isinstance(part, Chapter) else Position("manuscript/book.yaml")
        length = words(author_text(part.tree.content)) if isinstance(part, Chapter) else 0
        anchors.setdefault(part.slug, Anchor(part.slug, part.slug, "chapter", position, title, words=length))
        outputs.setdefault(part.slug, position)
    for chapter in book.chapters:
        _check_headings(chapter.tree, book, report)
        for shared in filter(is_shared, elements(chapter.tree)):
            _check_headings(shared, book, report)
        headings: list[Heading] = []
        lengths = dict(_section_lengths(chapter))
        for element in elements(chapter.tree, skip=is_place):
            identifier = _identifier(element, chapter, (outputs.keys(), book.reserved_ids))
            if not identifier:
                continue
            element.identifier = identifier
            position = book.position(getattr(element, "attributes", {}).get("place"))
            if output_id(identifier) in outputs:
                hint = f"first defined here: {outputs[output_id(identifier)]}"
                report.add("duplicate-id", position, f'the id "{identifier}" is taken', hint)
                continue
            outputs[output_id(identifier)] = position
            anchors[identifier] = _anchor(element, chapter, position, lengths)
            if isinstance(element, pf.Header) and not is_inside(element, is_shared):
                headings.append(Heading(output_id(identifier), element.level, anchors[identifier].title))
        chapter.headings = tuple(headings)
    return book.replace(anchors=anchors)


def _identifier(element: pf.Element, chapter: Chapter, taken: Iterable[Container[str]]) -> str:
    """The id an element has, or is to get; most elements need none."""
    if getattr(element, "identifier", ""):
        return str(element.identifier)
    if isinstance(element, pf.Header):
        base = f"{chapter.slug}-{slugify(plain_text(list(element.content)))}"
    elif has_class(element, "figure") and isinstance(element, pf.Div):
        base = f"{chapter.slug}-fig-{short_hash(author_text([element]))}"
    elif isinstance(element, pf.Table):
        base = f"{chapter.slug}-tbl-{short_hash(author_text([element]))}"
    else:
        return ""
    identifier, number = base, 1
    while any(output_id(identifier) in ids for ids in taken):
        number += 1
        identifier = f"{base}-{number}"
    return identifier


def _anchor(element: pf.Element, chapter: Chapter, position: Position, lengths: dict[str, int]) -> Anchor:
    identifier = element.identifier
    title = ""
    length = 0
    if isinstance(element, pf.Header):
        title = plain_text(list(element.content))
        length = lengths.get(identifier, 0)
        return Anchor(output_id(identifier), chapter.slug, "section", position, title, words=length)
    if has_class(element, "figure"):
        return Anchor(output_id(identifier), chapter.slug, "figure", position, title)
    if isinstance(element, pf.Table):
        return Anchor(output_id(identifier), chapter.slug, "table", position, title)
    return Anchor(output_id(identifier), chapter.slug, "other", position, author_text([element]).strip()[:60])


def _has_no_headings(element: pf.Element) -> bool:
    return any(has_class(element, name) for name in _WITHOUT_HEADINGS)


def _section_lengths(chapter: Chapter) -> Iterator[tuple[str, int]]:
    """The words of each section with an id: from its heading to the next one of its level or above."""
    blocks = list(chapter.tree.content)
    for number, block in enumerate(blocks):
        if isinstance(block, pf.Header) and block.identifier:
            end = next(
                (n for n, b in enumerate(blocks) if n > number and isinstance(b, pf.Header) and b.level <= block.level),
                len(blocks),
            )
            yield block.identifier, words(author_text(blocks[number:end]))


def _check_headings(root: pf.Element, book: Book, report: Report) -> None:
    above = 1
    for element in elements(root, skip=lambda inner: inner is not root and is_shared(inner)):
        if not isinstance(element, pf.Header):
            continue
        position = book.position(element.attributes.get("place"))
        if is_inside(element, _has_no_headings):
            hint = "write its words in **bold**, or end the block before it"
            report.add("heading-level", position, "a heading cannot stand inside a block", hint)
        elif element.level == 1:
            hint = "begin sections with ##"
            report.add(
                "heading-level",
                position,
                "only the chapter's title, in the metadata block, is of level 1",
                hint,
            )
        elif element.level > above + 1:
            hint = f"use {'#' * (above + 1)}"
            report.add(
                "heading-level",
                position,
                f"a heading of level {element.level} follows one of level {above}",
                hint,
            )
        above = max(element.level, 2)


def finish_identifiers(book: Book, report: Report) -> Book:
    """Bring ids and the links to them into their final form, and drop the places, which nobody needs any more."""
    for chapter in book.chapters:
        for element in elements(chapter.tree):
            if getattr(element, "identifier", ""):
                element.identifier = output_id(element.identifier)
            if isinstance(element, pf.Link) and element.url.startswith("#"):
                element.url = "#" + output_id(element.url[1:])
            if "place" in getattr(element, "attributes", {}):
                del element.attributes["place"]
    return book
