"""The citation processor: citeproc-py with its defects repaired. Nothing else imports citeproc.

`format_citations` formats all citations and references of a book; `validate_style` checks a style;
`parse_locator` finds the place named in a citation's suffix. What goes in and out is defined in `forms`.

1. `items`       CSL-JSON is checked and its markup becomes marks
2. `styles`      the style's elements are loaded as those of `elements`, `names`, `dates`, which repair upstream's
3. `sorting` and `disambiguation` settle the order, the numbers, the names shown and the year suffixes
4. `clusters`    citations are put together and collapsed
5. `punctuation` and `markup` make HTML of text with marks
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from press.citeproc.forms import (
    CitationItem,
    CitationMode,
    Cluster,
    ClusterPart,
    Formatted,
    FormattedEntry,
    Problem,
    StyleError,
    StyleKind,
)
from press.citeproc.locators import Locator, parse_locator

__all__ = [
    "CitationItem",
    "CitationMode",
    "Cluster",
    "ClusterPart",
    "Formatted",
    "FormattedEntry",
    "Locator",
    "Problem",
    "StyleError",
    "StyleKind",
    "format_citations",
    "parse_locator",
    "validate_style",
]


def format_citations(
    items: Mapping[str, Mapping[str, Any]],
    style: Path,
    language: str,
    clusters: Sequence[Cluster],
    uncited: Sequence[str] = (),
) -> Formatted:
    """Format the clusters in reading order, and the list of all references they call and of the `uncited` ones.

    `items` are CSL-JSON by key. An item or a key that is bad becomes a problem of the result.
    Raises `StyleError` when the style is not valid.
    """
    from press.citeproc.processor import Processor  # citeproc-py loads slowly

    return Processor(items, style, language, clusters, uncited).run()


def validate_style(style: Path) -> None:
    """Raise `StyleError` when the file is no valid CSL style."""
    from press.citeproc.styles import load_style

    load_style(style, "en-US")
