"""The search of the web edition: an index of the pages, made by Pagefind. The home of Pagefind.

Pagefind reads pages made for it alone: what readers would not look for is left out, and the headings have the ids of
their sections, to which results lead. Two things it can do are not used, since their bytes differ from build to build:
reading a folder, in whatever order its file system has, and filters; the search page picks a chapter's results itself.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
from collections.abc import Iterable, Mapping
from typing import Any

import pagefind_bin
from lxml import etree, html

from press.diagnostics import Position, Report
from press.letters import without_soft_hyphens
from press.writers.xhtml.flavour import Flavour
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
_PARTS = (".pf_meta", ".pf_index", ".pf_fragment")


def search_files(pages: Iterable[Page], flavour: Flavour, language: str, report: Report) -> dict[str, bytes]:
    """The files that the search page needs, by their names in the edition; none when Pagefind failed, and a report."""
    searched = {
        flavour.page_address(page.slug): _searched(page, language) for page in pages if page.role not in _UNSEARCHED
    }
    try:
        made = _index(searched)
    except (OSError, _PagefindError) as error:
        report.add("search-index", Position("web:search.html"), f"Pagefind could not make the search: {error}")
        return {}
    return {f"{FOLDER}/{name}": made[name] for name in _needed(made)}


def _searched(page: Page, language: str) -> str:
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
    text = without_soft_hyphens(etree.tostring(main, encoding="unicode", method="html"))
    return f'<!doctype html>\n<html lang="{language}">\n<body>\n{text}\n</body>\n</html>\n'


class _PagefindError(Exception):
    """Pagefind's own words for what went wrong."""


def _index(pages: Mapping[str, str]) -> dict[str, bytes]:
    """Everything that Pagefind makes of some pages, which it takes one after the other."""
    # Settings of the machine are kept from it.
    settings = {name: value for name, value in os.environ.items() if not name.startswith("PAGEFIND_")}
    command = [str(pagefind_bin.get_executable()), "--service"]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, env=settings, stdin=pipe, stdout=pipe, stderr=subprocess.DEVNULL) as process:
        index = _asked(process, type="NewIndex", config={})["index_id"]
        for name, text in pages.items():
            _asked(process, type="AddFile", index_id=index, url=f"/{name}", file_contents=text)
        files = _asked(process, type="GetFiles", index_id=index)["files"]
    return {file["path"]: base64.b64decode(file["content"]) for file in files}


def _asked(process: subprocess.Popen[bytes], **question: object) -> dict[str, Any]:
    """Pagefind's answer to a question. Both are JSON in Base64, and a comma ends them."""
    assert process.stdin and process.stdout
    process.stdin.write(base64.b64encode(json.dumps({"message_id": 0, "payload": question}).encode()) + b",")
    process.stdin.flush()
    said = bytearray()
    while not said.endswith(b","):
        more = os.read(process.stdout.fileno(), 1 << 16)
        if not more:
            raise _PagefindError("it ended without an answer")
        said += more
    answer: dict[str, Any] = json.loads(base64.b64decode(said[:-1]))["payload"]
    if answer["type"] == "Error":
        raise _PagefindError(answer["message"])
    return answer


def _needed(made: Mapping[str, bytes]) -> Iterable[str]:
    """The names of the files that our own search page needs; Pagefind writes several faces for others."""
    entry = json.loads(made[_ENTRY])
    stemmers = {f"wasm.{language['wasm'] or 'unknown'}.pagefind" for language in entry["languages"].values()}
    for name in sorted(made):
        if name in {_SCRIPT, _ENTRY, *stemmers} or name.endswith(_PARTS):
            yield name
