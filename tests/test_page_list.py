"""The EPUB's list of pages: each mark stands where the printed page begins, as pdftotext reads that page."""

from __future__ import annotations

import json
import re
import subprocess
import unicodedata
import zipfile
from dataclasses import dataclass
from pathlib import Path

from conftest import SKELETON, Built, MakeBook, run_build
from lxml import etree

from press.writers.paged.layout import Numbering
from press.writers.paged.page_map import label

XHTML = "{http://www.w3.org/1999/xhtml}"
TYPE = "{http://www.idpf.org/2007/ops}type"
LISTS = {"part-contents", "part-list-of-figures", "part-symptom-index", "part-index"}
"""Parts that are made of lists, which look different on paper: their pages may have no mark but the first."""
BLOCKS = {"p", "li", "dt", "dd", "td", "th", "h1", "h2", "h3", "div", "figcaption"}
NO_TEXT = {"svg", "math", "nav"}
LONG = " ".join(f"word{chr(97 + number % 26)}{chr(97 + number // 26)}" for number in range(600))


@dataclass(frozen=True, slots=True)
class Mark:
    """A mark of the EPUB, and what comes after it."""

    label: str
    part: str
    following: str
    """The letters of the text that follows."""
    words: str
    """Those of the first three words."""
    is_below: bool
    """Whether something else may stand above on the page: lettering of a figure, the head of a table, said again."""


def letters(text: str) -> str:
    """Only letters: figures are those of notes and pages as well."""
    return re.sub(r"[\W\d_]", "", unicodedata.normalize("NFKC", text))


def page_list(epub: Path) -> list[Mark]:
    """The marks that the list of pages leads to, in its order."""
    with zipfile.ZipFile(epub) as archive:
        files = {name.removeprefix("EPUB/"): archive.read(name) for name in archive.namelist()}
    nav = etree.fromstring(files["nav.xhtml"])
    lists = [element for element in nav.iter(f"{XHTML}nav") if element.get(TYPE) == "page-list"]
    return [mark(files, str(link.get("href")), link.text or "") for found in lists for link in found.iter(f"{XHTML}a")]


def mark(files: dict[str, bytes], href: str, label: str) -> Mark:
    """The mark that an entry leads to."""
    name, _, identifier = href.partition("#")
    root = etree.fromstring(files[name])
    found = next(element for element in root.iter() if element.get("id") == identifier)
    assert (found.get(TYPE), found.get("role"), found.get("aria-label")) == ("pagebreak", "doc-pagebreak", label)
    following: list[str] = []
    passed = False

    def read(element: etree._Element) -> None:
        nonlocal passed
        passed = passed or element is found
        classes = set((element.get("class") or "").split())
        if etree.QName(element).localname not in NO_TEXT and not classes & {"note-call", "notes"}:
            following.append((passed and element.text) or "")
            for child in element:
                if isinstance(child.tag, str):
                    read(child)
                    blocks = etree.QName(child).localname in (
                        "p",
                        "li",
                        "dt",
                        "dd",
                        "td",
                        "h1",
                        "h2",
                        "div",
                        "figcaption",
                    )
                    following.append(" " if blocks else "")
                following.append((passed and child.tail) or "")

    read(root)
    text = "".join(following)
    words = [word for word in text.split() if letters(word)][:3]
    inside = {etree.QName(element).localname for element in found.iterancestors()}
    return Mark(
        label, name.removesuffix(".xhtml"), letters(text), letters("".join(words)), bool(inside & {"figcaption", "td"})
    )


def printed_pages(pdf: Path) -> list[str]:
    """The letters of the text block of each page, those of running heads, folios and cross references left out."""
    box = [flag for name, number in (("x", 0), ("y", 66), ("W", 460), ("H", 540)) for flag in (f"-{name}", str(number))]
    done = subprocess.run(["pdftotext", *box, str(pdf), "-"], capture_output=True, text=True, check=True)
    pages = done.stdout.split("\f")[:-1]
    left_out = re.compile(r"\bpage\s+\d+|^[\w ]+ \(continued\)$", re.MULTILINE)  # a box's label is said again
    return [letters(left_out.sub("", page)) for page in pages]


def captions(epub: Path) -> set[str]:
    """The letters of the captions of all figures."""
    with zipfile.ZipFile(epub) as archive:
        roots = [etree.fromstring(archive.read(name)) for name in archive.namelist() if name.endswith(".xhtml")]
    found = {letters("".join(map(str, one.itertext()))) for root in roots for one in root.iter(f"{XHTML}figcaption")}
    return found - {""}


def test_marks_stand_where_printed_pages_begin(built: Built) -> None:
    """The first three words after a mark are those of the page; a word that is divided belongs to the page before.

    Above them may stand a figure that belongs farther up and moved down: no page of the list begins there.
    """
    above = captions(built.epub)
    pages = json.loads((built.html.parent / "pages.json").read_text("utf-8"))
    texts = dict(zip((page["label"] for page in pages), printed_pages(built.of("print")), strict=True))
    marks = page_list(built.epub)
    wrong = []
    for found in marks:
        if found.part in LISTS:
            continue
        text = texts[found.label]
        begins = any(text.startswith(found.words[skipped:]) for skipped in (0, *range(2, len(found.words) - 4)))
        moved = found.words in text and any(text[: text.find(found.words)].endswith(one) for one in above)
        if not (found.words in text if found.is_below else begins or moved):
            wrong.append((found.label, found.words, text[:60]))
    assert not wrong
    assert sum(not found.is_below for found in marks) > 0.7 * len(pages)


def test_every_page_of_text_is_in_the_list(built: Built) -> None:
    """In order and once; what is missing are blank pages, and pages of lists that only paper has."""
    pages = json.loads((built.html.parent / "pages.json").read_text("utf-8"))
    labels = [found.label for found in page_list(built.epub)]
    printed = [page["label"] for page in pages]
    assert len(set(printed)) == len(printed)
    assert labels == [label for label in printed if label in set(labels)]
    texts = printed_pages(built.of("print"))
    for page, text in zip(pages, texts, strict=True):
        if page["label"] not in labels:
            assert not text or page["part"] in LISTS, page
    assert sum(not text for text in texts) < 0.1 * len(texts)


def epub_of(book: Path) -> Path:
    """The EPUB of a small book."""
    done = run_build("build", "--edition", "epub", "--book", str(book))
    assert not done.returncode, done.stderr
    return next((book / "output").glob("*.epub"))


def test_trim_size_changes_the_list(small_book: MakeBook) -> None:
    """On smaller pages other words come first."""
    chapter = (SKELETON / "manuscript" / "01-first-chapter.md").read_text("utf-8") + f"\n{LONG}\n\n{LONG[::-1]}\n"
    settings = (SKELETON / "manuscript" / "book.yaml").read_text("utf-8")
    files = {"manuscript/01-first-chapter.md": chapter}
    wide = page_list(epub_of(small_book(files)))
    small = page_list(epub_of(small_book(files | {"manuscript/book.yaml": settings + "print: {trim: A5}\n"})))
    assert {found.words for found in wide} != {found.words for found in small}
    assert [found.label for found in wide][-1] <= [found.label for found in small][-1]


def test_no_list_without_a_print_edition(small_book: MakeBook) -> None:
    """Nothing is claimed of pages then."""
    settings = (SKELETON / "manuscript" / "book.yaml").read_text("utf-8")
    book = small_book({"manuscript/book.yaml": settings + "print: {profile: nowhere.icc}\n"})
    epub = epub_of(book)
    assert not page_list(epub)
    with zipfile.ZipFile(epub) as archive:
        package = archive.read("EPUB/content.opf").decode()
    assert "pageBreak" not in package and "pageNavigation" not in package


def test_the_page_map_is_part_of_the_edition(small_book: MakeBook) -> None:
    """A lost or altered page map is made again."""
    book = small_book()
    epub_of(book)
    page_map = book / "output" / "pages.json"
    whole = page_map.read_bytes()
    page_map.write_bytes(b"[]")
    assert not run_build("build", "--edition", "print", "--book", str(book)).returncode
    assert page_map.read_bytes() == whole


def test_roman_labels() -> None:
    """Small roman numerals, as the stylesheet's counter prints them."""
    expected = {1: "i", 4: "iv", 9: "ix", 14: "xiv", 44: "xliv", 99: "xcix"}
    assert {number: label(Numbering("roman"), number) for number in expected} == expected
