"""The places where chapters ask for the disclaimer of the book."""

from __future__ import annotations

from press.diagnostics import Report
from press.model import Book
from press.nodes import Div
from press.tree import elements
from press.tree_classes import has_class


def check_disclaimers(book: Book, report: Report) -> Book:
    """Report places that ask for a disclaimer which the book lacks, and those that hold words of their own."""
    trees = [*(chapter.tree for chapter in book.chapters), *(text.tree for text in book.shared.values())]
    for tree in trees:
        for element in elements(tree):
            if not (isinstance(element, Div) and has_class(element, "disclaimer")):
                continue
            position = book.position(element.place)
            if element.content:
                hint = "leave ::: disclaimer empty: the press puts in the setting disclaimer of book.yaml"
                report.add("bad-disclaimer", position, "a disclaimer has words of its own", hint)
            elif "disclaimer" not in book.notices:
                hint = "write it there, in one line: disclaimer: No doctor has checked this book."
                report.add("bad-disclaimer", position, 'book.yaml has no setting "disclaimer"', hint)
    return book
