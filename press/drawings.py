"""SVG drawings: read safely, checked against what a drawing may hold, made ready to stand inside a page.

The home of lxml for drawings. A drawing holds shapes and lettering with classes; scripts, foreign objects, outside
references and styles of its own are refused.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any

from lxml import etree

SVG = "http://www.w3.org/2000/svg"
_ELEMENTS = frozenset(
    [
        "svg",
        "g",
        "path",
        "circle",
        "ellipse",
        "rect",
        "line",
        "polyline",
        "polygon",
        "text",
        "tspan",
        "title",
        "desc",
        "defs",
        "use",
        "clipPath",
        "marker",
        "mask",
    ]
)
_ATTRIBUTES = frozenset(
    [
        "class",
        "id",
        "d",
        "cx",
        "cy",
        "r",
        "rx",
        "ry",
        "x",
        "y",
        "x1",
        "y1",
        "x2",
        "y2",
        "dx",
        "dy",
        "points",
        "width",
        "height",
        "transform",
        "viewBox",
        "font-size",
        "text-anchor",
        "clip-path",
        "clipPathUnits",
        "marker-start",
        "marker-end",
        "marker-mid",
        "markerWidth",
        "markerHeight",
        "refX",
        "refY",
        "orient",
        "mask",
        "href",
        "preserveAspectRatio",
        "role",
        "aria-hidden",
        "aria-label",
        "aria-labelledby",
        "version",
        "textLength",
        "rotate",
        "pathLength",
    ]
)
_CLASS_RULE = re.compile(r"^\.([\w-]+)\s*\{([^}]*)\}", re.MULTILINE)
SPOT_RINGS = (1.7, 1.35)
"""The radii of a spot's rings, as multiples of its disc's."""
_XLINK_HREF = "{http://www.w3.org/1999/xlink}href"
_SPACE = "{http://www.w3.org/XML/1998/namespace}"


@dataclass(frozen=True, slots=True)
class DrawingError(Exception):
    """A picture that cannot be used, and the line that says why (0 where there is none)."""

    message: str
    line: int = 0


def read_drawing(data: bytes) -> etree._Element:
    """The root of a drawing. Raises `DrawingError` when it is malformed or holds what a drawing may not."""
    parser = etree.XMLParser(resolve_entities=False, no_network=True, remove_comments=True, remove_pis=True)
    try:
        root = etree.fromstring(data, parser)
    except etree.XMLSyntaxError as error:
        raise DrawingError(f"not well-formed: {error.msg}", error.lineno or 0) from None
    if root.tag != f"{{{SVG}}}svg" or not root.get("viewBox"):
        raise DrawingError("the root is not an svg element with a viewBox", _line(root))
    if b"<!DOCTYPE" in data:
        raise DrawingError("a document type is not allowed", 1)
    for element in root.iter():
        name = etree.QName(element)
        line = _line(element)
        if name.namespace != SVG or name.localname not in _ELEMENTS:
            raise DrawingError(f"<{name.localname}> is not allowed in a drawing", line)
        for attribute, value in element.attrib.items():
            plain = "href" if attribute == _XLINK_HREF else str(attribute)
            if plain.startswith(_SPACE):
                continue
            if plain not in _ATTRIBUTES:
                raise DrawingError(f'the attribute "{plain}" is not allowed in a drawing: use a class', line)
            if plain == "href" and not str(value).startswith("#"):
                raise DrawingError("a drawing may not refer to anything outside it", line)
            if "url(" in str(value) and not str(value).strip().startswith("url(#"):
                raise DrawingError("a drawing may not refer to anything outside it", line)
    return root


def _line(element: etree._Element) -> int:
    return int(str(element.sourceline or 0))


@dataclass(frozen=True, slots=True)
class Box:
    """A rectangle, in a drawing's own units."""

    left: float
    top: float
    right: float
    bottom: float

    @property
    def width(self) -> float:
        """From left to right."""
        return self.right - self.left

    @property
    def height(self) -> float:
        """From top to bottom."""
        return self.bottom - self.top


def drawing_box(root: etree._Element) -> Box:
    """What a drawing shows: its viewBox."""
    left, top, width, height = (float(part) for part in str(root.get("viewBox")).replace(",", " ").split())
    return Box(left, top, left + width, top + height)


def named_shapes(root: etree._Element) -> dict[str, etree._Element]:
    """The shapes of a drawing's first level that have an id, by id."""
    return {str(shape.get("id")): shape for shape in root if shape.get("id")}


def mark_spot(parent: etree._Element, place: tuple[float, float], radius: float, is_hidden: bool = False) -> None:
    """Draw the spot: a disc and two thin rings; without the disc where it lies on a side that is not seen."""
    disc = () if is_hidden else ((1.0, "spot"),)
    for factor, name in (*((ring, "spot-ring") for ring in SPOT_RINGS), *disc):
        circle = etree.SubElement(parent, f"{{{SVG}}}circle", {"class": name})
        for attribute, value in (("cx", place[0]), ("cy", place[1]), ("r", radius * factor)):
            circle.set(attribute, f"{value:.1f}")


def paint(root: etree._Element, stylesheet: str) -> None:
    """Lay paper under a drawing, and give its elements as attributes the looks that a stylesheet gives their classes.

    For readers that take a drawing out of its page and lose its stylesheet, as Kindles do.
    """
    box = drawing_box(root)
    place = {"x": box.left, "y": box.top, "width": box.width, "height": box.height}
    attributes = {name: f"{value:g}" for name, value in place.items()}
    root.insert(0, etree.Element(f"{{{SVG}}}rect", {"class": "paper"} | attributes))
    looks = [(name, rules.split(";")) for name, rules in _CLASS_RULE.findall(stylesheet)]
    for element in root.iter(etree.Element):
        classes = (element.get("class") or "").split()
        for rule in (rule for name, rules in looks if name in classes for rule in rules if rule.strip()):
            name, _, value = rule.partition(":")
            element.set(name.strip(), value.strip())


def prefix_ids(root: etree._Element, prefix: str) -> None:
    """Make a drawing's ids, and what refers to them, such that other drawings can stand in the same page."""
    for element in root.iter():
        for attribute, value in list(element.attrib.items()):
            text = str(value)
            if attribute == "id":
                element.set("id", f"{prefix}-{text}")
            elif attribute in ("href", _XLINK_HREF) and text.startswith("#"):
                del element.attrib[attribute]
                element.set("href", f"#{prefix}-{text[1:]}")
            elif text.strip().startswith("url(#"):
                element.set(str(attribute), f"url(#{prefix}-{text.strip()[5:]}")
            elif str(attribute).startswith(_SPACE):
                del element.attrib[attribute]


def inline_drawing(root: etree._Element, prefix: str, label: str, style: str = "") -> str:
    """The drawing as markup to stand in a page: an image with the name `label`, its ids prefixed.

    `style` is a stylesheet to carry along, for readers of SVG that see no other.
    """
    prefix_ids(root, prefix)
    root.set("role", "img")
    root.set("aria-label", label)
    if style:
        sheet = etree.Element(f"{{{SVG}}}style")
        sheet.text = style
        root.insert(0, sheet)
    namespaces: Any = {None: SVG}  # the stubs know no default namespace
    etree.cleanup_namespaces(root, top_nsmap=namespaces)
    return etree.tostring(root, encoding="unicode").strip()
