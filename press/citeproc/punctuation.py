"""Punctuation where pieces meet, and quotation marks that know how deep they stand."""

from __future__ import annotations

import re
from dataclasses import dataclass

from press.citeproc.markup import ANY_MARK, QUOTE, SEAM

_KEEP_FIRST = {"!.", "!:", "?.", "?:", ":.", ";:", ";.", "!!", "??", "..", "::", ";;", ",,"}
_KEEP_SECOND = {":!", ":?", ";!", ";?", "  ", " ,", " ."}
"""What stays of two signs that meet, as citeproc-js and pandoc have it; of all others both stay."""


@dataclass(frozen=True, slots=True)
class Quotes:
    """The quotation marks of a language, and whether a full stop or comma goes inside them."""

    outer: tuple[str, str] = ("“", "”")
    inner: tuple[str, str] = ("‘", "’")
    punctuation_inside: bool = False


_QUOTE_SIGN = re.compile("[\"'“”‘’]")
_CLOSES = {'"': '"', "'": "'", "“": "”", "‘": "’"}


def mark_quotes(text: str) -> str:
    """Quotation marks in pairs become marks, so that they come out as the language and their depth want them."""
    signs = list(text)
    waiting: list[int] = []
    for match in _QUOTE_SIGN.finditer(text):
        place, sign = match.start(), match.group()
        before, after = text[:place][-1:], text[place + 1 :][:1]
        if sign in "'’" and before.isalnum() and after.isalnum():
            signs[place] = "’"
            continue
        opened = next((at for at in reversed(waiting) if _CLOSES[text[at]] == sign), None)
        if opened is not None and not after.isalnum():
            signs[opened], signs[place] = QUOTE.open, QUOTE.close
            waiting = [at for at in waiting if at < opened]
        elif sign in _CLOSES and not before.isalnum() and not after.isspace():
            waiting.append(place)
        elif sign == "'":
            signs[place] = "’"
    return "".join(signs)


def mend(text: str, quotes: Quotes) -> str:
    """The text with doubled punctuation removed, punctuation moved into quotes, and quotation marks set."""
    return _set_quotes(_mend_seams(text, quotes.punctuation_inside), quotes)


def _mend_seams(text: str, inside: bool) -> str:
    out: list[str] = []
    at_seam = False
    for character in text:
        if character == SEAM:
            at_seam = True
            continue
        if ANY_MARK.match(character):
            out.append(character)
            continue
        if at_seam:
            at_seam = False
            _join(out, character, inside)
        else:
            out.append(character)
    return "".join(out)


def _join(out: list[str], character: str, inside: bool) -> None:
    """Append a character that begins a piece."""
    last = len(out) - 1
    closing_quote = -1
    while last >= 0 and ANY_MARK.match(out[last]):
        if out[last] == QUOTE.close:
            closing_quote = last
        last -= 1
    pair = out[last] + character if last >= 0 else ""
    if pair in _KEEP_FIRST:
        return
    goes_inside = closing_quote >= 0 and inside and character in ".,"
    if goes_inside and pair in {"?,", "!,"}:
        return
    place = closing_quote if goes_inside else len(out)
    if pair in _KEEP_SECOND and (closing_quote < 0 or goes_inside):
        del out[last]
        place -= 1
    out.insert(place, character)


def _set_quotes(text: str, quotes: Quotes) -> str:
    out: list[str] = []
    depth = 0
    for character in text:
        if character == QUOTE.open:
            out.append((quotes.inner if depth % 2 else quotes.outer)[0])
            depth += 1
        elif character == QUOTE.close:
            depth = max(depth - 1, 0)
            out.append((quotes.inner if depth % 2 else quotes.outer)[1])
        else:
            out.append(character)
    return "".join(out)


def space_between(left: str, right: str) -> str:
    """The space that belongs between a prefix and a citation, or a citation and a suffix."""
    start = ANY_MARK.sub("", right)[:1]
    end = ANY_MARK.sub("", left)[-1:]
    if not start or not end or end.isspace() or start.isspace():
        return ""
    return "" if start in ",.;:)]}!?’”" or end in "([{‘“" else " "
