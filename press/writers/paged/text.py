"""Changes that the markup of running text needs for pages: notes that know their addresses, breakable web addresses."""

from __future__ import annotations

import re

_NOTE = re.compile(r'<span class="footnote" id="([^"]+)"')
_ADDRESS = re.compile(r"(?<=>)https?://[^<\s]+(?=</a>)")
_BREAK_AFTER = re.compile(r"(?<=[/=&?#_-])(?=[^/])|(?<=[^/.])(?=[.])")


def prepare_text(markup: str) -> str:
    """The markup of a part, ready for layout."""
    return break_addresses(link_notes(markup))


def link_notes(markup: str) -> str:
    """Notes with the addresses of themselves and of their calls, so that the stylesheet can link the two."""
    return _NOTE.sub(r'<span class="footnote" id="\1" data-note="#\1" data-call="#\1-call"', markup)


def break_addresses(markup: str) -> str:
    """Web addresses that are printed may break after a slash and before a full stop, and are never hyphenated."""
    return _ADDRESS.sub(lambda found: f'<span class="address">{_BREAK_AFTER.sub("<wbr>", found[0])}</span>', markup)
