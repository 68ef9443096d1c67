"""The names of pages: of the chapters, and of what the press adds to them in any edition."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from press.diagnostics import Report
from press.model import PART_ROLES, Book, Chapter, Part
from press.names import Names, name_pages, own_pages, part_page


def name_parts(book: Book, report: Report) -> Book:
    """Give every part of the book its slug, and every page that the press may add to an edition."""
    chapters = {part.file: part.title for part in book.parts if isinstance(part, Chapter)}
    own = own_pages(PART_ROLES, [*(release.name for release in book.releases), book.settings.release.name])
    released = _released(book)
    slugs, pages = name_pages(chapters, own, released if book.releases else None, _places(book, released))

    def named(part: Part) -> Part:
        return replace(part, slug=slugs[part.file] if isinstance(part, Chapter) else pages[part_page(part.role)])

    parts = tuple(map(named, book.parts))
    return book.replace(parts=parts, names=Names(frozenset(part.slug for part in parts), pages))


def _released(book: Book) -> dict[str, str]:
    """The slugs that chapters had in releases, and their titles, the last ones they had."""
    return {
        slug: title
        for release in book.releases
        for slug, title in release.chapters.items()
        if not slug.endswith(".md")  # a shared text
    }


def _places(book: Book, released: Mapping[str, str]) -> set[str]:
    """The ids of all places in releases."""
    ids = {block.id for release in book.releases for block in release.blocks if block.kind != "title"}
    return (ids | {gone for release in book.releases for gone in release.tombstones}) - released.keys()
