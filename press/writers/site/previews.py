"""What readers see of a reference or a place before they go there: data for the scripts of a page.

Pages opened from a disk may not fetch anything, but may load a script: each page has its previews in one, which is
asked for when a reader first wants one of them. Nothing else depends on it.
"""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator

from lxml import etree, html

from press.writers.xhtml.flavour import Flavour, text
from press.writers.xhtml.pages import Page

_LENGTH = 240
"""The most letters of a place's first lines."""
_PREVIEWED = ("citation-link", "xref")
_ASIDE = ("note-call", "page-info", "number", "chapter-label", "subtitle", "shared-title", "legend")
"""Classes of what is no part of a text's first lines."""


def page_previews(pages: tuple[Page, ...], flavour: Flavour) -> dict[str, str]:
    """Slug -> the script with the previews of all places that the page's citations and cross references lead to."""
    trees = {page.slug: html.fragment_fromstring(str(page.body), create_parent="div") for page in pages}
    titles = {page.slug: page.title for page in pages}
    slugs = {flavour.page_address(page.slug): page.slug for page in pages}
    ids = {slug: {element.get("id"): element for element in root.iter()} for slug, root in trees.items()}
    made: dict[str, str] = {}
    for slug, root in trees.items():
        found: dict[str, str] = {}
        for address in _addresses(root):
            file, _, identifier = address.partition("#")
            target = slugs.get(file) if file else slug
            if target is None:
                continue
            element = ids[target].get(identifier) if identifier else trees[target]
            if element is not None:
                title = "" if target == slug or not identifier else titles[target]
                found[address] = _preview(element, title, flavour.page_address(target))
        if found:
            data = json.dumps(found, ensure_ascii=False, separators=(",", ":"))
            made[slug] = f"window.previews={data};\n"
    return made


def _addresses(root: etree._Element) -> Iterator[str]:
    """The addresses of a page's citations and cross references."""
    seen = set()
    for link in root.iter("a"):
        address = link.get("href", "")
        if address not in seen and any(name in _classes(link) for name in _PREVIEWED):
            seen.add(address)
            yield address


def _preview(element: etree._Element, page: str, address: str) -> str:
    if "reference" in _classes(element):
        return _reference(element, address)
    heading = next(_headings(element), None)
    title = _words(heading) if heading is not None else ""
    where = f'<p class="preview-where">{text(page)}</p>' if page else ""
    lines = _first_lines(element)
    return (
        where
        + (f'<p class="preview-title">{text(title)}</p>' if title else "")
        + (f"<p>{text(lines)}</p>" if lines else "")
    )


def _reference(element: etree._Element, address: str) -> str:
    """A reference with its links and the places that cite it, whose addresses hold wherever it is shown."""
    shown = copy.deepcopy(element)
    for link in shown.iter("a"):
        link.attrib.pop("role", "")  # nobody has come from there
        if link.get("href", "").startswith("#"):
            link.set("href", f"{address}{link.get('href')}")
    inside = "".join(etree.tostring(child, encoding="unicode", method="html") for child in shown)
    return f'<div class="reference">{inside}</div>'


def _headings(element: etree._Element) -> Iterator[etree._Element]:
    return element.iter("h1", "h2", "h3", "h4", "h5", "h6", "figcaption", "caption")


def _first_lines(element: etree._Element) -> str:
    """The deck of a chapter, or how the text of a place begins, cut between two words."""
    deck = next((one for one in element.iter("p") if "deck" in _classes(one)), None)
    blocks = [deck] if deck is not None else element.iter("p", "li", "dd")
    said = next((words for block in blocks if not _is_aside(block) and (words := _words(block))), "")
    return said if len(said) <= _LENGTH else said[:_LENGTH].rpartition(" ")[0].rstrip(",;:–—") + " …"


def _is_aside(element: etree._Element) -> bool:
    outer = (element, *element.iterancestors())
    return any(name in _classes(one) for one in outer for name in _ASIDE) or any(
        one.tag == "figcaption" for one in outer
    )


def _words(element: etree._Element) -> str:
    """The words of an element without the numbers of its notes."""
    bare = copy.deepcopy(element)
    bare.tail = None
    for call in [one for one in bare.iter("a") if "note-call" in _classes(one)]:
        call.text = ""
    return re.sub(r"\s+", " ", "".join(map(str, bare.itertext()))).strip()


def _classes(element: etree._Element) -> list[str]:
    return (element.get("class") or "").split() if isinstance(element.tag, str) else []
