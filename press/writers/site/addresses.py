"""Addresses of the site from the root, for a book that says where its web edition will stand (`url` of book.yaml)."""

from __future__ import annotations

from press.model import Book
from press.names import HOME as HOME_PAGE
from press.names import web_address

HOME = web_address(HOME_PAGE)
"""The file of the home page, whose address is the site's own."""
PICTURE = "share.png"
"""The file of the picture that goes along when somebody shares a page."""


def absolute(book: Book, address: str) -> str:
    """An address of the site from the root; nothing where the book has none."""
    url = book.settings.url or ""
    return url + address if url and address != HOME else url
