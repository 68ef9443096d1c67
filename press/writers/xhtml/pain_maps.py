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
_MARGIN = 70.0
"""Around the regions, in units of a view."""
_LEAST = 420.0
"""The least height of a cut view: less would be too close to see where one is."""
_LETTERING = 1 / 27
"""The size of the views' names, as a share of the map's width: legible on a phone."""


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
    tall = [name for name in shown if _is_tall(drawing_box(views[name].drawing))]
    window = _window([box for name in tall for box in _boxes(views[name], classes)])
    root = etree.Element(f"{{{SVG}}}svg", nsmap={None: SVG})  # type: ignore[dict-item]  # the stubs know no default namespace
    definitions = etree.SubElement(root, f"{{{SVG}}}defs")
    left = 0.0
    middles = []
    for number, name in enumerate(shown):
        box = drawing_box(views[name].drawing)
        if name in tall:
            box = Box(box.left, max(box.top, window[0]), box.right, min(box.bottom, window[1]))
        width = _HEIGHT / box.height * box.width
        _clip(definitions, f"panel-{number}", left, width)
        clipped = etree.SubElement(root, f"{{{SVG}}}g", {"clip-path": f"url(#panel-{number})"})
        scale = _HEIGHT / box.height
        move = f"translate({left - box.left * scale:.1f} {-box.top * scale:.1f}) scale({scale:.4f})"
        panel = etree.SubElement(clipped, f"{{{SVG}}}g", {"transform": move})
        _draw(panel, views[name], classes, spot, name)
        middles.append(left + width / 2)
        left += width + _GAP
    total = left - _GAP
    size = total * _LETTERING
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


def _boxes(view: DrawnView, classes: Mapping[str, str]) -> list[Box]:
    return [_box(shape) for name, shape in named_shapes(view.regions).items() if name in classes]


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


def _window(boxes: list[Box]) -> tuple[float, float]:
    """Top and bottom of the part of whole bodies that all panels show."""
    if not boxes:
        return 0, 0
    top, bottom = min(box.top for box in boxes) - _MARGIN, max(box.bottom for box in boxes) + _MARGIN
    missing = max(_LEAST - (bottom - top), 0)
    return top - missing / 2, bottom + missing / 2


def _clip(definitions: etree._Element, identifier: str, left: float, width: float) -> None:
    clip = etree.SubElement(definitions, f"{{{SVG}}}clipPath", {"id": identifier})
    sizes = {"x": left, "y": 0.0, "width": width, "height": _HEIGHT}
    etree.SubElement(clip, f"{{{SVG}}}rect", {name: f"{value:.1f}" for name, value in sizes.items()})


def _draw(panel: etree._Element, view: DrawnView, classes: Mapping[str, str], spot: SpotPlace, name: str) -> None:
    """The body, the tinted regions on it, and the spot where the view has it."""
    for shape in view.drawing:
        panel.append(copy.deepcopy(shape))
    for region, shape in named_shapes(view.regions).items():
        if region in classes:
            group = etree.SubElement(panel, f"{{{SVG}}}g", {"class": classes[region]})
            group.append(copy.deepcopy(shape))
    for element in panel.iter():
        element.attrib.pop("id", "")
    box = drawing_box(view.drawing)
    place = (spot.x, spot.y) if name == spot.view else spot.elsewhere.get(name)
    if place:
        mark_spot(panel, (place[0] * box.width, place[1] * box.height), spot.radius * 0.75 * box.height)
