"""The few tags of citations and references, to and from inlines: i, b, sup, sub, small capitals, marks, links."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable

import panflute as pf
from lxml import etree

from press.tree import MARK_CLASS

_TAGS: dict[type, str] = {pf.Emph: "i", pf.Strong: "b", pf.Superscript: "sup", pf.Subscript: "sub"}
_ELEMENTS: dict[str, Callable[..., pf.Inline]] = {
    "i": pf.Emph,
    "b": pf.Strong,
    "sup": pf.Superscript,
    "sub": pf.Subscript,
}


def to_html(inlines: Iterable[pf.Element]) -> str:
    """Inlines as limited markup; what has no tag of its own gives its words."""
    pieces: list[str] = []
    for inline in inlines:
        if isinstance(inline, (pf.Str, pf.Code, pf.Math)):
            pieces.append(html.escape(inline.text, quote=False))
        elif isinstance(inline, (pf.Space, pf.SoftBreak, pf.LineBreak)):
            pieces.append(" ")
        elif hasattr(inline, "content"):
            inside = to_html(inline.content)
            tag = _TAGS.get(type(inline))
            if isinstance(inline, pf.SmallCaps):
                inside = f'<span class="smallcaps">{inside}</span>'
            pieces.append(f"<{tag}>{inside}</{tag}>" if tag else inside)
    return "".join(pieces)


def from_html(markup: str) -> list[pf.Inline]:
    """Limited markup as inlines."""
    return _inlines(etree.fromstring(f"<span>{markup}</span>"))


def _inlines(element: etree._Element) -> list[pf.Inline]:
    made = _text(element.text)
    for child in element:
        inside = _inlines(child)
        tag = str(child.tag)
        if tag in _ELEMENTS:
            made.append(_ELEMENTS[tag](*inside))
        elif tag == "a":
            made.append(pf.Link(*inside, url=child.get("href", "")))
        elif child.get("class") == "smallcaps":
            made.append(pf.SmallCaps(*inside))
        elif child.get("class") == MARK_CLASS:
            made.append(pf.Span(*inside, classes=[MARK_CLASS]))
        else:
            made += inside
        made += _text(child.tail)
    return made


def _text(text: str | None) -> list[pf.Inline]:
    if not text:
        return []
    inlines: list[pf.Inline] = []
    for number, word in enumerate(text.split(" ")):
        if number:
            inlines.append(pf.Space())
        if word:
            inlines.append(pf.Str(word))
    return inlines
