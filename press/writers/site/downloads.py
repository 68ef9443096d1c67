"""The other editions as the pages of the web edition offer them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from press.editions import Finished
from press.model import Book
from press.sampling import sample_of

OFFERED = ("epub", "screen", "large-print", "epub-sample", "sample", "marked", "print", "cover")
"""What is for print shops comes last."""
_FLOWING = {"epub": False, "epub-sample": True}
"""The editions that have no pages, and whether they are samples."""


@dataclass(frozen=True, slots=True)
class Download:
    """Another edition."""

    edition: Finished
    href: str
    words: int
    """Of an edition without pages; else 0."""

    @property
    def kilobytes(self) -> int:
        """The file's size, rounded up."""
        return -(-self.edition.size // 1000)


def downloads(book: Book, finished: Mapping[str, Finished]) -> tuple[Download, ...]:
    """The editions that are there, in the order in which readers want them."""
    return tuple(
        Download(finished[name], f"../{finished[name].file}", _words(book, name))
        for name in OFFERED
        if name in finished
    )


def _words(book: Book, name: str) -> int:
    """How many words an edition without pages has; shared text counts in no chapter and so not here."""
    if name not in _FLOWING:
        return 0
    held = sample_of(book) if _FLOWING[name] else book
    return sum(chapter.info.words for chapter in held.chapters if chapter.info) if held else 0
