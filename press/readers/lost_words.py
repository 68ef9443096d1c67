"""The proof's beginning: every word of an author's file is in the tree that pandoc made of it, or is reported.

What is compared are words, and all that a tree has counts: text, attributes, addresses, keys. So nothing has to be
known of where attributes stand. Only what pandoc takes for itself is passed over: numbers of lists, labels of notes
and of links.
"""

from __future__ import annotations

import html
import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import groupby, pairwise
from urllib.parse import unquote

from press.diagnostics import Report
from press.nodes import (
    Attributed,
    Citation,
    Code,
    CodeBlock,
    Doc,
    Figure,
    Image,
    Link,
    Math,
    Node,
    Nodes,
    RawBlock,
    RawInline,
    Str,
)
from press.readers.source import Source
from press.tree import elements

_WORD = re.compile(r"[^\W_]+")
_ENTITY = re.compile(r"&#?\w+;")
_RUN = re.compile(r"(?:[^\W_]|&#?\w+;)+")
"""A word of the source, whose letters may be entities of HTML."""
_PASSED_OVER = (
    re.compile(r"\[\^[^\]\s]+\]"),
    re.compile(
        r"^[ \t>]*(?:[-*+:~][ \t]+)*(?:\(?(?:\d{1,9}|[^\W\d_]|[ivxlcdm]+|[IVXLCDM]+)[.)](?=\s)[ \t]*)+", re.MULTILINE
    ),
    re.compile(r"^[ \t>]*[Tt]able:", re.MULTILINE),
    re.compile(r"(?<=[\s{])(?:alt|class|id)="),
)
"""Labels of notes, numbers of lists, the word before the caption of a table, attributes that pandoc knows."""
_DEFINITION = re.compile(
    r"^[ \t>]*(?:[-*+:~][ \t]+)*\[(?!\^)(?P<label>[^\[\]]+)\]:[ \t]*"
    r"(?:<[^>\n]*>|(?P<words>\S+(?:[ \t]+[^\s\"'({]\S*)+)|).*"
    r"(?:\n[ \t>]+[\"'(].*)?",
    re.MULTILINE,
)
"""A link definition, its title perhaps on a second line; `words` is an address that has spaces in it."""
_NEAR = 3
"""How many words before and after a word tell whether it stands in a lost piece."""
_BRACKETS = re.compile(r"\[([^\[\]]*)\]")
_LABEL = re.compile(r"(?<=\]\[)[^\[\]]+(?=\])")


@dataclass(frozen=True, slots=True)
class LostWord:
    """A word of the source that the tree has not, and its offset."""

    text: str
    offset: int


def lost_words(source: Source, tree: Doc) -> tuple[LostWord, ...]:
    """The words of a file that its tree lacks, in the order of the file; notes that nothing calls are left out."""
    text = _text_of(source)
    found = _tree_words(tree, source.text)
    missing = Counter(_WORD.findall(_ENTITY.sub(lambda entity: html.unescape(entity.group()), text)))
    missing.subtract(found)
    missing = +missing
    return tuple(_located(list(_source_words(text)), found, missing)) if missing else ()


def report_lost_words(source: Source, tree: Doc, report: Report) -> None:
    """Report lost words, with what is known of how they came to be lost: one problem a line."""
    lines = source.masked.split("\n")
    definitions: dict[int, re.Match[str]] = {}
    for found in _DEFINITION.finditer(source.masked):
        for offset in (found.end(), found.start("label")):
            definitions[source.line_column(offset)[0]] = found
        if found["words"]:
            _report_definition(source, found, f'"{found["words"]}" is no address', report)
    for line, group in groupby(lost_words(source, tree), key=lambda word: source.line_column(word.offset)[0]):
        lost = list(group)
        words = " ".join(word.text for word in lost)
        position = source.position(lost[0].offset)
        if definition := definitions.get(line):
            if not definition["words"]:
                _report_definition(source, definition, "nothing uses this link definition", report)
        elif lines[line - 1].lstrip(" >").startswith("|"):
            hint = "give the head as many cells, or write \\| for a bar in the text"
            report.add("extra-cell", position, f'"{words}" stands behind the last column of the table', hint)
        else:
            hint = "something before it is given twice, or is not what it looks like"
            report.add("lost-text", position, f'"{words}" would be in no edition', hint)


def _report_definition(source: Source, definition: re.Match[str], message: str, report: Report) -> None:
    label = definition["label"]
    hint = f"where it is text, write \\[{label}]:"
    report.add("link-definition", source.position(definition.start("label") - 1), message, hint)


def _text_of(source: Source) -> str:
    """The text of a file without what pandoc takes for itself; the same length."""
    text = source.printed
    ends = [note.end for note in source.notes]
    bodies = [note.body for note in source.notes]
    in_text = {label for label, offset in source.calls if bisect_right(bodies, offset) == bisect_right(ends, offset)}
    written = Counter(note.label for note in source.notes)
    # Notes that are written twice, or not called from the text, are reported as such.
    spans = [(one.start, one.end) for one in source.notes if one.label not in in_text or written[one.label] > 1]
    spans += [found.span() for pattern in _PASSED_OVER for found in pattern.finditer(source.masked)]
    definitions = list(_DEFINITION.finditer(source.masked))
    if definitions:
        defined: set[str] = set()
        times = Counter(_label(found[1]) for found in _BRACKETS.finditer(source.masked))
        times.subtract(_label(found["label"]) for found in definitions)
        for found in definitions:
            label = _label(found["label"])
            if label in defined:  # pandoc says so
                spans.append(found.span())
            elif times[label] > 0:
                spans.append(found.span("label"))
            defined.add(label)
        spans += [found.span() for found in _LABEL.finditer(source.masked) if _label(found[0]) in defined]
    return _without(text, spans)


def _label(text: str) -> str:
    """The label of a link, as pandoc compares them."""
    return " ".join(text.casefold().split())


def _without(text: str, spans: Iterable[tuple[int, int]]) -> str:
    pieces = []
    at = 0
    for start, end in sorted(spans):
        if end > at:
            pieces += [text[at:start], " " * (end - max(at, start))]
            at = end
    return "".join([*pieces, text[at:]])


def _source_words(text: str) -> Iterator[LostWord]:
    for run in _RUN.finditer(text):
        if "&" not in run.group():
            yield LostWord(run.group(), run.start())
            continue
        for word in _WORD.findall(html.unescape(run.group())):
            yield LostWord(word, run.start())


def _tree_words(tree: Doc, text: str) -> list[str]:
    pieces: list[str] = []
    doubled: set[Node] = set()
    for node in elements(tree, skip=lambda node: node in doubled):
        if isinstance(node, Str):
            pieces.append(node.text)
            continue
        if isinstance(node, Figure) and _is_doubled(node, text):
            doubled.add(node.caption)
        if isinstance(node, Attributed):
            pieces += [node.identifier, *node.classes, *node.attributes, *node.attributes.values()]
        if isinstance(node, (Link, Image)):
            pieces += [node.url if "%" not in node.url else f"{node.url} {unquote(node.url)}", node.title]
        elif isinstance(node, Citation):
            pieces.append(node.id)
        elif isinstance(node, (Code, CodeBlock, Math)):
            pieces.append(node.text)
        elif isinstance(node, (RawInline, RawBlock)):
            pieces += [node.format, node.text]
    return _WORD.findall("\n".join(pieces))


def _is_doubled(figure: Figure, text: str) -> bool:
    """Whether the caption of a figure is the alternative text too, for want of another."""
    words = _words_of(figure.content)
    return words == _words_of(figure.caption.content) and f'alt="{words}"' not in text


def _words_of(nodes: Nodes) -> str:
    return " ".join(node.text for one in nodes for node in elements(one) if isinstance(node, Str))


def _located(written: list[LostWord], found: list[str], missing: Counter[str]) -> Iterator[LostWord]:
    """Where the missing words stand: of those that occur elsewhere too, where the words before and after are others.

    Attributes and captions do not stand where they stand in the file, so that the two texts cannot be laid side by
    side; but what is lost is lost in one piece.
    """
    pairs = Counter(pairwise(word.text for word in written))
    pairs.subtract(pairwise(found))
    odd = [0] * (len(written) + 1)
    """Whether the words before and after each number are such a pair."""
    for number, (before, after) in enumerate(pairwise(word.text for word in written), start=1):
        odd[number] = int(pairs[before, after] > 0)
    signs = [odd[number] + odd[number + 1] if word.text in missing else 0 for number, word in enumerate(written)]
    places: dict[str, list[int]] = {text: [] for text in missing}
    for number, word in enumerate(written):
        if word.text in missing:
            places[word.text].append(number)
    lost: list[int] = []
    for text, numbers in places.items():
        numbers.sort(key=lambda number: (sum(signs[max(number - _NEAR, 0) : number + _NEAR + 1]), number))
        lost += numbers[-missing[text] :]
    return (written[number] for number in sorted(lost))
