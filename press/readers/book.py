"""A book's folder into a `Book`: settings, chapters, shared texts and bibliography, with every mistake reported.

The entry is `read_book`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import yaml
from babel import Locale, UnknownLocaleError

from press.diagnostics import Position, Report, did_you_mean
from press.labels import Labels
from press.metadata import BookSettings, ChapterMetadata
from press.model import PART_ROLES, Book, Chapter, Division, GeneratedPart, LoggedChange, Part, SharedText
from press.nodes import Plain
from press.paths import inside
from press.readers.bibliography import read_bibliography
from press.readers.complaints import Complaints
from press.readers.evidence import read_evidence
from press.readers.lines import read_line
from press.readers.lost_words import report_lost_words
from press.readers.markdown import MarkdownText, ParsedText, parse_all
from press.readers.markup import normalise
from press.readers.red_flags import read_red_flags
from press.readers.settings import YamlSource, parse_yaml, salvage, validate
from press.readers.source import Source
from press.readers.spots import UNKNOWN_VIEW, Spots
from press.readers.text import read_text
from press.setting_types import Settings
from press.store import Store
from press.tree_text import plain_text

_BOOK_FILE = "manuscript/book.yaml"
_DIVISIONS: tuple[Division, ...] = ("front", "body", "back")
_BASE_LANGUAGE = "en"
_BOOK_LINES = ("title", "subtitle", "disclaimer")
"""The settings of the book that are Markdown, beside its changelog."""
_STAND_INS = {
    "title": "Untitled",
    "spot": {"short_name": "?", "area": "?", "view": UNKNOWN_VIEW, "x": 0.5, "y": 0.5, "where": "?"},
}


class SharedMetadata(Settings):
    """The metadata block of a shared text."""

    title: str


@dataclass(frozen=True, slots=True)
class _File:
    """A Markdown file; what is wrong in its metadata block is left out."""

    source: Source
    yaml: YamlSource | None
    """None when it cannot be parsed."""
    metadata: ChapterMetadata | SharedMetadata
    division: Division | None
    """None for a shared text."""


def read_book(root: Path, templates: Path, store: Store, report: Report) -> Book | None:
    """Read the book in the folder `root`; None when its settings are too broken to go on.

    `templates` is the press's own folder, which holds the words of each language.
    """
    found = read_settings(root, report)
    if found is None:
        return None
    settings, origin = found
    labels = read_labels(settings.language, templates)
    files: list[_File] = []
    order: list[tuple[Division, str]] = []
    for division in _DIVISIONS:
        for number, name in enumerate(getattr(settings.contents, division)):
            position = origin.position(("contents", division, number))
            if any(name == other for _, other in order):
                report.add("bad-metadata", position, f'"{name}" stands in the contents twice', "take one of them out")
                continue
            order.append((division, name))
            if name not in PART_ROLES:
                files.extend(_read_chapter_file(root, name, division, position, report))
    _report_unlisted(root, {name for _, name in order}, origin.position(("contents",)), report)
    shared_folder = root / "manuscript" / "shared"
    for path in sorted(shared_folder.glob("*.md")) if shared_folder.is_dir() else []:
        files.extend(_read_file(root, path, SharedMetadata, None, report))

    texts = [MarkdownText(file.source, _markdown_lines(file.metadata)) for file in files]
    book_lines = {f"changelog.{number}": change.text for number, change in enumerate(settings.changelog)}
    book_lines |= {name: line for name in _BOOK_LINES if (line := getattr(settings, name))}
    texts.append(MarkdownText(Source(_BOOK_FILE, ""), book_lines))
    parsed = parse_all(texts, store, report)
    by_file: dict[str, Chapter | SharedText] = {}
    spots = Spots(root, settings.series.views if settings.series else {})
    complaints = Complaints(settings.series.complaints if settings.series else {}, origin, report)
    for number, (file, result) in enumerate(zip(files, parsed, strict=False), start=1):
        file.source.check_notes(report)
        report_lost_words(file.source, result.tree, report)
        if (spot := getattr(file.metadata, "spot", None)) and file.yaml:
            spots.check(spot, file.yaml, report)
        tree = normalise(result.tree, file.source, number, labels, report)
        fields = _lines(result, number, file.source.name, file.yaml, labels, report)
        title = plain_text(fields["title"].content)
        if isinstance(file.metadata, ChapterMetadata):
            assert file.division
            if spot and file.yaml and file.division == "body" and file.metadata.status != "planned":
                complaints.add(spot, file.yaml)
            changes = _changes(file.metadata, fields, file.yaml) if file.yaml else ()
            by_file[file.source.name] = Chapter(
                file.source.name,
                file.division,
                file.metadata,
                tree,
                fields,
                title,
                changes=changes,
            )
        else:
            by_file[file.source.name] = SharedText(file.source.name, title, tree)
    complaints.check()
    notices = _lines(next(parsed), 0, _BOOK_FILE, origin, labels, report)
    bibliography = read_bibliography(root, settings.bibliography, report, store)
    return Book(
        root=root,
        settings=settings,
        labels=labels,
        files=(_BOOK_FILE, *(file.source.name for file in files)),
        parts=tuple(_parts(order, by_file, labels)),
        shared={name: text for name, text in by_file.items() if isinstance(text, SharedText)},
        bibliography=bibliography,
        evidence=read_evidence(root, bibliography, report),
        notices=notices,
        guidance=read_red_flags(root, report),
        changes=_changes(settings, notices, origin),
        setting_positions={".".join(map(str, location)): place for location, place in origin.positions.items()},
    )


def read_settings(root: Path, report: Report) -> tuple[BookSettings, YamlSource] | None:
    """The settings of the book in the folder `root`, with their places; None when they are too broken to go on."""
    path = root / _BOOK_FILE
    if not path.is_file():
        hint = "a book is a folder that holds manuscript/book.yaml; `build.py new DIR` makes one"
        report.add("missing-file", Position(_BOOK_FILE), "there is no book here", hint)
        return None
    origin = parse_yaml(read_text(path, _BOOK_FILE, report), _BOOK_FILE, report)
    settings = validate(origin, BookSettings, report) if origin else None
    if settings and origin and not _is_known_language(settings.language):
        message = f'the language "{settings.language}" is not known'
        report.add("bad-metadata", origin.position(("language",)), message, "write en-US or de-DE, for instance")
        return None
    return (settings, origin) if settings and origin else None


def _is_known_language(language: str) -> bool:
    try:
        Locale.parse(language, sep="-")
    except (UnknownLocaleError, ValueError):
        return False
    return True


def read_labels(language: str, templates: Path) -> Labels:
    """The words the press prints, in the book's language; where there are none for it, in English."""
    base = yaml.safe_load((templates / "labels" / f"{_BASE_LANGUAGE}.yaml").read_text("utf-8"))
    path = templates / "labels" / f"{language.split('-')[0]}.yaml"
    words = base | (yaml.safe_load(path.read_text("utf-8")) if path.exists() else {})
    quotes = words.pop("quotes")
    return Labels(words, (quotes[0], quotes[1], quotes[2], quotes[3]))


def _read_chapter_file(root: Path, name: str, division: Division, at: Position, report: Report) -> Iterable[_File]:
    if not name.endswith(".md"):
        hint = did_you_mean(name, PART_ROLES) or f"the parts that the press makes are {', '.join(PART_ROLES)}"
        report.add("missing-file", at, f'"{name}" is neither a chapter\'s file nor a part the press makes', hint)
        return []
    path = inside(root, root / "manuscript", name, at, report)
    if path is None:
        return []
    if not path.is_file():
        known = [file.name for file in (root / "manuscript").glob("*.md")]
        report.add("missing-file", at, f'there is no file "manuscript/{name}"', did_you_mean(name, known))
        return []
    return _read_file(root, path, ChapterMetadata, division, report)


def _read_file(
    root: Path,
    path: Path,
    model: type[ChapterMetadata | SharedMetadata],
    division: Division | None,
    report: Report,
) -> Iterable[_File]:
    name = path.relative_to(root).as_posix()
    source = Source(name, read_text(path, name, report))
    origin = None
    if source.metadata is None:
        hint = "begin the file with ---, a line such as `title: The title`, and ---"
        report.add("bad-metadata", Position(name), "the file has no metadata block", hint)
    else:
        origin = parse_yaml(source.metadata, name, report, first_line=2)
    metadata = validate(origin, model, report) if origin else None
    return [_File(source, origin, metadata or salvage(origin, model, _STAND_INS), division)]


def _report_unlisted(root: Path, listed: set[str], at: Position, report: Report) -> None:
    for path in sorted((root / "manuscript").glob("*.md")):
        if path.name not in listed:
            hint = f"list it in {at}, or move it out of manuscript/"
            report.add(
                "unlisted-chapter",
                Position(f"manuscript/{path.name}"),
                "the file is not in the contents",
                hint,
            )


def _markdown_lines(metadata: ChapterMetadata | SharedMetadata) -> dict[str, str]:
    """The lines of a metadata block that are Markdown, by name."""
    lines = {"title": metadata.title}
    if isinstance(metadata, ChapterMetadata):
        lines |= {name: line for name in ("subtitle", "deck") if (line := getattr(metadata, name))}
        lines |= {f"changelog.{number}": change.text for number, change in enumerate(metadata.changelog)}
    return lines


def _lines(
    parsed: ParsedText, file_number: int, file: str, origin: YamlSource | None, labels: Labels, report: Report
) -> dict[str, Plain]:
    """The Markdown lines of a file's settings."""
    made = {}
    for name, inlines in parsed.fields.items():
        location = tuple(int(part) if part.isdecimal() else part for part in name.split("."))
        position = origin.position(location) if origin else Position(file)
        made[name] = read_line(name, inlines, position, file_number, labels, report)
    return made


def _changes(
    settings: ChapterMetadata | BookSettings, fields: Mapping[str, Plain], origin: YamlSource
) -> tuple[LoggedChange, ...]:
    return tuple(
        LoggedChange(change, fields[f"changelog.{number}"], origin.position(("changelog", number)))
        for number, change in enumerate(settings.changelog)
    )


def _parts(
    order: list[tuple[Division, str]], by_file: Mapping[str, Chapter | SharedText], labels: Labels
) -> Iterable[Part]:
    for division, name in order:
        role = next((role for role in PART_ROLES if role == name), None)
        chapter = by_file.get(f"manuscript/{name}")
        if role:
            yield GeneratedPart(role, division, labels[role])
        elif isinstance(chapter, Chapter):
            yield chapter
