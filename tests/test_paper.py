"""Whether the pages of the PDFs are true and well set, edition by edition, as pdftotext sees them.

Every check is a function that gives the faults it finds; the last tests show each of them finding one.
"""

from __future__ import annotations

import dataclasses
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from conftest import ROOT, Built, MakeBook, run_build
from fullness import fills, half_empty
from markupsafe import Markup
from paper import Block, Hole, Paper, Word, letters, part_of, read_paper, set_beside

from press.model import Book
from press.sampling import sample_of
from press.writers.xhtml.flavour import EditionName
from press.writers.xhtml.pages import Page

SHED = ROOT / "tests" / "books" / "shed"
EDITIONS: tuple[EditionName, ...] = ("screen", "print", "large-print", "sample")
LEADING = {"screen": 14.3, "print": 14.3, "large-print": 24.99, "sample": 14.3}
"""The height of a line of text, in points."""
WARNINGS = {"caution", "red-flags", "emergency"}
Check = Callable[[Paper], list[str]]
tagged = pytest.mark.parametrize("edition", [name for name in EDITIONS if name != "print"], scope="module")
"""For what a print shop's file has not: tags, and things to click."""


@pytest.fixture(scope="module", params=EDITIONS)
def edition(request: pytest.FixtureRequest) -> EditionName:
    """One of the editions with pages."""
    name: EditionName = request.param
    return name


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
    pair = re.findall(r"\d+", words.partition(")")[0])
    if len(pair) == 2:
        yield from (str(number) for number in range(int(pair[0]), int(pair[1]) + 1))
    elif found := re.fullmatch(r"\W*(\d+|[ivxlc]+)\W*", words.partition(")")[0]):
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


def boxes_without_label(paper: Paper) -> list[str]:
    """Pages on which a warning goes on without its label, and repeated labels under which none does."""
    expected: dict[int, str] = {}
    for part in paper.parts:
        label: Block | None = None
        for block in part.blocks:
            if "block-label" in block.classes:
                label = block
            elif label and label.words and WARNINGS & {name for outer in block.ancestors for name in outer.split(".")}:
                after = {page for page, _ in block.words} - {label.words[0][0]}
                expected |= dict.fromkeys(after, part.continued[label.text])
    return [
        f"{paper.labels[page]}: {paper.repeated.get(page)} for {expected.get(page)}"
        for page in sorted({*expected, *paper.repeated})
        if expected.get(page) != paper.repeated.get(page)
    ]


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
    boxes_without_label,
    wrong_heads,
    ladders,
)


@pytest.mark.parametrize("check", ALL)
def test_pages_are_true(check: Check, paper: Paper) -> None:
    """Nothing is found against any of the editions."""
    assert check(paper) == []
    assert len(paper.note_pages) > 40 and len(paper.blocks) > 500


def test_pages_are_filled(edition: EditionName, built: Built) -> None:
    """Few pages have a hole: before a figure whose note keeps it from moving, or a box that is kept whole."""
    pages = fills(built.of(edition))
    assert len(pages) > 10
    most = 0.08 if edition == "large-print" else 0.03
    assert len(half_empty(pages)) <= most * len(pages), half_empty(pages)


def test_lines_register(paper: Paper, edition: EditionName) -> None:
    """Lines of running text stand on one grid, over the whole book."""
    assert off_the_grid(paper, LEADING[edition]) == []


def test_lines_have_a_good_length(paper: Paper, edition: EditionName) -> None:
    """60 to 72 characters in a full line; in large print fewer, and no fewer than 40."""
    full = [len(" ".join(word.text for word in line)) for _, line in _running_text(paper)]
    usual = sorted(full)[len(full) // 2]
    assert (40 if edition == "large-print" else 60) <= usual <= 72


# The files


def false_links(paper: Paper, pdf: pikepdf.Pdf) -> list[str]:
    """Links into the book without a place, and places that are not where the text stands that they name."""
    numbers: dict[Any, int] = {page.objgen: number for number, page in enumerate(pdf.pages)}
    names = list(pdf.Root.Names.Dests.Names)
    places = {str(name): numbers[at[0].objgen] for name, at in zip(names[::2], names[1::2], strict=True)}
    known = {name: page for name, page in [*paper.places.items(), *paper.note_pages.items()] if name in places}
    faults = [f"{name}: {places[name]} for {page}" for name, page in known.items() if places[name] != page]
    links = [note for page in pdf.pages for note in page.get("/Annots", []) if "/Dest" in note]
    return faults + [str(link.Dest) for link in links if str(link.Dest) not in places]


def false_bookmarks(paper: Paper, pdf: pikepdf.Pdf) -> list[str]:
    """Bookmarks whose words do not stand on the page that they lead to."""
    numbers: dict[Any, int] = {page.objgen: number for number, page in enumerate(pdf.pages)}
    faults = []
    with pdf.open_outline() as outline:
        entries = [*outline.root, *(below for entry in outline.root for below in entry.children)]
    for entry in entries:
        assert isinstance(entry.destination, pikepdf.Array)
        page = numbers[entry.destination[0].objgen]
        headings = [block.text for block in paper.blocks if block.is_heading and block.words[0][0] == page]
        if page >= paper.parts[0].first and not any(letters(entry.title) in heading for heading in headings):
            faults.append(f"{paper.labels[page]}: {entry.title}")
    return faults


@tagged
@pytest.mark.parametrize("check", [false_links, false_bookmarks])
def test_links_lead_where_they_say(
    check: Callable[[Paper, pikepdf.Pdf], list[str]], paper: Paper, edition: EditionName, built: Built
) -> None:
    """Each bookmark, link and place."""
    with pikepdf.open(built.of(edition)) as pdf:
        assert len(pdf.Root.Names.Dests.Names) > 400
        assert check(paper, pdf) == []


def test_files_are_sound(edition: EditionName, built: Built) -> None:
    """Qpdf finds nothing wrong, and every font is embedded, as the subset that is used."""
    done = subprocess.run(["qpdf", "--check", built.of(edition)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    fonts = subprocess.run(["pdffonts", built.of(edition)], capture_output=True, text=True, check=True).stdout
    lines = fonts.splitlines()[2:]
    assert lines
    assert [line for line in lines if line.split()[-5:-2] != ["yes", "yes", "yes"]] == []


@tagged
def test_tags_are_sound(edition: EditionName, built: Built) -> None:
    """The checker of PDF/UA finds no error. TBL-010 is a false alarm: it counts heads of columns as data."""
    outloud = Path(sys.executable).with_name("outloud")
    options = ["--no-info", "--fail-on", "error", "--skip", "TBL-010"]
    done = subprocess.run([outloud, *options, built.of(edition)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout


LATER = """
import datetime, time
now = time.time
time.time = lambda: now() + 40_000_000
class Later(datetime.datetime):
    @classmethod
    def now(cls, tz=None):
        return cls.fromtimestamp(time.time(), tz)
datetime.datetime = Later
"""
"""Python code that puts the clock on by more than a year."""


def test_same_bytes_anywhere_and_at_any_time(small_book: MakeBook, tmp_path: Path) -> None:
    """Neither folder, time zone, locale, day nor the order of sets changes a byte of any paged edition."""
    (tmp_path / "clock").mkdir()
    (tmp_path / "clock" / "sitecustomize.py").write_text(LATER, "utf-8")
    surroundings = (
        {"TZ": "UTC", "LC_ALL": "C", "LANG": "C", "PYTHONHASHSEED": "1"},
        {"TZ": "Pacific/Auckland", "LC_ALL": "C.UTF-8", "LANG": "C.UTF-8", "PYTHONHASHSEED": "2"}
        | {"PYTHONPATH": str(tmp_path / "clock")},
    )
    chapter = (SHED / "manuscript" / "02-seeds.md").read_text("utf-8").replace("---\n", "---\nfree: true\n", 1)
    made: list[dict[str, bytes]] = []
    for number, environment in enumerate(surroundings):
        root = small_book({"manuscript/02-seeds.md": chapter}, of=SHED)
        output = tmp_path / ("elsewhere/" * number + "made")
        options = [option for name in EDITIONS for option in ("--edition", name)]
        done = run_build("build", *options, "--book", str(root), "--output", str(output), env=environment)
        assert done.returncode == 0, done.stderr
        made.append({path.name: path.read_bytes() for path in output.glob("*.pdf")})
    assert len(made[0]) == len(EDITIONS)
    assert made[0] == made[1]


# Each check finds what it is there for: pages with a fault


HEIGHT, WIDTH = 12.0, 6.0


def typed(pages: list[str], markup: str, role: str = "chapter", has_leaves: bool = False) -> Paper:
    """Pages as a typewriter makes them, the first line the head of a page, set beside their markup.

    Large letters begin with `#`; an empty line is one of space.
    """
    words = []
    for text in pages:
        found: list[Word] = []
        for number, line in enumerate(text.split("\n")):
            size = 2 if line.startswith("#") else 1
            for word in re.finditer(r"[^\s#]+", line):
                top = 20.0 * number
                left = WIDTH * word.start()
                found.append(Word(word[0], left, top, left + WIDTH * len(word[0]), top + HEIGHT * size))
        words.append(found)
    page = Page("chapter", role, "body", "Title", "Title", Markup(f"<h1>Title</h1>{markup}"))
    labels = [str(number + 1) for number in range(len(pages))]
    return set_beside(words, labels, [part_of(page, {})], 15.0, "Book", has_leaves)


TEXT = '<div class="text"><p>One two three four five six seven.</p></div>'
NOTED = (
    '<div class="text"><p>One<span class="footnote" id="n1" data-number="1">First note.</span> two three '
    'four<span class="footnote" id="n2" data-number="2">Second note.</span>.</p></div>'
)
CROSS = '<p>See there<span class="page-of" data-ref="#there"></span>.</p><p id="there">It is here.</p>'
INDEX = '<ul><li>term, <span class="index-pages" data-refs="a b c"></span></li></ul>'
MARKS = '<p id="a">Mark one.</p><p id="b">Mark two.</p><p id="c">Mark three.</p>'
BOX = (
    '<div class="text"><div class="emergency"><p class="block-label" data-continued="Call now (continued)">Call now</p>'
    "<p>One two three four.</p><p>Five six seven eight.</p></div><p>End.</p></div>"
)
FIRST = "\n#Title\n\n"
GOOD: list[tuple[list[str], str]] = [
    ([FIRST + "One two three\nfour five six\nseven."], TEXT),
    ([FIRST + "One two\nthree four", "Book Title 2\nfive six\nseven."], TEXT),
    ([FIRST + "One1 two three four2.\n\n1 First note.\n2 Second note."], NOTED),
    ([FIRST + "See there (page 2).", "Book Title 2\nIt is here."], CROSS),
    (
        [FIRST + "term, 2–4", *(f"Book Title {n}\nMark {word}." for n, word in ((2, "one"), (3, "two"), (4, "three")))],
        INDEX + MARKS,
    ),
    ([FIRST + "Call now\nOne two three four.\nFive six seven eight.\nEnd."], BOX),
    ([FIRST + "Text", "Book Title 2\nCall now\nOne two three four.\nFive six seven eight.\nEnd."], f"<p>Text</p>{BOX}"),
    (
        [FIRST + "Call now\nOne two\nthree four.", "Book Title 2\nCall now (continued)\nFive six seven eight.\nEnd."],
        BOX,
    ),
    ([FIRST + "One two three\nfour five six\nseven.\n\nHead\nText."], TEXT + "<h2>Head</h2><p>Text.</p>"),
]
BAD: list[tuple[Check, list[str], str]] = [
    (lost_text, [FIRST + "One two three\nfour six\nseven."], TEXT),
    (lost_text, [FIRST + "Second.\nFirst."], "<p>First.</p><p>Second.</p>"),
    (parted_notes, [FIRST + "One1 two three four2.\n\n1 First note.", "Book Title 2\n2 Second note."], NOTED),
    (parted_notes, [FIRST + "One1 two three four2.\n\n1 First note.\n2 Second", "Book Title 2\nnote."], NOTED),
    (notes_out_of_order, [FIRST + "One1 two three four2.\n\n2 Second note.\n1 First note."], NOTED),
    (false_numbers, [FIRST + "See there (page 1).", "Book Title 2\nIt is here."], CROSS),
    (false_numbers, [FIRST + "See there.", "Book Title 2\nIt is here."], CROSS),
    (false_numbers, [FIRST + "term, 1–2\nMark one.\nMark two.\nMark three."], INDEX + MARKS),
    (empty_pages, [FIRST + "One two three\nfour five six", "", "Book Title 3\nseven."], TEXT),
    (headings_at_the_foot, [FIRST + "Head", "Book Title 2\nText."], "<h2>Head</h2><p>Text.</p>"),
    (widows_and_orphans, [FIRST + "One two three\nfour five six", "Book Title 2\nseven."], TEXT),
    (widows_and_orphans, [FIRST + "One two three", "Book Title 2\nfour five six\nseven."], TEXT),
    (boxes_without_label, [FIRST + "Call now\nOne two three four.", "Book Title 2\nFive six seven eight.\nEnd."], BOX),
    (
        boxes_without_label,
        [FIRST + "Call now\nOne two three four.\nFive six seven eight.", "Book Title 2\nCall now (continued)\nEnd."],
        BOX,
    ),
    (wrong_heads, ["Book Title 1\n#Title\n\nOne two three four five six seven."], TEXT),
    (wrong_heads, [FIRST + "One two\nthree four", "Book Title 3\nfive six\nseven."], TEXT),
    (wrong_heads, [FIRST + "One two\nthree four", "Book 2\nfive six\nseven."], TEXT),
    (ladders, [FIRST + "One tw\u2010\no three four five six seven."], TEXT),
    (ladders, [FIRST + "One t\u2010\nwo th\u2010\nree fo\u2010\nur fi\u2010\nve six seven."], TEXT),
]


@pytest.mark.parametrize(("pages", "markup"), GOOD)
def test_good_pages_have_no_faults(pages: list[str], markup: str) -> None:
    """No check minds a page that is right."""
    assert [fault for check in ALL for fault in check(typed(pages, markup))] == []


@pytest.mark.parametrize(("check", "pages", "markup"), BAD)
def test_faults_are_found(check: Check, pages: list[str], markup: str) -> None:
    """Each check finds its fault."""
    assert check(typed(pages, markup))


def test_lines_off_the_grid_are_found() -> None:
    """One line that stands between the others."""
    lines = "<br />".join(["One two three."] * 9)
    paper = typed([FIRST + "\n".join(["One two three."] * 9)], f'<div class="text"><p>{lines}</p></div>')
    assert off_the_grid(paper, 20.0) == []
    block = paper.blocks[-1]
    page, word = block.words[-3]
    block.words[-3:] = [(page, dataclasses.replace(word, bottom=word.bottom + 7)), *block.words[-2:]]
    assert off_the_grid(paper, 20.0) == ["1"]


def test_empty_pages_are_deliberate_before_right_hand_pages() -> None:
    """In a book with leaves the back of a part's last leaf may be empty."""
    assert empty_pages(typed([FIRST + "One two three four five six seven.", ""], TEXT)) == ["page 2"]
    assert empty_pages(typed([FIRST + "One two three four five six seven.", ""], TEXT, has_leaves=True)) == []


def test_links_that_lead_elsewhere_are_found(built: Built, book: Book, tmp_path: Path) -> None:
    """A place on the wrong page, a link to nowhere, and a bookmark with other words."""
    shown = sample_of(book)
    assert shown
    paper = read_paper(built.of("sample"), shown, "sample")
    with pikepdf.open(built.of("sample")) as pdf:
        names = pdf.Root.Names.Dests.Names
        at = next(number for number, name in enumerate(names) if str(name) == "foot-arch")
        names[at + 1][0] = pdf.pages[0].obj
        link = next(note for page in pdf.pages for note in page.get("/Annots", []) if "/Dest" in note)
        link.Dest = pikepdf.String("nowhere")
        with pdf.open_outline() as outline:
            outline.root[-1].title = "Something Else"
        assert len(false_links(paper, pdf)) == 2
        assert len(false_bookmarks(paper, pdf)) == 1
