"""One run over a book: items numbered, sorted, told apart, and rendered as citations and references."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from press.citeproc.clusters import Cite, Joined, cut_parts, join_cites
from press.citeproc.disambiguation import Disambiguation
from press.citeproc.forms import CitationItem, Cluster, ClusterPart, Formatted, FormattedEntry, Problem
from press.citeproc.items import Record, read_item
from press.citeproc.markup import CITE, SEAM, encode, plain, to_html
from press.citeproc.numbers import page_ranges
from press.citeproc.pieces import join
from press.citeproc.positions import Positions
from press.citeproc.punctuation import mend
from press.citeproc.rendering import Distinction, Rendering
from press.citeproc.sorting import sort_renderings
from press.citeproc.styles import Style, load_style

_CSL = "{http://purl.org/net/xbiblio/csl}"


class Processor:
    """The state of a run. Use once."""

    def __init__(
        self,
        items: Mapping[str, Mapping[str, Any]],
        style: Path,
        language: str,
        clusters: Sequence[Cluster],
        uncited: Sequence[str],
    ) -> None:
        self.style: Style = load_style(style, language)
        self.clusters = clusters
        self.problems: list[Problem] = []
        cited = [item.key for cluster in clusters for item in cluster.items]
        self.records: dict[str, Record] = {}
        for key in dict.fromkeys([*cited, *uncited]):
            if key in items:
                self.records[key] = read_item(key, items[key])
                self.problems += [Problem(key, message) for message in self.records[key].problems]
            else:
                self.problems.append(Problem(key, "no item has this key"))
        self.numbers = {key: number for number, key in enumerate(self.records, 1)}
        self.distinctions: dict[str, Distinction] = {}
        self.positions = Positions(int(self.style.citation.get("near-note-distance") or 5))
        self.layout = self.style.citation.find(f"{_CSL}layout")
        self.suffix_in_date = not any(
            element.get("variable") == "year-suffix" for element in self.style.root.iter(f"{_CSL}text")
        )

    def run(self) -> Formatted:
        """Format everything."""
        self._sort_references()
        cited = {item.key for cluster in self.clusters for item in cluster.items}
        records = {key: self.records[key] for key in self.numbers if key in cited or self.style.bibliography is not None}
        self.distinctions = Disambiguation(self.style.citation, records, self._shown).distinctions()
        clusters = tuple(self._cluster(cluster) for cluster in self.clusters)
        return Formatted(self.style.kind, clusters, tuple(self._entries()), tuple(dict.fromkeys(self.problems)))

    def _rendering(self, key: str, area: Any, distinction: Distinction | None = None) -> Rendering:
        """A fresh state for one item."""
        distinction = distinction or self.distinctions.get(key) or Distinction()
        suffix = distinction.year_suffix if self.suffix_in_date else ""
        return Rendering(
            self.records[key], self.style.terms, area, self.numbers[key], distinction=distinction, date_suffix=suffix
        )

    def _sort_references(self) -> None:
        """The order of the reference list; numbers follow it."""
        sort = self.style.bibliography.find(f"{_CSL}sort") if self.style.bibliography is not None else None
        if sort is None:
            return
        renderings = [self._rendering(key, self.style.bibliography) for key in self.records]
        try:
            renderings = sort_renderings(sort, renderings)
        except Exception as error:  # a bad item must not take the others down
            self.problems.append(Problem("", f"the references cannot be sorted: {error!r}"))
        self.numbers = {rendering.record.key: number for number, rendering in enumerate(renderings, 1)}

    def _shown(self, key: str, distinction: Distinction) -> str:
        """A citation of an item alone, to see which ones look the same."""
        return self._render_cite(self._rendering(key, self.style.citation, distinction))

    def _render_cite(self, rendering: Rendering) -> str:
        try:
            return str(self.layout.render(rendering))
        except Exception as error:  # a bad item is one problem of the book, not the end of the run
            self.problems.append(Problem(rendering.record.key, f"the citation cannot be formatted: {error!r}"))
            return rendering.record.key

    # References

    def _entries(self) -> list[FormattedEntry]:
        if self.style.bibliography is None:
            return []
        entries = []
        before = ""
        for key in self.numbers:
            rendering = self._rendering(key, self.style.bibliography)
            rendering.position = frozenset()
            rendering.author_before = before
            try:
                entries.append(self._entry(key, rendering))
            except Exception as error:  # as above
                self.problems.append(Problem(key, f"the reference cannot be formatted: {error!r}"))
                entries.append(FormattedEntry(key, "", html.escape(plain(rendering.record.text.get("title", key)), quote=False)))
            before = rendering.author
        return entries

    def _entry(self, key: str, rendering: Rendering) -> FormattedEntry:
        layout = self.style.bibliography.find(f"{_CSL}layout")
        pieces = layout.entry_pieces(rendering)
        has_label = self.style.bibliography.get("second-field-align") or (
            len(layout) and layout[0].get("variable") == "citation-number"
        )
        if has_label and pieces:
            pieces[0] = CITE.around(pieces[0])
        text = mend(layout.around(join(pieces, layout.get("delimiter", ""))), self.style.terms.quotes)
        label, _, rest = text.rpartition(CITE.close)
        label = plain(label).strip()
        if not plain(rest).strip():
            self.problems.append(Problem(key, "the style shows nothing of the item"))
        return FormattedEntry(key, label, to_html(rest.strip()))

    # Citations

    def _cluster(self, cluster: Cluster) -> tuple[ClusterPart, ...]:
        items = self._sorted_items(cluster.items)
        known = tuple(item for item in items if item.key in self.records)
        positions = dict(zip(known, self.positions.enter(known, cluster.note_number), strict=False))
        named = [item for item in known if item.mode == "author-in-text"][:1]
        cites = [self._cite(item, positions.get(item), bool(named) and item is named[0]) for item in items]
        delimiter = self.layout.get("delimiter", "")
        joined = join_cites(cites, self.style.citation, delimiter)
        joined.text = self.layout.around(joined.text)
        parts = cut_parts(joined, self.style.terms.quotes) if plain(joined.text) else ()
        return (*self._author(named[0], bool(parts)), *parts) if named else parts

    def _sorted_items(self, items: tuple[CitationItem, ...]) -> tuple[CitationItem, ...]:
        """The items in the style's order; a prefix behind the first one means that the author chose the order."""
        sort = self.style.citation.find(f"{_CSL}sort")
        if sort is None or len(items) < 2 or any(item.prefix for item in items[1:]):
            return items
        known = [item for item in items if item.key in self.records]
        renderings = [self._rendering(item.key, self.style.citation) for item in known]
        places = {id(rendering): item for rendering, item in zip(renderings, known, strict=True)}
        try:
            ordered = sort_renderings(sort, renderings)
        except Exception as error:  # as above
            self.problems.append(Problem(known[0].key, f"the citations cannot be sorted: {error!r}"))
            return items
        return (*(places[id(rendering)] for rendering in ordered), *(item for item in items if item not in known))

    def _cite(self, item: CitationItem, position: frozenset[str] | None, named: bool) -> Cite:
        prefix, suffix = encode(item.prefix, escaped=True), encode(item.suffix, escaped=True)
        if item.key not in self.records:
            return Cite(item.key, 0, f"{item.key}?", "", prefix, suffix, bool(item.locator), "", str, str)
        base = self._rendering(item.key, self.style.citation)
        base.position = position or frozenset()
        base.locator = page_ranges(item.locator, self.style.terms, self.style.root.get("page-range-format"))
        base.label = item.label
        base.first_note = self.positions.first_notes.get(item.key, 0) if "first" not in base.position else 0
        hidden = named or item.mode == "suppress-author"
        shown = replace(base, suppressed=set(), hide_author=hidden)
        text = self._render_cite(shown)
        suffix_letters = base.distinction.year_suffix

        def without_author() -> str:
            return self._render_cite(replace(base, suppressed=set(), hide_author=True))

        def without_suffix() -> str:
            bare = replace(base.distinction, year_suffix="")
            return self._render_cite(replace(base, suppressed=set(), hide_author=True, distinction=bare, date_suffix=""))

        author = "" if hidden else shown.author
        number = self.numbers[item.key]
        return Cite(item.key, number, text, author, prefix, suffix, bool(item.locator), suffix_letters, without_author, without_suffix)

    def _author(self, item: CitationItem, followed: bool) -> list[ClusterPart]:
        """The names in the sentence before the citation proper: as the style cites them, else short names."""
        rendering = self._rendering(item.key, self.style.citation)
        rendering.position = frozenset()
        self._render_cite(rendering)
        if not rendering.author and self.style.bibliography is not None:
            rendering = self._rendering(item.key, self.style.bibliography)
            rendering.short_author = True
            self.style.bibliography.find(f"{_CSL}layout").render(rendering)
        in_text = self.style.kind == "note"
        joined = Joined(CITE.around(rendering.author) + SEAM, (item.key,))
        parts = [replace(part, in_text=in_text) for part in cut_parts(joined, self.style.terms.quotes)]
        if parts and followed and not in_text:
            parts.append(ClusterPart(" "))
        return parts
