"""Our citations against those of pandoc's citation processor: the same items, the same styles, the same text.

Where pandoc is known to be wrong, `data/citation_exceptions.json` says so; an exception that is not needed any more
fails. The official styles are compared by `make test-long` only: they are a large package.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from oracle import EXCEPTIONS, OURS, as_markdown, compare, items, official_styles, random_clusters

from press.citeproc import CitationItem, Cluster, format_citations, processor
from press.citeproc.clusters import join_cites
from press.citeproc.disambiguation import Disambiguation
from press.citeproc.processor import Processor
from press.citeproc.punctuation import mend

ENOUGH = {
    "nlm-citation-sequence": (98, 98),
    "american-medical-association": (98, 98),
    "apa": (95, 90),
    "harvard-cite-them-right": (95, 90),
}
"""Official styles, and how many of a hundred references and citations have to be the same."""


@pytest.mark.parametrize("language", ["en-US", "de-DE"])
@pytest.mark.parametrize("style", OURS)
def test_references_are_those_of_pandoc(style: str, language: str) -> None:
    """Every entry of the bibliography, and their order."""
    found = compare(style, language, count=1)
    assert set(found.different_entries) == set(EXCEPTIONS.get(f"{style} {language}", {}))
    assert found.same_order


@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("style", OURS)
def test_citations_are_those_of_pandoc(style: str, seed: int) -> None:
    """Two hundred clusters in reading order, with prefixes, locators, names in the sentence and names left out."""
    excused = EXCEPTIONS.get(f"{style} en-US", {})
    for cluster, ours, theirs in compare(style, seed=seed).clusters:
        if not any(item.key in excused for item in cluster.items):
            assert ours == theirs, as_markdown(cluster)


@pytest.mark.long
@pytest.mark.parametrize("style", EXCEPTIONS["official"])
def test_official_styles_are_those_of_pandoc(style: str) -> None:
    """No more and no less is different than the list of exceptions says, and that is little."""
    found = compare(style)
    excused = EXCEPTIONS["official"][style]
    assert len(found.different_entries) == excused["references"]
    assert len(found.different_clusters) == excused["citations"]
    entries, clusters = ENOUGH.get(style, (0, 0))
    assert 1 - excused["references"] / len(found.entries) >= entries / 100
    assert 1 - excused["citations"] / len(found.clusters) >= clusters / 100


def drawn_styles(count: int) -> list[Path]:
    """Official styles drawn with a fixed seed; those that only point to another style are left out."""
    paths = sorted(official_styles().glob("*.csl"))
    random.Random(150).shuffle(paths)
    whole = (path for path in paths if b"independent-parent" not in path.read_bytes())
    return [next(whole) for _ in range(count)]


@pytest.mark.long
def test_no_official_style_brings_the_processor_down() -> None:
    """A hundred and fifty styles format everything: no exception, no reference and no citation without text."""
    clusters = random_clusters(60, seed=4)
    for path in drawn_styles(150):
        formatted = format_citations(items(), path, "en-US", clusters, list(items()))
        has_list = etree.parse(path).find("{*}bibliography") is not None
        assert len(formatted.entries) == (len(items()) if has_list else 0), path.name
        assert all(entry.html.strip() for entry in formatted.entries), path.name
        crashes = [problem for problem in formatted.problems if "cannot be" in problem.message]
        assert not crashes, (path.name, crashes[:3])


def _with(**changes: Any) -> Callable[[CitationItem], CitationItem]:
    return lambda item: replace(item, **changes)


def _mode(old: str) -> Callable[[CitationItem], CitationItem]:
    return lambda item: replace(item, mode="normal") if item.mode == old else item


CONSTRUCTS: dict[str, Callable[[CitationItem], CitationItem]] = {
    "a prefix": _with(prefix=""),
    "a suffix": _with(suffix=""),
    "a locator": _with(locator=""),
    "its label": _with(label="page"),
    "an author left out": _mode("suppress-author"),
    "an author in the sentence": _mode("author-in-text"),
}
"""What authors write, and what a processor would take it for that does not know it."""


@pytest.mark.parametrize("construct", CONSTRUCTS)
def test_the_comparison_sees_a_construct_that_is_not_handled(construct: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing in the oracle's citations can be overlooked without a difference."""
    plain_cluster, forget = Processor._cluster, CONSTRUCTS[construct]

    def forgetful(self: Processor, cluster: Cluster) -> Any:
        return plain_cluster(self, replace(cluster, items=tuple(forget(item) for item in cluster.items)))

    monkeypatch.setattr(Processor, "_cluster", forgetful)
    assert compare("author-date").different_clusters


@pytest.mark.parametrize(
    ("owner", "name", "broken", "style"),
    [
        (processor, "page_ranges", lambda text, *_: text, "numbered"),
        (Processor, "_sorted_items", lambda _, cited: list(cited), "numbered"),
        (Disambiguation, "distinctions", lambda _: {}, "author-date"),
        (processor, "join_cites", lambda cites, citation, _: join_cites(cites, citation, " / "), "note"),
    ],
    ids=["ranges of pages", "order in a bracket", "years told apart", "several sources"],
)
def test_the_comparison_sees_broken_handling(
    owner: Any, name: str, broken: Any, style: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of ranges, order, disambiguation and the joining of citations."""
    monkeypatch.setattr(owner, name, broken)
    assert compare(style).different_clusters


def test_the_comparison_sees_a_reference_that_is_different(monkeypatch: pytest.MonkeyPatch) -> None:
    """One letter more in the punctuation of references."""
    monkeypatch.setattr(processor, "mend", lambda text, quotes: mend(text, quotes).replace(". ", ".. ", 1))
    assert compare("numbered", count=1).different_entries
