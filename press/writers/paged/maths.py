"""Formulas as drawings, because the layout engine knows no MathML. The home of ziamath."""

from __future__ import annotations

import html
import re
from xml.etree.ElementTree import fromstring

from markupsafe import Markup

from press.store import digest

_FORMULA = re.compile(
    r'<math display="(inline|block)"[^>]*>\s*<semantics>(.*?)'
    r"<annotation[^>]*>(.*?)</annotation>\s*</semantics>\s*</math>",
    re.DOTALL,
)
_SIZE = 13.73
"""The text's size in CSS pixels: 10.3 pt."""


def draw_formulas(markup: str) -> tuple[str, dict[str, bytes]]:
    """The markup with pictures in the place of formulas, their TeX as alternative text; and the picture files."""
    files: dict[str, bytes] = {}

    def drawn(found: re.Match[str]) -> str:
        from ziamath.zmath import Math

        kind, mathml, tex = found.groups()
        source = f'<math xmlns="http://www.w3.org/1998/Math/MathML" display="{kind}">{mathml}</math>'
        formula = Math(fromstring(source), size=_SIZE)  # of a string it would take text for marks
        drawing = formula.svg().encode()
        name = f"formulas/{digest(drawing)[:16]}.svg"
        files[name] = drawing
        return str(
            Markup('<img class="formula formula-{}" src="{}" alt="{}" style="vertical-align: {:.2f}px" />').format(
                kind, name, html.unescape(tex), formula.getyofst()
            )
        )

    return _FORMULA.sub(drawn, str(markup)), files
