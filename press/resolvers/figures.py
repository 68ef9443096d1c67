"""Figures and tables: numbered within their chapter, titled, checked, and listed."""

from __future__ import annotations

import dataclasses
import re
from typing import Literal

import panflute as pf

from press.diagnostics import Position, Report
from press.drawings import DrawingError, check_picture
from press.labels import Labels
from press.model import Anchor, Book, Chapter, Figure, output_id
from press.paths import inside
from press.tree import elements, has_class, is_pain_map, plain_text, text_inlines

_SENTENCE_END = re.compile(r"(?<=[^\W\d_]{2}[.?!]) (?=[A-ZÀ-Þ])")


def number_figures(book: Book, report: Report) -> Book:
    """Number figures and tables (4.1, 4.2 ...), put label and title before their captions, check their pictures."""
    for name, view in book.settings.series.views.items() if book.settings.series else ():
        for setting in ("file", "regions"):
            if file := getattr(view, setting):
                at = book.setting_positions.get(f"series.views.{name}.{setting}", Position("manuscript/book.yaml"))
                _check_file(file, at, book, report)
    anchors = dict(book.anchors)
    loose = {"fig": 0, "tbl": 0}
    for chapter in book.chapters:
        counts = {"fig": 0, "tbl": 0}
        prefix = _prefix(chapter)
        found: list[Figure] = []
        for element in elements(chapter.tree):
            if isinstance(element, pf.Image):
                _check_image(element, book, report)
            kind = _kind(element)
            if kind is None:
                continue
            if is_pain_map(element):
                _check_pain_map(element, chapter, book, report)
            series = counts if prefix else loose
            series[kind] += 1
            number = f"{prefix}.{series[kind]}" if prefix else str(series[kind])
            title = _title(element, book.labels)
            label = f"{book.labels[kind]} {number}"
            _put_label(element, label, title)
            anchors = _with_number(anchors, element.identifier, number, title)
            found.append(Figure(output_id(element.identifier), kind, label, title))
        chapter.figures = tuple(found)
    return book.replace(anchors=anchors)


def _check_pain_map(element: pf.Element, chapter: Chapter, book: Book, report: Report) -> None:
    if not (chapter.series and chapter.metadata.spot and chapter.metadata.spot.referred_pain):
        message = "a map of referred pain in a chapter whose metadata block does not say where the pain is felt"
        hint = "give spot: a setting referred_pain: with basis and regions"
        report.add("bad-figure", book.position(element.attributes.get("place")), message, hint)


def _kind(element: pf.Element) -> Literal["fig", "tbl"] | None:
    if isinstance(element, pf.Div) and has_class(element, "figure"):
        return "fig"
    if isinstance(element, pf.Table) and element.caption and element.caption.content:
        return "tbl"
    return None


def _prefix(chapter: Chapter) -> str:
    """What stands before the dot: the chapter's number, or the A of its label Appendix A."""
    if chapter.number:
        return str(chapter.number)
    return chapter.metadata.label.split()[-1] if chapter.metadata.label else ""


def _title(element: pf.Element, labels: Labels) -> str:
    """A figure's short title; a table's is the first sentence of its caption."""
    if isinstance(element, pf.Table):
        words = " ".join(plain_text(list(block.content)) for block in element.caption.content)
        words = re.sub(r" +(?=[.,;:])", "", words).strip()  # a citation that went left its space before the full stop
        return _SENTENCE_END.split(words)[0].removesuffix(".")
    if is_pain_map(element):
        return _typographic(str(element.attributes.pop("title", "")).strip(), labels)
    image = next(inner for inner in elements(element) if isinstance(inner, pf.Image))
    return _typographic(str(image.title).strip(), labels)


def _typographic(title: str, labels: Labels) -> str:
    """A title, which pandoc leaves as it was typed, with the quotation marks of the language and apostrophes."""

    def mark(found: re.Match[str]) -> str:
        is_single = found[0] == "'"
        if is_single and found.start() and title[found.start() - 1].isalnum():
            return "’"
        opens = not found.start() or title[found.start() - 1] in " (–—"
        return labels.quotes[2 * is_single + (not opens)]

    return re.sub("[\"']", mark, title)


def _put_label(element: pf.Element, label: str, title: str) -> None:
    """Begin the caption with label and title, as marked words."""
    head: list[pf.Inline] = [pf.Span(*text_inlines(f"{label}."), classes=["figure-label"])]
    if isinstance(element, pf.Table):
        first = element.caption.content[0]
        first.content = [*head, pf.Space(), *first.content]
        return
    if title:
        stop = "" if title[-1] in ".?!…" else "."
        head += [pf.Space(), pf.Span(*text_inlines(title + stop), classes=["figure-title"])]
    caption = next(inner for inner in element.content if has_class(inner, "caption"))
    if caption.content and isinstance(caption.content[0], (pf.Para, pf.Plain)):
        caption.content[0].content = [*head, pf.Space(), *caption.content[0].content]
    else:
        caption.content = [pf.Para(*head), *caption.content]


def _with_number(anchors: dict[str, Anchor], identifier: str, number: str, title: str) -> dict[str, Anchor]:
    anchor = anchors.get(identifier)
    if anchor:
        anchors[identifier] = dataclasses.replace(anchor, number=number, title=title)
    return anchors


def _check_image(image: pf.Image, book: Book, report: Report) -> None:
    position = book.position(image.attributes.get("place"))
    if not plain_text(list(image.content)).strip():
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
            check_picture(path)
        except DrawingError as error:
            at = Position(f"manuscript/{name}", error.line) if error.line else position
            report.add("bad-figure", at, f'"{name}": {error.message}')
