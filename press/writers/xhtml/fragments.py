"""From resolved trees to pieces of XHTML: all pieces of an edition in one run of pandoc."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from press.model import Book
from press.nodes import Div, Doc, Nodes
from press.tree_json import to_json
from press.writers.xhtml.chapter_tree import ChapterTree, GatheredNote
from press.writers.xhtml.flavour import Flavour
from press.writers.xhtml.links import addressed
from press.writers.xhtml.markup import accessible, raw_block, with_block_ids
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
    pieces: dict[str, Nodes] = {}
    notes: dict[str, list[GatheredNote]] = {}
    for chapter in book.chapters:
        work = ChapterTree(book, chapter, flavour, pictures, generated.get(chapter.slug, {}))
        pieces[f"body/{chapter.slug}"] = work.body()
        notes[chapter.slug] = work.notes
        pieces |= {f"note/{note.id}": note.blocks for note in work.notes}
        for name, line in chapter.fields.items():
            pieces[f"line/{chapter.slug}/{name}"] = (addressed(line, flavour),)
    pieces |= {f"line//{name}": (addressed(line, flavour),) for name, line in book.notices.items()}
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


def _render(pieces: Mapping[str, Nodes]) -> dict[str, Markup]:
    """All pieces through one run of pandoc."""
    import pypandoc

    # Each in a division of its own, or pandoc would take a piece's last section on into the next piece.
    doc = Doc(tuple(Div((raw_block(f"<!--piece:{name}-->"), *blocks)) for name, blocks in pieces.items()))
    written = pypandoc.convert_text(to_json(doc), "html5", format="json", extra_args=_OPTIONS)
    found = _PIECE.split(written.replace("\r\n", "\n"))
    return {
        name: Markup(with_block_ids(accessible(markup.strip().removesuffix("</div>").strip())))
        for name, markup in zip(found[1::2], found[2::2], strict=True)
    }
