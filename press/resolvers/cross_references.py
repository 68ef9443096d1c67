"""Cross references: by id only, with the right words, number and link."""

from __future__ import annotations

from dataclasses import replace

from babel.numbers import format_decimal

from press.diagnostics import Report, did_you_mean
from press.model import Anchor, Book, Chapter
from press.nodes import Citation, Cite, Div, Doc, Link, Node, Nodes, Note, Span, Str, Styled, Table
from press.tree import rewrite
from press.tree_classes import has_class, is_cross_reference, is_shared
from press.tree_text import SPACE, Brackets, text_inlines


def resolve_cross_references(book: Book, report: Report) -> Book:
    """Turn `@fig:a`, `@spot:5`, `[](#id)` and `[...]{.length}` into links and words."""
    return book.with_chapters(lambda chapter: replace(chapter, tree=_CrossReferences(book, chapter, report).resolved()))


class _CrossReferences:
    """The cross references of one chapter."""

    def __init__(self, book: Book, chapter: Chapter, report: Report) -> None:
        self.book = book
        self.labels = book.labels
        self.report = report
        self.chapter = chapter
        self.spots = {part.series.number: part for part in book.series if part.series}
        self.by_output_id = {anchor.id: anchor for anchor in book.anchors.values()}
        self.places = {key: anchor.position for key, anchor in book.anchors.items()}
        self.titled: set[int] = set()
        self.last: Anchor | None = None
        self.tables = 0
        """How many tables the rewrite stands in."""
        self.brackets = Brackets()

    def resolved(self) -> Doc:
        """The chapter's text.

        Titles of spots are given at their first mention; shared text counts apart, and tables have no room for them.
        """
        return rewrite(self.chapter.tree, self._change)

    def _change(self, node: Node) -> Node | Nodes | None:
        self.brackets.read(node)
        if is_shared(node):
            return self._shared(node)
        if isinstance(node, Table):
            self.tables += 1
            table = rewrite(node, self._change)
            self.tables -= 1
            return table
        if isinstance(node, Note):
            outer, self.brackets = self.brackets, Brackets()
            note = rewrite(node, self._change)
            self.brackets = outer
            return note
        if isinstance(node, Cite) and all(map(is_cross_reference, node.citations)):
            return self._cite(node)
        if isinstance(node, Link) and node.url.startswith("#") and not has_class(node, "citation-link"):
            return self._link(node)
        if isinstance(node, Span) and has_class(node, "length"):
            return self._length(node)
        return None

    def _shared(self, shared: Div) -> Div:
        outer = self.titled, self.last
        self.titled, self.last = set(), None
        made = rewrite(shared, self._change)
        self.titled, self.last = outer
        return made

    def _cite(self, cite: Cite) -> Nodes:
        made: list[Node] = []
        kinds = [citation.id.partition(":")[0].rpartition("-")[2] for citation in cite.citations]
        for number, (citation, kind) in enumerate(zip(cite.citations, kinds, strict=True)):
            if number:
                last = number == len(kinds) - 1
                made += [SPACE, Str(self.labels["and"]), SPACE] if last else [Str(","), SPACE]
            made += [*citation.prefix, SPACE] if citation.prefix else []
            alone = len(kinds) == 1
            several = kinds.count(kind) > 1 and kinds[0] == kind
            bare = citation.mode == "SuppressAuthor" or (several and number)
            made += self._one(citation, kind, "" if bare else (kind if alone or not several else f"{kind}s"))
            made += citation.suffix
        return tuple(made)

    def _one(self, citation: Citation, kind: str, label: str) -> Nodes:
        name = citation.id.partition(":")[2]
        if kind == "spot":
            spot = self.spots.get(int(name)) if name.isdecimal() else None
            return self._spot(spot) if spot else self._unknown(citation.id, citation.place)
        anchor = self.book.anchors.get(citation.id)
        if anchor is None:
            return self._unknown(citation.id, citation.place)
        self.last = anchor
        if kind == "sec" or not anchor.number:
            opening, closing = self.labels.quotes[:2]
            words = _words(f"{opening}{anchor.title}{closing}")
        else:
            words = _words(f"{self.labels[label]} {anchor.number}" if label else anchor.number, glue=True)
        return (Link(words, f"#{anchor.id}", classes=("xref", f"xref-{kind}")),)

    def _spot(self, spot: Chapter) -> Nodes:
        """Number, title at the first mention, and link; a planned chapter has nothing to link to."""
        assert spot.series
        self.last = self.book.anchors[spot.slug]
        words = _words(spot.series.reference, glue=True)
        called: Node = Link(words, f"#{spot.slug}", classes=("xref", "xref-spot"))
        if spot.is_planned:
            called = Span(words, classes=("xref-planned",))
        if spot.series.number in self.titled or spot.slug == self.chapter.slug or self.tables:
            return (called,)
        self.titled.add(spot.series.number)
        title = Styled("Emph", _words(spot.title))
        inside = (Str(","), SPACE, title) if self.brackets.is_open else (SPACE, Str("("), title, Str(")"))
        return (called, Span(inside, classes=("xref-title",)))

    def _link(self, link: Link) -> Node | Nodes:
        name = link.url[1:]
        anchor = self.book.anchors.get(name) or self.by_output_id.get(name)
        if anchor is None:
            return self._unknown(name, link.place)
        self.last = anchor
        content = link.content or _words(anchor.title)
        planned = next((part for part in self.book.parts if part.slug == anchor.part), None)
        if isinstance(planned, Chapter) and planned.is_planned:
            return Span(content, classes=("xref-planned",))
        classes = link.classes if "xref" in link.classes else (*link.classes, "xref")
        return rewrite(replace(link, url=f"#{anchor.id}", classes=classes, content=content), self._change)

    def _length(self, span: Span) -> Nodes:
        if self.last is None or not self.last.words:
            position = self.book.position(span.place)
            hint = "it follows a cross reference to a chapter or a section that is written"
            self.report.add(
                "unknown-cross-reference",
                position,
                "there is nothing before this to give the length of",
                hint,
            )
            return ()
        count = format_decimal(self.last.words, locale=self.book.settings.language.replace("-", "_"))
        return (Span((SPACE, *_words(f"({self.labels['length'].format(count=count)})")), classes=("length",)),)

    def _unknown(self, name: str, place: int) -> tuple[()]:
        known = [*self.places, *(f"spot:{number}" for number in self.spots)]
        hint = did_you_mean(name, known, self.places)
        position = self.book.position(place)
        self.report.add("unknown-cross-reference", position, f'no place has the id "{name}"', hint)
        return ()


def _words(text: str, glue: bool = False) -> Nodes:
    """A text as inlines; with `glue` its words never part at a line's end."""
    if glue:
        return (Str("\u00a0".join(text.split())),)
    return text_inlines(text)
