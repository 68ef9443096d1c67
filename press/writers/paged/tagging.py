"""What WeasyPrint 70 leaves undone in tagged PDFs, done on its private functions while a PDF is written.

Running heads, folios, leaders and repeated labels become artifacts; notes become Note, with an ID; links say where
they lead, are printed, and are tagged Link; table heads get a scope, lists their numbering, other languages and
abbreviations their names. And `pydyf.PDF.page_references`, which makes the list of all pages anew for every element of
the structure, is remembered. `tests/test_screen.py` says when a later version needs any of this no more.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from press.writers.paged.mending import replaced

_PIXEL = 0.75
"""Points of a CSS pixel."""
_EMPTY = ("/Span", "/P", "/NonStruct", "/Div")
"""Elements that say nothing when there is nothing in them."""
_NUMBERING = {"decimal": "Decimal", "disc": "Disc", "circle": "Circle", "square": "Square"}


@contextmanager
def tagged_properly(document: Any) -> Iterator[None]:
    """While it lasts, WeasyPrint writes this document with proper tags."""
    import pydyf
    from weasyprint.pdf import tags
    from weasyprint.pdf.stream import Stream

    decoration = {id(box) for page in document.pages for box in _decoration(page._page_box)}
    plain_marked, plain_tree = Stream.marked, tags._build_box_tree

    def marked(stream: Any, box: Any, tag: str) -> Any:
        return _pagination(stream) if id(box) in decoration else plain_marked(stream, box, tag)

    def tree(box: Any, parent: Any, pdf: Any, page: int, *rest: Any) -> Iterator[Any]:
        if _is_decoration(box):
            return
        for element in plain_tree(box, parent, pdf, page, *rest):
            if element["K"] or element["S"] not in _EMPTY:
                yield _refined(getattr(box, "_box", box), element, parent, pdf, document.pages[page].height)

    with ExitStack() as stack:
        for owner, name, value in (
            (Stream, "marked", marked),
            (tags, "_build_box_tree", tree),
            (pydyf.PDF, "page_references", property(_page_references)),
        ):
            stack.enter_context(replaced(owner, name, value))
        yield


def _page_references(pdf: Any) -> tuple[bytes, ...]:
    """The references to all pages, made anew only when a page has been added."""
    kids = pdf.pages["Kids"]
    known: tuple[bytes, ...] = pdf.__dict__.get("_known_page_references", ())
    if len(known) * 3 != len(kids):
        known = pdf.__dict__["_known_page_references"] = tuple(f"{number} 0 R".encode() for number in kids[::3])
    return known


@contextmanager
def _pagination(stream: Any) -> Iterator[None]:
    """Marks what is drawn as an artifact of the division into pages (ISO 32000-1, 14.8.2.2)."""
    import pydyf

    stream.begin_marked_content("Artifact", pydyf.Dictionary({"Type": "/Pagination"}))
    try:
        yield
    finally:
        stream.end_marked_content()


def _is_decoration(box: Any) -> bool:
    from weasyprint.formatting_structure.boxes import MarginBox

    return isinstance(box, MarginBox) or any(getattr(box, name, False) for name in ("is_leader", "is_repeated"))


def _decoration(box: Any, inside: bool = False) -> Iterator[Any]:
    """All boxes of running heads, folios, leaders and repeated labels."""
    inside = inside or _is_decoration(box)
    if inside:
        yield box
    for child in box.all_children() if hasattr(box, "all_children") else ():
        yield from _decoration(child, inside)


def _refined(box: Any, element: Any, parent: Any, pdf: Any, page_height: float) -> Any:
    """A structure element with what WeasyPrint knows of its box but does not write; it may get a parent between."""
    import pydyf
    from weasyprint.css import AnonymousStyle

    html = box.element
    if html is None or element["S"] == "/LI":
        return element
    tag = box.element_tag
    if tag == "span" and "footnote" in html.get("class", "").split() and not isinstance(box.style, AnonymousStyle):
        element["S"] = "/Note"
        element["ID"] = pydyf.String(html.get("id"))
    elif tag == "abbr":
        element["S"] = "/Span"
        element["E"] = pydyf.String(html.get("title", ""))
    elif tag == "code":
        element["S"] = "/Code"
    elif element["S"] == "/TH":
        element["A"]["Scope"] = "/Row" if html.get("scope") == "row" else "/Column"
    elif element["S"] == "/L":
        kind = _NUMBERING.get(str(box.style["list_style_type"]), "None")
        element["A"] = pydyf.Dictionary({"O": "/List", "ListNumbering": f"/{kind}"})
    elif element["S"] == "/Figure":
        left, top, right, bottom = element["A"]["BBox"]
        flipped = (left, page_height - bottom, right, page_height - top)
        element["A"]["BBox"] = pydyf.Array(round(edge * _PIXEL, 2) for edge in flipped)
    if tag == html.tag and tag != "html" and (language := html.get("lang")):
        element["Lang"] = pydyf.String(language)
    if box.link_annotation and element["S"] != "/Link":
        element["S"] = "/Link"
        if tag.endswith("::footnote-marker"):
            return _wrapped("Lbl", element, parent, pdf)
    return element


def _wrapped(kind: str, element: Any, parent: Any, pdf: Any) -> Any:
    import pydyf

    around = pydyf.Dictionary(
        {
            "Type": "/StructElem",
            "S": f"/{kind}",
            "K": pydyf.Array([element.reference]),
            "Pg": element["Pg"],
            "P": parent.reference,
        }
    )
    pdf.add_object(around)
    element["P"] = around.reference
    return around


def finish_links(document: Any) -> None:
    """The last step for a PDF that is made but not yet written.

    Links are printed (ISO 14289-1, 7.18.1) and described by their own words.
    """
    import pydyf

    for page in document.pages:
        for kind, target, _, box in page.links:
            if box.link_annotation is not None:
                box.link_annotation["F"] = 4
                words = " ".join(_words(box).replace("\u2060", "").split())
                box.link_annotation["Contents"] = pydyf.String(target if kind == "external" else words or target)


def _words(box: Any) -> str:
    text = getattr(box, "text", None)
    if isinstance(text, str):
        return text
    return "".join(_words(child) for child in getattr(box, "children", ()))
