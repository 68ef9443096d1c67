"""What citeproc-py 0.11.1 does wrong by itself. A test here that fails means that upstream repaired the defect:
then take the workaround out of `press/citeproc/`. The numbers are those of the list in the press's specification.
"""

from __future__ import annotations

import gc
import io
import warnings
from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from citeproc import (
    Citation,
    CitationItem,
    CitationStylesBibliography,
    CitationStylesStyle,
    Locator,
    formatter,
)
from citeproc.source.json import CiteProcJSON

Call = tuple[str, Mapping[str, Any]]

NUMBERED = (
    '<citation{}><layout prefix="[" suffix="]" delimiter=",">'
    '<group delimiter=", "><text variable="citation-number"/><text variable="locator"/></group></layout></citation>'
)
TITLES = '<bibliography><layout suffix="."><text variable="title"/></layout></bibliography>'
STYLE = (
    '<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0"><info><title>t</title><id>t</id>'
    "<updated>2026-01-01T00:00:00+00:00</updated></info>{}</style>"
)


class Upstream:
    """citeproc-py with a style and items."""

    def __init__(self, items: Sequence[Mapping[str, Any]], parts: str) -> None:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            style = CitationStylesStyle(io.BytesIO(STYLE.format(parts).encode()), validate=False)
            self.run = CitationStylesBibliography(style, CiteProcJSON(items), formatter.html)

    def cite(self, *clusters: Sequence[Call]) -> list[str]:
        """Clusters, all registered before the first is formatted."""
        citations = [Citation([CitationItem(key, **more) for key, more in calls]) for calls in clusters]
        for citation in citations:
            self.run.register(citation)
        return [str(self.run.cite(citation, lambda item: "?")) for citation in citations]

    def entry(self, **more: Any) -> str:
        """The reference of the item "a"."""
        self.cite([("a", more)])
        return str(self.run.bibliography()[0])


def item(**fields: Any) -> dict[str, Any]:
    return {"id": "a", "type": "book", "title": "T"} | fields


def entry(parts: str, **fields: Any) -> str:
    return Upstream([item(**fields)], NUMBERED.format("") + parts).entry()


def test_1_text_is_not_escaped() -> None:
    assert entry(TITLES, title="A & B <script>") == "A & B <script>."


def test_2_the_first_locator_leaks_into_the_reference() -> None:
    shown = '<bibliography><layout delimiter=", "><group delimiter=", "><text variable="title"/>'
    shown += '<text variable="locator"/></group></layout></bibliography>'
    assert Upstream([item()], NUMBERED.format("") + shown).entry(locator=Locator("page", "5")) == "T, 5"


def test_3_keys_that_differ_in_capitals_merge() -> None:
    run = Upstream([item(id="Aa", title="one"), item(id="aA", title="two")], NUMBERED.format("") + TITLES)
    run.cite([("Aa", {}), ("aA", {})])
    assert [str(reference) for reference in run.run.bibliography()] == ["two."]


def test_4_punctuation_and_quotes() -> None:
    quoted = '<bibliography><layout suffix="."><text variable="title" quotes="true"/></layout></bibliography>'
    assert entry(TITLES, title="Why?") == "Why?."
    assert entry(quoted, title="Why") == "“Why”."
    assert entry(quoted, title="On “it”") == "“On “it””."


def test_5_a_range_of_dates_in_a_macro_ends_the_run() -> None:
    date = (
        '<macro name="date"><date variable="issued"><date-part name="year"/><date-part name="month"/></date></macro>'
        '<bibliography><layout><text macro="date"/></layout></bibliography>'
    )
    with pytest.raises(TypeError):
        entry(date, issued={"date-parts": [[2019, 3], [2019, 4]]})


def test_6_numbers_are_not_collapsed_and_clusters_reordered() -> None:
    items = [item(id=key, title=key) for key in "abc"]
    collapsing = Upstream(items, NUMBERED.format(' collapse="citation-number"') + TITLES)
    assert collapsing.cite([("a", {}), ("b", {}), ("c", {})]) == ["[1,2,3]"]
    unsorted = Upstream(items, NUMBERED.format("") + TITLES)
    assert unsorted.cite([("a", {}), ("b", {})], [("b", {}), ("a", {})]) == ["[1,2]", "[1,2]"]


def test_6_years_get_no_suffix() -> None:
    author_date = (
        '<citation disambiguate-add-year-suffix="true"><layout><names variable="author"><name form="short"/></names>'
        '<date variable="issued" prefix=" "><date-part name="year"/></date></layout></citation>'
    )
    doe = {"author": [{"family": "Doe", "given": "J"}], "issued": {"date-parts": [[2004]]}}
    run = Upstream([item(id="a", **doe), item(id="b", **doe)], author_date + TITLES)
    assert run.cite([("a", {})], [("b", {})]) == ["Doe 2004", "Doe 2004"]


@pytest.mark.parametrize(
    ("fields", "substitute", "printed"),
    [
        ({}, '<text macro="title"/>', "T. T"),
        ({"editor": [{"family": "Doe", "given": "J"}]}, '<names variable="editor"/>', "J Doe. T. J Doe"),
    ],
)
def test_7_what_stands_for_names_is_printed_twice(fields: dict[str, Any], substitute: str, printed: str) -> None:
    shown = (
        '<macro name="title"><text variable="title"/></macro><bibliography><layout><group delimiter=". ">'
        f'<names variable="author"><name/><substitute>{substitute}</substitute></names><text variable="title"/>'
        '<names variable="editor"/></group></layout></bibliography>'
    )
    assert entry(shown, **fields) == printed


def test_7_a_group_of_terms_only_is_shown() -> None:
    shown = (
        '<bibliography><layout><text variable="title"/><group prefix=" " delimiter=" "><text term="in"/>'
        '<group><text term="and"/></group><text variable="volume"/></group></layout></bibliography>'
    )
    assert entry(shown) == "T in and"


def test_8_titles_names_and_later_citations() -> None:
    title = '<bibliography><layout><text variable="title" text-case="title"/></layout></bibliography>'
    assert entry(title, title="a self-made thing", language="en") == "A Self-made Thing"
    initials = (
        '<bibliography><layout><names variable="author"><name initialize="false" initialize-with=". "/></names>'
        "</layout></bibliography>"
    )
    assert entry(initials, author=[{"family": "Doe", "given": "Jane"}]) == "J. Doe"
    later = (
        '<citation et-al-min="3" et-al-use-first="2" et-al-subsequent-min="3" et-al-subsequent-use-first="1">'
        '<layout><names variable="author"><name form="short"/></names></layout></citation>'
    )
    names = [{"family": name, "given": "J"} for name in "ABC"]
    run = Upstream([item(author=names)], later + TITLES)
    assert run.cite([("a", {})], [("a", {})]) == ["A, B, et al.", "A, B, et al."]


def test_9_empty_and_raw_dates() -> None:
    with pytest.raises(TypeError):
        Upstream([item(issued={"date-parts": [[]]})], NUMBERED.format("") + TITLES)
    date = '<bibliography><layout><date variable="issued"><date-part name="year"/></date></layout></bibliography>'
    run = Upstream([item(issued={"raw": "2001-05-06"})], NUMBERED.format("") + date)
    run.cite([("a", {})])
    assert run.run.bibliography() == []


def test_10_attributes_of_elements_vanish() -> None:
    style = CitationStylesStyle(io.BytesIO(STYLE.format(NUMBERED.format("") + TITLES).encode()), validate=False)
    style.root.find("{*}citation").remembered = 1
    gc.collect()
    assert style.root.find("{*}citation").remembered is None


def test_11_no_author_is_suppressed() -> None:
    with pytest.warns(UserWarning, match="unsupported"):
        CitationItem("a", suppress_author=True)


def test_and_others_is_a_person() -> None:
    names = '<bibliography><layout><names variable="author"><name/></names></layout></bibliography>'
    assert entry(names, author=[{"family": "A", "given": "B"}, {"literal": "others"}]) == "B A, others"
