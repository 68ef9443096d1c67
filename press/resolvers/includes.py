"""Text written once and included in many chapters."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from press.diagnostics import Report
from press.model import Book, Chapter
from press.nodes import Attributed, Citation, Div, Doc, Header, Link, Node, Nodes
from press.paths import inside
from press.tree import elements, rewrite
from press.tree_classes import SHARED_CLASS, has_class, id_of, is_place


def expand_includes(book: Book, report: Report) -> Book:
    """Put the shared texts in the place of their includes, their ids prefixed with the including chapter's slug."""
    sources = {name: text.tree for name, text in book.shared.items()}
    homes: dict[str, str] = {}
    fallback: dict[str, str] = {}

    def expanded(chapter: Chapter) -> Chapter:
        work = _Includes(book, chapter, sources, report)
        tree = work.expand(chapter.tree, ())
        for file, once in work.included:
            (fallback if once else homes).setdefault(file, chapter.slug)
        return replace(chapter, tree=tree)

    book = book.with_chapters(expanded)
    return book.replace(shared_homes=fallback | homes)


class _Includes:
    """The includes of one chapter."""

    def __init__(self, book: Book, chapter: Chapter, sources: Mapping[str, Doc], report: Report) -> None:
        self.book = book
        self.chapter = chapter
        self.sources = sources
        self.report = report
        self.included: list[tuple[str, bool]] = []

    def expand(self, tree: Doc, stack: tuple[str, ...]) -> Doc:
        """A text with every include in it replaced; `stack` holds the shared files being included."""

        def change(node: Node) -> Nodes | None:
            return self._include(node, stack) if isinstance(node, Div) and has_class(node, "include") else None

        return rewrite(tree, change)

    def _include(self, block: Div, stack: tuple[str, ...]) -> Nodes:
        source = block.attributes.get("src", "")
        position = self.book.position(block.place)
        if block.content or not source:
            hint = '::: {.include src="shared/name.md"} and ::: on the next line'
            self.report.add("invalid-include", position, "an include names a file and holds nothing", hint)
            return ()
        path = inside(self.book.root, self.book.manuscript, source, position, self.report)
        if path is None:
            return ()
        file = path.resolve().relative_to(self.book.root.resolve()).as_posix()
        if file in stack:
            chain = " -> ".join((*stack[stack.index(file) :], file))
            self.report.add("include-cycle", position, f'"{source}" includes itself', chain)
            return ()
        if file not in self.sources:
            if not path.is_file():
                self.report.add("unknown-include", position, f'there is no shared text "{source}"')
            elif not file.startswith("manuscript/shared/"):
                hint = "shared texts stand in manuscript/shared/"
                self.report.add("unknown-include", position, f'"{source}" is no shared text', hint)
            return ()
        tree = self.sources[file]
        if any(file == other for other, _ in self.included):
            tree = rewrite(tree, lambda node: () if is_place(node) else None)  # a page has each id once
        tree = self._prefix_ids(tree)
        once = "once" in block.classes
        self.included.append((file, once))
        content = self.expand(tree, (*stack, file)).content
        if any(isinstance(inner, Header) for inner in content):
            content = (Div(content),)  # so that the text's sections end where it ends
        classes = (SHARED_CLASS, "once") if once else (SHARED_CLASS,)
        return (Div(content, classes=classes, attributes={"src": file}, place=block.place),)

    def _prefix_ids(self, tree: Doc) -> Doc:
        slug = self.chapter.slug
        own = {identifier for node in elements(tree, skip=is_place) if (identifier := id_of(node))}

        def change(node: Node) -> Node | None:
            if is_place(node):
                return node
            made = rewrite(node, change)
            if isinstance(made, Link) and made.url.startswith("#") and made.url[1:] in own:
                made = replace(made, url=f"#{slug}-{made.url[1:]}")
            if isinstance(made, Citation) and made.id in own:
                made = replace(made, id=f"{slug}-{made.id}")
            if isinstance(made, Attributed) and made.identifier:
                made = replace(made, identifier=f"{slug}-{made.identifier}")
            return made

        return rewrite(tree, change)
