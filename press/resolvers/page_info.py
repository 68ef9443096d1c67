"""The page info at a chapter's head: counts of words, notes and citations, and dates from its changelog."""

from __future__ import annotations

import math

import panflute as pf

from press.diagnostics import Report
from press.model import Book, PageInfo
from press.tree import (
    author_text,
    elements,
    has_class,
    is_cross_reference,
    is_shared,
    words,
)

_WORDS_A_MINUTE = 250


def count_pages(book: Book, report: Report) -> Book:
    """Count each chapter's own text: shared text counts in no chapter, and no count depends on the citation style."""
    for chapter in book.chapters:
        own = list(elements(chapter.tree, skip=is_shared))
        keys = {element.id for element in own if isinstance(element, pf.Citation) and not is_cross_reference(element)}
        length = words(author_text(chapter.tree.content))
        changes = [change.change for change in chapter.changes]
        published = [change.date for change in changes if change.kind == "publication"]
        newest = max(changes, key=lambda change: change.date, default=None)
        chapter.info = PageInfo(
            words=length,
            minutes=math.ceil(length / _WORDS_A_MINUTE),
            notes=sum(1 for element in own if has_class(element, "note")),
            citations=len(keys & set(book.bibliography.entries)),
            published=min(published, default=None),
            updated=newest.date if newest else None,
            updated_by=newest.by if newest else None,
            updates=sum(1 for change in changes if change.kind != "publication"),
        )
    return book
