"""The documents in `tests/cases/`: every `##` section is a case, with its input and what the press makes of it.

A case has a `markdown` block, the input: the chapter's text, which begins in line 4 of `manuscript/case.md` since
three lines of metadata stand before it, and further files after lines such as `=== bibliography.bib`.
A `html` block holds the chapter in the web edition, unless there are errors; its notes follow, each after a comment.
A `text` block holds the diagnostics, unless there are none.

A `markdown setup` block before the first case holds files that all cases of its document have.
`ACCEPT=1` writes the blocks of expectations anew.
"""

from __future__ import annotations

import fcntl
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from conftest import ROOT, MakeBook, accepting, change_files, load_book

from press.diagnostics import CODES, Report
from press.model import Book
from press.store import Store
from press.writers.xhtml.flavour import Flavour
from press.writers.xhtml.pages import addresses, make_pages

CASES = Path(__file__).parent / "cases"
SETTINGS = """\
title: Cases
slug: cases
authors: [{name: The Author}]
description: A book of one chapter.
rights: © The Author
release: {name: "1", date: 2026-01-01}
contents: {body: [case.md]}
"""
METADATA = "---\ntitle: A Case\n---\n"
BLOCK = re.compile(r"^(`{3,})(markdown setup|markdown|html|text)\n(.*?)^\1$\n?", re.MULTILINE | re.DOTALL)
FILE = re.compile(r"^=== (\S+)(?: \((latin-1|absent)\))?\n", re.MULTILINE)

TESTED_ELSEWHERE = {
    "bad-release": "test_release.py::test_no_release_is_made_twice",
    "bad-retractions": "test_evidence.py::test_malformed_data_are_reported",
    "citation-format": "test_text.py::test_a_reference_that_cannot_be_formatted_is_reported",
    "edition-link": "test_text.py::test_the_proof_sees_a_link_that_leads_nowhere",
    "edition-text": "test_text.py::test_the_proof_sees_a_note_dropped_from_the_epub",
    "low-resolution": "test_print.py::test_pictures_with_too_few_pixels_are_reported",
    "missing-profile": "test_print.py::test_no_profile_no_print_edition",
    "search-index": "test_search_offline.py::test_a_search_that_cannot_be_made_is_reported",
    "withdrawn-claim": "test_epub.py::test_a_claim_that_does_not_hold_is_not_made",
    "too-wide": "test_paper_notes.py::test_what_is_too_wide_is_fitted_or_reported",
    "layout-warning": "test_screen.py::test_layout_warnings_are_reported",
}
"""Codes that no document can show, and the tests that do."""


@dataclass(frozen=True, slots=True)
class Case:
    """A section of a document."""

    document: str
    title: str
    setup: str
    section: str
    """The whole text of the section, after its heading."""

    @property
    def blocks(self) -> dict[str, str]:
        """The blocks by kind."""
        return {found[2]: found[3] for found in BLOCK.finditer(self.section)}

    def files(self) -> dict[str, str | bytes | None]:
        """The files of the case's book."""
        return input_files(self.setup) | input_files(self.blocks["markdown"])


def input_files(text: str) -> dict[str, str | bytes | None]:
    """The files that a block of input holds."""
    pieces = FILE.split(text)
    files: dict[str, str | bytes | None] = {}
    if pieces[0].strip():
        files["manuscript/case.md"] = METADATA + pieces[0]
    for name, how, content in zip(pieces[1::3], pieces[2::3], pieces[3::3], strict=True):
        if how == "absent":
            files[name] = None
        else:
            files[name] = content.encode("latin-1") if how == "latin-1" else content
    return files


def read_cases(document: Path) -> Iterator[Case]:
    """The cases of a document."""
    text = document.read_text("utf-8")
    masked = BLOCK.sub(lambda found: re.sub(r"[^\n]", " ", found[0]), text)
    heads = list(re.finditer(r"^## (.+)\n", masked, re.MULTILINE))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    setup = "".join(found[3] for found in BLOCK.finditer(text) if found[2] == "markdown setup")
    for head, end in zip(heads, ends, strict=True):
        yield Case(document.name, head[1], setup, text[head.end() : end])


DOCUMENTS = sorted(CASES.glob("*.md"))
ALL = [case for document in DOCUMENTS for case in read_cases(document)]


def rendered(book: Book, report: Report) -> str:
    """The chapter `case` in the web edition, after it its notes and, where books have such lists, its references."""
    made = make_pages(book, Flavour("web", ".html", addresses(book)), report)
    notes = (f"<!-- note {note.number} -->\n{note.html}" for note in made.fragments.notes["case"])
    page = next(page.body for page in made.pages if page.slug == "case")
    lists = re.findall(r'<section class="chapter-references".*?</section>', page, re.DOTALL)
    markup = "\n".join([made.fragments.bodies["case"], *notes, *lists]).strip("\n") + "\n"
    # Digests of what stands beside them; `test_block_ids.py` looks at them.
    return re.sub(r' id="p-[0-9a-f]{8}(-\d+)?"', "", markup)


def outcome(case: Case, make_book: MakeBook, store: Store) -> dict[str, str]:
    """What the press makes of a case: the blocks that should stand in the document."""
    root = make_book(
        {
            "bibliography.bib": None,
            "manuscript/01-first-chapter.md": None,
            "manuscript/book.yaml": SETTINGS,
        }
    )
    change_files(root, case.files())
    book, report = load_book(root, store)
    made = {}
    if book and not report.fails():
        html = rendered(book, report)
        if not report.fails():
            made["html"] = html
    if len(report):
        made["text"] = report.render("text") + "\n"
    return made


@pytest.mark.parametrize("case", ALL, ids=[f"{case.document}: {case.title}" for case in ALL])
def test_case(case: Case, small_book: MakeBook, store: Store) -> None:
    """The press makes of the input exactly what the document shows."""
    made = outcome(case, small_book, store)
    if accepting():
        accept(case, made)
    else:
        expected = case.blocks
        assert made.get("text", "") == expected.get("text", "")
        assert made.get("html", "") == expected.get("html", "")


def accept(case: Case, made: dict[str, str]) -> None:
    """Write the expectations of a case into its document, which other workers may write to as well."""
    given = next(found for found in BLOCK.finditer(case.section) if found[2] == "markdown")
    pieces = [case.section[: given.end()]]
    for kind, text in made.items():
        fence = "`" * max(3, 1 + max(map(len, re.findall(r"`{3,}", text)), default=0))
        pieces.append(f"\n{fence}{kind}\n{text}{fence}\n")
    path = CASES / case.document
    with path.open("r+", encoding="utf-8") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        text = file.read()
        new = "".join(pieces)
        heading = f"## {case.title}\n"
        assert text.count(heading + case.section) == 1
        last = text.endswith(heading + case.section)
        text = text.replace(heading + case.section, heading + new + ("" if last else "\n"))
        file.seek(0)
        file.write(text)
        file.truncate()


@pytest.mark.parametrize("document", DOCUMENTS, ids=lambda document: document.name)
def test_every_section_is_a_case(document: Path) -> None:
    """No section lacks an input or repeats a title, and no block is left unread."""
    cases = list(read_cases(document))
    assert cases, "a document without cases"
    assert len({case.title for case in cases}) == len(cases)
    for case in cases:
        kinds = [found[2] for found in BLOCK.finditer(case.section)]
        assert kinds in (["markdown"], ["markdown", "html"], ["markdown", "text"], ["markdown", "html", "text"])
        assert "```" not in BLOCK.sub("", case.section)


def test_every_code_has_a_case() -> None:
    """Every code of the catalogue is shown by a document, or by a test that is named here."""
    shown = {code for case in ALL for code in re.findall(r"\[([a-z-]+)\]$", case.blocks.get("text", ""), re.MULTILINE)}
    assert not shown & set(TESTED_ELSEWHERE)
    assert shown | set(TESTED_ELSEWHERE) == set(CODES)


@pytest.mark.parametrize(("code", "test"), TESTED_ELSEWHERE.items())
def test_codes_that_no_document_shows_have_a_test(code: str, test: str) -> None:
    """The test that is named for a code exists and asks for it."""
    file, _, name = test.partition("::")
    source = (ROOT / "tests" / file).read_text("utf-8")
    body = source.partition(f"def {name}(")[2].partition("\n\n\n")[0]
    assert f'"{code}"' in body
