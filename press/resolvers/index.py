"""The back-of-book index, from the marks in the text."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from operator import is_
from typing import TypeGuard

from press.collation import collation_key
from press.diagnostics import Report
from press.letters import short_hash, without_soft_hyphens
from press.model import Book, Chapter, IndexEntry, IndexMark, output_id
from press.names import Register
from press.nodes import Break, Doc, Header, Node, Nodes, Para, Span
from press.tree import children, rewrite, rewrite_siblings
from press.tree_classes import has_class, is_shared
from press.tree_text import plain_text

_SETTINGS = ("entry", "sub", "see", "seealso")


def collect_index(book: Book, report: Report) -> Book:
    """Collect index marks in alphabetical order; marks in shared text count once, where it stands in print."""
    root = IndexEntry("")
    homes = book.shared_homes
    register = Register(book.names)
    book = book.with_chapters(lambda chapter: replace(chapter, tree=_Marks(root, chapter, homes, register).collected()))
    for term, entry in root.subentries.items():
        entry.id = register.take(f"part-index-entry-{short_hash(term)}")
    return book.replace(index=tuple(sorted_entries(root)), names=register.names)


class _Marks:
    """The marks of one chapter."""

    def __init__(self, root: IndexEntry, chapter: Chapter, homes: Mapping[str, str], register: Register) -> None:
        self.root = root
        self.chapter = chapter
        self.homes = homes
        self.register = register
        self.context = chapter.short_title
        self.number = 0

    def collected(self) -> Doc:
        """The chapter's text with marks that have ids and nothing else, and without those that only point."""
        return rewrite_siblings(rewrite(self.chapter.tree, self._change), _cleared_away)

    def _change(self, node: Node) -> Node | None:
        if is_shared(node) and self.homes.get(node.attributes["src"]) != self.chapter.slug:
            return node
        if isinstance(node, Header):
            self.context = plain_text(node.content)
        if not _is_mark(node):
            return None
        self.number += 1
        made = self._collected(node)
        attributes = {name: value for name, value in made.attributes.items() if name not in _SETTINGS}
        return rewrite(replace(made, attributes=attributes), self._change)

    def _collected(self, span: Span) -> Span:
        """The mark, with an id if an entry of the index points to it."""
        term = without_soft_hyphens(span.attributes.get("entry", "")) or " ".join(plain_text(span.content).split())
        entry = self.root.subentries.setdefault(term, IndexEntry(term))
        if sub := without_soft_hyphens(span.attributes.get("sub", "")):
            entry = entry.subentries.setdefault(sub, IndexEntry(sub))
        see, see_also = (_terms(without_soft_hyphens(span.attributes.get(name, ""))) for name in ("see", "seealso"))
        entry.see |= see
        entry.see_also |= see_also
        if see or (see_also and not span.content):
            return span
        identifier = span.identifier or self.register.take(f"{self.chapter.slug}-index-{self.number}")
        entry.marks.append(IndexMark(output_id(identifier), self.chapter.slug, self.context))
        return replace(span, identifier=identifier)


def _cleared_away(siblings: Nodes) -> Nodes:
    """Marks in a paragraph of their own go to the end of the paragraph before it; pointers stand in no text."""
    made: list[Node] = []
    for node in siblings:
        if _is_mark(node) and not node.content and not node.identifier:
            continue
        before = made[-1] if made else None
        bare = isinstance(node, Para) and _prints_nothing(node)
        marks = [inline for inline in children(node) if _is_mark(inline) and inline.identifier] if bare else []
        if marks and isinstance(before, Para):
            made[-1] = replace(before, content=(*before.content, *marks))
        elif marks or not bare:
            made.append(rewrite_siblings(node, _cleared_away))
    return siblings if len(made) == len(siblings) and all(map(is_, made, siblings)) else tuple(made)


def _is_mark(node: Node) -> TypeGuard[Span]:
    return isinstance(node, Span) and has_class(node, "index")


def _prints_nothing(paragraph: Para) -> bool:
    return all(
        (isinstance(inline, Break) and inline.kind != "LineBreak") or (_is_mark(inline) and not inline.content)
        for inline in paragraph.content
    )


def _terms(text: str) -> set[str]:
    return {term.strip() for term in text.split(";") if term.strip()}


def sorted_entries(entry: IndexEntry) -> list[IndexEntry]:
    """An entry's subentries in alphabetical order, themselves sorted."""
    for sub in entry.subentries.values():
        sub.subentries = {found.term: found for found in sorted_entries(sub)}
    return sorted(entry.subentries.values(), key=lambda sub: collation_key(sub.term))
