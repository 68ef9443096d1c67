"""Complaints and warning signs: the book's table keeps what was checked, and the record holds what readers are told."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest
import yaml
from conftest import ROOT, MakeBook, change_files, load_book
from test_cases import DOCUMENTS, read_cases

from press.guidance import Urgency
from press.model import Book
from press.sampling import sample_of
from press.store import Store

CHECKED: dict[str, dict[str, Any]] = {
    row["id"]: row for row in yaml.safe_load((ROOT / "tests" / "data" / "red-flags.yaml").read_text("utf-8"))
}
"""Warning signs as they were checked: with the authorities' pages, and where the book once said less."""
STRICTEST_FIRST: tuple[Urgency, ...] = ("now", "today", "soon")
STRICTER_IN_THE_BOOK: dict[str, Urgency] = {"belly-pulses": "now", "hand-wasting": "today"}
"""Signs for which the book always gave more urgency than the pages do: it stays so."""
SLUGS = {"safety": "safety", "how-to": "how-to-massage"} | {
    str(int(found[1])): found[2]
    for path in (ROOT / "manuscript").glob("*.md")
    if (found := re.fullmatch(r"(0[1-9]|1[0-4])-(.+)\.md", path.name))
}
"""Chapters as the checked list names them -> their slugs."""


def test_every_sign_that_was_checked_is_in_the_table(book: Book) -> None:
    """The book has each row, and names it in the same chapters at least."""
    signs = book.guidance.signs
    assert len(CHECKED) == 101
    assert not CHECKED.keys() - signs.keys()
    for key, row in CHECKED.items():
        assert {SLUGS[str(spot)] for spot in row["spots"]} <= set(signs[key].chapters), key


def test_no_sign_lost_urgency(book: Book) -> None:
    """No row is weaker than it was checked, and what the book had stricter is no weaker than that."""
    for key, row in CHECKED.items():
        least = STRICTER_IN_THE_BOOK.get(key, row["urgency"])
        assert STRICTEST_FIRST.index(book.guidance.signs[key].urgency) <= STRICTEST_FIRST.index(least), key


def test_every_chapter_of_a_sign_names_it_in_a_box(book: Book) -> None:
    """Where readers can be led to; chapters that are about no spot come first."""
    slugs = [chapter.slug for chapter in sorted(book.chapters, key=lambda chapter: chapter.series is not None)]
    for sign in book.guidance.signs.values():
        places = [place.chapter for place in sign.places]
        assert set(sign.chapters) <= set(places), sign.key
        assert places == sorted(places, key=slugs.index)
        assert all(place.id == f"{place.chapter}-sign-{sign.key}" for place in sign.places)


@pytest.fixture
def two_spots(small_book: MakeBook, store: Store) -> Book:
    """The book of the cases of complaints."""
    document = next(document for document in DOCUMENTS if document.name == "complaints.md")
    case = next(case for case in read_cases(document) if case.title == "Complaints and their spots")
    root = small_book({"bibliography.bib": None, "manuscript/01-first-chapter.md": None})
    change_files(root, case.files())
    book, report = load_book(root, store)
    assert book
    assert not len(report)
    return book


def test_complaints_have_their_spots_in_rank(two_spots: Book) -> None:
    """Body parts and complaints in the order of book.yaml, spots in that of their ranks, signs from the table."""
    head, arm = two_spots.guidance.parts
    assert (head.label, arm.label) == ("Head and face", "Arm")
    headache = head.complaints[0]
    assert headache.spots == ("elbow", "case")
    assert headache.also == ("sore head", "head pain")
    assert [sign.key for sign in headache.signs] == ["worst-ever"]
    assert [place.id for place in headache.signs[0].places] == ["case-sign-worst-ever"]


def test_releases_hold_the_words_of_signs_only(two_spots: Book) -> None:
    """A sign that is marked in a text that was released is no change of it; nor is the order of a spot's complaints."""
    texts = [block.text for block in two_spots.blocks]
    assert "The worst one." in texts
    assert "Elbow, the elbow, on the elbow, headache, tennis-elbow" in texts


def test_a_sample_has_the_complaints_of_its_spots(two_spots: Book) -> None:
    """Signs have no places in chapters that are not in it."""
    free = {"elbow": {"free": True}}
    book = two_spots.with_chapters(
        lambda one: replace(one, metadata=one.metadata.model_copy(update=free.get(one.slug, {})))
    )
    sample = sample_of(book)
    assert sample
    (headache,), (tennis_elbow,) = (part.complaints for part in sample.guidance.parts)
    assert headache.spots == tennis_elbow.spots == ("elbow",)
    assert headache.signs == (sample.guidance.signs["worst-ever"],)
    assert headache.signs[0].places == ()
