"""pandoc's HTML writer, run once for all pieces of an edition."""

from __future__ import annotations

import re
from collections.abc import Mapping

from markupsafe import Markup

from press.nodes import Div, Doc, Nodes
from press.tree_json import to_json
from press.writers.xhtml.markup import accessible, raw_block, with_block_ids

_OPTIONS = ["--section-divs", "--wrap=none", "--mathml", "--syntax-highlighting=none"]
_PIECE = re.compile(r"<div>\n<!--piece:(.*?)-->\n?")


def render(pieces: Mapping[str, Nodes]) -> dict[str, Markup]:
    """All pieces through one run of pandoc."""
    import pypandoc

    # Each in a division of its own, or pandoc would take a piece's last section on into the next piece.
    doc = Doc(tuple(Div((raw_block(f"<!--piece:{name}-->"), *blocks)) for name, blocks in pieces.items()))
    written = pypandoc.convert_text(to_json(doc), "html5", format="json", extra_args=_OPTIONS)
    found = _PIECE.split(written.replace("\r\n", "\n"))
    return {
        name: Markup(with_block_ids(accessible(markup.strip().removesuffix("</div>").strip())))
        for name, markup in zip(found[1::2], found[2::2], strict=True)
    }
