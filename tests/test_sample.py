"""The free sample: whole chapters of the book, and nothing of the others."""

from __future__ import annotations

import html
import re
import zipfile
from pathlib import Path

import pypdfium2
import pytest
from conftest import ROOT, Built, MakeBook, load_book, run_build
from epub_checks import OPF, unpack

from press.model import Book
from press.proof.text import edition_blocks, epub_reader
from press.sampling import sample_of
from press.store import Store
from press.tree_text import author_text

RUN = 8


@pytest.fixture(scope="module")
def book(store: Store) -> Book:
    """The real book as the writers get it."""
    found, _ = load_book(ROOT, store)
    assert found is not None
    return found


def words(text: str) -> list[str]:
    """The words of a text without marks and capitals."""
    return re.findall(r"[^\W_]+", text.lower())


def runs(text: list[str]) -> set[tuple[str, ...]]:
    """Every run of eight words."""
    return {tuple(text[start : start + RUN]) for start in range(len(text) - RUN + 1)}


def files(path: Path) -> dict[str, str]:
    """The text files of an EPUB, metadata and navigation included, without tags but with the words in them."""
    with zipfile.ZipFile(path) as archive:
        names = [name for name in archive.namelist() if name.endswith((".xhtml", ".opf", ".ncx"))]
        texts = {name: html.unescape(archive.read(name).decode()) for name in names}
        spoken = re.compile(r'\b(?:alt|aria-label|title|alttext)="([^"]*)"')
        return {name: " ".join([re.sub(r"<[^>]*>", " ", text), *spoken.findall(text)]) for name, text in texts.items()}


@pytest.mark.parametrize("edition", ["sample", "epub-sample"])
def test_no_words_that_are_not_given_away(edition: str, built: Built, book: Book) -> None:
    """No run of eight words of a chapter that is not free, unless a free one has it too; titles apart."""
    if edition == "sample":
        document = pypdfium2.PdfDocument(built.of(edition))
        text = "\n".join(page.get_textpage().get_text_range() for page in document)
        document.close()
    else:
        text = "\n".join(files(built.of(edition)).values())
    found = runs(words(text))
    assert len(found) > 5000
    free = [chapter for chapter in book.chapters if chapter.metadata.free]
    kept = {run for chapter in free for run in runs(words(author_text(chapter.tree.content)))}
    spots = [
        (chapter.series.reference, chapter.title, chapter.metadata.spot) for chapter in book.series if chapter.series
    ]
    kept |= runs(words(" ".join(f"{reference} {title}" for reference, title, _ in spots)))
    kept |= {run for reference, title, spot in spots for run in runs(words(f"{reference} {title} {spot}"))}
    kept |= {run for reference in book.references for run in runs(words(re.sub(r"<[^>]*>", "", reference.html)))}
    for chapter in book.chapters:
        if not chapter.metadata.free:
            assert not (found & runs(words(author_text(chapter.tree.content)))) - kept, chapter.slug


def test_free_chapters_are_whole(built: Built, book: Book) -> None:
    """Paragraph by paragraph those of the whole EPUB; cross references to what is left out are words."""
    sample = sample_of(book)
    assert sample
    whole = edition_blocks(book, epub_reader(built.epub))
    cut = edition_blocks(sample, epub_reader(built.of("epub-sample")))
    for chapter in sample.chapters:
        assert len(cut[chapter.slug]) > 5
        assert cut[chapter.slug] == whole[chapter.slug]


def test_it_says_what_it_is(built: Built) -> None:
    """In its title, in its imprint, and by announcing the chapters that it lacks."""
    found = files(built.of("epub-sample"))
    package = next(text for name, text in found.items() if name.endswith(".opf"))
    assert "The Perfect Spots: A Free Sample" in package
    assert any("This sample holds some chapters" in text for text in found.values())
    imprint = next(text for name, text in found.items() if name.endswith("imprint.xhtml"))
    assert "Spot No. 14, Massage Therapy for Shoulder Pain" in imprint
    assert not any("in preparation" in text for text in found.values())


def test_the_epub_is_a_subset(built: Built) -> None:
    """Every page and picture is one of the whole book's, and its name is another."""
    whole, cut = unpack(built.epub), unpack(built.of("epub-sample"))
    assert set(cut.files) <= set(whole.files)
    assert 10 < len(cut.pages) < len(whole.pages)
    names = [epub.package.findtext(".//dc:identifier", "", OPF) for epub in (whole, cut)]
    assert names[0] != names[1]


def test_references_and_index_are_cut(book: Book) -> None:
    """To what the free chapters cite and mark."""
    sample = sample_of(book)
    assert sample
    free = {chapter.slug for chapter in sample.chapters}
    assert 20 < len(sample.references) < len(book.references)
    assert all(place.part in free for reference in sample.references for place in reference.places)
    assert 50 < len(sample.index) < len(book.index)
    marks = [mark for entry in sample.index for mark in entry.marks]
    assert marks and all(mark.part in free for mark in marks)


def test_a_book_without_free_chapters_has_no_sample(small_book: MakeBook) -> None:
    """Nothing is written, nothing is said, and the next build has nothing to do."""
    root = small_book()
    done = run_build("build", "--strict", "--book", str(root))
    assert done.returncode == 0 and not done.stderr
    assert not list((root / "output").glob("*sample*"))
    assert "up to date" in run_build("build", "--strict", "--book", str(root)).stdout
