"""Our citations against those of pandoc's citation processor: the same items, the same styles, the same text.

Where pandoc is known to be wrong, `data/citation_exceptions.json` says so; an exception that is not needed any more
fails. The official styles are compared by `make test-long` only: they are a large package.
"""

from __future__ import annotations

import random
from pathlib import Path

import pytest
from lxml import etree
from oracle import EXCEPTIONS, OURS, as_markdown, compare, items, official_styles, random_clusters

from press.citeproc import format_citations

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
