"""The page info at a chapter's head: counts of words, notes and citations, and dates from its changelog."""

from __future__ import annotations

import math
from dataclasses import replace

from press.diagnostics import Report
from press.model import Book, Chapter, PageInfo
from press.nodes import Citation
from press.tree import elements
from press.tree_classes import has_class, is_cross_reference, is_shared

_WORDS_A_MINUTE = 250


def count_pages(book: Book, report: Report) -> Book:
    """Count each chapter's own text: shared text counts in no chapter, and no count depends on the citation style."""
    return book.with_chapters(lambda chapter: replace(chapter, info=_info(chapter, book)))


def _info(chapter: Chapter, book: Book) -> PageInfo:
    own = list(elements(chapter.tree, skip=is_shared))
    keys = {node.id for node in own if isinstance(node, Citation) and not is_cross_reference(node)}
    length = book.anchors[chapter.slug].words
    changes = [change.change for change in chapter.changes]
    published = [change.date for change in changes if change.kind == "publication"]
    newest = max(changes, key=lambda change: change.date, default=None)
    return PageInfo(
        words=length,
        minutes=math.ceil(length / _WORDS_A_MINUTE),
        notes=sum(1 for node in own if has_class(node, "note")),
        citations=len(keys & set(book.bibliography.entries)),
        published=min(published, default=None),
        updated=newest.date if newest else None,
        updated_by=newest.by if newest else None,
        updates=sum(1 for change in changes if change.kind != "publication"),
    )
