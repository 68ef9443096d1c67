"""What a chapter says of its spot, checked against the views of book.yaml and the regions drawn for them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from press.diagnostics import Position, Report, did_you_mean
from press.drawings import DrawingError, named_shapes, read_drawing
from press.metadata import SpotPlace, View
from press.paths import inside
from press.readers.settings import Location, YamlSource

UNKNOWN_VIEW = "unknown"
"""The view of a spot whose own is missing, which is reported where it is read."""


class Spots:
    """The views of a book, and the names of the regions drawn for them."""

    def __init__(self, root: Path, views: Mapping[str, View]) -> None:
        self.views = views
        found = [_regions(root, view) for view in views.values() if view.regions]
        self.regions = None if None in found else {name for names in found for name in names or ()}

    def check(self, spot: SpotPlace, yaml: YamlSource, report: Report) -> None:
        """Report views and regions that the book does not have."""
        places: list[tuple[str, Location]] = [(spot.view, ("spot", "view"))]
        places += [(view, ("spot", "elsewhere", view)) for view in spot.elsewhere]
        for view, location in places:
            if view not in (*self.views, UNKNOWN_VIEW):
                message = f'book.yaml has no view "{view}"'
                report.add("bad-metadata", yaml.position(location), message, did_you_mean(view, self.views))
        for kind in ("regions", "sometimes") if spot.referred_pain else ():
            for number, region in enumerate(getattr(spot.referred_pain, kind)):
                if self.regions is not None and region not in self.regions:
                    position = yaml.position(("spot", "referred_pain", kind, number))
                    hint = did_you_mean(region, self.regions)
                    report.add("bad-metadata", position, f'no view has a region "{region}"', hint)


def _regions(root: Path, view: View) -> set[str] | None:
    """The names of a view's regions; None for a file that cannot be used, which is reported with the figures."""
    path = inside(root, root / "manuscript", view.regions or "", Position(""), Report())
    try:
        return set(named_shapes(read_drawing(path.read_bytes()))) if path else None
    except (OSError, DrawingError):
        return None
