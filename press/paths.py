"""Paths in the folder of a book: what it names does not lead out of it, and its releases have a place."""

from __future__ import annotations

from pathlib import Path

from press.diagnostics import Position, Report

RELEASES = "manuscript/releases"
"""Where snapshots of releases are kept, seen from the book's folder."""


def snapshot_path(root: Path, name: str) -> Path:
    """Where the snapshot of a release is kept."""
    return root / RELEASES / f"{name}.txt"


def inside(root: Path, folder: Path, name: str, position: Position, report: Report) -> Path | None:
    """The path `name` seen from `folder`, or None with a diagnostic when it leads out of the book's folder `root`."""
    path = folder / name
    if "://" in name or not path.resolve().is_relative_to(root.resolve()):
        hint = "a book holds everything it needs: copy the file into its folder"
        report.add("path-outside-book", position, f'"{name}" leads out of the book\'s folder', hint)
        return None
    return path
