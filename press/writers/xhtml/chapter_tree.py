"""Chapters' trees as an edition has them: where notes stand, what addresses are, the markup around blocks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from markupsafe import Markup

from press.model import Book, Chapter
from press.nodes import Break, Div, Image, Link, Node, Nodes, Para, RawInline, Span, Str, Styled
from press.tree import children, elements, rewrite_siblings
from press.tree_classes import BLOCK_CLASS, has_class, is_note, is_pain_map, is_shared
from press.tree_text import Brackets, plain_text
from press.writers.xhtml.flavour import Flavour, text
from press.writers.xhtml.links import addressed, addressed_link, with_page_number
from press.writers.xhtml.markup import as_inlines, raw, raw_block
from press.writers.xhtml.pictures import Pictures

_KEPT = ("lang", "dir")
"""The attributes of a span that go into its markup."""


@dataclass(frozen=True, slots=True)
class GatheredNote:
    """A note that does not stand at the page foot."""

    id: str
    number: str
    blocks: Nodes
    is_repeated: bool


class ChapterTree:
    """One chapter's tree, made ready for an edition."""

    def __init__(
        self,
        book: Book,
        chapter: Chapter,
        flavour: Flavour,
        pictures: Pictures,
        generated: Mapping[str, Markup],
    ) -> None:
        self.book = book
        self.chapter = chapter
        self.flavour = flavour
        self.pictures = pictures
        self.generated = generated
        self.notes: list[GatheredNote] = []
        self.brackets = Brackets()
        self.in_note = False
        self.is_repeated = False
        """Whether the rewrite stands in shared text that other chapters have too."""
        self.page_number: RawInline | None = None
        """Of a reference to a spot whose title comes next."""

    def body(self) -> Nodes:
        """The blocks of the chapter, ready for pandoc's HTML writer."""
        return rewrite_siblings(self.chapter.tree, self._siblings).content

    def _siblings(self, nodes: Nodes) -> Nodes:
        made: list[Node] = []
        for number, node in enumerate(nodes):
            self.brackets.read(node)
            if isinstance(node, (Str, Break)):
                made.append(node)
            else:
                made += self._finished(node, nodes[number + 1] if number + 1 < len(nodes) else None)
        return tuple(made)

    def _finished(self, node: Node, following: Node | None) -> Nodes:
        """What stands in the place of a node in this edition."""
        if is_shared(node):
            return self._shared(node)
        if is_note(node):
            return (self._note(node),)
        if isinstance(node, Link) and node.url.startswith("#"):
            return self._link(node, following)
        if isinstance(node, Div) and has_class(node, "figure"):
            return self._figure(node)
        node = rewrite_siblings(node, self._siblings)
        if isinstance(node, Span):
            return self._span(node)
        if isinstance(node, Div):
            return self._division(node)
        if isinstance(node, Image):
            alt = plain_text(node.content)
            picture = raw(self.pictures.figure(node.url, alt, self._picture_id(node)))
            return (Span((picture,), identifier=node.identifier) if node.identifier else picture,)
        return (node,)

    def _span(self, span: Span) -> Nodes:
        if has_class(span, "abbreviation"):
            opening = f'<abbr title="{text(span.attributes["title"])}">'
            return (raw(opening), *span.content, raw("</abbr>"))
        if has_class(span, BLOCK_CLASS):
            return () if self.flavour.is_paged and span.identifier not in self.flavour.changed else (span,)
        if has_class(span, "index"):
            return self._index_mark(span)
        if has_class(span, "xref-title"):
            return self._spot_title(span)
        return (replace(span, attributes={name: span.attributes[name] for name in _KEPT if name in span.attributes}),)

    def _spot_title(self, span: Span) -> Nodes:
        """The title behind a reference to a spot, and on paper its page number in the same brackets."""
        number, self.page_number = self.page_number, None
        if number is None:
            return span.content
        at = next(at for at, one in enumerate(span.content, 1) if isinstance(one, Styled) and one.kind == "Emph")
        return (*span.content[:at], number, *span.content[at:])

    def _link(self, node: Link, following: Node | None) -> Nodes:
        is_in_brackets = self.brackets.is_open
        page = (self.flavour.notes_page if self.in_note else "") or self.chapter.slug
        link = addressed_link(rewrite_siblings(node, self._siblings), page, self.flavour)
        if not (self.flavour.is_paged and has_class(link, "xref")):
            return (link,)
        is_titled = following is not None and has_class(following, "xref-title")
        link, number = with_page_number(link, is_titled or is_in_brackets, self.book.settings.language)
        if not is_titled:
            return (link, number)
        self.page_number = number
        return (link,)

    def _pointer(self, title: str, home: Chapter) -> Div:
        before, after = self.book.labels["elsewhere"].format(title=title, chapter="\n").split("\n")
        link = Link((Str(home.title),), f"#{home.slug}", classes=("xref",))
        return Div((Para((Str(before), link, Str(after))),), classes=("shared-pointer",))

    def _picture_id(self, image: Image) -> str:
        stem = re.sub(r"[^a-z0-9]+", "-", image.url.rsplit("/", 1)[-1].rsplit(".", 1)[0].lower())
        return f"{self.chapter.slug}-picture-{stem}"

    def _index_mark(self, span: Span) -> Nodes:
        if not span.identifier:
            return span.content
        return (Span(span.content, identifier=span.identifier, classes=("index-mark",)),)

    def _note(self, span: Span) -> Node:
        identifier, number = span.identifier, span.attributes["number"]
        outer, self.brackets, self.in_note = self.brackets, Brackets(), True
        blocks = children(rewrite_siblings(span, self._siblings).content[0])
        self.brackets, self.in_note = outer, False
        if self.flavour.is_paged:
            label = f'<span class="footnote" id="{text(identifier)}" data-number="{text(number)}">'
            inside = (raw(label), *as_inlines(blocks), raw("</span>"))
            return Span(inside, classes=("note-call",), identifier=f"{identifier}-call")
        self.notes.append(GatheredNote(identifier, number, blocks, self.is_repeated))
        return Link(
            (Str(number),),
            self.flavour.href(identifier, self.chapter.slug),
            identifier=f"{identifier}-call",
            classes=("note-call",),
            attributes=self.flavour.attributes("note-call") | {"aria-label": f"{self.book.labels['note']} {number}"},
        )

    def _division(self, element: Div) -> Nodes:
        for name in ("series-list", "series-map"):
            if name in element.classes:
                return (raw_block(self.generated.get(name, Markup(""))),)
        if "disclaimer" in element.classes:
            line = addressed(self.book.notices["disclaimer"], self.flavour)
            return (Div((Para(line.content),), classes=("disclaimer",)),)
        for name in ("remark", "caution", "red-flags", "emergency"):
            if name in element.classes:
                return self._boxed(element, name)
        return (element,)

    def _boxed(self, element: Div, name: str) -> Nodes:
        """A remark, or a caution with its plain words before it, which say of red flags how soon.

        They are strong where no stylesheet is. For pages they say too how they read where the box goes on.
        """
        identifier = f' id="{text(element.identifier)}"' if element.identifier else ""
        if name == "remark":
            tag, meaning, label = "aside", self.flavour.semantics("pull-quote"), ""
        else:
            when = element.attributes.get("when", "") if name == "red-flags" else ""
            tag, meaning = "div", Markup(f' data-when="{text(when)}"' if when else "") + Markup(' role="note"')
            words = self.book.labels[f"{name}-{when}" if when else name]
            again = text(self.book.labels["continued"].format(label=words))
            repeated = f' data-continued="{again}"' if self.flavour.is_paged else ""
            label = f'<p class="block-label"{repeated}><strong>{text(words)}</strong></p>'
        classes = f"{name} whole-page" if "whole-page" in element.classes else name
        opening = raw_block(f'<{tag} class="{classes}"{identifier}{meaning}>{label}')
        return (opening, *element.content, raw_block(f"</{tag}>"))

    def _shared(self, element: Div) -> Nodes:
        """Shared text; where its home is elsewhere, one line that points there, in editions read to the end."""
        if "once" not in element.classes:
            return rewrite_siblings(element, self._siblings).content
        file = element.attributes["src"]
        title, home = self.book.shared[file].title, self.book.shared_homes[file]
        if self.flavour.is_linear and home != self.chapter.slug:
            chapter = next(chapter for chapter in self.book.chapters if chapter.slug == home)
            return self._siblings((self._pointer(title, chapter),))
        outer, self.is_repeated = self.is_repeated, True
        content = rewrite_siblings(element, self._siblings).content
        self.is_repeated = outer
        opening = f'<aside class="shared" aria-label="{text(title)}"><p class="shared-title">{text(title)}</p>'
        return (raw_block(opening), *content, raw_block("</aside>"))

    def _figure(self, element: Div) -> Nodes:
        legend: Nodes = ()
        if is_pain_map(element):
            picture = self.pictures.pain_map(self.chapter, element.identifier)
            legend = (raw_block(f'<p class="legend">{text(self.pictures.pain_legend(self.chapter))}</p>'),)
        else:
            image = next(inner for inner in elements(element) if isinstance(inner, Image))
            picture = self.pictures.figure(image.url, plain_text(image.content), element.identifier)
        classes = " ".join(element.classes)
        made: list[Node] = [
            raw_block(f'<figure id="{text(element.identifier)}" class="{text(classes)}">{picture}<figcaption>')
        ]
        for block in element.content:
            if isinstance(block, Div) and has_class(block, "caption"):
                caption = rewrite_siblings(block, self._siblings).content
                made += [*caption, *legend, raw_block("</figcaption></figure>")]
        for block in element.content:
            # On paper the picture is looked at; its description is for those who read on a screen or by ear.
            if isinstance(block, Div) and has_class(block, "long-description") and not self.flavour.is_paged:
                summary = text(self.book.labels["long-description"])
                made.append(raw_block(f'<details class="long-description"><summary>{summary}</summary>'))
                made += [*rewrite_siblings(block, self._siblings).content, raw_block("</details>")]
        return tuple(made)
