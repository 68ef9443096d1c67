"""CSL-JSON and CSL YAML read: what becomes of variables, and that each mistake is one diagnostic at its place."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import citeproc
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from press.csl import DATE_VARIABLES, ITEM_TYPES, NAME_VARIABLES, TEXT_VARIABLES
from press.diagnostics import Position, Report
from press.readers.bibliography import ParsedBibliography, parse_bibliography, read_bibliography
from press.readers.bibliography_files import bibliography_files
from press.readers.dates import read_date
from press.store import Store

ZOTERO = """[
\t{
\t\t"id": "http:\\/\\/zotero.org\\/items\\/ABC",
\t\t"type": "article-journal",
\t\t"title": "Caf\\u0065\\u0301 \\ud83d\\ude00 \\"quoted\\" <i>E.\\u00a0coli</i>",
\t\t"shortTitle": "Cafe",
\t\t"volume": 1.10,
\t\t"issue": 2,
\t\t"author": [{"family": "Beethoven", "non-dropping-particle": "van", "given": "L."}, {"literal": "WHO"}],
\t\t"issued": {"date-parts": [["2019", 3, "7"]], "season": 1},
\t\t"DOI": "10.1000/x",
\t\t"custom": {"anything": [1]},
\t\t"abstract": null
\t},
\t{"id": 2020, "type": "book"}
]
"""
PANDOC = """---
references:
- author:
  - family: Doe
    given: Jane
  id: doe2019
  issued: 2019-03-21
  page: 12:30
  title: "No: a title"
  title-short: No
  type: book
  volume: 1.10
- id: 2020
  issued:
  - year: 2018
    month: 5
  type: thesis
---
"""


def item(**variables: Any) -> str:
    """A file of one item."""
    return json.dumps([{"id": "a", "type": "book", **variables}], ensure_ascii=False)


def read(text: str, path: str = "b.json") -> dict[str, Any]:
    """The only item of a file without problems."""
    parsed = parse_bibliography(text, path)
    assert not parsed.problems
    (entry,) = parsed.entries
    return dict(entry.item)


def problems(parsed: ParsedBibliography) -> list[str]:
    """The problems as "line:column code message"."""
    found = sorted(parsed.problems, key=lambda problem: problem.position)
    return [f"{each.position.line}:{each.position.column} {each.code} {each.message}" for each in found]


# Items


def test_json_as_reference_managers_write_it() -> None:
    """With tabs, escapes, halves of surrogate pairs, numbers, and what managers keep for themselves."""
    parsed = parse_bibliography(ZOTERO, "b.json")
    assert parsed.problems == ()
    first, second = parsed.entries
    assert (first.key, first.position) == ("http://zotero.org/items/ABC", Position("b.json", 2, 2))
    assert (second.key, second.position) == ("2020", Position("b.json", 15, 2))
    assert first.item == {
        "id": "http://zotero.org/items/ABC",
        "type": "article-journal",
        "title": 'Café 😀 "quoted" <i>E.\u00a0coli</i>',
        "title-short": "Cafe",
        "volume": "1.10",
        "issue": "2",
        "author": [{"family": "Beethoven", "given": "L.", "non-dropping-particle": "van"}, {"literal": "WHO"}],
        "issued": {"date-parts": [[2019, 3, 7]], "season": "1"},
        "DOI": "10.1000/x",
    }


def test_yaml_as_pandoc_writes_it() -> None:
    """Values stay as written: no octal, sexagesimal or Boolean is made of a text; old dates in names are dates."""
    parsed = parse_bibliography(PANDOC, "b.yaml")
    assert parsed.problems == ()
    assert [(entry.key, entry.position.line) for entry in parsed.entries] == [("doe2019", 3), ("2020", 13)]
    first, second = (dict(entry.item) for entry in parsed.entries)
    assert (first["page"], first["title-short"], first["volume"]) == ("12:30", "No", "1.10")
    assert first["issued"] == {"date-parts": [[2019, 3, 21]]}
    assert second["issued"] == {"date-parts": [[2018, 5]]}


def test_a_list_in_yaml() -> None:
    """Without the mapping that pandoc puts around it."""
    assert read("- {id: a, type: book, title: T}\n", "b.yml") == {"id": "a", "type": "book", "title": "T"}


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ("2019", {"date-parts": [[2019]]}),
        (2019, {"date-parts": [[2019]]}),
        ("2019-03", {"date-parts": [[2019, 3]]}),
        ("2019-03-21/2019-04-02", {"date-parts": [[2019, 3, 21], [2019, 4, 2]]}),
        ({"raw": "2019-3-7"}, {"date-parts": [[2019, 3, 7]]}),
        ({"edtf": "1850~"}, {"date-parts": [[1850]], "circa": True}),
        ("2019/..", {"date-parts": [[2019], [0]]}),
        ({"date-parts": [[2019], [""]]}, {"date-parts": [[2019], [0]]}),
        ("2019-23", {"date-parts": [[2019, 23]]}),
        ("-0043", {"date-parts": [[-44]]}),
        ({"date-parts": [[2019]], "circa": 1}, {"date-parts": [[2019]], "circa": "1"}),
        ({"literal": "in press"}, {"literal": "in press"}),
        ({"date-parts": [["2019", None, ""]]}, {"date-parts": [[2019]]}),
    ],
)
def test_dates(date: object, expected: dict[str, Any]) -> None:
    """In all the forms that CSL 1.0.2 allows."""
    assert read(item(issued=date))["issued"] == expected


@pytest.mark.parametrize(
    "text", ["", "/", "..", "../..", "2019-13", "2019-02-30", "2019/2020/2021", "May", "../x", "x/.."]
)
def test_what_is_no_date(text: str) -> None:
    """It is neither cut nor guessed."""
    assert read_date(text) is None


def test_the_vocabulary_is_that_of_the_specification() -> None:
    """As in the schema of CSL 1.0.2 that citeproc-py carries."""
    folder = Path(citeproc.__file__).parent / "data" / "schema" / "schemas" / "styles"

    def words(name: str) -> set[str]:
        text = re.sub(r"#.*", "", (folder / name).read_text("utf-8").partition("div {")[2])
        return set(re.findall(r'"([^"]+)"', text))

    assert words("csl-types.rnc") == ITEM_TYPES
    assert words("csl-variables.rnc") == NAME_VARIABLES | DATE_VARIABLES | TEXT_VARIABLES


# Mistakes


@pytest.mark.parametrize(
    ("variables", "place", "message", "hint"),
    [
        ({"titel": "x"}, "1:30", '"a" has the unknown variable "titel"', 'did you mean "title"?'),
        (
            {"xyzzy": {"b": []}},
            "1:30",
            '"a" has the unknown variable "xyzzy"',
            "CSL 1.0.2 has none of this name; it is left out",
        ),
        (
            {"author": [{"famly": "Doe", "given": "J"}]},
            "1:42",
            '"a" has the unknown variable "author.0.famly"',
            'did you mean "family"?',
        ),
        ({"type": "boook"}, "1:14", '"boook" is not a known type of item', 'did you mean "book"?'),
        ({"type": None}, "1:14", '"a" has no type', "use document for what fits no other type"),
        ({"issued": "May 2000"}, "1:30", '"May 2000" is not a valid date', "a date is 2019, 2019-07 or 2019-07-14"),
        (
            {"issued": {"date-parts": [[2019, 40]]}},
            "1:30",
            '"2019-40" is not a valid date',
            "a date is 2019, 2019-07 or 2019-07-14",
        ),
        ({"DOI": "doi:10.1000/x"}, "1:30", '"doi:10.1000/x" is not a valid DOI', "write 10.1000/x only"),
        ({"PMID": "PMID 5"}, "1:30", '"PMID 5" is not a valid PMID', "a PMID is a number of at most 8 digits"),
        ({"PMCID": 25}, "1:30", '"25" is not a valid PMCID', "a PMCID is PMC and a number, such as PMC2565638"),
        (
            {"URL": "javascript:alert(1)"},
            "1:30",
            '"javascript:alert(1)" is not a valid URL',
            "an address begins with https:// and has no spaces",
        ),
    ],
)
def test_warnings(variables: dict[str, Any], place: str, message: str, hint: str) -> None:
    """What is odd is reported once, and the rest of the item counts."""
    parsed = parse_bibliography(item(**variables), "b.json")
    assert problems(parsed) == [f"{place} bibliography-entry {message}"]
    assert parsed.problems[0].hint == hint
    assert parsed.entries[0].item.get("title") != "a"


def test_odd_values_are_kept_or_put_right() -> None:
    """A date in words stays words, a DOI loses its address, an unknown type is a document."""
    parsed = parse_bibliography(
        item(type="boook", issued="May 2000", DOI="https://doi.org/10.1000/x", titel="x"), "b.json"
    )
    assert parsed.entries[0].item == {
        "id": "a",
        "type": "document",
        "issued": {"literal": "May 2000"},
        "DOI": "10.1000/x",
    }


@pytest.mark.parametrize(
    ("variables", "place", "message"),
    [
        ({"author": "Doe"}, "1:30", '"author": input should be a valid list'),
        ({"author": [{"suffix": "Jr."}]}, "1:41", '"author": this name has no family, given or literal part'),
        ({"author": ["Doe"]}, "1:41", '"author": this is no mapping'),
        ({"title": ["T"]}, "1:30", '"title": input should be a valid string'),
        ({"title": True}, "1:30", '"title": input should be a valid string'),
        ({"issued": {"date-parts": [2019]}}, "1:56", '"issued": input should be a valid list'),
        (
            {"issued": {"date-parts": [["x"]]}, "title": {}, "titel": "x"},
            "1:57",
            '"issued": input should be a valid integer, unable to parse string as an integer',
        ),
    ],
)
def test_a_wrong_value_costs_one_diagnostic_and_never_the_list(
    variables: dict[str, Any], place: str, message: str
) -> None:
    """The item's key stays citable by a stand-in, and the items around it are read."""
    text = item(**variables)[:-1] + ', {"id": "b", "type": "book", "title": "T"}]'
    parsed = parse_bibliography(text, "b.json")
    assert problems(parsed) == [f'{place} bibliography-syntax the item "a" cannot be read: {message}']
    assert [(entry.key, entry.item["title"]) for entry in parsed.entries] == [("a", "a"), ("b", "T")]


@pytest.mark.parametrize(
    ("text", "path", "expected"),
    [
        ('[\n{"id": "a" "type": "book"}]', "b.json", "2:12 expecting ',' delimiter"),
        ('[{"id": "a", "id": "b"}]', "b.json", '1:14 "id" is given twice'),
        ('{"id": "a"}', "b.json", "1:1 this file holds no list of references"),
        ("", "b.json", "1:1 expecting value"),
        ("[" * 100_000, "b.json", "1:1 lists and mappings are nested too deeply"),
        ('[{"type": "book"}]', "b.json", '1:2 this item has no "id" that is text'),
        ('[{"id": " ", "type": "book"}]', "b.json", '1:2 this item has no "id" that is text'),
        ('["a"]', "b.json", "1:2 this item is no mapping of variables to values"),
        ("- id: a\n  title: b: c\n", "b.yaml", "2:11 mapping values are not allowed in this context"),
        ("- id: a\n  id: b\n", "b.yaml", '2:3 "id" is given twice'),
        ("- id: a\n  [b]: c\n", "b.yaml", "2:3 the name of a value is no text"),
        ("&a [*a]\n", "b.yaml", "1:1 an alias may stand for a text or a number only"),
        ("[" * 100_000, "b.yaml", "1:1 lists and mappings are nested too deeply"),
        ("a: 1\n---\nb: 2\n", "b.yaml", "3:1 a second YAML document begins here"),
        ("references:\n  a: b\n", "b.yaml", "1:1 this file holds no list of references"),
    ],
)
def test_syntax(text: str, path: str, expected: str) -> None:
    """Each is an error at its place."""
    place, message = expected.split(" ", 1)
    assert problems(parse_bibliography(text, path)) == [f"{place} bibliography-syntax {message}"]


# Files


def test_files_of_all_kinds_in_one_book(tmp_path: Path) -> None:
    """Equal keys, and keys that differ in capitals only, are errors that name both lines."""
    (tmp_path / "a.bib").write_text("\n@misc{one, title={T}}", "utf-8")
    (tmp_path / "b.json").write_text('[{"id": "two", "type": "book"},\n{"id": "one", "type": "book"}]', "utf-8")
    (tmp_path / "c.yaml").write_text("- {id: One, type: book}\n- {id: three, type: book}\n- {id: three, type: book}\n")
    report = Report()
    bibliography = read_bibliography(tmp_path, ("a.bib", "b.json", "c.yaml"), report)
    assert list(bibliography.entries) == ["one", "two", "three"]
    assert [each.text().splitlines() for each in report] == [
        [
            'b.json:2:1: error: two references have the key "one" [duplicate-reference]',
            "    hint: the first: a.bib:2",
        ],
        [
            'c.yaml:1:3: error: the keys "One" and "one" differ in capitals only [duplicate-reference]',
            "    hint: the first: a.bib:2",
        ],
        [
            'c.yaml:3:3: error: two references have the key "three" [duplicate-reference]',
            "    hint: the first: c.yaml:2",
        ],
    ]


def test_the_store_keeps_items_and_problems(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A file whose bytes were read before is not read again."""
    (tmp_path / "b.json").write_text(item(titel="x", issued="2019/.."), "utf-8")
    store = Store(tmp_path / "store")
    fresh, kept = Report(), Report()
    first = read_bibliography(tmp_path, ["b.json"], fresh, store)
    monkeypatch.setattr("press.readers.bibliography.read_csl", lambda *_: pytest.fail("it was read again"))
    second = read_bibliography(tmp_path, ["b.json"], kept, store)
    assert (first, list(fresh)) == (second, list(kept))
    assert len(fresh) == 1


def test_the_files_that_a_book_names(tmp_path: Path) -> None:
    """Editions are made again when one of them changes; nothing outside the book is one."""
    (tmp_path / "manuscript").mkdir()
    settings = tmp_path / "manuscript" / "book.yaml"
    (tmp_path / "more").mkdir()
    for name in ("bibliography.bib", "more/b.json"):
        (tmp_path / name).write_text("[]", "utf-8")
    assert bibliography_files(tmp_path) == []
    settings.write_text("title: T\n", "utf-8")
    assert bibliography_files(tmp_path) == [tmp_path / "bibliography.bib"]
    settings.write_text("bibliography: [more/b.json, absent.bib, /etc/passwd, {}]\n", "utf-8")
    assert bibliography_files(tmp_path) == [tmp_path / "more" / "b.json"]
    settings.write_text("bibliography: [", "utf-8")
    assert bibliography_files(tmp_path) == []


# Anything at all

_VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=6),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(["id", "type", "title", "author", "issued", "date-parts", "year", "raw"]), inner
        )
    ),
    max_leaves=12,
)


@given(_VALUES, st.sampled_from(["b.json", "b.yaml"]))
@example([{"id": "\ud83d", "type": "book"}], "b.json")
@example([{"id": "a", "issued": {"date-parts": [[float("inf")]]}}], "b.json")
def test_any_value_can_be_read(value: object, path: str) -> None:
    """And what comes of it can be kept in the store and written to a file."""
    parsed = parse_bibliography(json.dumps(value), path)
    for entry in parsed.entries:
        json.dumps(dict(entry.item), ensure_ascii=False).encode()
    for problem in parsed.problems:
        problem.text().encode()


@given(st.text(alphabet='[]{}:,"\\ \n\t-idatype0u&*?#|>', max_size=60), st.sampled_from(["b.json", "b.yaml"]))
def test_any_text_can_be_read(text: str, path: str) -> None:
    """Every problem stands in the file."""
    for problem in parse_bibliography(text, path).problems:
        assert 1 <= problem.position.line <= text.count("\n") + 2
