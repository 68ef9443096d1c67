"""Clusters: citations at one place joined, collapsed, and cut into the pieces that link to references."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from press.citeproc.forms import ClusterPart
from press.citeproc.markup import ANY_MARK, CITE, SEAM, to_html
from press.citeproc.punctuation import Quotes, mend, space_between

_FORMATS = {chr(0xFDD0 + 2 * number): chr(0xFDD1 + 2 * number) for number in range(6)}


@dataclass(slots=True)
class Cite:
    """One citation of a cluster, rendered."""

    key: str
    number: int
    text: str
    author: str
    """The names in it, shown or hidden."""
    hides_author: bool
    prefix: str
    suffix: str
    has_locator: bool
    year_suffix: str
    without_author: Callable[[], str]
    """The citation without its names."""
    without_suffix: Callable[[], str]
    """The citation without names and year suffix: what citations of one year have in common."""

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to print."""
        return not (self.text or self.prefix or self.suffix)

    @property
    def is_bare(self) -> bool:
        """Whether nothing but the reference is named."""
        return not (self.prefix or self.suffix or self.has_locator)

    def whole(self, text: str | None = None) -> str:
        """The citation, or another text for it, with prefix and suffix, marked as a link's text."""
        text = self.text if text is None else text
        marked = CITE.around(text)
        before = self.prefix + space_between(self.prefix, text) + SEAM if self.prefix else ""
        after = SEAM + space_between(text, self.suffix) + self.suffix if self.suffix else ""
        return before + marked + after


@dataclass(slots=True)
class Joined:
    """Citations put together: text with each citation's part marked, and the keys of the parts in their order."""

    text: str = ""
    keys: tuple[str, ...] = ()

    def add(self, delimiter: str, text: str, *keys: str) -> None:
        """Append citations behind a delimiter."""
        between = SEAM + delimiter + SEAM if self.text else ""
        self.text += between + text
        self.keys += keys


def join_cites(cites: Sequence[Cite], citation: Any, delimiter: str) -> Joined:
    """The citations of a cluster, collapsed as the element cs:citation wants."""
    collapse = citation.get("collapse")
    if collapse == "citation-number":
        return _collapse_numbers(cites, delimiter)
    if collapse or citation.get("cite-group-delimiter"):
        return _collapse_years(cites, citation, delimiter)
    joined = Joined()
    for cite in cites:
        joined.add(delimiter, cite.whole(), cite.key)
    return joined


def _collapse_numbers(cites: Sequence[Cite], delimiter: str) -> Joined:
    """Three numbers and more in a row become a range, whose ends link to their references."""
    joined = Joined()
    at = 0
    while at < len(cites):
        end = at
        while (
            end + 1 < len(cites)
            and cites[end].is_bare
            and cites[end + 1].is_bare
            and cites[end + 1].number == cites[end].number + 1
        ):
            end += 1
        if end - at >= 2:
            first, last = cites[at], cites[end]
            joined.add(delimiter, f"{first.whole()}–{last.whole()}", first.key, last.key)
            at = end + 1
        else:
            joined.add(delimiter, cites[at].whole(), cites[at].key)
            at += 1
    return joined


def _collapse_years(cites: Sequence[Cite], citation: Any, delimiter: str) -> Joined:
    """Citations of the same authors are brought together; the names are shown once, and a year once if wanted."""
    collapse = citation.get("collapse") or ""
    within = citation.get("cite-group-delimiter") or ", "
    after = citation.get("after-collapse-delimiter") or delimiter
    between_suffixes = citation.get("year-suffix-delimiter") or delimiter
    joined = Joined()
    before = delimiter
    for group in _same_authors(cites):
        joined.add(before, group[0].whole(), group[0].key)
        for previous, cite in pairwise(group):
            if not collapse:
                joined.add(within, cite.whole(), cite.key)
            elif _same_year(previous, cite, collapse):
                joined.add(between_suffixes, cite.whole(cite.year_suffix), cite.key)
            else:
                joined.add(within, cite.whole(cite.without_author()), cite.key)
        before = after if collapse and len(group) > 1 else delimiter
    return joined


def _same_authors(cites: Iterable[Cite]) -> list[list[Cite]]:
    groups: list[list[Cite]] = []
    for cite in cites:
        for group in groups:
            if _belongs(cite, group[-1]):
                group.append(cite)
                break
        else:
            groups.append([cite])
    return groups


def _belongs(cite: Cite, last: Cite) -> bool:
    """Whether a citation goes behind the last of a group; behind a locator or suffix it would seem to belong to it."""
    if cite.prefix or last.suffix or last.has_locator or cite.hides_author or last.hides_author:
        return False
    return bool(cite.author) and cite.author == last.author


def _same_year(previous: Cite, cite: Cite, collapse: str) -> bool:
    if not collapse.startswith("year-suffix") or not (cite.year_suffix and previous.year_suffix):
        return False
    return not cite.has_locator and previous.without_suffix() == cite.without_suffix()


def cut_parts(joined: Joined, quotes: Quotes) -> tuple[ClusterPart, ...]:
    """The pieces of a cluster as HTML; markup that reaches over several pieces is repeated in each."""
    parts: list[ClusterPart] = []
    keys = iter(joined.keys)
    key: str | None = None
    open_marks: list[str] = []
    piece = ""
    for character in mend(joined.text, quotes) + CITE.open:
        if character in {CITE.open, CITE.close}:
            content = to_html(piece + "".join(_FORMATS[mark] for mark in reversed(open_marks)))
            if content:
                parts.append(ClusterPart(content, key))
            piece = "".join(open_marks)
            key = next(keys, None) if character == CITE.open else None
            continue
        piece += character
        if character in _FORMATS:
            open_marks.append(character)
        elif ANY_MARK.match(character) and open_marks and _FORMATS[open_marks[-1]] == character:
            open_marks.pop()
    return tuple(parts)
