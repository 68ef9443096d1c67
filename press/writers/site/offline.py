"""The book without a network: the manifest and the icons of an installed book, and the list of what is kept."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Mapping
from urllib.parse import quote

from press.diagnostics import Position, Report
from press.metadata import BookSettings
from press.store import Store
from press.writers.xhtml.raster import drawn

WORKER = "sw.js"
_SIZES = (192, 512)
"""Width and height of the icons in pixels."""
_PAPER = "#fffdf8"
_NOT_KEPT = ("_headers", ".txt", ".xml")
"""Ends of names that only machines on the network ask for."""


def manifest_files(settings: BookSettings, favicon: str, store: Store, report: Report) -> dict[str, bytes]:
    """The web manifest and the icons it names, drawn from the favicon's SVG."""
    manifest = {
        "name": settings.title,
        "short_name": settings.title,
        "description": settings.description,
        "lang": settings.language,
        "start_url": "./index.html",
        "scope": "./",
        "display": "standalone",
        "display_override": ["minimal-ui"],
        "theme_color": _PAPER,
        "background_color": _PAPER,
        "icons": [
            {"src": _icon(size), "sizes": f"{size}x{size}", "type": "image/png", "purpose": purpose}
            for size in _SIZES
            for purpose in ("any", "maskable")
        ],
    }
    made = {"manifest.webmanifest": (json.dumps(manifest, ensure_ascii=False, indent=2) + "\n").encode()}
    try:
        return made | {_icon(size): drawn(_on_paper(favicon), size, size, store) for size in _SIZES}
    except ValueError as error:
        report.add("bad-template", Position("templates/web/favicon.svg"), f"the icon cannot be drawn: {error}")
        return made


def worker_script(files: Mapping[str, bytes], script: str) -> str:
    """The service worker: `script`, and before it the names of all files to keep with the hashes of their contents."""
    hashes = {
        quote(name): base64.b64encode(hashlib.sha256(data).digest()).decode()
        for name, data in sorted(files.items())
        if not name.endswith(_NOT_KEPT)
    }
    return f"const files = {json.dumps(hashes, indent=0)};\n{script}"


def _icon(size: int) -> str:
    return f"icon-{size}.png"


def _on_paper(favicon: str) -> str:
    """The favicon on paper, so far from the edge that a round mask leaves it whole."""
    inner = favicon.replace("<svg ", '<svg x="6" y="6" width="20" height="20" ', 1)
    return (
        '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">'
        f'<rect width="32" height="32" fill="{_PAPER}"/>{inner}</svg>'
    )
