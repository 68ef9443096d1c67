"""What stands where in a PDF: every word of it as pdftotext sees it, set beside the text that the book says is there.

The entry is `read_paper`. Letters and digits alone are compared, so that no hyphen, space or leader is in the way.
"""

from __future__ import annotations

import re
import subprocess
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from functools import cached_property
from itertools import accumulate
from pathlib import Path
from statistics import median

import pypdfium2
from lxml import etree, html

from press.diagnostics import Report
from press.model import Book
from press.writers.xhtml.flavour import EditionName, Flavour
from press.writers.xhtml.pages import Page, addresses, make_pages

TAGS = ("p", "li", "dt", "dd", "td", "th", "h1", "h2", "h3", "h4", "div", "figcaption", "caption", "pre", "blockquote")
BLOCKS = {*TAGS, "ul", "ol", "dl", "table", "thead", "tbody", "tr", "section", "header", "aside", "figure", "article"}
FRONT = ("contents", "list-of-figures")
NEAR = 6000
"""Letters between one block and the next: no lettering of a figure is longer."""
_WORD = re.compile(r'<word xMin="([\d.-]+)" yMin="([\d.-]+)" xMax="([\d.-]+)" yMax="([\d.-]+)">(.*?)</word>')


@dataclass(frozen=True, slots=True)
class Word:
    """A word of a page, in points from the page's upper left corner."""

    text: str
    left: float
    top: float
    right: float
    bottom: float


@dataclass(slots=True)
class Hole:
    """A place of the markup that the layout fills with page numbers."""

    kind: str
    """`page-of`, `index-pages` or `contents-page`."""
    targets: list[str]
    printed: str = ""
    """What stands there."""
    page: int = -1
    """Where it stands, from 0."""


@dataclass(slots=True)
class Block:
    """A run of text without blocks in it, and where it was found."""

    kind: str
    """The name of its element."""
    classes: set[str]
    ancestors: list[str]
    """Names of the elements around it, the nearest first, each with its classes after dots."""
    pieces: list[str | Hole] = field(default_factory=list)
    ids: list[tuple[str, int, int]] = field(default_factory=list)
    """Id, and piece and offset in it where the id's element begins."""
    calls: list[tuple[str, int, int]] = field(default_factory=list)
    """The same for calls of notes; the place is behind the call."""
    words: list[tuple[int, Word]] = field(default_factory=list)
    """The page and the words that the block was found to stand in."""

    @property
    def text(self) -> str:
        """The letters, without what the layout fills in."""
        return "".join(piece for piece in self.pieces if isinstance(piece, str))

    @property
    def pattern(self) -> str:
        """A regular expression for its letters."""
        patterns = {"page-of": r"(page\d+?|seite\d+?|)", "index-pages": r"(\d*?)", "contents-page": "()"}
        return "".join(piece if isinstance(piece, str) else patterns[piece.kind] for piece in self.pieces)

    @property
    def ends_open(self) -> bool:
        """Whether page numbers are the last of it."""
        return isinstance(self.pieces[-1], Hole)

    @property
    def is_heading(self) -> bool:
        """Whether it announces what follows it."""
        return self.kind in ("h1", "h2", "h3", "h4", "dt", "caption") or bool(
            self.classes & {"block-label", "shared-title"}
        )

    def lines(self) -> dict[int, list[list[Word]]]:
        """The lines of the block on each of its pages."""
        found: dict[int, list[list[Word]]] = {}
        for page, word in self.words:
            lines = found.setdefault(page, [])
            if lines and abs(lines[-1][-1].bottom - word.bottom) < 0.45 * (word.bottom - word.top):
                lines[-1].append(word)
            else:
                lines.append([word])
        return found


def letters(text: str) -> str:
    """A text as small letters and digits."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text)).lower()


def page_words(path: Path) -> list[list[Word]]:
    """The words of every page, in the order in which they are painted."""
    command = ["pdftotext", "-raw", "-bbox", str(path), "-"]
    text = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    return [
        [Word(html.fromstring(f"<i>{w[5]}</i>").text or "", *(float(w[n]) for n in range(1, 5))) for w in words]
        for page in text.split("<page ")[1:]
        if (words := list(_WORD.finditer(page))) or True
    ]


@dataclass(slots=True)
class Part:
    """A part of the book as the markup has it, and its pages."""

    page: Page
    blocks: list[Block]
    notes: dict[str, Block]
    """Number and text by id."""
    lettering: list[str]
    """A regular expression for the words in each drawing; they may be painted twice, with a halo."""
    continued: dict[str, str] = field(default_factory=dict)
    """The labels of boxes, and how they read where a box goes on."""
    first: int = -1
    last: int = -1

    @property
    def title(self) -> str:
        """The heading as letters."""
        return next(block.text for block in self.blocks if block.kind == "h1")


@dataclass
class Paper:
    """A PDF, read: what was found where, and what was not found."""

    words: list[list[Word]]
    """Of every page without its head."""
    heads: list[list[Word]]
    labels: list[str]
    parts: list[Part]
    title: str
    """The book's."""
    has_leaves: bool
    """Whether parts begin on right-hand pages."""
    places: dict[str, int] = field(default_factory=dict)
    """Id -> page, from 0."""
    call_pages: dict[str, int] = field(default_factory=dict)
    """Note -> the page of its call."""
    note_pages: dict[str, int] = field(default_factory=dict)
    """Note -> the page on which it stands whole."""
    missing: list[str] = field(default_factory=list)
    """Texts that were not found."""
    repeated: dict[int, str] = field(default_factory=dict)
    """Page -> the label at its head of a box that goes on there."""

    @cached_property
    def note_words(self) -> set[tuple[int, Word]]:
        """The words of all notes that were found."""
        return {word for part in self.parts for note in part.notes.values() for word in note.words}

    @property
    def blocks(self) -> list[Block]:
        """Those of all parts."""
        return [block for part in self.parts for block in part.blocks]

    def label_of(self, identifier: str) -> str:
        """The number printed on the page where an id stands."""
        return self.labels[self.places[identifier]]


def read_paper(path: Path, book: Book, edition: EditionName) -> Paper:
    """Read a PDF and look for everything that the book has in it."""
    document = pypdfium2.PdfDocument(path)
    labels = [document.get_page_label(number) for number in range(len(document))]
    document.close()
    made = make_pages(book, Flavour(edition, "", addresses(book)), Report())
    pages = [p for p in made.pages if p.role in FRONT] + [p for p in made.pages if p.role not in FRONT]
    drawings = {name: _lettering(data) for name, data in made.files.items() if name.endswith(".svg")}
    top = {"large-print": 70.0, "print": 60.0}.get(edition, 52.0)  # for print the bleed is above the page
    parts = [part_of(page, drawings) for page in pages]
    return set_beside(page_words(path), labels, parts, top, book.settings.title, edition == "print")


def set_beside(
    words: list[list[Word]], labels: list[str], parts: list[Part], top: float, title: str = "", has_leaves: bool = False
) -> Paper:
    """Look for the parts in the words of pages whose heads end at `top`."""
    body = [[word for word in page if word.bottom > top] for page in words]
    heads = [[word for word in page if word.bottom <= top] for page in words]
    paper = Paper(body, heads, labels, parts, title, has_leaves)
    _find_parts(paper)
    for part in paper.parts:
        _align(paper, part)
    return paper


def _lettering(data: bytes) -> str:
    texts = [letters("".join(str(text) for text in e.itertext())) for e in etree.fromstring(data).iter("{*}text")]
    return "".join(f"({text}){{1,2}}" for text in texts if text)


def part_of(page: Page, drawings: Mapping[str, str]) -> Part:
    """The blocks and notes of a page of markup."""
    named = re.findall(r'<img [^>]*src="([^"]+)"', str(page.body))
    part = Part(page, [], {}, [drawings[name] for name in named if drawings.get(name)])
    _walk(html.fragment_fromstring(str(page.body), create_parent="article"), part, [])
    loose: list[tuple[str, int, int]] = []
    for block in part.blocks:  # what is empty has the place of what follows it
        if not block.text:
            loose += [(name, 0, 0) for name, *_ in block.ids]
            continue
        block.ids, loose = loose + block.ids, []
    part.blocks = [block for block in part.blocks if block.text]
    return part


def _walk(element: etree._Element, part: Part, around: list[str]) -> None:
    """Add the blocks of an element to a part."""
    name = str(element.tag)
    classes = set((element.get("class") or "").split())
    ids = part.blocks[-1] if part.blocks else None
    is_block = name in BLOCKS

    def begin() -> None:
        part.blocks.append(Block(name, classes, list(around)))

    def at() -> tuple[int, int]:
        pieces = part.blocks[-1].pieces
        if not pieces or not isinstance(pieces[-1], str):
            pieces.append("")
        return len(pieces) - 1, len(str(pieces[-1]))

    def add(text: str | None) -> None:
        if text and (found := letters(text)):
            piece, _ = at()
            part.blocks[-1].pieces[piece] = str(part.blocks[-1].pieces[piece]) + found

    if is_block or ids is None:
        begin()
    if again := element.get("data-continued"):
        part.continued[letters("".join(map(str, element.itertext())))] = letters(again)
    if identifier := element.get("id"):
        part.blocks[-1].ids.append((identifier, *at()))
    if "footnote" in classes:
        number = str(element.get("data-number"))
        add(number)
        part.blocks[-1].calls.append((str(identifier), *at()))
        element.attrib.pop("class")
        inner = Part(part.page, [], {}, [])
        _walk(element, inner, [])
        note = part.notes[str(identifier)] = Block("note", set(), [], [number])
        for block in inner.blocks:
            note.ids += [(name, piece + len(note.pieces), offset) for name, piece, offset in block.ids]
            note.pieces += block.pieces
        return
    if holes := classes & {"page-of", "index-pages", "contents-page"}:
        targets = (element.get("data-refs") or element.get("data-ref") or "").replace("#", "").split()
        part.blocks[-1].pieces.append(Hole(holes.pop(), targets))
        return
    add(element.text)
    for child in list(element):
        if isinstance(child.tag, str):
            _walk(child, part, [".".join([name, *sorted(classes)]), *around])
            if str(child.tag) in BLOCKS:
                begin()
        add(child.tail)


def _find_parts(paper: Paper) -> None:
    """Each part begins on the page that has its title in large letters."""
    at = 0
    usual = median(word.bottom - word.top for page in paper.words for word in page)
    large = [
        letters("".join(word.text for word in page if word.bottom - word.top > 1.6 * usual)) for page in paper.words
    ]
    for part in paper.parts:
        found = next((number for number in range(at, len(large)) if part.title in large[number]), None)
        assert found is not None, f"no page opens with {part.page.title}"
        part.first, at = found, found + 1
    for part, after in zip(paper.parts, [*paper.parts[1:], None], strict=True):
        part.last = after.first - 1 if after else len(paper.words) - 1
        paper.places[part.page.slug] = part.first


@dataclass(slots=True)
class _Stream:
    """The letters of several pages, each with the number of its word."""

    text: str
    origin: list[tuple[int, int]]
    """Page and word of every letter."""

    def starts_word(self, at: int) -> bool:
        """Whether a word begins at a letter, or the text is over."""
        return at in (0, len(self.origin)) or self.origin[at] != self.origin[at - 1]

    def has_word(self, at: int, length: int) -> bool:
        """Whether a word of so many letters stands at a place."""
        return (
            self.starts_word(at) and self.starts_word(at + length) and self.origin[at] == self.origin[at + length - 1]
        )

    def is_whole(self, found: re.Match[str]) -> bool:
        """Whether something found begins and ends with a word, and each group in it begins with one."""
        ends = [found.start(), found.end(), *(found.start(group + 1) for group in range(len(found.groups())))]
        return all(map(self.starts_word, ends))


def _stream(paper: Paper, pages: range, left_out: set[tuple[int, int]]) -> _Stream:
    text: list[str] = []
    origin: list[tuple[int, int]] = []
    for page in pages:
        for number, word in enumerate(paper.words[page]):
            found = "" if (page, number) in left_out else letters(word.text)
            text.append(found)
            origin += [(page, number)] * len(found)
    return _Stream("".join(text), origin)


def _align(paper: Paper, part: Part) -> None:
    """Find the lettering of a part's drawings, its notes, its opening, and then what else it has, in order."""
    pages = range(part.first, part.last + 1)
    left_out = set(_repeated_labels(paper, part, pages[1:]))
    for lettering in part.lettering:
        stream = _stream(paper, pages, left_out)
        if drawn := next((at for at in re.finditer(lettering, stream.text) if stream.is_whole(at)), None):
            left_out |= set(stream.origin[drawn.start() : drawn.end()])
        else:
            paper.missing.append(f"{part.page.slug}: the lettering {lettering[:60]}")
    for note, block in part.notes.items():
        for page in pages:
            stream = _stream(paper, range(page, page + 1), left_out)
            number = len(str(block.pieces[0]))
            found = [
                at
                for at in re.finditer(block.pattern, stream.text)
                if stream.has_word(at.start(), number) and (stream.starts_word(at.end()) or block.ends_open)
            ]
            if found:
                _settle(paper, block, stream, found[-1])
                paper.note_pages[note] = page
                left_out |= {(page, paper.words[page].index(word)) for _, word in block.words}
                break
        else:
            paper.missing.append(f"{part.page.slug}: the note {block.text[:60]}")
    painted_last = [block for block in part.blocks if any(name.startswith("header") for name in block.ancestors)]
    stream = _stream(paper, pages, left_out)
    if opening := re.search("".join(block.pattern for block in painted_last), stream.text):
        cursor = opening.start()
        for block in painted_last:
            cursor = _place(paper, part, block, stream, cursor) or cursor
        left_out |= set(stream.origin[opening.start() : opening.end()])
    else:
        paper.missing.append(f"{part.page.slug}: the opening")
    for page in pages if "<ol" in str(part.page.body) else ():
        left_out |= set(_list_numbers(paper, page, left_out))
    stream = _stream(paper, pages, left_out)
    dropped = [block for block in part.blocks if any(name.startswith("figure") for name in block.ancestors)]
    for block in dropped:
        _place(paper, part, block, stream, 0)
        left_out |= {(page, paper.words[page].index(word)) for page, word in block.words}
    stream, cursor = _stream(paper, pages, left_out), 0
    for block in part.blocks:
        if block not in painted_last and block not in dropped:
            cursor = _place(paper, part, block, stream, cursor) or cursor


def _repeated_labels(paper: Paper, part: Part, pages: range) -> Iterator[tuple[int, int]]:
    """The labels of boxes that go on, at the heads of pages."""
    for page in pages:
        begun = list(accumulate(letters(word.text) for word in paper.words[page][:12]))
        if found := next((number for number, text in enumerate(begun) if text in part.continued.values()), None):
            paper.repeated[page] = begun[found]
            yield from ((page, number) for number in range(found + 1))


def _list_numbers(paper: Paper, page: int, left_out: set[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The numbers of list items, which are painted after all text of a page."""
    for number in reversed(range(len(paper.words[page]))):
        if (page, number) not in left_out:
            if not re.fullmatch(r"\d\d?\.|\W", paper.words[page][number].text):
                return
            yield page, number


def _place(paper: Paper, part: Part, block: Block, stream: _Stream, cursor: int) -> int | None:
    """Find a block behind the cursor, note where everything in it stands, and give its end."""
    reach = len(stream.text) if cursor == 0 else cursor + NEAR + len(block.text)
    found = re.compile(block.pattern).search(stream.text, cursor, reach)
    if found is None:
        paper.missing.append(f"{part.page.slug}: {block.text[:60]}")
        return None
    return _settle(paper, block, stream, found)


def _settle(paper: Paper, block: Block, stream: _Stream, found: re.Match[str]) -> int:
    """Note where a block that was found has its words, holes, ids and calls, and give its end."""
    starts, group, at = [], 0, found.start()
    for piece in block.pieces:
        starts.append(at)
        if isinstance(piece, str):
            at += len(piece)
            continue
        group += 1
        end = found.end(group) if at < found.end() else _numbers_end(paper, stream, at)
        piece.page = stream.origin[at - 1][0]
        piece.printed = " ".join(
            paper.words[page][number].text for page, number in dict.fromkeys(stream.origin[at:end])
        )
        at = end
    block.words = [
        (page, paper.words[page][number]) for page, number in dict.fromkeys(stream.origin[found.start() : at])
    ]
    for identifier, number, offset in block.ids:
        place = starts[number] + offset if number < len(starts) else at
        paper.places.setdefault(identifier, stream.origin[min(place, at - 1)][0])
    for note, number, offset in block.calls:
        paper.call_pages[note] = stream.origin[starts[number] + offset - 1][0]
    return at


def _numbers_end(paper: Paper, stream: _Stream, at: int) -> int:
    """Where page numbers end that begin at a place: each word but the last has a comma, a bracket, or is "pp."."""
    while at < len(stream.origin):
        page, number = stream.origin[at]
        text = paper.words[page][number].text
        if not re.match(r"\(|\W*\d|[ivxlc]+$|(pp?|S)\.$", text):
            break
        at += len(letters(text))
        if not (text.endswith((",", "p.", "S.")) or text.startswith("(")):
            break
    return at
