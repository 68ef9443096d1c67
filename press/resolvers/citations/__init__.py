"""Citations: every cluster and the reference lists through the citation style, put back into the text as links."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from press.citeproc import Formatted, StyleError, format_citations
from press.citeproc.markup import encode, to_html
from press.diagnostics import Position, Report, did_you_mean
from press.letters import short_hash
from press.model import Book, Chapter, LoggedChange
from press.names import Register, with_call
from press.nodes import Nodes, Plain
from press.paths import inside
from press.references import CitedPlace, Reference, reference_id
from press.resolvers.citations.calls import Call, find_calls, find_logged_calls
from press.resolvers.citations.inlines import rendered, with_citations
from press.resolvers.citations.status import status_lines

STYLES = Path(__file__).parents[3] / "templates"
OWN_STYLES = ("numbered", "note", "author-date")
_SETTINGS = Position("manuscript/book.yaml")


def style_path(name: str, root: Path) -> Path:
    """The CSL file that a style's name stands for: one of ours (a book's own template goes before), or a file."""
    if name in OWN_STYLES:
        own = root / "templates" / f"{name}.csl"
        return own if own.is_file() else STYLES / f"{name}.csl"
    return root / name


def format_book_citations(book: Book, report: Report) -> Book:
    """Format all citations in reading order; report unknown keys and references that nothing cites.

    In a note style a citation in the text becomes a note, one inside a note stays where it is. A book whose reference
    lists stand in its chapters is formatted chapter by chapter, so that each list has numbers of its own. Changelogs
    come last, so that what they cite changes no number in the text.
    """
    calls = [call for chapter in book.chapters for call in find_calls(chapter, book, report)]
    for chapter in book.chapters:
        calls += find_logged_calls(chapter.changes, chapter.slug, book, report)
    calls += find_logged_calls(book.changes, "", book, report)
    uncited = _uncited(book, report)
    cited = {item.key for call in calls for item in call.cluster.items} | set(uncited)
    for entry in book.bibliography.entries.values():
        if entry.key not in cited:
            report.add("unused-reference", entry.position, f'nothing cites "{entry.key}"', "cite it, or delete it")
    if not cited:
        return book
    style = _style_file(book, report)
    if style is None:
        return book
    register = Register(book.names)
    calls = _named(calls, register)
    try:
        if book.settings.citations.lists == "chapter":
            for chapter in book.chapters:
                if own := [call for call in calls if call.chapter == chapter.slug]:
                    formatted = _formatted(book, style, own, (), report)
                    own = _with_notes(own, formatted, register)
                    references = _references(book, own, formatted, f"{chapter.slug}-ref-", register)
                    book = _put_back(book, own, formatted, references)
                    book = _with_lists(book, {chapter.slug: references})
            _refuse_in_own_changelog(book, calls, report)
            return book.replace(names=register.names)
        formatted = _formatted(book, style, calls, uncited, report)
    except StyleError as error:
        name = style.relative_to(book.root).as_posix() if style.is_relative_to(book.root) else style.name
        report.add("bad-style", Position(name, error.line, max(error.column, 1)), error.message)
        return book
    if formatted.kind != "note" and not any(getattr(part, "role", "") == "references" for part in book.parts):
        at = book.setting_positions.get("contents", _SETTINGS)
        message, hint = 'the book cites, but its contents have no "references"', "add it to contents: back:"
        report.add("bad-metadata", at, message, hint)
    calls = _with_notes(calls, formatted, register)
    references = _references(book, calls, formatted, "ref-", register)
    book = _put_back(book, calls, formatted, references)
    if book.settings.citations.lists == "both":
        book = _with_lists(book, {one.slug: _of_chapter(book, one, references, register) for one in book.chapters})
    return book.replace(references=references, names=register.names)


def _with_lists(book: Book, lists: Mapping[str, tuple[Reference, ...]]) -> Book:
    """The book with reference lists in its chapters."""
    return book.with_chapters(lambda one: replace(one, references=lists.get(one.slug, one.references)))


def _uncited(book: Book, report: Report) -> tuple[str, ...]:
    """The keys that book.yaml lists as references without a citation; a star stands for all."""
    keys: dict[str, None] = {}
    for number, name in enumerate(book.settings.citations.nocite):
        key = name.removeprefix("@")
        if key == "*":
            keys |= dict.fromkeys(book.bibliography.entries)
        elif key in book.bibliography.entries:
            keys[key] = None
        else:
            at = book.setting_positions.get(f"citations.nocite.{number}", _SETTINGS)
            places = {one: entry.position for one, entry in book.bibliography.entries.items()}
            hint = did_you_mean(key, places, places)
            report.add("unknown-citation", at, f'no reference with the key "{key}"', hint)
    return tuple(keys)


def _style_file(book: Book, report: Report) -> Path | None:
    """The file of the book's citation style; None with a diagnostic when there is none."""
    setting = book.setting_positions.get("citations.style", _SETTINGS)
    named = book.settings.citations.style
    path = style_path(named, book.root)
    if not path.is_relative_to(STYLES) and inside(book.root, book.root, named, setting, report) is None:
        return None
    if not path.is_file():
        hint = f"the press has {', '.join(OWN_STYLES)}; any other is a CSL file of the book"
        report.add("missing-file", setting, f'there is no citation style "{named}"', hint)
        return None
    return path


def _formatted(book: Book, style: Path, calls: Sequence[Call], uncited: Sequence[str], report: Report) -> Formatted:
    """The citations and their references in the style. Raises `StyleError`."""
    keys = dict.fromkeys([*(item.key for call in calls for item in call.cluster.items), *uncited])
    items = {key: entry.item for key, entry in book.bibliography.entries.items() if key in keys}
    formatted = format_citations(items, style, book.settings.language, [call.cluster for call in calls], uncited)
    for problem in formatted.problems:
        entry = book.bibliography.entries[problem.key]
        report.add("citation-format", entry.position, f'"{problem.key}" could not be formatted: {problem.message}')
    return formatted


def _named(calls: Iterable[Call], register: Register) -> list[Call]:
    """The calls with their ids."""
    counts: Counter[str] = Counter()
    named = []
    for call in calls:
        counts[call.chapter] += not call.in_line
        wanted = f"{call.chapter}-citation-{counts[call.chapter]}"
        named.append(call if call.in_line else replace(call, id=register.take(wanted)))
    return named


def _with_notes(calls: Sequence[Call], formatted: Formatted, register: Register) -> list[Call]:
    """The calls with the ids of the notes that they become. What they cite tells them apart, in whatever form."""
    if formatted.kind != "note":
        return [*calls]
    notes = []
    for call in calls:
        cited = " ".join(f"{item.key} {item.label} {item.locator}" for item in call.cluster.items)
        wanted = f"{call.chapter}-note-{short_hash(cited)}"
        notes.append(call if call.in_note else replace(call, note=register.take(wanted, with_call)))
    return notes


def _references(
    book: Book, calls: Sequence[Call], formatted: Formatted, prefix: str, register: Register
) -> tuple[Reference, ...]:
    """The references, with the places that cite them."""
    ids = {entry.key: register.take(reference_id(entry.key, prefix)) for entry in formatted.entries}
    titles = {chapter.slug: chapter.short_title for chapter in book.chapters}
    places: dict[str, list[CitedPlace]] = {}
    for call in calls:
        if call.id and not call.is_repeated:
            for key in dict.fromkeys(item.key for item in call.cluster.items):
                place = CitedPlace(call.id, call.chapter, titles[call.chapter], call.section)
                places.setdefault(key, []).append(place)
    return tuple(
        Reference(
            entry.key,
            ids[entry.key],
            entry.label,
            entry.html,
            _annotation(book, entry.key),
            tuple(places.get(entry.key, ())),
            status_lines(book, entry.key, ids),
        )
        for entry in formatted.entries
    )


def _put_back(book: Book, calls: Sequence[Call], formatted: Formatted, references: Iterable[Reference]) -> Book:
    """The book with its citations formatted."""
    ids = {one.key: one.id for one in references}
    made: dict[tuple[str, int | None], dict[int, Nodes]] = {}
    for call, parts in zip(calls, formatted.clusters, strict=True):
        text = made.setdefault((call.chapter, call.change), {})
        text[call.number] = rendered(call, parts, ids, formatted.kind)

    def changes(slug: str, logged: Iterable[LoggedChange]) -> tuple[LoggedChange, ...]:
        return tuple(
            replace(one, text=with_citations(one.text, made[slug, number], formatted.kind))
            if (slug, number) in made
            else one
            for number, one in enumerate(logged)
        )

    def put_into(chapter: Chapter) -> Chapter:
        tree = chapter.tree
        if (chapter.slug, None) in made:
            tree = with_citations(tree, made[chapter.slug, None], formatted.kind)
        logged = changes(chapter.slug, chapter.changes)
        return replace(chapter, tree=tree, changes=logged, fields={**chapter.fields, **_lines(logged)})

    logged = changes("", book.changes)
    return book.with_chapters(put_into).replace(changes=logged, notices={**book.notices, **_lines(logged)})


def _lines(logged: Iterable[LoggedChange]) -> dict[str, Plain]:
    """The texts of a changelog under the names that they have among the lines of their settings."""
    return {f"changelog.{number}": one.text for number, one in enumerate(logged)}


def _refuse_in_own_changelog(book: Book, calls: Iterable[Call], report: Report) -> None:
    """The book's own changelog belongs to no chapter, and so to no list."""
    for call in calls:
        if not call.chapter:
            message = "the book's changelog cites, but each chapter has its own references"
            hint = "cite in a chapter's changelog, or set citations: lists: both"
            report.add("bad-metadata", book.position(call.place), message, hint)


def _annotation(book: Book, key: str) -> str:
    if not book.settings.citations.annotations:
        return ""
    item = book.bibliography.entries[key].item
    return to_html(encode(str(item.get("annote", ""))))


def _of_chapter(
    book: Book, chapter: Chapter, references: Sequence[Reference], register: Register
) -> tuple[Reference, ...]:
    """The references that a chapter cites, as entries of a list of its own."""
    own = [one for one in references if any(place.part == chapter.slug for place in one.places)]
    ids = {one.key: register.take(f"{chapter.slug}-{one.id}") for one in own}
    return tuple(
        Reference(one.key, ids[one.key], one.label, one.html, one.annotation, statuses=status_lines(book, one.key, ids))
        for one in own
    )
