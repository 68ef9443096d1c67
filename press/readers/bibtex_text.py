"""Text of BibTeX fields: what pandoc leaves of TeX becomes characters and CSL's markup."""

from __future__ import annotations

import re
import unicodedata
from typing import Any

_MATH = re.compile(r"\$([^$]+)\$")
_SIGNS = {
    "approx": "≈",
    "cdot": "·",
    "circ": "°",
    "degree": "°",
    "dots": "…",
    "ge": "≥",
    "geq": "≥",
    "infty": "∞",
    "ldots": "…",
    "le": "≤",
    "leq": "≤",
    "ne": "≠",
    "neq": "≠",
    "pm": "±",
    "prime": "′",
    "rightarrow": "→",
    "sim": "∼",
    "sqrt": "√",
    "times": "×",
    "to": "→",
}
_DOLLAR = "\ue024"
"""Stands for a dollar sign of the text, so that it begins no formula; from the private use area."""
_DOTLESS = str.maketrans({"ı": "i", "ȷ": "j"})


def for_pandoc(tex: str) -> str:
    r"""The value of a field as pandoc is to read it: without `\noopsort` and with its dollar signs kept apart."""
    return without_sort_key(tex).replace(r"\$", _DOLLAR)


def from_pandoc(value: Any) -> Any:
    """A value of pandoc's CSL-JSON with formulas as text, in NFC; particles belong to the name."""
    if isinstance(value, str):
        text = _MATH.sub(lambda match: _formula(match.group(1)), value).replace(_DOLLAR, "$")
        text = re.sub("[ıȷ](?=[\u0300-\u036f])", lambda match: match.group().translate(_DOTLESS), text)
        return unicodedata.normalize("NFC", text)
    if isinstance(value, list):
        return [from_pandoc(each) for each in value]
    if isinstance(value, dict):
        # BibTeX's "von" belongs to the name, wherever the style sorts it.
        if "dropping-particle" in value:
            value = {"non-dropping-particle": value["dropping-particle"]} | value
            del value["dropping-particle"]
        return {name: from_pandoc(each) for name, each in value.items()}
    return value


def verbatim(tex: str) -> str:
    r"""A value that is no text: braces, `\url` and the backslashes before special characters taken off."""
    tex = re.sub(r"\\url\b", "", tex)
    return re.sub(r"\\([_%&#~{}])", r"\1", re.sub(r"(?<!\\)[{}]", "", tex)).strip()


def without_sort_key(tex: str) -> str:
    r"""A value without `\noopsort{...}`, which BibTeX files define to sort volumes by another year than they show."""
    return re.sub(r"\{?\\noopsort\s*\{[^{}]*\}\}?", "", tex)


def _formula(tex: str) -> str:
    """The simple formulas of titles: signs, Greek letters, fractions, powers and indices."""
    tex = re.sub(r"\\(?:mathrm|mathit|mathbf|mathbb|mathcal|text|ensuremath)\s*\{([^{}]*)\}", r"\1", tex)
    tex = re.sub(r"\\[dt]?frac\s*\{([^{}]*)\}\s*\{([^{}]*)\}", r"\1/\2", tex)
    tex = re.sub(r"\^\{?\\circ\}?", "°", tex).replace("-", "−")
    tex = re.sub(r"\\([%&#])", r"\1", re.sub(r"\\[,;:! ]", " ", tex))
    tex = re.sub(r"\\([A-Za-z]+) ?", lambda match: _SIGNS.get(match.group(1)) or _greek(match.group(1)), tex)
    tex = re.sub(r"\^\{([^{}]*)\}|\^(\S)", lambda match: f"<sup>{match.group(1) or match.group(2)}</sup>", tex)
    tex = re.sub(r"_\{([^{}]*)\}|_(\S)", lambda match: f"<sub>{match.group(1) or match.group(2)}</sub>", tex)
    return tex.replace("{", "").replace("}", "")


def _greek(name: str) -> str:
    size = "CAPITAL" if name[0].isupper() else "SMALL"
    try:
        return unicodedata.lookup(f"GREEK {size} LETTER {name.upper().replace('LAMBDA', 'LAMDA')}")
    except KeyError:
        return f"\\{name} "
