"""What an edition is to the pipeline: a name, what it needs, where it goes, and one function that writes it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from press.diagnostics import Report
from press.metadata import BookSettings
from press.model import Book
from press.store import Store

TEXTLESS = ("cover",)
"""Editions that do not hold the book's text."""


@dataclass(frozen=True, slots=True)
class Finished:
    """A finished edition."""

    name: str
    file: str
    """Its file or folder, from the output folder."""
    size: int
    """In bytes; of a folder, the sum of its files."""
    sha256: str
    """Of a folder, of its files' names and contents."""
    counts: Mapping[str, int] = field(default_factory=dict)
    """What the edition itself counted: pages, and the like."""
    beside: Mapping[str, str] = field(default_factory=dict)
    """The files that belong to it and stand beside it, and their SHA-256."""
    path: Path = Path()
    """Where it stands while others are made that need it."""


Write = Callable[[Book, Path, Mapping[str, Finished], Store, Report], Mapping[str, int]]
"""Write an edition of a book to a path that does not exist yet, with the editions it needs already finished.

Gives what the edition counts; problems go into the report."""


@dataclass(frozen=True, slots=True)
class Edition:
    """One file or folder that readers get."""

    name: str
    output: Callable[[BookSettings], str]
    write: Write
    needs: tuple[str, ...] = ()
    """The editions that are made before it, when they are made in the same run."""
    beside: tuple[str, ...] = ()
    """The files that it writes beside itself."""
