"""Pages that settle: figures leave no holes, and every page number is true though nothing is laid out twice."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pytest
from lxml import etree
from markupsafe import Markup
from weasyprint.formatting_structure.boxes import TextBox

from press.writers.paged.figures import move_down
from press.writers.paged.layout import Engine, Layout
from press.writers.paged.settling import page_map, settled
from press.writers.xhtml.pages import Page

STYLE = "@page { size: 200pt 200pt; margin: 0 } body, p, figure { margin: 0; font-size: 10pt; font-family: monospace } "


def texts(page: Any) -> Iterator[str]:
    """The texts of a laid out page."""
    return (box.text for box in page._page_box.descendants() if isinstance(box, TextBox))


@dataclass(eq=False)
class Box:
    """What the moving of figures looks at in WeasyPrint's boxes."""

    element: Any
    children: list[Box]

    @property
    def element_tag(self) -> str:
        """The name of the element."""
        return str(self.element.tag)

    def __str__(self) -> str:
        return self.element.get("id") or f"{self.element_tag}({' '.join(map(str, self.children))})"


def boxes(markup: str) -> Box:
    """The boxes of a markup."""

    def made(element: Any) -> Box:
        return Box(element, [made(child) for child in element])

    return made(etree.fromstring(markup))


@pytest.mark.parametrize(
    ("markup", "count", "moved"),
    [
        ("<p id='0'/><figure id='f'/><p id='1'/><p id='2'/>", 1, "0 1 f 2"),
        ("<p id='0'/><figure id='f'/><p id='1'/><p id='2'/>", 5, "0 1 2 f"),
        ("<figure id='f'/><p id='1'/><p id='2'>These:</p><ul id='3'/>", 3, "1 f 2 3"),
        ("<figure id='f'/><p id='1'>So<b/>:</p><ul id='2'/>", 3, ""),
        ("<figure id='f'/><ul id='1'/><p id='2'/>", 1, ""),
        ("<figure id='f'/><p id='1' class='remark'/>", 1, ""),
        ("<figure id='f'/></s><s><h2 id='n'/><p id='1'/><ul id='2'/>", 2, ") s(n 1 f 2"),
        ("<figure id='f'/></s><s><p id='1'/><ul id='2'/>", 2, ""),
    ],
)
def test_figures_drop_in_later(markup: str, count: int, moved: str) -> None:
    """A figure moves down by paragraphs, into the next section too, but not past anything else."""
    root = boxes(f"<main><s>{markup}</s></main>")
    before = str(root)
    section = root.children[0]
    figure = next(box for box in section.children if box.element_tag == "figure")
    assert move_down([root, section, figure], count) == bool(moved)
    assert str(root) == (f"main(s({moved}))" if moved else before)


def test_no_hole_before_a_figure() -> None:
    """A tall figure that does not fit under a text goes behind the text that follows it, and every note stays whole."""
    style = STYLE + """p { height: 40pt } figure { height: 100pt; break-inside: avoid } .footnote { float: footnote }"""
    note = '<span class="footnote" id="note-{0}">Note {0}.</span>'
    paragraphs = [f"<p>Text {number}.{note.format(number)}</p>" for number in range(1, 8)]
    body = "".join([*paragraphs[:2], '<figure id="f">Figure</figure>', *paragraphs[2:]])
    warnings: list[str] = []
    layout = Engine(style, {}, warnings.append).lay_out(f"<html><body><section>{body}</section></body></html>")
    first, second, *_ = [" ".join(texts(page)) for page in layout.document.pages]
    assert "Text 3." in first and "Figure" not in first and "Figure" in second
    for page in layout.document.pages:
        words = " ".join(texts(page))
        assert re.findall(r"Text (\d)", words) == re.findall(r"Note (\d)", words)
    assert not warnings


def part(slug: str, *paragraphs: str) -> Page:
    """A part of a book."""
    return Page(slug, slug, "body", slug, slug, Markup(f'<section id="{slug}">{"".join(paragraphs)}</section>'))


@pytest.mark.parametrize("sides", [1, 2])
def test_page_numbers_are_true(sides: int) -> None:
    """Those that point forward and back, over the tenth page, and those of an index before the places it lists."""
    slugs = ["one", "two", "three", "four"]
    references = "".join(f'<p>To {slug}<span class="page-of" data-ref="#{slug}"></span></p>' for slug in slugs)
    words = "".join(f'<p id="mark-{number}">Text {number}</p>' for number in range(40))
    marks = " ".join(f"{slug}-{number}" for slug in slugs for number in (0, 12, 25, 39))
    parts = [part("index", f'<p>All <span class="index-pages" data-refs="{marks}"></span></p>')]
    parts += [part(slug, references, words.replace("mark", slug)) for slug in slugs]
    laid_out = []

    def lay_out(page: Page, body: str, first: int) -> Layout:
        laid_out.append(page.slug)
        return Engine(STYLE, {}, pytest.fail).lay_out(f"<html><body>{body}</body></html>")

    layouts = settled(parts, lay_out, "page", sides)
    numbers = page_map(layouts, sides)
    whole = [" ".join(" ".join(texts(page)) for page in layout.document.pages) for layout in layouts]
    expected = [(slug, str(numbers[slug])) for slug in slugs]
    assert numbers["four"] > 9, "the test has to pass the tenth page"
    for text in whole[1:]:
        assert re.findall(r"To (\w+)\s+\(page\xa0(\d+)\)", text) == expected
    first_to_last = sorted({numbers[mark] for mark in marks.split()})
    printed = [
        number
        for first, last in re.findall(r"(\d+)(?: – (\d+))?", whole[0])
        for number in range(int(first), int(last or first) + 1)
    ]
    assert printed == first_to_last
    assert len(laid_out) < 2 * len(parts), "most are laid out once"
