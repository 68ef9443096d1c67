"""Notes: numbered from 1 in every chapter, those of shared text lettered: all editions have the same numbers."""

from __future__ import annotations

from dataclasses import replace

from press.diagnostics import Report
from press.letters import short_hash
from press.model import Book, Chapter
from press.nodes import Doc, Node, Span
from press.tree import children, rewrite
from press.tree_classes import has_class, is_note, is_shared
from press.tree_text import author_text, words

_LONGEST = 120


def number_notes(book: Book, report: Report) -> Book:
    """Give every note its number and id, as attributes of the span that holds it.

    Shared text stands in a chapter of one edition and not of another; its notes are lettered apart from the
    chapter's own, which keep their numbers everywhere.
    """
    return book.with_chapters(lambda chapter: replace(chapter, tree=_Notes(book, chapter, report).numbered()))


class _Notes:
    """The notes of one chapter."""

    def __init__(self, book: Book, chapter: Chapter, report: Report) -> None:
        self.book = book
        self.chapter = chapter
        self.report = report
        self.ids: set[str] = set()
        self.number = 0
        self.letters = 0

    def numbered(self) -> Doc:
        """The chapter's text: its own notes come first, so that no shared text takes an id from one of them."""
        return rewrite(rewrite(self.chapter.tree, self._own), self._shared)

    def _own(self, node: Node) -> Node | None:
        if is_shared(node):
            return node
        if not (isinstance(node, Span) and has_class(node, "note")):
            return None
        self.number += 1
        return self._finished(node, str(self.number))

    def _shared(self, node: Node) -> Node | None:
        if not (isinstance(node, Span) and has_class(node, "note")):
            return None
        if is_note(node):
            return node
        self.letters += 1
        return self._finished(node, _letters(self.letters))

    def _finished(self, span: Span, number: str) -> Span:
        text = author_text(children(span.content[0]))
        if words(text) > _LONGEST:
            hint = "a long note takes readers far from the text: shorten it, or make it a part of the text"
            message = f"a note of {words(text)} words; {_LONGEST} is the most"
            self.report.add("long-note", self.book.position(span.place), message, hint)
        attributes = {**span.attributes, "number": number}
        if span.identifier:  # it was released with this id
            return replace(span, attributes=attributes)
        base = f"{self.chapter.slug}-note-{short_hash(text)}"
        identifier, repeat = base, 1
        while identifier in self.ids or identifier in self.book.reserved_ids:
            repeat += 1
            identifier = f"{base}-{repeat}"
        self.ids.add(identifier)
        return replace(span, attributes=attributes, identifier=identifier)


def _letters(number: int) -> str:
    """1 is a, 26 z, 27 aa."""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text
