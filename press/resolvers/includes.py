"""Text written once and included in many chapters."""

from __future__ import annotations

import io
from collections.abc import Mapping

import panflute as pf

from press.diagnostics import Report
from press.model import Book, Chapter
from press.paths import inside
from press.tree import SHARED_CLASS, elements, has_class, is_place


def put_in_shared_text(book: Book, report: Report) -> Book:
    """Put the shared texts in the place of their includes, their ids prefixed with the including chapter's slug."""
    sources = {name: _dump(text.tree) for name, text in book.shared.items()}
    homes: dict[str, str] = {}
    fallback: dict[str, str] = {}
    for chapter in book.chapters:
        work = _Includes(book, chapter, sources, report)
        chapter.tree.content = work.expand(list(chapter.tree.content), ())
        for file, once in work.included:
            (fallback if once else homes).setdefault(file, chapter.slug)
    return book.replace(shared_homes=fallback | homes)


def _dump(tree: pf.Doc) -> str:
    stream = io.StringIO()
    pf.dump(tree, stream)
    return stream.getvalue()


class _Includes:
    """The includes of one chapter."""

    def __init__(self, book: Book, chapter: Chapter, sources: Mapping[str, str], report: Report) -> None:
        self.book = book
        self.chapter = chapter
        self.sources = sources
        self.report = report
        self.included: list[tuple[str, bool]] = []

    def expand(self, blocks: list[pf.Element], stack: tuple[str, ...]) -> list[pf.Element]:
        """Blocks with every include in them replaced; `stack` holds the shared files being included."""
        made: list[pf.Element] = []
        for block in blocks:
            if has_class(block, "include"):
                made += self._include(block, stack)
                continue
            for inner in elements(block):
                if isinstance(inner, (pf.Div, pf.BlockQuote, pf.ListItem, pf.Definition)) and inner.content:
                    inner.content = self.expand(list(inner.content), stack)
            made.append(block)
        return made

    def _include(self, block: pf.Div, stack: tuple[str, ...]) -> list[pf.Element]:
        source = block.attributes.get("src", "")
        position = self.book.position(block.attributes.get("place"))
        if block.content or not source:
            hint = '::: {.include src="shared/name.md"} and ::: on the next line'
            self.report.add("invalid-include", position, "an include names a file and holds nothing", hint)
            return []
        path = inside(self.book.root, self.book.manuscript, source, position, self.report)
        if path is None:
            return []
        file = path.resolve().relative_to(self.book.root.resolve()).as_posix()
        if file in stack:
            chain = " -> ".join((*stack[stack.index(file) :], file))
            self.report.add("include-cycle", position, f'"{source}" includes itself', chain)
            return []
        if file not in self.sources:
            if not path.is_file():
                self.report.add("unknown-include", position, f'there is no shared text "{source}"')
            elif not file.startswith("manuscript/shared/"):
                hint = "shared texts stand in manuscript/shared/"
                self.report.add("unknown-include", position, f'"{source}" is no shared text', hint)
            return []
        tree = pf.load(io.StringIO(self.sources[file]))
        if any(file == other for other, _ in self.included):
            _remove_places(tree)  # a page has each id once
        self._prefix_ids(tree)
        once = "once" in block.classes
        self.included.append((file, once))
        content = self.expand(list(tree.content), (*stack, file))
        if any(isinstance(inner, pf.Header) for inner in content):
            content = [pf.Div(*content)]  # so that the text's sections end where it ends
        classes = [SHARED_CLASS, *(["once"] if once else [])]
        return [
            pf.Div(
                *content,
                classes=classes,
                attributes={"src": file, "place": block.attributes.get("place", "")},
            )
        ]

    def _prefix_ids(self, tree: pf.Doc) -> None:
        found = [element for element in elements(tree, skip=is_place) if getattr(element, "identifier", "")]
        own = {element.identifier for element in found}
        for element in found:
            element.identifier = f"{self.chapter.slug}-{element.identifier}"
        for element in elements(tree):
            if isinstance(element, pf.Link) and element.url[1:] in own:
                element.url = f"#{self.chapter.slug}-{element.url[1:]}"
            elif isinstance(element, pf.Citation) and element.id in own:
                element.id = f"{self.chapter.slug}-{element.id}"


def _remove_places(tree: pf.Doc) -> None:
    for element in list(elements(tree)):
        if isinstance(element, (pf.Para, pf.Plain, pf.Header)):
            element.content = [part for part in element.content if not is_place(part)]
