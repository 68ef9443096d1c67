"""The package of an EPUB, through EbookLib: finished bytes in, one reproducible file out.

The home of ebooklib. EbookLib would parse pages anew, drop what it does not know, and put the time of day into the
file; so it is given every page as bytes, and its archive is packed again in a fixed order and with fixed times.
"""

from __future__ import annotations

import datetime
import io
import zipfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from ebooklib import epub

_DOCUMENT = "application/xhtml+xml"
_MEDIA_TYPES = {
    ".xhtml": _DOCUMENT,
    ".css": "text/css",
    ".ncx": "application/x-dtbncx+xml",
    ".woff2": "font/woff2",
    ".txt": "text/plain",
    ".svg": "image/svg+xml",
    ".png": "image/png",
    ".jpg": "image/jpeg",
    ".jpeg": "image/jpeg",
}


@dataclass(frozen=True, slots=True)
class File:
    """One file of the package."""

    name: str
    data: bytes
    properties: tuple[str, ...] = ()
    in_spine: bool = False


@dataclass(frozen=True, slots=True)
class Meta:
    """One `meta` element of the package's metadata, about the whole or about the element with the id `refines`."""

    property: str
    value: str
    refines: str = ""
    id: str = ""
    scheme: str = ""


@dataclass(frozen=True, slots=True)
class DublinCore:
    """One element of the package's metadata out of Dublin Core: creator, date, rights ..."""

    name: str
    value: str
    id: str = ""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the package says of the book."""

    identifier: str
    title: str
    language: str
    modified: datetime.date
    dublin_core: tuple[DublinCore, ...] = ()
    metas: tuple[Meta, ...] = ()
    files: tuple[File, ...] = ()
    notices: Mapping[str, bytes] = field(default_factory=dict)
    """Files beside the publication, which no page refers to; they stand in META-INF (OCF 3.3, section 4.2.6)."""


class _Writer(epub.EpubWriter):  # type: ignore[misc]
    """EbookLib's writer, with the language of the package that it has no word for."""

    def _write_opf_file(self, root):  # type: ignore[no-untyped-def]
        root.set("{http://www.w3.org/XML/1998/namespace}lang", self.book.language)
        super()._write_opf_file(root)


def pack(facts: Facts) -> bytes:
    """The EPUB. The same facts give the same bytes."""
    book = epub.EpubBook()
    book.FOLDER_NAME = "EPUB"
    book.reset()
    book.metadata.clear()
    book.set_identifier(facts.identifier)
    book.add_metadata("DC", "title", facts.title, {"id": "title"})
    book.language = facts.language
    book.add_metadata("DC", "language", facts.language)
    for element in facts.dublin_core:
        book.add_metadata("DC", element.name, element.value, {"id": element.id} if element.id else {})
    for meta in facts.metas:
        named = {"refines": f"#{meta.refines}" if meta.refines else "", "id": meta.id, "scheme": meta.scheme}
        others = {name: value for name, value in named.items() if value}
        book.add_metadata("OPF", meta.property, meta.value, {"property": meta.property} | others)
    for number, file in enumerate(facts.files):
        suffix = file.name[file.name.rindex(".") :]
        identifier = "ncx" if suffix == ".ncx" else f"item-{number}"
        item = epub.EpubItem(identifier, file.name, _MEDIA_TYPES[suffix], file.data)
        item.properties = list(file.properties)
        if "cover-image" in file.properties:  # where Kindles and other readers of EPUB 2 look for the cover
            book.add_metadata("OPF", "cover", "", {"name": "cover", "content": identifier})
        book.add_item(item)
        if file.in_spine:
            book.spine.append(item)
    stream = io.BytesIO()
    modified = datetime.datetime.combine(facts.modified, datetime.time())
    options = {"epub3_pages": False, "epub2_guide": False, "mtime": modified, "raise_exceptions": True}
    writer = _Writer(stream, book, options)
    writer.process()
    writer.write()
    with zipfile.ZipFile(stream) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    return _archive(files | dict(facts.notices), facts.modified)


def _archive(files: Mapping[str, bytes], date: datetime.date) -> bytes:
    """A ZIP container with the media type first and uncompressed (OCF 3.3, section 4.3), the rest by name."""
    stream = io.BytesIO()
    with zipfile.ZipFile(stream, "w") as archive:
        for name in _in_order(files):
            info = zipfile.ZipInfo(name, (max(date.year, 1980), date.month, date.day, 0, 0, 0))
            info.create_system = 3
            info.external_attr = 0o644 << 16
            info.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(info, files[name])
    return stream.getvalue()


def _in_order(files: Iterable[str]) -> list[str]:
    first = ["mimetype", "META-INF/container.xml", "EPUB/content.opf"]
    return [*first, *sorted(name for name in files if name not in first)]
