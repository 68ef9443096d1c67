"""The smallest complete book, to begin with."""

from __future__ import annotations

import shutil
from pathlib import Path

_SKELETON = Path(__file__).parents[2] / "templates" / "new-book"


def make_book(folder: Path) -> None:
    """Copy the skeleton of a book to a new folder. Raises `FileExistsError` when there is something already."""
    shutil.copytree(_SKELETON, folder)
