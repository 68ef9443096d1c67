"""The book and its chapters as schema.org describes them (https://schema.org/Book, https://schema.org/Chapter).

A page holds them as JSON-LD in a data block, which is no script: the pages' security policy need not allow it. Jinja's
`tojson` writes it so that no text of a manuscript can end the block.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import quote

from press.model import Book, Chapter
from press.persons import Person
from press.writers.site.addresses import HOME, PICTURE, absolute

Facts = dict[str, Any]

_CONTEXT: Facts = {"@context": "https://schema.org"}
_KINDS = {
    "article": "Article",
    "article-journal": "ScholarlyArticle",
    "article-magazine": "Article",
    "article-newspaper": "NewsArticle",
    "book": "Book",
    "chapter": "Chapter",
    "dataset": "Dataset",
    "legislation": "Legislation",
    "paper-conference": "ScholarlyArticle",
    "report": "Report",
    "software": "SoftwareApplication",
    "thesis": "Thesis",
    "webpage": "WebPage",
}
"""What schema.org calls the types of CSL; all others are creative works."""


def book_facts(book: Book) -> Facts:
    """The whole book."""
    settings = book.settings
    published = [logged.change.date for logged in book.changes if logged.change.kind == "publication"]
    always = {
        "description": settings.description,
        "inLanguage": settings.language,
        "author": [_agent(person) for person in settings.authors],
        "bookEdition": settings.release.name,
        "bookFormat": "https://schema.org/EBook",
        "datePublished": min(published, default=settings.release.date).isoformat(),
        "dateModified": settings.release.date.isoformat(),
    }
    perhaps = {
        "alternativeHeadline": settings.subtitle,
        "image": absolute(book, PICTURE),
        "isbn": settings.isbn,
        "keywords": [subject.name for subject in settings.subjects],
        "license": settings.license,
        "publisher": settings.publisher and {"@type": "Organization", "name": settings.publisher},
    }
    return _CONTEXT | _named_book(book) | always | _known(perhaps)


def chapter_facts(book: Book, chapter: Chapter, address: str, description: str) -> Facts:
    """A chapter, the book that it is part of, and what it cites."""
    settings = book.settings
    always = {
        "@type": "Chapter",
        "name": chapter.title,
        "description": description,
        "inLanguage": settings.language,
        "author": [_agent(person) for person in settings.authors],
        "isPartOf": _named_book(book),
    }
    perhaps = {
        "@id": absolute(book, address),
        "url": absolute(book, address),
        "license": settings.license,
        "position": chapter.number,
        "wordCount": chapter.info and chapter.info.words,
        "citation": list(_cited(book, chapter)),
    }
    return _CONTEXT | always | dates(chapter) | _known(perhaps)


def dates(chapter: Chapter) -> dict[str, str]:
    """When a chapter was published and last changed, as far as its changelog tells."""
    info = chapter.info
    found = {"datePublished": info.published, "dateModified": info.updated} if info else {}
    return {name: date.isoformat() for name, date in found.items() if date}


def _named_book(book: Book) -> Facts:
    """The book, as much as it takes to know which."""
    named, where = {"@type": "Book", "name": book.settings.title}, absolute(book, HOME)
    return named | {"@id": where, "url": where} if where else named


def _agent(person: Person) -> Facts:
    """Who wrote the book: a person, or an organization."""
    name = person.parts
    if name is None:
        return {"@type": "Organization", "name": person.name}
    family = f"{name.particle} {name.family}".strip()
    return {"@type": "Person", "name": person.name} | _known({"givenName": name.given, "familyName": family})


def _cited(book: Book, chapter: Chapter) -> Iterator[Facts]:
    """The references of a chapter, in the order of their list."""
    cited = chapter.references or (
        reference for reference in book.references if any(place.part == chapter.slug for place in reference.places)
    )
    return (_work(book.bibliography.entries[reference.key].item) for reference in cited)


def _work(item: Mapping[str, Any]) -> Facts:
    """A reference: its kind and title and where it is, or else who made it and when.

    Where there is a DOI, the rest is to be had from it, and pages stay light.
    """
    facts = {
        "@type": _KINDS.get(item["type"], "CreativeWork"),
        "name": re.sub(r"</?(?:i|b|sup|sub|span)\b[^>]*>", "", item.get("title", "")),
    }
    if where := _where(item):
        return facts | {"@id": where}
    parts = item.get("issued", {}).get("date-parts", [[]])[0]
    made = {
        "author": [_full_name(name) for name in item.get("author", ()) if name.get("literal") != "others"],
        "datePublished": "-".join(f"{int(part):02}" for part in parts),
    }
    return facts | _known(made)


def _known(facts: Facts) -> Facts:
    """The facts that have a value."""
    return {name: value for name, value in facts.items() if value}


def _where(item: Mapping[str, Any]) -> str:
    """The address of a reference: its DOI, its number in PubMed, or one of its own, if that is well formed."""
    if (doi := str(item.get("DOI", ""))).startswith("10."):
        return f"https://doi.org/{quote(doi)}"
    if (pmid := str(item.get("PMID", ""))).isdecimal():
        return f"https://pubmed.ncbi.nlm.nih.gov/{pmid}/"
    own = str(item.get("URL", ""))
    return own if re.match(r"https?://", own, re.IGNORECASE) else ""


def _full_name(name: Mapping[str, str]) -> str:
    order = ("given", "dropping-particle", "non-dropping-particle", "family", "suffix", "literal")
    return " ".join(name[part] for part in order if name.get(part))
