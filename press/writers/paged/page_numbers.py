"""Page numbers in markup: the templates leave empty spans that name ids, and a page map fills them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping

from markupsafe import Markup, escape

_CONTENTS_PAGE = re.compile(r'<span class="contents-page" data-ref="#([^"]+)"></span>')
_PAGE_OF = re.compile(r'<span class="page-of" data-ref="#([^"]+)"(?: data-form="(inside|behind-comma)")?></span>')
_INDEX_PAGES = re.compile(r'<span class="index-pages" data-refs="([^"]*)"(?: data-words="([^"|]*)\|([^"]*)")?></span>')
_RUN = 3
"""So many pages in a row become a range."""


def fill_contents(markup: str, pages: Mapping[str, int], here: Collection[str] = ()) -> str:
    """The markup with the page numbers of contents and lists; those of places `here` are left to the layout."""

    def filled(found: re.Match[str]) -> str:
        if found[1] in here:
            return f'<span class="contents-page" data-here="#{found[1]}"></span>'
        return f'<span class="contents-page">{pages.get(found[1], "")}</span>'

    return _CONTENTS_PAGE.sub(filled, str(markup))


def fill_cross_references(markup: str, pages: Mapping[str, int], word: str) -> str:
    """The markup with the pages of cross references in it, in brackets of their own or inside those that are there.

    A target without a page gets none.
    """

    def filled(found: re.Match[str]) -> str:
        page = f"{escape(word)}\u00a0{pages.get(found[1])}"
        written = {"inside": f", {page}", "behind-comma": f" {page}"}.get(found[2], f" ({page})")
        return f'<span class="page-of">{written}</span>' if found[1] in pages else ""

    return _PAGE_OF.sub(filled, str(markup))


def fill_index(markup: str, pages: Mapping[str, int]) -> str:
    """The markup with the pages of index entries: sorted, each once, runs as ranges, each linked to its first mark.

    Before them stands the word for one page or for several, if there are such words: p. 7, and pp. 7, 9.
    """

    def filled(found: re.Match[str]) -> str:
        numbers = {pages[mark] for mark in found[1].split() if mark in pages}
        word = found[2] if len(numbers) == 1 else found[3]
        return f"{word}\u00a0" * bool(word) + _index_pages(found[1].split(), pages)

    return _INDEX_PAGES.sub(filled, str(markup))


def _index_pages(marks: Iterable[str], pages: Mapping[str, int]) -> Markup:
    firsts: dict[int, str] = {}
    for mark in marks:
        if mark in pages:
            firsts.setdefault(pages[mark], mark)

    def linked(page: int) -> Markup:
        return Markup('<a class="index-locator" href="#{}">{}</a>').format(firsts[page], page)

    written = [
        linked(first) if first == last else Markup("{}–{}").format(linked(first), linked(last))
        for first, last in _ranges(sorted(firsts))
    ]
    return Markup(", ").join(written)


def _ranges(pages: Iterable[int]) -> list[tuple[int, int]]:
    """First and last pages of runs that are long enough, and single pages."""
    runs: list[list[int]] = []
    for page in pages:
        if runs and page == runs[-1][-1] + 1:
            runs[-1].append(page)
        else:
            runs.append([page])
    return [
        pair for run in runs for pair in ([(run[0], run[-1])] if len(run) >= _RUN else [(page, page) for page in run])
    ]
