"""The proof begins at the author's file: a word that the tree has not is found, and no word is missed that it has."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import pytest
from conftest import ROOT
from hypothesis import given
from hypothesis import strategies as st

from press.diagnostics import Report
from press.nodes import Doc, Figure, Node, Str
from press.readers.lost_words import lost_words
from press.readers.markdown import MarkdownText, parse_all
from press.readers.source import Source
from press.store import Store
from press.tree import elements, rewrite

FILES = sorted(path for folder in ("manuscript", "tests/books") for path in (ROOT / folder).rglob("*.md"))


@pytest.fixture(scope="module")
def parsed(store: Store) -> list[tuple[Source, Doc]]:
    """The files of the real book and of the tests' books, with their trees."""
    sources = [Source(path.relative_to(ROOT).as_posix(), path.read_text("utf-8")) for path in FILES]
    texts = parse_all([MarkdownText(source, {}) for source in sources], store, Report())
    return [(source, text.tree) for source, text in zip(sources, texts, strict=True) if len(text.tree.content) > 3]


def test_no_word_of_our_books_is_lost(parsed: list[tuple[Source, Doc]]) -> None:
    """There are no false alarms."""
    assert [word for source, tree in parsed for word in lost_words(source, tree)] == []


@given(st.data())
def test_a_word_that_is_taken_out_is_found(parsed: list[tuple[Source, Doc]], data: st.DataObject) -> None:
    """A row of words without which the tree is left are the words that are found, at their place."""
    source, tree = data.draw(st.sampled_from(parsed))
    text = elements(tree, skip=lambda node: isinstance(node, Figure))  # a picture without alt has its caption twice
    strings = [node for node in text if isinstance(node, Str) and node.text.isalpha()]
    first = data.draw(st.integers(0, len(strings) - 1))
    gone = strings[first : first + 4]
    ids = {id(node) for node in gone}

    def change(node: Node) -> Node | None:
        return replace(node, text="") if id(node) in ids and isinstance(node, Str) else None

    found = lost_words(source, rewrite(tree, change))
    assert Counter(word.text for word in found) == Counter(node.text for node in gone)
    for word in found:
        assert source.text[word.offset :].startswith(word.text)


def long_text(paragraphs: int) -> str:
    """A text of words that come again and again, with lost ones among them."""
    paragraph = "The one and the other and the third, again and again.\n\n"
    table = "| the | one |\n|---|---|\n| and | the | other |\n\n"
    return (paragraph + table) * paragraphs


def test_a_long_text_takes_time_in_proportion(tmp_path: Path) -> None:
    """Twice the text takes twice the time, however many words are lost."""
    store = Store(tmp_path)

    def seconds(paragraphs: int) -> float:
        source = Source("text.md", long_text(paragraphs))
        tree = next(parse_all([MarkdownText(source, {})], store, Report())).tree
        begun = time.process_time()
        assert len(lost_words(source, tree)) == paragraphs
        return time.process_time() - begun

    short, long = seconds(200), seconds(800)
    assert long < 10 * short + 0.2
