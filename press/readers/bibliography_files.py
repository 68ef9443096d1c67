"""Which files a book's bibliography is in, known without reading the book, so that a second build starts at once."""

from __future__ import annotations

from pathlib import Path

import yaml

DEFAULT = "bibliography.bib"
"""The file of a book that names none."""


def bibliography_files(root: Path) -> list[Path]:
    """The existing files that the settings of the book in `root` name; none where the settings cannot be read."""
    try:
        settings = yaml.load((root / "manuscript" / "book.yaml").read_bytes(), Loader=yaml.BaseLoader)
    except (OSError, ValueError, yaml.YAMLError, RecursionError):
        return []
    names = settings.get("bibliography", [DEFAULT]) if isinstance(settings, dict) else []
    paths = [root / name for name in names if isinstance(name, str)] if isinstance(names, list) else []
    return [path for path in paths if path.is_file() and path.resolve().is_relative_to(root.resolve())]
