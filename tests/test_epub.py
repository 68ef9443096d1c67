"""The EPUB as others see it: EPUBCheck, Ace, EbookLib's reader, and what all three miss."""

from __future__ import annotations

import io
import re
import shutil
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT, SKELETON, Built, MakeBook, load_book, run_build
from epub_checks import ace, built_epub, complete_book, epubcheck, findings, rewritten, unpack
from lxml import etree
from PIL import Image

from press.diagnostics import Report
from press.proof.text import compare, edition_blocks, epub_reader
from press.store import Store
from press.writers.ebook.cover import cover_picture
from press.writers.xhtml.flavour import Flavour
from press.writers.xhtml.templates import Templates

_XHTML = {"h": "http://www.w3.org/1999/xhtml", "epub": "http://www.idpf.org/2007/ops"}
_NAME = "urn:uuid:8d354b2d-d98b-51e5-91c9-3d0eede77544"
"""What the book of `complete_book` is known by."""
_OPF = {"opf": "http://www.idpf.org/2007/opf", "dc": "http://purl.org/dc/elements/1.1/"}


def _pages(file: Path) -> Iterator[tuple[str, etree._Element]]:
    with zipfile.ZipFile(file) as archive:
        for name in archive.namelist():
            if name.endswith(".xhtml"):
                yield name, etree.fromstring(archive.read(name))


def _package(file: Path) -> etree._Element:
    with zipfile.ZipFile(file) as archive:
        return etree.fromstring(archive.read("EPUB/content.opf"))


def _metas(file: Path, name: str) -> list[str]:
    found = _package(file).iterfind(f".//opf:meta[@property='{name}']", _OPF)
    return [element.text or "" for element in found]


@pytest.mark.parametrize("edition", ["epub", "epub-sample"])
def test_epubcheck_has_nothing_to_say(edition: str, built: Built, tmp_path: Path) -> None:
    """No message of any severity, usage hints included."""
    assert epubcheck(built.of(edition), tmp_path / "report.json") == []


def test_ace_finds_no_violation(built: Built, tmp_path: Path) -> None:
    """Ace by DAISY passes the book."""
    assert ace(built.epub, tmp_path / "ace") == []


@pytest.mark.parametrize("edition", ["epub", "epub-sample"])
def test_our_own_checks_find_nothing(edition: str, built: Built) -> None:
    """Links, notes, citations, headings, pictures, claims, contents, styles; and there is something to check."""
    assert findings(built.of(edition)) == []
    pages = unpack(built.of(edition)).pages
    notes = [call for page in pages.values() for call in page.iterfind(".//h:a[@epub:type='noteref']", _XHTML)]
    drawings = [drawing for page in pages.values() for drawing in page.iter("{http://www.w3.org/2000/svg}svg")]
    assert len(pages) > 10 and len(notes) > 40 and len(drawings) >= 6


@pytest.mark.parametrize("name", ["kleines-buch", "letters", "shed"])
def test_the_checkers_pass_other_books(name: str, small_book: MakeBook, tmp_path: Path) -> None:
    """So do books of another language, with another citation style, and with headings in shared text."""
    file = built_epub(small_book(of=ROOT / "tests" / "books" / name))
    assert findings(file) == []
    assert epubcheck(file, tmp_path / "report.json") == []
    assert ace(file, tmp_path / "ace") == []


def _spoilt(file: Path, made: Path, name: str, old: str, new: str) -> Path:
    """A copy of an EPUB with a text replaced in one of its files."""
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(made, "w") as target:
        for info in source.infolist():
            data = source.read(info)
            if info.filename == name:
                assert old.encode() in data, old
                data = data.replace(old.encode(), new.encode(), 1)
            target.writestr(info, data)
    return made


def test_the_checkers_see_mistakes(built: Built, tmp_path: Path) -> None:
    """EPUBCheck would see a broken link, and Ace a picture without words."""
    broken = _spoilt(built.epub, tmp_path / "a.epub", "EPUB/scalenes.xhtml", 'href="#scalenes-note', 'href="#nothing')
    assert "RSC-012" in {message["ID"] for message in epubcheck(broken, tmp_path / "a.json")}
    silent = _spoilt(built.epub, tmp_path / "b.epub", "EPUB/cover.xhtml", ' alt="', ' data-alt="')
    assert ace(silent, tmp_path / "ace")


def test_metadata(built: Built) -> None:
    """The package says what the settings say, and claims what the pages hold, in the words the standard demands."""
    root = _package(built.epub)
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en-US"
    titles = [element.text for element in root.iterfind(".//dc:title", _OPF)]
    assert titles == ["The Perfect Spots", "Fourteen places worth massaging"]
    assert (root.findtext(".//dc:identifier", "", _OPF)).startswith("urn:uuid:")
    assert root.findtext(".//dc:creator", "", _OPF) == "The Perfect Spots contributors"
    assert _metas(built.epub, "role") == ["aut"]
    assert _metas(built.epub, "dcterms:modified") == ["2026-11-30T00:00:00Z"]
    assert _metas(built.epub, "dcterms:conformsTo") == ["EPUB Accessibility 1.1 - WCAG 2.2 Level AA"]
    assert {"alternativeText", "longDescription", "index"} <= set(_metas(built.epub, "schema:accessibilityFeature"))
    assert _metas(built.epub, "ibooks:specified-fonts") == ["true"]
    assert _metas(built.epub, "schema:accessModeSufficient") == ["textual,visual", "textual"]


@pytest.fixture(scope="module")
def complete(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The EPUB of a book that sets everything that the real one does not."""
    return built_epub(complete_book(tmp_path_factory.mktemp("complete") / "book"))


def _refined(file: Path) -> dict[str, set[tuple[str, str]]]:
    """What the metadata say of each of its elements: its text, and the properties that refine it."""
    package = unpack(file).package
    found: dict[str, set[tuple[str, str]]] = {}
    for element in package.iterfind(".//opf:metadata/*", _OPF):
        if identifier := element.get("id"):
            found.setdefault(element.text or "", set())
            for meta in package.iterfind(f".//opf:meta[@refines='#{identifier}']", _OPF):
                found[element.text or ""].add((meta.get("property") or "", meta.text or ""))
    return found


def test_metadata_that_the_real_book_lacks(complete: Path) -> None:
    """ISBN beside the book's own name, people with their parts, subjects by their schemes, the series of books."""
    package = unpack(complete).package
    assert [element.text for element in package.iterfind(".//dc:identifier", _OPF)] == [_NAME, "urn:isbn:9783161484100"]
    refined = _refined(complete)
    assert refined["urn:isbn:9783161484100"] == {("identifier-type", "15")}
    assert refined["Ada Byron"] == {("role", "edt"), ("display-seq", "1"), ("file-as", "Byron, Ada")}
    assert refined["Zoë Ng"] == {("role", "ill"), ("display-seq", "2"), ("file-as", "Ng, Zoë")}
    assert refined["sheds"] == set()
    assert refined["Gardening"] == {("authority", "Thema"), ("term", "WM")}
    assert refined["GARDENING / General"] == {("authority", "BISAC"), ("term", "GAR000000")}
    assert refined["The Allotment Library"] == {("collection-type", "series"), ("group-position", "3")}
    assert package.findtext(".//dc:publisher", "", _OPF) == "The Printing House"
    assert _metas(complete, "dcterms:license") == ["https://creativecommons.org/licenses/by/4.0/"]
    assert {"MathML", "describedMath"} <= set(_metas(complete, "schema:accessibilityFeature"))
    assert [meta.get("content") for meta in package.iterfind(".//opf:meta[@name='cover']", _OPF)] == ["item-0"]


def test_two_builds_are_the_same(complete: Path, tmp_path: Path) -> None:
    """In another folder, later, elsewhere, and with Python's sets in another order: byte for byte."""
    root = complete_book(tmp_path / "another")
    elsewhere = {"TZ": "Asia/Kathmandu", "LANG": "de_DE.UTF-8", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "7"}
    done = run_build("build", "--edition", "epub", "--strict", "--book", str(root), cwd=tmp_path, env=elsewhere)
    assert done.returncode == 0, done.stderr
    assert (root / "output" / complete.name).read_bytes() == complete.read_bytes()


def test_stats_say_what_the_epub_weighs(complete: Path) -> None:
    """By kind of file; the sums are those of the archive."""
    root = complete.parents[1]
    done = run_build("stats", "--book", str(root))
    rows = {line.split("  ")[0]: line.split() for line in done.stdout.partition("shed.epub")[2].splitlines()}
    with zipfile.ZipFile(complete) as archive:
        infos = archive.infolist()
    assert rows["the EPUB"][-3:] == [
        f"{number:,}" for number in (len(infos), sum(i.file_size for i in infos), sum(i.compress_size for i in infos))
    ]
    assert rows["fonts"][1] == str(sum(1 for info in infos if info.filename.endswith(".woff2")))
    assert rows["styles"][1] == "1"
    assert "shed.epub" not in run_build("stats", "--book", str(root), "--output", str(root)).stdout


def test_the_epub_has_an_isbn_of_its_own(tmp_path: Path) -> None:
    """Where the settings give one; and its name stays the same."""
    file = built_epub(complete_book(tmp_path / "book", "epub: {isbn: '9780306406157'}\n"))
    found = [element.text or "" for element in unpack(file).package.iterfind(".//dc:identifier", _OPF)]
    assert found == [_NAME, "urn:isbn:9780306406157"]


def test_notes_at_the_end_of_the_book(tmp_path: Path) -> None:
    """On one page before the references, by chapter, linked both ways; every checker is content, the text the same."""
    root = complete_book(tmp_path / "book", "epub: {notes: book}\n")
    done = run_build("build", "--edition", "epub", "--edition", "web", "--strict", "--book", str(root))
    assert done.returncode == 0, done.stdout + done.stderr
    file = next((root / "output").glob("*.epub"))
    assert findings(file) == []
    assert epubcheck(file, tmp_path / "report.json") == []
    assert ace(file, tmp_path / "ace") == []
    epub = unpack(file)
    found = {name: len(page.findall(".//h:*[@epub:type='footnote']", _XHTML)) for name, page in epub.pages.items()}
    assert {name for name, count in found.items() if count} == {"EPUB/part-notes.xhtml"}
    assert found["EPUB/part-notes.xhtml"] > 10
    assert [link.get("href") for link in epub.navigation("landmarks")].count("part-notes.xhtml") == 1
    pages = list(epub.pages)
    assert pages.index("EPUB/part-notes.xhtml") + 1 == pages.index("EPUB/part-references.xhtml")


def test_the_proof_reads_notes_at_the_end_of_the_book(tmp_path: Path, store: Store) -> None:
    """A note that got lost there is missed."""
    root = complete_book(tmp_path / "book", "epub: {notes: book}\n")
    book, _ = load_book(root, store)
    assert book
    file = built_epub(root)
    whole = edition_blocks(book, epub_reader(file))
    text = unpack(file).files["EPUB/part-notes.xhtml"].decode()
    lost = re.sub(r'(?s)<div class="note-text">.*?</div>', '<div class="note-text"></div>', text, count=1)
    spoilt = rewritten(file, tmp_path / "spoilt.epub", {"EPUB/part-notes.xhtml": lost})
    report = Report()
    compare("epub", whole, edition_blocks(book, epub_reader(spoilt)), report)
    assert [found.code for found in report] == ["edition-text"]


@pytest.fixture(scope="module")
def sound(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The EPUB of the small book that claims are taken from."""
    root = tmp_path_factory.mktemp("sound") / "book"
    shutil.copytree(SKELETON, root)
    return built_epub(root)


@pytest.mark.parametrize(
    ("template", "content", "lost", "told"),
    [
        (
            "epub/cover.xhtml",
            '<img src="cover.png" alt=""/>',
            {"alternativeText", "textual"},
            'epub:cover.xhtml:1:1: warning: "alternativeText" is not claimed: a picture has no alternative text',
        ),
        (
            "parts/title-page.html",
            "<h1>A</h1><h3>B</h3>",
            {"structuralNavigation"},
            'epub:title-page.xhtml:1:1: warning: "structuralNavigation" is not claimed: a heading skips a level',
        ),
        (
            "parts/title-page.html",
            '<p>A</p><p><a href="imprint.xhtml"></a></p>',
            set(),
            'epub:title-page.xhtml:1:1: warning: "conformsTo" is not claimed: a link has no words',
        ),
        (
            "epub/epub.css",
            "p { font-size: 12px; }",
            {"displayTransformability"},
            'style.css:1:1: warning: "displayTransformability" is not claimed: a size of text or a height is fixed',
        ),
        (
            "epub/epub.css",
            "body { margin: 0; color: black; }",
            {"displayTransformability"},
            'style.css:1:1: warning: "displayTransformability" is not claimed: the colour of text or paper is fixed',
        ),
        (
            "epub/epub.css",
            "p { animation: blink 1s; }",
            {"none"},
            'epub:style.css:1:1: warning: "accessibilityHazard" is not claimed: something moves',
        ),
    ],
)
def test_a_claim_that_does_not_hold_is_not_made(
    template: str, content: str, lost: set[str], told: str, sound: Path, small_book: MakeBook
) -> None:
    """It and conformance are withdrawn, the summary does not mention it, and the build says so ("withdrawn-claim")."""
    root = small_book({f"templates/{template}": content})
    done = run_build("build", "--edition", "epub", "--book", str(root), cwd=root)
    assert done.returncode == 0
    assert f"{told} [withdrawn-claim]\n" in done.stderr
    file = next((root / "output").glob("*.epub"))

    def claimed(file: Path) -> set[str]:
        names = ("accessibilityFeature", "accessModeSufficient", "accessibilityHazard")
        return {value for name in names for value in _metas(file, f"schema:{name}")}

    assert claimed(sound) - claimed(file) == lost
    assert _metas(file, "dcterms:conformsTo") == []
    (before,), (after,) = (_metas(made, "schema:accessibilitySummary") for made in (sound, file))
    assert "Level AA" in before and "Level AA" not in after


def test_the_navigation(built: Built) -> None:
    """Contents in two levels with numbers and labels, every page of the spine after itself, and the landmarks."""
    page = dict(_pages(built.epub))["EPUB/nav.xhtml"]
    contents = page.findall(".//h:nav[@epub:type='toc']/h:ol/h:li", _XHTML)
    labels = {entry[0].get("href"): entry[0].text or "" for entry in contents}
    assert labels["scalenes.xhtml"].startswith("4. Massage Therapy")
    assert labels["appendix-b.xhtml"] == "Appendix B. All the Spots"
    opening = {"cover.xhtml", "imprint.xhtml", "nav.xhtml"}
    assert {f"EPUB/{name}" for name in {*labels, *opening}} == {name for name, _ in _pages(built.epub)}
    assert page.find(".//h:nav[@epub:type='toc']//h:a[@href='scalenes.xhtml#sec-scalenes-anatomy']", _XHTML) is not None
    landmarks = page.findall(".//h:nav[@epub:type='landmarks']//h:a", _XHTML)
    kinds = [landmark.get(f"{{{_XHTML['epub']}}}type") or "" for landmark in landmarks]
    assert sorted(kinds) == ["bibliography", "bodymatter", "cover", "index", "loi", "titlepage", "toc"]


def test_ebooklib_reads_it_back(built: Built) -> None:
    """A reader that we did not write finds the title, the spine in reading order, and every page's text."""
    from ebooklib import epub

    book = epub.read_epub(built.epub)
    assert book.get_metadata("DC", "title")[0][0] == "The Perfect Spots"
    spine = [book.get_item_with_id(item).get_name() for item, _ in book.spine]
    assert spine[:4] == ["cover.xhtml", "title-page.xhtml", "imprint.xhtml", "nav.xhtml"]
    assert spine.index("suboccipitals.xhtml") < spine.index("scalenes.xhtml") < spine.index("part-index.xhtml")
    assert b"sternocleidomastoid" in book.get_item_with_href("scalenes.xhtml").get_content()


def test_the_cover_is_as_large_as_shops_want_it(built: Built) -> None:
    """1600 x 2560 pixels, under 500 kB."""
    with zipfile.ZipFile(built.epub) as archive:
        data = archive.read("EPUB/cover.png")
    assert (int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")) == (1600, 2560)
    assert len(data) < 500_000


@pytest.mark.parametrize(
    "title",
    [
        "The Perfect Spots",
        "The Perfect Spots and Where They Are Found Again",
        "Rechtsschutzversicherungsgesellschaften",
    ],
)
def test_the_cover_holds_any_title(title: str, book_root: Path, store: Store) -> None:
    """The words stay on the paper and off the drawing, which begins at a third of its height, whatever they are."""
    book, _ = load_book(book_root, store)
    assert book
    book = book.replace(settings=book.settings.model_copy(update={"title": title}))
    templates = Templates(book, Flavour("epub", ".xhtml", {}), Report())
    picture = Image.open(io.BytesIO(cover_picture(book, templates, store))).convert("RGB")
    paper = (255, 253, 248)
    assert all(picture.getpixel((x, y)) == paper for x in (60, 1540) for y in range(2560))
    assert all(picture.getpixel((x, 760)) == paper for x in range(1600))
    assert any(picture.getpixel((x, y)) != paper for x in range(130, 1470, 5) for y in range(160, 400, 5))
