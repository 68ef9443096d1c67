"""Figures and tables: numbered within their chapter, titled, checked, and listed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Literal

from press.diagnostics import Position, Report
from press.drawings import DrawingError, read_drawing
from press.labels import Labels
from press.model import Book, Chapter, Figure, output_id
from press.nodes import Div, Image, Node, Nodes, Para, Plain, Span, Table
from press.paths import inside
from press.photographs import is_whole
from press.tree import children, elements, rewrite
from press.tree_classes import has_class, is_pain_map
from press.tree_text import SPACE, plain_text, text_inlines

_PICTURE_HEADS = {".png": b"\x89PNG\r\n\x1a\n", ".jpg": b"\xff\xd8\xff", ".jpeg": b"\xff\xd8\xff"}
_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{2}[.?!]) (?=[A-ZÀ-Þ])")


def number_figures(book: Book, report: Report) -> Book:
    """Number figures and tables (4.1, 4.2 ...), put label and title before their captions, check their pictures."""
    for name, view in book.settings.series.views.items() if book.settings.series else ():
        for setting in ("file", "regions"):
            if file := getattr(view, setting):
                at = book.setting_positions.get(f"series.views.{name}.{setting}", Position("manuscript/book.yaml"))
                _check_file(file, at, book, report)
    work = _Figures(book, report)
    return book.with_chapters(work.numbered).replace(anchors=work.anchors)


class _Figures:
    """Numbers the figures and tables of one chapter after the other."""

    def __init__(self, book: Book, report: Report) -> None:
        self.book = book
        self.report = report
        self.anchors = dict(book.anchors)
        self.loose: Counter[str] = Counter()
        """How many there are in chapters that have no number."""

    def numbered(self, chapter: Chapter) -> Chapter:
        """A chapter with its figures and tables numbered, and listed."""
        prefix = _prefix(chapter)
        counts: Counter[str] = Counter() if prefix else self.loose
        found: list[Figure] = []

        def change(node: Node) -> Node | None:
            if isinstance(node, Image):
                _check_image(node, self.book, self.report)
            kind = _kind(node)
            if kind is None or not isinstance(node, (Div, Table)):
                return None
            if is_pain_map(node):
                _check_pain_map(node, chapter, self.book, self.report)
            counts[kind] += 1
            number = f"{prefix}.{counts[kind]}" if prefix else str(counts[kind])
            title = _title(node, self.book.labels)
            listed = title or _first_sentence(node)
            label = f"{self.book.labels[kind]} {number}"
            found.append(Figure(output_id(node.identifier), kind, label, listed))
            if anchor := self.anchors.get(node.identifier):
                self.anchors[node.identifier] = replace(anchor, number=number, title=listed)
            return _with_label(rewrite(node, change), label, title)

        return replace(chapter, tree=rewrite(chapter.tree, change), figures=tuple(found))


def _check_pain_map(element: Div, chapter: Chapter, book: Book, report: Report) -> None:
    if not (chapter.series and chapter.metadata.spot and chapter.metadata.spot.referred_pain):
        message = "a map of referred pain in a chapter whose metadata block does not say where the pain is felt"
        hint = "give spot: a setting referred_pain: with basis and regions"
        report.add("bad-figure", book.position(element.place), message, hint)


def _kind(element: Node) -> Literal["fig", "tbl"] | None:
    if isinstance(element, Div) and has_class(element, "figure"):
        return "fig"
    if isinstance(element, Table) and element.caption.content:
        return "tbl"
    return None


def _prefix(chapter: Chapter) -> str:
    """What stands before the dot: the chapter's number, or the A of its label Appendix A."""
    if chapter.number:
        return str(chapter.number)
    return chapter.metadata.label.split()[-1] if chapter.metadata.label else ""


def _title(element: Div | Table, labels: Labels) -> str:
    """A figure's short title; a table's is the first sentence of its caption."""
    if isinstance(element, Table):
        return _first_sentence(element)
    if is_pain_map(element):
        return _typographic(element.attributes.get("title", "").strip(), labels)
    image = next(inner for inner in elements(element) if isinstance(inner, Image))
    return _typographic(image.title.strip(), labels)


def _first_sentence(element: Div | Table) -> str:
    """The first sentence of a caption, without its full stop."""
    if isinstance(element, Table):
        blocks = element.caption.content
    else:
        blocks = next(children(one) for one in element.content if has_class(one, "caption"))
    words = " ".join(plain_text(children(block)) for block in blocks)
    words = re.sub(r" +(?=[.,;:])", "", words).strip()  # a citation that went left its space before the full stop
    return _SENTENCE_END.split(words)[0].removesuffix(".")


def _typographic(title: str, labels: Labels) -> str:
    """A title, which pandoc leaves as it was typed, with the quotation marks of the language and apostrophes."""

    def mark(found: re.Match[str]) -> str:
        is_single = found[0] == "'"
        if is_single and found.start() and title[found.start() - 1].isalnum():
            return "’"
        opens = not found.start() or title[found.start() - 1] in " (–—"
        return labels.quotes[2 * is_single + (not opens)]

    return re.sub("[\"']", mark, title)


def _with_label(node: Div | Table, label: str, title: str) -> Div | Table:
    """The figure or table with label and title, as marked words, at the head of its caption."""
    head: Nodes = (Span(text_inlines(f"{label}."), classes=("figure-label",)),)
    if isinstance(node, Table):
        return replace(node, caption=replace(node.caption, content=_begun_with(head, node.caption.content)))
    if title:
        stop = "" if title[-1] in ".?!…" else "."
        head = (*head, SPACE, Span(text_inlines(title + stop), classes=("figure-title",)))
    content = tuple(
        replace(inner, content=_begun_with(head, inner.content))
        if isinstance(inner, Div) and has_class(inner, "caption")
        else inner
        for inner in node.content
    )
    attributes = {name: value for name, value in node.attributes.items() if name != "title"}
    return replace(node, content=content, attributes=attributes)


def _begun_with(head: Nodes, blocks: Nodes) -> Nodes:
    """Blocks whose first paragraph begins with `head`."""
    first = blocks[0] if blocks else None
    if isinstance(first, (Para, Plain)):
        return (replace(first, content=(*head, SPACE, *first.content)), *blocks[1:])
    return (Para(head), *blocks)


def _check_image(image: Image, book: Book, report: Report) -> None:
    position = book.position(image.place)
    if not plain_text(image.content).strip():
        hint = 'say in alt="…" what is to be seen; the caption says what it means'
        report.add("missing-alt-text", position, f'the picture "{image.url}" has no alternative text of its own', hint)
    _check_file(image.url, position, book, report)


def _check_file(name: str, position: Position, book: Book, report: Report) -> None:
    path = inside(book.root, book.manuscript, name, position, report)
    if path is None:
        return
    if not path.is_file():
        report.add("missing-figure", position, f'there is no file "manuscript/{name}"')
    else:
        try:
            _check_picture(path)
        except DrawingError as error:
            at = Position(f"manuscript/{name}", error.line) if error.line else position
            report.add("bad-figure", at, f'"{name}": {error.message}')


def _check_picture(path: Path) -> None:
    """Raise `DrawingError` when a picture is not of a known kind, is damaged, or holds what it may not."""
    suffix = path.suffix.lower()
    data = path.read_bytes()
    if suffix == ".svg":
        read_drawing(data)
    elif suffix not in _PICTURE_HEADS:
        raise DrawingError(f'pictures are SVG, PNG or JPEG, not "{suffix}"')
    elif not data.startswith(_PICTURE_HEADS[suffix]):
        raise DrawingError(f'the file does not hold what its ending "{suffix}" says')
    elif not is_whole(data):
        raise DrawingError("the file is damaged")
