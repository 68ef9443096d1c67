"""Citations: every cluster and the reference list through the citation style, put back into the text as links."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import panflute as pf

from press.citeproc import (
    CitationItem,
    Cluster,
    ClusterPart,
    StyleError,
    format_citations,
)
from press.citeproc.locators import parse_locator
from press.diagnostics import Position, Report, did_you_mean
from press.model import Book, Reference
from press.paths import inside
from press.resolvers.limited_html import from_html, to_html
from press.tree import elements, is_cross_reference, map_inlines

STYLES = Path(__file__).parents[2] / "templates"
OWN_STYLES = ("numbered", "note", "author-date")
_MODES = {"NormalCitation": "normal", "AuthorInText": "author-in-text", "SuppressAuthor": "suppress-author"}


@dataclass(slots=True)
class _Call:
    """One citation cluster of the text."""

    cite: pf.Cite
    in_note: bool
    cluster: Cluster


def style_path(name: str, root: Path) -> Path:
    """The CSL file that a style's name stands for: one of ours (a book's own template goes before), or a file."""
    if name in OWN_STYLES:
        own = root / "templates" / f"{name}.csl"
        return own if own.is_file() else STYLES / f"{name}.csl"
    return root / name


def format_book_citations(book: Book, report: Report) -> Book:
    """Format all citations in reading order; report unknown keys and references that nothing cites.

    In a note style a citation in the text becomes a note, one inside a note stays where it is.
    """
    calls = [call for chapter in book.chapters for call in _calls(chapter.tree, book, report)]
    cited = {item.key for call in calls for item in call.cluster.items}
    for entry in book.bibliography.entries.values():
        if entry.key not in cited:
            hint = "cite it, or delete it"
            report.add("unused-reference", entry.position, f'nothing cites "{entry.key}"', hint)
    if not calls:
        return book
    setting = book.setting_positions.get("citations.style", Position("manuscript/book.yaml"))
    path = style_path(book.settings.citations.style, book.root)
    named = book.settings.citations.style
    if not path.is_relative_to(STYLES) and inside(book.root, book.root, named, setting, report) is None:
        return book
    if not path.is_file():
        hint = f"the press has {', '.join(OWN_STYLES)}; any other is a CSL file of the book"
        report.add("missing-file", setting, f'there is no citation style "{book.settings.citations.style}"', hint)
        return book
    items = {key: entry.item for key, entry in book.bibliography.entries.items() if key in cited}
    try:
        formatted = format_citations(items, path, book.settings.language, [call.cluster for call in calls])
    except StyleError as error:
        name = path.relative_to(book.root).as_posix() if path.is_relative_to(book.root) else path.name
        report.add("bad-style", Position(name, error.line, max(error.column, 1)), error.message)
        return book
    for problem in formatted.problems:
        entry = book.bibliography.entries[problem.key]
        report.add("citation-format", entry.position, f'"{problem.key}" could not be formatted: {problem.message}')
    if formatted.kind != "note" and not any(getattr(part, "role", "") == "references" for part in book.parts):
        at = book.setting_positions.get("contents", Position("manuscript/book.yaml"))
        message, hint = 'the book cites, but its contents have no "references"', "add it to contents: back:"
        report.add("bad-metadata", at, message, hint)
    ids = _reference_ids(list(items))
    made = {
        id(call.cite): _rendered(call, parts, ids, formatted.kind)
        for call, parts in zip(calls, formatted.clusters, strict=True)
    }
    for chapter in book.chapters:
        map_inlines(chapter.tree, lambda element: made.get(id(element)))
        if formatted.kind == "note":
            _behind_punctuation(chapter.tree)
    references = tuple(Reference(entry.key, ids[entry.key], entry.label, entry.html) for entry in formatted.entries)
    return book.replace(references=references)


def _calls(root: pf.Element, book: Book, report: Report, in_note: bool = False) -> Iterator[_Call]:
    """The citations of a tree in reading order; those with an unknown key are reported and left out."""
    for element in elements(root, skip=lambda inner: inner is not root and isinstance(inner, pf.Note)):
        for child in getattr(element, "content", ()) if isinstance(element, pf.Span) else ():
            if isinstance(child, pf.Note):
                yield from _calls(child, book, report, in_note=True)
        if not isinstance(element, pf.Cite) or all(is_cross_reference(citation) for citation in element.citations):
            continue
        unknown = [c for c in element.citations if c.id not in book.bibliography.entries]
        for citation in unknown:
            places = {key: entry.position for key, entry in book.bibliography.entries.items()}
            hint = did_you_mean(citation.id, places, places)
            position = book.position(citation.hash)
            report.add("unknown-citation", position, f'no reference with the key "{citation.id}"', hint)
        if not unknown:
            items = tuple(_item(citation, book, report) for citation in element.citations)
            yield _Call(element, in_note, Cluster(items, inside_note=in_note))


def _item(citation: pf.Citation, book: Book, report: Report) -> CitationItem:
    suffix = to_html(citation.suffix)
    label, locator, rest = parse_locator(suffix, book.settings.language)
    word = re.match(r"\s*,?\s*([^\W\d]+\.)", suffix)
    if not locator and word and parse_locator(f"{word.group(1)} 1", book.settings.language).locator:
        message = f'"{word.group(1)}" is not followed by the place it announces'
        report.add("bad-locator", book.position(citation.hash), message, f"write {word.group(1)} 5, for instance")
    prefix = to_html(citation.prefix)
    return CitationItem(
        key=citation.id,
        prefix=f"{prefix} " if prefix else "",
        suffix=rest,
        locator=locator,
        label=label or "page",
        mode=_MODES[citation.mode],  # type: ignore[arg-type]
    )


def _reference_ids(keys: list[str]) -> dict[str, str]:
    """Ids of references: `ref-` and the key, with signs that ids may not hold replaced."""
    ids: dict[str, str] = {}
    for key in keys:
        base = "ref-" + re.sub(r"[^\w.-]", "-", key)
        identifier, number = base, 1
        while identifier in ids.values():
            number += 1
            identifier = f"{base}-{number}"
        ids[key] = identifier
    return ids


def _rendered(call: _Call, parts: tuple[ClusterPart, ...], ids: dict[str, str], kind: str) -> list[pf.Element]:
    """A formatted cluster as inlines: each part that belongs to one reference is a link to it.

    In a note style authors named in the sentence stay there, and the rest becomes a note.
    """
    named = [inline for part in parts if part.in_text for inline in from_html(part.html)]
    inlines: list[pf.Inline] = []
    for part in parts:
        if part.in_text:
            continue
        inside = from_html(part.html)
        if part.key is None or kind == "note":
            inlines += inside
        else:
            inlines.append(pf.Link(*inside, url=f"#{ids[part.key]}", classes=["citation-link"]))
    if kind == "note" and not call.in_note:
        text = pf.Span(*inlines, classes=["citation"])
        return [*named, pf.Span(pf.Note(pf.Para(text)), classes=["note", "citation-note"])]
    return [*named, pf.Span(*inlines, classes=["citation"])]


def _behind_punctuation(tree: pf.Doc) -> None:
    """Put the mark of a citation that became a note behind the punctuation that follows it, and close up the space."""
    for element in elements(tree):
        content = list(getattr(element, "content", None) or [])
        if not any("citation-note" in getattr(child, "classes", ()) for child in content):
            continue
        made: list[pf.Element] = []
        for number, child in enumerate(content):
            before = content[number - 1] if number else None
            if isinstance(child, pf.Str) and before is not None and "citation-note" in getattr(before, "classes", ()):
                signs = re.match(r"[.,;:!?”’»)]+", child.text)
                if signs:
                    made.insert(len(made) - 1, pf.Str(signs.group()))
                    if rest := child.text[signs.end() :]:
                        made.append(pf.Str(rest))
                    continue
            if (
                "citation-note" in getattr(child, "classes", ())
                and made
                and isinstance(made[-1], (pf.Space, pf.SoftBreak))
            ):
                made.pop()
            made.append(child)
        element.content = made
