"""Abbreviations declared in book.yaml: the first use in each chapter is marked up with its expansion."""

from __future__ import annotations

import re

import panflute as pf

from press.diagnostics import Report
from press.model import Book
from press.tree import elements, is_shared, map_inlines


def expand_abbreviations(book: Book, report: Report) -> Book:
    """Mark up first uses. A chapter's own text and each shared text in it count apart: not every edition has both."""
    expansions = book.settings.abbreviations
    if not expansions:
        return book
    names = "|".join(re.escape(name) for name in sorted(expansions, key=len, reverse=True))
    pattern = re.compile(rf"(?<!\w)({names})(s?)(?!\w)")
    for chapter in book.chapters:
        _mark(chapter.tree, pattern, expansions)
        for shared in [element for element in elements(chapter.tree) if is_shared(element)]:
            _mark(shared, pattern, expansions)
    return book


def _mark(root: pf.Element, pattern: re.Pattern[str], expansions: dict[str, str]) -> None:
    seen: set[str] = set()

    def change(element: pf.Element) -> list[pf.Element] | None:
        if isinstance(element, (pf.Header, pf.Image)) or (element is not root and is_shared(element)):
            return [element]
        if not isinstance(element, pf.Str):
            return None
        made: list[pf.Element] = []
        at = 0
        for match in pattern.finditer(element.text):
            name = match.group(1)
            if name in seen:
                continue
            seen.add(name)
            expansion = expansions[name] + match.group(2)
            marked = pf.Span(pf.Str(match.group()), classes=["abbreviation"], attributes={"title": expansion})
            made += [*_string(element.text[at : match.start()]), marked]
            at = match.end()
        return [*made, *_string(element.text[at:])] if made else None

    map_inlines(root, change)


def _string(text: str) -> list[pf.Element]:
    return [pf.Str(text)] if text else []
