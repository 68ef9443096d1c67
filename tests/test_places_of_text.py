"""What stands in places of its own kind comes out in every edition, as it does elsewhere."""

from __future__ import annotations

import pytest
from conftest import MakeBook, change_files, load_book
from test_cases import SETTINGS

from press.diagnostics import Report
from press.model import Book
from press.store import Store
from press.writers.xhtml.flavour import EditionName, Flavour
from press.writers.xhtml.pages import addresses, make_pages

EDITIONS: tuple[EditionName, ...] = ("web", "epub", "screen")
TWO = SETTINGS.replace("[case.md]", "[case.md, other.md]")


def loaded(make_book: MakeBook, store: Store, files: dict[str, str]) -> Book:
    """The resolved book of some files, without a mistake."""
    root = make_book({"bibliography.bib": None, "manuscript/01-first-chapter.md": None})
    change_files(root, {"manuscript/book.yaml": SETTINGS, **files})
    book, report = load_book(root, store)
    assert book and not len(report), report.render("text")
    return book


def body(book: Book, edition: EditionName, slug: str = "case") -> str:
    """The text of a chapter in an edition."""
    suffix = "" if edition == "screen" else ".html"
    return str(make_pages(book, Flavour(edition, suffix, addresses(book)), Report()).fragments.bodies[slug])


@pytest.mark.parametrize(
    "include",
    [
        '> ::: {.include src="shared/s.md" .once}\n> :::\n',
        '- ::: {.include src="shared/s.md" .once}\n  :::\n',
        '+---------------------------------------+\n| ::: {.include src="shared/s.md" .once}|\n'
        "| :::                                   |\n+---------------------------------------+\n",
        'Term\n:   ::: {.include src="shared/s.md" .once}\n    :::\n',
    ],
    ids=["quotation", "item", "cell", "definition"],
)
def test_text_that_is_shared_once_is_pointed_to_wherever_it_stands(
    small_book: MakeBook, store: Store, include: str
) -> None:
    """Editions read from front to back have the text in its home, and a pointer in the other place."""
    files = {
        "manuscript/book.yaml": TWO,
        "manuscript/case.md": '---\ntitle: A Case\n---\n::: {.include src="shared/s.md"}\n:::\n',
        "manuscript/other.md": f"---\ntitle: Other\n---\n{include}",
        "manuscript/shared/s.md": "---\ntitle: S\n---\nShared words.\n",
    }
    book = loaded(small_book, store, files)
    for edition in EDITIONS:
        assert "Shared words." in body(book, edition)
        assert ("Shared words." in body(book, edition, "other")) == (edition == "web")
        assert ("shared-pointer" in body(book, edition, "other")) == (edition != "web")
