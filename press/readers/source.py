"""A Markdown file as its author sees it: where things stand that pandoc's tree has no positions for.

pandoc's Markdown reader gives no source positions. They are found by matching, in order, what the tree holds to
the source text outside code and comments, with each note's text moved to the place of its call, as pandoc does.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, field

from press.diagnostics import Position, Report

_METADATA = re.compile(r"\A---[ \t]*\n(.*?\n)??(---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FENCE = re.compile(r"[ \t>]*(?:[-*+]|\d+[.)])?[ \t>]*(`{3,}|~{3,})(.*)")
_NO_MARKUP = re.compile(
    r"(?P<comment><!--.*?-->)"
    r"|(?<![`\\])(?P<ticks>`+)(?!`)(?:(?!\n[ \t]*\n).)*?(?<!`)(?P=ticks)(?!`)"  # code in a line
    r"|\\[^\w\s]",
    re.DOTALL,
)
"""Where signs mean nothing; of a comment in code and code in a comment, what begins first counts."""
_NOTE_DEFINITION = re.compile(r"^ {0,3}\[\^([^\]\s]+)\]:", re.MULTILINE)
_NOTE_CALL = re.compile(r"\[\^([^\]\s]+)\]")


@dataclass(frozen=True, slots=True)
class NoteText:
    """A note's definition: the ranges are offsets into the source."""

    label: str
    start: int
    body: int
    end: int


@dataclass(slots=True)
class Source:
    """The text of a Markdown file, and in-order search in it."""

    name: str
    """Path from the book's folder."""
    text: str
    metadata: str | None = field(init=False)
    """The YAML of the metadata block, which begins on line 2."""
    masked: str = field(init=False)
    """The text with metadata block, code and comments blanked; the same length."""
    printed: str = field(init=False)
    """The text with metadata block and comments blanked; the same length."""
    notes: list[NoteText] = field(init=False)
    calls: list[tuple[str, int]] = field(init=False)
    _line_starts: list[int] = field(init=False)
    _reading: str = field(init=False)
    _offsets: list[int] = field(init=False)
    _cursors: dict[str, int] = field(init=False, default_factory=dict)

    def __post_init__(self) -> None:
        found = _METADATA.match(self.text)
        self.metadata = (found.group(1) or "") if found else None
        self._line_starts = [0, *(match.end() for match in re.finditer("\n", self.text))]
        masked = _blank(self.text, found.span()) if found else self.text
        self.printed = masked
        masked = _mask_fenced_code(masked)
        for match in _NO_MARKUP.finditer(masked):
            if match["comment"]:
                self.printed = _blank(self.printed, match.span())
        masked = _NO_MARKUP.sub(lambda match: _spaces(match.group()), masked)
        self.masked = _mask_indented_code(masked, self.text)
        self.notes = list(_note_texts(self.masked))
        heads = {note.body for note in self.notes}
        self.calls = [
            (match.group(1), match.start())
            for match in _NOTE_CALL.finditer(self.masked)
            if match.end() + 1 not in heads
        ]
        self._put_notes_in_place()

    @property
    def body(self) -> str:
        """The text without its metadata block; lines keep their numbers."""
        found = _METADATA.match(self.text)
        return "\n" * self.text.count("\n", 0, found.end()) + self.text[found.end() :] if found else self.text

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of an offset into the text."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1

    def position(self, offset: int) -> Position:
        """The position of an offset into the text."""
        return Position(self.name, *self.line_column(offset))

    def find(self, pattern: str) -> int | None:
        """The offset of the next match of a regular expression, in reading order; each match is given once."""
        match = re.compile(pattern, re.MULTILINE).search(self._reading, self._cursors.get(pattern, 0))
        if match is None:
            return None
        self._cursors[pattern] = match.end()
        return self._offsets[match.start()] if match.start() < len(self._offsets) else len(self.text)

    def check_notes(self, report: Report) -> None:
        """Report notes that are called but not written, written but not called, and written twice."""
        first: dict[str, NoteText] = {}
        for note in self.notes:
            if note.label in first:
                hint = f"first written here: {self.position(first[note.label].start)}"
                report.add("duplicate-note", self.position(note.start), f'two notes are called "{note.label}"', hint)
            else:
                first[note.label] = note
        called = {label for label, _ in self.calls}
        for label, offset in self.calls:
            if label not in first:
                hint = f"write it on a line of its own: [^{label}]: Text of the note."
                report.add("undefined-note", self.position(offset), f'the note "{label}" is not written', hint)
            elif any(note.body <= offset < note.end for note in self.notes):
                hint = "say it in this note, or call the other one from the text"
                report.add("note-in-note", self.position(offset), f'a note calls the note "{label}"', hint)
        for label, note in first.items():
            if label not in called:
                hint = f"call it with [^{label}], or delete it"
                report.add("unused-note", self.position(note.start), f'the note "{label}" is never called', hint)

    def _put_notes_in_place(self) -> None:
        """Build the text in reading order: each note's body at its call, with the offset of every character."""
        bodies: dict[str, NoteText] = {}
        for note in self.notes:
            bodies.setdefault(note.label, note)
        pieces: list[range] = []
        skip = sorted((note.start, note.end) for note in self.notes)
        at = 0
        for start, end in [*skip, (len(self.text), len(self.text))]:
            for label, offset in self.calls:
                if at <= offset < start:
                    pieces.append(range(at, offset))
                    at = offset
                    if label in bodies:
                        pieces.append(range(bodies[label].body, bodies[label].end))
            pieces.append(range(at, start))
            at = max(at, end)
        # What no call brings in (an unused note) still gets its positions, after everything else.
        called = {label for label, _ in self.calls}
        pieces.extend(range(note.body, note.end) for note in self.notes if note.label not in called)
        self._offsets = [offset for piece in pieces for offset in piece]
        self._reading = "".join(self.masked[piece.start : piece.stop] for piece in pieces)


def _blank(text: str, span: tuple[int, int]) -> str:
    start, end = span
    return text[:start] + _spaces(text[start:end]) + text[end:]


def _spaces(text: str) -> str:
    return re.sub(r"[^\n]", " ", text)


def _mask_fenced_code(text: str) -> str:
    """Blank fenced code blocks; one that is never closed is no block, as pandoc has it."""
    lines = text.split("\n")
    number = 0
    while number < len(lines):
        opened = _FENCE.fullmatch(lines[number])
        if opened and not (opened.group(1)[0] == "`" and "`" in opened.group(2)):
            closing = re.compile(rf"[ \t>]*{re.escape(opened.group(1))}{re.escape(opened.group(1)[0])}*[ \t]*")
            end = next((n for n in range(number + 1, len(lines)) if closing.fullmatch(lines[n])), None)
            if end is not None:
                lines[number : end + 1] = [" " * len(line) for line in lines[number : end + 1]]
                number = end
        number += 1
    return "\n".join(lines)


def _mask_indented_code(text: str, original: str) -> str:
    """Blank indented code blocks; inside lists, notes and definitions indented text is no code."""
    lines = text.split("\n")
    in_container = False
    blank_before = True
    in_table = False
    for number, (line, written) in enumerate(zip(lines, original.split("\n"), strict=True)):
        if not line.strip():
            blank_before = True
            if written.strip() and not written.startswith((" ", "\t")):
                in_container = False  # code or a comment ends a list
            continue
        indented = line.startswith(("    ", "\t"))
        if not indented:
            caption = in_table and line.startswith(":")
            in_table = line.startswith(("|", "+", "--"))
            in_container = not caption and bool(
                re.match(r" {0,3}([-*+:~]|\(?(\d{1,9}|\w|[ivxlcdm]+|#)[.)]|\[\^[^\]]+\]:)([ \t]|$)|\s*\[\^", line)
            )
        elif blank_before and not in_container:
            lines[number] = " " * len(line)
            continue
        blank_before = False
    return "\n".join(lines)


def _note_texts(text: str) -> Iterator[NoteText]:
    """The definitions of notes: to the next one, or to a blank line that no indented line follows."""
    for match in _NOTE_DEFINITION.finditer(text):
        end = match.end()
        following = _NOTE_DEFINITION.search(text, end)
        for blank in re.finditer(r"\n(?:[ \t]*\n)+(?! {4}|\t)", text[end:]):
            end += blank.start()
            break
        else:
            end = len(text)
        if following and following.start() < end:
            end = following.start()
        yield NoteText(match.group(1), match.start(), match.end(), end)
