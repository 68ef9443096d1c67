"""Citations and cross references that pandoc takes for one cluster: `@fig:heap [@doe2001]`, `[@fig:heap; @doe2001]`."""

from __future__ import annotations

from itertools import groupby

from press.nodes import Cite, Node, Nodes, Str
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
