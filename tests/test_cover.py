"""The cover of the printed book: its measures, its inks, its bars, and when there is none."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
from conftest import ROOT, MakeBook, load_book, run_build
from PIL import Image
from test_print import MM, SMALL, boxes, inks

from press.diagnostics import Report
from press.editions import Finished
from press.store import Store
from press.writers import cover

BOOK = "manuscript/book.yaml"
SETTINGS = (ROOT / "templates" / "new-book" / BOOK).read_text("utf-8")
ISBN = "978-3-16-148410-0"
VERMILION = (0.2, 0.95, 1, 0.12)
SPOTTED = {
    BOOK: SETTINGS
    + "series: {name: Spot, short_name: Spot, views: {front: {file: figures/front.svg, label: the front}}}\n",
    "manuscript/figures/front.svg": '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 500 1000">'
    '<path class="contour" d="M100 100H400V900H100Z"/><path class="muscle" d="M150 300H200V400H150Z"/></svg>',
    "manuscript/01-first-chapter.md": "---\ntitle: One\nspot: {short_name: One, area: one, view: front, x: 0.5, "
    "y: 0.5, where: in the middle}\n---\n\nText.\n",
}


def write(root: Path, path: Path, store: Store, pages: int = 200) -> Report:
    """Write the cover of a book of that many pages, and give what was reported on the way."""
    book, report = load_book(root, store)
    assert book is not None and not report.fails()
    report = Report()
    cover.EDITION.write(book, path, {"print": Finished("print", "x.pdf", 1, "", {"pages": pages})}, store, report)
    return report


def words(path: Path) -> str:
    """The text of the cover."""
    return subprocess.run(["pdftotext", path, "-"], capture_output=True, text=True, check=True).stdout


@pytest.mark.parametrize(
    ("settings", "pages", "width", "height", "spine"),
    [
        ("", 222, 432, 648, 36),
        ("print: {pages_per_inch: 500, trim: 5.5x8.5in}\n", 250, 396, 612, 36),
        ("print: {trim: A5, crop_marks: true}\n", 37, 148 * MM, 210 * MM, 6),
    ],
)
def test_the_sheet_is_back_spine_and_front(
    settings: str,
    pages: int,
    width: float,
    height: float,
    spine: float,
    tmp_path: Path,
    store: Store,
    small_book: MakeBook,
) -> None:
    """The spine is as wide as the pages are thick; 3 mm of bleed all round, more with marks."""
    assert not len(write(small_book({BOOK: SETTINGS + settings}), tmp_path / "x.pdf", store, pages))
    with pikepdf.open(tmp_path / "x.pdf") as pdf:
        (page,) = pdf.pages
        room = 9 if "marks" in settings else 3
        assert boxes(page, "/TrimBox") == pytest.approx([0, 0, 2 * width + spine, height], abs=0.1)
        trim = boxes(page, "/TrimBox")
        for edge, trimmed, sign in zip(boxes(page, "/MediaBox"), trim, (-1, -1, 1, 1), strict=True):
            assert edge == pytest.approx(trimmed + sign * room * MM, abs=0.02)
        for edge, trimmed, sign in zip(boxes(page, "/BleedBox"), trim, (-1, -1, 1, 1), strict=True):
            assert sign * (edge - trimmed) >= 3 * MM - 0.02
        (intent,) = pdf.Root.OutputIntents
        assert intent.S == "/GTS_PDFX" and intent.DestOutputProfile.N == 4
        with pdf.open_metadata() as metadata:
            assert metadata["pdfxid:GTS_PDFXVersion"] == "PDF/X-4"
        assert inks_of(pdf) <= {(0, 0, 0, 1), (0, 0.02, 0.06, 0)}


def inks_of(pdf: pikepdf.Pdf) -> set[tuple[float, ...]]:
    """The colours of a cover, none of which is one of screens."""
    (page,) = pdf.pages
    return set(inks(page, page.obj.Resources))


def test_spots_are_the_only_colour(tmp_path: Path, store: Store, small_book: MakeBook) -> None:
    """All else is black, the ground apart; what is no line of the drawing becomes a share of black."""
    assert not len(write(small_book(SPOTTED), tmp_path / "x.pdf", store))
    with pikepdf.open(tmp_path / "x.pdf") as pdf:
        found = inks_of(pdf)
        assert VERMILION in found and (0, 0, 0, 1) in found
        assert {ink for ink in found if any(ink[:3])} == {VERMILION, (0, 0.02, 0.06, 0)}
        fonts = [one for one in pdf.objects if isinstance(one, pikepdf.Dictionary) and one.get("/Type") == "/Font"]
        assert fonts
        for font in fonts:
            assert "+Source-S" in str(font.BaseFont)
            for inner in font.get("/DescendantFonts", []):
                assert {"/FontFile2", "/FontFile3"} & set(inner.FontDescriptor.keys())


def test_the_ground_reaches_the_edge(tmp_path: Path, store: Store, small_book: MakeBook) -> None:
    """Of the sheet that is cut: no white shows where the knife goes astray."""
    assert not len(write(small_book(), tmp_path / "x.pdf", store))
    picture = drawn(tmp_path / "x.pdf", 1)
    corners = {picture.getpixel((x, y)) for x in (1, picture.width - 2) for y in (1, picture.height - 2)}
    assert len(corners) == 1 and corners != {(255, 255, 255)}


def drawn(path: Path, scale: float) -> Any:
    """The sheet with its bleed in pixels, `scale` to the point."""
    document = pypdfium2.PdfDocument(path)
    picture: Image.Image = document[0].render(scale=scale).to_pil().convert("RGB")
    document.close()
    return picture


def ean13(number: str) -> str:
    """The 95 modules of EAN-13, dark ones as 1, from the tables of ISO/IEC 15420."""
    left = [
        "0001101",
        "0011001",
        "0010011",
        "0111101",
        "0100011",
        "0110001",
        "0101111",
        "0111011",
        "0110111",
        "0001011",
    ]
    right = ["".join("10"[int(module)] for module in code) for code in left]
    mirrored = [code[::-1] for code in right]
    assert number[0] == "9"
    parity = "LGGLGL"
    halves = [(left if side == "L" else mirrored)[int(digit)] for side, digit in zip(parity, number[1:7], strict=True)]
    return f"101{''.join(halves)}01010{''.join(right[int(digit)] for digit in number[7:])}101"


def test_the_bars_are_those_of_the_isbn(tmp_path: Path, store: Store, small_book: MakeBook) -> None:
    """Read from the drawn page: their modules, their size, the light margins, and the digits."""
    assert not len(write(small_book({BOOK: f"{SETTINGS}isbn: {ISBN}\n"}), tmp_path / "x.pdf", store))
    scale = 8
    picture = drawn(tmp_path / "x.pdf", scale).crop((0, 0, 440 * scale, 664 * scale))
    y = round((664 - 8.5 - 80) * scale)
    row = "".join("1" if sum(picture.getpixel((x, y))) < 200 else "0" for x in range(picture.width))
    first, last = row.index("1"), row.rindex("1") + 1
    module = (last - first) / 95
    read = "".join(row[int(first + (place + 0.5) * module)] for place in range(95))
    assert read == ean13(ISBN.replace("-", ""))
    assert module / scale / MM == pytest.approx(0.33, abs=0.005)
    for x in (*range(int(first - 11 * module), first - 2), *range(last + 2, int(last + 7 * module))):
        assert picture.getpixel((x, y)) == (255, 255, 255), x
    text = words(tmp_path / "x.pdf")
    assert f"ISBN {ISBN}" in text
    assert ISBN.replace("-", "") in re.sub(r"\s", "", text)


def test_no_isbn_no_bars(tmp_path: Path, store: Store, small_book: MakeBook) -> None:
    """Nothing of the kind is made up: the sheet has no white in it."""
    assert not len(write(small_book(), tmp_path / "x.pdf", store))
    assert "ISBN" not in words(tmp_path / "x.pdf")
    colours = drawn(tmp_path / "x.pdf", 2).getcolors(100_000)
    assert (255, 255, 255) not in {colour for _, colour in colours}


@pytest.mark.parametrize(("root", "title", "rises"), [(None, "A New Book", False), (SMALL, "Der geduldige Teig", True)])
def test_the_spine_reads_as_its_language_does(
    root: Path | None, title: str, rises: bool, tmp_path: Path, store: Store, small_book: MakeBook
) -> None:
    """In English from the top down, in German from the bottom up; under 6 mm it is empty."""
    root = root or small_book()
    assert not len(write(root, tmp_path / "thin.pdf", store, 104))
    assert not len(write(root, tmp_path / "thick.pdf", store, 106))
    parts = title.split()
    assert [words(tmp_path / name).split().count(parts[-1]) for name in ("thin.pdf", "thick.pdf")] == [1, 2]

    document = pypdfium2.PdfDocument(tmp_path / "thick.pdf")
    text = document[0].get_textpage()
    spine = 432, 432 + 106 / 444 * 72
    places = [text.get_charbox(place) for place in range(text.count_chars())]
    heights = [
        bottom
        for place, (left, bottom, right, _) in enumerate(places)
        if spine[0] < left and right < spine[1] and text.get_text_range(place, 1).strip()
    ]
    document.close()
    letters = len("".join(parts))
    assert len(heights) > letters
    assert sorted(heights[:letters], reverse=not rises) == heights[:letters]


def test_a_description_that_is_too_long(tmp_path: Path, store: Store, small_book: MakeBook) -> None:
    """It is reported at the setting."""
    long = SETTINGS.replace("A book that has just begun.", "Many words. " * 250)
    report = write(small_book({BOOK: long}), tmp_path / "x.pdf", store)
    assert [found.code for found in report] == ["layout-warning"]
    assert next(iter(report)).position.line == 1 + long[: long.index("description:")].count("\n")


def test_the_same_book_makes_the_same_bytes(tmp_path: Path, store: Store) -> None:
    """From another folder too."""
    shutil.copytree(SMALL, tmp_path / "elsewhere")
    assert not len(write(SMALL, tmp_path / "one.pdf", store))
    assert not len(write(tmp_path / "elsewhere", tmp_path / "two.pdf", store))
    assert (tmp_path / "one.pdf").read_bytes() == (tmp_path / "two.pdf").read_bytes()


def test_the_cover_brings_the_print_edition_along(small_book: MakeBook) -> None:
    """It needs its number of pages; one that is there already is not made again."""
    root = small_book()
    inside, around = root / "output" / "new-book-print.pdf", root / "output" / "new-book-cover.pdf"
    assert run_build("build", "--strict", "--edition", "cover", "--book", str(root)).returncode == 0
    made = inside.stat().st_mtime_ns
    data = around.read_bytes()
    around.unlink()
    assert run_build("build", "--strict", "--edition", "cover", "--book", str(root)).returncode == 0
    assert around.read_bytes() == data
    assert inside.stat().st_mtime_ns == made


def test_no_profile_no_cover(small_book: MakeBook) -> None:
    """It goes with the print edition, and that is said once; the next build repeats it."""
    root = small_book({BOOK: SETTINGS + "print: {profile: inks.icc}\n"})
    for _ in range(2):
        done = run_build("build", "--edition", "print", "--edition", "cover", "--book", str(root))
        assert done.returncode == 0
        assert done.stderr.count("[missing-profile]") == 1
        assert not list((root / "output").glob("*.pdf"))
