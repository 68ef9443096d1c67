"""From resolved trees to pieces of XHTML: all pieces of an edition in one run of pandoc."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field

from markupsafe import Markup

from press.model import Book
from press.names import call_of
from press.nodes import Nodes
from press.writers.xhtml.chapter_tree import ChapterTree, GatheredNote
from press.writers.xhtml.flavour import Flavour
from press.writers.xhtml.links import addressed
from press.writers.xhtml.pictures import Pictures
from press.writers.xhtml.rendering import render

_NOTE = re.compile(r"<!--note:(.*?)-->")
"""Where a note's text goes, in editions that have it at the page foot: pandoc has no blocks in a line."""


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
    html = render(pieces)
    made = Fragments()
    for chapter in book.chapters:
        body = html[f"body/{chapter.slug}"]
        made.bodies[chapter.slug] = Markup(_NOTE.sub(lambda found: html[f"note/{found[1]}"], body))
        made.notes[chapter.slug] = tuple(
            RenderedNote(
                note.id,
                note.number,
                html[f"note/{note.id}"],
                flavour.href(call_of(note.id), flavour.notes_page or chapter.slug),
                note.is_repeated,
            )
            for note in notes[chapter.slug]
            if not flavour.is_paged
        )
    made.lines = {name[5:]: markup for name, markup in html.items() if name.startswith("line/")}
    return made
