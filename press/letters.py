"""Texts boiled down to what can be compared: their letters, and short digests of their words."""

from __future__ import annotations

import hashlib
import re
import unicodedata


def letters(text: str) -> str:
    """The letters and digits of a text, in order: what no line break, hyphen or space can change."""
    return re.sub(r"[\W_]", "", unicodedata.normalize("NFKC", text))


def without_soft_hyphens(text: str) -> str:
    """A text as data: the soft hyphens that tell a reader's screen where words may part are no part of it."""
    return text.replace("\u00ad", "")


def short_hash(text: str) -> str:
    """Eight hexadecimal digits of a text's words, for ids that survive changes around it."""
    return hashlib.sha256(" ".join(text.split()).encode()).hexdigest()[:8]
