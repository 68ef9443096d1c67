"""Citations and cross references that pandoc takes for one cluster: `@fig:heap [@doe2001]`, `[@fig:heap; @doe2001]`."""

from __future__ import annotations

from collections.abc import Callable
from itertools import groupby

from press.diagnostics import Position, Report
from press.nodes import Citation, Cite, Node, Nodes, Str
from press.tree import elements
from press.tree_classes import is_cross_reference
from press.tree_text import SPACE


def split(cite: Cite) -> Nodes:
    """The cluster as one or several that hold cross references only or citations only."""
    groups = [tuple(group) for _, group in groupby(cite.citations, is_cross_reference)]
    if len(groups) < 2:
        return (cite,)
    between = () if cite.citations[0].mode == "AuthorInText" else (Str(";"),)
    made: list[Node] = []
    for number, group in enumerate(groups):
        made += [*between, SPACE] if number else []
        made.append(Cite(group, cite.typed))
    return tuple(made)


def check_nested(cite: Cite, position: Callable[[Citation], Position], report: Report) -> None:
    """Report citations in the words before and after those of a cluster: `[@a, @b]`, `[@a and @b]`.

    They would stay as they were typed.
    """
    for citation in cite.citations:
        for inner in elements(citation):
            if isinstance(inner, Citation) and inner is not citation:
                message = f'"@{inner.id}" stands in the words about "@{citation.id}"'
                hint = f"part them with a semicolon: [@{citation.id}; @{inner.id}]"
                report.add("citation-in-citation", position(inner), message, hint)
