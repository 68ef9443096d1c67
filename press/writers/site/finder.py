"""What the symptom finder says of a spot before readers go there: its warnings, as data for the script of that page.

Pages opened from a disk may not fetch anything, but may load a script. Without scripts the page is the symptom index,
and the warnings stand in the chapters.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from lxml import etree, html

from press.writers.xhtml.flavour import Flavour
from press.writers.xhtml.pages import Page

FINDER = "finder-data.js"
_WARNINGS = ("emergency", "red-flags", "caution")
"""The classes of the boxes, the gravest first."""
_DROPPED = ("note-call", "block-label")


def finder_data(pages: tuple[Page, ...], flavour: Flavour) -> str:
    """The script with the warnings of each spot, by the address of its chapter: kind, plain word, markup."""
    warnings = {
        flavour.page_address(page.slug): sorted(_warnings(page), key=lambda warning: _WARNINGS.index(warning[0]))
        for page in pages
        if page.chapter and page.chapter.series
    }
    return f"window.warnings={json.dumps(warnings, ensure_ascii=False, separators=(',', ':'))};\n"


def _warnings(page: Page) -> Iterator[tuple[str, str, str]]:
    """The boxes of a chapter. Text that all chapters share is left out: its advice is not about the spot."""
    root = html.fragment_fromstring(str(page.body), create_parent="div")
    for element in root.iter("div"):
        kind = element.get("class", "")
        if kind in _WARNINGS and not any("shared" in (outer.get("class") or "") for outer in element.iterancestors()):
            label = next(one for one in element.iter("p") if one.get("class") == "block-label")
            yield kind, (label.text or "").strip(), _markup(element)


def _markup(box: Any) -> str:
    """The paragraphs and lists of a box, bare: what is linked or noted is read in the chapter."""
    for element in list(box.iter()):
        if element.get("class") in _DROPPED:
            element.drop_tree()
    for element in list(box.iter("a", "span", "abbr")):
        element.drop_tag()
    for element in box.iter():
        element.attrib.clear()
    return "".join(etree.tostring(child, encoding="unicode", method="html").strip() for child in box)
