"""Warnings look like what they are: which is which is seen without colour, and a box that goes on says so."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pikepdf
import pytest
from conftest import ROOT
from playwright.sync_api import Browser
from weasyprint.formatting_structure.boxes import BlockBox, LineBox, TextBox

from press.writers.paged import mending, paging
from press.writers.paged.black import in_black
from press.writers.paged.large import enlarged
from press.writers.paged.layout import Engine, Numbering

TEMPLATES = ROOT / "templates"
KINDS = {
    "emergency": ("emergency", ""),
    "today": ("red-flags", ' data-when="today"'),
    "soon": ("red-flags", ' data-when="soon"'),
    "caution": ("caution", ""),
}
"""The gravest first."""


def box(kind: str, lines: int = 1) -> str:
    """A box with a label and a list."""
    name, when = KINDS[kind]
    label = f'<p class="block-label" data-continued="{kind} goes on"><strong>{kind}</strong></p>'
    items = "".join(f"<li>{kind} {number}</li>" for number in range(lines))
    return f'<div class="{name}"{when} role="note">{label}<ul>{items}</ul></div>'


def page(*blocks: str) -> str:
    """A document for pages or for a browser."""
    body = f'<div class="text"><p>Text</p>{"".join(blocks)}<p>End</p></div>'
    return f'<html lang="en"><head><title>Boxes</title></head><body>{body}</body></html>'


def sheet(*names: str) -> str:
    """Stylesheets of the templates."""
    return "\n".join((TEMPLATES / name).read_text("utf-8") for name in names)


SHEETS: dict[str, Callable[[], str]] = {
    "screen": lambda: sheet("print/print.css"),
    "print": lambda: in_black(sheet("print/print.css")) + sheet("print/press.css"),
    "large-print": lambda: enlarged(sheet("print/print.css")) + sheet("print/large-print.css"),
}


def silent(_: str) -> None:
    """Hears what the layout engine says, which is that these pages have no fonts and no profile of inks."""


def boxes_of(document: Any) -> list[list[Any]]:
    """The boxes of warnings on each page."""
    return [[one for one in made._page_box.descendants() if is_warning(one)] for made in document.pages]


def is_warning(one: Any) -> bool:
    """Whether it is the box of a warning itself."""
    return type(one) is BlockBox and one.element_tag == "div" and one.element.get("role") == "note"


def words(one: Any) -> list[str]:
    """The lines of a box."""
    lines = (inner for inner in one.descendants() if isinstance(inner, LineBox))
    return ["".join(inner.text for inner in line.descendants() if isinstance(inner, TextBox)) for line in lines]


# How they look


def luminance(colour: Any) -> float:
    """How light a colour is (WCAG 2.2, relative luminance), which is all that is left of it in grey."""
    if colour.space == "device-cmyk":
        *colours, black = colour.coordinates
        assert colours == [0, 0, 0]
        return linear(1 - black)
    red, green, blue = (linear(share) for share in colour.to("srgb").coordinates)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def linear(share: float) -> float:
    """A share of full light in sRGB, as light."""
    return float(share / 12.92 if share <= 0.04045 else ((share + 0.055) / 1.055) ** 2.4)


def contrast(one: float, other: float) -> float:
    """The ratio of two luminances (WCAG 2.2)."""
    return (max(one, other) + 0.05) / (min(one, other) + 0.05)


@pytest.mark.parametrize("edition", SHEETS)
def test_labels_are_read_first_on_pages(edition: str) -> None:
    """At least as large as the text, semibold, at least 4.5:1 in grey, and frames and bars are seen as well."""
    document = Engine(SHEETS[edition](), {}, silent).lay_out(page(*map(box, KINDS))).document
    text = document.pages[0]._page_box.children[0].style
    found = [one for boxes in boxes_of(document) for one in boxes]
    assert len(found) == len(KINDS)
    for one in found:
        label = one.children[0]
        chain = [one, label, *label.descendants()]
        last = next(inner for inner in chain if isinstance(inner, TextBox)).style
        grounds = [ground for inner in chain if (ground := inner.style["background_color"]) != "currentcolor"]
        ground = next((luminance(colour) for colour in reversed(grounds) if colour.alpha), 1.0)
        assert contrast(luminance(last["color"]), ground) >= 4.5
        assert last["font_size"] >= text["font_size"] and last["font_weight"] >= 600
        assert max(luminance(last["color"]), ground) > 0.9 and min(luminance(last["color"]), ground) < 0.15  # no grey
        assert contrast(luminance(one.style["border_left_color"]), 1.0) >= 4.5


def form(one: Any) -> tuple[Any, ...]:
    """The form of a box without its colours: the borders around it, and whether its label stands on a ground."""
    label = one.children[0]
    grounds = [inner.style["background_color"] for inner in (label, *label.descendants()) if inner.element_tag]
    filled = any(ground.alpha for ground in grounds if ground != "currentcolor")
    outlined = any(getattr(inner, "border_top_width", 0) for inner in label.descendants())
    borders = tuple(getattr(one, f"border_{side}_width") for side in ("left", "top", "right", "bottom"))
    return (*borders, filled, outlined)


@pytest.mark.parametrize("edition", SHEETS)
def test_kinds_differ_in_form_on_pages(edition: str) -> None:
    """No two are alike without colour; only an emergency has a frame; graver ones have thicker bars."""
    document = Engine(SHEETS[edition](), {}, silent).lay_out(page(*map(box, KINDS))).document
    forms = [form(one) for boxes in boxes_of(document) for one in boxes]
    assert len(set(forms)) == len(KINDS)
    assert [all(borders) for *borders, _, _ in forms] == [True, False, False, False]
    bars = [left for left, *_ in forms[1:]]
    assert bars == sorted(bars, reverse=True) and len(set(bars)) == len(bars)


LOOKS = """() => [...document.querySelectorAll('[role=note]')].map(box => {
  const label = box.querySelector('.block-label');
  const style = getComputedStyle(label), around = getComputedStyle(box), text = getComputedStyle(document.body);
  const clear = colour => colour.startsWith('rgba') && colour.endsWith(' 0)');
  const grounds = [style, around, text].map(one => one.backgroundColor).filter(colour => !clear(colour));
  return {
    colour: style.color, ground: grounds[0] || 'rgb(255, 255, 255)', bar: around.borderLeftColor,
    paper: clear(text.backgroundColor) ? 'rgb(255, 255, 255)' : text.backgroundColor,
    size: parseFloat(style.fontSize) / parseFloat(text.fontSize), weight: +style.fontWeight,
    form: [...['Left', 'Top', 'Right', 'Bottom'].map(side => around[`border${side}Width`]), around.borderLeftStyle,
      !clear(style.backgroundColor), style.borderTopWidth, style.borderBottomWidth],
  };
})"""


def browser_luminance(colour: str) -> float:
    """That of a colour as a browser says it."""
    red, green, blue = (linear(int(number) / 255) for number in colour[4:-1].split(","))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize(
    ("names", "paper", "forced"),
    [
        (("web/web.css",), "", "none"),
        (("web/web.css", "web/dark.css"), "", "none"),
        (("web/web.css",), "", "active"),
        (("epub/epub.css",), "", "none"),
        (("epub/epub.css",), "body { background: #000; color: #ccc }", "none"),
    ],
    ids=["web", "dark", "forced colours", "epub", "epub at night"],
)
def test_labels_are_read_first_on_screens(
    browser: Browser, names: tuple[str, ...], paper: str, forced: Any, tmp_path: Path
) -> None:
    """The same in browsers and e-readers, in whatever colours; kinds differ in form there too."""
    file = tmp_path / "boxes.html"
    style = sheet(*names) + paper
    file.write_text(f"<!doctype html><style>{style}</style>{page(*map(box, KINDS))}", "utf-8")
    tab = browser.new_page(viewport={"width": 360, "height": 800}, forced_colors=forced)
    tab.goto(file.as_uri())
    found = tab.evaluate(LOOKS)
    tab.close()
    assert len({json.dumps(one["form"]) for one in found}) == len(KINDS)
    assert ["0px" not in one["form"][:4] for one in found] == [True, False, False, False]
    for one in found:
        assert contrast(browser_luminance(one["colour"]), browser_luminance(one["ground"])) >= 4.5
        assert contrast(browser_luminance(one["bar"]), browser_luminance(one["paper"])) >= 4.5
        assert one["size"] >= 1 and one["weight"] >= 600


# Boxes that go on


@pytest.fixture(params=SHEETS)
def engine(request: pytest.FixtureRequest) -> Engine:
    """Lays out pages of an edition."""
    return Engine(SHEETS[request.param](), {}, silent)


@pytest.mark.parametrize("kind", KINDS)
def test_a_box_that_goes_on_says_so(engine: Engine, kind: str) -> None:
    """On every page but its first it begins with its label and says that it goes on; no line of it is lost."""
    pages = boxes_of(engine.lay_out(page(box(kind, 90))).document)
    found = [words(one) for boxes in pages for one in boxes]
    assert len(found) > 2
    labels = [lines.pop(0) for lines in found]
    assert labels == [kind] + [f"{kind} goes on"] * (len(found) - 1)
    items = [line.removeprefix("•\u2002") for lines in found for line in lines]
    assert [item for item in items if item.startswith(kind)] == [f"{kind} {number}" for number in range(90)]


@pytest.mark.parametrize("kind", KINDS)
def test_a_box_ends_with_its_text(engine: Engine, kind: str) -> None:
    """Where an item that cannot be broken has no room, neither bar nor frame is drawn down to the foot of the page."""
    tall = f'<li style="break-inside: avoid">{"Tall<br/>" * 12}</li>'
    document = engine.lay_out(page(box(kind, 12).replace("</ul>", tall * 4 + "</ul>"))).document
    going_on = list(tails(document))[:-1]
    assert going_on and max(going_on) < 1


def tails(document: Any) -> Iterator[float]:
    """The space in each box below its last line."""
    for boxes in boxes_of(document):
        for one in boxes:
            lines = [inner for inner in one.descendants() if isinstance(inner, LineBox)]
            end = max(line.position_y + line.height for line in lines)
            yield one.content_box_y() + one.height - end


def test_both_are_undone_by_taking_our_mending_away(monkeypatch: pytest.MonkeyPatch) -> None:
    """WeasyPrint alone repeats no label, and draws boxes down to the foot of the page."""
    monkeypatch.setattr(mending, "with_labels", lambda plain: plain)
    monkeypatch.setattr(paging, "end_with_text", lambda _: None)
    engine = Engine(SHEETS["screen"](), {}, silent)
    with pytest.raises(AssertionError):
        test_a_box_that_goes_on_says_so(engine, "today")
    with pytest.raises(AssertionError):
        test_a_box_ends_with_its_text(engine, "today")


def test_notes_stay_with_their_calls_in_boxes_that_go_on(engine: Engine) -> None:
    """The room that a repeated label takes is known to the notes."""
    note = '<span id="n{0}-call"><span class="footnote" id="n{0}" data-number="{0}">Note {0}</span></span>'
    items = "".join(f"<li>Item {number}{note.format(number)}</li>" for number in range(60))
    layout = engine.lay_out(page(box("emergency").replace("</ul>", f"{items}</ul>")))
    assert len(layout) > 2
    assert layout.parted_notes() == []
    for paper in (made._page_box for made in layout.document.pages):
        lines = [inner for inner in paper.descendants() if isinstance(inner, LineBox)]
        foot = paper.content_box_y() + paper.height
        assert max(line.position_y + line.height for line in lines) <= foot + 1


def test_a_repeated_label_is_no_text() -> None:
    """The tags know a label once: where it stands again it is an artifact of the division into pages."""
    style = "@page { size: 300pt 200pt; margin: 10pt } html { line-height: 12pt } div { box-decoration-break: clone }"
    engine = Engine(style, {}, silent)
    layout = engine.lay_out(page(box("today", 40)))
    assert len(layout) > 2
    with pikepdf.open(io.BytesIO(engine.join([(layout, Numbering("arabic"))]))) as pdf:
        paragraphs = [item for item in pdf.objects if isinstance(item, pikepdf.Dictionary) and item.get("/S") == "/P"]
        assert len(paragraphs) == 3
        marks = [
            str(kind.get("/Type"))
            for made in pdf.pages
            for instruction in pikepdf.parse_content_stream(made)
            if str(instruction.operator) == "BDC"
            for tag, kind in [tuple(instruction.operands)]
            if tag == "/Artifact" and isinstance(kind, pikepdf.Dictionary)
        ]
        assert marks.count("/Pagination") == len(layout) - 1
