"""The alphabetical order of the index and of the other lists of words."""

from __future__ import annotations

import unicodedata


def collation_key(term: str) -> tuple[str, str]:
    """How a term is filed: letter by letter, without accents, case, signs and spaces: newborn, new moon, newt."""
    plain = "".join(char for char in unicodedata.normalize("NFKD", term.casefold()) if not unicodedata.combining(char))
    return "".join(char for char in plain if char.isalnum()), term
