"""The drawing of the front cover, and all bodies that spots are drawn on: none shows a spot on a side it is not on."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest
from conftest import ROOT, MakeBook, load_book
from lxml import etree

from press.drawings import SVG, Box, drawing_box, read_drawing
from press.metadata import SpotPlace
from press.model import Book
from press.store import Store
from press.writers.xhtml.flavour import Flavour
from press.writers.xhtml.front_cover import DrawnBody, front_cover
from press.writers.xhtml.pages import addresses
from press.writers.xhtml.pictures import Pictures

BOOK = "manuscript/book.yaml"
SETTINGS = (ROOT / "templates" / "new-book" / BOOK).read_text("utf-8")
TALL = '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 500 1000"><path class="contour" d="M9 9H491V991Z"/></svg>'
ODD = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="-50 20 200 100"><defs><clipPath id="a"><path d="M0 30H90V90Z"/>'
    '</clipPath></defs><g clip-path="url(#a)"><path class="contour" d="M0 30H90V90Z"/></g></svg>'
)
Place = tuple[float, float]


def spots(book: Book) -> list[SpotPlace]:
    """The spots of a book, in order."""
    return [chapter.metadata.spot for chapter in book.series if chapter.metadata.spot]


def with_spots(views: Mapping[str, str], *places: str) -> dict[str, str | bytes | None]:
    """The files of a book with views, by name and drawing, and a chapter for each spot."""
    named = ", ".join(f"{view}: {{file: figures/{view}.svg, label: the {view}}}" for view in views)
    chapters = {f"manuscript/{number:02}-spot-{number}.md": place for number, place in enumerate(places, 2)}
    listed = ", ".join(["01-first-chapter.md", *(Path(name).name for name in chapters)])
    settings = SETTINGS.replace("[01-first-chapter.md]", f"[{listed}]")
    assert settings != SETTINGS or not places
    return {
        BOOK: settings + f"series: {{name: Spot, short_name: Spot, views: {{{named}}}}}\n",
        **{f"manuscript/figures/{view}.svg": drawing for view, drawing in views.items()},
        **{
            name: f"---\ntitle: A spot\nspot: {{short_name: A, area: a, where: there, {place}}}\n---\n\nText.\n"
            for name, place in chapters.items()
        },
    }


def bodies(root: Path, store: Store) -> tuple[DrawnBody, ...]:
    """The bodies on the front of a book's cover."""
    book, report = load_book(root, store)
    assert book is not None and not report.fails(), [found.text() for found in report]
    return front_cover(book).bodies


def marked(shapes: str, box: Box) -> tuple[list[Place], list[Place]]:
    """The places of a drawing that bear a disc, and those that bear rings alone, as shares of its size."""
    root = etree.fromstring(f'<svg xmlns="{SVG}">{shapes}</svg>')
    found: dict[str, list[Place]] = {"spot": [], "spot-ring": []}
    for circle in root.iter(f"{{{SVG}}}circle"):
        if (name := str(circle.get("class"))) in found:
            x, y = float(str(circle.get("cx"))), float(str(circle.get("cy")))
            found[name].append((round((x - box.left) / box.width, 3), round((y - box.top) / box.height, 3)))
    discs, rings = found["spot"], sorted(set(found["spot-ring"]))
    assert len(found["spot-ring"]) == 2 * len(rings), "two rings to a spot"
    assert set(discs) <= set(rings) and len(discs) == len(set(discs))
    return sorted(discs), [place for place in rings if place not in discs]


def drawn(book: Book, shapes: str, view: str) -> tuple[list[Place], list[Place]]:
    """What is marked on one of a book's views."""
    assert book.settings.series
    return marked(
        shapes, drawing_box(read_drawing((book.manuscript / book.settings.series.views[view].file).read_bytes()))
    )


def test_no_spot_of_the_cover_is_on_a_side_it_does_not_lie_on(book: Book) -> None:
    """Front and back; a disc lies on the side that is seen, and hollow rings are where another side must do."""
    front = front_cover(book)
    assert [body.view for body in front.bodies] == ["front", "back"]
    count = 0
    for body in front.bodies:
        discs, hollow = drawn(book, body.shapes, body.view)
        assert discs == sorted((spot.x, spot.y) for spot in spots(book) if spot.view == body.view)
        others = [spot for spot in spots(book) if spot.view not in ("front", "back")]
        assert hollow == sorted(spot.elsewhere[body.view] for spot in others if body.view in spot.elsewhere)
        count += len(discs) + len(hollow)
    assert count == len(spots(book)) == 14, "each of them once"


def test_no_map_shows_a_spot_on_a_side_it_does_not_lie_on(book: Book) -> None:
    """Those of all spots, and those in their own chapters: of its place, and of its pain."""
    pictures = Pictures(book, Flavour("web", ".html", addresses(book)))
    for view in pictures.overviews:
        discs, hollow = drawn(book, pictures.overview(view, book.series, "index"), view)
        assert not hollow
        assert discs == sorted((spot.x, spot.y) for spot in spots(book) if spot.view == view)
    for chapter in book.series:
        spot = chapter.metadata.spot
        assert spot
        both = {spot.x, round(1 - spot.x, 3)} if spot.both_sides and spot.view in ("front", "back") else {spot.x}
        assert drawn(book, pictures.locator(chapter), spot.view) == (sorted((x, spot.y) for x in both), [])
        for view, count in pain_map_marks(pictures, book, chapter.slug):
            assert count == (view == spot.view or view in spot.elsewhere), (chapter.slug, view)


def pain_map_marks(pictures: Pictures, book: Book, slug: str) -> Iterator[tuple[str, int]]:
    """The views that a map of pain shows, with the number of discs on each."""
    assert book.settings.series
    labels = {view.label: name for name, view in book.settings.series.views.items()}
    (chapter,) = [chapter for chapter in book.series if chapter.slug == slug]
    root = etree.fromstring(str(pictures.pain_map(chapter, "map")))
    panels: Sequence[etree._Element] = [group for group in root if group.get("clip-path")]
    names = [labels[str(text.text)] for text in root if text.tag == f"{{{SVG}}}text"]
    for panel, name in zip(panels, names, strict=True):
        yield name, len(panel.findall(f".//{{{SVG}}}circle[@class='spot']"))


def test_the_views_with_most_spots_are_drawn(store: Store, small_book: MakeBook) -> None:
    """In the book's order, side by side at one height; a spot that none of them shows is left out."""
    views = {"head": TALL, "back": TALL, "front": TALL}
    root = small_book(
        with_spots(
            views,
            "view: front, x: 0.4, y: 0.2",
            "view: front, x: 0.4, y: 0.3",
            "view: front, x: 0.4, y: 0.9",
            "view: head, x: 0.5, y: 0.5, elsewhere: {front: [0.45, 0.1]}",
            "view: back, x: 0.6, y: 0.3, elsewhere: {front: [0.4, 0.3]}",
            "view: back, x: 0.6, y: 0.6",
            "view: head, x: 0.1, y: 0.1",
            "view: back, x: 0.6, y: 0.9, both_sides: false",
        )
    )
    back, front = bodies(root, store)
    box = Box(0, 0, 500, 1000)
    assert (back.view, front.view) == ("back", "front")
    assert marked(back.shapes, box) == ([(0.6, 0.3), (0.6, 0.6), (0.6, 0.9)], [])
    assert marked(front.shapes, box) == ([(0.4, 0.2), (0.4, 0.3), (0.4, 0.9)], [(0.45, 0.1)])
    assert (back.scale, back.top) == (front.scale, front.top)
    assert back.left + 500 * back.scale == pytest.approx(front.left)


@pytest.mark.parametrize(("views", "shown"), [({}, []), ({"front": TALL}, ["front"]), ({"a": TALL, "b": ODD}, ["a"])])
def test_a_book_without_spots(views: Mapping[str, str], shown: list[str], store: Store, small_book: MakeBook) -> None:
    """Its first view is drawn, where it has one."""
    made = bodies(small_book(with_spots(views) if views else None), store)
    assert [body.view for body in made] == shown
    assert [marked(body.shapes, Box(0, 0, 1, 1)) for body in made] == [([], [])] * len(made)


def test_one_view_of_any_size(store: Store, small_book: MakeBook) -> None:
    """It stands in the middle; spots in one place are still seen; ids differ from those of other drawings."""
    place = "view: wide, x: 0.25, y: 0.5"
    (body,) = bodies(small_book(with_spots({"wide": ODD}, place, place)), store)
    assert body.scale == pytest.approx(7)
    assert body.left - 50 * body.scale == pytest.approx(100)
    assert 'cx="0.0" cy="70.0"' in body.shapes
    assert all(float(radius) > 1 for radius in re.findall(r' r="([^"]*)"', body.shapes))
    assert 'id="cover-wide-a"' in body.shapes and "url(#cover-wide-a)" in body.shapes
