"""The EPUB as others see it: EPUBCheck, Ace, EbookLib's reader, and what all three miss."""

from __future__ import annotations

import io
import json
import os
import posixpath
import re
import subprocess
import zipfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

import pytest
from conftest import ROOT, SKELETON, Built, MakeBook, load_book, run_build
from lxml import etree
from PIL import Image

from press.diagnostics import Report
from press.store import Store
from press.writers.ebook.claims import accessibility_claims
from press.writers.ebook.cover import cover_picture
from press.writers.xhtml.flavour import Flavour
from press.writers.xhtml.templates import Templates

_XHTML = {"h": "http://www.w3.org/1999/xhtml", "epub": "http://www.idpf.org/2007/ops"}
_OPF = {"opf": "http://www.idpf.org/2007/opf", "dc": "http://purl.org/dc/elements/1.1/"}
_ACE = ROOT / "tests" / "node_modules" / ".bin" / "ace-cli"


def _epubcheck(file: Path, report: Path) -> list[dict[str, object]]:
    """EPUBCheck's messages, usage hints included, but for the one that says that there are fonts."""
    spec = find_spec("epubcheck")
    assert spec and spec.origin
    jar = Path(spec.origin).parent / "epubcheck.jar"
    flags = ["-Xss8m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", str(jar)]
    command = ["java", *flags, str(file), "--usage", "--json", str(report)]
    subprocess.run(command, capture_output=True, check=False)
    return [message for message in json.loads(report.read_bytes())["messages"] if message["ID"] != "CSS-028"]


def _ace(file: Path, folder: Path) -> list[str]:
    """The rules that Ace finds violated."""
    command = ["node", str(_ACE), "-f", "-o", str(folder), str(file)]
    browser = {
        "PUPPETEER_EXECUTABLE_PATH": os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        "ACE_TIMEOUT_INITIAL": "60000",  # milliseconds until the browser is there; a busy machine needs more than 5000
    }
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | browser, check=False)
    assert (folder / "report.json").exists(), done.stdout + done.stderr
    report = json.loads((folder / "report.json").read_bytes())
    return [
        f"{page['earl:testSubject']['url']}: {found['earl:test']['dct:title']}"
        for page in report["assertions"]
        for found in page["assertions"]
    ]


def _built_epub(root: Path) -> Path:
    """The EPUB of a book, built for this test."""
    done = run_build("build", "--edition", "epub", "--strict", "--book", str(root))
    assert done.returncode == 0, done.stdout + done.stderr
    return next((root / "output").glob("*.epub"))


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
    assert _epubcheck(built.of(edition), tmp_path / "report.json") == []


def test_ace_finds_no_violation(built: Built, tmp_path: Path) -> None:
    """Ace by DAISY passes the book."""
    assert _ace(built.epub, tmp_path / "ace") == []


@pytest.mark.parametrize("name", ["kleines-buch", "letters", "shed"])
def test_the_checkers_pass_other_books(name: str, small_book: MakeBook, tmp_path: Path) -> None:
    """So do books of another language, with another citation style, and with headings in shared text."""
    file = _built_epub(small_book(of=ROOT / "tests" / "books" / name))
    assert _epubcheck(file, tmp_path / "report.json") == []
    assert _ace(file, tmp_path / "ace") == []


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
    assert "RSC-012" in {message["ID"] for message in _epubcheck(broken, tmp_path / "a.json")}
    silent = _spoilt(built.epub, tmp_path / "b.epub", "EPUB/cover.xhtml", ' alt="', ' data-alt="')
    assert _ace(silent, tmp_path / "ace")


def test_every_link_lands(built: Built) -> None:
    """Every address inside the package names a file of it, and an id in that file."""
    pages = dict(_pages(built.epub))
    ids = {name: {element.get("id") for element in page.iter()} for name, page in pages.items()}
    with zipfile.ZipFile(built.epub) as archive:
        files = set(archive.namelist())
    seen = 0
    for name, page in pages.items():
        for element in page.iter():
            for attribute in ("href", "src", "{http://www.w3.org/1999/xlink}href"):
                target = element.get(attribute)
                if target is None or "://" in target:
                    continue
                path, _, fragment = target.partition("#")
                file = posixpath.normpath(posixpath.join("EPUB", path)) if path else name
                assert file in files, (name, target)
                assert not fragment or fragment in ids[file], (name, target)
                seen += 1
    assert seen > 500


def test_notes_pair_with_their_calls(built: Built) -> None:
    """In every chapter the notes run from 1 to n, in the order of their calls, and lead back to them."""
    chapters = 0
    for name, page in _pages(built.epub):
        calls = page.findall(".//h:a[@epub:type='noteref']", _XHTML)
        notes = page.findall(".//h:*[@epub:type='footnote']", _XHTML)
        assert [f"#{note.get('id')}" for note in notes] == [call.get("href") for call in calls], name
        backs = [note.find("h:a[@epub:type='backlink']", _XHTML) for note in notes]
        assert [back.get("href") for back in backs if back is not None] == [f"#{c.get('id')}" for c in calls], name
        numbers = [call.text or "" for call in calls if (call.text or "").isdigit()]
        assert numbers == [str(number) for number in range(1, len(numbers) + 1)], name
        chapters += bool(calls)
    assert chapters >= 5


def test_metadata(built: Built) -> None:
    """The package says what the settings say, and claims what the pages hold, in the words the standard demands."""
    root = _package(built.epub)
    assert root.get("{http://www.w3.org/XML/1998/namespace}lang") == "en-US"
    titles = [element.text for element in root.iterfind(".//dc:title", _OPF)]
    assert titles == ["The Perfect Spots", "Fourteen places worth massaging"]
    assert (root.findtext(".//dc:identifier", "", _OPF)).startswith("urn:uuid:")
    assert root.findtext(".//dc:creator", "", _OPF) == "The Perfect Spots contributors"
    assert _metas(built.epub, "role") == ["aut"]
    assert _metas(built.epub, "dcterms:modified") == ["2026-11-23T00:00:00Z"]
    assert _metas(built.epub, "dcterms:conformsTo") == ["EPUB Accessibility 1.1 - WCAG 2.2 Level AA"]
    assert {"alternativeText", "longDescription", "index"} <= set(_metas(built.epub, "schema:accessibilityFeature"))
    assert _metas(built.epub, "schema:accessModeSufficient") == ["textual,visual", "textual"]


def test_metadata_that_the_real_book_lacks(small_book: MakeBook, tmp_path: Path) -> None:
    """ISBN, publisher, several authors in their order, each with a name to sort by; and mathematics."""
    settings = (SKELETON / "manuscript" / "book.yaml").read_text("utf-8")
    people = "authors:\n  - {name: Ada Byron, sort_as: 'Byron, Ada'}\n  - {name: Zoë Ng, sort_as: 'Ng, Zoë'}\n"
    settings = re.sub(r"^authors:\n(?:  .*\n)+", people, settings, flags=re.MULTILINE)
    settings += "isbn: 978-3-16-148410-0\npublisher: The Printing House\n"
    chapter = (SKELETON / "manuscript" / "01-first-chapter.md").read_text("utf-8")
    root = small_book(
        {"manuscript/book.yaml": settings, "manuscript/01-first-chapter.md": f"{chapter}\nSo $a^2 = b$.\n"}
    )
    file = _built_epub(root)
    package = _package(file)
    assert package.findtext(".//dc:identifier", "", _OPF) == "urn:isbn:9783161484100"
    assert package.findtext(".//dc:publisher", "", _OPF) == "The Printing House"
    assert [element.text for element in package.iterfind(".//dc:creator", _OPF)] == ["Ada Byron", "Zoë Ng"]
    assert _metas(file, "role") == ["aut", "aut"]
    assert _metas(file, "file-as") == ["Byron, Ada", "Ng, Zoë"]
    assert "MathML" in _metas(file, "schema:accessibilityFeature")
    properties = {item.get("href"): item.get("properties") for item in package.iterfind(".//opf:item", _OPF)}
    assert properties["first-chapter.xhtml"] == "svg mathml"
    assert _epubcheck(file, tmp_path / "report.json") == []


def test_the_manifest_is_the_archive(built: Built) -> None:
    """Every file is in the manifest once, every item is a file, and every page is in the spine once."""
    package = _package(built.epub)
    items = {item.get("id"): f"EPUB/{item.get('href')}" for item in package.iterfind(".//opf:item", _OPF)}
    with zipfile.ZipFile(built.epub) as archive:
        files = [name for name in archive.namelist() if name != "mimetype" and not name.startswith("META-INF/")]
    assert sorted([*items.values(), "EPUB/content.opf"]) == sorted(files)
    spine = [items[item.get("idref")] for item in package.iterfind(".//opf:itemref", _OPF)]
    assert sorted(spine) == sorted(name for name in files if name.endswith(".xhtml"))


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


def test_a_claim_that_does_not_hold_is_not_made() -> None:
    """A picture without words takes the claims of alternative text and of conformance with it."""
    page = '<html xmlns="http://www.w3.org/1999/xhtml"><body><h1>A</h1><img src="a.png" alt="{}"/></body></html>'
    labels = {"access_structure": "Structure.", "access_pictures": "Pictures."}

    def claims(alt: str) -> set[str]:
        found = accessibility_claims({"a.xhtml": page.format(alt).encode()}, labels)
        return {f"{meta.property}={meta.value}" for meta in found}

    lost = claims("a dot") - claims("")
    assert lost == {
        "schema:accessibilityFeature=alternativeText",
        "schema:accessModeSufficient=textual",
        "schema:accessibilitySummary=Structure. Pictures.",
        "dcterms:conformsTo=EPUB Accessibility 1.1 - WCAG 2.2 Level AA",
    }


def test_drawings_keep_their_case(built: Built) -> None:
    """SVG's names are case-sensitive: `viewBox` is not `viewbox`, which no validator reports."""
    drawings = [element for _, page in _pages(built.epub) for element in page.iter("{http://www.w3.org/2000/svg}svg")]
    assert len(drawings) >= 12
    assert all(drawing.get("viewBox") for drawing in drawings)


def test_the_container(built: Built) -> None:
    """The media type comes first and uncompressed; every file has the release's date; the fonts' licence is there."""
    with zipfile.ZipFile(built.epub) as archive:
        infos = archive.infolist()
        assert archive.testzip() is None
        assert archive.read("META-INF/OFL.txt").startswith(b"Copyright")
    assert infos[0].filename == "mimetype"
    assert infos[0].compress_type == zipfile.ZIP_STORED
    assert {info.date_time for info in infos} == {(2026, 11, 23, 0, 0, 0)}


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
