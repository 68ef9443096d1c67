"""The bibliography: BibTeX, CSL-JSON and CSL YAML into items with their places. The entry is `read_bibliography`."""

from __future__ import annotations

import dataclasses
import json
from collections.abc import Sequence
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path

from press import csl
from press.diagnostics import Diagnostic, Position, Report
from press.paths import inside
from press.readers.bibliography_files import DEFAULT
from press.readers.bibtex_items import read_items
from press.readers.bibtex_lint import lint
from press.readers.bibtex_scan import RawEntry, scan_bibtex
from press.readers.csl_items import read_csl
from press.readers.identifiers import duplicate_reference
from press.readers.text import read_text
from press.references import Bibliography, BibliographyEntry, stand_in
from press.store import Store, digest

_CSL = {".json", ".yaml", ".yml"}
_SETTINGS = Position("manuscript/book.yaml")


@dataclass(frozen=True, slots=True)
class ParsedBibliography:
    """What one file holds; a pure function of its text and name, and it can be pickled."""

    entries: tuple[BibliographyEntry, ...]
    problems: tuple[Diagnostic, ...]


def read_bibliography(root: Path, files: Sequence[str], report: Report, store: Store | None = None) -> Bibliography:
    """Read the bibliography files of a book, named from its folder `root`; all problems go into the report.

    A file whose bytes were parsed before is taken from the store.
    """
    parsed = []
    for name in dict.fromkeys(files):
        text = read_bibliography_file(root, name, report)
        if text is not None:
            parsed.append(_parsed(text, Path(name).as_posix(), store))
    return join_bibliographies(parsed, report)


def _parsed(text: str, path: str, store: Store | None) -> ParsedBibliography:
    """The parsed text, from the store where it is known there."""
    if store is None:
        return parse_bibliography(text, path)
    code = [file.read_bytes() for file in (*sorted(Path(__file__).parent.glob("*.py")), Path(csl.__file__))]
    key = "bibliography-" + digest(version("pypandoc_binary"), *code, path, text)
    kept = store.get(key)
    if kept is None:
        parsed = parse_bibliography(text, path)
        store.put(key, json.dumps(dataclasses.asdict(parsed)).encode())
        return parsed
    # As JSON: a book's folder is not trusted, and neither is a store that came with it.
    found = json.loads(kept)
    entries = (BibliographyEntry(one["key"], one["item"], Position(**one["position"])) for one in found["entries"])
    problems = (Diagnostic(**(one | {"position": Position(**one["position"])})) for one in found["problems"])
    return ParsedBibliography(tuple(entries), tuple(problems))


def read_bibliography_file(root: Path, name: str, report: Report) -> str | None:
    """The text of one of the book's files; None when there is none, with a diagnostic unless it is the default."""
    path = inside(root, root, name, _SETTINGS, report)
    if path is None:
        return None
    if not path.is_file():
        if name != DEFAULT:
            report.add("missing-file", _SETTINGS, f'the bibliography "{name}" does not exist')
        return None
    return read_text(path, Path(name).as_posix(), report)


def join_bibliographies(parsed: Sequence[ParsedBibliography], report: Report) -> Bibliography:
    """The entries of all files; a key in two files is reported at the second."""
    entries: dict[str, BibliographyEntry] = {}
    folded: dict[str, BibliographyEntry] = {}
    for one in parsed:
        report.extend(one.problems)
        for entry in one.entries:
            earlier = folded.setdefault(entry.key.lower(), entry)
            if earlier is entry:
                entries[entry.key] = entry
            else:
                problem = duplicate_reference(entry.key, entry.position, earlier.key, earlier.position)
                report.extend([problem])
    return Bibliography(entries)


def parse_bibliography(text: str, path: str) -> ParsedBibliography:
    """Parse the text of a file, CSL-JSON or CSL YAML if its name says so, and else BibTeX. Never raises on any text."""
    if Path(path).suffix in _CSL:
        entries, problems = read_csl(text, path)
        return ParsedBibliography(tuple(entries), tuple(problems))
    return parse_bibtex(text, path)


def parse_bibtex(text: str, path: str) -> ParsedBibliography:
    """Parse BibTeX. `path` is the name that positions show. Never raises on any text."""
    scan = scan_bibtex(text)

    def position(offset: int) -> Position:
        return Position(path, *scan.line_column(offset))

    problems = [Diagnostic(bad.code, position(bad.offset), bad.message, bad.hint) for bad in scan.problems]
    problems += lint(scan, path)
    firsts: dict[str, RawEntry] = {}
    for raw in scan.entries:
        firsts.setdefault(raw.key.lower(), raw)
    items, errors = read_items([raw for raw in firsts.values() if not raw.broken])
    for error in errors:
        message = f'the entry "{error.entry.key}" cannot be read: {error}'
        problems.append(Diagnostic("bibliography-syntax", position(error.entry.offset), message))
    entries = []
    for raw in firsts.values():
        item = items.get(raw.key)
        if item is not None:
            problems += [
                Diagnostic("bibliography-entry", position(field.offset), f'the title of "{raw.key}" is not valid TeX')
                for field in raw.fields
                if field.name == "title" and field.value.strip() and "title" not in item
            ]
        if raw.kind != "xdata":
            entries.append(BibliographyEntry(raw.key, item or stand_in(raw.key), position(raw.offset)))
    return ParsedBibliography(tuple(entries), tuple(problems))
