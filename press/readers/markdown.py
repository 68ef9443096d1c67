"""Markdown files through pandoc into trees, each with its metadata's Markdown lines as inlines."""

from __future__ import annotations

import json
import os
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from importlib.metadata import version
from pathlib import Path
from typing import Any

from press.diagnostics import Position, Report
from press.nodes import Div, Doc, Header, Node, Nodes, Para, Plain
from press.readers.source import Source
from press.store import Store, digest
from press.tree import rewrite
from press.tree_classes import has_class
from press.tree_json import from_json
from press.tree_text import text_inlines

FORMAT = (
    "markdown-raw_tex-auto_identifiers-implicit_header_references-yaml_metadata_block-pandoc_title_block"
    "-native_divs-native_spans-markdown_in_html_blocks-example_lists-latex_macros"
)
_FIELD_CLASS = "press-field"
_OWN_DIAGNOSTICS = {
    "DuplicateIdentifier",
    "DuplicateNoteReference",
    "NoteDefinedButNotUsed",
    "ReferenceNotFound",
    "Extracting",
    "LoadedResource",
}


@dataclass(frozen=True, slots=True)
class MarkdownText:
    """What is to be parsed in one go: a file, and the Markdown lines of its metadata."""

    source: Source
    fields: Mapping[str, str]

    def as_pandoc_input(self) -> str:
        """The body with the lines after it, each in a division of its own, so that one run of pandoc parses all."""
        pieces = [self.source.body.rstrip("\n"), ""]
        for name, line in self.fields.items():
            pieces += ["", f'::: {{.{_FIELD_CLASS} name="{name}"}}', line, ":::"]
        return "\n".join(pieces) + "\n"


@dataclass(frozen=True, slots=True)
class ParsedText:
    """A parsed file."""

    tree: Doc
    fields: Mapping[str, Nodes]


def parse_all(texts: Sequence[MarkdownText], store: Store, report: Report) -> Iterator[ParsedText]:
    """Parse files side by side, and give one while the next are parsed; those in the store start no pandoc."""
    inputs = [text.as_pandoc_input() for text in texts]
    keys = ["markdown-" + digest(FORMAT, version("pypandoc_binary"), text) for text in inputs]
    with ThreadPoolExecutor(max_workers=os.cpu_count()) as workers:
        stored = [store.get(key) for key in keys]
        running = {
            number: workers.submit(_run_pandoc, text)
            for number, (text, result) in enumerate(zip(inputs, stored, strict=True))
            if result is None
        }
        for number, (text, key) in enumerate(zip(texts, keys, strict=True)):
            result = stored[number]
            if result is None:
                result = running[number].result()
                store.put(key, result)
            data = json.loads(result)
            _report_log(data["log"], text.source, report)
            yield _load(data["document"], text)


def _run_pandoc(text: str) -> bytes:
    """pandoc's tree and log of a text, as JSON."""
    import pypandoc

    with tempfile.TemporaryDirectory() as folder:
        log = Path(folder, "log.json")
        arguments = ["--quiet", "--strip-comments", f"--log={log}"]
        document = pypandoc.convert_text(text, "json", format=FORMAT, extra_args=arguments)
        entries = json.loads(log.read_text("utf-8")) if log.exists() else []
    return json.dumps({"document": document, "log": entries}).encode()


def _report_log(entries: list[dict[str, Any]], source: Source, report: Report) -> None:
    lines = source.text.count("\n") + 1
    for entry in entries:
        if entry.get("type") in _OWN_DIAGNOSTICS or entry.get("verbosity") == "INFO":
            continue
        at = entry.get("openpos", entry)
        line = min(int(at.get("line", 1)), lines)
        message = str(entry.get("pretty") or entry.get("message") or entry.get("contents") or entry.get("type"))
        position = Position(source.name, line, int(at.get("column", 1)))
        report.add("markdown-warning", position, " ".join(message.split()))


def _load(document: str, text: MarkdownText) -> ParsedText:
    found: dict[str, Nodes] = {}

    def take(node: Node) -> Nodes | None:
        if not (isinstance(node, Div) and has_class(node, _FIELD_CLASS)):
            return None
        first = node.content[0] if node.content else None
        found[node.attributes["name"]] = first.content if isinstance(first, (Para, Plain, Header)) else ()
        return ()

    # A block of the text that is never closed holds the lines behind the text too.
    tree = rewrite(from_json(document), take)
    fields = {name: found.get(name) or text_inlines(line) for name, line in text.fields.items()}
    return ParsedText(tree, fields)
