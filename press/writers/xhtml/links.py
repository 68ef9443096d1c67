"""Links within the book: where they lead in an edition, and the page numbers beside them on paper."""

from __future__ import annotations

from dataclasses import replace

from press.nodes import Link, Node, Plain, RawInline, Str
from press.tree import rewrite
from press.tree_classes import has_class
from press.writers.xhtml.flavour import Flavour, text
from press.writers.xhtml.markup import raw


def addressed_link(link: Link, page: str, flavour: Flavour) -> Link:
    """A link within the book as it stands on the page `page`."""
    attributes = flavour.attributes("citation") if has_class(link, "citation-link") else {}
    return replace(link, url=flavour.href(link.url[1:], page), attributes=attributes)


def with_page_number(link: Link, is_inside: bool, language: str) -> tuple[Link, RawInline]:
    """A cross reference, and the place for the number of the page that it leads to.

    The number follows in brackets, or with `is_inside` inside those that are there: Spot No. 5 (Its Title, page 71).
    American English has the comma before quotation marks: (“A Section,” page 71).
    """
    target = text(link.url[1:])
    form = ' data-form="inside"' if is_inside else ""
    if form and language == "en-US" and isinstance(last := link.content[-1], Str) and last.text.endswith("”"):
        link = replace(link, content=(*link.content[:-1], Str(last.text.removesuffix("”") + ",”")))
        form = ' data-form="behind-comma"'
    return link, raw(f'<span class="page-of" data-ref="#{target}"{form}></span>')


def addressed(line: Plain, flavour: Flavour) -> Plain:
    """A line of settings with its links addressed. It may stand on several pages, so that they name theirs."""

    def address(node: Node) -> Node | None:
        if isinstance(node, Link) and has_class(node, "citation-link"):
            return addressed_link(node, "", flavour)
        return None

    return rewrite(line, address)
