"""What crawlers ask for: the list of pages (https://www.sitemaps.org/protocol.html), and a file that points to it.

Both name addresses from the root, so that only a book with a `url` has them. Crawlers look for `robots.txt` at the
root of a host: below that it does no harm, and the sitemap can be handed in by its address.
"""

from __future__ import annotations

from collections.abc import Iterable

from press.model import Book
from press.names import web_address
from press.writers.site.addresses import absolute
from press.writers.xhtml.templates import Templates


def crawler_files(book: Book, addresses: Iterable[str], templates: Templates) -> dict[str, str]:
    """File name -> text; nothing for a book without an address.

    A page without a changelog counts as changed by the release.
    """
    if book.settings.url is None:
        return {}
    infos = {web_address(chapter.slug): chapter.info for chapter in book.chapters}
    updated = {address: info.updated for address, info in infos.items() if info and info.updated}
    pages = [(absolute(book, address), updated.get(address, book.settings.release.date)) for address in addresses]
    return {
        "sitemap.xml": templates.render("web/sitemap.xml", pages=pages),
        "robots.txt": templates.render("web/robots.txt"),
    }
