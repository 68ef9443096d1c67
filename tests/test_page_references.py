"""The pages of cross references on paper: in brackets, or inside those that are there."""

from __future__ import annotations

import re

import pytest
from conftest import SKELETON, MakeBook, load_book

from press.store import Store
from press.writers.paged.page_numbers import fill_cross_references, fill_index
from press.writers.xhtml.flavour import Flavour
from press.writers.xhtml.pages import addresses, make_pages

SETTINGS = (SKELETON / "manuscript" / "book.yaml").read_text("utf-8")
CHAPTER = """---
title: The First Chapter
---

{text}

## Here {{#sec:here}}

![A caption.](figures/dot.svg "Tom's dot"){{#fig:dot alt="A dot."}}
"""


@pytest.mark.parametrize(
    ("language", "text", "printed"),
    [
        ("en-US", "See @fig:dot.", "See Figure 1.1 (page 7)."),
        ("en-US", "So it is (@fig:dot).", "So it is (Figure 1.1, page 7)."),
        ("en-US", "(A dot.) See @fig:dot.", "(A dot.) See Figure 1.1 (page 7)."),
        (
            "en-US",
            "So (as *in @fig:dot* and @sec:here) it is.",
            "So (as in Figure 1.1, page 7 and “Here,” page 8) it is.",
        ),
        ("en-US", "See @sec:here.", "See “Here” (page 8)."),
        ("en-GB", "So it is (@sec:here).", "So it is (“Here”, page 8)."),
        ("en-US", "So it is (as written^[See @fig:dot.]).", "So it is (as writtenSee Figure 1.1 (page 7)."),
    ],
)
def test_brackets(language: str, text: str, printed: str, small_book: MakeBook) -> None:
    """Brackets in brackets are hard to read, and American commas stand before quotation marks.

    A note is a paragraph of its own, which ends what is looked at here.
    """
    root = small_book({"manuscript/01-first-chapter.md": CHAPTER.format(text=text)})
    (root / "manuscript" / "book.yaml").write_text(SETTINGS.replace("language: en-US", f"language: {language}"))
    book, report = load_book(root, Store(root / "store"))
    assert book
    pages = make_pages(book, Flavour("screen", "", addresses(book)), report)
    body = next(page.body for page in pages.pages if page.slug == "first-chapter")
    filled = fill_cross_references(body, {"fig-dot": 7, "sec-here": 8}, "page")
    paragraph = next(
        found for found in re.findall(r"<p>(.*?)</p>", filled, re.DOTALL) if "it is" in found or "See" in found
    )
    assert re.sub("<.*?>", "", paragraph).replace("\u00a0", " ") == printed


def test_titles_of_figures_have_typographic_signs(small_book: MakeBook) -> None:
    """Pandoc leaves them as they were typed."""
    root = small_book({"manuscript/01-first-chapter.md": CHAPTER.format(text="Text.")})
    book, _ = load_book(root, Store(root / "store"))
    assert book
    (chapter,) = book.chapters
    assert [figure.title for figure in chapter.figures] == ["Tom’s dot"]


def test_a_word_for_one_page_and_one_for_several() -> None:
    """One page is p. 7, however often it is named."""
    span = '<span class="index-pages" data-refs="a b" data-words="p.|pp."></span>'
    plain = re.sub("<.*?>", "", fill_index(span, {"a": 7, "b": 7}) + "; " + fill_index(span, {"a": 7, "b": 9}))
    assert plain == "p.\u00a07; pp.\u00a07, 9"
