"""Citations and cross references that pandoc takes for one cluster: `@fig:heap [@doe2001]`, `[@fig:heap; @doe2001]`."""

from __future__ import annotations

from itertools import groupby

import panflute as pf

from press.tree import is_cross_reference


def parted(cite: pf.Cite) -> list[pf.Element] | None:
    """The cluster as several that hold cross references only or citations only; None when it is such a one."""
    groups = [list(group) for _, group in groupby(cite.citations, is_cross_reference)]
    if len(groups) < 2:
        return None
    between = [] if cite.citations[0].mode == "AuthorInText" else [pf.Str(";")]
    made: list[pf.Element] = []
    for number, group in enumerate(groups):
        made += [*between, pf.Space()] if number else []
        made.append(pf.Cite(citations=group))
    return made
