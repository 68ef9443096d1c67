"""The page info of every chapter equals a count by other means: pandoc's plain text, and expressions over the source.

Nothing of the press is used for the expectation. Words are runs between white space that hold a letter or digit, in
the chapter's own text; notes are calls; citations are distinct keys.
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pypandoc
import pytest
import yaml
from conftest import ROOT, load_book

from press.model import PageInfo
from press.store import Store

CONTENTS = yaml.safe_load((ROOT / "manuscript" / "book.yaml").read_text("utf-8"))["contents"]
FILES = [name for division in ("front", "body", "back") for name in CONTENTS[division] if name.endswith(".md")]
WRITTEN = [name for name in FILES if "\nstatus: planned\n" not in (ROOT / "manuscript" / name).read_text("utf-8")]
DROPPED = {"Note", "Cite", "Image", "RawInline", "RawBlock"}


def plain_words(body: str) -> int:
    """The words of a chapter's own text, as pandoc prints it without notes, citations and pictures."""
    tree = json.loads(pypandoc.convert_text(body, "json", format="markdown-raw_tex-yaml_metadata_block"))
    text = pypandoc.convert_text(
        json.dumps(without(tree)), "plain", format="json", extra_args=["--columns=10000", "--wrap=none"]
    )
    return len([run for run in text.split() if any(sign.isalnum() for sign in run)])


def without(node: Any) -> Any:
    """A part of pandoc's JSON without what is no text of the chapter: pictures, notes, ids, the numbers of lists."""
    if isinstance(node, list):
        return [without(part) for part in node if not (isinstance(part, dict) and part.get("t") in DROPPED)]
    if not isinstance(node, dict):
        return node
    if node.get("t") == "OrderedList":
        return {"t": "BulletList", "c": without(node["c"][1])}
    if node.get("t") == "Figure":
        return {"t": "Div", "c": [["", [], []], without(node["c"][1][1])]}
    if node.get("t") == "Div" and "figure" in node["c"][0][1]:  # what looks like its picture's caption is no text
        return {"t": "Div", "c": [node["c"][0], without([part for part in node["c"][1] if part["t"] != "Figure"])]}
    if node.get("t") == "Table":
        return {"t": "Table", "c": [["", [], []], *without(node["c"][1:])]}
    return {name: without(part) for name, part in node.items()}


def body_of(text: str) -> str:
    """A chapter's file without its metadata block and comments."""
    return re.sub(r"<!--.*?-->", "", re.sub(r"\A---\n.*?\n---\n", "", text, flags=re.DOTALL), flags=re.DOTALL)


def note_calls(body: str) -> int:
    """Calls of notes, and notes written in place."""
    return len(re.findall(r"\[\^[^\]\s]+\](?!:)|\^\[", without_code(body)))


def cited_keys(body: str) -> set[str]:
    """The keys of the citations, which are no cross references."""
    keys = re.findall(r"(?<![\w.])@([A-Za-z][\w]*(?:[:.-]\w+)*)", without_code(body))
    return {key for key in keys if not key.startswith(("fig:", "tbl:", "sec:", "spot:"))}


def without_code(body: str) -> str:
    """The text without code."""
    return re.sub(r"^(```|~~~).*?^\1|`[^`\n]+`", "", body, flags=re.DOTALL | re.MULTILINE)


@pytest.fixture(scope="module")
def infos(store: Store) -> dict[str, PageInfo]:
    """What the press counts, by the chapter's file."""
    book, _ = load_book(ROOT, store)
    assert book is not None
    return {Path(chapter.file).name: chapter.info for chapter in book.chapters if chapter.info}


def test_every_written_chapter_is_counted(infos: dict[str, PageInfo]) -> None:
    """Announced chapters are not, and Spot 4 is among them."""
    assert list(infos) == WRITTEN
    assert "04-scalenes.md" in infos


@pytest.mark.parametrize("name", WRITTEN)
def test_the_counts_are_right(name: str, infos: dict[str, PageInfo]) -> None:
    """Words, minutes, notes and citations."""
    body = body_of((ROOT / "manuscript" / name).read_text("utf-8"))
    length = plain_words(body)
    assert infos[name].words == length
    assert infos[name].minutes == -(-length // 250)
    assert infos[name].notes == note_calls(body)
    assert infos[name].citations == len(cited_keys(body))


def test_the_dates_are_right(infos: dict[str, PageInfo]) -> None:
    """Published, updated and the number of updates come from the changelog."""
    for name, info in infos.items():
        head = (ROOT / "manuscript" / name).read_text("utf-8").split("\n---\n")[0]
        entries = yaml.safe_load(head).get("changelog", [])
        dates = [entry["date"] for entry in entries]
        assert info.updates == max(len(entries) - 1, 0)
        assert (info.published, info.updated) == ((dates[-1], dates[0]) if dates else (None, None))


@pytest.mark.parametrize("name", ["04-scalenes.md", "00-safety.md"])
def test_one_word_more_is_seen(name: str, infos: dict[str, PageInfo]) -> None:
    """The other count is a count: with a word, a note and a citation more it is another one."""
    body = body_of((ROOT / "manuscript" / name).read_text("utf-8"))
    more = body.replace("\n\n## ", "\n\nExtra[^extra] [@extra2026].\n\n## ", 1) + "\n\n[^extra]: Three more words.\n"
    assert more != body
    assert plain_words(more) == infos[name].words + 1
    assert note_calls(more) == infos[name].notes + 1
    assert len(cited_keys(more)) == infos[name].citations + 1


@pytest.mark.parametrize(
    ("markdown", "count"),
    [
        ("One two---three -- four.", 3),
        ("1. One\n2. Two", 2),
        ("## A heading\n\n| a | b c |\n|---|---|\n| d | 1 |\n\n: The caption.\n", 9),
        ("Word[^n].\n\n[^n]: None of these.", 1),
        ("As @x [p. 3] says [see @y, p. 4].", 2),
        ('![Two words](x.svg){alt="not these"}', 2),
    ],
)
def test_the_other_count_counts_words(markdown: str, count: int) -> None:
    """Small texts, counted by hand."""
    assert plain_words(markdown) == count
