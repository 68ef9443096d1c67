"""Whether the pages of the PDFs are true and well set, edition by edition, as pdftotext sees them.

Every check is a function that gives the faults it finds; the last tests show each of them finding one.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterator

import pytest
from conftest import ROOT, Built, load_book
from paper import Hole, Paper, Word, letters, read_paper

from press.model import Book
from press.sampling import sample_of
from press.store import Store
from press.writers.xhtml.flavour import EditionName

EDITIONS: tuple[EditionName, ...] = ("screen", "print", "large-print", "sample")
LEADING = {"screen": 14.3, "print": 14.3, "large-print": 25.0, "sample": 14.3}
"""The height of a line of text, in points."""
Check = Callable[[Paper], list[str]]


@pytest.fixture(scope="module", params=EDITIONS)
def edition(request: pytest.FixtureRequest) -> EditionName:
    """One of the editions with pages."""
    name: EditionName = request.param
    return name


@pytest.fixture(scope="module")
def book(store: Store) -> Book:
    """The real book as the writers get it."""
    found, _ = load_book(ROOT, store)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def paper(edition: EditionName, book: Book, built: Built) -> Paper:
    """An edition of the real book, read."""
    shown = sample_of(book) if edition == "sample" else book
    assert shown
    return read_paper(built.of(edition), shown, edition)


# The checks


def lost_text(paper: Paper) -> list[str]:
    """Blocks and notes that stand nowhere in their part, whole and in order."""
    return paper.missing


def parted_notes(paper: Paper) -> list[str]:
    """Notes that do not stand, whole, on the page of their call."""
    notes = [note for part in paper.parts for note in part.notes]
    return [note for note in notes if paper.note_pages.get(note, -1) != paper.call_pages.get(note, -2)]


def notes_out_of_order(paper: Paper) -> list[str]:
    """Notes of which a later one stands before them."""
    faults = []
    for part in paper.parts:
        at = (0, 0.0)
        for note, block in part.notes.items():
            here = [(page, word.top) for page, word in block.words[:1]]
            faults += [note for place in here if place < at]
            at = max([at, *here])
    return faults


def false_numbers(paper: Paper) -> list[str]:
    """Page numbers in contents, cross references, index and references that are not those of what they name."""
    faults = []
    for block in [*paper.blocks, *(note for part in paper.parts for note in part.notes.values())]:
        for hole in (piece for piece in block.pieces if isinstance(piece, Hole)):
            found = [number for words in hole.printed.split() for number in _numbers(words)]
            true = {paper.label_of(target) for target in hole.targets if target in paper.places}
            if set(found) != true or len(found) != len(true):
                faults.append(f"{block.text[:40]}: {hole.printed or 'nothing'} for {sorted(true)}")
    return faults


def _numbers(words: str) -> Iterator[str]:
    """The page numbers that are meant by 12, by 14–16, and by ix."""
    pair = re.findall(r"\d+", words)
    if len(pair) == 2:
        yield from (str(number) for number in range(int(pair[0]), int(pair[1]) + 1))
    elif found := re.fullmatch(r"\W*(\d+|[ivxlc]+)\W*", words):
        yield found[1]


def empty_pages(paper: Paper) -> list[str]:
    """Pages without a word that are no left-hand pages before a part that begins on the right, or at the end."""
    starts = {part.first for part in paper.parts}
    end = max(number for number, words in enumerate(paper.words) if words)
    faults = []
    for number in (number for number, words in enumerate(paper.words) if not words):
        deliberate = paper.has_leaves and (number > end or (number % 2 == 1 and number + 1 in starts))
        if not deliberate:
            faults.append(f"page {number + 1}")
    return faults


def headings_at_the_foot(paper: Paper) -> list[str]:
    """Headings under which nothing stands on their page, or in their column."""
    faults = []
    for part in paper.parts:
        for block in part.blocks:
            if block.is_heading and block.words:
                page, last = block.words[-1]
                rest = [w for w in paper.words[page] if w.top > last.top + 1 and (page, w) not in paper.note_words]
                if part.page.role in ("symptom-index", "index") and block.kind != "h1":
                    rest = [w for w in rest if abs(w.left - last.left) < 130]
                if not rest:
                    faults.append(f"{paper.labels[page]}: {block.text[:40]}")
    return faults


def widows_and_orphans(paper: Paper) -> list[str]:
    """Single lines of longer blocks at the head or the foot of a page."""
    faults = []
    for block in paper.blocks:
        lines = block.lines()
        for page, here in list(lines.items()) if len(lines) > 1 else ():
            if len(here) == 1:
                faults.append(f"{paper.labels[page]}: {block.text[:40]}")
    return faults


def wrong_heads(paper: Paper) -> list[str]:
    """Heads that are not title and folio, the folio outside; openings, title page and blanks with a head."""
    parts = {page: part for part in paper.parts for page in range(part.first, part.last + 1)}
    faults = []
    for number, words in enumerate(paper.heads):
        head = " ".join(word.text for word in words)
        part, label = parts.get(number), paper.labels[number]
        if part is None or number == part.first or not paper.words[number]:
            expected = ""
        elif not paper.has_leaves:
            expected = f"{paper.title} {part.page.short_title} {label}"
        else:
            expected = f"{label} {paper.title}" if number % 2 else f"{part.page.short_title} {label}"
        if letters(head) != letters(expected):
            faults.append(f"{label}: {head or 'nothing'} for {expected or 'nothing'}")
    return faults


def ladders(paper: Paper) -> list[str]:
    """More than three lines in a row that end in a hyphen, and words that are broken near their ends."""
    faults = []
    for block in paper.blocks:
        for page, lines in block.lines().items():
            run = 0
            for line in lines:
                broken = re.search(r"(\w+)[\u2010\u00ad-]$", line[-1].text)
                run = run + 1 if broken else 0
                if run > 3 or (broken and len(broken[1]) < 3 and "\u2010" in line[-1].text):
                    faults.append(f"{paper.labels[page]}: {line[-1].text}")
    return faults


def off_the_grid(paper: Paper, leading: float) -> list[str]:
    """Lines of running text that do not stand on the lines of the other pages."""
    lines = [(page, line[0]) for page, line in _running_text(paper)]
    where = Counter(round(word.bottom % leading, 1) for _, word in lines)
    usual = where.most_common(1)[0][0]
    off = {page for page, word in lines if 0.3 < (word.bottom - usual) % leading < leading - 0.3}
    return [paper.labels[page] for page in sorted(off)]


def _running_text(paper: Paper) -> Iterator[tuple[int, list[Word]]]:
    """The lines of paragraphs that are in no box, list or the like."""
    for block in paper.blocks:
        inside = [name for name in block.ancestors if not name.startswith(("section", "article"))]
        if block.kind == "p" and inside == ["div.text"]:
            for page, lines in block.lines().items():
                yield from ((page, line) for line in lines)


ALL: tuple[Check, ...] = (
    lost_text,
    parted_notes,
    notes_out_of_order,
    false_numbers,
    empty_pages,
    headings_at_the_foot,
    widows_and_orphans,
    wrong_heads,
    ladders,
)


@pytest.mark.parametrize("check", ALL)
def test_pages_are_true(check: Check, paper: Paper) -> None:
    """Nothing is found against any of the editions."""
    assert check(paper) == []
    assert len(paper.note_pages) > 40 and len(paper.blocks) > 500


def test_lines_register(paper: Paper, edition: EditionName) -> None:
    """Lines of running text stand on one grid, over the whole book."""
    assert off_the_grid(paper, LEADING[edition]) == []


def test_lines_have_a_good_length(paper: Paper, edition: EditionName) -> None:
    """60 to 72 characters in a full line; in large print fewer, and no fewer than 40."""
    full = [len(" ".join(word.text for word in line)) for _, line in _running_text(paper)]
    usual = sorted(full)[len(full) // 2]
    assert (40 if edition == "large-print" else 60) <= usual <= 72
