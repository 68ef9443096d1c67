r"""Hard BibTeX entries and what becomes of them. Each stands alone in its file, as an author would meet it.

An expectation is some of the item's variables; None says that the item has no such variable.
"""

from __future__ import annotations

from typing import Any

import pytest

from press.readers.bibliography import parse_bibtex

FRAME = {"author": "author={Doe, J.}", "title": "title={T}", "journal": "journal={J}", "date": "year=2000"}
"""The fields of a good article by what they say."""


def article(fields: str) -> str:
    """An article with these fields in place of those of the frame that say the same."""
    said = fields.partition("=")[0].replace("year", "date")
    return "@article{k, " + ", ".join([fields, *(field for name, field in FRAME.items() if name != said)]) + "}"


def names(*given_and_family: tuple[str, str]) -> list[dict[str, str]]:
    """Plain names."""
    return [{"family": family, "given": given} for given, family in given_and_family]


def days(*dates: list[int]) -> dict[str, Any]:
    """A CSL date."""
    return {"date-parts": list(dates)}


ACCENTS = {
    r"\"o \'e \`a \^u \~n": "ö é à û ñ",
    r"\c{c} \v{s} \H{o} \k{a}": "ç š ő ą",
    r"\r{u} \u{g} \.z \=e": "ů ğ ż ē",
    r"\d{s} \b{d}": "ṣ ḏ",
    r"{\ss} {\o} {\O} {\l} {\L}": "ß ø Ø ł Ł",
    r"{\ae} {\AE} {\oe} {\aa} {\AA}": "æ Æ œ å Å",
    r"na{\"\i}ve Mart{\'\i}nez \v{\j}": "naïve Martínez ǰ",
    r"{\'{E}}cole, {\"{U}}ber, \'{\i}": "École, Über, í",
}
NAMES: dict[str, list[dict[str, str]]] = {
    r"{\"O}zg{\"u}r, \'Emile and Erd\H{o}s, P\'al": names(("Émile", "Özgür"), ("Pál", "Erdős")),
    "Достоевский, Фёдор and محمد, أحمد": names(("Фёдор", "Достоевский"), ("أحمد", "محمد")),
    "孔子": [{"family": "孔子"}],
    "Doe, Jane and others": [*names(("Jane", "Doe")), {"literal": "others"}],
    "{National Institutes of Health}": [{"literal": "National Institutes of Health"}],
    "{Barnes and Noble} and {Ernst {\\&} Young, Inc.}": [
        {"literal": "Barnes and Noble"},
        {"literal": "Ernst & Young, Inc."},
    ],
    "Charles Louis Xavier Joseph de la Vall{\\'e}e Poussin": [
        {"family": "Vallée Poussin", "given": "Charles Louis Xavier Joseph", "non-dropping-particle": "de la"}
    ],
    "d'Alembert, Jean": [{"family": "Alembert", "given": "Jean", "non-dropping-particle": "d’"}],
    "King, Jr., Martin Luther": [{"family": "King", "given": "Martin Luther", "suffix": "Jr."}],
    "family=Müller, given=Jan, prefix=von": [
        {"family": "Müller", "given": "Jan", "non-dropping-particle": "von"},
    ],
}
TITLES = {
    r"H$_2$O and CO$_{2}$": "H<sub>2</sub>O and CO<sub>2</sub>",
    r"\textsuperscript{14}C and CO\textsubscript{2}": "<sup>14</sup>C and CO<sub>2</sub>",
    r"$E = mc^2$": "E = mc<sup>2</sup>",
    r"$\frac{1}{2}$ of ${\beta}$-blockers at $10^{-3}$ and 90$^\circ$": (
        "1/2 of β-blockers at 10<sup>−3</sup> and 90°"
    ),
    r"from \$5 to \$10 with $p < 0.05$": "from $5 to $10 with p < 0.05",
    r"\emph{E. coli} \textbf{in} \textsc{situ}": (
        '<i>E. coli</i> <b>in</b> <span style="font-variant:small-caps;">situ</span>'
    ),
    "{{The} {DNA} of {eBay}}": "The DNA of eBay",
    r"Q\&A: 50\% of \#1\_x ": "Q&A: 50% of #1_x",
    "R&D <script>alert(1)</script>": "R&D <script>alert(1)</script>",
    "pages 10--20 --- ``quoted''": "pages 10–20 — “quoted”",
    "論語 и другие": "論語 и другие",
}
DATES: dict[str, dict[str, Any]] = {
    "date={2019-03-21}": days([2019, 3, 21]),
    "date={2019-03-21/2019-04-02}": days([2019, 3, 21], [2019, 4, 2]),
    "date={2019/..}": days([2019], [0]),
    "date={2019/}": days([2019], [0]),
    "date={../2019}": {"literal": "–2019"},
    "date={1850~}": days([1850]) | {"circa": True},
    "date={-0043-03}": days([-44, 3]),
    "date={2019-21}": days([2019, 21]),
    "date={2019-03-21T10:00:00Z}": days([2019, 3, 21]),
    "year={2010--}": days([2010], [0]),
    "year={circa 1850}": {"literal": "circa 1850"},
    "year={ca.~1850}": {"literal": "ca.\u00a01850"},
    "year={-0043}": days([-44]),
    "year={in press}": {"literal": "in press"},
    "year={Forthcoming}": {"literal": "Forthcoming"},
    r"year={{\noopsort{1973b}}1981}": days([1981]),
    "year=2001, month=sep, day=7": days([2001, 9, 7]),
    'year=2001, month="1~" # sep': days([2001, 9, 1]),
    "year=2001, month={December}": days([2001, 12]),
    "year=2001, month={Mar./Apr.}": days([2001, 3], [2001, 4]),
    "year=2001, month={Spring}": days([2001, 21]),
}
ENTRIES: dict[str, dict[str, Any]] = {
    r"@misc{k, title={T}, howpublished={\url{https://example.org/a_b?x=1&y=~z}}, year=2000}": {
        "type": "webpage",
        "URL": "https://example.org/a_b?x=1&y=~z",
        "publisher": None,
    },
    r"@misc{k, title={T}, howpublished={Available at \href{https://example.org/x}{here}}, year=2000}": {
        "URL": "https://example.org/x",
        "publisher": None,
    },
    r"@misc{k, title={T}, howpublished={Blog post, \url{https://example.org/x}}, year=2000}": {
        "URL": "https://example.org/x",
        "publisher": "Blog post",
    },
    r"@online{k, title={T}, url={https://example.org/a\_b\%20c\#d}, urldate={2020-05-06}, year=2000}": {
        "URL": "https://example.org/a_b%20c#d",
        "accessed": days([2020, 5, 6]),
    },
    "@online{k, title={T}, eprint={2001.01234}, eprinttype={arxiv}, date={2020}}": {
        "URL": "https://arxiv.org/abs/2001.01234"
    },
    "@article{k, author={D, J}, title={T}, journaltitle={J}, eprint={123}, eprinttype={pubmed}, date={2020}}": {
        "PMID": "123",
        "URL": None,
    },
    "@article{k, author={D, J}, title={T}, subtitle={S}, journaltitle={J}, journalsubtitle={Js}, shortjournal={Sj},"
    " series={3}, number={1-2}, eid={e17}, pubstate={inpress}, date={2020}}": {
        "title": "T: S",
        "container-title": "J: Js",
        "container-title-short": "Sj",
        "collection-title": "ser. 3",
        "issue": "1–2",
        "page": "e17",
        "status": "in press",
    },
    "@inproceedings{k, author={D, J}, title={T}, booktitle={B}, eventtitle={E}, eventdate={2019-05-01/2019-05-03},"
    " venue={Paris}, location={Berlin}, publisher={P}, date={2019}}": {
        "type": "paper-conference",
        "event-date": days([2019, 5, 1], [2019, 5, 3]),
        "event-place": "Paris",
        "publisher-place": "Berlin",
    },
    "@book{k, author={D, J}, title={T}, subtitle={S}, maintitle={M}, volume={3}, origdate={1850}, location={L},"
    " publisher={P}, date={1999}}": {
        "title": "M",
        "volume-title": "T: S",
        "original-date": days([1850]),
    },
    "@thesis{k, author={D, J}, title={T}, institution={U}, type={phdthesis}, date={2019}}": {
        "publisher": "U",
        "genre": "PhD thesis",
    },
    "@report{k, author={{WHO}}, title={T}, institution={WHO}, type={techreport}, number={TR-1}, date={2019}}": {
        "publisher": "WHO",
        "genre": "Technical report",
        "number": "TR-1",
    },
    "@patent{k, author={D, J}, title={T}, number={1}, type={patentus}, date={2019}}": {"genre": "US patent"},
    "@image{k, title={T}, date={2019}}": {"type": "graphic"},
    "@misc{k, title={T}, year=2000}": {"type": "document"},
    '@string{nature = "Nat" # "ure"}\n@preamble{"\\newcommand{\\noopsort}[1]{}"}\n@comment{@book{no, title={x}}}\n'
    '@article{k, author={D, J}, title={T}, journal=nature # " A", year=2000}': {"container-title": "Nature A"},
    "@xdata{x, publisher={P}, location={L}, langid={german}}\n"
    "@book{k, author={D, J}, title={T}, year=2000, xdata={x}}": {
        "publisher": "P",
        "publisher-place": "L",
        "language": "de-DE",
    },
    "@inbook{k, author={D, J}, title={C}, crossref={p}, pages={1--9}}\n"
    r"@book{p, author={E, F}, title={B}, publisher={P}, year=2001, month=feb, url={https://x.org/a\_b}}": {
        "container-title": "B",
        "container-author": [{"family": "E", "given": "F"}],
        "issued": days([2001, 2]),
        "URL": "https://x.org/a_b",
    },
    r"@article{k, author={D, J}, title={T}, journal={J}, year=2000,"
    r" doi={10.1002/(SICI)1097-0142(199911)86:9<1\_1::AID>3.0.CO;2-3}}": {
        "DOI": "10.1002/(SICI)1097-0142(199911)86:9<1_1::AID>3.0.CO;2-3"
    },
}
CASES = [
    *((article(f"title={{{tex}}}"), {"title": text}) for tex, text in ACCENTS.items()),
    *((article(f"title={{{tex}}}"), {"title": text}) for tex, text in TITLES.items()),
    *((article(f"author={{{tex}}}"), {"author": people}) for tex, people in NAMES.items()),
    *((article(fields), {"issued": date}) for fields, date in DATES.items()),
    *ENTRIES.items(),
]


def test_there_are_enough() -> None:
    """A table that loses its rows checks nothing."""
    assert len({text for text, _ in CASES}) == len(CASES) >= 60


@pytest.mark.parametrize(("text", "expected"), CASES)
def test_a_hard_entry(text: str, expected: dict[str, Any]) -> None:
    """Without a problem, and with these variables."""
    parsed = parse_bibtex(text, "b.bib")
    assert not parsed.problems
    item = next(entry.item for entry in parsed.entries if entry.key == "k")
    assert {name: item.get(name) for name in expected} == expected


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        (
            "@inbook{a, author={D, J}, title={C}, crossref={a}}",
            ['1:38 "a" inherits from itself'],
        ),
        (
            "@inbook{a, author={D, J}, title={C},\n crossref={b}}\n@inbook{b, author={D, J}, title={C},\n xdata={a}}",
            ['2:2 "a" inherits from itself', '4:2 "b" inherits from itself'],
        ),
        (
            "@book{a, author={D, J}, title={C}, year=2000,\n xdata={b}}",
            ['2:2 "a" points to "b", which is not in the file'],
        ),
        (article("month={März}"), ['1:13 "März" is not a valid month']),
        (article("date={2019-02-31}"), ['1:13 "2019-02-31" is not a valid date']),
        (article("urldate={yesterday}"), ['1:13 "yesterday" is not a valid date']),
        (article("url={javascript:alert(1)}"), ['1:13 "javascript:alert(1)" is not a valid URL']),
        (article("journal=nature"), ['1:13 "nature" is not a string that the file defines']),
    ],
)
def test_a_mistake_that_costs_no_entry(text: str, problems: list[str]) -> None:
    """It is a warning at its place; pandoc, which follows loops for ever, is never given one."""
    parsed = parse_bibtex(text, "b.bib")
    assert [f"{each.position.line}:{each.position.column} {each.message}" for each in parsed.problems] == problems
    assert {each.severity for each in parsed.problems} == {"warning"}
    assert all(entry.item["title"] in {"C", "T"} for entry in parsed.entries)


def test_a_bad_entry_takes_no_inheritance_from_others() -> None:
    """Where pandoc fails, halves are tried; an entry's parent may be in the other half."""
    fillers = "\n".join(f"@misc{{m{number}, title={{T}}}}" for number in range(6))
    bad = "@misc{bad, title={T}, pages={1\\}}"
    child, parent = (
        "@inbook{k, author={D, J}, title={C}, crossref={p}}",
        "@book{p, author={E, F}, title={B}, year=2001}",
    )
    parsed = parse_bibtex("\n".join((child, fillers, bad, parent)), "b.bib")
    items = {entry.key: entry.item for entry in parsed.entries}
    assert [each.code for each in parsed.problems] == ["bibliography-syntax"]
    assert items["k"]["container-title"] == "B"
    assert items["bad"]["type"] == "document"
