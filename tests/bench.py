"""Timings (`make bench`): medians of several runs, and beside them those of a peer on the same machine.

Seconds depend on the machine, ratios do not. Nothing here fails; tests hold no timings.
"""

from __future__ import annotations

import random
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pypandoc
from oracle import ROOT, items, style_file
from rich.console import Console
from rich.table import Table

from press.citeproc import CitationItem, Cluster, format_citations

REFERENCES, CITATIONS, RUNS = 200, 2000, 3


def many_items() -> dict[str, dict[str, Any]]:
    """Two hundred references: those of the tests, and as many again under other titles as are missing."""
    found = dict(items())
    for number, (key, item) in enumerate(list(found.items()) * 2):
        if len(found) < REFERENCES:
            name = f"{key}x{number}"
            found[name] = item | {"id": name, "title": f"{item.get('title', '')}, continued"}
    return found


def median(run: Callable[[], object]) -> float:
    """Seconds, the middle one of several runs."""
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times)


def citations(style: str) -> float:
    """Seconds for two thousand citations and their references."""
    found = many_items()
    chance = random.Random(1)
    clusters = [
        Cluster((CitationItem(chance.choice(list(found)), locator=chance.choice(["", "12"])),), number)
        for number in range(1, CITATIONS + 1)
    ]
    return median(lambda: format_citations(found, style_file(style), "en-US", clusters))


def whole_book(*editions: str) -> float:
    """Seconds for a cold build of the real book."""
    options = [option for edition in editions for option in ("--edition", edition)]

    def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            command = [sys.executable, "build.py", "build", "--output", folder, *options]
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    return median(run)


def peer() -> float:
    """Seconds that plain pandoc takes for web pages of the same chapters and references."""
    chapters = sorted(str(path) for path in (ROOT / "manuscript").glob("*.md"))

    def run() -> None:
        with tempfile.TemporaryDirectory() as folder:
            options = ["--citeproc", "--bibliography=bibliography.bib", "--to=chunkedhtml", "--metadata=title:x"]
            options += ["--resource-path=manuscript"]
            command = [pypandoc.get_pandoc_path(), *options, f"--output={Path(folder, 'x')}", *chapters]
            subprocess.run(command, cwd=ROOT, check=True, capture_output=True)

    return median(run)


def main() -> None:
    """Print the table."""
    unit = peer()
    table = Table("what", "seconds", "times pandoc", box=None, pad_edge=False)
    rows = {"pandoc --citeproc -t chunkedhtml, the same chapters": unit}
    for style in ("numbered", "note", "author-date", "apa"):
        rows[f"{CITATIONS} citations of {REFERENCES} references, {style}"] = citations(style)
    rows["web"] = whole_book("web")
    rows["web and screen PDF"] = whole_book("web", "screen")
    rows["all editions"] = whole_book()
    for name, seconds in rows.items():
        table.add_row(name, f"{seconds:.2f}", f"{seconds / unit:.2f}")
    Console().print(table)


if __name__ == "__main__":
    main()
