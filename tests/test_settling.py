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

from press.writers.paged.figures import Journey, move_down
from press.writers.paged.layout import Engine, Layout
from press.writers.paged.settling import page_of, settled
from press.writers.paged.text import keep_ends
from press.writers.xhtml.pages import Page

STYLE = """
    @page { size: 200pt 200pt; margin: 0 }
    html { line-height: 10pt }
    body, p, figure { margin: 0; font-size: 10pt; font-family: monospace }
"""


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


NOTE = "<i class='footnote'/>"


@pytest.mark.parametrize(
    ("markup", "space", "moved"),
    [
        ("<p id='0'/><figure id='f'/><p id='1'/><p id='2'/>", 1, "0 1 f 2"),
        ("<p id='0'/><figure id='f'/><p id='1'/><p id='2'/>", 5, "0 1 2 f"),
        ("<figure id='f'/><p id='1'/><p id='2'>These:</p><ul id='3'/>", 2, "1 f 2 3"),
        ("<figure id='f'/><p id='1'/><p id='2'>These:</p><ul id='3'/>", 3, "1 2 3 f"),
        ("<figure id='f'/><p id='1'>So<b/>:</p>", 3, ""),
        (f"<figure id='f'>{NOTE}</figure><p id='1'/><p id='2'>{NOTE}</p>", 2, "1 f 2"),
        ("<figure id='f'/><figure id='1'/><p id='2'/>", 5, ""),
        ("<figure id='f'/><p id='1'/><table id='2'/><p id='3'/>", 5, "1 f 2 3"),
        ("<figure id='f'/><div id='1'><figure id='2'/></div>", 5, ""),
        ("<figure id='f'/></s><s><h2 id='n'/><p id='1'/><ul id='2'/>", 2, ") s(n 1 f 2"),
        ("<figure id='f'/></s><s><h2 id='n'/><p id='1'/></s><s><h2 id='m'/><p id='2'/>", 9, ") s(n 1 f) s(m 2"),
    ],
)
def test_figures_drop_in_later(markup: str, space: int, moved: str) -> None:
    """A figure moves down by text and lists, into the next section too, but not past a figure, table or note."""
    root, path = section_of(markup)
    before = str(root)
    assert move_down(path, space, 0, lambda _: 1, Journey(9)) == bool(moved)
    assert str(root) == (f"main(section({moved.replace(' s(', ' section(')}))" if moved else before)


def section_of(markup: str) -> tuple[Box, list[Box]]:
    """A tree with these sections, and the path to its first figure."""
    markup = markup.replace("s>", "section>")
    root = boxes(f"<main><section>{markup}</section></main>")
    section = root.children[0]
    return root, [root, section, next(box for box in section.children if box.element_tag == "figure")]


@pytest.mark.parametrize(
    ("markup", "spare", "moved"),
    [
        ("<figure id='f'/><p id='1'/>", 0, "f 1"),
        ("<figure id='f'/><p id='1'/>", 1, "1 f"),
        ("<figure id='f'/><aside id='1'/>", 2, "f 1"),
    ],
)
def test_figures_do_not_go_far(markup: str, spare: int, moved: str) -> None:
    """Text that has no room before a figure goes there only if its rest has room above the figure on the next page."""
    root, path = section_of(markup)
    move_down(path, 2, spare, lambda _: 3, Journey(9))
    assert str(root) == f"main(section({moved}))"
    root, path = section_of("<figure id='f'/><p id='1'/><p id='2'/>")
    journey = Journey(4)
    assert move_down(path, 2, 2, lambda _: 3, journey)
    assert not move_down(path, 2, 2, lambda _: 3, journey), "no figure goes farther than a page"


def test_no_hole_before_a_figure() -> None:
    """A tall figure that does not fit under a text goes behind the text that follows it, and every note stays whole."""
    style = STYLE + """figure { height: 100pt; break-inside: avoid } .footnote { float: footnote }"""
    note = '<span class="footnote" id="note-{0}">Note {0}.</span>'
    paragraphs = [f"<p>Text {number}.{note.format(number)}{' word' * 20}</p>" for number in range(1, 8)]
    body = "".join([*paragraphs[:2], '<figure id="f">Figure</figure>', *paragraphs[2:]])
    warnings: list[str] = []
    layout = Engine(style, {}, warnings.append).lay_out(f"<html><body><section>{body}</section></body></html>")
    first, second, *_ = [" ".join(texts(page)) for page in layout.document.pages]
    assert "Text 3." in first and "Figure" not in first and "Figure" in second
    for page in layout.document.pages:
        words = " ".join(texts(page))
        assert re.findall(r"Text (\d)", words) == re.findall(r"Note (\d)", words)
    assert not warnings


BOX = STYLE + "p { line-height: 10pt; orphans: 2; widows: 2 } .box { --whole: half } .box p { --whole: none }"


@pytest.mark.parametrize(
    ("above", "lines", "first"),
    [
        (16, 10, 0),  # it goes to the next page whole: what stays empty is a fifth of this one
        (12, 10, 10 - 4),  # as much of it stays as leaves four lines to the next page
        (10, 18, 10),  # too long to be kept whole
        (17, 18, 0),  # only three lines of it would stay
    ],
)
def test_boxes_break_well(above: int, lines: int, first: int) -> None:
    """A box that has no room is kept whole, or else each page has at least four lines of it."""
    body = "<p>Text</p>" * above + f'<div class="box"><p>{"<br/>".join(["Box"] * lines)}</p></div>' + "<p>End</p>" * 6
    layout = Engine(BOX, {}, pytest.fail).lay_out(f"<html><body>{body}</body></html>")
    assert list(texts(layout.document.pages[0])).count("Box") == first


def test_boxes_of_paragraphs_break_well() -> None:
    """Four lines go to the next page though a line stays empty where the last paragraph has no room."""
    box = "".join(f"<p>{'<br/>'.join(['Box'] * lines)}</p>" for lines in (3, 3, 1, 1, 3))
    body = f'{"<p>Text</p>" * 11}<div class="box">{box}</div>{"<p>End</p>" * 6}'
    layout = Engine(BOX, {}, pytest.fail).lay_out(f"<html><body>{body}</body></html>")
    assert list(texts(layout.document.pages[0])).count("Box") == 7


def test_no_page_ends_a_part_with_a_line_or_two() -> None:
    """The last page gets lines from the page before, and every note stays with its call."""
    style = BOX + ".footnote { float: footnote }"
    text = "<br/>".join(f"Text {number}" for number in range(21))
    note = '<span class="footnote" id="note">Note</span>'
    layout = Engine(style, {}, pytest.fail).lay_out(f"<html><body><p>{text}{note}</p></body></html>")
    first, last = [" ".join(texts(page)) for page in layout.document.pages]
    assert last.count("Text") == 6 and first.count("Text") == 15
    assert "Note" in last and "Note" not in first


def test_a_move_that_helps_nothing_is_taken_back() -> None:
    """Text that is longer than it looked before it was laid out pushes the figure to a third page."""
    style = BOX + "figure { height: 80pt; break-inside: avoid }"
    short = "<br/>" * 19
    body = f"{'<p>Text</p>' * 14}<figure>Figure</figure><p>{short}Behind</p>{'<p>End</p>' * 10}"
    layout = Engine(style, {}, pytest.fail).lay_out(f"<html><body><section>{body}</section></body></html>")
    assert next(text for text in texts(layout.document.pages[1]) if text.strip()) == "Figure"


def part(slug: str, *paragraphs: str) -> Page:
    """A part of a book."""
    return Page(slug, slug, "body", slug, slug, Markup(f'<section id="{slug}">{"".join(paragraphs)}</section>'))


def test_numbers_settle_that_move_what_they_name() -> None:
    """With two figures in its number a place is on page 100, with three on page 99."""
    parts = [part("one", '<p>See<span class="page-of" data-ref="#there"></span></p>', '<p id="there">Here</p>')]
    layouts: list[Layout] = []

    def lay_out(_page: Page, body: str, _first: int) -> Layout:
        place = 99 if re.search(r"page\W\d{3}", body) else 100
        between = "<p style='break-before: page'>Text</p>" * (place - 2)
        body = body.replace("<p id=", f"{between}<p style='break-before: page' id=")
        layouts.append(Engine(STYLE, {}, pytest.fail).lay_out(f"<html><body>{body}</body></html>"))
        return layouts[-1]

    (layout,) = settled(parts, lay_out, "page", 1)
    assert layout.pages["there"] in (99, 100)
    assert f"page\u00a0{layout.pages['there']})" in "".join(texts(layout.document.pages[0]))
    assert len(layouts) <= 3


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
    numbers = page_of(layouts, sides)
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


def test_no_hole_before_a_heading_with_a_figure() -> None:
    """A figure right under a heading lets the text behind it go first, so that the heading stays on the page before."""
    style = BOX + "h2 { font: 10pt/10pt serif; margin: 0; break-after: avoid }"
    style += "figure { height: 100pt; break-inside: avoid }"
    under = f"<p>{'<br/>'.join(['Under'] * 5)}</p>{'<p>End</p>' * 9}"
    body = f"{'<p>Text</p>' * 12}<section><h2>Heading</h2><figure>Figure</figure>{under}</section>"
    layout = Engine(style, {}, pytest.fail).lay_out(f"<html><body><section>{body}</section></body></html>")
    first, second = [" ".join(texts(page)) for page in layout.document.pages[:2]]
    assert "Heading" in first and "Under" in first
    assert "Figure" in second and "Heading" not in second


@pytest.mark.parametrize(
    ("markup", "kept"),
    [
        ("<p>What we say.</p>", "<p>What we\u00a0say.</p>"),
        ("<p>What we propose.</p>", "<p>What we propose.</p>"),
        ("<p>It is <em>so.</em></p>", "<p>It is <em>so.</em></p>"),
        (
            '<aside class="remark"><p>Leave the bone and its string alone.</p></aside><p>A long affair.</p>',
            '<aside class="remark"><p>Leave the bone and its\u00a0string\u00a0alone.</p></aside><p>A long affair.</p>',
        ),
    ],
)
def test_no_short_word_alone_on_a_line(markup: str, kept: str) -> None:
    """The last words of paragraphs and remarks stay together."""
    assert keep_ends(markup) == kept
