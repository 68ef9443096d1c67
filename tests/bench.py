"""Timings (`make bench`): medians of alternating runs, and beside them those of a peer on the same machine.

Seconds depend on the machine, ratios do not. Nothing here fails; tests hold no timings. `make bench WHAT=pages`
times only that: there are citations, pages, book, growth.
"""

from __future__ import annotations

import multiprocessing
import random
import re
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pypandoc
from oracle import ROOT, items, style_file
from rich.console import Console
from rich.table import Table

from press.citeproc import CitationItem, Cluster, format_citations
from press.diagnostics import Report

REFERENCES, CITATIONS, RUNS = 200, 2000, 5
SKELETON = ROOT / "templates" / "new-book"


def medians(runs: Mapping[str, Callable[[], object]], times: int = RUNS) -> dict[str, float]:
    """Seconds of each of several things to do, taken in turns: the middle one of their times."""
    taken: dict[str, list[float]] = {name: [] for name in runs}
    for _ in range(times):
        for name, run in runs.items():
            start = time.perf_counter()
            run()
            taken[name].append(time.perf_counter() - start)
    return {name: statistics.median(found) for name, found in taken.items()}


def many_items() -> dict[str, dict[str, Any]]:
    """Two hundred references: those of the tests, and as many again under other titles as are missing."""
    found = dict(items())
    for number, (key, item) in enumerate(list(found.items()) * 2):
        if len(found) < REFERENCES:
            name = f"{key}x{number}"
            found[name] = item | {"id": name, "title": f"{item.get('title', '')}, continued"}
    return found


def citations(style: str) -> None:
    """Two thousand citations and their references."""
    found = many_items()
    chance = random.Random(1)
    clusters = [
        Cluster((CitationItem(chance.choice(list(found)), locator=chance.choice(["", "12"])),), number)
        for number in range(1, CITATIONS + 1)
    ]
    format_citations(found, style_file(style), "en-US", clusters)


def build(book: Path, *editions: str) -> None:
    """A cold build."""
    options = [option for edition in editions for option in ("--edition", edition)]
    with tempfile.TemporaryDirectory() as folder:
        run(sys.executable, "build.py", "build", "--book", str(book), "--output", folder, *options)


def check(book: Path) -> None:
    """A cold check, of a copy of the book that was never built."""
    with tempfile.TemporaryDirectory() as folder:
        shutil.copytree(book / "manuscript", Path(folder, "manuscript"))
        shutil.copy(book / "bibliography.bib", folder)
        run(sys.executable, "build.py", "check", "--book", folder)


def pandoc() -> None:
    """What plain pandoc makes of the same chapters and references: web pages."""
    chapters = sorted(str(path) for path in (ROOT / "manuscript").glob("*.md"))
    with tempfile.TemporaryDirectory() as folder:
        options = ["--citeproc", "--bibliography=bibliography.bib", "--to=chunkedhtml", "--metadata=title:x"]
        options += ["--resource-path=manuscript"]
        run(pypandoc.get_pandoc_path(), *options, f"--output={Path(folder, 'x')}", *chapters)


def run(*command: str) -> None:
    """A command that has to succeed."""
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)


def as_bare_weasyprint_sees_it(folder: Path) -> None:
    """Leave in a folder what bare WeasyPrint needs for the pages of the screen PDF.

    That is all parts in one document, with the page numbers that were found, the stylesheet, fonts and pictures.
    """
    from press.writers.paged import book as paged
    from press.writers.paged.layout import Engine, Layout

    parts: dict[str, str] = {}

    class Recorder(Engine):
        """Keeps what it lays out; of a part that is laid out again, the last."""

        def __init__(self, style: str, files: Mapping[str, bytes], *rest: Any) -> None:
            super().__init__(style, files, *rest)
            for name, data in {**files, "style.css": style.encode()}.items():
                (folder / name).parent.mkdir(parents=True, exist_ok=True)
                (folder / name).write_bytes(data)

        def lay_out(self, html: str) -> Layout:
            parts[re.findall(r'\sid="([^"]+)"', html)[0]] = html
            return super().lay_out(html)

    with patch.object(paged, "Engine", Recorder):
        writer_of_screen(folder)({}, Report())
    bodies = [re.findall(r"<body[^>]*>(.*)</body>", html, re.DOTALL)[0] for html in parts.values()]
    head = re.findall(r".*<body[^>]*>", parts["preface"], re.DOTALL)[0]
    (folder / "book.html").write_text(f"{head}{''.join(bodies)}</body></html>")


def writer_of_screen(folder: Path) -> Callable[[Mapping[str, object], Report], Mapping[str, int]]:
    """Read the real book; what is given writes its screen PDF."""
    from press.pipeline import load
    from press.store import Store
    from press.writers.catalogue import EDITIONS

    store = Store(folder / "store")
    book = load(ROOT, store, Report(), lambda _number, _name: None)
    assert book
    screen = next(edition for edition in EDITIONS if edition.name == "screen")
    return lambda _, report: screen.write(book, folder / "ours.pdf", {}, store, report)


def ours(folder: Path) -> None:
    """Write the screen PDF as a build does, and the seconds it took after the book was read."""
    from press.side_by_side import Job, run_side_by_side

    job = Job("screen", frozenset(), writer_of_screen(folder))
    start = time.perf_counter()
    run_side_by_side([job], {}, lambda _, counts: counts, Report())
    (folder / "seconds").write_text(str(time.perf_counter() - start))


def bare(folder: Path) -> None:
    """Write the same pages with WeasyPrint alone, and the seconds it took."""
    start = time.perf_counter()
    from weasyprint import CSS, HTML
    from weasyprint.text.fonts import FontConfiguration

    fonts = FontConfiguration()
    style = CSS(filename=str(folder / "style.css"), font_config=fonts)
    page = HTML(filename=str(folder / "book.html"))
    page.write_pdf(folder / "bare.pdf", stylesheets=[style], font_config=fonts, pdf_variant="pdf/ua-1")
    (folder / "seconds").write_text(str(time.perf_counter() - start))


def apart(do: Callable[[Path], None], folder: Path) -> float:
    """The seconds that something says it took, done in a process of its own."""
    process = multiprocessing.get_context("spawn").Process(target=do, args=(folder,))
    process.start()
    process.join()
    assert process.exitcode == 0, do
    seconds = folder / "seconds"
    return float(seconds.read_text()) if seconds.exists() else 0.0


def synthetic(folder: Path, chapters: int) -> None:
    """A book of chapters of 3,750 words, with 12 notes, 14 citations, three figures and a table each."""
    shutil.copytree(SKELETON, folder)
    chance = random.Random(1)
    words = sorted(set(re.findall(r"\b[a-z]{2,12}\b", (ROOT / "manuscript" / "00-safety.md").read_text("utf-8"))))
    names = []
    for number in range(chapters):
        names.append(f"{number + 2:02}-chapter-{number + 2}.md")
        lines = [f"---\ntitle: Chapter {number}\ndeck: A deck.\n"]
        lines += ["changelog:\n  - {date: 2026-01-01, kind: publication, text: First published.}\n---\n"]
        for paragraph in range(50):
            text = " ".join(chance.choice(words) for _ in range(75)).capitalize()
            note = f"[^{number}-{paragraph}]" if paragraph % 4 == 0 and paragraph < 48 else ""
            cite = " [@strunk1918elements, p. 1]" if paragraph % 3 == 0 and paragraph < 42 else ""
            heading = f"## {text[:30].strip()} {paragraph}\n\n" if paragraph % 7 == 0 else ""
            lines.append(f"{heading}{text}{cite}.{note}\n")
            if note:
                lines.append(f"{note}: {text[:80].strip()}.\n")
            if paragraph in (9, 19, 29):
                label = f"#fig:dot-{number}-{paragraph}"
                lines.append(f'![A caption.](figures/dot.svg "Dot {number} {paragraph}"){{{label} alt="A dot."}}\n')
        lines.append("| a | b |\n|---|---|\n| 1 | 2 |\n")
        lines.append(f": A table {{#tbl:table-{number}}}\n")
        (folder / "manuscript" / names[-1]).write_text("\n".join(lines))
    settings = folder / "manuscript" / "book.yaml"
    files = ", ".join(["01-first-chapter.md", *names])
    settings.write_text(settings.read_text().replace("01-first-chapter.md", files))


def show(title: str, columns: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> None:
    """A table."""
    table = Table(title, *columns, box=None, pad_edge=False)
    for row in rows:
        table.add_row(*row)
    console = Console()
    console.print(table)
    console.print()


def bench_citations() -> None:
    """Citations alone."""
    found = medians({style: partial(citations, style) for style in ("numbered", "note", "author-date", "apa")})
    title = f"{CITATIONS} citations of {REFERENCES} references"
    show(title, ("seconds",), [(style, f"{seconds:.2f}") for style, seconds in found.items()])


def bench_pages() -> None:
    """The screen PDF beside bare WeasyPrint."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        apart(as_bare_weasyprint_sees_it, folder)
        turns = [(apart(ours, folder), apart(bare, folder)) for _ in range(RUNS)]
        own, peer = (statistics.median(seconds) for seconds in zip(*turns, strict=True))
        rows = [("bare WeasyPrint, the same pages", peer), ("screen PDF", own)]
    show("PDF of the real book", ("seconds", "times bare"), [(n, f"{s:.2f}", f"{s / peer:.2f}") for n, s in rows])


def bench_book() -> None:
    """Cold builds beside plain pandoc."""
    found = medians(
        {
            "pandoc --citeproc -t chunkedhtml": pandoc,
            "check": partial(check, ROOT),
            "web": partial(build, ROOT, "web"),
            "web and screen PDF": partial(build, ROOT, "web", "screen"),
            "all editions": partial(build, ROOT),
        }
    )
    unit = next(iter(found.values()))
    rows = [(name, f"{seconds:.2f}", f"{seconds / unit:.2f}") for name, seconds in found.items()]
    show("The real book, cold", ("seconds", "times pandoc"), rows)


def bench_growth() -> None:
    """Time and memory of the web edition and the screen PDF as books grow."""
    rows = []
    for chapters in (14, 56):
        with tempfile.TemporaryDirectory() as name:
            book = Path(name, "book")
            synthetic(book, chapters)
            start = time.perf_counter()
            build(book, "web", "epub", "screen")
            seconds = time.perf_counter() - start
            kilobytes = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss
            rows.append(
                (f"{chapters} chapters", f"{seconds:.1f}", f"{seconds / chapters:.2f}", f"{kilobytes / 1024:.0f}")
            )
    show("Synthetic books: web, EPUB, screen PDF", ("seconds", "a chapter", "MB, the largest process"), rows)


BENCHES = {"citations": bench_citations, "pages": bench_pages, "book": bench_book, "growth": bench_growth}


def main() -> None:
    """Print the tables that were asked for, or all."""
    for name in sys.argv[1:] or BENCHES:
        BENCHES[name]()


if __name__ == "__main__":
    main()
