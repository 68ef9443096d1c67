"""The real book's text: nothing said twice, no warning left out, one spelling, and as much as was promised."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import Any

import pypandoc
import pytest
import yaml
from conftest import ROOT, load_book

from press.model import Book
from press.store import Store

MANUSCRIPT = ROOT / "manuscript"
DATA = ROOT / "tests" / "data"
FILES = sorted(path.name for path in MANUSCRIPT.glob("*.md"))
CHECKLIST: dict[str, list[dict[str, Any]]] = yaml.safe_load((DATA / "checklist.yaml").read_text("utf-8"))
TO_AVOID: list[dict[str, str]] = yaml.safe_load((DATA / "words-to-avoid.yaml").read_text("utf-8"))
NO_WORDING = re.compile(r" +- [a-z-]+| +[a-z-]+:(?: [0-9]+)?| +also: \[.*\]")
"""Not how the book words things: ids of regions, keys and ranks of complaints, and what people call those."""
RUN = 8
TITLES = " ".join(re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", (ROOT / "bibliography.bib").read_text("utf-8").lower()))
"""The words of the bibliography: chapters may name the same title."""
SAME_ON_PURPOSE = {"caution", "red-flags", "emergency", "include"}
"""Blocks whose wording may be the same in several chapters."""
NOT_RUNNING_TEXT = {"Cite", "Image", "RawInline", "RawBlock", "Header"}


@cache
def tree_of(name: str) -> Any:
    """A file of the manuscript as pandoc's JSON, without its metadata block."""
    text = re.sub(r"\A---\n.*?\n---\n", "", (MANUSCRIPT / name).read_text("utf-8"), flags=re.DOTALL)
    return json.loads(pypandoc.convert_text(text, "json", format="markdown-raw_tex-yaml_metadata_block"))


def pieces(node: Any, left_out: frozenset[str], names: frozenset[str]) -> list[str]:
    """The words of a part of pandoc's JSON in order; `left_out` are classes, `names` kinds of element not read."""
    if isinstance(node, list):
        return [piece for part in node for piece in pieces(part, left_out, names)]
    if not isinstance(node, dict):
        return []
    kind: Any = node.get("t")
    content: Any = node.get("c")
    if kind in names or (kind in ("Div", "Span") and left_out & set(content[0][1])):
        return []
    if kind in ("Str", "Code"):
        return [content if kind == "Str" else content[1]]
    return (
        [" ", *pieces(list(node.values()), left_out, names)]
        if kind not in ("Emph", "Strong", "Span")
        else pieces(content, left_out, names)
    )


def text_of(name: str, left_out: frozenset[str] = frozenset(), names: frozenset[str] = frozenset()) -> str:
    """The text of a file, notes and captions included."""
    return " ".join("".join(pieces(tree_of(name)["blocks"], left_out, names)).split())


def runs(name: str, left_out: frozenset[str] = frozenset(SAME_ON_PURPOSE)) -> set[tuple[str, ...]]:
    """Every run of eight words of a chapter's own text, without marks and capitals, but for the blocks `left_out`."""
    text = text_of(name, left_out, frozenset(NOT_RUNNING_TEXT))
    words = re.findall(r"[^\W_]+(?:['’-][^\W_]+)*", text.lower())
    return {tuple(words[start : start + RUN]) for start in range(len(words) - RUN + 1)}


def test_no_chapter_says_what_another_says() -> None:
    """No run of eight words stands in two chapters, but for titles, references, and the wording of warnings."""
    homes: dict[tuple[str, ...], set[str]] = defaultdict(set)
    for name in FILES:
        for run in runs(name):
            if " ".join(run) not in TITLES:
                homes[run].add(name)
    assert not {" ".join(run): sorted(names) for run, names in homes.items() if len(names) > 1}


def test_the_comparison_sees_a_sentence_that_two_chapters_share() -> None:
    """The warnings that have the same wording on purpose would be found if they were not left out."""
    two = ("00-safety.md", "00-how-to-massage.md")
    shared = runs(two[0], frozenset()) & runs(two[1], frozenset())
    assert len(shared) > 20
    assert not {run for run in runs(two[0]) & runs(two[1]) if " ".join(run) not in TITLES}


@pytest.mark.parametrize("name", CHECKLIST)
def test_every_caution_and_red_flag_is_in_its_chapter(name: str) -> None:
    """The key phrases of every line of the fact sheet stand in the chapter."""
    text = text_of(name).lower()
    missing = {line["sheet"]: [p for p in line["phrases"] if p.lower() not in text] for line in CHECKLIST[name]}
    assert not {line: phrases for line, phrases in missing.items() if phrases}


def test_the_checklist_covers_every_spot() -> None:
    """A spot without a checklist would pass unread."""
    spots = [name for name in FILES if re.match(r"(0[1-9]|1[0-4])-", name)]
    assert len(spots) == 14
    assert {*spots, "00-safety.md"} == set(CHECKLIST)
    assert all(line["phrases"] for lines in CHECKLIST.values() for line in lines)


@pytest.mark.parametrize("rule", TO_AVOID, ids=lambda rule: rule["instead"])
def test_words_to_avoid(rule: dict[str, str]) -> None:
    """The style sheet's forbidden forms stand nowhere in the manuscript."""
    pattern = re.compile(rule["pattern"])
    sources = [*MANUSCRIPT.glob("*.md"), *MANUSCRIPT.glob("shared/*.md"), MANUSCRIPT / "book.yaml"]
    found = [
        f"{path.relative_to(ROOT)}:{number}: {line.strip()}"
        for path in sources
        for number, line in enumerate(path.read_text("utf-8").splitlines(), start=1)
        if pattern.search(line) and not NO_WORDING.fullmatch(line)
    ]
    assert not found, f"{rule['instead']}\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("dictionaries", "paths"),
    [("clear,rare,en-GB_to_en-US", ["manuscript"]), ("clear,rare", ["docs", "README.md", "press", "templates"])],
    ids=["the book, American", "the rest"],
)
def test_spelling(dictionaries: str, paths: list[str]) -> None:
    """Codespell finds no common misspelling."""
    command = [sys.executable, "-m", "codespell_lib", "--builtin", dictionaries, "--skip", "*.svg,*.csl,*.json,de.yaml"]
    command += ["--ignore-words", str(DATA / "spelling-allowed.txt"), *paths]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert not done.returncode, done.stdout


@pytest.fixture(scope="module")
def book(store: Store) -> Book:
    """The real book as the writers get it."""
    found, _ = load_book(ROOT, store)
    assert found is not None
    return found


def test_the_book_has_what_it_promises(book: Book) -> None:
    """Fourteen spots, and enough of everything that a reader pays for."""
    infos = [chapter.info for chapter in book.chapters if chapter.info]
    figures = [figure for chapter in book.chapters for figure in chapter.figures if figure.kind == "fig"]
    assert [chapter.is_planned for chapter in book.series] == [False] * 14
    assert len(book.references) >= 90
    assert sum(info.notes for info in infos) >= 130
    assert len(figures) >= 60
    assert len(book.index) + sum(len(entry.subentries) for entry in book.index) >= 250
    assert sum(info.words for info in infos) >= 35_000


def test_every_spot_is_a_whole_chapter(book: Book) -> None:
    """Notes, citations, drawings, a map of its pain and complaints for the symptom index."""
    for chapter in book.series:
        assert chapter.info and chapter.metadata.spot
        assert chapter.info.notes >= 8, chapter.slug
        assert chapter.info.citations >= 6, chapter.slug
        assert sum(figure.kind == "fig" for figure in chapter.figures) >= 3, chapter.slug
        assert chapter.metadata.spot.referred_pain, chapter.slug
        assert len(chapter.metadata.spot.complaints) >= 4, chapter.slug


def test_every_index_pointer_leads_to_an_entry(book: Book) -> None:
    """What `see` and `see also` name stands in the index."""
    terms = {entry.term for entry in book.index}
    terms |= {f"{entry.term}, {sub}" for entry in book.index for sub in entry.subentries}
    everything = [*book.index, *(sub for entry in book.index for sub in entry.subentries.values())]
    assert not {(entry.term, name) for entry in everything for name in entry.see | entry.see_also if name not in terms}


def test_only_what_is_cited_is_in_the_bibliography(book: Book) -> None:
    """The bibliography holds the references of the text and no others."""
    assert {reference.key for reference in book.references} == set(book.bibliography.entries)


def test_every_drawing_is_used() -> None:
    """No file of a figure is left over."""
    sources = "".join(path.read_text("utf-8") for path in [*MANUSCRIPT.rglob("*.md"), MANUSCRIPT / "book.yaml"])
    files = [path.relative_to(MANUSCRIPT).as_posix() for path in Path(MANUSCRIPT, "figures").rglob("*.svg")]
    assert not [file for file in files if file not in sources]
