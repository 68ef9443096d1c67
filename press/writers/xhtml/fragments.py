"""From resolved trees to pieces of XHTML: each edition's copy of the trees, and one run of pandoc for all pieces."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

import panflute as pf
from markupsafe import Markup

from press.model import Book, Chapter
from press.tree import (
    BLOCK_CLASS,
    elements,
    has_class,
    is_inside,
    is_note,
    is_pain_map,
    is_shared,
    plain_text,
)
from press.writers.xhtml.flavour import Flavour, text
from press.writers.xhtml.links import addressed, finish_link
from press.writers.xhtml.markup import accessible, as_inlines, raw, raw_block, with_block_ids
from press.writers.xhtml.pictures import Pictures

_OPTIONS = ["--section-divs", "--wrap=none", "--mathml", "--syntax-highlighting=none"]
_PIECE = re.compile(r"<div>\n<!--piece:(.*?)-->\n?")


@dataclass(frozen=True, slots=True)
class RenderedNote:
    """A note of a chapter, for editions that gather notes."""

    id: str
    number: str
    html: Markup
    call: str
    """The address of its call."""
    is_repeated: bool
    """Whether it belongs to shared text that other chapters have too."""


@dataclass(frozen=True, slots=True)
class _Note:
    """A note on its way to a `RenderedNote`."""

    id: str
    number: str
    blocks: list[pf.Element]
    is_repeated: bool


@dataclass(slots=True)
class Fragments:
    """The pieces of one edition."""

    bodies: dict[str, Markup] = field(default_factory=dict)
    """Chapter's slug -> its text."""
    notes: dict[str, tuple[RenderedNote, ...]] = field(default_factory=dict)
    """Chapter's slug -> its notes, where they do not stand at the page foot."""
    lines: dict[str, Markup] = field(default_factory=dict)
    """Decks, titles and changelog entries: `scalenes/deck`, `scalenes/changelog.0`, `/changelog.0` for the book's."""

    @property
    def disclaimer(self) -> Markup:
        """What the book says that it is not; nothing where it says nothing."""
        return self.lines.get("/disclaimer", Markup(""))


def make_fragments(
    book: Book, flavour: Flavour, pictures: Pictures, generated: Mapping[str, Mapping[str, Markup]]
) -> Fragments:
    """Render all text of the book for an edition.

    `generated` holds, by the page's slug and the name of the list, what stands for `::: series-list` and the like.
    """
    pieces: dict[str, list[pf.Element]] = {}
    notes: dict[str, list[_Note]] = {}
    for chapter in book.chapters:
        work = _ChapterMarkup(book, chapter, flavour, pictures, generated.get(chapter.slug, {}))
        pieces[f"body/{chapter.slug}"] = work.body()
        notes[chapter.slug] = work.notes
        pieces |= {f"note/{note.id}": note.blocks for note in work.notes}
        for name, line in chapter.fields.items():
            pieces[f"line/{chapter.slug}/{name}"] = [addressed(line, flavour, book.settings.language)]
    pieces |= {
        f"line//{name}": [addressed(line, flavour, book.settings.language)] for name, line in book.notices.items()
    }
    html = _render(pieces)
    made = Fragments()
    for chapter in book.chapters:
        made.bodies[chapter.slug] = html[f"body/{chapter.slug}"]
        made.notes[chapter.slug] = tuple(
            RenderedNote(
                note.id,
                note.number,
                html[f"note/{note.id}"],
                flavour.href(f"{note.id}-call", flavour.notes_page or chapter.slug),
                note.is_repeated,
            )
            for note in notes[chapter.slug]
        )
    made.lines = {name[5:]: markup for name, markup in html.items() if name.startswith("line/")}
    return made


def _render(pieces: Mapping[str, Iterable[pf.Element]]) -> dict[str, Markup]:
    """All pieces through one run of pandoc."""
    import pypandoc

    doc = pf.Doc()
    for name, blocks in pieces.items():
        # In a division of its own, or pandoc would take a piece's last section on into the next piece.
        doc.content.append(pf.Div(pf.RawBlock(f"<!--piece:{name}-->", format="html"), *blocks))
    stream = io.StringIO()
    pf.dump(doc, stream)
    written = pypandoc.convert_text(stream.getvalue(), "html5", format="json", extra_args=_OPTIONS)
    found = _PIECE.split(written.replace("\r\n", "\n"))
    return {
        name: Markup(with_block_ids(accessible(markup.strip().removesuffix("</div>").strip())))
        for name, markup in zip(found[1::2], found[2::2], strict=True)
    }


class _ChapterMarkup:
    """One chapter's tree, copied and made ready for an edition."""

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
        self.notes: list[_Note] = []

    def body(self) -> list[pf.Element]:
        """The blocks of the chapter, ready for pandoc's HTML writer."""
        stream = io.StringIO()
        pf.dump(self.chapter.tree, stream)
        tree = pf.load(io.StringIO(stream.getvalue()))
        if self.flavour.is_linear:
            tree.content = self._shared_once(list(tree.content))
        tree = tree.walk(self._inline)
        tree = tree.walk(self._block)
        self._order_notes(tree)
        return list(tree.content)

    def _order_notes(self, tree: pf.Doc) -> None:
        order = [element.identifier for element in elements(tree) if has_class(element, "note-call")]
        self.notes.sort(key=lambda note: order.index(f"{note.id}-call"))

    def _shared_once(self, blocks: list[pf.Element]) -> list[pf.Element]:
        """Shared text that has its home elsewhere gives way to one line that points there."""
        made: list[pf.Element] = []
        for block in blocks:
            if is_shared(block) and "once" in block.classes:
                file = block.attributes["src"]
                home = self.book.shared_homes[file]
                if home != self.chapter.slug:
                    title = self.book.shared[file].title
                    chapter = next(chapter for chapter in self.book.chapters if chapter.slug == home)
                    made.append(self._pointer(title, chapter))
                    continue
            if isinstance(block, pf.Div):
                block.content = self._shared_once(list(block.content))
            made.append(block)
        return made

    def _pointer(self, title: str, home: Chapter) -> pf.Div:
        before, after = self.book.labels["elsewhere"].format(title=title, chapter="\n").split("\n")
        link = pf.Link(pf.Str(home.title), url=f"#{home.slug}", classes=["xref"])
        return pf.Div(pf.Para(pf.Str(before), link, pf.Str(after)), classes=["shared-pointer"])

    def _inline(self, element: pf.Element, _: pf.Doc | None) -> pf.Element | list[pf.Element] | None:
        if isinstance(element, pf.Span):
            if is_note(element):
                return self._note(element)
            if "abbreviation" in element.classes:
                opening = f'<abbr title="{text(element.attributes["title"])}">'
                return [raw(opening), *element.content, raw("</abbr>")]
            if BLOCK_CLASS in element.classes:
                return [] if self.flavour.is_paged and element.identifier not in self.flavour.changed else None
            if "index" in element.classes:
                return self._index_mark(element)
            if "xref-title" in element.classes:
                return list(element.content)
            element.attributes = {name: value for name, value in element.attributes.items() if name in ("lang", "dir")}
        if isinstance(element, pf.Link):
            return finish_link(element, self.chapter.slug, self.flavour, self.book.settings.language)
        if isinstance(element, pf.Image) and not is_inside(element, lambda outer: has_class(outer, "figure")):
            alt = plain_text(list(element.content))
            return raw(self.pictures.figure(element.url, alt, self._picture_id(element)))
        return None

    def _picture_id(self, image: pf.Image) -> str:
        stem = re.sub(r"[^a-z0-9]+", "-", image.url.rsplit("/", 1)[-1].rsplit(".", 1)[0].lower())
        return f"{self.chapter.slug}-picture-{stem}"

    def _index_mark(self, span: pf.Span) -> list[pf.Element]:
        if not span.identifier:
            return list(span.content)
        return [pf.Span(*span.content, identifier=span.identifier, classes=["index-mark"])]

    def _note(self, span: pf.Span) -> pf.Element:
        identifier, number = span.identifier, span.attributes["number"]
        blocks = list(span.content[0].content)
        if self.flavour.is_paged:
            inside = as_inlines(blocks)
            label = f'<span class="footnote" id="{text(identifier)}" data-number="{text(number)}">'
            return pf.Span(raw(label), *inside, raw("</span>"), classes=["note-call"], identifier=f"{identifier}-call")
        repeated = is_inside(span, lambda outer: is_shared(outer) and has_class(outer, "once"))
        self.notes.append(_Note(identifier, number, blocks, repeated))
        return pf.Link(
            pf.Str(number),
            url=self.flavour.href(identifier, self.chapter.slug),
            identifier=f"{identifier}-call",
            classes=["note-call"],
            attributes=self.flavour.attributes("note-call") | {"aria-label": f"{self.book.labels['note']} {number}"},
        )

    def _block(self, element: pf.Element, _: pf.Doc | None) -> pf.Element | list[pf.Element] | None:
        if not isinstance(element, pf.Div):
            return None
        if is_shared(element):
            return self._shared(element)
        if "figure" in element.classes:
            return self._figure(element)
        for name in ("series-list", "series-map"):
            if name in element.classes:
                return [raw_block(self.generated.get(name, Markup("")))]
        if "disclaimer" in element.classes:
            line = addressed(self.book.notices["disclaimer"], self.flavour, self.book.settings.language)
            return pf.Div(pf.Para(*line.content), classes=["disclaimer"])
        for name in ("remark", "caution", "red-flags", "emergency"):
            if name in element.classes:
                return self._boxed(element, name)
        return None

    def _boxed(self, element: pf.Div, name: str) -> list[pf.Element]:
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
        return [opening, *element.content, raw_block(f"</{tag}>")]

    def _shared(self, element: pf.Div) -> list[pf.Element]:
        if "once" not in element.classes:
            return list(element.content)
        title = text(self.book.shared[element.attributes["src"]].title)
        opening = f'<aside class="shared" aria-label="{title}"><p class="shared-title">{title}</p>'
        return [raw_block(opening), *element.content, raw_block("</aside>")]

    def _figure(self, element: pf.Div) -> list[pf.Element]:
        legend: list[pf.Element] = []
        if is_pain_map(element):
            picture = self.pictures.pain_map(self.chapter, element.identifier)
            legend = [raw_block(f'<p class="legend">{text(self.pictures.pain_legend(self.chapter))}</p>')]
        else:
            image = next(inner for inner in elements(element) if isinstance(inner, pf.Image))
            picture = self.pictures.figure(image.url, plain_text(list(image.content)), element.identifier)
        classes = " ".join(name for name in element.classes)
        made: list[pf.Element] = [
            raw_block(f'<figure id="{text(element.identifier)}" class="{text(classes)}">{picture}<figcaption>')
        ]
        for block in element.content:
            if has_class(block, "caption"):
                made += [*block.content, *legend, raw_block("</figcaption></figure>")]
        for block in element.content:
            # On paper the picture is looked at; its description is for those who read on a screen or by ear.
            if has_class(block, "long-description") and not self.flavour.is_paged:
                summary = text(self.book.labels["long-description"])
                made.append(raw_block(f'<details class="long-description"><summary>{summary}</summary>'))
                made += [*block.content, raw_block("</details>")]
        return made
