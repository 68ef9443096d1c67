"""Every link inside an edition lands: on a file it holds, and on an id in that file."""

from __future__ import annotations

import posixpath
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from urllib.parse import unquote, urlsplit

from lxml import etree, html

from press.diagnostics import Position, Report
from press.store import files_under

_PAGES = (".html", ".xhtml")


def check_web_links(folder: Path, beside: set[str], report: Report) -> None:
    """Check the pages of a folder; `beside` names the other editions, which stand in the folder above."""
    names = {path.relative_to(folder).as_posix(): path.read_bytes() for path in files_under([folder])}
    _check("web", names, {f"../{name}" for name in beside}, report)


def check_epub_links(file: Path, report: Report) -> None:
    """Check the pages of an EPUB."""
    with zipfile.ZipFile(file) as archive:
        _check("epub", {name: archive.read(name) for name in archive.namelist()}, set(), report)


def _check(edition: str, files: Mapping[str, bytes], beside: set[str], report: Report) -> None:
    ids: dict[str, set[str]] = {}
    links: list[tuple[str, str]] = []
    for name, data in files.items():
        if name.endswith(_PAGES):
            root = etree.fromstring(data) if data.startswith(b"<?xml") else html.fromstring(data)
            ids[name] = {value for element in root.iter() if (value := element.get("id")) is not None}
            links += [(name, target) for target in _targets(root)]
    for page, target in links:
        parts = urlsplit(target)
        if parts.scheme or parts.netloc:
            continue
        path = posixpath.normpath(posixpath.join(posixpath.dirname(page), unquote(parts.path))) if parts.path else page
        if path in beside:
            continue
        if path not in files:
            report.add("edition-link", Position(f"{edition}:{page}"), f'"{target}" leads to no file of the edition')
        elif parts.fragment and unquote(parts.fragment) not in ids.get(path, set()):
            report.add("edition-link", Position(f"{edition}:{page}"), f'"{target}" leads to no place in its file')


def _targets(root: etree._Element) -> Iterator[str]:
    for name in ("href", "src", "{http://www.w3.org/1999/xlink}href", "xlink:href"):
        for element in root.iter():
            value = element.get(name) if isinstance(element.tag, str) else None
            if value:
                yield value
