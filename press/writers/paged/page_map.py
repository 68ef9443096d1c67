"""Where each printed page begins: its label, the block of text and the word. Written as `pages.json`.

Blank pages, and those that hold nothing but pictures, have only a label. The EPUB's list of pages is made from it.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any

from press.letters import letters
from press.writers.paged.layout import Layout, Numbering
from press.writers.xhtml.text_blocks import PartText

PAGE_MAP = "pages.json"
_ROMAN = ((100, "c"), (90, "xc"), (50, "l"), (40, "xl"), (10, "x"), (9, "ix"), (5, "v"), (4, "iv"), (1, "i"))


def page_map(layouts: Sequence[tuple[Layout, Numbering]]) -> bytes:
    """The page map of an edition, as JSON: a line for each page, in order.

    `part` is the slug of the part of the book, `block` the name of a block as `PartText` gives it, and `word` the
    number, from 0, of the word of that block with which the page begins, be it with the second half of that word.
    """
    pages = [page for layout, numbering in layouts for page in _pages(layout, numbering)]
    return ("[\n" + ",\n".join(json.dumps(page, ensure_ascii=False) for page in pages) + "\n]\n").encode()


def label(numbering: Numbering, number: int) -> str:
    """The label of a page of a layout, counted from 1."""
    number += numbering.first - 1
    if numbering.style == "arabic":
        return str(number)
    made = ""
    for value, sign in _ROMAN:
        made += sign * (number // value)
        number %= value
    return made


def _pages(layout: Layout, numbering: Numbering) -> Iterator[dict[str, Any]]:
    parts = [(part.get("id"), PartText(part)) for part in layout.root.iter("article")]
    owners = {element: (slug, block) for slug, part in parts for element, block in part.owners.items()}
    order = {id(block): at for at, block in enumerate(block for _, part in parts for block in part.blocks.values())}
    printed: Counter[int] = Counter()
    latest = 0
    for number, page in enumerate(layout.document.pages, 1):
        found: dict[str, Any] = {"label": label(numbering, number)}
        for box in page._page_box.children[0].descendants():
            count = len(letters(getattr(box, "text", "")))
            # Text that the stylesheet adds belongs to pseudo-elements, whose tags have colons.
            if count and "::" not in box.element_tag and box.element in owners:
                slug, block = owners[box.element]
                if printed[id(block)] + count > len(letters(block.text)):
                    continue  # the head of a table, said again
                # What stands before text of earlier pages is a figure that moved behind it: no page begins there.
                at = order[id(block)]
                if "part" not in found and at >= latest:
                    found |= {"part": slug, "block": block.name, "word": block.word_at(printed[id(block)])}
                printed[id(block)] += count
                latest = max(latest, at)
        yield found
