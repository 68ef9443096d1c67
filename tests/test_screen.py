"""The PDF for screens, of a small book and of the real one: what it says of itself has to be true of its pages."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pypdfium2
import pytest
import weasyprint
from conftest import ROOT, Built, MakeBook, load_book
from weasyprint.formatting_structure.boxes import LineBox, TextBox

from press.diagnostics import Report
from press.store import Store
from press.writers.paged.mending import laid_out_properly
from press.writers.paged.page_numbers import fill_contents, fill_cross_references, fill_index
from press.writers.paged.text import break_addresses
from press.writers.screen import EDITION

SMALL = ROOT / "tests" / "books" / "shed"


@dataclass(frozen=True, slots=True)
class Link:
    """A link inside a PDF."""

    page: int
    """Where it stands, from 0."""
    words: str
    target: str
    """The name of a destination, or a web address."""


@dataclass(frozen=True, slots=True)
class Reading:
    """A PDF as its readers get it."""

    pdf: pikepdf.Pdf
    texts: list[str]
    labels: list[str]
    places: dict[str, int]
    """Destination -> page, from 0."""
    links: list[Link]

    def label_of(self, target: str) -> str:
        """The number printed on the page of a destination."""
        return self.labels[self.places[target]]


def read(path: Path) -> Reading:
    """Open a PDF and find what the tests want to know."""
    document = pypdfium2.PdfDocument(path)
    texts = [" ".join(page.get_textpage().get_text_range().split()) for page in document]
    labels = [document.get_page_label(number) for number in range(len(document))]
    document.close()
    pdf = pikepdf.open(path)
    numbers: dict[Any, int] = {page.objgen: number for number, page in enumerate(pdf.pages)}
    names = list(pdf.Root.Names.Dests.Names)
    places = {str(name): numbers[place[0].objgen] for name, place in zip(names[::2], names[1::2], strict=True)}
    links = [
        Link(number, str(note.Contents), str(note.Dest) if "/Dest" in note else str(note.A.URI))
        for number, page in enumerate(pdf.pages)
        for note in page.get("/Annots", [])
    ]
    return Reading(pdf, texts, labels, places, links)


def write(root: Path, path: Path, store: Store) -> Report:
    """Write the PDF of a book, and give what was reported on the way."""
    book, report = load_book(root, store)
    assert book is not None and not report.fails()
    report = Report()
    counts = EDITION.write(book, path, {}, store, report)
    assert counts == {"pages": len(pikepdf.open(path).pages)}
    return report


@pytest.fixture(scope="session")
def small_pdf(tmp_path_factory: pytest.TempPathFactory, store: Store) -> Path:
    """The PDF of a small book with something of everything."""
    path = tmp_path_factory.mktemp("screen") / "small.pdf"
    report = write(SMALL, path, store)
    assert not len(report), report.render("text")
    return path


@pytest.fixture(scope="session", params=["small", "real"])
def path(request: pytest.FixtureRequest) -> Path:
    """The PDFs that everything has to be true of."""
    if request.param == "small":
        small: Path = request.getfixturevalue("small_pdf")
        return small
    built: Built = request.getfixturevalue("built")
    return built.pdf


@pytest.fixture(scope="session")
def reading(path: Path) -> Reading:
    """One of the PDFs, opened."""
    return read(path)


def test_syntax_and_metadata(reading: Reading) -> None:
    """The file is sound, names itself, and claims PDF/UA-1."""
    assert reading.pdf.check_pdf_syntax() == []
    assert str(reading.pdf.Root.Lang) == "en-US"
    assert str(reading.pdf.docinfo["/CreationDate"]).startswith("D:2026")
    with reading.pdf.open_metadata() as metadata:
        assert metadata["pdfuaid:part"] == "1"
        assert metadata["dc:title"] == str(reading.pdf.docinfo["/Title"])


def test_fonts_are_embedded_and_ours(reading: Reading) -> None:
    """No page needs a font of the reader's machine."""
    fonts = [
        font for font in reading.pdf.objects if isinstance(font, pikepdf.Dictionary) and font.get("/Type") == "/Font"
    ]
    assert fonts
    for font in fonts:
        assert "+Source-S" in str(font.BaseFont)
        for inner in font.get("/DescendantFonts", []):
            assert {"/FontFile2", "/FontFile3"} & set(inner.FontDescriptor.keys())


def test_nothing_is_loaded_from_outside(reading: Reading) -> None:
    """The address that files are loaded from in layout is no part of the PDF."""
    assert not [link for link in reading.links if "book.invalid" in link.target]


def test_notes_stand_on_the_page_of_their_call(reading: Reading) -> None:
    """Every call is linked to its note and back, on one page."""
    calls = [name for name in reading.places if name.endswith("-call")]
    assert calls
    targets = {(link.page, link.target) for link in reading.links}
    for call in calls:
        note = call.removesuffix("-call")
        page = reading.places[call]
        assert reading.places[note] == page, note
        assert {(page, call), (page, note)} <= targets


def test_page_labels(reading: Reading) -> None:
    """Roman before the text, arabic from 1 in it."""
    first = reading.labels.index("1")
    assert reading.labels[:3] == ["i", "ii", "iii"]
    assert reading.labels[first:] == [str(number) for number in range(1, len(reading.labels) - first + 1)]
    assert all(re.fullmatch("[ivx]+", label) for label in reading.labels[:first])


def test_contents(reading: Reading) -> None:
    """Every line of the contents gives the number of the page that it leads to."""
    page = next(number for number, text in enumerate(reading.texts) if text.startswith("Contents"))
    titles: dict[str, str] = {}
    for link in reading.links:
        if link.page == page:
            titles[link.target] = f"{titles.get(link.target, '')} {link.words}".strip()
    assert len(titles) >= 5
    for target, title in titles.items():
        found = re.findall(re.escape(title) + r"[ .]*(\d+|[ivx]+)\b", reading.texts[page])
        assert reading.label_of(target) in found, title


def test_cross_references(reading: Reading) -> None:
    """A page number after a cross reference is that of its target."""
    checked = 0
    for link in reading.links:
        parts = [other for other in reading.links if (other.page, other.target) == (link.page, link.target)]
        if len(link.words) < 5 or len(parts) > 1:  # of a link on two lines, each line is one
            continue
        plain = re.escape(link.words).replace(r"\ ", " ")
        found = re.findall(rf"(?<!\w){plain} ?\(page (\d+)\)", reading.texts[link.page])
        longer = any(other.words.endswith(f" {link.words}") for other in reading.links if other.page == link.page)
        if len(set(found)) == 1 and not longer:
            same = {other.target for other in reading.links if other.page == link.page and other.words == link.words}
            assert found[0] in {reading.label_of(target) for target in same}, link
            checked += 1
    assert checked >= 3


def test_index(reading: Reading) -> None:
    """Every page number in the index is a link to the page with this number."""
    start = reading.places["part-index"]
    links = [link for link in reading.links if link.page >= start and re.search("(?<!part)-index-", link.target)]
    assert links
    for link in links:
        assert link.words == reading.label_of(link.target), link


def test_bookmarks(reading: Reading) -> None:
    """Two levels, in the order of the pages, from the title page to the end."""
    with reading.pdf.open_outline() as outline:
        entries = [(entry, level) for level, entry in _entries(outline.root)]
    pages = []
    for entry, _ in entries:
        assert isinstance(entry.destination, pikepdf.Array)
        pages.append(reading.pdf.pages.index(pikepdf.Page(entry.destination[0])))
    assert pages == sorted(pages)
    assert {level for _, level in entries} == {1, 2}
    assert entries[0][0].title == "Title page"
    assert "Contents" in [entry.title for entry, _ in entries]


def _entries(items: list[pikepdf.OutlineItem], level: int = 1) -> Iterator[tuple[int, pikepdf.OutlineItem]]:
    for item in items:
        yield level, item
        yield from _entries(item.children, level + 1)


def test_accessibility(path: Path) -> None:
    """The independent checker of PDF/UA finds no error."""
    outloud = Path(sys.executable).with_name("outloud")
    done = subprocess.run(
        [outloud, "--no-info", "--fail-on", "error", "--skip", "TBL-010", path],
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_same_bytes_in_another_folder(small_pdf: Path, small_book: MakeBook, tmp_path: Path) -> None:
    """Neither the folder nor what is cached changes a byte."""
    other = tmp_path / "elsewhere" / "other.pdf"
    write(small_book(of=SMALL), other, Store(tmp_path / "fresh"))
    assert other.read_bytes() == small_pdf.read_bytes()


def test_layout_warnings_are_reported(small_book: MakeBook, tmp_path: Path, store: Store) -> None:
    """What WeasyPrint says of a stylesheet comes out as a diagnostic."""
    style = (ROOT / "templates" / "print" / "print.css").read_text("utf-8") + "p { colour: red }"
    report = write(small_book({"templates/print/print.css": style}, of=SMALL), tmp_path / "warned.pdf", store)
    assert [found.code for found in report] == ["layout-warning"]


def test_formulas(small_book: MakeBook, tmp_path: Path, store: Store) -> None:
    """A formula is a picture whose alternative text is its TeX."""
    chapter = (SMALL / "manuscript" / "02-seeds.md").read_text("utf-8") + "\n\nIn short, $a^2 < \\frac{1}{2}$.\n"
    report = write(small_book({"manuscript/02-seeds.md": chapter}, of=SMALL), tmp_path / "maths.pdf", store)
    assert not len(report)
    pdf = pikepdf.open(tmp_path / "maths.pdf")
    alternatives = [
        str(thing.Alt) for thing in pdf.objects if isinstance(thing, pikepdf.Dictionary) and "/Alt" in thing
    ]
    assert r"a^2 < \frac{1}{2}" in alternatives


def test_index_pages() -> None:
    """Pages come sorted and once each; three in a row are a range; unknown marks have no page."""
    marks = {"a": 12, "b": 14, "c": 15, "d": 16, "e": 12, "f": 20, "g": 21}
    markup = '<span class="index-pages" data-refs="g f e d c b a nowhere"></span>'
    assert re.sub("<.*?>", "", fill_index(markup, marks)) == "12, 14–16, 20, 21"
    assert 'href="#e">12</a>' in fill_index(markup, marks)


def test_contents_pages() -> None:
    """Numbers known are filled in; those of the front itself are left to the layout; others are empty."""
    spans = "".join(f'<span class="contents-page" data-ref="#{name}"></span>' for name in ("a", "b", "c"))
    filled = fill_contents(spans, {"a": 7}, {"b"})
    assert filled == (
        '<span class="contents-page">7</span><span class="contents-page" data-here="#b"></span>'
        '<span class="contents-page"></span>'
    )


def test_cross_reference_pages() -> None:
    """A target without a page leaves nothing behind."""
    markup = 'see x<span class="page-of" data-ref="#x"></span> and y<span class="page-of" data-ref="#y"></span>.'
    assert re.sub("<.*?>", "", fill_cross_references(markup, {"x": 3}, "page")) == "see x (page\u00a03) and y."


def test_addresses_break_where_they_may() -> None:
    """After slashes, before full stops, never after the two slashes of the scheme alone."""
    broken = break_addresses('<a href="https://a.example/b.c">https://a.example/b.c</a>')
    assert broken.startswith('<a href="https://a.example/b.c">')
    assert re.findall(r"([^>]*)<wbr/>", broken) == ["https://", "a", ".example/", "b"]


def test_what_is_mended_is_still_broken() -> None:
    """When one of these fails, WeasyPrint has been mended, and our mending of it can go."""
    import pydyf

    assert weasyprint.__version__ == "70.0", "look at press/writers/paged/mending.py and tagging.py again"
    pdf = pydyf.PDF()
    pdf.add_page(pydyf.Dictionary({}))
    assert pdf.page_references is not pdf.page_references, "the list of pages is no longer made anew each time"


def lines_of(document: Any) -> list[str]:
    """The lines of a laid out document."""
    return [
        "".join(inner.text for inner in box.descendants() if isinstance(inner, TextBox))
        for page in document.pages
        for box in page._page_box.descendants()
        if isinstance(box, LineBox)
    ]


def short_lines() -> list[int]:
    """The widths at which a text that would fit a line is broken after its first word."""
    found = []
    for width in range(150, 260):
        style = f"@page {{ size: {width}px 200px; margin: 0 }} body {{ margin: 0 }}"
        markup = f"<style>{style}</style><p>First second third fourth <b>fifth</b></p>"
        if lines_of(weasyprint.HTML(string=markup).render())[0] == "First":
            found.append(width)
    return found


def parted_notes() -> list[int]:
    """The heights of text above a note at which it stands on another page than its call."""
    style = (
        "@page { size: 300px 300px; margin: 0 } body { margin: 0; font-size: 12px; line-height: 16px }"
        "p { margin: 0 } div { break-inside: avoid } .note { float: footnote; footnote-policy: line }"
    )
    found = []
    for height in range(0, 250, 8):
        markup = (
            f'<style>{style}</style><p style="height: {height}px"></p>'
            '<p>Call<i id="call"></i><span class="note"><i id="note"></i>Note</span></p>'
            f"<div><p>{'Some words more. ' * 30}</p></div>"
        )
        pages = weasyprint.HTML(string=markup).render().pages
        where = {name: number for number, page in enumerate(pages) for name in page.anchors}
        if where["call"] != where["note"]:
            found.append(height)
    return found


def lines_off_the_grid() -> list[int]:
    """The heights of a picture after which lines of text do not meet those of other pages."""
    style = (
        "@page { size: 300px; margin: 10px } body { margin: 0; font: 12px/16px x } p, h2 { --grid: lines; margin: 0 }"
    )
    found = []
    for height in range(0, 40, 3):
        style += "h2 { font: 12px/16px x; margin: 8px 0 }"
        markup = f"<style>{style}</style><p>One</p><div style='height: {height}px'></div><h2>Two</h2><p>Three</p>"
        (page,) = weasyprint.HTML(string=markup).render().pages
        lines = [box for box in page._page_box.descendants() if isinstance(box, LineBox)]
        if (lines[-1].position_y - lines[0].position_y) % 16:
            found.append(height)
    return found


def broken_boxes() -> list[int]:
    """The heights of text above a small box at which it is broken over two pages."""
    style = "@page { size: 300px; margin: 0 } body { margin: 0; font: 12px/16px x } div { --whole: half }"
    found = []
    for height in range(150, 300, 8):
        markup = f"<style>{style}</style><p style='height: {height}px'></p><div>{'Word<br>' * 6}</div>"
        pages = weasyprint.HTML(string=markup).render().pages
        if len([page for page in pages if any(isinstance(b, TextBox) for b in page._page_box.descendants())]) > 1:
            found.append(height)
    return found


@pytest.mark.parametrize("faults", [short_lines, parted_notes, lines_off_the_grid, broken_boxes])
def test_layout_is_mended(faults: Callable[[], list[int]]) -> None:
    """WeasyPrint still breaks lines and parts notes from their calls by itself, and does not when mended."""
    assert faults(), "WeasyPrint does this right now: our mending of it can go"
    with laid_out_properly():
        assert not faults()
