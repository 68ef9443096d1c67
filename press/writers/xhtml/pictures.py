"""Pictures in pages: drawings inline, photographs as files, locator maps made from coordinates."""

from __future__ import annotations

import copy
import itertools
import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from lxml import etree
from markupsafe import Markup

from press.drawings import SVG, Box, drawing_box, inline_drawing, mark_spot, paint, read_drawing
from press.labels import Labels
from press.metadata import SpotPlace, View
from press.model import Book, Chapter
from press.names import Register
from press.photographs import photograph_size
from press.store import digest
from press.writers.xhtml.flavour import Flavour
from press.writers.xhtml.pain_maps import DrawnView, pain_map

_XLINK = "http://www.w3.org/1999/xlink"
_MIRRORED = ("front", "back")
_NUMBERED_RADIUS = 0.06
"""Of a disc that holds a number, as a share of the drawing's width; less where discs would touch."""


@dataclass(slots=True)
class Pictures:
    """Makes the pictures of one edition, and collects the files that they need."""

    book: Book
    flavour: Flavour
    files: dict[str, bytes] = field(default_factory=dict)
    """Name -> contents of the picture files that pages refer to."""
    prefixes: dict[str, str] = field(default_factory=dict)
    """The id of a drawing -> what the ids in it begin with."""
    _register: Register = field(init=False)

    def __post_init__(self) -> None:
        self._register = Register(self.book.names)

    def figure(self, url: str, alt: str, identifier: str) -> Markup:
        """A picture of the manuscript."""
        data = (self.book.manuscript / url).read_bytes()
        if url.lower().endswith(".svg"):
            return self._drawing(read_drawing(data), alt, identifier)
        suffix = url[url.rindex(".") :].lower()
        name = f"figures/{digest(data)[:16]}{suffix}"
        self.files[name] = data
        width, height = photograph_size(data)
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
        box = drawing_box(root)
        for place in _places(spot, spot.both_sides, box):
            mark_spot(root, place, spot.radius * box.height)
        return self._drawing(root, alt, self.book.names.places[f"map-{chapter.slug}"])

    def pain_map(self, chapter: Chapter, identifier: str) -> Markup:
        """The bodies with the regions where the pain of the chapter's spot is felt."""
        spot, series = chapter.metadata.spot, chapter.series
        assert spot and series and spot.referred_pain
        views = {
            name: DrawnView(self._base(name), self._read(view.regions), view.label)
            for name, view in self.views.items()
            if view.regions
        }
        root, shown = pain_map(spot, views)
        labels = self.book.labels
        alt = labels["pain_map_alt"].format(
            views=enumerated([views[name].label for name in shown], labels),
            reference=series.reference,
            regions=enumerated([region.replace("-", " ") for region in spot.referred_pain.regions], labels),
        )
        if spot.referred_pain.sometimes:
            regions = enumerated([region.replace("-", " ") for region in spot.referred_pain.sometimes], labels)
            alt += " " + labels["pain_map_alt_sometimes"].format(regions=regions)
        return self._drawing(root, alt, identifier)

    def pain_legend(self, chapter: Chapter) -> str:
        """What the tints of a chapter's map mean, in words."""
        assert chapter.metadata.spot and chapter.metadata.spot.referred_pain
        pain, labels = chapter.metadata.spot.referred_pain, self.book.labels
        form = labels["pain_legend_sometimes" if pain.sometimes else "pain_legend"]
        return form.format(basis=labels[f"pain_basis_{pain.basis}"])

    def overview(self, view: str, chapters: Iterable[Chapter], page: str) -> Markup:
        """One view with all its spots, numbered; on screens that can, each is a link."""
        here = [chapter for chapter in chapters if chapter.metadata.spot and chapter.metadata.spot.view == view]
        names = ", ".join(f"{chapter.series.reference}, {chapter.short_title}" for chapter in here if chapter.series)
        alt = self.book.labels["overview_alt"].format(view=self.views[view].label, names=names)
        root = self._base(view)
        box = drawing_box(root)
        radius = _numbered_radius([chapter.metadata.spot for chapter in here if chapter.metadata.spot], box)
        for chapter in here:
            assert chapter.metadata.spot and chapter.series
            parent: etree._Element = root
            if not chapter.is_planned and not self.flavour.is_paged:
                parent = etree.SubElement(root, f"{{{SVG}}}a", nsmap={"xlink": _XLINK})
                parent.set(f"{{{_XLINK}}}href", self.flavour.href(chapter.slug, page))
                # A title is the link's name, and what a mouse shows over a disc that has but a number.
                etree.SubElement(parent, f"{{{SVG}}}title").text = self.book.labels["overview_link"].format(
                    reference=chapter.series.reference, name=chapter.short_title, where=chapter.metadata.spot.where
                )
            place = _places(chapter.metadata.spot, False, box)[0]
            mark_spot(parent, place, radius)
            _number(parent, place, radius, chapter.series.number)
        linked = any(not chapter.is_planned for chapter in here) and not self.flavour.is_paged
        identifier = self.book.names.places[f"overview-{view}"]
        return self._drawing(root, alt, identifier, role="group" if linked else "img")

    @property
    def overviews(self) -> list[str]:
        """The views on which spots have their places, for maps of all of them."""
        used = {chapter.metadata.spot.view for chapter in self.book.series if chapter.metadata.spot}
        return [view for view in self.views if view in used]

    @property
    def views(self) -> Mapping[str, View]:
        """The series' views by name."""
        return self.book.settings.series.views if self.book.settings.series else {}

    def _base(self, view: str) -> etree._Element:
        return copy.deepcopy(self._read(self.views[view].file))

    def _read(self, file: str) -> etree._Element:
        return read_drawing((self.book.manuscript / file).read_bytes())

    def _drawing(self, root: etree._Element, alt: str, identifier: str, role: str = "img") -> Markup:
        if not self.flavour.is_paged:
            if self.flavour.style:
                paint(root, self.flavour.style)
            markup = inline_drawing(root, self._prefix(root, identifier), alt)
            return Markup(markup.replace('role="img"', f'role="{role}"', 1))
        box = drawing_box(root)
        root.set("width", f"{box.width:g}")
        root.set("height", f"{box.height:g}")
        data = inline_drawing(root, identifier, alt, self.flavour.style).encode()
        name = f"figures/{identifier}.svg"
        self.files[name] = data
        return Markup('<img src="{}" alt="{}" />').format(name, alt)

    def _prefix(self, root: etree._Element, identifier: str) -> str:
        """The id of a drawing, or that with a number, so that with what follows it in the drawing no id is taken."""
        if identifier not in self.prefixes:
            inner = [str(element.get("id")) for element in root.iter() if element.get("id")]
            self.prefixes[identifier] = self._register.take(
                identifier, lambda prefix: [f"{prefix}-{name}" for name in inner]
            )
        return self.prefixes[identifier]


def enumerated(words: Sequence[str], labels: Labels) -> str:
    """Words as a list within a sentence: a, b and c."""
    return f" {labels['and']} ".join(part for part in (", ".join(words[:-1]), words[-1]) if part)


def _places(spot: SpotPlace, twice: bool, box: Box) -> list[tuple[float, float]]:
    """Where a spot is on a drawing, and with `twice` its twin on the other side of a symmetrical one."""
    shares = [spot.x, 1 - spot.x] if twice and spot.view in _MIRRORED else [spot.x]
    return [(x * box.width, spot.y * box.height) for x in shares]


def _numbered_radius(spots: list[SpotPlace], box: Box) -> float:
    """The radius of discs that hold numbers: as large as can be without two of them touching."""
    places = [_places(spot, False, box)[0] for spot in spots]
    nearest = min((math.dist(*pair) for pair in itertools.combinations(places, 2)), default=box.width)
    return min(_NUMBERED_RADIUS * box.width, nearest / 2.1)


def _number(parent: etree._Element, place: tuple[float, float], radius: float, number: int) -> None:
    """The spot's number in its disc."""
    text = etree.SubElement(parent, f"{{{SVG}}}text")
    text.set("class", "label label-strong spot-number")
    text.set("x", f"{place[0]:.1f}")
    text.set("y", f"{place[1] + radius * 0.46:.1f}")
    text.set("text-anchor", "middle")
    text.set("font-size", f"{radius * 1.35:.1f}")
    text.text = str(number)
