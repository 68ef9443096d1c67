"""Changes that the markup of running text needs for pages: where web addresses break, and where paragraphs do not."""

from __future__ import annotations

import re

_ADDRESS = re.compile(r"(?<=>)(?:https?://|10\.\d{4,9}/)[^<\s]+(?=</a>)")
_BREAK_AFTER = re.compile(r"(?:(?<=[/=?_-])|(?<=&amp;)|(?<=[^&]#))(?=[^/])|(?<=[^/.])(?=\.[A-Za-z])")
"""An entity stays whole: what is behind its first sign would be printed."""
_SHORT_END = re.compile(r" ([^\s<>&]{1,4})(?=</(?:p|li|dd|figcaption)>)")
"""The last word of a paragraph if it is very short."""
_REMARK = re.compile(r'(<aside class="remark".*?</aside>)', re.DOTALL)
_REMARK_END = re.compile(r"(?<=[^\s<>]) ([^\s<>&]+) ([^\s<>&]+)(?=</p>)")


def break_addresses(markup: str) -> str:
    """Web addresses and DOIs that are printed may break after a slash and before a full stop, and get no hyphen."""
    return _ADDRESS.sub(
        lambda found: f'<span class="address">{_BREAK_AFTER.sub("<wbr/>", found[0])}</span>', str(markup)
    )


def keep_ends(markup: str) -> str:
    """No paragraph ends with a very short word alone on its line, no remark, which is centred, with less than three."""
    pieces = _REMARK.split(str(markup))
    pieces[1::2] = [_REMARK_END.sub("\u00a0\\1\u00a0\\2", remark) for remark in pieces[1::2]]
    return _SHORT_END.sub("\u00a0\\1", "".join(pieces))
