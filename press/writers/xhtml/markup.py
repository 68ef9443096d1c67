"""Markup put into trees on their way to pandoc's HTML writer, and mended on the way back."""

from __future__ import annotations

import re
from collections.abc import Mapping

from markupsafe import escape

from press.nodes import RawBlock, RawInline
from press.tree_classes import BLOCK_CLASS

_EMPTY_HEADER = re.compile(r"<th([^>]*)></th>")
_BLOCK_ID = re.compile(rf'<(p|li|dd)>(\s*)<span id="([^"]+)" class="{BLOCK_CLASS}"></span>')
_SECTION = re.compile(r'(<section id="([^"]+)"[^<>]*>\s*<h[1-6])')
_WITH_ID = re.compile(rf'<(?!section|[^<>]*"{BLOCK_CLASS}")\w+(?: [^<>]*?)? id="([^"]+)"')
_FORMULA = re.compile(
    r'<math display="(\w+)"(.*?<annotation encoding="application/x-tex">(.*?)</annotation>)', re.DOTALL
)


def raw(markup: str) -> RawInline:
    """Markup as an inline that pandoc passes through."""
    return RawInline(str(markup))


def raw_block(markup: str) -> RawBlock:
    """Markup as a block that pandoc passes through."""
    return RawBlock(str(markup))


def accessible(markup: str) -> str:
    """pandoc's HTML with what readers by ear need: headers say what they head, formulas have their TeX as words."""
    markup = _EMPTY_HEADER.sub(r"<td\1></td>", markup)
    markup = markup.replace("<th>", '<th scope="col">').replace("<th style", '<th scope="col" style')
    return _FORMULA.sub(_with_words, markup)


def with_block_ids(markup: str) -> str:
    """pandoc's HTML with the ids of paragraphs on the paragraphs, or on the items that they are all of."""
    return _BLOCK_ID.sub(r'<\1 id="\3">\2', markup)


def with_changes(markup: str, changed: Mapping[str, str]) -> str:
    """Markup whose changed blocks say since which release they are not as they were; of a section, its heading."""
    if not changed:
        return markup

    def marked(found: re.Match[str]) -> str:
        since = changed.get(found[found.lastindex or 0])
        return f'{found[0]} data-changed="{escape(since)}"' if since else found[0]

    return _WITH_ID.sub(marked, _SECTION.sub(marked, markup))


def _with_words(formula: re.Match[str]) -> str:
    kind, rest, tex = formula.groups()
    words = tex.strip().replace('"', "&quot;")
    return f'<math display="{kind}" alttext="{words}"{rest}'
