"""Notes: named by their own words, and numbered from 1 in every chapter, those of shared text lettered.

All editions have the same names and numbers.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from press.diagnostics import Report
from press.letters import short_hash
from press.model import Book, Chapter
from press.names import Register, with_call
from press.nodes import Citation, Doc, Node, Span
from press.tree import children, elements, rewrite
from press.tree_classes import has_class, is_cross_reference, is_note, is_shared
from press.tree_text import author_text, plain_text, words

_LONGEST = 120


def name_notes(book: Book, report: Report) -> Book:
    """Give every note an id that is made of its author's words, and complain of long ones.

    Citations are still keys: no id depends on the citation style, or on how many other references are cited.
    """
    register = Register(book.names)

    def named(chapter: Chapter) -> Chapter:
        def change(node: Node, is_own: bool) -> Node | None:
            if is_own and is_shared(node):
                return node
            if not (isinstance(node, Span) and has_class(node, "note")) or node.identifier:
                return None
            base = f"{chapter.slug}-note-{short_hash(' '.join(_own_words(node)))}"
            return replace(node, identifier=register.take(base, with_call))

        # The chapter's own notes come first, so that no shared text takes an id from one of them.
        tree = rewrite(chapter.tree, lambda node: change(node, is_own=True))
        return replace(chapter, tree=rewrite(tree, lambda node: change(node, is_own=False)))

    for chapter in book.chapters:
        for node in elements(chapter.tree):
            if isinstance(node, Span) and has_class(node, "note"):
                _check_length(node, book, report)
    return book.with_chapters(named).replace(names=register.names)


def _own_words(note: Span) -> Iterator[str]:
    """The words of a note, and what it cites, as its author wrote it."""
    yield author_text(children(note.content[0]))
    for node in elements(note):
        if isinstance(node, Citation) and not is_cross_reference(node):
            yield f"{plain_text(node.prefix)} {node.id} {plain_text(node.suffix)}"


def _check_length(note: Span, book: Book, report: Report) -> None:
    length = words(author_text(children(note.content[0])))
    if length > _LONGEST:
        hint = "a long note takes readers far from the text: shorten it, or make it a part of the text"
        message = f"a note of {length} words; {_LONGEST} is the most"
        report.add("long-note", book.position(note.place), message, hint)


def number_notes(book: Book, report: Report) -> Book:
    """Give every note its number, as an attribute of the span that holds it.

    Shared text stands in a chapter of one edition and not of another; its notes are lettered apart from the
    chapter's own, which keep their numbers everywhere.
    """
    return book.with_chapters(lambda chapter: replace(chapter, tree=_Numbers().put_into(chapter.tree)))


class _Numbers:
    """The numbers of the notes of one chapter."""

    def __init__(self) -> None:
        self.number = 0
        self.letters = 0

    def put_into(self, tree: Doc) -> Doc:
        """A chapter's text with its notes numbered."""
        return rewrite(rewrite(tree, self._own), self._shared)

    def _own(self, node: Node) -> Node | None:
        if is_shared(node):
            return node
        if not (isinstance(node, Span) and has_class(node, "note")):
            return None
        self.number += 1
        return replace(node, attributes={**node.attributes, "number": str(self.number)})

    def _shared(self, node: Node) -> Node | None:
        if not (isinstance(node, Span) and has_class(node, "note")):
            return None
        if is_note(node):
            return node
        self.letters += 1
        return replace(node, attributes={**node.attributes, "number": _letters(self.letters)})


def _letters(number: int) -> str:
    """1 is a, 26 z, 27 aa."""
    text = ""
    while number:
        number, rest = divmod(number - 1, 26)
        text = chr(ord("a") + rest) + text
    return text
