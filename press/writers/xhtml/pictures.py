"""Pictures in pages: drawings inline, photographs as files, locator maps made from coordinates."""

from __future__ import annotations

import copy
import itertools
import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from lxml import etree
from markupsafe import Markup

from press.drawings import SVG, inline_drawing, read_drawing
from press.metadata import SpotPlace, View
from press.model import Book, Chapter
from press.store import digest
from press.writers.xhtml.flavour import Flavour

_XLINK = "http://www.w3.org/1999/xlink"
_MIRRORED = ("front", "back")
_RINGS = (1.35, 1.7)
_NUMBERED_RADIUS = 0.06
"""Of a disc that holds a number, as a share of the drawing's width; less where discs would touch."""


@dataclass(slots=True)
class Pictures:
    """Makes the pictures of one edition, and collects the files that they need."""

    book: Book
    flavour: Flavour
    files: dict[str, bytes] = field(default_factory=dict)
    """Name -> contents of the picture files that pages refer to."""

    def figure(self, url: str, alt: str, identifier: str) -> Markup:
        """A picture of the manuscript."""
        data = (self.book.manuscript / url).read_bytes()
        if url.lower().endswith(".svg"):
            return self._drawing(read_drawing(data), alt, identifier)
        suffix = url[url.rindex(".") :].lower()
        name = f"figures/{digest(data)[:16]}{suffix}"
        self.files[name] = data
        width, height = picture_size(data)
        return Markup('<img src="{}" alt="{}" width="{}" height="{}" />').format(name, alt, width, height)

    def locator(self, chapter: Chapter) -> Markup:
        """The body drawing with the chapter's spot, in the spot's own view."""
        spot, series = chapter.metadata.spot, chapter.series
        if spot is None or series is None or spot.view not in self.views:
            return Markup("")
        twice = spot.both_sides and spot.view in _MIRRORED
        form = self.book.labels["map_alt_both" if twice else "map_alt"]
        alt = form.format(view=self.views[spot.view].label, reference=series.reference, where=spot.where)
        root = self._base(spot.view)
        size = _size(root)
        _mark(root, _places(spot, spot.both_sides, size), spot.radius * size[1])
        return self._drawing(root, alt, f"map-{chapter.slug}")

    def overview(self, view: str, chapters: Iterable[Chapter], page: str) -> Markup:
        """One view with all its spots, numbered; on screens that can, each is a link."""
        here = [chapter for chapter in chapters if chapter.metadata.spot and chapter.metadata.spot.view == view]
        names = ", ".join(f"{chapter.series.reference}, {chapter.short_title}" for chapter in here if chapter.series)
        alt = self.book.labels["overview_alt"].format(view=self.views[view].label, names=names)
        root = self._base(view)
        size = _size(root)
        radius = _numbered_radius([chapter.metadata.spot for chapter in here if chapter.metadata.spot], size)
        for chapter in here:
            assert chapter.metadata.spot and chapter.series
            parent: etree._Element = root
            if not chapter.is_planned and not self.flavour.is_paged:
                parent = etree.SubElement(root, f"{{{SVG}}}a", nsmap={"xlink": _XLINK})
                parent.set(f"{{{_XLINK}}}href", self.flavour.href(chapter.slug, page))
                parent.set("aria-label", f"{chapter.series.reference}: {chapter.short_title}")
            _mark(parent, _places(chapter.metadata.spot, False, size), radius)
            _number(parent, _places(chapter.metadata.spot, False, size)[0], radius, chapter.series.number)
        linked = any(not chapter.is_planned for chapter in here) and not self.flavour.is_paged
        return self._drawing(root, alt, f"overview-{view}", role="group" if linked else "img")

    @property
    def views(self) -> Mapping[str, View]:
        """The series' views by name."""
        return self.book.settings.series.views if self.book.settings.series else {}

    def _base(self, view: str) -> etree._Element:
        return copy.deepcopy(read_drawing((self.book.manuscript / self.views[view].file).read_bytes()))

    def _drawing(self, root: etree._Element, alt: str, identifier: str, role: str = "img") -> Markup:
        if not self.flavour.is_paged:
            markup = inline_drawing(root, identifier, alt)
            return Markup(markup.replace('role="img"', f'role="{role}"', 1))
        width, height = _size(root)
        root.set("width", f"{width:g}")
        root.set("height", f"{height:g}")
        data = inline_drawing(root, identifier, alt, self.flavour.style).encode()
        name = f"figures/{identifier}.svg"
        self.files[name] = data
        return Markup('<img src="{}" alt="{}" />').format(name, alt)


def _size(root: etree._Element) -> tuple[float, float]:
    _, _, width, height = (float(part) for part in str(root.get("viewBox")).replace(",", " ").split())
    return width, height


def _places(spot: SpotPlace, twice: bool, size: tuple[float, float]) -> list[tuple[float, float]]:
    """Where a spot is on a drawing, and with `twice` its twin on the other side of a symmetrical one."""
    shares = [spot.x, 1 - spot.x] if twice and spot.view in _MIRRORED else [spot.x]
    return [(x * size[0], spot.y * size[1]) for x in shares]


def _numbered_radius(spots: list[SpotPlace], size: tuple[float, float]) -> float:
    """The radius of discs that hold numbers: as large as can be without two of them touching."""
    places = [_places(spot, False, size)[0] for spot in spots]
    nearest = min((math.dist(*pair) for pair in itertools.combinations(places, 2)), default=size[0])
    return min(_NUMBERED_RADIUS * size[0], nearest / 2.1)


def _mark(parent: etree._Element, places: list[tuple[float, float]], radius: float) -> None:
    """The spot: a disc and two thin rings."""
    for x, y in places:
        for factor, name in ((_RINGS[1], "spot-ring"), (_RINGS[0], "spot-ring"), (1.0, "spot")):
            circle = etree.SubElement(parent, f"{{{SVG}}}circle")
            circle.set("class", name)
            circle.set("cx", f"{x:.1f}")
            circle.set("cy", f"{y:.1f}")
            circle.set("r", f"{radius * factor:.1f}")


def _number(parent: etree._Element, place: tuple[float, float], radius: float, number: int) -> None:
    """The spot's number in its disc."""
    text = etree.SubElement(parent, f"{{{SVG}}}text")
    text.set("class", "label label-strong spot-number")
    text.set("x", f"{place[0]:.1f}")
    text.set("y", f"{place[1] + radius * 0.46:.1f}")
    text.set("text-anchor", "middle")
    text.set("font-size", f"{radius * 1.35:.1f}")
    text.text = str(number)


def picture_size(data: bytes) -> tuple[int, int]:
    """Width and height in pixels of a PNG (RFC 2083, section 4.1.1) or a JPEG (ITU-T T.81, B.2.2)."""
    if data.startswith(b"\x89PNG"):
        return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    at = 2
    while at + 9 < len(data):
        marker, length = data[at + 1], int.from_bytes(data[at + 2 : at + 4], "big")
        if 0xC0 <= marker <= 0xCF and marker not in (0xC4, 0xC8, 0xCC):
            return int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        at += 2 + length
    return 0, 0
