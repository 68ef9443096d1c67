"""Links within the book: where they lead in an edition, and the page numbers beside them on paper."""

from __future__ import annotations

import copy

import panflute as pf

from press.tree import has_class, is_in_brackets, is_inside, is_note
from press.writers.xhtml.flavour import Flavour, text
from press.writers.xhtml.markup import raw


def finish_link(link: pf.Link, page: str, flavour: Flavour, language: str) -> list[pf.Element] | None:
    """Address a link on the page `page`; gives what stands in its place, or None if it stays alone.

    On paper the page that a cross reference leads to follows it, in brackets, or inside those that are there:
    Spot No. 5 (Its Title, page 71). American English has the comma before quotation marks: (“A Section,” page 71).
    """
    if not link.url.startswith("#"):
        return None
    target = link.url[1:]
    notes_page = flavour.notes_page if is_inside(link, is_note) else ""
    link.url = flavour.href(target, notes_page or page)
    link.attributes = flavour.attributes("citation") if has_class(link, "citation-link") else {}
    if not (flavour.is_paged and has_class(link, "xref")):
        return None
    is_titled = has_class(link.next, "xref-title")
    form = ' data-form="inside"' if is_titled or is_in_brackets(link) else ""
    if form and language == "en-US" and isinstance(last := link.content[-1], pf.Str) and last.text.endswith("”"):
        last.text = last.text.removesuffix("”") + ",”"
        form = ' data-form="behind-comma"'
    place = raw(f'<span class="page-of" data-ref="#{text(target)}"{form}></span>')
    if not is_titled:
        return [link, place]
    title = next(one for one in link.next.content if isinstance(one, pf.Emph))
    link.next.content.insert(title.index + 1, place)
    return None


def addressed(line: pf.Plain, flavour: Flavour, language: str) -> pf.Plain:
    """A line of settings with its links addressed. It may stand on several pages, so that they name theirs."""

    def address(element: pf.Element, _: pf.Doc | None) -> None:
        if has_class(element, "citation-link"):
            finish_link(element, "", flavour, language)

    made = copy.deepcopy(line)
    made.walk(address)
    return made
