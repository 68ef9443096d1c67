"""How to cite a chapter of the book: as a sentence, as BibTeX and as CSL-JSON."""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from press.citeproc import format_citations
from press.model import Book, Chapter
from press.names import web_address
from press.persons import Person

_SPECIAL = {"\\": r"\textbackslash{}", "~": r"\textasciitilde{}", "^": r"\textasciicircum{}"}


@dataclass(frozen=True, slots=True)
class ChapterCitation:
    """One chapter's own citation in the forms that readers ask for."""

    text: str
    bibtex: str
    csl: str


def chapter_citation(book: Book, chapter: Chapter, style: Path) -> ChapterCitation:
    """The citation of a chapter; the sentence is in the CSL style `style`."""
    item = _item(book, chapter)
    formatted = format_citations({chapter.slug: item}, style, book.settings.language, [], [chapter.slug])
    sentence = html.unescape(re.sub(r"<[^>]*>", "", formatted.entries[0].html))
    return ChapterCitation(sentence, _bibtex(item), json.dumps([item], ensure_ascii=False, indent=2))


def _item(book: Book, chapter: Chapter) -> dict[str, Any]:
    """The chapter as CSL-JSON."""
    settings = book.settings
    updated = (chapter.info.updated if chapter.info else None) or settings.release.date
    item: dict[str, Any] = {
        "id": f"{settings.slug}-{chapter.slug}",
        "type": "chapter",
        "title": chapter.title,
        "author": [csl_name(person) for person in settings.authors],
        "container-title": settings.title,
        "version": settings.release.name,
        "issued": {"date-parts": [[updated.year, updated.month, updated.day]]},
        "language": settings.language,
    }
    if settings.publisher:
        item["publisher"] = settings.publisher
    if settings.url:
        item["URL"] = settings.url + web_address(chapter.slug)
    return item


def csl_name(person: Person) -> dict[str, str]:
    """The name of a person in its parts, or of an organization as it is."""
    name = person.parts
    if name is None:
        return {"literal": person.name}
    parts = {
        "family": name.family,
        "given": name.given,
        "non-dropping-particle": name.particle,
        "suffix": name.suffix,
    }
    return {part: value for part, value in parts.items() if value}


def _bibtex(item: Mapping[str, Any]) -> str:
    fields = "".join(f"  {name} = {{{value}}},\n" for name, value in _fields(item))
    return f"@incollection{{{item['id']},\n{fields}}}"


def _fields(item: Mapping[str, Any]) -> Iterator[tuple[str, str]]:
    year, month, _ = item["issued"]["date-parts"][0]
    yield "author", " and ".join(map(_bibtex_name, item["author"]))
    yield "title", f"{{{_escaped(item['title'])}}}"
    yield "booktitle", f"{{{_escaped(item['container-title'])}}}"
    yield "year", str(year)
    yield "month", str(month)
    yield "version", _escaped(item["version"])
    if "publisher" in item:
        yield "publisher", f"{{{_escaped(item['publisher'])}}}"
    if "URL" in item:
        yield "url", item["URL"]


def _bibtex_name(name: Mapping[str, str]) -> str:
    if "literal" in name:
        return f"{{{_escaped(name['literal'])}}}"
    family = f"{name.get('non-dropping-particle', '')} {name['family']}".strip()
    parts = [family, *(name[part] for part in ("suffix", "given") if part in name)]
    # A family name alone would be taken apart at its spaces.
    return ", ".join(map(_escaped, parts)) if len(parts) > 1 else f"{{{_escaped(family)}}}"


def _escaped(value: str) -> str:
    """A text with the signs that mean something to TeX in a form that it prints."""
    return re.sub(r"[\\~^&%$#_{}]", lambda found: _SPECIAL.get(found[0], "\\" + found[0]), value)
