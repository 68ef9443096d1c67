"""One mistake, planted anywhere in a good book, is one diagnostic: with its code, its file and its line.

The book is `tests/books/shed`. Nothing that only looks like a mistake (in code, in comments) is taken for one, the run
fails, and editions that were there before stay as they were.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import pytest
from conftest import ROOT, change_files, load_book, silent, snapshot
from hypothesis import given, settings
from hypothesis import strategies as st

from press.diagnostics import CODES, Report
from press.pipeline import EDITION_NAMES, build
from press.store import Store

GOOD = ROOT / "tests" / "books" / "shed"
TEXTS = {
    path.relative_to(GOOD).as_posix(): path.read_text("utf-8")
    for path in sorted(GOOD.rglob("*"))
    if path.suffix in (".md", ".yaml", ".bib")
}
CHAPTERS = [name for name in TEXTS if re.match(r"manuscript/\d\d-", name)]
SHARED = [name for name in TEXTS if name.startswith("manuscript/shared/")]
BIBLIOGRAPHY = "bibliography.bib"
SETTINGS = "manuscript/book.yaml"

NO_TEXT = [
    re.compile(r"\A---\n.*?\n---\n", re.DOTALL),
    re.compile(r"^(```|~~~).*?^\1$", re.DOTALL | re.MULTILINE),
    re.compile(r"<!--.*?-->", re.DOTALL),
    re.compile(r"`[^`]*`"),
    re.compile(r"^    \[\^indented.*$", re.MULTILINE),
]
"""Metadata, code and comments."""
NO_PROSE = [
    re.compile(r"^(#|:::|\|:?--).*$", re.MULTILINE),
    re.compile(r"!?\[(?:[^\[\]]|\[[^\[\]]*\])*\](\([^)]*\))?(\{[^}]*\})?:?", re.DOTALL),
    re.compile(r"\{[^}]*\}"),
]
"""Headings, the fences of blocks, rules of tables, brackets with what belongs to them, attributes."""
FIGURE = re.compile(r"^::: \{#fig:\w+ \.figure\}.*?^:::\n:::$", re.DOTALL | re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Planted:
    """A mistake, and the place where it is to be reported."""

    files: Mapping[str, bytes]
    code: str
    path: str
    line: int


Draw = Callable[[st.SearchStrategy[int]], int]
Kind = Callable[[Draw], Planted]
Choice = TypeVar("Choice")


def choose(draw: Draw, choices: list[Choice]) -> Choice:
    """One of several."""
    return choices[draw(st.integers(0, len(choices) - 1))]


def blanked(text: str, patterns: list[re.Pattern[str]]) -> str:
    """The text without what the patterns match; lines and columns stay."""
    for pattern in patterns:
        text = pattern.sub(lambda found: re.sub(r"[^\n]", "\0", found[0]), text)
    return text


def inline_places(text: str) -> list[int]:
    """Offsets of spaces between two words of a line."""
    return [found.start() for found in re.finditer(r"(?<=[\w.,;:]) (?=\w)", blanked(text, NO_TEXT + NO_PROSE))]


def block_places(text: str) -> list[int]:
    """Offsets of lines before which a block can stand."""
    masked = blanked(text, [*NO_TEXT, FIGURE])
    return [found.end() for found in re.finditer(r"\n\n(?=[^\s:\0])", masked)]


def line_of(text: str, offset: int) -> int:
    """The line of an offset, from 1."""
    return text.count("\n", 0, offset) + 1


def planted_in(code: str, path: str, new: str, offset: int) -> Planted:
    """A file with a mistake at an offset."""
    return Planted({path: new.encode()}, code, path, line_of(new, offset))


def inline(code: str, *mistakes: str) -> Kind:
    """A mistake within a line of prose, of a chapter or a shared text."""

    def plant(draw: Draw) -> Planted:
        path = choose(draw, CHAPTERS + SHARED)
        at = choose(draw, inline_places(TEXTS[path]))
        mistake = choose(draw, list(mistakes))
        return planted_in(code, path, f"{TEXTS[path][:at]} {mistake}{TEXTS[path][at:]}", at)

    return plant


def block(code: str, *mistakes: str, where: list[str] = CHAPTERS) -> Kind:
    """A block that is a mistake, between two others; where one has several lines, ¶ marks the reported one."""

    def plant(draw: Draw) -> Planted:
        path = choose(draw, where)
        at = choose(draw, block_places(TEXTS[path]))
        mistake = choose(draw, list(mistakes))
        new = f"{TEXTS[path][:at]}{mistake.replace('¶', '')}\n\n{TEXTS[path][at:]}"
        return planted_in(code, path, new, at + max(mistake.find("¶"), 0))

    return plant


def second_of_two(code: str, pattern: str, copy: str, everywhere: bool) -> Kind:
    """A second definition of something that is defined; reported is the one that is read later."""

    def plant(draw: Draw) -> Planted:
        path = choose(draw, CHAPTERS)
        first_path = choose(draw, CHAPTERS) if everywhere else path
        found = list(re.finditer(pattern, blanked(TEXTS[first_path], NO_TEXT), re.MULTILINE))
        definition = choose(draw, found)
        name = definition[1]
        at = choose(draw, block_places(TEXTS[path]))
        new = f"{TEXTS[path][:at]}{copy.format(name)}\n\n{TEXTS[path][at:]}"
        if first_path != path:
            later = max(path, first_path)
            return Planted(
                {path: new.encode()},
                code,
                later,
                line_of(new, at) if later == path else line_of(TEXTS[first_path], definition.start(1)),
            )
        original = definition.start(1)
        return planted_in(code, path, new, at if at > original else original + len(new) - len(TEXTS[path]))

    return plant


def top_level_lines(path: str) -> list[int]:
    """Offsets of the lines of metadata that begin a setting."""
    text = TEXTS[path]
    end = len(text) if path == SETTINGS else text.index("\n---\n", 4) + 1
    return [found.start() for found in re.finditer(r"^(?=[a-z-])", text[:end] + "-", re.MULTILINE)][1:]


def setting(code: str, *mistakes: str) -> Kind:
    """A line of metadata that is a mistake."""

    def plant(draw: Draw) -> Planted:
        path = choose(draw, [*CHAPTERS, *SHARED, SETTINGS])
        at = choose(draw, top_level_lines(path))
        new = f"{TEXTS[path][:at]}{choose(draw, list(mistakes))}\n{TEXTS[path][at:]}"
        return planted_in(code, path, new, at)

    return plant


def bad_byte(draw: Draw) -> Planted:
    """A letter in another encoding."""
    path = choose(draw, CHAPTERS + SHARED)
    at = choose(draw, inline_places(TEXTS[path]))
    text = TEXTS[path]
    return Planted(
        {path: text[:at].encode() + b" gr\xfcn" + text[at:].encode()}, "bad-encoding", path, line_of(text, at)
    )


def reference(code: str, key: str | None) -> Kind:
    """An entry of the bibliography that nothing cites, or that is there already."""

    def plant(draw: Draw) -> Planted:
        text = TEXTS[BIBLIOGRAPHY]
        starts = [found.start() for found in re.finditer(r"^@", text, re.MULTILINE)] + [len(text)]
        at = choose(draw, starts)
        known = choose(draw, re.findall(r"^@book\{(\w+)", text, re.MULTILINE))
        entry = f"@misc{{{key or known},\n  title = {{A Title}}\n}}\n\n"
        new = text[:at] + entry + text[at:]
        first = new.index("{" + (key or known))
        second = new.find("{" + (key or known), first + 1)
        return planted_in(code, BIBLIOGRAPHY, new, second if second >= 0 else first)

    return plant


def broken_bibliography(draw: Draw) -> Planted:
    """A comma or a brace that is missing."""
    text = TEXTS[BIBLIOGRAPHY]
    places = [found.start() for found in re.finditer(r"(?<=\}),$", text, re.MULTILINE)]
    comma = choose(draw, places)
    if draw(st.integers(0, 1)):
        return planted_in("bibliography-syntax", BIBLIOGRAPHY, text[:comma] + text[comma + 1 :], comma)
    brace = comma - 1
    return planted_in("bibliography-syntax", BIBLIOGRAPHY, text[:brace] + text[brace + 1 :], brace)


def cycle(draw: Draw) -> Planted:
    """A shared text that includes itself."""
    path = choose(draw, SHARED)
    at = choose(draw, block_places(TEXTS[path]))
    name = path.removeprefix("manuscript/")
    if path.endswith("address.md"):
        name = choose(draw, ["shared/address.md", "shared/rules.md"])
    new = f'{TEXTS[path][:at]}::: {{.include src="{name}"}}\n:::\n\n{TEXTS[path][at:]}'
    return planted_in("include-cycle", path, new, at)


def changelog(draw: Draw) -> Planted:
    """An entry with a wrong date, kind or section, or without words."""
    path = choose(draw, [name for name in [*CHAPTERS, SETTINGS] if "changelog:" in TEXTS[name]])
    text = TEXTS[path]
    entries = list(re.finditer(r"^  - \{date: ([\d-]+), .*\n", text, re.MULTILINE))
    number = draw(st.integers(0, len(entries) - 1))
    at, date = entries[number].start(), entries[number][1]
    mistakes = [
        ("bad-changelog", f"{{date: {date}, kind: new, text: X., section: sec:nowhere}}"),
        ("bad-changelog", f"{{date: {date}, kind: publication, text: X.}}"),
        ("empty-changelog-entry", f"{{date: {date}, kind: new, text: ' '}}"),
        ("bad-changelog", "{date: 2026-11-01, kind: new, text: X.}")
        if number
        else ("future-date", "{date: 2027-01-01, kind: new, text: X.}"),
    ]
    code, entry = choose(draw, mistakes)
    return planted_in(code, path, f"{text[:at]}  - {entry}\n{text[at:]}", at)


def contents(draw: Draw) -> Planted:
    """A chapter outside the book."""
    text = TEXTS[SETTINGS]
    places = [found.start() for found in re.finditer(r"^    - (?!name)", text, re.MULTILINE)]
    at = choose(draw, places)
    new = f"{text[:at]}    - {choose(draw, ['../../other.md', '../figures/../../x.md'])}\n{text[at:]}"
    return planted_in("path-outside-book", SETTINGS, new, at)


ALT = 'alt="What is to be seen."'
KINDS: dict[str, Kind] = {
    "unknown-citation": inline(
        "unknown-citation",
        "[@nobody1999]",
        "@nobody1999",
        "[see @nobody1999, p. 3]",
        "[-@nobody1999]",
        "[@jekyll1899wood; @nobody1999]",
        "[@jekyll1899]",
    ),
    "duplicate-id of a section": second_of_two("duplicate-id", r"^##.*\{#([\w:]+)\}", "## Again {{#{0}}}", True),
    "duplicate-id of a figure": second_of_two(
        "duplicate-id", r"^(?:!\[.*|::: )\{#([\w:]+) ", "Some [words]{{#{0}}} with an id.", True
    ),
    "unknown-cross-reference": inline(
        "unknown-cross-reference",
        "@fig:nowhere",
        "[@tbl:nowhere]",
        "[@fig:wall; @fig:nowhere]",
        "@spot:99",
        "[](#nowhere)",
        "[some words](#sec:nowhere)",
    ),
    "undefined-note": inline("undefined-note", "[^nowhere]", "word[^Nowhere-2]"),
    "unused-note": block("unused-note", "[^nobody]: Calls this.", "[^nobody]: Calls this,\n    or that."),
    "duplicate-note": second_of_two("duplicate-note", r"^\[\^(\w+)\]:", "[^{0}]: The same label again.", False),
    "missing-figure": block(
        "missing-figure",
        f"![A caption.](figures/nowhere.svg){{#fig:new {ALT}}}",
        f'![A caption.](figures/nowhere.svg "Title"){{{ALT}}}',
        "Press ![a word](figures/nowhere.svg) here.",
    ),
    "missing-alt-text": block(
        "missing-alt-text",
        "![A caption.](figures/wall.svg){#fig:new}",
        "![A caption.](figures/wall.svg)",
        '![A caption.](figures/wall.svg){alt=""}',
        "::: {#fig:new .figure}\n¶![](figures/wall.svg)\n\nA caption.\n:::",
    ),
    "unused-reference": reference("unused-reference", "nobody1999"),
    "duplicate-reference": reference("duplicate-reference", None),
    "bibliography-syntax": broken_bibliography,
    "bad-metadata": setting("bad-metadata", "colour: red", "subtitel: Of something", "status: done"),
    "bad-yaml": setting("bad-yaml", "deck: a: b", "deck: 'a' b", "deck: @x", "\tdeck: a"),
    "bad-encoding": bad_byte,
    "raw-html-not-allowed inline": inline(
        "raw-html-not-allowed", "<b>", "<b>bold</b>", '<img src="x.png">', '<sub class="x">2</sub>', "</i>"
    ),
    "raw-html-not-allowed block": block(
        "raw-html-not-allowed", "<div>\nText.\n</div>", "<script>\nalert(1)\n</script>", "<hr>", "<style>p {}</style>"
    ),
    "unknown-include": block(
        "unknown-include",
        '::: {.include src="shared/nowhere.md"}\n:::',
        '::: {.include src="shared/nowhere.md" .once}\n:::',
        '::: {.include src="01-tools.md"}\n:::',
        where=CHAPTERS + SHARED,
    ),
    "include-cycle": cycle,
    "invalid-include": block("invalid-include", '::: {.include src="shared/rules.md"}\nText.\n:::', "::: include\n:::"),
    "bad-changelog": changelog,
    "path-outside-book by a figure": block(
        "path-outside-book", f"![A caption.](../../x.svg){{{ALT}}}", f"![A caption.](/etc/passwd){{{ALT}}}"
    ),
    "path-outside-book by an include": block(
        "path-outside-book", '::: {.include src="../../x.md"}\n:::', '::: {.include src="/etc/passwd"}\n:::'
    ),
    "path-outside-book by the contents": contents,
    "extra-cell": block(
        "extra-cell",
        "| a | b |\n|---|---|\n| c | d |\n¶| e | f | lost |",
        "| a | b |\n|---|---|\n¶| the | of | and |\n| c | d |",
    ),
    "link-definition": block(
        "link-definition", "[Planted]: https://x.org/", "[Planted]: Yes.", "[Planted]: Yes, I do."
    ),
    "heading-level": block("heading-level", "# Too high", "##### Too low"),
    "link-not-allowed": inline("link-not-allowed", "[x](javascript:alert(1))", "[x](other.html)", "<ftp://x.org/>"),
    "bad-attribute": inline("bad-attribute", '[x]{.index entri="x"}', "[x]{.indx}", '[x](https://x.org/){rel="y"}'),
}


@pytest.fixture(scope="module")
def spoilt(tmp_path_factory: pytest.TempPathFactory, store: Store) -> Path:
    """A copy of the good book with editions of an earlier day in its output folder."""
    root = tmp_path_factory.mktemp("planting") / "book"
    shutil.copytree(GOOD, root)
    change_files(root, {"output/shed.pdf": b"old PDF", "output/html/index.html": b"old page"})
    change_files(root, {"output/receipt.json": b"{}"})
    store.folder.mkdir(parents=True, exist_ok=True)
    (root / "output" / ".cache").symlink_to(store.folder)
    return root


def problems(root: Path) -> tuple[Report, bool]:
    """What a strict build of a book reports, and whether it wrote anything."""
    report = Report()
    outcome = build(root, root / "output", EDITION_NAMES, True, report, silent)
    return report, outcome.written


def outcomes(report: Report) -> Iterator[tuple[str, str, int]]:
    """Code, file and line of every problem."""
    for found in report:
        yield found.code, found.position.path, found.position.line


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=max(settings().max_examples // 8, 1))
@given(data=st.data())
def test_one_mistake_is_one_diagnostic(kind: str, spoilt: Path, data: st.DataObject) -> None:
    """Whatever the mistake and wherever it stands."""
    planted = KINDS[kind](data.draw)
    before = snapshot(spoilt / "output")
    try:
        change_files(spoilt, planted.files)
        report, written = problems(spoilt)
    finally:
        change_files(spoilt, {name: TEXTS[name] for name in planted.files})
    assert list(outcomes(report)) == [(planted.code, planted.path, planted.line)], report.render("text")
    assert report.fails(strict=True)
    assert report.fails() == (CODES[planted.code].severity == "error")
    assert not written
    assert snapshot(spoilt / "output") == before


def test_the_book_is_good_before(store: Store) -> None:
    """Without a mistake there is no diagnostic: every other one of these tests rests on it."""
    book, report = load_book(GOOD, store)
    assert book is not None
    assert report.render("text") == ""


def test_places_are_found_everywhere() -> None:
    """Mistakes get into every chapter: into lists, tables, captions' neighbours, quotations and notes."""
    for path in CHAPTERS:
        lines = {line_of(TEXTS[path], at) for at in inline_places(TEXTS[path])}
        kinds = {TEXTS[path].split("\n")[line - 1][:2].strip()[:1] for line in lines}
        assert len(lines) > 10
        assert len(block_places(TEXTS[path])) > 10
        assert "[" in kinds


JUNK = [
    "::: ",
    "{",
    "}",
    "[^",
    "@",
    "](",
    '"',
    "---\n",
    "\n\n",
    "`",
    "```\n",
    "|",
    "> ",
    "<b",
    "\0",
    "\t",
    "#",
    "{#a}",
    ": ",
]


@settings(max_examples=max(settings().max_examples // 2, 1))
@given(data=st.data())
def test_damage_is_never_a_traceback(spoilt: Path, data: st.DataObject) -> None:
    """Whatever is cut out of a file or put into it, there is a report, with places in the book's files."""
    name = choose(data.draw, [*TEXTS, "manuscript/figures/wall.svg"])
    text = (GOOD / name).read_text("utf-8")
    start = data.draw(st.integers(0, len(text)))
    end = data.draw(st.integers(start, min(start + 100, len(text))))
    damaged = text[:start] + choose(data.draw, ["", *JUNK]) + text[end:]
    try:
        change_files(spoilt, {name: damaged})
        _, report = load_book(spoilt, Store(spoilt / "output" / ".cache"))
    finally:
        change_files(spoilt, {name: text})
    for found in report:
        assert (spoilt / found.position.path).is_file()
        assert found.position.line >= 1
        assert found.position.column >= 1
