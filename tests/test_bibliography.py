"""BibTeX read: what becomes of fields, and that each mistake is one diagnostic at its place."""

from __future__ import annotations

import pickle
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from press.diagnostics import Diagnostic, Position, Report
from press.readers.bibliography import ParsedBibliography, parse_bibtex, read_bibliography
from press.readers.bibtex_scan import scan_bibtex

DATA = Path(__file__).parent / "data"
REFERENCES = (DATA / "references.bib").read_text("utf-8")
ARTICLE = "author={Doe, J.}, title={T}, journal={J}, year=2000"


def parse(text: str) -> ParsedBibliography:
    return parse_bibtex(text, "b.bib")


def read(fields: str, kind: str = "article") -> dict[str, Any]:
    """The item of one entry that has no problems."""
    parsed = parse(f"@{kind}{{a, {fields}}}")
    assert not parsed.problems
    return dict(parsed.entries[0].item)


def problems(text: str) -> list[str]:
    """The problems of a text as "line:column code message"."""
    found = sorted(parse(text).problems, key=lambda problem: problem.position)
    return [f"{each.position.line}:{each.position.column} {each.code} {each.message}" for each in found]


# Items


def test_the_book_s_bibliography() -> None:
    parsed = parse(REFERENCES)
    assert parsed.problems == ()
    assert len(parsed.entries) == 110
    by_key = {entry.key: entry for entry in parsed.entries}
    assert by_key["abdjalil2010scalene"].position == Position("b.bib", 5, 1)
    assert sum("DOI" in entry.item for entry in parsed.entries) == REFERENCES.count("\n  doi ")
    assert sum("PMID" in entry.item for entry in parsed.entries) == REFERENCES.count("\n  pmid ")
    assert sum("PMCID" in entry.item for entry in parsed.entries) == REFERENCES.count("\n  pmcid ")
    assert pickle.loads(pickle.dumps(parsed)) == parsed


def test_titles_keep_the_capitals_that_the_author_typed() -> None:
    title = "Travell and Simons' Manual for {DNA}: the second part"
    assert read(f"author={{Doe, J.}}, title={{{title}}}, journal={{J}}, year=2000")["title"] == (
        "Travell and Simons’ Manual for DNA: the second part"
    )


def test_a_language_does_not_change_the_title() -> None:
    item = read(ARTICLE.replace("{T}", "{A Study of Mice}") + ", langid={english}")
    assert (item["title"], item["language"]) == ("A Study of Mice", "en-US")


@pytest.mark.parametrize(
    ("fields", "issued"),
    [
        ("year=2001", {"date-parts": [[2001]]}),
        ("year={2001}, month=mar", {"date-parts": [[2001, 3]]}),
        ('year=2001, month=mar # "~15"', {"date-parts": [[2001, 3, 15]]}),
        ("year={2001}, month={15 March}", {"date-parts": [[2001, 3, 15]]}),
        ("year={2001}, month={3}, day={7}", {"date-parts": [[2001, 3, 7]]}),
        ("year={2001}, month={March--April}", {"date-parts": [[2001, 3], [2001, 4]]}),
        ("year={1999/2000}", {"date-parts": [[1999], [2000]]}),
        ("year={in press}", {"literal": "in press"}),
        ("date={2001-03-15}", {"date-parts": [[2001, 3, 15]]}),
        ("date={2001-03/2001-05}", {"date-parts": [[2001, 3], [2001, 5]]}),
    ],
)
def test_dates(fields: str, issued: dict[str, Any]) -> None:
    assert read(ARTICLE.replace("year=2000", fields))["issued"] == issued


def test_months_by_word_in_a_date_range_across_days() -> None:
    assert read(ARTICLE + ", month={12--15 June}")["issued"] == {"date-parts": [[2000, 6, 12], [2000, 6, 15]]}


def test_names() -> None:
    authors = "von der Leyen, Ursula and Ludwig van Beethoven and {World Health Organization}"
    authors += " and Doe, Jr., J. and others"
    assert read(f"author={{{authors}}}, title={{T}}, journal={{J}}, year=2000")["author"] == [
        {"family": "Leyen", "given": "Ursula", "non-dropping-particle": "von der"},
        {"family": "Beethoven", "given": "Ludwig", "non-dropping-particle": "van"},
        {"literal": "World Health Organization"},
        {"family": "Doe", "given": "J.", "suffix": "Jr."},
        {"literal": "others"},
    ]


def test_what_pandoc_loses_or_garbles() -> None:
    item = read(ARTICLE + r", eid={e123}, doi={10.1000/a\_b}")
    assert (item["page"], item["DOI"]) == ("e123", "10.1000/a_b")
    assert "title-short" not in read(ARTICLE.replace("{T}", "{Long: and short}"))
    assert read(ARTICLE + ", shorttitle={Short}")["title-short"] == "Short"
    web = read(r"author={Doe, J.}, title={T}, howpublished={\url{https://example.org/a_b}}, year=2000", "misc")
    assert (web["type"], web["URL"]) == ("webpage", "https://example.org/a_b")
    assert "publisher" not in web
    assert read("title={T}, year=2000", "misc")["type"] == "document"
    assert (
        read(r"title={T}, url={https://example.org/a\_b\%20c}, year=2000", "online")["URL"]
        == "https://example.org/a_b%20c"
    )
    assert read(ARTICLE + ", number={1-2}")["issue"] == "1–2"
    assert read("author={D, J}, title={T}, school={S}, year=2000", "phdthesis")["genre"] == "PhD thesis"


def test_formulas_and_accents() -> None:
    title = r"H$_2$O, $^{14}$C, $\alpha$ and $p \leq 0.05$ by M{\"u}ller" + " cafe\u0301"
    assert read(ARTICLE.replace("{T}", "{" + title + "}"))["title"] == (
        "H<sub>2</sub>O, <sup>14</sup>C, α and p ≤0.05 by Müller café"
    )


def test_strings_comments_and_preambles() -> None:
    text = (
        '@string{jx = "Journal of " # {X}}\n@preamble{"\\newcommand{\\x}{y}"}\n@comment{@article{no, title={x}}}\n'
        "% @article{neither, title={x}}\nfree text, mail@example.org\n@Article(b, Author={Doe, J.}, title={T (a)},\n"
        "  journal = jx # { Y}, year = 2000,)"
    )
    parsed = parse(text)
    assert not parsed.problems
    assert [entry.key for entry in parsed.entries] == ["b"]
    assert parsed.entries[0].item["container-title"] == "Journal of X Y"
    assert parsed.entries[0].item["title"] == "T (a)"


def test_crossref_inherits() -> None:
    parsed = parse(
        "@incollection{c, author={A, B}, title={Chapter}, crossref={P}}\n"
        "@book{p, editor={E, F}, title={Parent}, booktitle={Parent}, publisher={H}, year=2000}"
    )
    assert not parsed.problems
    assert parsed.entries[0].item["container-title"] == "Parent"


# Mistakes


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("@article{b,\n title={Y} year=2000}", '2:10 a comma is missing after the value of "title"'),
        ("@article{b,\n title={Y,\n year={2000},\n}", '2:2 the value of "title" is not closed'),
        ('@article{b,\n title="Y,\n year="2000",\n}', '2:2 the value of "title" is not closed'),
        ("@article{b,\n title={Y}},\n year=2000}", '2:12 "," stands behind the end of an entry'),
        ("@article{b,\n title={Y},\n year=2000\n", '1:1 the entry "b" is not closed'),
        ("\n@article{b c, title={Y}}", '2:1 this "@article" has no valid key'),
        ("@article{, title={x}}", '1:1 this "@article" has no valid key'),
        ("@article b, title={x}", '1:1 "@article" is not followed by a brace'),
        ("@article{b,\n title}", '2:2 the field "title" has no value'),
        ("@article{b,\n title=}", '2:2 the field "title" has no value'),
        ("@article{b,\n title={x},, year=2000}", '2:12 "," stands where the name of a field should'),
        ("@string{x}\n", '1:9 the field "x" has no value'),
    ],
)
def test_syntax(text: str, expected: str) -> None:
    good = f"\n@article{{good, {ARTICLE}}}\n"
    found = problems(text + good)
    line_column, message = expected.split(" ", 1)
    assert found == [f"{line_column} bibliography-syntax {message}"]
    assert "good" in [entry.key for entry in parse(text + good).entries]


def test_an_entry_with_a_mistake_still_has_its_key() -> None:
    """So that its citations are not reported as well."""
    (entry,) = parse("@article{b, title={Y} year=2000}").entries
    assert (entry.key, entry.item["title"]) == ("b", "b")


def test_an_entry_that_pandoc_cannot_read() -> None:
    text = f"@article{{a, {ARTICLE}}}\n" + "@article{b, author={A and}, title={T}, journal={J}, year=2000}\n"
    parsed = parse(text + f"@article{{c, {ARTICLE}}}")
    assert {entry.key for entry in parsed.entries} == {"a", "b", "c"}
    assert all(entry.item["title"] in {"T", "b"} for entry in parsed.entries)
    assert [each.position.line for each in parsed.problems if each.code == "bibliography-syntax"] in ([], [2])


@pytest.mark.parametrize(
    ("text", "place", "message"),
    [
        (f"@article{{a, {ARTICLE},\n title={{U}}}}", "2:2", '"a" has the field "title" twice'),
        (f"@article{{a, {ARTICLE},\n note = jx}}", "2:2", '"jx" is not a string that the file defines'),
        (f"@artikle{{a, {ARTICLE}}}", "1:1", '"@artikle" is not a known type of entry'),
        (
            f"@article{{a, {ARTICLE.replace('journal', 'note')}}}",
            "1:1",
            '"a" lacks the field "journal" or "journaltitle"',
        ),
        ("@book{a, title={T}, publisher={P}, year=2000}", "1:1", '"a" lacks the field "author" or "editor"'),
        (f"@article{{a, {ARTICLE},\n crossref={{b}}}}", "2:2", '"a" points to "b", which is not in the file'),
        (f"@article{{a, {ARTICLE},\n doi={{11.1/x}}}}", "2:2", '"11.1/x" is not a valid DOI'),
        (f"@article{{a, {ARTICLE},\n doi={{doi:10.1000/x}}}}", "2:2", '"doi:10.1000/x" is not a valid DOI'),
        (f"@article{{a, {ARTICLE},\n pmid={{PMID 5}}}}", "2:2", '"PMID 5" is not a valid PMID'),
        (f"@article{{a, {ARTICLE},\n pmcid={{2565638}}}}", "2:2", '"2565638" is not a valid PMCID'),
        (
            f"@article{{a,\n {ARTICLE.split(', ')[-1]}0, {ARTICLE[:-11]}}}",
            "2:2",
            '"20000" is not a valid year',
        ),
        (f"@article{{a, {ARTICLE},\n date={{May 2000}}}}", "2:2", '"May 2000" is not a valid date'),
    ],
)
def test_lint(text: str, place: str, message: str) -> None:
    assert problems(text) == [f"{place} bibliography-entry {message}"]


@pytest.mark.parametrize(
    ("key", "message"),
    [
        ("a", 'two references have the key "a"'),
        ("A", 'the keys "A" and "a" differ in capitals only'),
    ],
)
def test_duplicates(key: str, message: str) -> None:
    text = f"@article{{a, {ARTICLE}}}\n@article{{{key}, {ARTICLE}}}"
    assert problems(text) == [f"2:1 duplicate-reference {message}"]


def test_hints_name_the_first_definition_and_near_words() -> None:
    (duplicate,) = parse(f"\n@article{{a, {ARTICLE}}}\n@article{{a, {ARTICLE}}}").problems
    assert duplicate.hint == "the first: b.bib:2"
    (unknown,) = parse(f"@artikle{{a, {ARTICLE}}}").problems
    assert unknown.hint == 'did you mean "article"?'


def test_a_repeated_key_keeps_the_first_entry() -> None:
    parsed = parse(f"@article{{a, {ARTICLE}}}\n@article{{a, {ARTICLE.replace('{T}', '{U}')}}}")
    assert [entry.item["title"] for entry in parsed.entries] == ["T"]


# Files


def read_files(root: Path, *names: str) -> tuple[list[str], list[Diagnostic]]:
    report = Report()
    bibliography = read_bibliography(root, names, report)
    return list(bibliography.entries), list(report)


def test_files_and_their_positions(tmp_path: Path) -> None:
    (tmp_path / "more").mkdir()
    (tmp_path / "one.bib").write_text(f"@article{{a, {ARTICLE}}}", "utf-8")
    (tmp_path / "more" / "two.bib").write_text(f"\n@article{{b, {ARTICLE}}}\n@article{{A, {ARTICLE}}}", "utf-8")
    keys, found = read_files(tmp_path, "one.bib", "more/two.bib")
    assert keys == ["a", "b"]
    assert [str(each.position) for each in found] == ["more/two.bib:3:1"]
    assert (found[0].code, found[0].hint) == ("duplicate-reference", "the first: one.bib:1")


def test_missing_files(tmp_path: Path) -> None:
    assert read_files(tmp_path, "bibliography.bib") == ([], [])
    keys, found = read_files(tmp_path, "other.bib")
    assert [(each.code, each.position.path) for each in found] == [("missing-file", "manuscript/book.yaml")]
    assert not keys


@pytest.mark.parametrize("name", ["../b.bib", "/etc/passwd", "x/../../b.bib"])
def test_paths_that_lead_out(name: str, tmp_path: Path) -> None:
    (tmp_path / "book").mkdir()
    (tmp_path / "b.bib").write_text(f"@article{{a, {ARTICLE}}}", "utf-8")
    keys, found = read_files(tmp_path / "book", name)
    assert ([each.code for each in found], keys) == (["path-outside-book"], [])


def test_encoding(tmp_path: Path) -> None:
    """The file is read all the same, so that its other mistakes and citations are checked."""
    text = f"@article{{a,\n {ARTICLE.replace('{T}', '{Müller}')}}}"
    (tmp_path / "b.bib").write_bytes(text.encode("latin-1"))
    keys, found = read_files(tmp_path, "b.bib")
    assert [(each.code, each.position.line) for each in found] == [("bad-encoding", 2)]
    assert keys == ["a"]


# Anything at all


@given(st.text(alphabet='@articlestngom{}(),="#%\\ \nab1', max_size=80))
def test_any_text_can_be_scanned(text: str) -> None:
    scan = scan_bibtex(text)
    for offset in [*(each.offset for each in scan.problems), *(each.offset for each in scan.entries)]:
        line, column = scan.line_column(offset)
        assert 1 <= line <= text.count("\n") + 1
        assert column >= 1


@settings(max_examples=15)
@given(st.text(alphabet="@artiklebok{}(),=\"#$%\\~_^&-' \nabé1", max_size=60))
def test_any_text_can_be_parsed(text: str) -> None:
    parse(text + f"\n@article{{end, {ARTICLE}}}")


_FIELD_LINES = [
    number for number, line in enumerate(REFERENCES.splitlines(), 1) if line.startswith("  ") and line.endswith("},")
]


@given(st.sampled_from(_FIELD_LINES), st.sampled_from(["brace", "comma", "opening", "closing"]))
def test_a_planted_mistake_is_one_problem_at_its_line(number: int, kind: str) -> None:
    """In a good bibliography of 110 entries."""
    lines = REFERENCES.splitlines()
    line = lines[number - 1]
    lines[number - 1] = {
        "brace": line[:-2] + ",",
        "comma": line[:-1],
        "opening": line.replace("{", "{{", 1),
        "closing": line[:-1] + "},",
    }[kind]
    scan = scan_bibtex("\n".join(lines))
    assert [scan.line_column(each.offset)[0] for each in scan.problems] == [number]
    assert len({entry.key for entry in scan.entries}) == 110
