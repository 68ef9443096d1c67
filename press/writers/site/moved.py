"""Old addresses that still lead somewhere: a place that moved to another page leaves a sign where it was.

A browser shows the sign only to those who come by the old address. A page that is no more, because its chapter was
renamed or taken out, is left as a page of signs.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from press.model import Book
from press.writers.xhtml.flavour import Flavour
from press.writers.xhtml.pages import Page


@dataclass(frozen=True, slots=True)
class Sign:
    """Where a place went."""

    id: str
    href: str
    title: str
    """Of the page that it stands on now."""
    is_gone: bool
    """Whether only the place nearest to it is left."""


def signs(book: Book, flavour: Flavour, pages: Sequence[Page]) -> dict[str, tuple[Sign, ...]]:
    """The signs of each page, by its slug; those of pages that are no more come after the others."""
    bodies = {page.slug: str(page.body) for page in pages}
    titles = {page.slug: page.title for page in pages}
    found: dict[str, dict[str, Sign]] = {slug: {} for slug in bodies}
    for release in book.releases:
        for block in release.blocks:
            if block.chapter.endswith(".md"):
                continue  # shared text stood on every page that had it
            page = flavour.addresses.get(block.id)
            own = found.setdefault(block.chapter, {})
            if page in titles and page != block.chapter and f'id="{block.id}"' not in bodies.get(block.chapter, ""):
                href = flavour.href(block.id, block.chapter)
                own[block.id] = Sign(block.id, href, titles[page], block.id in book.tombstones)
    return {slug: tuple(own.values()) for slug, own in found.items()}


def went_to(own: Sequence[Sign], home: str) -> str:
    """The page that most of what a lost page held is on now, or is nearest to; without either, `home`."""
    pages = Counter(sign.href.partition("#")[0] for sign in [one for one in own if not one.is_gone] or own)
    return max(pages, key=pages.__getitem__, default=home)


def lost_pages(found: Mapping[str, Sequence[Sign]], pages: Sequence[Page]) -> dict[str, Sequence[Sign]]:
    """The pages that are no more, and their signs."""
    here = {page.slug for page in pages}
    return {slug: own for slug, own in found.items() if slug not in here}
