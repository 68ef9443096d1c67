"""Maps of referred pain: the views that show a spot's regions side by side, cut to the part that matters."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from press.drawings import SVG, Box, drawing_box, mark_spot, named_shapes
from press.metadata import SpotPlace

_HEIGHT = 600.0
"""Of every panel, in units of the map."""
_GAP = 40.0
_MARGIN = 60.0
"""Around the regions, in units of a view."""
_LEAST = 320.0
"""The least height of a cut view: less would be too close to see where one is."""
_NARROWEST = 0.8
"""The least width of a cut view, as a share of its height."""
_SPOT = 0.02
"""The radius of the spot, as a share of a panel's height."""
_LETTERING = 1 / 31
"""The size of the views' names, as a share of the map's width: legible on a phone."""
_LONGEST = 10
"""So many times its size is the longest name of a view wide."""


Shares = tuple[float, float]
"""A place as shares of a view's width and height."""


@dataclass(frozen=True, slots=True)
class DrawnView:
    """A view's drawing, the drawing of its regions, and how it is called."""

    drawing: etree._Element
    regions: etree._Element
    label: str


def pain_map(spot: SpotPlace, views: Mapping[str, DrawnView]) -> tuple[etree._Element, tuple[str, ...]]:
    """The map of a spot that has regions, and the names of the views it shows.

    The spot's own view comes first if it has a region; each further one shows a region that those before it lack.
    """
    assert spot.referred_pain
    classes = dict.fromkeys(spot.referred_pain.sometimes, "pain-sometimes")
    classes |= dict.fromkeys(spot.referred_pain.regions, "pain")
    shown = tuple(_chosen(spot, set(classes), views))
    places = {spot.view: (spot.x, spot.y)} | spot.elsewhere
    panels = _panels([(views[name], places.get(name)) for name in shown], classes)
    root = etree.Element(f"{{{SVG}}}svg", nsmap={None: SVG})  # type: ignore[dict-item]  # the stubs know no default namespace
    definitions = etree.SubElement(root, f"{{{SVG}}}defs")
    left = 0.0
    middles = []
    for number, (name, box) in enumerate(zip(shown, panels, strict=True)):
        scale = _HEIGHT / box.height
        width = scale * box.width
        _clip(definitions, f"panel-{number}", left, width)
        clipped = etree.SubElement(root, f"{{{SVG}}}g", {"clip-path": f"url(#panel-{number})"})
        move = f"translate({left - box.left * scale:.1f} {-box.top * scale:.1f}) scale({scale:.4f})"
        panel = etree.SubElement(clipped, f"{{{SVG}}}g", {"transform": move})
        _draw(panel, views[name], classes)
        if name in places:
            mark_spot(panel, _place(views[name], places[name]), _SPOT * box.height)
        middles.append(left + width / 2)
        left += width + _GAP
    total = left - _GAP
    narrowest = min(_HEIGHT / box.height * box.width for box in panels) + _GAP
    size = min(max(total, _HEIGHT) * _LETTERING, narrowest / _LONGEST)
    for middle, name in zip(middles, shown, strict=True):
        attributes = {"class": "label label-muted", "text-anchor": "middle", "font-size": f"{size:.0f}"}
        attributes |= {"x": f"{middle:.0f}", "y": f"{_HEIGHT + size * 1.3:.0f}"}
        etree.SubElement(root, f"{{{SVG}}}text", attributes).text = views[name].label
    root.set("viewBox", f"0 0 {total:.0f} {_HEIGHT + size * 1.8:.0f}")
    return root, shown


def _chosen(spot: SpotPlace, wanted: set[str], views: Mapping[str, DrawnView]) -> Iterator[str]:
    """As few views as show every region."""
    left = set(wanted)
    names = {name: set(named_shapes(view.regions)) for name, view in views.items()}
    for name in sorted(views, key=lambda name: name != spot.view):
        if left & names[name]:
            yield name
            left -= names[name]


def _panels(views: list[tuple[DrawnView, Shares | None]], classes: Mapping[str, str]) -> list[Box]:
    """What each panel shows: bodies at full length are cut to the part that matters, all of them at the same height."""
    wholes = [drawing_box(view.drawing) for view, _ in views]
    parts = [_around(view, place, classes) for view, place in views]
    tall = [part for part, whole in zip(parts, wholes, strict=True) if _is_tall(whole)]
    top = min((part.top for part in tall), default=0.0)
    bottom = max((part.bottom for part in tall), default=0.0)
    top, bottom = _stretched(top, bottom, _LEAST)
    made = []
    for part, whole in zip(parts, wholes, strict=True):
        if not _is_tall(whole):
            made.append(whole)
            continue
        upper, lower = max(top, whole.top), min(bottom, whole.bottom)
        left, right = _stretched(part.left, part.right, (lower - upper) * _NARROWEST)
        made.append(Box(max(left, whole.left), upper, min(right, whole.right), lower))
    return made


def _place(view: DrawnView, shares: Shares) -> tuple[float, float]:
    """A place of a view in its own units."""
    whole = drawing_box(view.drawing)
    return shares[0] * whole.width, shares[1] * whole.height


def _around(view: DrawnView, place: Shares | None, classes: Mapping[str, str]) -> Box:
    """The regions of a view that are shown and the spot, and some room."""
    boxes = [_box(shape) for name, shape in named_shapes(view.regions).items() if name in classes]
    if place:
        x, y = _place(view, place)
        boxes.append(Box(x, y, x, y))
    return Box(
        min(box.left for box in boxes) - _MARGIN,
        min(box.top for box in boxes) - _MARGIN,
        max(box.right for box in boxes) + _MARGIN,
        max(box.bottom for box in boxes) + _MARGIN,
    )


def _stretched(low: float, high: float, least: float) -> tuple[float, float]:
    missing = max(least - (high - low), 0)
    return low - missing / 2, high + missing / 2


def _box(shape: etree._Element) -> Box:
    """What holds a shape: curves lie within their control points. Regions have absolute coordinates."""
    xs: list[float] = []
    ys: list[float] = []
    for element in shape.iter():
        outline = element.get("d") or element.get("points") or ""
        numbers = [float(found) for found in re.findall(r"-?(?:\d+\.?\d*|\.\d+)", outline)]
        xs += numbers[0::2]
        ys += numbers[1::2]
        if element.get("cx"):
            cx, cy, rx, ry = (float(element.get(name) or element.get("r") or 0) for name in ("cx", "cy", "rx", "ry"))
            xs += [cx - rx, cx + rx]
            ys += [cy - ry, cy + ry]
    return Box(min(xs), min(ys), max(xs), max(ys))


def _is_tall(box: Box) -> bool:
    """Whether a view shows a whole body, of which a map may show a part."""
    return box.height > 1.5 * box.width


def _clip(definitions: etree._Element, identifier: str, left: float, width: float) -> None:
    clip = etree.SubElement(definitions, f"{{{SVG}}}clipPath", {"id": identifier})
    sizes = {"x": left, "y": 0.0, "width": width, "height": _HEIGHT}
    etree.SubElement(clip, f"{{{SVG}}}rect", {name: f"{value:.1f}" for name, value in sizes.items()})


def _draw(panel: etree._Element, view: DrawnView, classes: Mapping[str, str]) -> None:
    """The body, and the tinted regions on it."""
    for shape in view.drawing:
        panel.append(copy.deepcopy(shape))
    for region, shape in named_shapes(view.regions).items():
        if region in classes:
            group = etree.SubElement(panel, f"{{{SVG}}}g", {"class": classes[region]})
            group.append(copy.deepcopy(shape))
    for element in panel.iter():
        if element.get("id"):
            del element.attrib["id"]
