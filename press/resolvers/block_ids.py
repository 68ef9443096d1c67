"""Ids of paragraphs: what a link to a place in the text holds on to."""

from __future__ import annotations

from collections import Counter

import panflute as pf

from press.diagnostics import Report
from press.model import Book
from press.tree import BLOCK_CLASS, author_text, elements, has_class, short_hash, words


def give_block_ids(book: Book, report: Report) -> Book:
    """Give every paragraph and every item of a list an id made of its own words: `p-` and eight digits.

    An edit changes the id of the paragraph that it edits and no other; the second of two with the same words in a
    chapter has `-2` behind it. Citations, notes and numbers of figures are no part of the words. Pandoc's paragraphs
    have no attributes: the id stands in an empty span at their head, and the writers put it where it belongs.
    """
    for chapter in book.chapters:
        counts: Counter[str] = Counter()
        for block in elements(chapter.tree, skip=_has_ids_of_its_own):
            text = author_text([block]) if isinstance(block, (pf.Para, pf.Plain)) else ""
            if words(text):
                base = f"p-{short_hash(text)}"
                counts[base] += 1
                identifier = base if counts[base] == 1 else f"{base}-{counts[base]}"
                block.content.insert(0, pf.Span(identifier=identifier, classes=[BLOCK_CLASS]))
    return book


def _has_ids_of_its_own(element: pf.Element) -> bool:
    """Whether an element is linked to as a whole: notes, tables, figures with their captions."""
    return isinstance(element, (pf.Note, pf.Table)) or has_class(element, "figure")
