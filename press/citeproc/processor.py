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
from press.citeproc.markup import CITE, encode, plain, to_html
from press.citeproc.numbers import page_ranges, without_empty_ranges
from press.citeproc.pieces import join
from press.citeproc.positions import Positions
from press.citeproc.punctuation import mend
from press.citeproc.rendering import Distinction, Rendering
from press.citeproc.sorting import sort_renderings
from press.citeproc.styles import Style, load_style
from press.citeproc.textcase import change_case

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
        records = {key: self.records[key] for key in self.numbers}
        self.distinctions = Disambiguation(self.style.citation, records, self._shown).distinctions()
        clusters = tuple(self._cluster(cluster) for cluster in self.clusters)
        return Formatted(self.style.kind, clusters, tuple(self._entries()), tuple(dict.fromkeys(self.problems)))

    def _rendering(self, key: str, area: Any, distinction: Distinction | None = None) -> Rendering:
        """A fresh state for one item."""
        distinction = distinction or self.distinctions.get(key) or Distinction()
        suffix = distinction.year_suffix if self.suffix_in_date else ""
        return Rendering(
            self.records[key],
            self.style.terms,
            area,
            self.style.macros,
            self.numbers[key],
            distinction=distinction,
            date_suffix=suffix,
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
            self.problems.append(Problem(next(iter(self.records)), f"the references cannot be sorted: {error!r}"))
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
                entries.append(
                    FormattedEntry(key, "", html.escape(plain(rendering.record.text.get("title", key)), quote=False))
                )
            before = rendering.author
        return entries

    def _entry(self, key: str, rendering: Rendering) -> FormattedEntry:
        layout = self.style.bibliography.find(f"{_CSL}layout")
        pieces = layout.child_pieces(rendering)
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
        known = [item for item in items if item.key in self.records]
        positions = iter(self.positions.enter(known, cluster.note_number))
        named = next((item for item in known if item.mode == "author-in-text"), None)
        cites = [self._cite(item, next(positions) if item in known else frozenset(), item is named) for item in items]
        for item, cite in zip(items, cites, strict=True):
            if cite.is_empty and item is not named:
                self.problems.append(Problem(item.key, "the style shows nothing of a citation without its author"))
        printed = [cite for cite in cites if not cite.is_empty]
        joined = join_cites(printed, self.style.citation, self.layout.get("delimiter", ""))
        if not printed:
            joined.text = ""
        elif self.style.kind != "note":
            joined.text = self.layout.around(joined.text)
        elif not cluster.inside_note:
            joined.text = change_case(self.layout.around(joined.text), "capitalize-first", english=False)
        parts = cut_parts(joined, self.style.terms.quotes) if plain(joined.text) else ()
        if named is None:
            return parts
        author = next(cite.author for item, cite in zip(items, cites, strict=True) if item is named)
        return (*self._author(named.key, author, followed=bool(parts)), *parts)

    def _sorted_items(self, items: Sequence[CitationItem]) -> list[CitationItem]:
        """The items in the style's order; one with a prefix or suffix stays where the author put it."""
        sort = self.style.citation.find(f"{_CSL}sort")
        ordered: list[CitationItem] = []
        run: list[CitationItem] = []
        for item in items:
            stays = item.mode == "author-in-text" and self.style.kind != "numeric"
            if stays or item.prefix or item.suffix or item.key not in self.records:
                ordered += [*self._sorted_run(sort, run), item]
                run = []
            else:
                run.append(item)
        return ordered + self._sorted_run(sort, run)

    def _sorted_run(self, sort: Any, items: list[CitationItem]) -> list[CitationItem]:
        if sort is None or len(items) < 2:
            return items
        renderings = [self._rendering(item.key, self.style.citation) for item in items]
        places = {id(rendering): item for rendering, item in zip(renderings, items, strict=True)}
        try:
            return [places[id(rendering)] for rendering in sort_renderings(sort, renderings)]
        except Exception as error:  # as above
            self.problems.append(Problem(items[0].key, f"the citations cannot be sorted: {error!r}"))
            return items

    def _cite(self, item: CitationItem, position: frozenset[str], named: bool) -> Cite:
        prefix, suffix = encode(item.prefix, escaped=True), encode(item.suffix, escaped=True)
        if item.key not in self.records:
            return Cite(item.key, 0, f"{item.key}?", "", False, prefix, suffix, True, "", str, str)
        base = self._rendering(item.key, self.style.citation)
        base.position = position
        base.locator = self._locator(item)
        base.label = item.label
        base.first_note = self.positions.first_notes.get(item.key, 0) if "first" not in base.position else 0
        hidden = named or item.mode == "suppress-author"
        shown = replace(base, suppressed=set(), hide_author=hidden)
        text = self._render_cite(shown)

        def without_author() -> str:
            return self._render_cite(replace(base, suppressed=set(), hide_author=True))

        def without_suffix() -> str:
            bare = replace(base.distinction, year_suffix="")
            return self._render_cite(
                replace(base, suppressed=set(), hide_author=True, distinction=bare, date_suffix="")
            )

        return Cite(
            item.key,
            self.numbers[item.key],
            text,
            shown.author,
            hidden,
            prefix,
            suffix,
            shown.shows_locator,
            base.distinction.year_suffix,
            without_author,
            without_suffix,
        )

    def _locator(self, item: CitationItem) -> str:
        """The place as printed: pages have the dash and the short forms of the style, all else an en dash."""
        locator = encode(item.locator, escaped=True)
        if item.label != "page":
            return page_ranges(locator)
        locator = without_empty_ranges(locator)
        return page_ranges(locator, self.style.terms.page_dash, self.style.root.get("page-range-format"))

    def _author(self, key: str, author: str, followed: bool) -> list[ClusterPart]:
        """The names in the sentence before the citation proper; of a style that cites no names, short ones."""
        if not author and self.style.bibliography is not None:
            rendering = self._rendering(key, self.style.bibliography)
            rendering.short_author = True
            self.style.bibliography.find(f"{_CSL}layout").render(rendering)
            author = rendering.author
        in_text = self.style.kind == "note"
        joined = Joined(CITE.around(author), (key,))
        parts = [replace(part, in_text=in_text) for part in cut_parts(joined, self.style.terms.quotes)]
        if parts and followed and not in_text:
            parts.append(ClusterPart(" "))
        return parts
