"""What the works behind the book found: the table that every claim of the text is read against.

`tests/data/findings.yaml` holds what each work was seen to have found, `tests/data/claims.yaml` which way it points and
where the book cites it. After an edit that cites more, less, or elsewhere, this writes the places anew:

    ACCEPT=1 .venv/bin/python -m pytest -n 0 -q tests/test_claims.py

A new key is put into the table by hand first: its direction and what it found are a reader's to judge.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import yaml
from conftest import ROOT, accepting
from test_manuscript import MANUSCRIPT, tree_of

TABLE = ROOT / "tests" / "data" / "claims.yaml"
SEEN = yaml.safe_load((ROOT / "tests" / "data" / "findings.yaml").read_text("utf-8"))
FINDINGS = {finding["key"]: finding for finding in SEEN}
DIRECTIONS = {"helps", "no better than dummy", "mixed", "not tested", "result not seen"}


@cache
def cited_places() -> dict[str, list[str]]:
    """Each cited key that has an entry in findings.yaml -> the sections that cite it, in the order of the files."""
    places: dict[str, list[str]] = {}
    for path in sorted([*MANUSCRIPT.glob("*.md"), *MANUSCRIPT.glob("shared/*.md")]):
        name = path.relative_to(MANUSCRIPT).with_suffix("").as_posix()
        place = slug = re.sub(r"\A\d+-", "", name)
        for block in tree_of(f"{name}.md")["blocks"]:
            if block["t"] == "Header" and block["c"][1][0].startswith("sec:"):
                place = f"{slug}#{block['c'][1][0]}"
            for key in cited_keys(block):
                if key in FINDINGS and place not in places.setdefault(key, []):
                    places[key].append(place)
    return places


def cited_keys(node: Any) -> list[str]:
    """The keys of all citations in a part of pandoc's JSON, those of notes and captions included."""
    if isinstance(node, list):
        return [key for part in node for key in cited_keys(part)]
    if not isinstance(node, dict):
        return []
    own = [citation["citationId"] for citation in node["c"][0]] if node.get("t") == "Cite" else []
    return own + cited_keys(list(node.values()))


def claims() -> dict[str, dict[str, Any]]:
    """The table, with its places written anew if this run accepts."""
    text = TABLE.read_text("utf-8")
    table: dict[str, dict[str, Any]] = yaml.safe_load(text)
    if accepting():
        head = "".join(re.findall(r"(?m)^#.*\n", text))
        table = {key: {**table[key], "places": cited_places().get(key, [])} for key in sorted(table)}
        body = yaml.safe_dump(table, sort_keys=False, allow_unicode=True, width=10_000)
        TABLE.write_text(f"{head}\n{body}", "utf-8")
    return table


def test_the_table_holds_what_is_cited_and_nothing_else() -> None:
    """A work that the text newly leans on is judged before it is printed."""
    assert set(claims()) == set(cited_places())


def test_the_table_knows_every_place_that_cites() -> None:
    """Whoever reads the claims against the findings misses no section."""
    assert {key: claim["places"] for key, claim in claims().items()} == cited_places()


def test_every_claim_has_a_direction_and_a_finding() -> None:
    """Five directions, and one line of what was found; what was not seen is said to be so."""
    for key, claim in claims().items():
        assert set(claim) == {"direction", "found", "places"}, key
        assert claim["direction"] in DIRECTIONS, key
        assert claim["found"].strip() and "\n" not in claim["found"], key
        if FINDINGS[key].get("found") is False:
            assert claim["direction"] == "result not seen", key
