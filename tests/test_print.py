"""The PDF for print shops, by its own facts: PDF/X-4, one ink, bleed, leaves; and the one in large print.

The checks are pikepdf's and pypdfium2's, since no package checks PDF/X-4 on the Pythons that the press runs on.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pypdfium2.raw as pdfium
import pytest
from conftest import ROOT, Built, MakeBook, load_book
from PIL import Image

from press.diagnostics import Report
from press.store import Store
from press.writers import print as print_edition
from press.writers.paged.black import in_black
from press.writers.paged.large import enlarged
from press.writers.paged.trim import LINE, TRIMS, page_rules

SMALL = ROOT / "tests" / "books" / "kleines-buch"
MM = 72 / 25.4


def write(root: Path, path: Path, store: Store) -> Report:
    """Write the print edition of a book, and give what was reported on the way."""
    book, report = load_book(root, store)
    assert book is not None and not report.fails()
    report = Report()
    print_edition.EDITION.write(book, path, {}, store, report)
    return report


@pytest.fixture(scope="session")
def pdf(built: Built) -> Iterator[pikepdf.Pdf]:
    """The real book's print edition."""
    with pikepdf.open(built.of("print")) as found:
        yield found


def boxes(page: pikepdf.Page, name: str) -> list[float]:
    """A box of a page, in points."""
    return [float(edge) for edge in page.obj[name]]


def test_it_says_what_it_is(pdf: pikepdf.Pdf) -> None:
    """PDF/X-4 with the profile of the inks it is meant for, and dated by the release."""
    with pdf.open_metadata() as metadata:
        assert metadata["pdfxid:GTS_PDFXVersion"] == "PDF/X-4"
    (intent,) = pdf.Root.OutputIntents
    assert intent.S == "/GTS_PDFX" and intent.DestOutputProfile.N == 4
    assert str(pdf.docinfo["/CreationDate"]).startswith("D:2026")
    assert str(pdf.docinfo["/Trapped"]) == "/False"
    assert not pdf.check_pdf_syntax()


def test_pages_have_bleed_and_nothing_to_click(pdf: pikepdf.Pdf) -> None:
    """6 by 9 inches, 3 mm of bleed all round, no annotations, an even number of pages."""
    assert len(pdf.pages) % 2 == 0
    for page in pdf.pages:
        assert boxes(page, "/TrimBox") == [0, 0, 432, 648]
        for name in ("/MediaBox", "/BleedBox"):
            assert boxes(page, name) == pytest.approx([-3 * MM, -3 * MM, 432 + 3 * MM, 648 + 3 * MM], abs=0.02)
        assert "/ArtBox" not in page.obj and "/Annots" not in page.obj


def inks(stream: Any, resources: Any) -> Iterator[tuple[float, ...]]:
    """The colours that a content stream and the forms in it set, as shares of four inks; nothing else is allowed."""
    spaces = dict(resources.get("/ColorSpace", {}).items())
    chosen: dict[str, Any] = {}
    for instruction in pikepdf.parse_content_stream(stream):
        assert isinstance(instruction, pikepdf.ContentStreamInstruction), "a picture inside the text"
        operands, name = instruction.operands, str(instruction.operator)
        assert name not in ("rg", "RG"), "a colour of screens"
        if name in ("k", "K"):
            yield tuple(float(value) for value in operands)
        elif name in ("g", "G"):
            yield (0, 0, 0, 1 - float(operands[0]))
        elif name in ("cs", "CS"):
            chosen[name] = spaces.get(str(operands[0]), operands[0])
        elif name in ("sc", "scn", "SC", "SCN"):
            space = chosen["cs" if name.islower() else "CS"]
            assert space == "/DeviceCMYK" or (space[0] == "/ICCBased" and space[1].N == 4), space
            yield tuple(float(value) for value in operands)
    for form in resources.get("/XObject", {}).values():
        if form.get("/Subtype") == "/Form":
            yield from inks(form, form.get("/Resources", resources))


def test_one_ink(pdf: pikepdf.Pdf) -> None:
    """Everything is a share of black; text is black through and through."""
    found = {ink for page in pdf.pages for ink in inks(page, page.obj.Resources)}
    assert found
    assert all(ink[:3] == (0, 0, 0) for ink in found), found
    assert (0, 0, 0, 1) in found


@pytest.fixture(scope="session")
def pages(built: Built) -> list[list[str]]:
    """The lines of every page of the real book's print edition, from top to bottom."""
    done = subprocess.run(["pdftotext", "-layout", built.of("print"), "-"], capture_output=True, text=True, check=True)
    return [[line.strip() for line in page.splitlines() if line.strip()] for page in done.stdout.split("\f")[:-1]]


def test_parts_begin_on_right_hand_pages(pages: list[list[str]], built: Built, store: Store) -> None:
    """Chapters open on the right; the pages that are left empty for it are wholly empty."""
    book, _ = load_book(ROOT, store)
    assert book
    heads = [re.sub(r"^(Appendix[AB]|\d+)", "", re.sub(r"\W", "", "".join(lines[:8]))) for lines in pages]
    last = next(number for number, head in enumerate(heads, 1) if head.startswith("Preface")) - 1
    for chapter in book.chapters:
        words = re.sub(r"\W", "", chapter.title)
        last = next(number for number, head in enumerate(heads, 1) if number > last and head.startswith(words))
        assert last % 2 == 1, chapter.title
    empty = [number for number, lines in enumerate(pages, 1) if not any(lines)]
    assert empty and all(number % 2 == 0 for number in empty)


def test_running_heads_mirror_each_other(pages: list[list[str]]) -> None:
    """On the left the folio and the book, on the right the chapter and the folio."""
    lefts = [lines[0] for lines in pages if lines and re.match(r"\d+\s+THE PERFECT SPOTS", lines[0], re.I)]
    rights = [lines[0] for lines in pages if lines and re.fullmatch(r"\D+\s+\d+", lines[0].strip())]
    assert len(lefts) > 40 and len(rights) > 40


def test_no_profile_no_print_edition(tmp_path: Path, store: Store, small_book: MakeBook) -> None:
    """A profile that is not there leaves the edition out, with a warning at the setting."""
    root = small_book()
    settings = root / "manuscript" / "book.yaml"
    settings.write_text(settings.read_text("utf-8") + "print: {profile: inks.icc}\n", "utf-8")
    report = write(root, tmp_path / "x.pdf", store)
    assert [found.code for found in report] == ["missing-profile"]
    assert not (tmp_path / "x.pdf").exists()


def test_another_trim_and_crop_marks(tmp_path: Path, store: Store, small_book: MakeBook) -> None:
    """One setting changes the size of the page; crop marks need room around it; pages are filled up to sixteen."""
    root = small_book()
    settings = root / "manuscript" / "book.yaml"
    text = settings.read_text("utf-8") + "print: {trim: A5, crop_marks: true, pages_multiple: 16}\n"
    settings.write_text(text, "utf-8")
    report = write(root, tmp_path / "x.pdf", store)
    assert not len(report), report.render("text")
    with pikepdf.open(tmp_path / "x.pdf") as made:
        assert len(made.pages) % 16 == 0
        trim, media = boxes(made.pages[0], "/TrimBox"), boxes(made.pages[0], "/MediaBox")
        assert [trim[2] - trim[0], trim[3] - trim[1]] == pytest.approx([148 * MM, 210 * MM], abs=0.1)
        assert media[2] - media[0] == pytest.approx((148 + 18) * MM, abs=0.1)
        assert all(ink[:3] == (0, 0, 0) for page in made.pages for ink in inks(page, page.obj.Resources))
    labels = [page["label"] for page in json.loads((tmp_path / "pages.json").read_bytes())]
    arabic = [int(label) for label in labels if label.isdecimal()]
    assert arabic == list(range(1, len(arabic) + 1)), "pages that fill the book up go on counting"


def with_picture(root: Path, width: int) -> None:
    """Give a small book a photograph so many pixels wide."""
    (root / "manuscript" / "figures").mkdir(exist_ok=True)
    Image.new("RGBA", (width, 40), (200, 30, 30, 128)).save(root / "manuscript" / "figures" / "red.png")
    chapter = root / "manuscript" / "01-first-chapter.md"
    chapter.write_text(chapter.read_text("utf-8") + '\n![Red.](figures/red.png){alt="A red bar."}\n', "utf-8")


@pytest.mark.parametrize(("width", "enough"), [(60, False), (1349, True), (1300, False), (1351, True)])
def test_pictures_with_too_few_pixels_are_reported(
    width: int, enough: bool, tmp_path: Path, store: Store, small_book: MakeBook
) -> None:
    """At the place of the picture: those with less than 300 pixels an inch where they are printed."""
    root = small_book()
    with_picture(root, width)
    lines = (root / "manuscript" / "01-first-chapter.md").read_text("utf-8").splitlines()
    found = list(write(root, tmp_path / "x.pdf", store))
    expected = [] if enough else [("low-resolution", f"manuscript/01-first-chapter.md:{len(lines)}:7")]
    assert [(one.code, str(one.position)) for one in found] == expected
    if width == 60:
        assert "0.6 inches wide, with 96 pixels an inch" in found[0].message


def test_pictures_turn_grey(tmp_path: Path, store: Store, small_book: MakeBook) -> None:
    """A photograph is printed in black."""
    root = small_book()
    with_picture(root, 1400)
    assert not len(write(root, tmp_path / "x.pdf", store))
    with pikepdf.open(tmp_path / "x.pdf") as made:
        images = [one for one in made.objects if isinstance(one, pikepdf.Stream) and one.get("/Subtype") == "/Image"]
        assert [str(image.ColorSpace) for image in images] == ["/DeviceGray"]


def test_the_same_book_makes_the_same_bytes(tmp_path: Path, store: Store) -> None:
    """From another folder too."""
    copy = tmp_path / "elsewhere"
    shutil.copytree(SMALL, copy)
    assert not len(write(SMALL, tmp_path / "one.pdf", store))
    assert not len(write(copy, tmp_path / "two.pdf", store))
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


@pytest.mark.parametrize("name", TRIMS)
def test_the_text_block_is_a_whole_number_of_lines(name: Any) -> None:
    """On every page size, so that lines of both sides of a leaf stand on each other."""
    top, _, bottom, _ = (float(size) for size in re.findall(r"([\d.]+)pt", page_rules(TRIMS[name], False))[2:6])
    assert ((TRIMS[name].height - top - bottom) / LINE + 0.5) % 1 == pytest.approx(0.5, abs=0.01)


def test_colours_as_shares_of_black() -> None:
    """Ink is full black, paper no ink at all, and what is between a share."""
    assert in_black("a { color: #1c1b19 } b { color: #fffdf8 }") == (
        "a { color: device-cmyk(0 0 0 1) } b { color: device-cmyk(0 0 0 0) }"
    )
    assert in_black("#888") == "device-cmyk(0 0 0 0.467)"


# Large print


def test_large_print_is_large(built: Built) -> None:
    """No text is smaller than 16 points; the running text has 18."""
    document = pypdfium2.PdfDocument(built.of("large-print"))
    sizes: dict[float, int] = {}
    for page in document:
        text = page.get_textpage()
        for place in range(text.count_chars()):
            if chr(pdfium.FPDFText_GetUnicode(text, place)).isalpha():
                size = round(0.75 * pdfium.FPDFText_GetFontSize(text, place), 1)  # WeasyPrint writes CSS pixels
                sizes[size] = sizes.get(size, 0) + 1
    document.close()
    assert max(sizes, key=lambda size: sizes[size]) == 18
    small = {size: count for size, count in sizes.items() if size < 13}
    assert sum(small.values()) < 0.02 * sum(sizes.values()), small


def test_large_print_is_sound(built: Built) -> None:
    """Outloud finds no error of accessibility, qpdf none of syntax."""
    path = built.of("large-print")
    done = subprocess.run(["qpdf", "--check", path], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


def test_enlarged_measures() -> None:
    """Sizes grow together with their leading, and no type stays small."""
    made = enlarged('p { font: 10.3pt/14.3pt "Source Serif 4"; margin: 5pt } i { font: 8pt/10pt x; font-size: 8pt }')
    assert made == (
        'p { font: 18pt/24.99pt "Source Sans 3"; margin: 8.738pt } i { font: 16pt/21.28pt x; font-size: 16pt }'
    )
