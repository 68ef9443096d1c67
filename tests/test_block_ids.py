"""The ids of paragraphs: lasting, unique, and the same in the web edition and the EPUB."""

from __future__ import annotations

import re

from conftest import MakeBook, load_book

from press.diagnostics import Report
from press.store import Store
from press.writers.xhtml.flavour import EditionName, Flavour
from press.writers.xhtml.pages import addresses, make_pages

CHAPTER = "manuscript/01-first-chapter.md"
TEXT = """\
---
title: A Chapter
---

One paragraph with a note.[^1]

- a tight item
- another

1. a loose item

   and its second paragraph

Said twice.

Said twice.

Term
:   its meaning

| a | b |
|---|---|
| c | d |

::: caution
Stop here.
:::

[^1]: The note.
"""


def ids(make_book: MakeBook, store: Store, text: str, edition: EditionName = "web") -> dict[str, str]:
    """Id -> how its element begins, in reading order."""
    book, report = load_book(make_book({CHAPTER: text}), store)
    assert book, list(report)
    pages = make_pages(book, Flavour(edition, ".html", addresses(book)), Report())
    body = pages.fragments.bodies["first-chapter"]
    assert "block-id" not in body
    return {found[2]: found[1] + found[3].rstrip() for found in re.finditer(r'<(\w+) id="(p-[^"]+)">\s*([^<]*)', body)}


def test_every_paragraph_and_item_has_an_id(small_book: MakeBook, store: Store) -> None:
    assert list(ids(small_book, store, TEXT).values()) == [
        "pOne paragraph with a note.",
        "lia tight item",
        "lianother",
        "pa loose item",
        "pand its second paragraph",
        "pSaid twice.",
        "pSaid twice.",
        "ddits meaning",
        "pStop here.",
    ]


def test_an_edit_changes_no_id_but_that_of_its_paragraph(small_book: MakeBook, store: Store) -> None:
    before = ids(small_book, store, TEXT)
    changed = TEXT.replace("One paragraph", "A new first paragraph.\n\nOne paragraph").replace("a tight", "an edited")
    after = ids(small_book, store, changed.replace("a note.[^1]", "a note.").replace("[^1]: The note.", ""))
    assert [text for key, text in before.items() if key not in after] == ["lia tight item"]


def test_the_second_of_two_with_the_same_words_is_numbered(small_book: MakeBook, store: Store) -> None:
    first, second = (key for key, text in ids(small_book, store, TEXT).items() if text == "pSaid twice.")
    assert second == f"{first}-2"


def test_the_web_and_the_epub_share_ids_and_paper_has_none(small_book: MakeBook, store: Store) -> None:
    assert ids(small_book, store, TEXT, "epub") == ids(small_book, store, TEXT)
    assert ids(small_book, store, TEXT, "screen") == {}
