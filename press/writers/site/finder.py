"""What the symptom finder knows beside the symptom index, whose page it is on: data for the script of that page.

Pages opened from a disk may not fetch anything, but may load a script. Without scripts the page is the symptom index,
and the warnings stand in the chapters.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

from press.model import Book
from press.writers.xhtml.flavour import Flavour
from press.writers.xhtml.pages import Page

FINDER = "finder-data.js"
_BOXES = {"now": "emergency", "today": "red-flags", "soon": "red-flags"}
"""The class of the box for signs of an urgency, the gravest first."""
_WARNINGS = ("emergency", "red-flags", "caution")
"""The classes of the boxes, the gravest first."""
_DROPPED = ("note-call", "block-label")
_PAGE = "part-symptom-index"


def finder_data(book: Book, pages: tuple[Page, ...], flavour: Flavour) -> str:
    """The script with the signs and what people type for them, the warnings of each spot, and words of the language."""
    labels = book.labels
    data = {
        "signs": {
            key: {
                "urgency": sign.urgency,
                "short": sign.short,
                "typed": sign.typed,
                "href": flavour.href(sign.anchor, _PAGE) if sign.anchor else "",
            }
            for key, sign in book.guidance.signs.items()
        },
        "complaints": {
            f"{_PAGE}-{complaint.key}": [sign.key for sign in complaint.signs]
            for part in book.guidance.parts
            for complaint in part.complaints
        },
        "urgencies": {
            urgency: (kind, labels[kind if kind == "emergency" else f"{kind}-{urgency}"])
            for urgency, kind in _BOXES.items()
        },
        "warnings": {
            page.slug + flavour.suffix: sorted(_warnings(page, flavour), key=lambda one: _WARNINGS.index(one[0]))
            for page in pages
            if page.chapter and page.chapter.series
        },
        "skipped": labels["finder_skipped"].split(),
        "same": [group.split() for group in labels["finder_same"].split(";")],
        "endings": labels["finder_endings"].split(),
    }
    return f"window.finder={json.dumps(data, ensure_ascii=False, separators=(',', ':'))};\n"


def _warnings(page: Page, flavour: Flavour) -> Iterator[tuple[str, str, str, str]]:
    """Kind, urgency, plain words and markup of a chapter's boxes.

    Text that all chapters share is left out: its advice is not about the spot.
    """
    root = html.fragment_fromstring(str(page.body), create_parent="div")
    for element in root.iter("div"):
        kind = element.get("class", "")
        if kind in _WARNINGS and not any("shared" in (outer.get("class") or "") for outer in element.iterancestors()):
            label = next(one for one in element.iter("p") if one.get("class") == "block-label")
            words = "".join(label.itertext()).strip()
            yield kind, element.get("data-when", ""), words, _markup(element, page.slug + flavour.suffix)


def _markup(box: Any, address: str) -> str:
    """The paragraphs, lists and links of a box, bare: notes are read in the chapter, which has this address."""
    for element in list(box.iter()):
        if element.get("class") in _DROPPED:
            element.drop_tree()
    for element in list(box.iter("span", "abbr")):
        element.drop_tag()
    for element in box.iter():
        href = element.get("href", "")
        element.attrib.clear()
        if href:
            element.set("href", address + href if href.startswith("#") else href)
    return "".join(etree.tostring(child, encoding="unicode", method="html").strip() for child in box)
