"""The few tags of citations and references, to and from inlines: i, b, sup, sub, small capitals, marks, links."""

from __future__ import annotations

import html
from collections.abc import Callable, Iterable

from lxml import etree

from press.nodes import Break, Cite, Code, Link, Math, Node, Nodes, Span, Str, Styled
from press.tree import children
from press.tree_classes import MARK_CLASS
from press.tree_text import SPACE

_TAGS = {"Emph": "i", "Strong": "b", "Superscript": "sup", "Subscript": "sub"}
_STYLES: dict[str, Callable[[Nodes], Node]] = {
    "i": lambda inside: Styled("Emph", inside),
    "b": lambda inside: Styled("Strong", inside),
    "sup": lambda inside: Styled("Superscript", inside),
    "sub": lambda inside: Styled("Subscript", inside),
}


def to_html(inlines: Iterable[Node]) -> str:
    """Inlines as limited markup; what has no tag of its own gives its words."""
    pieces: list[str] = []
    for inline in inlines:
        if isinstance(inline, (Str, Code, Math)):
            pieces.append(html.escape(inline.text, quote=False))
        elif isinstance(inline, Cite):
            pieces.append(html.escape(inline.typed, quote=False))
        elif isinstance(inline, Break):
            pieces.append(" ")
        else:
            inside = to_html(children(inline))
            kind = inline.kind if isinstance(inline, Styled) else ""
            if kind == "SmallCaps":
                inside = f'<span class="smallcaps">{inside}</span>'
            tag = _TAGS.get(kind)
            pieces.append(f"<{tag}>{inside}</{tag}>" if tag else inside)
    return "".join(pieces)


def from_html(markup: str) -> Nodes:
    """Limited markup as inlines."""
    return tuple(_inlines(etree.fromstring(f"<span>{markup}</span>")))


def _inlines(element: etree._Element) -> list[Node]:
    made = _text(element.text)
    for child in element:
        inside = tuple(_inlines(child))
        tag = str(child.tag)
        if tag in _STYLES:
            made.append(_STYLES[tag](inside))
        elif tag == "a":
            made.append(Link(inside, child.get("href", "")))
        elif child.get("class") == "smallcaps":
            made.append(Styled("SmallCaps", inside))
        elif child.get("class") == MARK_CLASS:
            made.append(Span(inside, classes=(MARK_CLASS,)))
        else:
            made += inside
        made += _text(child.tail)
    return made


def _text(text: str | None) -> list[Node]:
    if not text:
        return []
    inlines: list[Node] = []
    for number, word in enumerate(text.split(" ")):
        if number:
            inlines.append(SPACE)
        if word:
            inlines.append(Str(word))
    return inlines
