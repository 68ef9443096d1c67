"""Cross references: by id only, with the right words, number and link."""

from __future__ import annotations

from collections.abc import Iterable

import panflute as pf
from babel.numbers import format_decimal

from press.diagnostics import Report, did_you_mean
from press.model import Anchor, Book, Chapter
from press.tree import (
    elements,
    has_class,
    is_cross_reference,
    is_in_brackets,
    is_inside,
    is_shared,
    map_inlines,
    text_inlines,
)


def resolve_cross_references(book: Book, report: Report) -> Book:
    """Turn `@fig:a`, `@spot:5`, `[](#id)` and `[...]{.length}` into links and words."""
    for chapter in book.chapters:
        _CrossReferences(book, chapter, report).resolve()
    return book


class _CrossReferences:
    """The cross references of one chapter."""

    def __init__(self, book: Book, chapter: Chapter, report: Report) -> None:
        self.book = book
        self.labels = book.labels
        self.report = report
        self.chapter = chapter
        self.spots = {part.series.number: part for part in book.series if part.series}
        self.titled: set[int] = set()
        self.last: Anchor | None = None
        self.by_output_id = {anchor.id: anchor for anchor in book.anchors.values()}

    def resolve(self) -> None:
        """Change the chapter's tree.

        Titles of spots are given at their first mention; shared text counts apart, and tables have no room for them.
        """
        map_inlines(self.chapter.tree, self._change)
        for shared in [element for element in elements(self.chapter.tree) if is_shared(element)]:
            self.titled = set()
            map_inlines(shared, self._change)

    def _change(self, element: pf.Element) -> list[pf.Element] | None:
        if is_shared(element):
            return [element]
        if isinstance(element, pf.Cite) and all(is_cross_reference(citation) for citation in element.citations):
            return self._cite(element)
        if isinstance(element, pf.Link) and element.url.startswith("#") and not has_class(element, "citation-link"):
            return self._link(element)
        if has_class(element, "length"):
            return self._length(element)
        return None

    def _cite(self, cite: pf.Cite) -> list[pf.Element]:
        made: list[pf.Element] = []
        citations = list(cite.citations)
        kinds = [citation.id.partition(":")[0].rpartition("-")[2] for citation in citations]
        for number, (citation, kind) in enumerate(zip(citations, kinds, strict=True)):
            if number:
                last = number == len(citations) - 1
                made += [pf.Space(), pf.Str(self.labels["and"]), pf.Space()] if last else [pf.Str(","), pf.Space()]
            made += [*citation.prefix, pf.Space()] if citation.prefix else []
            alone = len(citations) == 1
            several = kinds.count(kind) > 1 and kinds[0] == kind
            made += self._one(
                citation, kind, "" if several and number else (kind if alone or not several else f"{kind}s")
            )
            made += list(citation.suffix)
        return made

    def _one(self, citation: pf.Citation, kind: str, label: str) -> list[pf.Element]:
        name = citation.id.partition(":")[2]
        if kind == "spot":
            spot = self.spots.get(int(name)) if name.isdecimal() else None
            in_table = is_inside(citation, lambda outer: isinstance(outer, pf.Table))
            in_brackets = is_in_brackets(citation.parent)
            return self._spot(spot, in_table, in_brackets) if spot else self._unknown(citation.id, citation.hash)
        anchor = self.book.anchors.get(citation.id)
        if anchor is None:
            return self._unknown(citation.id, citation.hash)
        self.last = anchor
        if kind == "sec" or not anchor.number:
            opening, closing = self.labels.quotes[:2]
            words = _words(f"{opening}{anchor.title}{closing}")
        else:
            words = _words(f"{self.labels[label]} {anchor.number}" if label else anchor.number, glue=True)
        return [pf.Link(*words, url=f"#{anchor.id}", classes=["xref", f"xref-{kind}"])]

    def _spot(self, spot: Chapter, in_table: bool, in_brackets: bool) -> list[pf.Element]:
        """Number, title at the first mention, and link; a planned chapter has nothing to link to."""
        assert spot.series
        self.last = self.book.anchors[spot.slug]
        words = _words(spot.series.reference, glue=True)
        made: list[pf.Element]
        made = [pf.Span(*words, classes=["xref-planned"])] if spot.is_planned else [self._spot_link(spot, words)]
        if spot.series.number not in self.titled and spot.slug != self.chapter.slug and not in_table:
            self.titled.add(spot.series.number)
            title = pf.Emph(*_words(spot.title))
            inside = [pf.Str(","), pf.Space(), title] if in_brackets else [pf.Space(), pf.Str("("), title, pf.Str(")")]
            made.append(pf.Span(*inside, classes=["xref-title"]))
        return made

    def _spot_link(self, spot: Chapter, words: Iterable[pf.Inline]) -> pf.Link:
        return pf.Link(*words, url=f"#{spot.slug}", classes=["xref", "xref-spot"])

    def _link(self, link: pf.Link) -> list[pf.Element] | None:
        name = link.url[1:]
        anchor = self.book.anchors.get(name) or self.by_output_id.get(name)
        if anchor is None:
            return self._unknown(name, link.attributes.get("place"))
        self.last = anchor
        link.url = f"#{anchor.id}"
        link.classes = [*link.classes, "xref"] if "xref" not in link.classes else link.classes
        if not link.content:
            link.content = list(_words(anchor.title))
        planned = next((part for part in self.book.parts if part.slug == anchor.part), None)
        if isinstance(planned, Chapter) and planned.is_planned:
            return [pf.Span(*link.content, classes=["xref-planned"])]
        return None

    def _length(self, span: pf.Span) -> list[pf.Element]:
        if self.last is None or not self.last.words:
            position = self.book.position(span.attributes.get("place"))
            hint = "it follows a cross reference to a chapter or a section that is written"
            self.report.add(
                "unknown-cross-reference",
                position,
                "there is nothing before this to give the length of",
                hint,
            )
            return []
        count = format_decimal(self.last.words, locale=self.book.settings.language.replace("-", "_"))
        return [pf.Span(pf.Space(), *_words(f"({self.labels['length'].format(count=count)})"), classes=["length"])]

    def _unknown(self, name: str, place: int | str | None) -> list[pf.Element]:
        places = {key: anchor.position for key, anchor in self.book.anchors.items()}
        hint = did_you_mean(name, [*places, *(f"spot:{number}" for number in self.spots)], places)
        position = self.book.position(place)
        self.report.add("unknown-cross-reference", position, f'no place has the id "{name}"', hint)
        return []


def _words(text: str, glue: bool = False) -> list[pf.Inline]:
    """A text as inlines; with `glue` its words never part at a line's end."""
    if glue:
        return [pf.Str("\u00a0".join(text.split()))]
    return text_inlines(text)
