"""Ids: given to what has none, unique in the book, and the anchors that cross references point to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from press.diagnostics import Position, Report
from press.letters import short_hash
from press.model import Anchor, Book, Chapter, Heading, output_id
from press.names import PLACES, Names, Register, complaint_place, is_xml_name, places_of_chapters, slugify
from press.nodes import Attributed, Div, Doc, Header, Image, Link, Node, Table
from press.references import reference_id
from press.tree import elements, paths, rewrite
from press.tree_classes import has_class, id_of, is_place, is_shared
from press.tree_text import author_text, plain_text, words

_WITHOUT_HEADINGS = ("remark", "caution", "red-flags", "emergency", "figure")


def give_identifiers(book: Book, report: Report) -> Book:
    """Give every heading, figure and table an id, check that ids are unique, and collect the anchors.

    First come the ids that are there: those of chapters, of releases, and of authors. Then the places of the press's
    own are named, and what has no id gets one.
    """
    anchors: dict[str, Anchor] = {}
    outputs: dict[str, Position] = {}
    for part in book.parts:
        position = Position(part.file) if isinstance(part, Chapter) else Position("manuscript/book.yaml")
        planned = part.tree.content if isinstance(part, Chapter) and part.is_planned else ()
        length = words(author_text(planned))
        anchors.setdefault(part.slug, Anchor(part.slug, part.slug, "chapter", position, part.title, words=length))
        outputs.setdefault(part.slug, position)
    there = {output_id(found) for one in book.chapters for node in elements(one.tree) if (found := id_of(node))}
    openings = {book.names.pages[name]: what for name, what in PLACES.items()}
    own = _own_places(book)
    names = replace(book.names, uses=own | openings | _references(book))
    register = Register(names, {*names.slugs, *openings, *book.reserved_ids, *there})
    places = {place: register.take(place) for place in own}

    def identified(chapter: Chapter) -> Chapter:
        _check_headings(chapter.tree, book, report)
        return _Identifiers(book, names, chapter, anchors, outputs, register, report).give()

    book = book.with_chapters(identified)
    return book.replace(anchors=anchors, names=replace(register.names, places=places))


def _own_places(book: Book) -> dict[str, str]:
    """The places that the press makes, and what they are."""
    made = places_of_chapters(part.slug for part in book.parts if isinstance(part, Chapter))
    if series := book.settings.series:
        made |= {f"overview-{view}": "the map of all spots" for view in series.views}
        keys = (key for part in series.complaints.values() for key in part.complaints)
        made |= {complaint_place(key): f'the complaint "{key}"' for key in keys}
    return made


def _references(book: Book) -> dict[str, str]:
    """The ids of references, also of those in releases, and what they are."""
    keys = {*book.bibliography.entries, *(key for release in book.releases for key in release.references)}
    return {reference_id(key): f'the reference "{key}"' for key in keys}


class _Identifiers:
    """The ids of one chapter."""

    def __init__(
        self,
        book: Book,
        names: Names,
        chapter: Chapter,
        anchors: dict[str, Anchor],
        outputs: dict[str, Position],
        register: Register,
        report: Report,
    ) -> None:
        self.book = book
        self.names = names
        self.chapter = chapter
        self.anchors = anchors
        self.outputs = outputs
        self.register = register
        self.report = report
        self.headings: list[Heading] = []
        self.lengths = [words(author_text([block])) for block in chapter.tree.content]
        """The words of each of the text's blocks."""
        self.sections = dict(_section_lengths(chapter, self.lengths))

    def give(self) -> Chapter:
        """The chapter with its ids and headings; its anchors join those of the book."""
        anchor = self.anchors[self.chapter.slug]
        self.anchors[self.chapter.slug] = replace(anchor, words=sum(self.lengths))
        tree = rewrite(self.chapter.tree, lambda node: self._change(node, is_own=True, in_figure=False))
        return replace(self.chapter, tree=tree, headings=tuple(self.headings))

    def _change(self, node: Node, is_own: bool, in_figure: bool) -> Node | None:
        if is_place(node):
            return node
        if not isinstance(node, Attributed):
            return None
        if isinstance(node, Image) and not node.identifier:
            return node if in_figure else self._picture(node)
        if node.identifier:
            self._check(node, is_own)
        elif base := self._base(node):
            node = replace(node, identifier=self.register.take(base, besides=self.names))
        if node.identifier:
            self._add(node, is_own)
        is_own = is_own and not is_shared(node)
        in_figure = in_figure or has_class(node, "figure")
        return rewrite(node, lambda child: self._change(child, is_own, in_figure))

    def _picture(self, image: Image) -> Image:
        """A picture in the text: the names in its drawing begin with its id."""
        stem = image.url.rsplit("/", 1)[-1].rsplit(".", 1)[0]
        return replace(image, identifier=self.register.take(f"{self.chapter.slug}-picture-{slugify(stem)}"))

    def _check(self, node: Attributed, is_own: bool) -> None:
        """Complain of an id that an author chose and that cannot be one; what was released stays."""
        identifier = output_id(node.identifier)
        if identifier in self.book.reserved_ids:
            return
        position = self.book.position(node.place)
        written = node.identifier if is_own else node.identifier.removeprefix(f"{self.chapter.slug}-")
        if use := self.names.use_of(identifier):
            where = "" if is_own else f'; included it is "{node.identifier}"'
            message = f'the id "{written}" is one that the press gives: {use}{where}'
            kind = "sec:" if isinstance(node, Header) else "tbl:" if isinstance(node, Table) else "my-"
            kind = "fig:" if has_class(node, "figure") else kind
            self.report.add("bad-id", position, message, f"write {{#{kind}{written.rpartition(':')[2]}}}, for instance")
        elif not is_xml_name(identifier):
            hint = "an id begins with a letter, and has letters, digits, hyphens and full stops only"
            self.report.add("bad-id", position, f'"{written}" cannot be an id', hint)

    def _add(self, node: Attributed, is_own: bool) -> None:
        output = output_id(node.identifier)
        position = self.book.position(node.place)
        if output in self.outputs:
            hint = f"first defined here: {self.outputs[output]}"
            self.report.add("duplicate-id", position, f'the id "{node.identifier}" is taken', hint)
            return
        self.outputs[output] = position
        anchor = self._anchor(node, position)
        self.anchors[node.identifier] = anchor
        if isinstance(node, Header) and is_own:
            self.headings.append(Heading(output, node.level, anchor.title))

    def _base(self, node: Attributed) -> str:
        """The id that a node gets if it is free; most need none."""
        slug = self.chapter.slug
        if isinstance(node, Header):
            return f"{slug}-{slugify(plain_text(node.content))}"
        if isinstance(node, Div) and has_class(node, "figure"):
            return f"{slug}-fig-{short_hash(author_text([node]))}"
        if isinstance(node, Table):
            return f"{slug}-tbl-{short_hash(author_text([node]))}"
        return ""

    def _anchor(self, node: Attributed, position: Position) -> Anchor:
        output, slug = output_id(node.identifier), self.chapter.slug
        if isinstance(node, Header):
            length = self.sections.get(node.identifier, 0)
            return Anchor(output, slug, "section", position, plain_text(node.content), words=length)
        if has_class(node, "figure"):
            return Anchor(output, slug, "figure", position, "")
        if isinstance(node, Table):
            return Anchor(output, slug, "table", position, "")
        return Anchor(output, slug, "other", position, author_text([node]).strip()[:60])


def _has_no_headings(node: Node) -> bool:
    return any(has_class(node, name) for name in _WITHOUT_HEADINGS)


def _section_lengths(chapter: Chapter, lengths: Sequence[int]) -> Iterator[tuple[str, int]]:
    """The words of each section with an id: from its heading to the next one of its level or above."""
    blocks = chapter.tree.content
    for number, block in enumerate(blocks):
        if isinstance(block, Header) and block.identifier:
            end = next(
                (n for n, b in enumerate(blocks) if n > number and isinstance(b, Header) and b.level <= block.level),
                len(blocks),
            )
            yield block.identifier, sum(lengths[number:end])


def _check_headings(tree: Doc, book: Book, report: Report) -> None:
    """Report headings in the wrong place and of the wrong level; each shared text begins anew."""
    levels: dict[Node, int] = {}
    """The level of the last heading of the chapter's own text, and of each shared text."""
    for element, around in paths(tree):
        if not isinstance(element, Header):
            continue
        root = next(filter(is_shared, reversed(around)), tree)
        above = levels.get(root, 1)
        levels[root] = max(element.level, 2)
        position = book.position(element.place)
        if any(map(_has_no_headings, around)):
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


def finish_identifiers(book: Book, report: Report) -> Book:
    """Bring ids and the links to them into their final form, and tell the blocks what they are called in the end."""

    def change(node: Node) -> Node:
        made = rewrite(node, change)
        if isinstance(made, Attributed) and ":" in made.identifier:
            made = replace(made, identifier=output_id(made.identifier))
        if isinstance(made, Link) and made.url.startswith("#") and ":" in made.url:
            made = replace(made, url="#" + output_id(made.url[1:]))
        return made

    book = book.with_chapters(lambda chapter: replace(chapter, tree=rewrite(chapter.tree, change)))
    blocks = list(book.blocks)
    for chapter in book.chapters:
        for node in elements(chapter.tree, skip=is_shared):
            if isinstance(node, Attributed) and node.block is not None:
                block = blocks[node.block]
                number = node.attributes.get("number", "") if block.kind == "note" else ""
                blocks[node.block] = replace(block, id=block.id or node.identifier, number=number)
    return book.replace(blocks=tuple(blocks))
