"""BibTeX as its author sees it: entries and raw fields with their places, and the mistakes of syntax.

The grammar is that of BibTeX, with `%` comments as biber has them. After a mistake the scan goes on at the next
entry that begins a line, so that each mistake is one problem.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from dataclasses import dataclass, field

_ENTRY = re.compile(r"@[ \t]*([A-Za-z][\w-]*)\s*([{(])")
_LINE_ENTRY = re.compile(r"^[ \t]*@[ \t]*[A-Za-z]+[ \t]*[{(]", re.MULTILINE)
_SIGNLESS = re.compile(r"^[ \t]*([A-Za-z]+)[ \t]*[{(][ \t]*[^\s,={}]+[ \t]*,[ \t]*(?:$|[A-Za-z]+[ \t]*=)", re.MULTILINE)
"""An entry whose `@` was forgotten: a word, a key, and the end of the line or a field."""
_SPACE = re.compile(r"(?:\s+|%[^\n]*)*")
_NAME = re.compile(r"[^\s\"#%'(),={}]+")
_KEY = re.compile(r"[^\s,={}\"%#~\\]+")
_SWALLOWED = re.compile(r"\n[ \t]*[A-Za-z]+[ \t]*=[ \t]*(?:[{\"]|\Z)")
_UNBALANCED = "a closing sign is missing, or an opening one is too many"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")


@dataclass(frozen=True, slots=True)
class RawField:
    """A field as written: quotes and outer braces taken off, strings put in, TeX untouched."""

    name: str
    """In lower case."""
    value: str
    offset: int
    """Where the name stands."""
    undefined: tuple[str, ...] = ()
    """The words in it that no `@string` defines."""


@dataclass(frozen=True, slots=True)
class RawEntry:
    """An entry as written."""

    kind: str
    """In lower case."""
    key: str
    offset: int
    """Where its `@` stands."""
    fields: tuple[RawField, ...]
    """In order, repeated ones too."""
    broken: bool = False
    """Whether a mistake cut it short."""

    def values(self) -> dict[str, str]:
        """The fields' values by name; the first counts where one is repeated."""
        values: dict[str, str] = {}
        for each in self.fields:
            values.setdefault(each.name, each.value)
        return values


@dataclass(frozen=True, slots=True)
class SyntaxProblem:
    """A mistake of syntax at an offset."""

    offset: int
    message: str
    hint: str = ""
    code: str = "bibliography-syntax"


@dataclass(frozen=True, slots=True)
class Scan:
    """What a file holds."""

    entries: tuple[RawEntry, ...]
    problems: tuple[SyntaxProblem, ...]
    _line_starts: tuple[int, ...]

    def line_column(self, offset: int) -> tuple[int, int]:
        """Line and column, both from 1, of an offset."""
        line = bisect_right(self._line_starts, offset)
        return line, offset - self._line_starts[line - 1] + 1


class _BadSyntax(Exception):
    def __init__(self, offset: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.problem = SyntaxProblem(offset, message, hint)


def scan_bibtex(text: str) -> Scan:
    """Scan a file; never raises on any text."""
    scanner = _Scanner(text)
    scanner.run()
    starts = (0, *(match.end() for match in re.finditer("\n", text)))
    return Scan(tuple(scanner.entries), tuple(scanner.problems), starts)


@dataclass(slots=True)
class _Scanner:
    text: str
    entries: list[RawEntry] = field(default_factory=list)
    problems: list[SyntaxProblem] = field(default_factory=list)
    strings: dict[str, str] = field(default_factory=lambda: {month: month for month in _MONTHS})
    _at: int = 0
    _end: int = 0
    """Where the entry in hand ends at the latest: no value reaches over a line that begins an entry."""
    _fields: list[RawField] = field(default_factory=list)

    def run(self) -> None:
        while (start := self._next_entry()) is not None:
            following = _LINE_ENTRY.search(self.text, start + 1)
            self._end = following.start() if following else len(self.text)
            self._fields = []
            kind, key = "", ""
            try:
                kind, opening = self._opening(start)
                if kind == "comment":
                    self._skip_comment(start)
                    continue
                closing = "}" if opening == "{" else ")"
                if kind == "preamble":
                    self._value(start, "preamble", {})
                    self._expect_end(start, "@preamble", closing)
                elif kind == "string":
                    self._read_fields(start, "@string", closing)
                    self.strings.update({each.name: each.value for each in self._fields})
                else:
                    key = self._key(start, kind)
                    self._read_fields(start, f'the entry "{key}"', closing)
                self._check_rest()
                if key:
                    self.entries.append(RawEntry(kind, key, start, tuple(self._fields)))
            except _BadSyntax as bad:
                self.problems.append(bad.problem)
                if key:
                    self.entries.append(RawEntry(kind, key, start, tuple(self._fields), broken=True))
                self._at = self._end

    def _next_entry(self) -> int | None:
        """The next `@` outside comments; free text between entries is no mistake, unless it looks like one."""
        begun = self._at
        while (start := self.text.find("@", self._at)) >= 0:
            line = self.text[self.text.rfind("\n", 0, start) + 1 : start]
            self._at = start + 1
            if "%" not in line and (not line.strip() or _ENTRY.match(self.text, start)):
                self._check_free_text(begun, start)
                return start
        self._check_free_text(begun, len(self.text))
        return None

    def _check_free_text(self, start: int, end: int) -> None:
        for found in _SIGNLESS.finditer(self.text, start, end):
            hint = f"write @{found[1]}, or @comment before it"
            problem = SyntaxProblem(
                found.start(1), f'"{found[1]}" without @ begins no entry', hint, "bibliography-entry"
            )
            self.problems.append(problem)

    def _opening(self, start: int) -> tuple[str, str]:
        match = _ENTRY.match(self.text, start)
        if match is None:
            word = re.compile(r"@[ \t]*([A-Za-z]*)").match(self.text, start)
            kind = word.group(1).lower() if word else ""
            if kind == "comment":
                return kind, ""
            raise _BadSyntax(start, f'"@{kind}" is not followed by a brace', "an entry begins like @article{key,")
        self._at = match.end()
        return match.group(1).lower(), match.group(2)

    def _skip_comment(self, start: int) -> None:
        """A comment in braces ends with them; any other ends with its line."""
        match = _ENTRY.match(self.text, start)
        end_of_line = self.text.find("\n", start)
        self._at = end_of_line if end_of_line >= 0 else len(self.text)
        if match and match.group(2) == "{":
            depth = 0
            for brace in re.compile(r"[{}]").finditer(self.text, match.end() - 1):
                depth += 1 if brace.group() == "{" else -1
                if depth == 0:
                    self._at = brace.end()
                    return

    def _space(self) -> None:
        match = _SPACE.match(self.text, self._at)
        self._at = min(match.end() if match else self._at, self._end)

    def _peek(self) -> str:
        return self.text[self._at] if self._at < self._end else ""

    def _key(self, start: int, kind: str) -> str:
        self._space()
        match = _KEY.match(self.text, self._at, self._end)
        after = _SPACE.match(self.text, match.end()) if match else None
        sign = self.text[after.end() : after.end() + 1] if after else ""
        if match is None or sign not in {",", "}", ")"}:
            raise _BadSyntax(start, f'this "@{kind}" has no valid key', f"write @{kind}{{key, and no space in the key")
        self._at = match.end()
        return match.group()

    def _read_fields(self, start: int, owner: str, closing: str) -> None:
        """Name = value, name = value ... up to the closing brace, a comma before it allowed."""
        first = owner == "@string"
        last = ""
        while True:
            self._space()
            before = self._at
            if self._peek() == closing:
                self._at += 1
                return
            if self._peek() == "":
                self._blame_swallowed_field()
                raise _BadSyntax(start, f"{owner} is not closed", f'"{closing}" is missing at its end')
            if self._peek() == ",":
                self._at += 1
                self._space()
                if self._peek() == closing:
                    continue
            elif not first:
                self._blame_swallowed_field()
                where = f' after the value of "{last}"' if last else " after the key"
                raise _BadSyntax(max(len(self.text[:before].rstrip()) - 1, 0), f"a comma is missing{where}")
            first = False
            last = self._field(start, owner)

    def _blame_swallowed_field(self) -> None:
        """A value that holds `name =` at the start of a line is the one that was not closed."""
        for each in self._fields:
            if _SWALLOWED.search(each.value):
                raise _BadSyntax(each.offset, f'the value of "{each.name}" is not closed', _UNBALANCED)

    def _field(self, start: int, owner: str) -> str:
        offset = self._at
        if self._peek() == "":
            raise _BadSyntax(start, f"{owner} is not closed", "a closing brace is missing at its end")
        match = _NAME.match(self.text, offset, self._end)
        if match is None:
            raise _BadSyntax(offset, f'"{self._peek()}" stands where the name of a field should', "count the braces")
        name = match.group()
        self._at = match.end()
        self._space()
        if self._peek() != "=":
            raise _BadSyntax(offset, f'the field "{name}" has no value', f"write {name} = {{...}}")
        self._at += 1
        undefined: dict[str, None] = {}
        value = self._value(offset, name, undefined)
        self._fields.append(RawField(name.lower(), value, offset, tuple(undefined)))
        return name

    def _value(self, offset: int, name: str, undefined: dict[str, None]) -> str:
        pieces = []
        while True:
            self._space()
            pieces.append(self._piece(offset, name, undefined))
            self._space()
            if self._peek() != "#":
                return "".join(pieces)
            self._at += 1

    def _piece(self, offset: int, name: str, undefined: dict[str, None]) -> str:
        opening = self._peek()
        if opening in {"{", '"'} and opening:
            return self._delimited(offset, name, opening)
        match = _NAME.match(self.text, self._at, self._end)
        if match is None:
            raise _BadSyntax(offset, f'the field "{name}" has no value', f"write {name} = {{...}}")
        self._at = match.end()
        if (word := match.group()).isdigit():
            return word
        if word.lower() not in self.strings:
            undefined[word] = None
        return self.strings.get(word.lower(), word)

    def _delimited(self, offset: int, name: str, opening: str) -> str:
        """A value in braces or quotes; inside, braces balance and a backslash escapes nothing, as in BibTeX."""
        start = self._at + 1
        depth = 0
        for sign in re.compile(r'[{}"]').finditer(self.text, start, self._end):
            if sign.group() == "{":
                depth += 1
            elif sign.group() == "}" and depth:
                depth -= 1
            elif depth == 0 and sign.group() == ("}" if opening == "{" else '"'):
                self._at = sign.end()
                return self.text[start : sign.start()]
            elif sign.group() == "}":
                break
        raise _BadSyntax(offset, f'the value of "{name}" is not closed', _UNBALANCED)

    def _expect_end(self, start: int, owner: str, closing: str) -> None:
        self._space()
        if self._peek() != closing:
            raise _BadSyntax(start, f"{owner} is not closed", f'"{closing}" is missing at its end')
        self._at += 1

    def _check_rest(self) -> None:
        """An entry closed by a brace too many leaves a comma or a brace behind it."""
        match = re.compile(r"\s*([,}])").match(self.text, self._at, self._end)
        if match:
            hint = "a } too many closes the entry too early"
            raise _BadSyntax(match.start(1), f'"{match.group(1)}" stands behind the end of an entry', hint)
