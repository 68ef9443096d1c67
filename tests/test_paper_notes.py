"""Notes, numbered lists and wide things: any block in a note, notes taller than a page, lists that begin anywhere."""

from __future__ import annotations

import io
import re
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from conftest import SKELETON, MakeBook, change_files, load_book
from paper import page_words
from PIL import Image
from playwright.sync_api import Browser

from press.diagnostics import Report
from press.editions import Edition
from press.store import Store
from press.writers import epub, large_print, print, screen, web

HEAD = "---\ntitle: One\nchangelog:\n  - {date: 2026-01-01, kind: publication, text: Out.}\n---\n\n"
CHAPTER = "manuscript/01-first-chapter.md"
NOTES = {
    "para": ("Alpha paragraph.\n\nAlpha second.", ["P", "P"]),
    "list": ("Bravo:\n\n7. wash\n8. dry\n   - with towels\n\nBravo end.", ["P", "L", "P"]),
    "first": ("- first\n- second", ["P", "L"]),
    "verse": ("Charlie:\n\n| sun is up\n| hens complain", ["P", "Div"]),
    "quotation": ("Delta:\n\n> Omit words.", ["P", "BlockQuote"]),
    "terms": ("Echo:\n\nMuscle\n:   It pulls.", ["P", "L"]),
    "table": ("Foxtrot:\n\n| What | Many |\n|------|------|\n| Eggs | twelve |\n\n: Eggs.", ["P", "Table"]),
    "code": ("Golf:\n\n```\nmake all\nmake check\n```", ["P", "NonStruct"]),
    "figure": ('Hotel:\n\n![Dotted.](figures/dot.svg "Dot"){#fig:in alt="A dot."}', ["P", "NonStruct"]),
    "caution": ("India:\n\n::: caution\nNever there.\n:::", ["P", "Div"]),
    "remark": ("Juliett:\n\n::: remark\nBreathe out.\n:::", ["P", "NonStruct"]),
}
LINES = [
    ["Bravo:", "7. wash", "8. dry", "– with towels", "Bravo end."],
    ["• first", "• second"],
    ["Charlie:", "sun is up", "hens complain"],
    ["Delta:", "Omit words."],
    ["Echo:", "Muscle", "It pulls."],
    ["What Many", "Eggs twelve"],
    ["make all", "make check"],
    ["Caution", "Never there."],
    ["Juliett:", "Breathe out."],
]


def written(edition: Edition, root: Path, path: Path, store: Store) -> Path:
    """One edition of a book, written without a warning."""
    book, report = load_book(root, store)
    assert book is not None and not report.fails(), report.render("text")
    report = Report()
    edition.write(book, path, {}, store, report)
    assert not len(report), report.render("text")
    return path


def note(name: str, text: str) -> str:
    """A note in Markdown."""
    return f"[^{name}]: " + text.replace("\n", "\n    ") + "\n"


def tags(pdf: pikepdf.Pdf, kind: str) -> list[Any]:
    """The structure elements of a kind."""

    def walk(element: Any) -> Iterator[Any]:
        if str(element.get("/S")) == f"/{kind}":
            yield element
        for kid in kids(element):
            assert kid.P.objgen == element.objgen
            yield from walk(kid)

    return list(walk(pdf.Root.StructTreeRoot.K[0]))


def kids(element: Any) -> list[Any]:
    """The structure elements in one."""
    found = element.get("/K", [])
    return [
        kid
        for kid in (found if isinstance(found, pikepdf.Array) else [found])
        if isinstance(kid, pikepdf.Dictionary) and "/S" in kid
    ]


def text_lines(pdf: Path) -> list[str]:
    """The lines of all pages, with single spaces."""
    done = subprocess.run(["pdftotext", "-layout", str(pdf), "-"], capture_output=True, text=True, check=True)
    return [" ".join(line.split()) for line in done.stdout.splitlines() if line.strip()]


@pytest.mark.parametrize("edition", [screen.EDITION, large_print.EDITION, print.EDITION], ids=lambda one: one.name)
def test_a_note_holds_any_block(edition: Edition, small_book: MakeBook, tmp_path: Path, store: Store) -> None:
    """Each block of a note has lines of its own at the page foot, and is tagged as what it is."""
    calls = "\n\n".join(f"Word.[^{name}]" for name in NOTES)
    texts = "\n".join(note(name, text) for name, (text, _) in NOTES.items())
    root = small_book({CHAPTER: f"{HEAD}{calls}\n\n@fig:in\n\n{texts}", "bibliography.bib": ""})
    pdf = written(edition, root, tmp_path / "notes.pdf", store)
    lines = [re.sub(r"^\d+ (?=[A-Z])", "", line) for line in text_lines(pdf)]
    for wanted in LINES:
        at = next(number for number, line in enumerate(lines) if line.endswith(wanted[0]))
        assert [line[-len(text) :] for line, text in zip(lines[at:], wanted, strict=False)] == wanted
    feet = {word.text: word.bottom for page in page_words(pdf) for word in page}
    assert feet["dry"] - feet["wash"] < (12 if edition.name != "large-print" else 25)
    if edition.name != "print":
        with pikepdf.open(pdf) as opened:
            found = [[str(kid.S)[1:] for kid in kids(one)] for one in tags(opened, "Note")]
        assert found == [kinds for _, kinds in NOTES.values()]
        outloud = Path(sys.executable).with_name("outloud")
        command = [str(outloud), "--no-info", "--fail-on", "error", "--skip", "TBL-010", str(pdf)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stdout


def numbered_words(prefix: str, count: int) -> str:
    """A text without two equal words: `na0 na1 na2`."""
    return " ".join(f"{prefix}{number}" for number in range(count))


LONG = {"na": 900, "nb": 700, "nd": 30, "ne": 700}
"""Words of notes; one has two paragraphs of 700, and one stands at the very end."""
PLACES = {"na": "tb60", "nb": "tg60", "nd": "th60", "ne": "tj60"}
TEXTS = [numbered_words(f"t{letter}", 150) for letter in "abcdefghij"]


@pytest.fixture(scope="module", params=[screen.EDITION, large_print.EDITION, print.EDITION], ids=lambda one: one.name)
def long_notes(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory, store: Store
) -> tuple[str, Path]:
    """The name of an edition, and its PDF of a book with long notes."""
    root = tmp_path_factory.mktemp("long") / "book"
    shutil.copytree(SKELETON, root, ignore=shutil.ignore_patterns("output"))
    notes = {name: numbered_words(name, count) for name, count in LONG.items()}
    notes["nb"] += "\n\n" + numbered_words("nc", 700)
    text = "\n\n".join([*TEXTS, *(note(name, words) for name, words in notes.items())])
    for name, place in PLACES.items():
        text = text.replace(f"{place} ", f"{place}[^{name}] ")
    change_files(root, {CHAPTER: HEAD + text, "bibliography.bib": ""})
    return request.param.name, written(request.param, root, root.with_suffix(".pdf"), store)


def test_long_notes_lose_nothing(long_notes: tuple[str, Path]) -> None:
    """Each word of text and notes stands on one page, in its order, and a note begins below its call."""
    _, pdf = long_notes
    pages = [[word.text for word in page] for page in page_words(pdf)]
    for text in [*TEXTS, *(numbered_words(name, count) for name, count in {**LONG, "nc": 700}.items())]:
        prefix = text[:2]
        calls = {f"{place}{number}" for number, place in enumerate(PLACES.values(), 1)}
        found = [word for page in pages for word in page if re.match(rf"{prefix}\d", word)]
        assert [word[:-1] if word in calls else word for word in found] == text.split()
    for number, (name, place) in enumerate(PLACES.items(), 1):
        (page,) = [page for page in pages if f"{name}0" in page]
        assert place in page or f"{place}{number}" in page


def test_long_notes_have_no_seam(long_notes: tuple[str, Path]) -> None:
    """The last line before a cut is a full one, the next one goes on without mark or indent; one Note in the tags."""
    edition, pdf = long_notes
    pages = [[word for word in page if re.match(r"n[a-e]\d", word.text)] for page in page_words(pdf)]
    cuts = 0
    for page, after in pairwise(pages):
        if not page or not after or after[0].text.endswith("d0") or after[0].text.endswith("e0"):
            continue
        cuts += 1
        last, first = page[-1], after[0]
        assert first.left == pytest.approx(min(word.left for word in after), abs=0.1)
        assert int(first.text[2:]) == int(last.text[2:]) + 1
        if edition != "large-print":
            assert last.right == pytest.approx(max(word.right for word in page), abs=0.5)
    assert cuts >= 5
    if edition != "print":
        with pikepdf.open(pdf) as opened:
            assert len(tags(opened, "Note")) == len(LONG)


def test_a_page_full_of_a_note(small_book: MakeBook, tmp_path: Path, store: Store) -> None:
    """Where the next line calls a note too, it waits until there is room; each page has the rule above its notes."""
    called = " ".join(f"tb{number}^[ne{number} words.]" for number in range(24))
    text = (
        f"{TEXTS[0]}[^na] {numbered_words('td', 40)} {called}\n\n{TEXTS[2]}\n\n{note('na', numbered_words('na', 900))}"
    )
    root = small_book({CHAPTER: HEAD + text, "bibliography.bib": ""})
    pdf = written(screen.EDITION, root, tmp_path / "full.pdf", store)
    pages = [[word.text for word in page] for page in page_words(pdf)]
    for name, wanted in (("ta", 150), ("tb", 24), ("tc", 150), ("na", 900), ("ne", 24)):
        found = [int(word[2:5]) for page in pages for word in page if re.match(rf"{name}\d", word)]
        if name in ("ta", "tb"):  # the numbers of notes stand behind the words
            assert len(found) == wanted
        else:
            assert found == list(range(wanted))
    assert any({word[:2] for word in page if re.match(r"[nt][a-e]\d", word)} == {"na"} for page in pages)
    with pypdfium2.PdfDocument(pdf) as document:
        for page, words in zip(document, pages, strict=True):
            shapes = [one.get_bounds() for one in page.get_objects() if one.type == pdfium.FPDF_PAGEOBJ_PATH]
            has_rule = any(right - left > 300 and abs(bottom - 70.2) < 1 for left, bottom, right, _ in shapes)
            assert has_rule or not any(re.match(r"n[ae]\d", word) for word in words)


LISTS = """
5. five
6. six

<!-- -->

b. bee
c. cee

<!-- -->

(iv) four
(v) fife

    3) nested three
    4) nested four

<!-- -->

0. zero

<!-- -->

A)  capital

Text.[^n]

[^n]: In a note:

    (c) sea
    (d) dee
"""
NUMBERS = ["5. five", "6. six", "b. bee", "c. cee", "(iv) four", "(v) fife", "3) nested three", "4) nested four"]
NUMBERS += ["0. zero", "A) capital", "(c) sea", "(d) dee"]


@pytest.mark.parametrize("edition", [screen.EDITION, large_print.EDITION, print.EDITION], ids=lambda one: one.name)
def test_numbers_of_lists_on_paper(edition: Edition, small_book: MakeBook, tmp_path: Path, store: Store) -> None:
    """Lists begin where authors say, in their style and brackets."""
    root = small_book({CHAPTER: HEAD + LISTS, "bibliography.bib": ""})
    lines = text_lines(written(edition, root, tmp_path / "lists.pdf", store))
    assert [line for line in lines if line in NUMBERS] == NUMBERS


def test_numbers_of_lists_on_screens(small_book: MakeBook, tmp_path: Path, store: Store) -> None:
    """Web pages and EPUBs say so in attributes and classes, which the stylesheet of each knows."""
    root = small_book({CHAPTER: HEAD + LISTS, "bibliography.bib": ""})
    pages = written(web.EDITION, root, tmp_path / "html", store)
    book = written(epub.EDITION, root, tmp_path / "book.epub", store)
    with zipfile.ZipFile(book) as archive:
        (packed,) = [archive.read(name).decode() for name in archive.namelist() if name.endswith("first-chapter.xhtml")]
    wanted = ['start="5" type="1"', 'start="2" type="a"', 'class="lower-roman-parens long-numbers" start="4" type="i"']
    wanted += ['class="decimal-paren" start="3" type="1"', 'start="0" type="1"', 'class="upper-alpha-paren" type="A"']
    wanted += ['class="lower-alpha-parens" start="3" type="a"']
    for markup in ((pages / "first-chapter.html").read_text("utf-8"), packed):
        assert [found for found in re.findall(r"<ol ([^>]*)>", markup) if found in wanted] == wanted


WORD = "supercalifragilisticexpialidociousantidisestablishmentarianismpneumonoultramicroscopicsilicovolcanoconiosis"
COLUMNS = "|".join(f" {10_000_000 + number} " for number in range(12))
WIDE = f"""
A word {WORD} and `{WORD}/{WORD}` and <https://example.org/{WORD}> run.

|{COLUMNS}|
|{"---|" * 12}
|{COLUMNS}|

| Code | Word |
|---|---|
| `{WORD}` | {WORD} |

$$ a {" ".join(f"+ b_{{{number}}}" for number in range(60))} $$

Inline ${"+".join(f"b_{{{number}}}" for number in range(40))}$ and ![alt](figures/wide.png) here.

```
{WORD}{WORD}
```

- item `{WORD}`

::: caution
Word {WORD}.
:::

Note.[^n]

[^n]: A note `{WORD}`.

    | A | B |
    |---|---|
    | {WORD} | b |

## A heading with {WORD} {{#sec:a}}
"""


def wide_book(small_book: MakeBook) -> Path:
    """A book in which everything is too wide."""
    picture = io.BytesIO()
    Image.new("RGB", (1600, 400), "teal").save(picture, "png")
    files: dict[str, str | bytes | None] = {
        CHAPTER: HEAD + WIDE,
        "bibliography.bib": "",
        "manuscript/figures/wide.png": picture.getvalue(),
    }
    return small_book(files)


@pytest.mark.parametrize("edition", [screen.EDITION, large_print.EDITION], ids=lambda one: one.name)
def test_what_is_too_wide_is_fitted_or_reported(
    edition: Edition, small_book: MakeBook, tmp_path: Path, store: Store
) -> None:
    """Nothing stands out of the text block; tables with broken words and tiny formulas are named at their lines."""
    root = wide_book(small_book)
    book, _ = load_book(root, store)
    assert book is not None
    report, pdf = Report(), tmp_path / "wide.pdf"
    edition.write(book, pdf, {}, store, report)
    source = (root / CHAPTER).read_text("utf-8").splitlines()
    found = [(one.code, source[one.position.line - 1][:9].split("|")[-1].strip()) for one in report]
    assert {("too-wide", "$$ a + b_"), ("too-wide", "1000000")} <= set(found), report.render("text")
    assert {code for code, _ in found} == {"too-wide"}
    with pypdfium2.PdfDocument(pdf) as document:
        for page, words in zip(document, page_words(pdf), strict=True):
            edge = page.get_width() - (52.5 if edition.name == "screen" else 58.5)
            assert [word.text for word in words if word.right > edge] == []
            drawn = [one.get_bounds() for one in page.get_objects() if one.type != pdfium.FPDF_PAGEOBJ_TEXT]
            assert [bounds for bounds in drawn if bounds[2] > edge] == []
    letters = re.sub(r"[\W_]", "", "".join(word.text for page in page_words(pdf) for word in page))
    assert letters.count(WORD) == WIDE.count(WORD)


def test_no_page_scrolls_sideways(small_book: MakeBook, tmp_path: Path, store: Store, browser: Browser) -> None:
    """On a phone of 360 pixels the same book has tables, code and formulas that scroll in frames of their own."""
    pages = written(web.EDITION, wide_book(small_book), tmp_path / "html", store)
    page = browser.new_page(viewport={"width": 360, "height": 740})
    page.goto((pages / "first-chapter.html").as_uri())
    assert page.evaluate("document.documentElement.scrollWidth") == 360
    page.close()
