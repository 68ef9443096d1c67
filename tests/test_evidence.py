"""What became of references: the data of retractions, and the marks in every edition. All references are made up."""

from __future__ import annotations

import datetime
import subprocess
from pathlib import Path

import pytest
import yaml
from conftest import MakeBook, change_files, load_book, run_build, snapshot
from lxml import etree, html

from press.commands.evidence import update_evidence
from press.diagnostics import Report
from press.proof.text import epub_reader
from press.store import Store
from press.tree import elements
from press.tree_classes import has_class, id_of

EVIDENCE = "manuscript/evidence.yaml"
CHECKED = datetime.date(2026, 1, 1)
STYLES = ("numbered", "note", "author-date")
BIBLIOGRAPHY = """
@article{doe1999cure,
  author = {Doe, Jane}, title = {A cure}, journal = {Journal of Invented Results}, year = {1999}, volume = {1},
  pages = {1--9}, doi = {10.5555/CURE}
}
@article{poe2001sleep,
  author = {Poe, Ann}, title = {Sleep}, journal = {Journal of Invented Results}, year = {2001}, volume = {2},
  pages = {1--9}, pmid = {99990001}
}
@article{roe2005pain,
  author = {Roe, Richard}, title = {Pain}, journal = {Journal of Invented Results}, year = {2005}, volume = {3},
  pages = {1--9}, doi = {10.5555/pain}
}
@book{zoe2009rest,
  author = {Zoe, Zara}, title = {Rest}, publisher = {Invented Books}, address = {Nowhere}, year = {2009}
}
"""
CHAPTER = """\
---
title: The First Chapter
changelog:
  - {date: 2026-01-01, kind: publication, text: First published.}
---

It is cited in the text [@doe1999cure, p. 3], and in a note.[^n]
Others are @poe2001sleep, as well as [@roe2005pain; @zoe2009rest].

[^n]: See [@doe1999cure].
"""
ACKNOWLEDGED = """\
checked: 2026-01-01
source: made up for the tests
references:
  - key: doe1999cure
    status: retracted
    date: 2020-05-13
    notice: 10.5555/notice.1
    reason: Duplication of data
    acknowledged: it shows the mistake
  - {key: poe2001sleep, status: concern, date: 2021-02-03}
  - {key: roe2005pain, status: corrected, date: 2021-02-03}
  - {key: zoe2009rest, status: superseded, date: 2022-02-03, by: doe1999cure}
"""
LISTED = [
    "Corrected on February 3, 2021. Checked January 1, 2026.",
    "Expression of concern on February 3, 2021. Checked January 1, 2026.",
    "Retracted on May 13, 2020 (notice: 10.5555/notice.1). Checked January 1, 2026. "
    "Reason: Duplication of data. Cited all the same: it shows the mistake.",
    "Superseded on February 3, 2022. In its place: A cure. Checked January 1, 2026.",
]
"""The lines of the reference list."""
HEADER = (
    "Record ID,Title,RetractionDate,RetractionDOI,RetractionPubMedID,OriginalPaperDOI,OriginalPaperPubMedID,"
    "RetractionNature,Reason\n"
)
LINES = (
    '1,"A cure, or\nnone",5/13/2020 0:00,10.5555/NOTICE.1,0,10.5555/cure,0,Retraction,'
    '"+Duplication of Data;+Error in Text;"\n',
    "2,Sleep,02/03/2021,unavailable,0,unavailable,99990001,Expression of concern,\n",
    "3,Pain,1/2/2010,10.5555/notice.3,0,https://doi.org/10.5555/Pain,0,Retraction,+Error in Text;\n",
    "4,Pain,1/2/2012,10.5555/notice.4,0,10.5555/pain,0,Reinstatement,\n",
    "5,Pain,1/2/2011,10.5555/notice.5,0,10.5555/pain,0,Correction,\n",
    "6,Of another,no date,,0,10.5555/another,0,Retraction,\n",
    "7,Of nobody,1/2/2011,,0,unavailable,0,Retraction,\n",
    "8,Of somebody,1/2/2011,,0,unavailable,99990002,Retraction,\n",
)
FOUND = """\
# Made by `build.py evidence`, which keeps `acknowledged`, `by`, and what is `superseded`.
checked: 2026-01-01
source: Retraction Watch, data.csv
references:
- key: doe1999cure
  status: retracted
  date: 2020-05-13
  notice: 10.5555/notice.1
  reason: Duplication of Data; Error in Text
- key: poe2001sleep
  status: concern
  date: 2021-02-03
- key: roe2005pain
  status: corrected
  date: 2011-01-02
  notice: 10.5555/notice.5
"""


@pytest.fixture
def book(small_book: MakeBook) -> Path:
    """A book that cites all the references, without an evidence file."""
    figure = "manuscript/figures/dot.svg"
    files = {"bibliography.bib": BIBLIOGRAPHY, "manuscript/01-first-chapter.md": CHAPTER, figure: None}
    return small_book(files)


def update(root: Path, data: str | bytes) -> tuple[str, Report]:
    """Bring a book's evidence file up to date from a file with this content; what is printed, and the report."""
    change_files(root, {"data.csv": data})
    report = Report()
    return update_evidence(root, root / "data.csv", CHECKED, report), report


def test_references_are_found_by_doi_and_pubmed_number(book: Path) -> None:
    """In any case and with any prefix; a later reinstatement lifts a retraction; lines about others do not count."""
    printed, report = update(book, HEADER + "".join(LINES))
    assert not list(report)
    assert (book / EVIDENCE).read_text("utf-8") == FOUND
    assert printed.splitlines() == [
        "doe1999cure: retracted, 2020-05-13, not acknowledged",
        "poe2001sleep: concern, 2021-02-03",
        "roe2005pain: corrected, 2011-01-02",
        "checked: 4 references, 3 findings",
    ]


def test_an_earlier_reinstatement_lifts_nothing(book: Path) -> None:
    """Nor does one of the same day."""
    for date in ("1/2/2009", "1/2/2010"):
        update(book, HEADER + LINES[2] + LINES[3].replace("1/2/2012", date))
        (found,) = yaml.safe_load((book / EVIDENCE).read_text("utf-8"))["references"]
        assert (found["key"], found["status"]) == ("roe2005pain", "retracted")


def test_the_order_of_the_data_does_not_matter(book: Path) -> None:
    """Nor does a line that is there twice, nor a mark at the file's beginning."""
    _, report = update(book, ("\ufeff" + HEADER + "".join(reversed(LINES)) + LINES[1] + "\n").replace("\n", "\r\n"))
    assert not list(report)
    assert (book / EVIDENCE).read_text("utf-8") == FOUND


def test_what_authors_wrote_is_kept(book: Path) -> None:
    """What the data no longer say is not, and the summary tells."""
    old = ACKNOWLEDGED + "  - {key: roe2005pain, status: retracted, date: 2010-01-02, acknowledged: still}\n"
    change_files(book, {EVIDENCE: old.replace("acknowledged: it", "by: roe2005pain\n    acknowledged: it")})
    printed, report = update(book, HEADER + "".join(LINES))
    assert not list(report)
    found = {
        (one["key"], one["status"]): one for one in yaml.safe_load((book / EVIDENCE).read_text("utf-8"))["references"]
    }
    assert found["doe1999cure", "retracted"]["acknowledged"] == "it shows the mistake"
    assert found["doe1999cure", "retracted"]["by"] == "roe2005pain"
    assert found["doe1999cure", "retracted"]["reason"] == "Duplication of Data; Error in Text"
    assert found["zoe2009rest", "superseded"] == {
        "key": "zoe2009rest",
        "status": "superseded",
        "date": datetime.date(2022, 2, 3),
        "by": "doe1999cure",
    }
    assert ("roe2005pain", "retracted") not in found
    assert "no longer: roe2005pain: retracted, 2010-01-02, acknowledged" in printed.splitlines()
    again, _ = update(book, HEADER + "".join(LINES))
    assert "no longer" not in again


@pytest.mark.parametrize(
    ("data", "line", "message"),
    [
        ("", 1, 'there is no column "RetractionDate"'),
        (HEADER.replace("RetractionNature", "Nature") + LINES[0], 1, 'there is no column "RetractionNature"'),
        (HEADER + LINES[0] + "8,too,few\n", 4, "the line has 3 fields, the first one 9"),
        (HEADER + LINES[0] + LINES[1].replace("Sleep", "Sleep, deep"), 4, "the line has 10 fields, the first one 9"),
        (HEADER + LINES[0] + '9,"never closed\n', 4, "unexpected end of data"),
        (HEADER + LINES[1].replace("02/03/2021", "2021-02-03"), 2, '"2021-02-03" is no date'),
        (HEADER + LINES[1].replace("02/03/2021", "2/30/2021"), 2, '"2/30/2021" is no date'),
        (HEADER + LINES[0] + LINES[1].replace("Expression of", "Some"), 4, '"Some concern" is no kind of notice'),
    ],
)
def test_malformed_data_are_reported(book: Path, data: str, line: int, message: str) -> None:
    """At their line; the old file is kept."""
    change_files(book, {EVIDENCE: ACKNOWLEDGED})
    printed, report = update(book, data)
    (found,) = report
    assert (found.code, found.position.path, found.position.line) == ("bad-retractions", "data.csv", line)
    assert found.message.startswith(message)
    assert printed == ""
    assert (book / EVIDENCE).read_text("utf-8") == ACKNOWLEDGED


def test_the_command(book: Path, tmp_path: Path) -> None:
    """Writes the file, says what it found, and shows mistakes as seen from where it runs."""
    data = tmp_path / "data.csv"
    data.write_text(HEADER + "".join(LINES), "utf-8")
    arguments = ("evidence", "--from", "data.csv", "--book", book.name, "--checked", "2026-01-01")
    done = run_build(*arguments, cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert "doe1999cure: retracted, 2020-05-13, not acknowledged" in done.stdout
    assert (book / EVIDENCE).read_text("utf-8") == FOUND
    data.write_bytes(HEADER.encode() + b"1,\xe9\n")
    done = run_build(*arguments, cwd=tmp_path)
    assert done.returncode == 1
    assert "data.csv:2:3: error: byte 0xe9 is not UTF-8 [bad-encoding]" in done.stderr.splitlines()
    assert "Traceback" not in done.stderr
    assert (book / EVIDENCE).read_text("utf-8") == FOUND
    nowhere = run_build(*arguments, "--book", ".", cwd=tmp_path)
    assert (nowhere.returncode, "[missing-file]" in nowhere.stderr) == (1, True)
    assert run_build(*arguments[:-2], cwd=tmp_path).returncode == 2
    assert run_build(*arguments[:-1], "yesterday", cwd=tmp_path).returncode == 2


def texts(root: etree._Element, *classes: str) -> list[str]:
    """The texts of elements with the last class inside ones with those before it."""
    path = "".join(f"//*[@class='{name}']" for name in classes)
    found = root.xpath(path)
    assert isinstance(found, list)
    return [
        " ".join("".join(map(str, element.itertext())).split())
        for element in found
        if isinstance(element, etree._Element)
    ]


@pytest.mark.parametrize("style", STYLES)
def test_every_edition_has_the_marks(book: Path, style: str) -> None:
    """At each citing place and in the list; and all editions have the same words, or the build would not pass."""
    settings = (book / "manuscript/book.yaml").read_text("utf-8")
    change_files(book, {EVIDENCE: ACKNOWLEDGED, "manuscript/book.yaml": f"{settings}citations: {{style: {style}}}\n"})
    done = run_build("build", "--strict", "--book", str(book))
    assert done.returncode == 0, done.stderr

    epub = epub_reader(book / "output" / "new-book.epub")
    pages = {
        slug: (book / "output" / "html" / f"{slug}.html").read_bytes() for slug in ("first-chapter", "part-references")
    }
    for slug, page in pages.items():
        packed = epub(slug)
        assert packed
        for root in (html.fromstring(page), etree.fromstring(packed)):
            marks = ["expression of concern", "retracted", "retracted", "superseded"] if slug == "first-chapter" else []
            assert sorted(texts(root, "citation", "evidence-mark")) == marks
            assert sorted(texts(root, "evidence-mark")) == marks
            lines = LISTED if slug == "part-references" else []
            assert sorted(texts(root, "reference", "evidence")) == lines

    pdf = subprocess.run(["pdftotext", "-raw", str(book / "output" / "new-book.pdf"), "-"], capture_output=True)
    text = " ".join(pdf.stdout.decode().split())
    assert text.count(" retracted") == 2
    assert text.count(" superseded") == 1
    assert text.count(" expression of concern") == 1
    assert "Retracted on May 13, 2020 (notice: 10.5555/notice.1)" in text


@pytest.mark.parametrize("style", STYLES)
def test_marks_count_nowhere(book: Path, style: str, store: Store) -> None:
    """Page info and the ids of notes are what they are without an evidence file."""
    settings = (book / "manuscript/book.yaml").read_text("utf-8")
    change_files(book, {"manuscript/book.yaml": f"{settings}citations: {{style: {style}}}\n"})
    plain, _ = load_book(book, store)
    change_files(book, {EVIDENCE: ACKNOWLEDGED})
    marked, report = load_book(book, store)
    assert plain and marked and not list(report)
    assert [chapter.info for chapter in marked.chapters] == [chapter.info for chapter in plain.chapters]
    for before, after in zip(plain.chapters, marked.chapters, strict=True):
        ids = [
            [id_of(element) for element in elements(chapter.tree) if has_class(element, "note")]
            for chapter in (before, after)
        ]
        assert ids[0] == ids[1] != []


def test_an_unacknowledged_retraction_leaves_the_editions_as_they_were(book: Path) -> None:
    """Also when the build is not strict."""
    assert run_build("build", "--strict", "--edition", "web", "--book", str(book)).returncode == 0
    before = snapshot(book / "output")
    lines = [line for line in ACKNOWLEDGED.splitlines(keepends=True) if "acknowledged" not in line]
    change_files(book, {EVIDENCE: "".join(lines)})
    for strict in ((), ("--strict",)):
        done = run_build("build", *strict, "--edition", "web", "--book", str(book))
        assert done.returncode == 1
        assert done.stderr.count("[retracted-reference]") == 2
        assert "manuscript/01-first-chapter.md:7:" in done.stderr
        assert "evidence.yaml:4:5" in done.stderr
        assert snapshot(book / "output") == before
