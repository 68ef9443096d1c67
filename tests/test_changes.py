"""What changed: random edits of known kinds, and what the ledger, the ids and the snapshots make of them."""

from __future__ import annotations

import datetime
import random
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from conftest import change_files, load_book
from hypothesis import given
from hypothesis import strategies as st

from press.blocks import Block, Snapshot
from press.changes.lasting_ids import lasting_ids
from press.changes.ledger import compare
from press.changes.matching import SIMILAR, match, similarity
from press.changes.snapshots import parse, render, snapshot_of
from press.diagnostics import Report
from press.history import Ledger
from press.model import Book
from press.nodes import Attributed
from press.store import Store
from press.tree import children
from press.tree_classes import BLOCK_CLASS, has_class

KEYS = [f"key{number}" for number in range(6)]
BIBLIOGRAPHY = "".join(
    f"@book{{{key}, author = {{Writer{key}, Jo}}, title = {{The {key} Book}}, publisher = {{House}}, year = 2001}}\n"
    for key in KEYS
)
SETTINGS = """\
title: Changes
slug: changes
authors: [{{name: The Author}}]
description: A book that changes.
rights: © The Author
release: {{name: "1", date: 2026-01-01}}
citations: {{style: {style}}}
contents: {{body: [01-one.md, 02-two.md, 03-three.md], back: [references]}}
"""
CHAPTERS = ("01-one", "02-two", "03-three")
ALPHABET = "bcdfgklmnprst"


@dataclass(slots=True)
class Paragraph:
    """A paragraph of the model that the edits change; the manuscript is written from it."""

    words: list[str]
    citations: dict[int, str] = field(default_factory=dict)
    """Number of the word they follow -> key."""
    note: list[str] = field(default_factory=list)
    heading: bool = False
    item: bool = False

    def markdown(self, label: str) -> tuple[str, str]:
        """The paragraph and the text of its note."""
        pieces = [
            f"{word} [@{self.citations[number]}]" if number in self.citations else word
            for number, word in enumerate(self.words)
        ]
        text = " ".join(pieces) + (f"[^{label}]." if self.note else "" if self.heading else ".")
        return ("## " if self.heading else "- " if self.item else "") + text, " ".join(self.note)


Model = list[list[Paragraph]]


def a_word(rng: random.Random) -> str:
    """A word of nonsense; there are some 24,000, and the common ones come often, as in a language."""
    if rng.random() < 0.3:
        return rng.choice(["the", "of", "and", "a", "to", "in", "is", "it", "that", "for", "not", "with"])
    return "".join(rng.choice(ALPHABET) + rng.choice("aeiou") for _ in range(rng.choice([2, 3])))


def some_words(rng: random.Random, least: int = 12, most: int = 40) -> list[str]:
    """A text."""
    return [a_word(rng) for _ in range(rng.randint(least, most))]


def make_model(seed: int = 2**40) -> Model:
    """Three chapters of 26 blocks."""
    rng = random.Random(seed)
    model: Model = []
    for _ in CHAPTERS:
        chapter = []
        for number in range(26):
            paragraph = Paragraph(some_words(rng), heading=number % 9 == 3, item=number % 9 in (5, 6))
            if not paragraph.heading and number % 3 == 0:
                paragraph.citations = {rng.randrange(len(paragraph.words) - 1): rng.choice(KEYS)}
            if not paragraph.heading and number % 4 == 0:
                paragraph.note = some_words(rng)
            chapter.append(paragraph)
        model.append(chapter)
    # The first chapter cites all, so that no key comes or goes with an edit.
    model[0].append(Paragraph(some_words(rng), dict(enumerate(KEYS))))
    return model


def write_model(root: Path, model: Model, width: int = 0, style: str = "numbered", labels: str = "n") -> None:
    """Write the manuscript. `width` wraps its lines, `labels` names the notes."""
    files: dict[str, str | bytes | None] = {"manuscript/book.yaml": SETTINGS.format(style=style)}
    for name, chapter in zip(CHAPTERS, model, strict=True):
        texts, notes = [], []
        for number, paragraph in enumerate(chapter):
            text, note = paragraph.markdown(f"{labels}{number}")
            texts.append(wrapped(text, 0 if paragraph.heading else width))
            notes += [f"[^{labels}{number}]: {note}."] if note else []
        if width:
            notes.reverse()
        files[f"manuscript/{name}.md"] = "\n\n".join([f"---\ntitle: {name}\n---", *texts, *notes]) + "\n"
    change_files(root, files)


def wrapped(text: str, width: int) -> str:
    """A text in lines of some words; the spaces of a list item's further lines too."""
    words = text.split(" ")
    if not width:
        return text
    join = "\n  " if text.startswith("- ") else "\n"
    return join.join("  ".join(words[at : at + width]) for at in range(0, len(words), width))


def signature(ledger: Ledger) -> Counter[tuple[str, ...]]:
    """The entries of a ledger, without the unchanged words."""
    return Counter(
        (entry.event, entry.kind, "" if entry.event == "added" else entry.id, *shown(entry.event, entry.pieces))
        for entry in ledger.entries
    )


def shown(event: str, pieces: Sequence[tuple[str, str]]) -> Sequence[str]:
    """What of an entry's words a test expects."""
    return [text.rstrip(".") for kind, text in pieces if kind != "same"] if event not in ("reworded", "removed") else []


@dataclass(slots=True)
class Script:
    """Edits of a model, and the entries that they should give."""

    model: Model
    ids: dict[int, tuple[str, str]]
    """`id()` of a paragraph of the model -> the ids of its block and its note."""
    rng: random.Random
    released: Model = field(default_factory=make_model)
    moves: int = 0
    touched: set[int] = field(default_factory=set)
    expected: Counter[tuple[str, ...]] = field(default_factory=Counter)

    def pick(self, wanted: Callable[[Paragraph], bool]) -> tuple[int, int] | None:
        """A paragraph that no edit has touched."""
        found = [
            (chapter, number)
            for chapter, paragraphs in enumerate(self.model)
            for number, paragraph in enumerate(paragraphs)
            if id(paragraph) not in self.touched and len(paragraph.citations) < 2 and wanted(paragraph)
        ]
        if not found:
            return None
        chapter, number = self.rng.choice(found)
        self.touched.add(id(self.model[chapter][number]))
        return chapter, number

    def run(self, kind: str) -> None:
        """Make one edit of a kind, if any paragraph is left for it."""
        edits: dict[str, tuple[Callable[[Paragraph], bool], Callable[[int, int], None]]] = {
            "insert": (lambda _: True, self.insert),
            "delete": (lambda _: True, self.delete),
            "reword": (lambda _: True, self.reword),
            "move": (lambda _: True, self.move),
            "cite": (lambda one: not one.citations and not one.heading, self.cite),
            "uncite": (lambda one: bool(one.citations), self.uncite),
            "recite": (lambda one: bool(one.citations), self.recite),
            "note": (lambda one: not one.note and not one.heading, self.add_note),
            "unnote": (lambda one: bool(one.note), self.remove_note),
            "renote": (lambda one: bool(one.note), self.reword_note),
        }
        wanted, edit = edits[kind]
        place = self.pick(wanted)
        if place:
            edit(*place)

    def expect(self, event: str, kind: str, identifier: str, *texts: str) -> None:
        """An entry that the ledger must have."""
        self.expected[(event, kind, identifier, *texts)] += 1

    def one(self, chapter: int, number: int) -> tuple[Paragraph, str, str, str]:
        """A paragraph, its kind, its id, and its note's."""
        paragraph = self.model[chapter][number]
        return paragraph, "h" if paragraph.heading else "p", *self.ids[id(paragraph)]

    def insert(self, chapter: int, number: int) -> None:
        """A new paragraph before one."""
        while shares_a_run(words := some_words(self.rng), self.model + self.released):
            pass
        made = Paragraph(words)
        self.touched.add(id(made))
        self.model[chapter].insert(number, made)
        self.expect("added", "p", "", " ".join(words))

    def delete(self, chapter: int, number: int) -> None:
        """A paragraph goes, with its note."""
        paragraph, kind, identifier, note = self.one(chapter, number)
        del self.model[chapter][number]
        self.expect("removed", kind, identifier)
        if paragraph.note:
            self.expect("removed", "note", note)

    def reword(self, chapter: int, number: int) -> None:
        """Up to 40 % of the words are replaced."""
        paragraph, kind, identifier, _ = self.one(chapter, number)
        self.change_words(paragraph.words)
        self.expect("reworded", kind, identifier)

    def change_words(self, words: list[str]) -> None:
        """Replace from one word to 40 % of them, never by themselves."""
        count = self.rng.randint(1, int(0.4 * len(words)))
        for at in self.rng.sample(range(len(words)), count):
            words[at] = f"{a_word(self.rng)}x"

    def move(self, chapter: int, number: int) -> None:
        """To another chapter, or past more untouched paragraphs than all moves together."""
        if self.moves == 2:
            return
        self.moves += 1
        paragraph, kind, identifier, _ = self.one(chapter, number)
        del self.model[chapter][number]
        places = [
            (other, at)
            for other, paragraphs in enumerate(self.model)
            for at in range(len(paragraphs) + 1)
            if other != chapter or sum(self.stays(one) for one in paragraphs[min(at, number) : max(at, number)]) >= 12
        ]
        other, at = self.rng.choice(places)
        self.model[other].insert(at, paragraph)
        self.expect("moved", kind, identifier)

    def stays(self, paragraph: Paragraph) -> bool:
        """Whether no edit has touched a paragraph so far; of those that a move passes, later edits may touch some."""
        return id(paragraph) not in self.touched

    def cite(self, chapter: int, number: int) -> None:
        """A new citation."""
        paragraph, kind, identifier, _ = self.one(chapter, number)
        key = self.rng.choice(KEYS)
        paragraph.citations[self.rng.randrange(len(paragraph.words))] = key
        self.expect("citation-added", kind, identifier, key)

    def uncite(self, chapter: int, number: int) -> None:
        """A citation goes."""
        paragraph, kind, identifier, _ = self.one(chapter, number)
        _, key = paragraph.citations.popitem()
        self.expect("citation-removed", kind, identifier, key)

    def recite(self, chapter: int, number: int) -> None:
        """Another reference for the same words."""
        paragraph, kind, identifier, _ = self.one(chapter, number)
        at, key = paragraph.citations.popitem()
        paragraph.citations[at] = other = self.rng.choice([one for one in KEYS if one != key])
        self.expect("citation-replaced", kind, identifier, key, other)

    def add_note(self, chapter: int, number: int) -> None:
        """A new note."""
        paragraph, *_ = self.one(chapter, number)
        while shares_a_run(words := some_words(self.rng), self.model + self.released):
            pass
        paragraph.note = words
        self.expect("added", "note", "", " ".join(words))

    def remove_note(self, chapter: int, number: int) -> None:
        """A note goes."""
        paragraph, _, _, note = self.one(chapter, number)
        paragraph.note = []
        self.expect("removed", "note", note)

    def reword_note(self, chapter: int, number: int) -> None:
        """Up to 40 % of a note's words are replaced."""
        paragraph, _, _, note = self.one(chapter, number)
        self.change_words(paragraph.note)
        self.expect("reworded", "note", note)


def shares_a_run(words: Sequence[str], model: Model) -> bool:
    """Whether a text has five words in a row with the book in common."""
    runs = {tuple(words[at : at + 5]) for at in range(len(words) - 4)}
    texts = [text for chapter in model for paragraph in chapter for text in (paragraph.words, paragraph.note)]
    return any(tuple(text[at : at + 5]) in runs for text in texts for at in range(len(text) - 4))


KINDS = ("insert", "delete", "reword", "move", "cite", "uncite", "recite", "note", "unnote", "renote")


@dataclass(frozen=True, slots=True)
class Released:
    """A book that was released once, and its folder to edit."""

    root: Path
    store: Store
    snapshot: Snapshot

    def now(self) -> tuple[Snapshot, Book]:
        """The book as its folder has it."""
        book, report = load_book(self.root, self.store)
        assert book and not report.fails(), report.render("text")
        return snapshot_of(book), book


@pytest.fixture(scope="module")
def released(tmp_path_factory: pytest.TempPathFactory, store: Store) -> Released:
    """The model's book, with a snapshot of its first release."""
    root = tmp_path_factory.mktemp("changes") / "book"
    change_files(root, {"bibliography.bib": BIBLIOGRAPHY})
    write_model(root, make_model())
    book, report = load_book(root, store)
    assert book and not report.fails(), report.render("text")
    text = render(snapshot_of(book))
    change_files(root, {"manuscript/releases/1.txt": text})
    found = parse(text, "1.txt", report)
    assert found
    return Released(root, store, found)


def ids_of(model: Model, snapshot: Snapshot) -> dict[int, tuple[str, str]]:
    """The ids of the model's paragraphs and their notes, by the words."""
    exact = {tuple(word.rstrip(".") for word in block.words): block.id for block in snapshot.blocks}
    return {
        id(paragraph): (exact[tuple(paragraph.words)], exact.get(tuple(paragraph.note), ""))
        for chapter in model
        for paragraph in chapter
    }


@given(
    kinds=st.lists(st.sampled_from(KINDS), max_size=8),
    seed=st.integers(0, 2**32),
    width=st.sampled_from([0, 5]),
    style=st.sampled_from(["numbered", "note", "author-date"]),
    labels=st.sampled_from(["n", "other"]),
)
def test_the_ledger_reports_exactly_what_was_edited(
    released: Released, kinds: list[str], seed: int, width: int, style: str, labels: str
) -> None:
    """Every edit is an entry, every entry an edit; labels, lines, spaces and styles are none; ids last."""
    model = make_model()
    script = Script(model, ids_of(model, released.snapshot), random.Random(seed))
    # Moves come last, so that what they pass is not touched after they passed it.
    for kind in sorted(kinds, key=lambda kind: kind == "move"):
        script.run(kind)
    write_model(released.root, model, width, style, labels)
    now, book = released.now()
    ledger = compare(released.snapshot, now)
    assert signature(ledger) == script.expected
    assert ledger.is_empty == (not script.expected)
    check_ids(released.snapshot, now)
    removed = {entry.id for entry in ledger.entries if entry.event == "removed"}
    assert removed == set(now.tombstones)
    assert {block.id for block in released.snapshot.blocks} - removed <= {block.id for block in now.blocks}
    assert book.reserved_ids == {block.id for block in released.snapshot.blocks}


def check_ids(old: Snapshot, new: Snapshot) -> None:
    """Each id of a release is that of a block, or leads to one; no two blocks have one id, no block that of a grave."""
    here = Counter(block.id for block in new.blocks)
    assert max(here.values()) == 1
    assert "" not in here
    for identifier in [*(block.id for block in old.blocks), *old.tombstones]:
        assert (identifier in here) != (identifier in new.tombstones), identifier
    assert set(new.tombstones.values()) <= set(here)


def test_paragraphs_keep_the_ids_they_were_released_with(released: Released) -> None:
    """The id stands at the head of the paragraph."""
    model = make_model()
    ids = ids_of(model, released.snapshot)
    paragraph = model[1][0]
    paragraph.words[3] = "another"
    write_model(released.root, model)
    book, _ = load_book(released.root, released.store)
    assert book
    head = children(book.chapters[1].tree.content[0])[0]
    assert isinstance(head, Attributed) and has_class(head, BLOCK_CLASS)
    assert head.identifier == ids[id(paragraph)][0]


WORDS = st.lists(st.sampled_from(["one", "two", "three", "four", "five"]), min_size=1, max_size=16)


@given(texts=st.lists(WORDS, max_size=12), releases=st.lists(st.lists(WORDS | st.integers(0, 11), max_size=12)))
def test_no_id_dangles_and_none_is_used_again(texts: list[list[str]], releases: list[list[list[str] | int]]) -> None:
    """Over many releases, with texts as like each other as can be: ids stay, or are buried for good."""
    snapshot = released_text(None, texts)
    everything = {block.id for block in snapshot.blocks}
    for release in releases:
        before = [list(block.words) for block in snapshot.blocks[1:]]
        kept = [before[one] if isinstance(one, int) and one < len(before) else one for one in release]
        following = released_text(snapshot, [text for text in kept if isinstance(text, list)])
        check_ids(snapshot, following)
        old = {block.id for block in snapshot.blocks}
        fresh = {block.id for block in following.blocks} - old
        assert not fresh & everything, "an id was used again"
        everything |= fresh
        pairs = match(snapshot.blocks, following.blocks)
        for one, other in pairs.items():
            assert snapshot.blocks[one].id == following.blocks[other].id
            assert similarity(snapshot.blocks[one].words, following.blocks[other].words) >= SIMILAR
        snapshot = following


def released_text(before: Snapshot | None, texts: list[list[str]]) -> Snapshot:
    """A release of one chapter."""
    blocks = [Block("one", "title", "One", "one"), *(Block("one", "p", " ".join(text)) for text in texts)]
    given_ids = lasting_ids(before, blocks)
    made = Snapshot("1", datetime.date(2026, 1, 1), {"one": "One"}, given_ids.blocks, tombstones=given_ids.tombstones)
    again = parse(render(made), "1.txt", Report())
    assert again == made, "a snapshot is read as it was written"
    return made


BASE = [
    "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu",
    "one two three four five six seven eight nine ten eleven twelve",
    "red orange yellow green blue indigo violet black white grey brown pink",
    "north east south west up down left right front back inside outside",
]
"""Texts that have nothing in common."""


def events(texts: list[str]) -> list[str]:
    """What the ledger says became of the base."""
    old = released_text(None, [text.split() for text in BASE])
    new = released_text(old, [text.split() for text in texts])
    return [entry.event for entry in compare(old, new).entries]


def test_what_is_ambiguous_is_decided_as_documented() -> None:
    """The limits of what a ledger can know, as the documentation says them."""
    first, second, third, last = BASE
    assert events([second, first, third, last]) == ["moved"], "of two neighbours one has moved"
    rewritten = "alpha x gamma x epsilon x eta x iota x lambda x"
    assert sorted(events([rewritten, second, third, last])) == ["added", "removed"], "over 40 % is another text"
    scattered = "alpha beta gamma x epsilon zeta eta x iota kappa lambda x"
    assert events([scattered, second, third, last]) == ["reworded"], "in its place a text may change anywhere"
    elsewhere = [second, third, last, scattered]
    assert sorted(events(elsewhere)) == ["added", "removed"], "without five words in a row it is no move"
    whole = [second, third, last, first.replace("alpha", "x")]
    assert sorted(events(whole)) == ["moved", "reworded"]
    assert events([f"{first} {second}", third, last]) != [], "joined texts change"
    assert sorted(events([*BASE, first])) == ["added"], "a repeated text is new once"
    assert events(BASE) == []
