"""What the package says of the book, from its settings: identifiers, people, subjects (EPUB 3.3, section 5.5)."""

from __future__ import annotations

import uuid
from collections.abc import Iterable, Mapping

from press.metadata import BookSettings
from press.model import Book
from press.persons import Person
from press.tree_text import plain_text
from press.writers.ebook.package import DublinCore, Meta

_AUTHORITIES = {"bisac": "BISAC", "thema": "Thema"}
_ISBN_13 = "15"
"""The code of an ISBN in ONIX's list 5 of identifiers."""


def identifier_of(settings: BookSettings) -> str:
    """A name made from the book's own: it stays the same from release to release, with an ISBN or without."""
    return uuid.uuid5(uuid.NAMESPACE_URL, f"{settings.slug}:{settings.title}").urn


def dublin_core(book: Book) -> Iterable[DublinCore]:
    """The elements of Dublin Core, but for the first title, identifier and language."""
    settings = book.settings
    if isbn := settings.epub.isbn or settings.isbn:
        yield DublinCore("identifier", _urn(isbn), "isbn")
    if settings.subtitle:
        yield DublinCore("title", settings.subtitle, "subtitle")
    for number, author in enumerate(settings.authors, 1):
        yield DublinCore("creator", author.name, f"author-{number}")
    for number, contributor in enumerate(settings.contributors, 1):
        yield DublinCore("contributor", contributor.name, f"contributor-{number}")
    yield DublinCore("description", _description(book))
    for number, subject in enumerate(settings.subjects, 1):
        yield DublinCore("subject", subject.name, f"subject-{number}")
    yield DublinCore("date", settings.release.date.isoformat())
    yield DublinCore("rights", settings.rights)
    if settings.publisher:
        yield DublinCore("publisher", settings.publisher)


def _description(book: Book) -> str:
    """What the book is, and behind that what it is not."""
    disclaimer = book.notices.get("disclaimer")
    return " ".join([book.settings.description, *([plain_text(disclaimer.content)] if disclaimer else [])])


def printed_source(settings: BookSettings, labels: Mapping[str, str]) -> str:
    """The print edition, whose pages the EPUB's list names: by its ISBN where the EPUB has another, or in words."""
    if settings.isbn and settings.epub.isbn:
        return _urn(settings.isbn)
    return labels["print_source"].format(title=settings.title, release=settings.release.name)


def refinements(settings: BookSettings) -> Iterable[Meta]:
    """What the elements of Dublin Core leave open: roles, names to sort by, schemes, the place in a collection."""
    yield Meta("title-type", "main", refines="title")
    if settings.epub.isbn or settings.isbn:
        yield Meta("identifier-type", _ISBN_13, refines="isbn", scheme="onix:codelist5")
    if settings.subtitle:
        yield Meta("title-type", "subtitle", refines="subtitle")
    for number, author in enumerate(settings.authors, 1):
        yield from _person(author, "aut", number, f"author-{number}")
    for number, contributor in enumerate(settings.contributors, 1):
        yield from _person(contributor, contributor.role, number, f"contributor-{number}")
    for number, subject in enumerate(settings.subjects, 1):
        if subject.scheme and subject.code:
            yield Meta("authority", _AUTHORITIES[subject.scheme], refines=f"subject-{number}")
            yield Meta("term", subject.code, refines=f"subject-{number}")
    if settings.collection:
        yield Meta("belongs-to-collection", settings.collection.name, id="collection")
        yield Meta("collection-type", "series", refines="collection")
        if settings.collection.position:
            yield Meta("group-position", str(settings.collection.position), refines="collection")
    if settings.license:
        yield Meta("dcterms:license", settings.license)


def _urn(isbn: str) -> str:
    return "urn:isbn:" + isbn.replace("-", "")


def _person(person: Person, role: str, number: int, identifier: str) -> Iterable[Meta]:
    yield Meta("role", role, refines=identifier, scheme="marc:relators")
    yield Meta("display-seq", str(number), refines=identifier)
    yield Meta("file-as", person.filed_as, refines=identifier)
