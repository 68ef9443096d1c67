"""The citation processor: what it makes of items, styles and clusters, and that nothing bad in them stops it.

`test_citeproc_upstream.py` pins what citeproc-py does without our repairs, `test_citeproc_oracle.py` compares
with pandoc.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from press.citeproc import (
    CitationItem,
    Cluster,
    ClusterPart,
    Formatted,
    StyleError,
    format_citations,
    parse_locator,
    validate_style,
)
from press.readers.bibliography import parse_bibtex
from press.writers.reference_list import render_references

TEMPLATES = Path(__file__).parents[1] / "templates"
NUMBERED, NOTE, AUTHOR_DATE = (TEMPLATES / f"{name}.csl" for name in ("numbered", "note", "author-date"))
STYLE = """<style xmlns="http://purl.org/net/xbiblio/csl" class="in-text" version="1.0">
<info><title>t</title><id>t</id><updated>2026-01-01T00:00:00+00:00</updated></info>{}</style>"""
CITATION = '<citation><layout><text variable="title"/></layout></citation>'
DOE: dict[str, Any] = {"author": [{"family": "Doe", "given": "Jane"}], "issued": {"date-parts": [[2004]]}}

MakeStyle = Callable[[str], Path]


@pytest.fixture
def style(tmp_path: Path) -> MakeStyle:
    """Makes a style of its parts."""

    def make(parts: str) -> Path:
        path = tmp_path / "style.csl"
        path.write_text(STYLE.format(parts), "utf-8")
        return path

    return make


def item(key: str = "a", **fields: Any) -> dict[str, Any]:
    return {"id": key, "type": "book", "title": "Title"} | fields


def cite(*keys: str, **more: Any) -> Cluster:
    return Cluster(tuple(CitationItem(key, **more) for key in keys))


def run(path: Path, clusters: list[Cluster], *items: Mapping[str, Any], language: str = "en-US") -> Formatted:
    return format_citations({each["id"]: each for each in items}, path, language, clusters)


def text(parts: tuple[ClusterPart, ...]) -> str:
    return "".join(part.html for part in parts)


def entry(make: MakeStyle, layout: str, language: str = "en-US", **fields: Any) -> str:
    """The reference that a layout makes of an item."""
    path = make(f'{CITATION}<bibliography><layout suffix=".">{layout}</layout></bibliography>')
    formatted = run(path, [cite("a")], item(**fields), language=language)
    assert not formatted.problems
    return formatted.entries[0].html


# The defects of citeproc-py, repaired


def test_1_text_is_escaped_and_its_markup_kept(style: MakeStyle) -> None:
    title = 'A & B <script> <i>E. coli</i> H<sub>2</sub>O <span style="font-variant:small-caps;">x</span> <b>'
    expected = 'A &amp; B &lt;script&gt; <i>E. coli</i> H<sub>2</sub>O <span class="smallcaps">x</span> &lt;b&gt;.'
    assert entry(style, '<text variable="title"/>', title=title) == expected


def test_1_italics_in_italics_are_upright(style: MakeStyle) -> None:
    shown = entry(style, '<text variable="title" font-style="italic"/>', title="On <i>E. coli</i> again")
    assert shown == "<i>On </i>E. coli<i> again</i>."


def test_2_locators_stay_out_of_references() -> None:
    formatted = run(NUMBERED, [cite("a", locator="5", prefix="see ", suffix=", foo")], item(**DOE))
    assert formatted.entries[0].html == "Doe J. <i>Title</i>. 2004."
    assert text(formatted.clusters[0]) == "[see 1, p. 5, foo]"


def test_3_keys_that_differ_in_capitals_are_two() -> None:
    formatted = run(NUMBERED, [cite("Aa", "aA")], item("Aa", title="One"), item("aA", title="Two"))
    assert [reference.html for reference in formatted.entries] == ["<i>One</i>.", "<i>Two</i>."]


@pytest.mark.parametrize(
    ("title", "language", "expected"),
    [
        ("Why?", "en-US", "“Why?”"),
        ("Why", "en-US", "“Why.”"),
        ("Why", "en-GB", "‘Why’."),
        ("Why", "de-DE", "„Why“."),
        ("On “it”", "en-US", "“On ‘it.’”"),
        ("On “it”", "de-DE", "„On ‚it‘“."),
        ('Don\'t "do" it', "en-US", "“Don’t ‘do’ it.”"),
    ],
)
def test_4_punctuation_and_quotes(title: str, language: str, expected: str, style: MakeStyle) -> None:
    assert entry(style, '<text variable="title" quotes="true"/>', language, title=title) == expected


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([[2019, 3, 21]], "21 March 2019."),
        ([[2019, 3], [2019, 4]], "March–April 2019."),
        ([[2019, 3, 2], [2019, 3, 21]], "2–21 March 2019."),
        ([[2019, 12], [2020, 1]], "December 2019–January 2020."),
        ([[2019]], "2019."),
        ([[1999], [2000]], "1999–2000."),
        ([[-44]], "44 BC."),
    ],
)
def test_5_dates_and_ranges(parts: list[list[int]], expected: str, style: MakeStyle) -> None:
    date = '<date variable="issued" delimiter=" ">'
    date += "".join(f'<date-part name="{name}"/>' for name in ("day", "month", "year")) + "</date>"
    shown = entry(style, date, issued={"date-parts": parts})
    assert re.sub(r"\s", " ", shown) == expected


def test_5_localized_dates(style: MakeStyle) -> None:
    date = '<date variable="issued" form="text"/>'
    issued = {"date-parts": [[2019, 3, 21]]}
    assert entry(style, date, issued=issued) == "March 21, 2019."
    assert entry(style, date, "de-DE", issued=issued) == "21. März 2019."


def test_5_one_bad_item_is_one_problem(monkeypatch: pytest.MonkeyPatch) -> None:
    from press.citeproc.elements import Layout

    pieces = Layout.child_pieces

    def fail(self: Layout, rendering: Any) -> list[str]:
        if rendering.record.key == "a" and rendering.in_bibliography:
            raise TypeError("broken")
        return pieces(self, rendering)

    monkeypatch.setattr(Layout, "child_pieces", fail)
    formatted = run(NUMBERED, [cite("a", "b")], item("a", title="A & B"), item("b"))
    assert [(problem.key, "broken" in problem.message) for problem in formatted.problems] == [("a", True)]
    assert [reference.html for reference in formatted.entries] == ["A &amp; B", "<i>Title</i>."]


def test_6_numbers_collapse_and_each_end_links() -> None:
    items = [item(key) for key in "abcde"]
    clusters = [cite("a"), cite("b", "c", "d"), cite("e", "c", "b", "a"), cite("b", "a")]
    formatted = run(NUMBERED, clusters, *items)
    assert [text(parts) for parts in formatted.clusters] == ["[1]", "[2–4]", "[1–3; 5]", "[1; 2]"]
    assert formatted.kind == "numeric"
    assert formatted.clusters[2] == (
        ClusterPart("["),
        ClusterPart("1", "a"),
        ClusterPart("–"),
        ClusterPart("3", "c"),
        ClusterPart("; "),
        ClusterPart("5", "e"),
        ClusterPart("]"),
    )


def test_6_a_locator_keeps_a_number_out_of_a_range() -> None:
    items = [item(key) for key in "abc"]
    cluster = Cluster((CitationItem("a"), CitationItem("b", locator="513"), CitationItem("c")))
    assert text(run(NUMBERED, [cluster], *items).clusters[0]) == "[1; 2, p. 513; 3]"


def test_6_clusters_keep_the_order_of_a_style_without_sorting() -> None:
    items = [item("a", **DOE), item("b", author=[{"family": "Roe", "given": "R"}], issued={"raw": "1990"})]
    formatted = run(AUTHOR_DATE, [cite("a", "b"), cite("b", "a")], *items)
    assert [text(parts) for parts in formatted.clusters] == ["(Doe 2004; Roe 1990)", "(Roe 1990; Doe 2004)"]


def test_6_years_get_suffixes_that_collapse() -> None:
    items = [item(key, **DOE | {"title": title}) for key, title in (("a", "Zebra"), ("b", "Apple"), ("c", "Bee"))]
    items.append(item("d", **DOE | {"issued": {"date-parts": [[2001]]}}))
    formatted = run(AUTHOR_DATE, [cite("b", "c"), cite("a"), cite("a", "d")], *items)
    assert [text(parts) for parts in formatted.clusters] == [
        "(Doe 2004a, b)",
        "(Doe 2004c)",
        "(Doe 2004c, 2001)",
    ]
    assert [part.key for part in formatted.clusters[0] if part.key] == ["b", "c"]
    references = [reference.html for reference in formatted.entries]
    assert references[1:] == [f"Doe, J. 2004{letter}. <i>{title}</i>." for letter, title in zip("abc", ("Apple", "Bee", "Zebra"), strict=True)]  # fmt: skip # noqa: E501


def test_6_names_tell_citations_apart() -> None:
    def by(*names: str) -> dict[str, Any]:
        authors = [{"family": name.split()[1], "given": name.split()[0]} for name in names]
        return {"author": authors, "issued": {"date-parts": [[2004]]}}

    more_names = run(
        AUTHOR_DATE,
        [cite("a"), cite("b")],
        item("a", **by("J Doe", "R Roe", "P Poe")),
        item("b", **by("J Doe", "S Smith", "P Poe")),
    )
    assert [text(parts) for parts in more_names.clusters] == [
        "(Doe, Roe, et al. 2004)",
        "(Doe, Smith, et al. 2004)",
    ]
    given_names = run(AUTHOR_DATE, [cite("a"), cite("b")], item("a", **by("Jane Doe")), item("b", **by("Rick Doe")))
    assert [text(parts) for parts in given_names.clusters] == ["(J. Doe 2004)", "(R. Doe 2004)"]


def test_7_what_stands_for_names_is_printed_once(style: MakeStyle) -> None:
    names = '<names variable="author"><name/><substitute>{}</substitute></names>'
    macro = '<macro name="title"><text variable="title"/></macro>'
    layout = names.format('<text macro="title"/>') + '<text variable="title" prefix=" "/>'
    path = style(f"{macro}{CITATION}<bibliography><layout>{layout}</layout></bibliography>")
    assert run(path, [cite("a")], item()).entries[0].html == "Title"
    layout = names.format('<names variable="editor"/>') + '<names variable="editor" prefix=" ed. "/>'
    assert entry(style, layout, editor=[{"family": "Doe", "given": "J"}]) == "J Doe."


def test_7_a_group_needs_a_variable(style: MakeStyle) -> None:
    group = '<group prefix=" (" suffix=")" delimiter=" "><text term="in"/>{}</group>'
    terms = '<group><text term="and"/></group>'
    layout = '<text variable="title"/>'
    assert entry(style, layout + group.format(terms + '<text variable="volume"/>')) == "Title."
    assert entry(style, layout + group.format('<text variable="volume"/>'), volume=2) == "Title (in 2)."


@pytest.mark.parametrize(
    ("form", "pages", "expected"),
    [
        (None, "1141-1144", "1141–1144."),
        ("expanded", "1141-4", "1141–1144."),
        ("minimal", "1141-1144", "1141–4."),
        ("minimal-two", "1141-1144", "1141–44."),
        ("chicago", "1141-1144", "1141–44."),
        ("chicago", "101-108", "101–8."),
        ("chicago", "100-104", "100–104."),
        ("minimal", "S12-S15", "S12–5."),
        ("expanded", "87.e7-87.e35", "87.e7–87.e35."),
        ("minimal", "CD001929", "CD001929."),
        ("minimal", "1-3, 5-7", "1–3, 5–7."),
    ],
)
def test_8_page_ranges(form: str | None, pages: str, expected: str, tmp_path: Path) -> None:
    option = f' page-range-format="{form}"' if form else ""
    layout = '<bibliography><layout suffix="."><text variable="page"/></layout></bibliography>'
    path = tmp_path / "style.csl"
    path.write_text(STYLE.format(CITATION + layout).replace(' class="in-text"', f' class="in-text"{option}'))
    assert run(path, [cite("a")], item(page=pages)).entries[0].html == expected


@pytest.mark.parametrize(
    ("case", "title", "expected"),
    [
        ("title", "a self-made thing for <i>in vitro</i> use", "A Self-Made Thing for <i>in Vitro</i> Use."),
        ("title", 'the <span class="nocase">de</span> facto way: a study', "The de Facto Way: A Study."),
        ("title", "an iPhone of the NIH", "An iPhone of the NIH."),
        ("sentence", "The DNA of Mice", "The DNA of mice."),
        ("sentence", "THE DNA OF MICE", "The dna of mice."),
        ("capitalize-first", "<i>in</i> vivo", "<i>In</i> vivo."),
        ("uppercase", "h<sub>2</sub>o", "H<sub>2</sub>O."),
        ("lowercase", "THE End", "the end."),
    ],
)
def test_8_capitals(case: str, title: str, expected: str, style: MakeStyle) -> None:
    assert entry(style, f'<text variable="title" text-case="{case}"/>', title=title) == expected


def test_8_only_english_titles_get_title_case(style: MakeStyle) -> None:
    layout = '<text variable="title" text-case="title"/>'
    assert entry(style, layout, title="die kleine reihe", language="de-DE") == "die kleine reihe."


@pytest.mark.parametrize(
    ("options", "name", "expected"),
    [
        ('initialize-with=""', {"family": "Doe", "given": "Jean-Paul M."}, "J-PM Doe"),
        ('initialize-with=". "', {"family": "Doe", "given": "Jean-Paul"}, "J.-P. Doe"),
        ('initialize-with=". " initialize="false"', {"family": "Doe", "given": "Jane M"}, "Jane M. Doe"),
        ("", {"family": "Gast", "given": "Ann", "non-dropping-particle": "de"}, "Ann de Gast"),
        (
            'name-as-sort-order="all"',
            {"family": "Gast", "given": "Ann", "non-dropping-particle": "de"},
            "Gast, Ann de",
        ),
        (
            'name-as-sort-order="all"',
            {"family": "Hastings", "given": "H.", "suffix": "II"},
            "Hastings, H., II",
        ),
        ('form="short"', {"family": "Gast", "given": "Ann", "non-dropping-particle": "de"}, "de Gast"),
        ("", {"family": "Alembert", "given": "Jean", "non-dropping-particle": "d’"}, "Jean d’Alembert"),
        ("", {"family": "de Gast", "given": "Ann"}, "Ann de Gast"),
        ("", {"literal": "World Health Organization"}, "World Health Organization"),
        ("", {"family": "毛", "given": "泽东"}, "毛泽东"),
        ('initialize-with=". "', {"family": "夏目", "given": "漱石"}, "夏目漱石"),
        ('initialize-with=". "', {"family": "Wang", "given": "小明"}, "小明 Wang"),
        ('initialize-with=". "', {"family": "王", "given": "Xiaoming"}, "X. 王"),
        ('initialize-with=". "', {"family": "عبد الله", "given": "محمد علي"}, "محمد علي عبد الله"),
        ('initialize-with=". "', {"family": "גבירול", "given": "שלמה"}, "שלמה גבירול"),
        ('initialize-with=". "', {"family": "Żak", "given": "Łukasz Šimon"}, "Ł. Š. Żak"),
        ('initialize-with=". "', {"family": "Толстой", "given": "Лев Николаевич"}, "Л. Н. Толстой"),
        ('initialize-with=". "', {"family": "Kanaʻina", "given": "ʻIolani"}, "ʻI. Kanaʻina"),
        ('initialize-with=". " initialize="false"', {"family": "Wang", "given": "明"}, "明 Wang"),
    ],
)
def test_8_names(options: str, name: dict[str, str], expected: str, style: MakeStyle) -> None:
    layout = f'<names variable="author"><name {options}/></names>'
    assert entry(style, layout, author=[name]).removesuffix(".") == expected.removesuffix(".")


def test_8_later_citations_name_fewer(style: MakeStyle) -> None:
    options = 'et-al-min="3" et-al-use-first="2" et-al-subsequent-min="3" et-al-subsequent-use-first="1"'
    names = '<names variable="author"><name form="short"/></names>'
    path = style(f"<citation {options}><layout>{names}</layout></citation>")
    authors = [{"family": family, "given": "J"} for family in ("Doe", "Roe", "Poe")]
    formatted = run(path, [cite("a"), cite("a")], item(author=authors))
    assert [text(parts) for parts in formatted.clusters] == ["Doe, Roe, et al.", "Doe et al."]
    assert formatted.entries == ()


def test_8_the_number_of_a_reference_is_its_label() -> None:
    formatted = run(NUMBERED, [cite("a", "b")], item("a"), item("b"))
    assert [(reference.label, reference.html) for reference in formatted.entries] == [
        ("1.", "<i>Title</i>."),
        ("2.", "<i>Title</i>."),
    ]


def test_9_dates_without_parts_and_raw_dates() -> None:
    items = [
        item("a", issued={"date-parts": [[]]}),
        item("b", issued={"raw": "2001-05-06"}),
        item("c", issued={"literal": "in press"}),
        item("d", issued={"date-parts": [["2001", "5"]]}),
    ]
    formatted = run(NUMBERED, [cite("a", "b", "c", "d")], *items)
    assert [reference.html for reference in formatted.entries] == [
        "<i>Title</i>.",
        "<i>Title</i>. 2001.",
        "<i>Title</i>. in press.",
        "<i>Title</i>. 2001.",
    ]


def test_9_parts_of_the_wrong_form_are_problems() -> None:
    bad = item(author="Doe", issued={"date-parts": [["x"]]}, title=["x"], editor=[{}], volume=True)
    formatted = run(NUMBERED, [cite("a")], bad)
    assert {problem.key for problem in formatted.problems} == {"a"}
    wrong = {re.findall('"(.*?)"', problem.message)[0] for problem in formatted.problems if '"' in problem.message}
    assert wrong == {"author", "issued", "title", "editor", "volume"}
    assert len(formatted.entries) == 1


def test_11_authors_in_the_sentence_and_left_out() -> None:
    smith = item("b", author=[{"family": name, "given": "J"} for name in ("Smith", "Roe", "Poe")])
    clusters = [
        cite("a", mode="author-in-text"),
        cite("a", mode="suppress-author", locator="3"),
        cite("b", mode="author-in-text"),
    ]
    by_date = run(AUTHOR_DATE, clusters, item(**DOE), smith | {"issued": {"raw": "1990"}})
    assert [text(parts) for parts in by_date.clusters] == [
        "Doe (2004)",
        "(2004, p. 3)",
        "Smith et al. (1990)",
    ]
    assert by_date.clusters[0] == (
        ClusterPart("Doe", "a"),
        ClusterPart(" "),
        ClusterPart("("),
        ClusterPart("2004", "a"),
        ClusterPart(")"),
    )
    numbered = run(NUMBERED, clusters, item(**DOE), smith)
    assert [text(parts) for parts in numbered.clusters] == ["Doe [1]", "[1, p. 3]", "Smith et al. [2]"]


# Our styles


def test_links_of_references() -> None:
    formatted = run(
        NUMBERED,
        [cite("a")],
        item(DOI="10.1002/ca.22233", PMID="18503816", PMCID="PMC2565638", URL="https://x.org"),
    )
    assert formatted.entries[0].html == (
        '<i>Title</i>. doi:<a href="https://doi.org/10.1002/ca.22233">10.1002/ca.22233</a>. '
        'PMID <a href="https://pubmed.ncbi.nlm.nih.gov/18503816/">18503816</a>. '
        'PMCID <a href="https://pmc.ncbi.nlm.nih.gov/articles/PMC2565638/">PMC2565638</a>.'
    )


def test_a_printed_resolver_belongs_to_the_link(style: MakeStyle) -> None:
    shown = entry(style, '<text variable="DOI" prefix="https://doi.org/"/>', DOI="10.1/a<b")
    assert shown == '<a href="https://doi.org/10.1/a%3Cb">https://doi.org/10.1/a&lt;b</a>.'


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x"])
def test_only_addresses_of_the_web_are_links(url: str, style: MakeStyle) -> None:
    assert "<a" not in entry(style, '<text variable="URL"/>', URL=url)


def test_and_others_is_et_al() -> None:
    authors = [{"family": "Gam", "given": "A. N."}, {"literal": "others"}]
    for path, expected in ((NUMBERED, "Gam AN, et al."), (AUTHOR_DATE, "Gam, A. N. et al.")):
        assert run(path, [cite("a")], item(author=authors)).entries[0].html.startswith(expected)
    assert text(run(AUTHOR_DATE, [cite("a")], item(author=authors)).clusters[0]) == "(Gam et al. n.d.)"


def test_books_show_editor_edition_and_publisher() -> None:
    gray = item(
        title="Gray’s Anatomy",
        editor=[{"family": "Standring", "given": "Susan"}],
        edition="42nd",
        publisher="Elsevier",
        issued={"date-parts": [[2020]]},
    ) | {"publisher-place": "London", "volume": "1"}
    assert run(NUMBERED, [cite("a")], gray).entries[0].html == (
        "Standring S, editor. <i>Gray’s Anatomy</i>. Vol. 1. 42nd ed. London: Elsevier; 2020."
    )


def test_notes_are_full_first_and_short_later() -> None:
    roe = item("b", title="Other", author=[{"family": "Roe", "given": "R"}])
    clusters = [
        Cluster((CitationItem("a", prefix="see"),), 1),
        Cluster((CitationItem("b"),), 2),
        Cluster((CitationItem("a", locator="3"),), 3),
        Cluster((CitationItem("a", mode="author-in-text"),), 4),
        Cluster((CitationItem("b", prefix="see"),), 5, inside_note=True),
    ]
    formatted = run(NOTE, clusters, item(**DOE), roe)
    assert formatted.kind == "note"
    assert [text(parts) for parts in formatted.clusters] == [
        "See J. Doe, <i>Title</i>, 2004.",
        "R. Roe, <i>Other</i>.",
        "Doe, <i>Title</i>, p. 3.",
        "Doe<i>Title</i>.",
        "see Roe, <i>Other</i>",
    ]
    assert [part.in_text for part in formatted.clusters[3]] == [True, False, False]


def test_ibid_and_near_notes(style: MakeStyle) -> None:
    tests = [
        ("ibid-with-locator", "ibid-loc"),
        ("ibid", "ibid"),
        ("near-note", "near"),
        ("subsequent", "later"),
    ]
    branches = "".join(
        f'<{"if" if not number else "else-if"} position="{position}"><text value="{word}"/>'
        f"</{'if' if not number else 'else-if'}>"
        for number, (position, word) in enumerate(tests)
    )
    path = style(
        f'<citation near-note-distance="3"><layout><choose>{branches}<else><text value="first"/></else></choose>'
        "</layout></citation>"
    )
    path.write_text(path.read_text("utf-8").replace("in-text", "note"), "utf-8")
    calls = [
        ("a", ""),
        ("a", ""),
        ("a", "1"),
        ("a", "1"),
        ("a", ""),
        ("b", ""),
        ("a", ""),
        *[("b", "")] * 4,
        ("a", ""),
    ]
    clusters = [Cluster((CitationItem(key, locator=place),), note) for note, (key, place) in enumerate(calls, 1)]
    words = [text(parts) for parts in run(path, clusters, item("a"), item("b")).clusters]
    assert words == "First Ibid Ibid-loc Ibid Near First Near Near Ibid Ibid Ibid Later".split()  # noqa: SIM905


def test_unknown_keys_are_problems_and_shown() -> None:
    formatted = run(NUMBERED, [cite("a", "nope")], item())
    assert [problem.key for problem in formatted.problems] == ["nope"]
    assert text(formatted.clusters[0]) == "[1; nope?]"


def test_uncited_items_come_last() -> None:
    items = {key: item(key, title=key) for key in "abc"}
    formatted = format_citations(items, NUMBERED, "en-US", [cite("c")], ["a", "c"])
    assert [(entry.label, entry.key) for entry in formatted.entries] == [("1.", "c"), ("2.", "a")]


def test_markup_that_spans_parts_is_repeated_in_each(style: MakeStyle) -> None:
    number = '<text variable="citation-number"/>'
    path = style(f'<citation><layout vertical-align="sup" delimiter=",">{number}</layout></citation>')
    formatted = run(path, [cite("a", "b")], item("a"), item("b"))
    assert [part.html for part in formatted.clusters[0]] == ["<sup>1</sup>", "<sup>,</sup>", "<sup>2</sup>"]


# Styles with mistakes


@pytest.mark.parametrize("path", [NUMBERED, NOTE, AUTHOR_DATE])
def test_our_styles_are_valid(path: Path) -> None:
    validate_style(path)


@pytest.mark.parametrize(
    ("source", "line", "message"),
    [
        ("", 1, "empty"),
        ("<style>\n<x>", 2, "not well-formed"),
        ("<html/>", 1, '"html" is not the root'),
        (STYLE.format(f"\n{CITATION}\n<nonsense/>"), 4, '"nonsense" does not belong in "style"'),
        (STYLE.format(""), 1, '"style" lacks the element "citation"'),
        (
            STYLE.format('<citation>\n<layout>\n<text macro="nope"/></layout></citation>'),
            4,
            '"nope" is not defined',
        ),
        (STYLE.format(f'\n<macro name="m"><text macro="m"/></macro>{CITATION}'), 3, "calls itself"),
        (
            STYLE.format('\n<citation><layout><text variable="title" bad="x"/></layout></citation>'),
            3,
            "invalid attribute bad",
        ),
    ],
)
def test_bad_styles(source: str, line: int, message: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.csl"
    path.write_text(source, "utf-8")
    with pytest.raises(StyleError, match=message) as raised:
        validate_style(path)
    assert raised.value.line == line


def test_a_missing_style(tmp_path: Path) -> None:
    with pytest.raises(StyleError, match="cannot be read"):
        validate_style(tmp_path / "none.csl")


def test_a_style_that_only_points_to_another(tmp_path: Path) -> None:
    path = tmp_path / "dependent.csl"
    link = '<link href="http://www.zotero.org/styles/apa" rel="independent-parent"/>'
    path.write_text(STYLE.format("").replace("</id>", f"</id>{link}"), "utf-8")
    with pytest.raises(StyleError, match=r"zotero\.org/styles/apa"):
        validate_style(path)


def test_external_entities_are_not_read(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("secret")
    entity = f'<!DOCTYPE style [<!ENTITY x SYSTEM "{(tmp_path / "secret.txt").as_uri()}">]>'
    path = tmp_path / "style.csl"
    path.write_text(entity + STYLE.format('<citation><layout><text value="a"/></layout></citation>&x;'), "utf-8")
    with pytest.raises(StyleError, match="entities"):
        validate_style(path)


# Locators


@pytest.mark.parametrize(
    ("suffix", "expected"),
    [
        (", p. 513", ("page", "513", "")),
        (", vol. 1, p. 513", ("volume", "1", ", p. 513")),
        (", {vol. 1, p. 513}", ("volume", "1, p. 513", "")),
        (" chap. 3", ("chapter", "3", "")),
        (", pp.\u00a03–5, and more", ("page", "3–5", ", and more")),
        (", p.3", ("page", "3", "")),
        (", 33-35, 38-39 and passim", ("page", "33-35, 38-39", " and passim")),
        (", p. xvii", ("page", "xvii", "")),
        (", {}, 99 years later", ("page", "", ", 99 years later")),
        (", the third edition", ("page", "", ", the third edition")),
        (", § 3.2", ("section", "3.2", "")),
        (", fig. 3A <i>left</i>", ("figure", "3A", " <i>left</i>")),
        ("", ("page", "", "")),
    ],
)
def test_locators(suffix: str, expected: tuple[str, str, str]) -> None:
    assert parse_locator(suffix, "en-US") == expected


@pytest.mark.parametrize(
    ("suffix", "label"),
    [
        (", S. 5", "page"),
        (", Kap. 5", "chapter"),
        (", Bd. 5", "volume"),
        (", Abb. 5", "figure"),
        (", p. 5", "page"),
    ],
)
def test_german_locators(suffix: str, label: str) -> None:
    assert parse_locator(suffix, "de-DE") == (label, "5", "")


def test_volume_and_page_print_as_written() -> None:
    for suffix in (", vol. 1, p. 513", ", {vol. 1, p. 513}"):
        label, locator, rest = parse_locator(suffix, "en-US")
        formatted = run(NUMBERED, [cite("a", label=label, locator=locator, suffix=rest)], item())
        assert text(formatted.clusters[0]) == "[1, vol. 1, p. 513]"


@given(st.text(alphabet=" ,.;{}()[]-–§pvolchafig0123456789ixvS\u00a0<>&a", max_size=30))
def test_locators_of_any_text(suffix: str) -> None:
    label, locator, rest = parse_locator(suffix, "de-DE")
    assert label
    assert suffix.endswith(rest)
    assert locator or rest == suffix or suffix.lstrip(", \u00a0").startswith("{")


# Reference lists for the command line


def test_reference_lists() -> None:
    formatted = run(NUMBERED, [cite("a")], item(title="A <i>B</i> & C", DOI="10.1002/x"))
    assert render_references(formatted, "text") == "1. A B & C. doi:10.1002/x."
    assert render_references(formatted, "html").startswith(
        '<ol class="references">\n  <li id="ref-a"><i>A </i>B<i> &amp;'
    )
    assert '"label": "1."' in render_references(formatted, "json")


# Anything at all

_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=12),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=6,
)
_WORDS = st.text(alphabet="aB<>&/i\"'“”‘’.,:;?! -\ufdd0\ufdee\ue000é毛", max_size=25)
_NAME = st.dictionaries(st.sampled_from(["family", "given", "literal", "suffix", "non-dropping-particle"]), _WORDS)
_ITEM = st.fixed_dictionaries(
    {},
    optional={
        "type": st.sampled_from(["book", "article-journal", "chapter", "webpage", ""]) | _JSON,
        "title": _WORDS | _JSON,
        "container-title": _WORDS,
        "author": st.lists(_NAME, max_size=3) | _JSON,
        "editor": st.lists(_NAME, max_size=2),
        "issued": st.fixed_dictionaries({"date-parts": st.lists(st.lists(st.integers(-9999, 9999), max_size=4))})
        | _JSON,
        "page": _WORDS | st.from_regex(r"\A[A-Z]?\d{1,5}-[A-Z]?\d{1,5}\Z"),
        "volume": _WORDS | st.integers(),
        "edition": _WORDS | st.integers(0, 120),
        "DOI": _WORDS,
        "URL": _WORDS,
    },
)


@given(
    items=st.dictionaries(st.sampled_from("abcd"), _ITEM, min_size=1),
    calls=st.lists(
        st.builds(
            CitationItem,
            st.sampled_from("abcde"),
            _WORDS.map(lambda words: words.replace("<", "")),
            st.just(""),
            st.sampled_from(["", "3", "3-5", "x"]),
            st.sampled_from(["page", "volume", "nonsense"]),
            st.sampled_from(["normal", "author-in-text", "suppress-author"]),
        ),
        min_size=1,
        max_size=4,
    ),
    path=st.sampled_from([NUMBERED, NOTE, AUTHOR_DATE]),
    language=st.sampled_from(["en-US", "de-DE", "fr-FR", "xx"]),
)
def test_any_items_come_out_as_well_formed_html(
    items: dict[str, dict[str, Any]], calls: list[CitationItem], path: Path, language: str
) -> None:
    """Every item has an entry, no mark is left, and no item makes another one fail."""
    formatted = format_citations(items, path, language, [Cluster(tuple(calls), 1)], list(items))
    assert {reference.key for reference in formatted.entries} == set(items)
    assert not [problem for problem in formatted.problems if "cannot" in problem.message]
    markup = [part.html for part in formatted.clusters[0]]
    for piece in [*markup, *(f"{reference.label} {reference.html}" for reference in formatted.entries)]:
        assert not re.search("[\ufdd0-\ufdef]", piece)
        root = etree.fromstring(f"<p>{piece}</p>")
        assert {element.tag for element in root.iter()} <= {"p", "i", "b", "sup", "sub", "span", "a"}


def test_the_book_s_own_bibliography_has_no_problems() -> None:
    path = Path(__file__).parent / "data" / "references.bib"
    parsed = parse_bibtex(path.read_text("utf-8"), path.name)
    for style_path in (NUMBERED, NOTE, AUTHOR_DATE):
        items = {entry.key: entry.item for entry in parsed.entries}
        assert not format_citations(items, style_path, "en-US", [], list(items)).problems
