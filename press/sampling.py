"""The free sample: the chapters marked `free: true`, as a book of its own.

It is cut from the resolved book, so that numbers, notes and references are those of the whole. The chapters left out
are announced by their titles, as planned ones are.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace
from pathlib import Path

from press.diagnostics import Report
from press.editions import Finished, Write
from press.labels import Labels
from press.model import Book, Chapter, IndexEntry, Part
from press.nodes import Doc, Header, Link, Node, Plain, Span
from press.references import CitedPlace, Reference
from press.store import Store
from press.tree import N, elements, rewrite
from press.tree_classes import has_class, id_of, is_shared
from press.tree_text import plain_text


def sample_of(book: Book) -> Book | None:
    """The sample of a book; None where no chapter is free."""
    free = [chapter for chapter in book.chapters if chapter.metadata.free]
    if not free:
        return None
    slugs = {chapter.slug for chapter in free}
    generated = {part.slug for part in book.parts if not isinstance(part, Chapter)}
    homes = _homes(free, book.shared_homes)
    references = _cited(book.references, free, _moved(free, homes, book.shared_homes))
    kept_ids = slugs | generated | {reference.id for reference in references}
    for chapter in free:
        kept_ids |= {reference.id for reference in chapter.references}
        kept_ids |= set(filter(None, map(id_of, elements(chapter.tree))))
    settings = book.settings.model_copy(
        update={
            "title": book.labels["sample_title"].format(title=book.settings.title),
            "slug": f"{book.settings.slug}-sample",
            "isbn": None,
            "epub": book.settings.epub.model_copy(update={"isbn": None}),
            "collection": None,
        }
    )
    return book.replace(
        settings=settings,
        labels=Labels(dict(book.labels.words) | {"planned": book.labels["not_in_sample"]}, book.labels.quotes),
        parts=tuple(_part(part, slugs, kept_ids) for part in book.parts),
        notices=_cut_lines(book.notices, kept_ids),
        references=references,
        index=tuple(_entries(book.index, slugs)),
        guidance=book.guidance.within(slugs),
        shared_homes=homes,
        is_sample=True,
    )


def _part(part: Part, free: Collection[str], kept_ids: Collection[str]) -> Part:
    if not isinstance(part, Chapter):
        return part
    if part.slug not in free:
        # Nothing of a chapter that is not given away goes along, not even where a reader never looks.
        metadata = part.metadata.model_copy(update={"status": "planned", "deck": None, "changelog": ()})
        return replace(part, metadata=metadata, tree=Doc(()), headings=(), figures=(), changes=(), references=())
    return replace(part, tree=_cut(part.tree, kept_ids), fields=_cut_lines(part.fields, kept_ids))


def _cut_lines(lines: Mapping[str, Plain], kept_ids: Collection[str]) -> dict[str, Plain]:
    return {name: _cut(line, kept_ids) for name, line in lines.items()}


def _cut(text: N, kept_ids: Collection[str]) -> N:
    """A text without links to what is left out; their words stay."""

    def cut(node: Node) -> Node | None:
        if isinstance(node, Link) and node.url.startswith("#") and node.url[1:] not in kept_ids:
            return Span(node.content, classes=("xref-planned",))
        return None

    return rewrite(text, cut)


def _cited(
    references: Iterable[Reference], free: Collection[Chapter], moved: Mapping[str, list[CitedPlace]]
) -> tuple[Reference, ...]:
    """The references that free chapters cite, with those places only."""
    order = [chapter.slug for chapter in free]
    made = []
    for one in references:
        places = [place for place in (*one.places, *moved.get(one.id, ())) if place.part in order]
        if places:
            made.append(replace(one, places=tuple(sorted(places, key=lambda place: order.index(place.part)))))
    return tuple(made)


def _moved(
    chapters: Iterable[Chapter], homes: Mapping[str, str], before: Mapping[str, str]
) -> dict[str, list[CitedPlace]]:
    """Citations in shared text that has its home elsewhere in the whole book, by the id of the reference."""
    found: dict[str, list[CitedPlace]] = {}
    for chapter in chapters:
        section = chapter.short_title
        for element in elements(chapter.tree):
            if isinstance(element, Header):
                section = plain_text(element.content)
            file = element.attributes["src"] if is_shared(element) else ""
            if not file or homes[file] != chapter.slug or before.get(file) == chapter.slug:
                continue
            for span in elements(element):
                place = CitedPlace(id_of(span), chapter.slug, chapter.short_title, section)
                for link in elements(span) if has_class(span, "citation") else ():
                    if isinstance(link, Link) and has_class(link, "citation-link"):
                        found.setdefault(link.url[1:], []).append(place)
    return found


def _entries(entries: Iterable[IndexEntry], free: Collection[str]) -> list[IndexEntry]:
    """The index of the free chapters: entries with a place in them, and pointers between such entries."""
    made = []
    for entry in entries:
        marks = [mark for mark in entry.marks if mark.part in free]
        subentries = {sub.term: sub for sub in _entries(entry.subentries.values(), free)}
        if marks or subentries:
            made.append(IndexEntry(entry.term, marks, entry.see, entry.see_also, subentries))
    terms = {entry.term for entry in made}
    for entry in made:
        entry.see, entry.see_also = entry.see & terms, entry.see_also & terms
    return made


def _homes(chapters: Iterable[Chapter], homes: Mapping[str, str]) -> dict[str, str]:
    """Where shared text stands: in its home if that is free, else in the first free chapter that includes it."""
    first: dict[str, str] = {}
    slugs = set()
    for chapter in chapters:
        slugs.add(chapter.slug)
        for shared in filter(is_shared, elements(chapter.tree)):
            first.setdefault(shared.attributes["src"], chapter.slug)
    return first | {file: home for file, home in homes.items() if home in slugs}


def of_sample(write: Write) -> Write:
    """What writes an edition of a book, made to write that of its sample; a book without one gets none."""

    def write_sample(
        book: Book, path: Path, finished: Mapping[str, Finished], store: Store, report: Report
    ) -> Mapping[str, int]:
        sample = sample_of(book)
        return write(sample, path, finished, store, report) if sample else {}

    return write_sample
