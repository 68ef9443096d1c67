"""What a book says that it is not: written once, read wherever somebody may begin to read."""

from __future__ import annotations

import re
import subprocess
import zipfile
from pathlib import Path

import pytest
from conftest import ROOT, MakeBook, load_book, run_build
from lxml import html

from press.store import Store

BOOK = "manuscript/book.yaml"
CHAPTER = "manuscript/01-first-chapter.md"
SETTINGS = (ROOT / "templates" / "new-book" / BOOK).read_text("utf-8")
TEXT = (ROOT / "templates" / "new-book" / CHAPTER).read_text("utf-8")
WORDS = "Nobody has checked this book; it is no doctor's “advice”."
FILES = {
    BOOK: SETTINGS + 'disclaimer: Nobody has *checked* this book; it is no doctor\'s "advice".\n',
    CHAPTER: TEXT + "\n::: disclaimer\n:::\n",
}
SHOWN = WORDS.replace("'", "’")


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The editions of a small book with a disclaimer, which stands in its chapter too."""
    root = tmp_path_factory.mktemp("disclaimer") / "book"
    assert run_build("new", str(root)).returncode == 0
    for name, text in FILES.items():
        (root / name).write_text(text, "utf-8")
    editions = [f"--edition={edition}" for edition in ("web", "epub", "screen")]
    done = run_build("build", "--strict", *editions, "--book", str(root))
    assert done.returncode == 0, done.stderr
    return root / "output"


def test_every_page_of_the_web_edition_has_it(output: Path) -> None:
    """At its foot; the chapter and the downloads have it where they are read, too."""
    pages = {path.stem: html.parse(path).getroot() for path in (output / "html").glob("*.html")}
    assert {"index", "downloads", "search", "first-chapter", "part-contents"} <= set(pages)
    for name, page in pages.items():
        (foot,) = page.find(".//footer").find_class("imprint-disclaimer")
        assert foot.text_content() == SHOWN, name
        assert foot.find("em") is not None
    inside = {name for name, page in pages.items() if SHOWN in page.find(".//main").text_content()}
    assert inside == {"downloads", "first-chapter"}


def test_the_epub_has_it(output: Path) -> None:
    """On its imprint, in its chapter, and behind the description that shops show, in plain words."""
    with zipfile.ZipFile(output / "new-book.epub") as archive:
        names = [name for name in archive.namelist() if name.endswith((".xhtml", ".opf"))]
        texts = {Path(name).name: archive.read(name).decode() for name in names}
    plain = {name: re.sub(r"<[^>]*>", "", text) for name, text in texts.items() if name.endswith(".xhtml")}
    assert {name for name, text in plain.items() if SHOWN in text} == {"imprint.xhtml", "first-chapter.xhtml"}
    (package,) = [text for name, text in texts.items() if name.endswith(".opf")]
    assert f"<dc:description>A book that has just begun. {SHOWN}</dc:description>" in package


def test_a_pdf_has_it(output: Path) -> None:
    """On the imprint, which is its second page, and in the chapter."""
    pages = subprocess.run(["pdftotext", output / "new-book.pdf", "-"], capture_output=True, text=True, check=True)
    found = [" ".join(page.split()) for page in pages.stdout.split("\f")]
    assert SHOWN in found[1]
    assert sum(page.count(SHOWN) for page in found) == 2


def test_it_counts_for_no_chapter(store: Store, small_book: MakeBook) -> None:
    """Neither among its words nor among what a release holds of it."""
    with_it, _ = load_book(small_book(FILES), store)
    without, _ = load_book(small_book(), store)
    assert with_it and without
    assert with_it.chapters[0].info == without.chapters[0].info
    assert [block.words for block in with_it.blocks] == [block.words for block in without.blocks]


def test_a_book_without_one(store: Store, small_book: MakeBook) -> None:
    """Says nothing of the kind."""
    root = small_book()
    assert run_build("build", "--strict", "--edition", "web", "--book", str(root)).returncode == 0
    assert all("disclaimer" not in path.read_text("utf-8") for path in (root / "output" / "html").glob("*.html"))
