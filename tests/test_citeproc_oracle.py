"""Our citations against those of pandoc's citation processor: the same items, the same styles, the same text.

Where pandoc is known to be wrong, `data/citation_exceptions.json` says so; an exception that is not needed any more
fails. Numbered styles: pandoc names no authors in the sentence, so the names are taken off before comparing.
"""

from __future__ import annotations

import html
import json
import random
import re
import subprocess
from collections.abc import Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Any, cast

import pypandoc
import pytest

from press.citeproc import CitationItem, CitationMode, Cluster, Formatted, format_citations
from press.readers.bibliography import parse_bibtex

DATA = Path(__file__).parent / "data"
TEMPLATES = Path(__file__).parents[1] / "templates"
EXCEPTIONS: dict[str, dict[str, str]] = json.loads((DATA / "citation_exceptions.json").read_text("utf-8"))
STYLES = ["numbered", "note", "author-date"]
TAGS = {
    "Emph": "i",
    "Strong": "b",
    "Superscript": "sup",
    "Subscript": "sub",
    "SmallCaps": 'span class="smallcaps"',
}


@cache
def items() -> dict[str, dict[str, Any]]:
    """All entries of the book's bibliography."""
    text = (DATA / "references.bib").read_text("utf-8")
    return {entry.key: dict(entry.item) for entry in parse_bibtex(text, "references.bib").entries}


def as_html(inlines: Sequence[Mapping[str, Any]]) -> str:
    """pandoc's inlines in the press's limited HTML, links left out."""
    pieces = []
    for inline in inlines:
        kind, content = inline["t"], inline.get("c", [])
        if kind == "Str":
            pieces.append(html.escape(content, quote=False))
        elif kind in {"Space", "SoftBreak"}:
            pieces.append(" ")
        elif kind in TAGS:
            pieces.append(f"<{TAGS[kind]}>{as_html(content)}</{TAGS[kind].split()[0]}>")
        elif kind == "Quoted":
            marks = "“”" if content[0]["t"] == "DoubleQuote" else "‘’"
            pieces.append(marks[0] + as_html(content[1]) + marks[1])
        elif kind in {"Span", "Link", "Cite"}:
            pieces.append(as_html(content[1]))
        elif kind == "Note":
            pieces += [as_html(block["c"]) for block in content]
        else:
            raise AssertionError(kind)
    return "".join(pieces)


def plain(markup: str) -> str:
    """Without links, and with plain spaces."""
    without_links = re.sub(r"</?a\b[^>]*>", "", markup)
    return re.sub(r"\s+", " ", without_links.replace("\xa0", " ")).strip()


def pandoc(style: str, language: str, text: str, folder: Path) -> list[dict[str, Any]]:
    """The blocks of a text with its citations made by pandoc."""
    source = folder / "items.json"
    source.write_text(json.dumps(list(items().values())), "utf-8")
    options = [f"--csl={TEMPLATES / style}.csl", f"--bibliography={source}", f"--metadata=lang:{language}"]
    command = [pypandoc.get_pandoc_path(), "--from=markdown", "--to=json", "--citeproc", *options]
    result = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
    assert not result.stderr
    return cast(list[dict[str, Any]], json.loads(result.stdout)["blocks"])


def pandoc_entries(blocks: Sequence[Mapping[str, Any]]) -> dict[str, str]:
    """pandoc's reference list, in its order."""
    (references,) = [block["c"][1] for block in blocks if block["t"] == "Div" and block["c"][0][0] == "refs"]
    return {
        entry["c"][0][0].removeprefix("ref-"): plain("".join(as_html(part["c"]) for part in entry["c"][1]))
        for entry in references
    }


def our_entries(formatted: Formatted) -> dict[str, str]:
    """Our reference list, with the labels."""
    return {entry.key: plain(f"{entry.label} {entry.html}") for entry in formatted.entries}


@pytest.mark.parametrize("language", ["en-US", "de-DE"])
@pytest.mark.parametrize("style", STYLES)
def test_references_are_those_of_pandoc(style: str, language: str, tmp_path: Path) -> None:
    """Every entry of the bibliography, and their order."""
    nocite = " ".join(f"@{key}" for key in items())
    theirs = pandoc_entries(pandoc(style, language, f'---\nnocite: "{nocite}"\n---\n', tmp_path))
    formatted = format_citations(items(), TEMPLATES / f"{style}.csl", language, [], list(items()))
    ours = our_entries(formatted)
    assert list(ours) == list(theirs)
    assert {key for key in ours if ours[key] != theirs[key]} == set(EXCEPTIONS.get(f"{style} {language}", {}))
    assert not formatted.problems


def random_clusters(count: int, seed: int) -> list[Cluster]:
    """Citations of all kinds that authors write."""
    chance = random.Random(seed)
    clusters = []
    for number in range(1, count + 1):
        calls = []
        for place, key in enumerate(chance.sample(list(items()), chance.choice([1, 1, 2, 3, 5]))):
            modes = [
                "normal",
                "normal",
                "normal",
                "suppress-author",
                "author-in-text" if not place else "normal",
            ]
            mode = cast(CitationMode, chance.choice(modes))
            named = mode == "author-in-text"
            calls.append(
                CitationItem(
                    key,
                    prefix=chance.choice(["", "", "see", "cf."]) if mode == "normal" and not place else "",
                    suffix="" if named else chance.choice(["", "", "", ", and passim"]),
                    locator=chance.choice(["", "", "3", "12-15", "iv"]),
                    label="page" if named else chance.choice(["page", "chapter", "volume"]),
                    mode=mode,
                )
            )
        clusters.append(Cluster(tuple(calls), number))
    return clusters


def as_markdown(cluster: Cluster) -> str:
    """The cluster as an author writes it."""
    first = cluster.items[0]
    if first.mode != "author-in-text":
        return f"[{'; '.join(_written(item) for item in cluster.items)}]"
    rest = [f"p. {first.locator}"] if first.locator else []
    rest += [_written(item) for item in cluster.items[1:]]
    return f"@{first.key} [{'; '.join(rest)}]" if rest else f"@{first.key}"


def _written(item: CitationItem) -> str:
    label = {"page": "p.", "chapter": "chap.", "volume": "vol."}[item.label]
    dash = "-" if item.mode == "suppress-author" else ""
    place = f", {label} {item.locator}" if item.locator else ""
    return f"{item.prefix} {dash}@{item.key}{place}{item.suffix}".strip()


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("style", STYLES)
def test_citations_are_those_of_pandoc(style: str, seed: int, tmp_path: Path) -> None:
    """Two hundred clusters in reading order, with prefixes, locators, names in the sentence and names left out."""
    clusters = random_clusters(200, seed)
    blocks = pandoc(style, "en-US", "\n\n".join(as_markdown(cluster) for cluster in clusters), tmp_path)
    theirs = [plain(as_html(block["c"])) for block in blocks if block["t"] == "Para"]
    formatted = format_citations(items(), TEMPLATES / f"{style}.csl", "en-US", clusters)
    excused = EXCEPTIONS.get(f"{style} en-US", {})
    for cluster, parts, wanted in zip(clusters, formatted.clusters, theirs, strict=True):
        if style == "numbered" and cluster.items[0].mode == "author-in-text":
            assert parts[0].key == cluster.items[0].key
            parts = parts[2:]
        if not any(item.key in excused for item in cluster.items):
            assert plain("".join(part.html for part in parts)) == wanted, as_markdown(cluster)
    ours, listed = our_entries(formatted), pandoc_entries(blocks)
    assert list(ours) == list(listed)
    assert {key for key in ours if ours[key] != listed[key]} <= set(excused)
