"""Stage 2: what only the whole book knows.

Each resolver takes a book and gives another. Their order is the order of the work: counting comes before anything
is put into the text, and ids take their final form last.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from press.diagnostics import Report
from press.model import Book
from press.resolvers.abbreviations import expand_abbreviations
from press.resolvers.blocks import collect_blocks
from press.resolvers.changelog import check_changelogs
from press.resolvers.citations import format_book_citations
from press.resolvers.cross_references import resolve_cross_references
from press.resolvers.disclaimer import check_disclaimers
from press.resolvers.evidence import check_evidence
from press.resolvers.figures import number_figures
from press.resolvers.guidance import collect_complaints
from press.resolvers.history import compare_releases
from press.resolvers.identifiers import finish_identifiers, give_identifiers
from press.resolvers.includes import expand_includes
from press.resolvers.index import collect_index
from press.resolvers.names import name_parts
from press.resolvers.notes import name_notes, number_notes
from press.resolvers.page_info import count_pages
from press.resolvers.signs import place_signs
from press.resolvers.structure import number_chapters


@dataclass(frozen=True, slots=True)
class Resolver:
    """A resolver, and what its place in the order hangs on.

    Names are those of fields of `Book` and `Chapter`; after `tree:` comes something in the chapters' texts. What
    the readers fill in, and no resolver changes, is not listed.
    """

    run: Callable[[Book, Report], Book]
    reads: tuple[str, ...] = ()
    """What it needs that resolvers before it add or leave in place."""
    adds: tuple[str, ...] = ()
    """What it adds or changes; nothing has that before."""
    ends: tuple[str, ...] = ()
    """What is no longer in the texts when it has run."""

    @property
    def name(self) -> str:
        """The name of its function."""
        return self.run.__name__


OWN_WORDS = "tree: nothing but the author's words"
CITATIONS = "tree: citations as keys"
REFERENCES = "tree: cross references as ids"
MARKS = "tree: index marks with their terms"
SIGNS = "tree: words that name warning signs"
INCLUDES = "tree: includes in the place of shared text"
WHILE_READ = (OWN_WORDS, CITATIONS, REFERENCES, MARKS, SIGNS, INCLUDES, "shared")
"""What the readers leave, most of it for a while only."""

RESOLVERS: tuple[Resolver, ...] = (
    Resolver(name_parts, adds=("slug", "names")),
    Resolver(number_chapters, adds=("number", "series")),
    Resolver(check_disclaimers, reads=(INCLUDES, "shared")),
    Resolver(
        collect_blocks,
        reads=("slug", *WHILE_READ),
        adds=("tree: lasting ids", "blocks", "shared: lasting ids", "tombstones", "reserved_ids"),
    ),
    Resolver(
        expand_includes,
        reads=("slug", "tree: lasting ids", "shared: lasting ids", INCLUDES, REFERENCES),
        adds=("tree: shared text", "shared_homes"),
        ends=(INCLUDES,),
    ),
    Resolver(
        place_signs,
        reads=("slug", "tree: shared text", "shared_homes", "series", SIGNS, REFERENCES),
        adds=("tree: places of signs", "guidance: places"),
        ends=(SIGNS,),
    ),
    Resolver(
        give_identifiers,
        reads=(
            "slug",
            "names",
            "tree: shared text",
            "tree: lasting ids",
            "tree: places of signs",
            "reserved_ids",
            OWN_WORDS,
        ),
        adds=("tree: ids", "anchors", "headings", "names: places"),
    ),
    Resolver(
        name_notes,
        reads=("slug", "names: places", "tree: shared text", "tree: lasting ids", CITATIONS, OWN_WORDS),
        adds=("tree: ids of notes", "names: notes"),
    ),
    Resolver(expand_abbreviations, reads=("tree: shared text",), adds=("tree: abbreviations",)),
    Resolver(count_pages, reads=("slug", "tree: shared text", "anchors", CITATIONS), adds=("info",)),
    Resolver(
        number_figures,
        reads=("tree: ids", "anchors", "number", "series"),
        adds=("tree: labels of figures", "anchors: numbers", "figures"),
        ends=(OWN_WORDS,),
    ),
    Resolver(
        collect_index,
        reads=("slug", "names: places", "tree: ids", "shared_homes", MARKS),
        adds=("tree: places of the index", "index", "names: index"),
        ends=(MARKS,),
    ),
    Resolver(collect_complaints, reads=("slug", "series", "guidance: places"), adds=("guidance: parts",)),
    Resolver(check_evidence, reads=("tree: shared text", CITATIONS)),
    Resolver(
        format_book_citations,
        reads=("slug", "names: places", "names: notes", "tree: shared text", "shared_homes", CITATIONS),
        adds=(
            "tree: citations",
            "references",
            "changes: citations",
            "fields: citations",
            "notices: citations",
            "names: references",
        ),
        ends=(CITATIONS, OWN_WORDS),
    ),
    Resolver(
        number_notes,
        reads=("tree: shared text", "tree: ids of notes", "tree: citations"),
        adds=("tree: numbers of notes",),
    ),
    Resolver(
        resolve_cross_references,
        reads=("slug", "tree: shared text", "anchors", "anchors: numbers", "number", "series", REFERENCES),
        adds=("tree: cross references",),
        ends=(REFERENCES, OWN_WORDS),
    ),
    Resolver(check_changelogs, reads=("anchors", "changes: citations"), adds=("changes: sections",)),
    Resolver(
        finish_identifiers,
        reads=("tree: ids", "tree: cross references", "tree: citations", "tree: numbers of notes", "blocks"),
        adds=("tree: final ids", "blocks: final ids"),
    ),
    Resolver(
        compare_releases,
        reads=(
            "slug",
            "names: references",
            "anchors",
            "blocks: final ids",
            "changes: sections",
            "references",
            "shared",
            "tombstones",
        ),
        adds=("history",),
    ),
)
