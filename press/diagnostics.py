"""What is wrong in a book, where, and what to do about it.

Every problem found by any stage is a `Diagnostic` in a `Report`; its code stands in the closed catalogue `CODES`.
"""

from __future__ import annotations

import difflib
import json
import posixpath
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

Severity = Literal["error", "warning"]
OutputFormat = Literal["text", "json", "github"]


@dataclass(frozen=True, slots=True, order=True)
class Position:
    """A place in a source file; lines and columns count from 1."""

    path: str
    """The file, relative to the book's folder, with forward slashes."""
    line: int = 1
    column: int = 1

    def __str__(self) -> str:
        return f"{self.path}:{self.line}:{self.column}"

    def seen_from(self, folder: str) -> Position:
        """The same place with `folder` before its path."""
        if folder in ("", "."):
            return self
        return replace(self, path=posixpath.normpath(posixpath.join(folder, self.path)))


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of problem."""

    severity: Severity
    meaning: str


CODES: dict[str, Code] = {
    "bad-attribute": Code("error", "an attribute in braces is not one the press knows"),
    "bad-changelog": Code("error", "a changelog entry is wrong: its date, its order, its kind or its section"),
    "bad-disclaimer": Code("error", "a disclaimer is asked for that book.yaml lacks, or is written in a chapter"),
    "bad-encoding": Code("error", "a text file is not UTF-8"),
    "bad-figure": Code("error", "a picture cannot be used: not a known kind, damaged, or not safe"),
    "bad-locator": Code("warning", "the place named in a citation could not be understood"),
    "bad-metadata": Code(
        "error", "a setting in book.yaml or a metadata block is missing, unknown or has a wrong value"
    ),
    "bad-release": Code("error", "a release cannot be made, or is not there: its name or its date is wrong"),
    "bad-retractions": Code("error", "a file of retractions is not CSV in the form of Retraction Watch"),
    "bad-snapshot": Code("error", "the snapshot of a release is damaged"),
    "bad-style": Code("error", "a citation style is not valid CSL"),
    "bad-template": Code("error", "a template cannot be read or uses a name it is not given"),
    "bad-yaml": Code("error", "book.yaml or a metadata block is not valid YAML"),
    "bibliography-entry": Code("warning", "an entry of the bibliography lacks a field or holds one that is malformed"),
    "bibliography-syntax": Code("error", "a bibliography is not valid BibTeX, CSL-JSON or CSL YAML"),
    "citation-format": Code("error", "a reference could not be formatted by the citation style"),
    "citation-in-citation": Code("error", "a citation or cross reference stands in the words about another one"),
    "comment-in-value": Code("warning", "a value in YAML goes on with a number sign, which begins a comment"),
    "duplicate-id": Code("error", "two places have the same id"),
    "duplicate-note": Code("error", "two notes of one file have the same label"),
    "duplicate-reference": Code("error", "two entries of the bibliography have the same key"),
    "empty-changelog-entry": Code("error", "a changelog entry says nothing"),
    "extra-cell": Code("error", "a row of a table has more cells than its head, and what stands in them is lost"),
    "future-date": Code("error", "a changelog entry is dated after the release"),
    "heading-level": Code("error", "a heading skips a level, has that of a chapter's title, or stands in a block"),
    "include-cycle": Code("error", "a shared text includes itself, directly or through others"),
    "invalid-include": Code("error", "an include is not alone in its block, or has contents of its own"),
    "link-definition": Code(
        "warning", "a link definition is used by nothing, or its address is words: it looks like text"
    ),
    "link-not-allowed": Code("error", "a link's address is of a kind that a book may not hold"),
    "long-note": Code("warning", "a note has more than 120 words and may not fit the foot of a page"),
    "lost-text": Code("warning", "words of a chapter's file are not in what pandoc read from it"),
    "low-resolution": Code("warning", "a picture has too few pixels for the size it is printed at"),
    "markdown-warning": Code("warning", "pandoc found something odd in a chapter"),
    "missing-alt-text": Code("error", "a figure has no alternative text"),
    "missing-figure": Code("error", "a figure's file does not exist"),
    "missing-profile": Code("warning", "there is no profile of inks, so that the print edition is left out"),
    "missing-sign": Code("error", "a chapter that must name a warning sign names it in no box"),
    "missing-file": Code("error", "a file that the book names does not exist"),
    "note-in-note": Code("error", "a note calls another note"),
    "path-outside-book": Code("error", "a path leads out of the book's folder"),
    "raw-html-not-allowed": Code("error", "HTML in a chapter is outside the short list that is allowed"),
    "retracted-reference": Code("error", "a reference is cited that was retracted, and nobody says why it is cited"),
    "risky-first": Code("error", "a spot that is risky to press is the first to try where another one serves"),
    "same-rank": Code("error", "two spots have the same rank under a complaint"),
    "search-index": Code("error", "the search of the web edition could not be made"),
    "sign-elsewhere": Code("error", "a paragraph leads to emergencies among which a sign that it names does not stand"),
    "sign-urgency": Code("error", "a text gives a warning sign another urgency than the table, or none"),
    "stale-evidence": Code(
        "warning", "the references were checked for retractions more than a year before the release"
    ),
    "undefined-note": Code("error", "a note is called but not written"),
    "unknown-citation": Code("error", "a citation's key is not in the bibliography"),
    "unknown-complaint": Code("error", "a complaint that a spot names is not in book.yaml"),
    "unknown-cross-reference": Code("error", "a cross reference points to an id that no place has"),
    "unknown-include": Code("error", "a shared text that is to be included does not exist"),
    "unknown-sign": Code("error", "a warning sign's key is not in the table"),
    "unlogged-change": Code("warning", "a text is not as it was released, and no changelog says so"),
    "unlisted-chapter": Code("warning", "a chapter's file is in the manuscript but not in the contents of book.yaml"),
    "unused-complaint": Code("warning", "a complaint of book.yaml is named by no spot"),
    "unused-note": Code("warning", "a note is written but never called"),
    "unused-reference": Code("warning", "an entry of the bibliography is never cited"),
    "layout-warning": Code("warning", "an edition's layout reported something that may look wrong"),
    "edition-text": Code("error", "an edition does not hold the same words as the book"),
    "edition-link": Code("error", "a link inside an edition leads nowhere"),
    "withdrawn-claim": Code(
        "warning", "the EPUB does not claim a kind of accessibility that its pages do not bear out"
    ),
}
"""The closed catalogue of problems. `docs/diagnostics.md` is generated from it."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One problem at one place."""

    code: str
    position: Position
    message: str
    """One line, lower case, names in double quotes."""
    hint: str = ""
    """What to do; may name another place (`bibliography.bib:117`)."""

    @property
    def severity(self) -> Severity:
        """Whether the editions can be written in spite of it."""
        return CODES[self.code].severity

    def text(self) -> str:
        """The diagnostic as printed on a terminal: one line, and a second one for the hint."""
        line = f"{self.position}: {self.severity}: {self.message} [{self.code}]"
        return f"{line}\n    hint: {self.hint}" if self.hint else line

    def github(self) -> str:
        """The diagnostic as an annotation of GitHub's workflow commands."""
        place = self.position
        message = f"{self.message} [{self.code}]" + (f"\nhint: {self.hint}" if self.hint else "")
        escaped = message.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
        path = place.path.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
        return f"::{self.severity} file={path},line={place.line},col={place.column}::{escaped}"

    def as_dict(self) -> dict[str, str | int]:
        """The diagnostic as JSON-ready data."""
        return {
            "path": self.position.path,
            "line": self.position.line,
            "column": self.position.column,
            "severity": self.severity,
            "code": self.code,
            "message": self.message,
            "hint": self.hint,
        }


@dataclass(slots=True)
class Report:
    """The problems of one run, in the order of their finding; reading it sorts them and drops repeats."""

    found: list[Diagnostic] = field(default_factory=list)
    passed: set[str] = field(default_factory=set)
    """Codes that somebody gave a reason for: they are not recorded."""

    def add(self, code: str, position: Position, message: str, hint: str = "") -> None:
        """Record a problem. Raises `KeyError` when the code is not in `CODES`."""
        CODES[code]
        if code in self.passed:
            return
        self.found.append(Diagnostic(code, position, message, hint))

    def extend(self, diagnostics: Iterable[Diagnostic]) -> None:
        """Record the problems of another report or of a worker process."""
        self.found.extend(diagnostics)

    def __iter__(self) -> Iterator[Diagnostic]:
        return iter(sorted(set(self.found), key=lambda d: (d.position, d.severity, d.code, d.message)))

    def __len__(self) -> int:
        return len(set(self.found))

    def fails(self, strict: bool = False) -> bool:
        """Whether the run must not write editions: an error, or with `strict` a warning too."""
        return any(strict or d.severity == "error" for d in self.found)

    def render(self, form: OutputFormat, folder: str = "") -> str:
        """The whole report in one of the output formats; `folder` leads from where the command runs to the book."""
        found = [replace(d, position=d.position.seen_from(folder)) for d in self]
        if form == "json":
            return json.dumps([d.as_dict() for d in found], ensure_ascii=False, indent=2)
        return "\n".join(d.github() if form == "github" else d.text() for d in found)


def did_you_mean(word: str, known: Iterable[str], positions: Mapping[str, Position] | None = None) -> str:
    """A hint that names the nearest known word, and its position where there is one; or nothing."""
    near = difflib.get_close_matches(word, list(known), n=1)
    if not near:
        return ""
    position = (positions or {}).get(near[0])
    return f'did you mean "{near[0]}"?' + (f" ({position})" if position else "")
