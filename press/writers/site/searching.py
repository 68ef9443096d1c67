"""The search of the web edition: an index of the pages, made by Pagefind. The home of Pagefind.

Pagefind reads pages made for it alone: what readers would not look for is left out, and the headings have the ids of
their sections, to which results lead. Its filters are not used, since it writes them in another order each time;
the search page sorts its results by chapter itself.
"""

from __future__ import annotations

import json
import os
import subprocess
import tempfile
from collections.abc import Iterable
from pathlib import Path

import pagefind_bin
from lxml import etree, html

from press.diagnostics import Position, Report
from press.store import files_under
from press.writers.xhtml.pages import Page

FOLDER = "pagefind"
"""Where the index and Pagefind's script are."""
_UNSEARCHED = ("contents", "list-of-figures", "index", "whats-new", "colophon")
"""Parts that only say again, or elsewhere, what the book says."""
_LEFT_OUT = frozenset(
    ["number", "page-info", "local-contents", "series", "chapter-changes", "note-call", "note-number", "cited-in"]
)
_REPEATED = "0.2"
"""The weight of text that many chapters share: where a word is only in this, its chapter comes late."""
_HEADINGS = ("h1", "h2", "h3", "h4", "h5", "h6")
_SCRIPT = "pagefind.js"
_ENTRY = "pagefind-entry.json"


def search_files(pages: Iterable[Page], suffix: str, language: str, report: Report) -> dict[str, bytes]:
    """The files that the search page needs, by their names in the edition; none when Pagefind failed, and a report."""
    with tempfile.TemporaryDirectory() as folder:
        site, made = Path(folder, "site"), Path(folder, "made")
        site.mkdir()
        for page in pages:
            if page.role not in _UNSEARCHED:
                (site / f"{page.slug}{suffix}").write_bytes(_searched(page, language))
        problem = _run(site, made)
        if problem:
            report.add("search-index", Position("web:search.html"), f"Pagefind could not make the search: {problem}")
            return {}
        return {f"{FOLDER}/{name}": (made / name).read_bytes() for name in _needed(made)}


def _searched(page: Page, language: str) -> bytes:
    """A page as the index is to know it."""
    main = html.fragment_fromstring(str(page.body), create_parent="main")
    for element in list(main.iter(etree.Element)):
        classes = (element.get("class") or "").split()
        if element.tag == "svg" or not _LEFT_OUT.isdisjoint(classes):
            element.drop_tree()
        elif "shared" in classes:
            element.set("data-pagefind-weight", _REPEATED)
    for section in main.iter("section"):
        heading = next(iter(section), None)
        if heading is not None and heading.tag in _HEADINGS and section.get("id"):
            heading.set("id", section.attrib.pop("id"))
    for element in main.iter(etree.Element):
        if element.tag not in _HEADINGS:
            element.attrib.pop("id", None)
    text = etree.tostring(main, encoding="unicode", method="html")
    return f'<!doctype html>\n<html lang="{language}">\n<body>\n{text}\n</body>\n</html>\n'.encode()


def _run(site: Path, made: Path) -> str:
    """Run Pagefind; gives what went wrong, or nothing. Settings of the machine are kept from it."""
    settings = {name: value for name, value in os.environ.items() if not name.startswith("PAGEFIND_")}
    options = ["--site", str(site), "--output-path", str(made), "--silent"]
    try:
        command = [str(pagefind_bin.get_executable()), *options]
        done = subprocess.run(command, cwd=site, env=settings, capture_output=True, text=True, check=False)
    except OSError as error:
        return str(error)
    if done.returncode == 0 and (made / _ENTRY).is_file():
        return ""
    said = (done.stderr or done.stdout).strip().splitlines()
    return said[-1] if said else f"it ended with {done.returncode}"


def _needed(made: Path) -> Iterable[str]:
    """The names of the files that our own search page needs; Pagefind writes several faces for others."""
    entry = json.loads((made / _ENTRY).read_bytes())
    stemmers = {f"wasm.{language['wasm'] or 'unknown'}.pagefind" for language in entry["languages"].values()}
    for path in sorted(files_under([made])):
        name = path.relative_to(made).as_posix()
        if name in {_SCRIPT, _ENTRY, *stemmers} or path.suffix in (".pf_meta", ".pf_index", ".pf_fragment"):
            yield name
