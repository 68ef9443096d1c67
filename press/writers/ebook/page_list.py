"""The pages of the print edition, marked in the EPUB where they begin (EPUB Accessibility 1.1, section 3.2)."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from lxml import etree

from press.names import ascii_name
from press.writers.xhtml.text_blocks import PartText, TextBlock

_XHTML = "http://www.w3.org/1999/xhtml"
_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"


@dataclass(frozen=True, slots=True)
class PageBreak:
    """The beginning of a printed page."""

    label: str
    href: str


def mark_pages(documents: Mapping[str, bytes], page_map: Path) -> tuple[dict[str, bytes], tuple[PageBreak, ...]]:
    """The documents of an EPUB, by name, with a mark where each printed page begins, and the list of these.

    A page that begins with nothing that the EPUB holds, such as the printed contents, has none.
    """
    roots = {name: etree.fromstring(data) for name, data in documents.items()}
    parts = {name: PartText(root) for name, root in roots.items()}
    found: list[tuple[PageBreak, TextBlock, int]] = []
    for page in json.loads(page_map.read_bytes()):
        if "part" not in page:
            continue
        name = f"{ascii_name(page['part'])}.xhtml"
        if name in parts and (block := parts[name].blocks.get(page["block"])):
            at = PageBreak(page["label"], f"{name}#pagebreak-{page['label']}")
            found.append((at, block, page["word"]))
    for page_break, block, word in reversed(found):  # so that what stands before a mark is as it was
        _mark(block, word, page_break.label)
    changed = {page_break.href.partition("#")[0] for page_break, _, _ in found}
    marked = {name: _document(roots[name]) if name in changed else data for name, data in documents.items()}
    return marked, tuple(page_break for page_break, _, _ in found)


def _mark(block: TextBlock, word: int, label: str) -> None:
    """Put a mark before a word of a block, counted from 0."""
    words = list(re.finditer(r"\S+", block.text))
    at = words[word].start() if word else 0
    for run in block.runs:
        if at < len(run.text):
            break
        at -= len(run.text)
    mark = etree.Element(
        f"{{{_XHTML}}}span", {_EPUB_TYPE: "pagebreak", "role": "doc-pagebreak", "id": f"pagebreak-{label}"}
    )
    mark.set("aria-label", label)
    if run.parent is not None:
        mark.tail = (run.element.tail or "")[at:]
        run.element.tail = run.text[:at]
        run.parent.insert(run.parent.index(run.element) + 1, mark)
    else:
        mark.tail = (run.element.text or "")[at:]
        run.element.text = run.text[:at]
        run.element.insert(0, mark)


def _document(root: etree._Element) -> bytes:
    return etree.tostring(root.getroottree(), encoding="utf-8", xml_declaration=True) + b"\n"
