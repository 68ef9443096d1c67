"""Notes: numbered from 1 in every chapter, those of shared text lettered: all editions have the same numbers."""

from __future__ import annotations

from collections.abc import Callable

import panflute as pf

from press.diagnostics import Report
from press.letters import short_hash
from press.model import Book
from press.tree import author_text, elements, has_class, is_shared, words

_LONGEST = 120


def number_notes(book: Book, report: Report) -> Book:
    """Give every note its number and id, as attributes of the span that holds it.

    Shared text stands in a chapter of one edition and not of another; its notes are lettered apart from the
    chapter's own, which keep their numbers everywhere.
    """
    for chapter in book.chapters:
        ids: set[str] = set()
        number = 0
        letters = 0
        for element in elements(chapter.tree, skip=is_shared):
            if has_class(element, "note"):
                number += 1
                _finish(element, str(number), chapter.slug, ids, book, report)
        for shared in [element for element in elements(chapter.tree) if is_shared(element)]:
            for element in elements(shared, skip=_other_shared(shared)):
                if has_class(element, "note"):
                    letters += 1
                    _finish(element, _letters(letters), chapter.slug, ids, book, report)
    return book


def _other_shared(root: pf.Element) -> Callable[[pf.Element], bool]:
    """Picks the shared texts inside one that are not itself: they have their own turn."""
    return lambda element: element is not root and is_shared(element)


def _finish(span: pf.Span, number: str, slug: str, ids: set[str], book: Book, report: Report) -> None:
    text = author_text(span.content[0].content)
    if words(text) > _LONGEST:
        position = book.position(span.attributes.get("place"))
        hint = "a note stands whole at the foot of its page: shorten it, or make it a part of the text"
        report.add("long-note", position, f"a note of {words(text)} words; {_LONGEST} is the most", hint)
    span.attributes["number"] = number
    if span.identifier:
        return  # it was released with this id
    base = f"{slug}-note-{short_hash(text)}"
    identifier, repeat = base, 1
    while identifier in ids or identifier in book.reserved_ids:
        repeat += 1
        identifier = f"{base}-{repeat}"
    ids.add(identifier)
    span.identifier = identifier


def _letters(number: int) -> str:
    """1 is a, 26 z, 27 aa."""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text
