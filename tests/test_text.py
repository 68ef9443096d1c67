"""The same words in every edition of the real book, read by other means than the press's proof; and that proof at work.

The web and the EPUB are read as XML, the PDF with pdftotext, page by page, without what stands in its margins.
"""

from __future__ import annotations

import copy
import itertools
import re
import shutil
import subprocess
import unicodedata
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from conftest import ROOT, Built, MakeBook, load_book
from lxml import etree, html

from press.diagnostics import Report
from press.model import Book, GeneratedPart
from press.proof.links import check_epub_links, check_web_links
from press.proof.text import compare, compare_pdf, edition_blocks, epub_reader, pdf_pages, web_reader
from press.readers.bibliography import read_bibliography
from press.references import Bibliography, BibliographyEntry
from press.store import Store

CONTENTS = re.findall(
    r"^    - (?:\d\d-)?([\w-]+)\.md$", (ROOT / "manuscript/book.yaml").read_text("utf-8"), re.MULTILINE
)
PLANNED = [
    re.sub(r"^\d\d-", "", path.stem)
    for path in (ROOT / "manuscript").glob("*.md")
    if "\nstatus: planned\n" in path.read_text("utf-8")
]
CHAPTERS = [slug for slug in CONTENTS if slug not in PLANNED]
ONLY_SOMEWHERE = {
    "shared",
    "shared-pointer",
    "cited-in",
    "series",
    "series-list",
    "series-map",
    "local-contents",
    "notes-heading",
}
"""Classes of what only some editions have, by design."""
BREAKING = {
    "p",
    "li",
    "dt",
    "dd",
    "td",
    "th",
    "h1",
    "h2",
    "h3",
    "h4",
    "div",
    "section",
    "figcaption",
    "caption",
    "svg",
    "text",
}


@pytest.fixture(scope="module")
def epub_pages(built: Built) -> dict[str, etree._Element]:
    """The pages of the EPUB by their names."""
    with zipfile.ZipFile(built.epub) as archive:
        names = [name for name in archive.namelist() if name.endswith(".xhtml")]
        return {Path(name).stem: etree.fromstring(archive.read(name)) for name in names}


@pytest.fixture(scope="module")
def web_pages(built: Built) -> dict[str, etree._Element]:
    """The pages of the web edition by their names."""
    return {path.stem: html.fromstring(path.read_bytes()) for path in built.html.glob("*.html")}


@dataclass(frozen=True, slots=True)
class Pdf:
    """The PDF as pdftotext reads it."""

    pages: list[str]
    starts: Mapping[str, int]
    """Named destination -> page, from 0."""

    def pages_of(self, slug: str) -> list[str]:
        """The pages of one part, to where the next one begins."""
        first = self.starts[slug]
        later = [page for name, page in self.starts.items() if page > first and name in PARTS]
        return self.pages[first : min(later, default=len(self.pages))]


PARTS = {*CHAPTERS, *(f"part-{role}" for role in ("symptom-index", "references", "whats-new", "colophon", "index"))}


@pytest.fixture(scope="module")
def pdf(built: Built) -> Pdf:
    """The PDF's pages without running heads and page numbers."""
    box = ["-x", "0", "-y", "55", "-W", "432", "-H", "593"]
    done = subprocess.run(["pdftotext", "-raw", *box, str(built.pdf), "-"], capture_output=True, check=True)
    pages = done.stdout.decode().split("\f")[:-1]
    with pikepdf.open(built.pdf) as document:
        numbers = {page.objgen: number for number, page in enumerate(document.pages)}
        names = dict(destinations(document.Root.Names.Dests))
        starts = {name: numbers[place[0].objgen] for name, place in names.items()}
    return Pdf(pages, starts)


def destinations(node: Any) -> Iterator[tuple[str, Any]]:
    """The named destinations of a PDF's name tree (ISO 32000-2, 7.9.6)."""
    found = list(node.get("/Names", []))
    for name, place in zip(found[::2], found[1::2], strict=True):
        yield str(name), place.D if isinstance(place, pikepdf.Dictionary) else place
    for kid in node.get("/Kids", []):
        yield from destinations(kid)


def local(element: etree._Element) -> str:
    """An element's name without its namespace."""
    return str(element.tag).rpartition("}")[2] if isinstance(element.tag, str) else ""


def classes(element: etree._Element) -> set[str]:
    """An element's classes."""
    return set((element.get("class") or "").split())


def reading(element: etree._Element, dropped: set[str], numbers: bool = False) -> str:
    """The text below an element; with `numbers`, those of numbered lists too."""
    name = local(element)
    if not name or name in dropped or dropped & classes(element):
        return ""
    if "shared" in dropped and is_note_of_shared_text(element):
        return ""
    pieces = [element.text or ""]
    for number, child in enumerate(element, 1):
        if numbers and name == "ol":
            pieces.append(f" {child.get('value') or number} ")
        pieces += [reading(child, dropped, numbers), child.tail or ""]
    return "".join(pieces) + (" " if name in BREAKING else "")


def is_note_of_shared_text(element: etree._Element) -> bool:
    """Whether an element is a note with a letter for its number."""
    if local(element) != "div" or "note" not in classes(element):
        return False
    number = next(inner for inner in element.iter() if "note-number" in classes(inner))
    return str(number.text).isalpha()


def chapter_parts(page: etree._Element) -> list[etree._Element]:
    """What a chapter's page holds: its opening, text, notes and changes."""
    names = {"opening", "text", "notes", "chapter-changes"}
    return [
        element
        for element in page.iter()
        if names & classes(element) and local(element) in ("header", "div", "section")
    ]


def without_pages(text: str) -> str:
    """A text of the PDF without what only paper has: numbers of pages, labels said again where a box goes on."""
    return re.sub(r"\bpage\s+\d+|Cited\s+on\s+pp?\.[\s\d,–]+\.|(?m:^[\w ]+ \(continued\)\s*$)", "", text)


def letters(text: str) -> str:
    """A text as letters and digits."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).lower()


def blocks(element: etree._Element) -> Iterator[str]:
    """The letters of every paragraph and the like that has none inside; cells are read across by pdftotext."""
    kinds = {"p", "li", "dt", "dd", "h1", "h2", "h3", "caption", "div"}
    for inner in element.iter():
        if local(inner) in kinds and not any(local(below) in kinds for below in inner.iterdescendants()):
            parents = {local(parent) for parent in inner.iterancestors()}
            if not parents & {"details", "nav", "svg", "td", "th"} and (
                text := letters(reading(inner, {"svg", "cited-in"}))
            ):
                yield text


@pytest.mark.parametrize("slug", [*CHAPTERS, "part-references"])
def test_the_web_and_the_epub_have_the_same_words(
    slug: str, web_pages: dict[str, etree._Element], epub_pages: dict[str, etree._Element]
) -> None:
    """In the same order: headings, text, captions, descriptions, tables, notes, references and changes."""
    names = ["references"] if slug.startswith("part-") else []

    def words(page: etree._Element) -> list[str]:
        parts = [e for e in page.iter() if names and "references" in classes(e) and local(e) == "div"]
        return " ".join(reading(part, ONLY_SOMEWHERE) for part in parts or chapter_parts(page)).split()

    web, epub = words(web_pages[slug]), words(epub_pages[slug])
    assert len(web) > 100
    assert web == epub


@pytest.mark.parametrize("slug", [*CHAPTERS, "part-references", "part-whats-new", "part-colophon"])
def test_the_pdf_has_the_same_letters(slug: str, epub_pages: dict[str, etree._Element], pdf: Pdf) -> None:
    """Not one letter or digit more or less: both are read from front to back, and have shared text in the same place.

    The order of reading is another, since notes stand at the feet of pages; long descriptions are for screens.
    """
    body = next(element for element in epub_pages[slug].iter() if local(element) == "body")
    body = copy.deepcopy(body)  # the PDF has no heading over its notes
    for heading in [e for e in body.iter() if local(e) == "h2" and str(e.get("id")).endswith("-notes")]:
        heading.text = None
    expected = letters(reading(body, {"details", "nav", "cited-in", "title"}, numbers=True))
    found = letters(without_pages("\n".join(pdf.pages_of(slug))))
    assert len(found) > 100
    lost, added = Counter(expected) - Counter(found), Counter(found) - Counter(expected)
    for head in [Counter(letters(reading(e, set()))) for e in body.iter() if local(e) == "thead"] * 2:
        if head <= added:  # a table that goes on over a page has its heads again
            added -= head
    assert (dict(lost), dict(added)) == ({}, {})


@pytest.mark.parametrize("slug", [*CHAPTERS, "part-references"])
def test_the_pdf_has_every_paragraph(slug: str, epub_pages: dict[str, etree._Element], pdf: Pdf) -> None:
    """On one page, or over two."""
    pages = [letters(without_pages(page)) for page in pdf.pages_of(slug)]
    body = next(element for element in epub_pages[slug].iter() if local(element) == "body")
    texts = list(blocks(body))
    assert len(texts) > 5
    for text in texts:
        assert any(text in page for page in pages) or goes_over(text, pages), text


def goes_over(text: str, pages: list[str]) -> bool:
    """Whether a text begins on one page and ends on the next."""
    return any(
        text[:cut] in first and text[cut:] in second
        for first, second in itertools.pairwise(pages)
        for cut in range(1, len(text))
    )


@pytest.mark.parametrize("slug", CHAPTERS)
def test_notes_run_from_one_and_pair(
    slug: str, web_pages: dict[str, etree._Element], epub_pages: dict[str, etree._Element], book: Book
) -> None:
    """A chapter's notes are 1 to n, in the order of their calls, each with its note; shared text has letters."""
    chapter = next(chapter for chapter in book.chapters if chapter.slug == slug)
    assert chapter.info
    for page in (web_pages[slug], epub_pages[slug]):
        calls = [element for element in page.iter() if "note-call" in classes(element) and local(element) == "a"]
        notes = [element for element in page.iter() if "note" in classes(element) and local(element) == "div"]
        assert [call.get("href") for call in calls] == [f"#{note.get('id')}" for note in notes]
        numbers = ["".join(str(text) for text in call.itertext()) for call in calls]
        assert [n for n in numbers if n.isdigit()] == [str(n) for n in range(1, chapter.info.notes + 1)]
        back = [next(a for a in note.iter() if local(a) == "a") for note in notes]
        assert [link.get("href") for link in back] == [f"#{call.get('id')}" for call in calls]
        assert [link.text for link in back] == numbers


def test_every_link_of_the_pdf_lands(built: Built, pdf: Pdf) -> None:
    """Every link inside the book has a destination, and there are links of every kind."""
    inside = 0
    with pikepdf.open(built.pdf) as document:
        for page in document.pages:
            for note in page.get("/Annots", []):
                if note.get("/Subtype") != "/Link":
                    continue
                action = note.get("/A")
                target = note.get("/Dest") if action is None else action.get("/D")
                if target is None:
                    assert action is not None
                    assert re.match(r"https?://|mailto:", str(action.URI))
                    continue
                inside += 1
                assert isinstance(target, pikepdf.Array) or str(target) in pdf.starts
    assert inside > 200


@pytest.mark.parametrize("edition", ["web", "epub"])
def test_every_link_of_the_pages_lands(edition: str, built: Built, request: pytest.FixtureRequest) -> None:
    """On a page of the edition and an id in it, or on a file that is there."""
    pages: dict[str, etree._Element] = request.getfixturevalue(f"{edition}_pages")
    suffix = {"web": ".html", "epub": ".xhtml"}[edition]
    ids = {name: {e.get("id") for e in page.iter() if e.get("id")} for name, page in pages.items()}
    count = 0
    for name, page in pages.items():
        for element in page.iter():
            target = element.get("href") if local(element) in ("a", "area") else None
            if not target or re.match(r"[a-z]+:", target):
                continue
            file, _, fragment = target.partition("#")
            if file and not file.endswith(suffix):
                assert (built.html / file).resolve().exists(), target
                continue
            place = file.removesuffix(suffix) if file else name
            assert place in pages, f"{name}: {target}"
            assert not fragment or fragment in ids[place], f"{name}: {target}"
            count += 1
    assert count > 500


def test_shared_text_is_the_same_everywhere(
    web_pages: dict[str, etree._Element], epub_pages: dict[str, etree._Element]
) -> None:
    """Text that is written once says the same in every chapter of the web edition, and stands in the EPUB once."""

    def found(pages: dict[str, etree._Element]) -> Iterator[tuple[str, str]]:
        for page in pages.values():
            for box in page.iter():
                if local(box) == "aside" and "shared" in classes(box):
                    yield str(box.get("aria-label")), " ".join(reading(box, {"note-call", "h2"}).split())

    web, epub = list(found(web_pages)), list(found(epub_pages))
    assert len(web) > len(set(web)) > 1
    texts = dict(web)
    assert set(web) == set(texts.items())
    assert len(dict(epub)) == len(epub)
    for title, text in epub:
        assert texts[title] == text


def test_the_index_points_into_the_pages(book: Book, pdf: Pdf, epub_pages: dict[str, etree._Element]) -> None:
    """Every mark of the index is in the PDF and in the EPUB."""
    marks = [mark for entry in book.index for item in [entry, *entry.subentries.values()] for mark in item.marks]
    assert len(marks) > 50
    for mark in marks:
        assert mark.id in pdf.starts
        assert any(element.get("id") == mark.id for element in epub_pages[mark.part].iter())


# The press's own proof, on editions that are spoilt.


def rewritten(file: Path, made: Path, page: str, old: str, new: str) -> Path:
    """A copy of an EPUB with one page changed."""
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(made, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            if name.endswith(f"/{page}.xhtml"):
                changed = re.sub(old, new, data.decode(), count=1, flags=re.DOTALL)
                assert changed != data.decode()
                data = changed.encode()
            target.writestr(name, data)
    return made


def codes(report: Report) -> list[tuple[str, str]]:
    """Code and edition's page of every problem."""
    return [(found.code, found.position.path) for found in report]


def test_the_proof_has_nothing_against_the_book(built: Built, book: Book) -> None:
    """As it was built."""
    report = Report()
    web, epub = edition_blocks(book, web_reader(built.html)), edition_blocks(book, epub_reader(built.epub))
    compare("epub", web, epub, report)
    compare_pdf("screen", web, pdf_pages(built.pdf), book, report)
    check_web_links(built.html, built.downloads, report)
    check_epub_links(built.epub, report)
    assert codes(report) == []
    generated = [
        p.slug
        for p in book.parts
        if isinstance(p, GeneratedPart) and p.role in ("symptom-index", "references", "colophon")
    ]
    assert set(web) == set(epub) == {*CHAPTERS, *generated}


def test_the_proof_sees_a_note_dropped_from_the_epub(built: Built, book: Book, tmp_path: Path) -> None:
    """Which EPUBCheck would not mind, but for the link."""
    spoilt = rewritten(built.epub, tmp_path / "x.epub", "scalenes", r'<div class="note".*?</div>\s*</div>', "")
    report = Report()
    web = edition_blocks(book, web_reader(built.html))
    compare("epub", web, edition_blocks(book, epub_reader(spoilt)), report)
    assert codes(report) == [("edition-text", "epub:scalenes")]


def test_the_proof_sees_a_page_dropped_from_an_edition(built: Built, book: Book, tmp_path: Path) -> None:
    """A chapter that one edition has and the other has not, either way."""
    folder = shutil.copytree(built.html, tmp_path / "html")
    (folder / "safety.html").unlink()
    report = Report()
    web, epub = edition_blocks(book, web_reader(folder)), edition_blocks(book, epub_reader(built.epub))
    compare("epub", web, epub, report)
    assert codes(report) == [("edition-text", "epub:safety")]
    other = Report()
    compare("epub", epub, web, other)
    assert codes(other) == codes(report)


def test_the_proof_sees_a_paragraph_dropped_from_the_web(built: Built, book: Book, tmp_path: Path) -> None:
    """And a word put in."""
    folder = shutil.copytree(built.html, tmp_path / "html")
    for name, old, new in (
        ("preface", r"(<h2>.*?</h2>\s*)<p[^>]*>.*?</p>", r"\1"),
        ("about", r'(<p id="[^>]*>\w+)', r"\1 extra"),
    ):
        text = (folder / f"{name}.html").read_text("utf-8")
        changed = re.sub(old, new, text, count=1, flags=re.DOTALL)
        assert changed != text
        (folder / f"{name}.html").write_text(changed, "utf-8")
    report = Report()
    epub = edition_blocks(book, epub_reader(built.epub))
    compare("epub", edition_blocks(book, web_reader(folder)), epub, report)
    assert ("edition-text", "epub:preface") in codes(report)


def test_the_proof_sees_a_page_removed_from_the_pdf(built: Built, book: Book, pdf: Pdf, tmp_path: Path) -> None:
    """Every block of the page is missed."""
    with pikepdf.open(built.pdf) as document:
        del document.pages[pdf.starts["safety"] + 1]
        document.save(tmp_path / "x.pdf")
    report = Report()
    web = edition_blocks(book, web_reader(built.html))
    compare_pdf("screen", web, pdf_pages(tmp_path / "x.pdf"), book, report)
    assert len(report) > 5
    assert set(codes(report)) == {("edition-text", "screen:safety")}


def test_the_proof_sees_a_link_that_leads_nowhere(built: Built, tmp_path: Path) -> None:
    """To a place, or to a file, that is not in the edition."""
    page = r'(<a [^>]*href=")[^"#]*#[^"]*(")'
    spoilt = rewritten(built.epub, tmp_path / "x.epub", "safety", page, r"\1#nowhere\2")
    report = Report()
    check_epub_links(spoilt, report)
    assert codes(report) == [("edition-link", "epub:EPUB/safety.xhtml")]
    folder = shutil.copytree(built.html, tmp_path / "html")
    (folder / "about.html").unlink()
    other = Report()
    check_web_links(folder, built.downloads, other)
    assert {found.code for found in other} == {"edition-link"}
    assert all("about.html" in found.message for found in other)


def test_a_reference_that_cannot_be_formatted_is_reported(
    small_book: MakeBook, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An item that the citation style cannot make sense of is named with its place in the bibliography."""

    def broken(*arguments: Any) -> Bibliography:
        entries = read_bibliography(*arguments).entries.values()
        return Bibliography(
            {e.key: BibliographyEntry(e.key, {**e.item, "author": "no list of names"}, e.position) for e in entries}
        )

    monkeypatch.setattr("press.readers.book.read_bibliography", broken)
    _, report = load_book(small_book(), store)
    assert [(found.code, str(found.position)) for found in report] == [("citation-format", "bibliography.bib:1:1")]
