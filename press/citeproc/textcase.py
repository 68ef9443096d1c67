"""Changing capitals of text with marks; what stands between the marks of `nocase` stays as it is."""

from __future__ import annotations

import re
from collections.abc import Callable

from press.citeproc.markup import ANY_MARK, NOCASE, QUOTE, SUB, SUP, plain

_STOP_WORDS = re.compile(
    "a|an|and|as|at|but|by|down|for|from|in|into|nor|of|on|onto|or|over|so|the|till|to|up|via|with|yet"
)
_WORD = re.compile(r"[^\s\-–—/\ufdd0-\ufdef]+")
_GUARDED = ((NOCASE.open, NOCASE.close), (SUP.open, SUP.close), (SUB.open, SUB.close))


def change_case(text: str, case: str, english: bool) -> str:
    """The text with the capitals of CSL's `text-case`; titles get theirs only where they are English."""
    changes: dict[str, Callable[[str], str]] = {
        "lowercase": lambda run: run.lower(),
        "uppercase": lambda run: run.upper(),
    }
    if case in changes:
        return _outside_guards(text, changes[case])
    if case == "capitalize-first":
        return _outside_guards(text, _first_capital, first_only=True)
    if case == "capitalize-all":
        return _outside_guards(text, lambda run: re.sub(r"(?<!\S)[^\W\d_]", lambda word: word.group().title(), run))
    if case == "sentence":
        shouting = plain(text).isupper()
        lowered = _outside_guards(text, lambda run: _lower_words(run, shouting))
        return _outside_guards(lowered, _first_capital, first_only=True)
    return _title_case(text) if case == "title" and english else text


def _outside_guards(text: str, change: Callable[[str], str], first_only: bool = False) -> str:
    """Change the runs of text between marks that are not guarded; or only the first run of all, if not guarded."""
    pieces = re.split("([\ufdd0-\ufdef])", text)
    guards = 0
    for number, piece in enumerate(pieces):
        if any(piece == opening for opening, _ in _GUARDED):
            guards += 1
        elif any(piece == closing for _, closing in _GUARDED):
            guards -= 1
        elif piece and not ANY_MARK.match(piece):
            if not guards:
                pieces[number] = change(piece)
            if first_only:
                break
    return "".join(pieces)


def _first_capital(run: str) -> str:
    match = re.search(r"\w", run)
    return run[: match.start()] + run[match.start()].title() + run[match.end() :] if match else run


def _lower_words(run: str, shouting: bool) -> str:
    """Words with a capital in front become small; words with capitals inside are names or abbreviations."""

    def lower(match: re.Match[str]) -> str:
        word = match.group()
        return word.lower() if shouting or word[1:].islower() or len(word) == 1 else word

    return re.sub(r"[^\W\d_]+", lower, run)


def _title_case(text: str) -> str:
    words = list(_WORD.finditer(text))
    guarded = _guarded_places(text)
    pieces: list[str] = []
    at = 0
    for number, match in enumerate(words):
        word = match.group()
        pieces.append(text[at : match.start()])
        at = match.end()
        before = text[: match.start()]
        begins = before.endswith(QUOTE.open) or plain(before).rstrip()[-1:] in {"", *":?!.“‘"}
        ends = number + 1 == len(words) and not before.endswith("-")
        stops = _STOP_WORDS.fullmatch(word.strip("“”‘’\"'(),;")) and not begins and not ends
        if match.start() in guarded or word != word.lower() or stops:
            pieces.append(word)
        else:
            pieces.append(_first_capital(word))
    return "".join([*pieces, text[at:]])


def _guarded_places(text: str) -> set[int]:
    places: set[int] = set()
    depth = 0
    for place, character in enumerate(text):
        depth += sum(character == opening for opening, _ in _GUARDED)
        depth -= sum(character == closing for _, closing in _GUARDED)
        if depth:
            places.add(place)
    return places
