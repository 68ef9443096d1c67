"""Markup put into trees on their way to pandoc's HTML writer."""

from __future__ import annotations

from collections.abc import Iterable

import panflute as pf


def raw(markup: str) -> pf.RawInline:
    """Markup as an inline that pandoc passes through."""
    return pf.RawInline(str(markup), format="html")


def raw_block(markup: str) -> pf.RawBlock:
    """Markup as a block that pandoc passes through."""
    return pf.RawBlock(str(markup), format="html")


def as_inlines(blocks: Iterable[pf.Element]) -> list[pf.Element]:
    """A note's blocks as inlines, for the foot of a page: a paragraph's end becomes a space in a span of its own."""
    made: list[pf.Element] = []
    for block in blocks:
        name = type(block).__name__.lower()
        if isinstance(block, (pf.Para, pf.Plain, pf.Header)):
            inside: list[pf.Element] = list(block.content)
        elif isinstance(block, pf.CodeBlock):
            inside = [pf.Code(block.text)]
        elif isinstance(block, pf.RawBlock):
            inside = [raw(block.text)]
        else:
            inside = as_inlines(child for child in getattr(block, "content", ()) if isinstance(child, pf.Element))
        if inside:
            made.append(pf.Span(*inside, classes=[f"note-{name}"]))
    return made
