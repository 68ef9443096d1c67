"""The words of a book's language."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Labels:
    """The words of the book's language that the press prints itself, from `templates/labels/`."""

    words: Mapping[str, str]
    quotes: tuple[str, str, str, str]
    """Double open and close, single open and close."""

    def __getitem__(self, name: str) -> str:
        return self.words[name]
