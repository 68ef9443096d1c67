"""The back-of-book index, from the marks in the text."""

from __future__ import annotations

import panflute as pf

from press.collation import collation_key
from press.diagnostics import Report
from press.model import Book, Chapter, IndexEntry, IndexMark, output_id
from press.tree import elements, has_class, is_shared, plain_text


def collect_index(book: Book, report: Report) -> Book:
    """Collect index marks in alphabetical order; marks in shared text count once, where it stands in print."""
    root = IndexEntry("")
    for chapter in book.chapters:
        context = chapter.short_title
        number = 0

        def skip(element: pf.Element, slug: str = chapter.slug) -> bool:
            return is_shared(element) and book.shared_homes.get(element.attributes["src"]) != slug

        for element in elements(chapter.tree, skip):
            if isinstance(element, pf.Header):
                context = plain_text(list(element.content))
            if isinstance(element, pf.Span) and has_class(element, "index"):
                number += 1
                _add(root, element, chapter, number, context)
        _clear_away(chapter.tree)
    return book.replace(index=tuple(sorted_entries(root)))


def _add(root: IndexEntry, span: pf.Span, chapter: Chapter, number: int, context: str) -> None:
    term = span.attributes.pop("entry", "") or " ".join(plain_text(list(span.content)).split())
    entry = root.subentries.setdefault(term, IndexEntry(term))
    if sub := span.attributes.pop("sub", ""):
        entry = entry.subentries.setdefault(sub, IndexEntry(sub))
    see = _terms(span.attributes.pop("see", ""))
    see_also = _terms(span.attributes.pop("seealso", ""))
    entry.see |= see
    entry.see_also |= see_also
    if see or (see_also and not span.content):
        return
    if not span.identifier:
        span.identifier = f"{chapter.slug}-index-{number}"
    entry.marks.append(IndexMark(output_id(span.identifier), chapter.slug, context))


def _clear_away(tree: pf.Doc) -> None:
    """Marks in a paragraph of their own go to the end of the paragraph before it; pointers stand in no text."""
    for element in list(elements(tree)):
        content = list(getattr(element, "content", None) or ())
        kept = [child for child in content if not _is_pointer(child)]
        made: list[pf.Element] = []
        for child in kept:
            before = made[-1] if made else None
            bare = isinstance(child, pf.Para) and _prints_nothing(child)
            marks = [inline for inline in child.content if _is_mark(inline) and inline.identifier] if bare else []
            if marks and isinstance(before, pf.Para):
                before.content.extend(marks)
            elif marks or not bare:
                made.append(child)
        if len(made) != len(content):
            element.content = made


def _is_mark(element: pf.Element) -> bool:
    return isinstance(element, pf.Span) and has_class(element, "index")


def _is_pointer(element: pf.Element) -> bool:
    return _is_mark(element) and not element.content and not element.identifier


def _prints_nothing(paragraph: pf.Para) -> bool:
    return all(
        isinstance(inline, (pf.Space, pf.SoftBreak)) or (_is_mark(inline) and not inline.content)
        for inline in paragraph.content
    )


def _terms(text: str) -> set[str]:
    return {term.strip() for term in text.split(";") if term.strip()}


def sorted_entries(entry: IndexEntry) -> list[IndexEntry]:
    """An entry's subentries in alphabetical order, themselves sorted."""
    for sub in entry.subentries.values():
        sub.subentries = {found.term: found for found in sorted_entries(sub)}
    return sorted(entry.subentries.values(), key=lambda sub: collation_key(sub.term))
