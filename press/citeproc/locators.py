"""The place named in a citation's suffix: `, p. 513`, `, chap. 3`, `{vol. 1, p. 513}`. The entry is `parse_locator`.

The forms are pandoc's. A style shows one label, so in `, vol. 1, p. 513` the first one counts: the locator is
volume 1, and `, p. 513` is left as text behind it, which prints as `vol. 1, p. 513`. In braces everything behind
the first label is the locator as it stands, which prints the same.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_ENGLISH = {
    "appendix": "appendix appendices app. apps.",
    "article": "article articles art. arts.",
    "book": "book books bk. bks.",
    "chapter": "chapter chapters chap. chaps. ch. chs.",
    "column": "column columns col. cols.",
    "equation": "equation equations eq. eqs.",
    "figure": "figure figures fig. figs.",
    "folio": "folio folios fol. fols.",
    "issue": "issue issues no. nos. number numbers",
    "line": "line lines l. ll.",
    "note": "note notes n. nn.",
    "opus": "opus opera op. opp.",
    "page": "page pages p. pp.",
    "paragraph": "paragraph paragraphs para. paras. par. pars. ¶ ¶¶",
    "part": "part parts pt. pts.",
    "rule": "rule rules r. rr.",
    "section": "section sections sec. secs. § §§",
    "sub-verbo": "s.v. s.vv. sub\xa0verbo sub\xa0verbis",
    "supplement": "supplement supplements supp. supps. suppl. suppls.",
    "table": "table tables tbl. tbls. tab.",
    "verse": "verse verses v. vv.",
    "volume": "volume volumes vol. vols.",
}
_GERMAN = {
    "appendix": "anhang anhänge anh.",
    "article": "artikel art.",
    "book": "buch bücher b.",
    "chapter": "kapitel kap.",
    "column": "spalte spalten sp.",
    "equation": "gleichung gleichungen gl.",
    "figure": "abbildung abbildungen abb.",
    "folio": "blatt blätter bl. fol.",
    "issue": "nummer nummern nr. nrn. heft hefte",
    "line": "zeile zeilen z.",
    "note": "anmerkung anmerkungen anm. note noten n. fn.",
    "opus": "opus opera op.",
    "page": "seite seiten s.",
    "paragraph": "absatz absätze abs. abschnitt\xa0abs.",
    "part": "teil teile",
    "section": "abschnitt abschnitte abschn. § §§",
    "sub-verbo": "s.v. s.vv.",
    "table": "tabelle tabellen tab.",
    "verse": "vers verse v.",
    "volume": "band bände bd. bde.",
}
_UNIT = r"[^\s,;.(){}\[\]<>\"'“”‘’„‚«»!?&/*†‡…]+"
_BRACKETS = r"(?:\([^()]*\)|\[[^\[\]]*\])"
_WORD = re.compile(rf"\.?(?:{_UNIT}{_BRACKETS}?)(?:\.{_UNIT}{_BRACKETS}?)*|{_BRACKETS}")
_ROMAN = re.compile(r"m{0,4}(?:cm|cd|d?c{0,4})(?:xc|xl|l?x{0,4})(?:ix|iv|v?i{0,4})", re.IGNORECASE)


class Locator(NamedTuple):
    """A suffix taken apart."""

    label: str
    """A name of CSL: page, chapter, volume ..."""
    locator: str
    """Empty where the suffix names no place."""
    rest: str
    """What stands behind it, as given."""


@lru_cache(maxsize=8)
def _labels(language: str) -> re.Pattern[str]:
    """All labels of a language, the longest first; a word must end where the label ends."""
    names = _names(language)
    words = sorted(names, key=len, reverse=True)
    pattern = "|".join(re.escape(word).replace(r"\ ", r"\s").replace("\xa0", r"\s") for word in words)
    return re.compile(rf"({pattern})(?!\w(?<!\d))", re.IGNORECASE)


@lru_cache(maxsize=8)
def _names(language: str) -> dict[str, str]:
    """Label as written, in small letters -> name of CSL. A German book may hold English labels too."""
    tables = [_ENGLISH, _GERMAN] if language.split("-")[0] == "de" else [_ENGLISH]
    return {word: name for table in tables for name, words in table.items() for word in words.split(" ")}


def parse_locator(suffix_text: str, language: str) -> Locator:
    """Take a citation's suffix apart as pandoc does; `language` is the book's, such as en-US."""
    start = re.match(r"\s*,?\s*", suffix_text)
    at = start.end() if start else 0
    if suffix_text[at : at + 1] == "{":
        end = _closing_brace(suffix_text, at)
        if end is not None:
            label, place = _label(suffix_text[at + 1 : end].strip(), language)
            return Locator(label or "page", place.strip(), suffix_text[end + 1 :])
    label, text = _label(suffix_text[at:], language)
    length = _locator_length(text, explicit=bool(label))
    if not length:
        return Locator("page", "", suffix_text)
    return Locator(label or "page", " ".join(text[:length].split()), text[length:])


def _label(text: str, language: str) -> tuple[str, str]:
    """The label at the head of the text, or none, and what follows it."""
    match = _labels(language).match(text)
    if match is None:
        return "", text
    word = match.group(1).replace(" ", "\xa0").lower()
    return _names(language)[word], text[match.end() :].lstrip()


def _locator_length(text: str, explicit: bool) -> int:
    """How far the locator reaches: words with a digit or Roman ones, between commas or semicolons."""
    length = 0
    while match := re.compile(r"\s*[,;]?\s*" if length else "").match(text, length):
        word = _WORD.match(text, match.end())
        if word is None or not _is_place(word.group(), explicit):
            break
        if re.match(r"[^\W\d]+\.\s", text[word.start() :]) and not re.search(r"\d", word.group()):
            break  # the label of a further place: l. 5
        length = word.end()
    return length


def _is_place(word: str, explicit: bool) -> bool:
    if re.search(r"\d", word):
        return True
    return explicit and any(part and _ROMAN.fullmatch(part) for part in re.split(r"[-–:.()\[\]]", word))


def _closing_brace(text: str, opened: int) -> int | None:
    depth = 0
    for place in range(opened, len(text)):
        depth += {"{": 1, "}": -1}.get(text[place], 0)
        if depth == 0:
            return place
    return None
