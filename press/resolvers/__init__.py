"""Stage 2: what only the whole book knows.

Each resolver takes a book and gives a book. Their order is the order of the work: counting comes before anything
is put into the text, and ids take their final form last.
"""

from __future__ import annotations

from collections.abc import Callable

from press.diagnostics import Report
from press.model import Book
from press.resolvers.abbreviations import expand_abbreviations
from press.resolvers.blocks import take_down_blocks
from press.resolvers.changelog import check_changelogs
from press.resolvers.citations import format_book_citations
from press.resolvers.cross_references import resolve_cross_references
from press.resolvers.disclaimer import check_disclaimers
from press.resolvers.evidence import check_evidence
from press.resolvers.figures import number_figures
from press.resolvers.guidance import collect_complaints
from press.resolvers.history import tell_history
from press.resolvers.identifiers import finish_identifiers, give_identifiers
from press.resolvers.includes import put_in_shared_text
from press.resolvers.index import collect_index
from press.resolvers.notes import number_notes
from press.resolvers.page_info import count_pages
from press.resolvers.signs import place_signs
from press.resolvers.structure import number_chapters

Resolver = Callable[[Book, Report], Book]

RESOLVERS: tuple[Resolver, ...] = (
    number_chapters,
    check_disclaimers,
    take_down_blocks,
    put_in_shared_text,
    place_signs,
    give_identifiers,
    expand_abbreviations,
    count_pages,
    number_figures,
    collect_index,
    collect_complaints,
    check_evidence,
    format_book_citations,
    number_notes,
    resolve_cross_references,
    check_changelogs,
    finish_identifiers,
    tell_history,
)
