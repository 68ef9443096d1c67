"""Changes that the markup of running text needs for pages: web addresses that break, maths as pictures."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"(?<=>)(?:https?://|10\.\d{4,9}/)[^<\s]+(?=</a>)")
_BREAK_AFTER = re.compile(r"(?:(?<=[/=?_-])|(?<=&amp;)|(?<=[^&]#))(?=[^/])|(?<=[^/.])(?=\.[A-Za-z])")
"""An entity stays whole: what is behind its first sign would be printed."""


def break_addresses(markup: str) -> str:
    """Web addresses and DOIs that are printed may break after a slash and before a full stop, and get no hyphen."""
    return _ADDRESS.sub(
        lambda found: f'<span class="address">{_BREAK_AFTER.sub("<wbr>", found[0])}</span>', str(markup)
    )
