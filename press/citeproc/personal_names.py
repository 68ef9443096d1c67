"""Lists of names as a style wants them: order, initials, particles, "and", et al."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace

from press.citeproc.items import NameList, PersonName
from press.citeproc.markup import plain
from press.citeproc.pieces import join
from press.citeproc.rendering import Distinction

PartFormat = Callable[[str, str], str]
"""The part (given or family) and its text -> the text formatted."""

_UNSPACED = re.compile(r"[\u3040-\u30ff\u3400-\u9fff\uac00-\ud7af]")
_INITIALS = re.compile(r"(?<![^\W_])([^\W\d_])(?:\.|(?![\w’'-]))")
_FIRST = re.compile(r"[\u02b9-\u02ff]?[^\W\d_]")
"""The first letter of a name, perhaps with a sign of breathing before it."""


@dataclass(frozen=True, slots=True)
class NameStyle:
    """The options of CSL for names, with their values for one place of a style."""

    form: str
    delimiter: str
    and_word: str
    """Empty: the last name is joined like the others."""
    et_al: str
    et_al_min: int
    et_al_first: int
    et_al_last: bool
    before_et_al: str
    before_last: str
    initialize: bool
    initialize_with: str | None
    initialize_hyphen: bool
    sort_order: str
    sort_separator: str
    demote: str
    for_sorting: bool

    def inverts(self, place: int) -> bool:
        """Whether the name at a place is written family name first."""
        return self.form == "long" and (self.sort_order == "all" or (self.sort_order == "first" and place == 0))


def format_names(names: NameList, style: NameStyle, distinction: Distinction, part: PartFormat) -> str:
    """A list of names."""
    first = max(style.et_al_first, distinction.names_shown)
    count = len(names.names) + names.and_others
    cut = bool(style.et_al_min) and count >= style.et_al_min and len(names.names) > first
    shown = names.names[:first] if cut else names.names
    if style.form == "count":
        return str(len(shown))
    texts = [_format_name(name, place, style, distinction, part) for place, name in enumerate(shown)]
    texts = [text for text in texts if text]
    if not texts:
        return ""
    if cut and style.et_al_last and first <= len(names.names) - 2 and not names.and_others:
        last = _format_name(names.names[-1], len(names.names) - 1, style, distinction, part)
        return join((*texts, f"… {last}"), style.delimiter)
    if (cut or names.and_others) and style.et_al:
        inverted = style.inverts(len(texts) - 1)
        delimited = _wants_delimiter(style.before_et_al, len(texts) > 1, inverted)
        return join((join(texts, style.delimiter), style.et_al), style.delimiter if delimited else " ")
    if len(texts) == 1 or not style.and_word:
        return join(texts, style.delimiter)
    delimited = _wants_delimiter(style.before_last, len(texts) > 2, style.inverts(len(texts) - 2))
    link = (style.delimiter if delimited else " ") + style.and_word + " "
    return join((join(texts[:-1], style.delimiter), texts[-1]), link)


def _wants_delimiter(option: str, several: bool, inverted: bool) -> bool:
    if option == "after-inverted-name":
        return inverted
    return option == "always" or (option == "contextual" and several)


def _format_name(name: PersonName, place: int, style: NameStyle, distinction: Distinction, part: PartFormat) -> str:
    if name.literal:
        return part("family", name.literal)
    if not name.given and not name.particle and not name.dropping_particle:
        return _spaced(part("family", name.family), name.suffix)
    given = _given(name.given, style)
    expanded = distinction.given_names.get(place)
    if style.form == "short" and not expanded:
        return part("family", _spaced(name.particle, name.family))
    if expanded:
        style = replace(style, form="long")
        given = name.given if expanded == "full" else given
    if _UNSPACED.match(plain(name.family)) and _UNSPACED.match(plain(name.given)):
        return part("family", name.family) + part("given", given)
    if style.inverts(place):
        return _inverted(name, given, style, part)
    family = part("family", _spaced(name.particle, name.family))
    straight = _spaced(part("given", given), name.dropping_particle, family)
    return join((straight, name.suffix), ", " if name.comma_suffix else " ")


def _inverted(name: PersonName, given: str, style: NameStyle, part: PartFormat) -> str:
    """Family name first; the particle goes behind the given name if the style demotes it."""
    demoted = style.demote == "display-and-sort" or (style.demote == "sort-only" and style.for_sorting)
    family = name.family if demoted else _spaced(name.particle, name.family)
    behind = _spaced(given, name.dropping_particle, name.particle if demoted else "")
    return join((part("family", family), part("given", behind), name.suffix), style.sort_separator)


def _spaced(*words: str) -> str:
    """The words with spaces, but none after an apostrophe or hyphen: d’Alembert."""
    text = ""
    for word in filter(None, words):
        text += word if not text or plain(text)[-1:] in "'’-" else f" {word}"
    return text


def _given(given: str, style: NameStyle) -> str:
    """The given names, as initials if the style wants them."""
    mark = style.initialize_with
    if mark is None or not given:
        return given
    if not style.initialize:
        words = (_INITIALS.sub(lambda match: _marked(match, mark), word).strip() for word in given.split())
        return " ".join(words)
    pieces: list[str] = []
    for match in re.finditer(r"([-‐\s.]*)([^-‐\s.]+)\.?", given):
        before, word = match.groups()
        hyphen = "-" if re.search("[-‐]", before) and style.initialize_hyphen and pieces else ""
        first = _FIRST.search(plain(word))
        if first is None or not _has_capitals(first.group()):
            pieces.append(f" {word} ")
        elif plain(word)[0].islower():
            # A particle inside the given names stays a word, and so does what follows a hyphen in small letters.
            if not re.search("[-‐]", before):
                pieces.append(f" {word} ")
        else:
            if hyphen:
                pieces[-1] = pieces[-1].rstrip(" ")
            pieces.append(hyphen + first.group() + mark)
    return re.sub(r"\s+", " ", "".join(pieces)).strip()


def _marked(initial: re.Match[str], mark: str) -> str:
    return initial.group(1) + mark if _has_capitals(initial.group(1)) else initial.group()


def _has_capitals(letter: str) -> bool:
    """Whether names in the script of a letter have initials."""
    return letter.title() != letter.lower()
