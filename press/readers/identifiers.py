"""The keys, identifiers and addresses of references, and what is said about those that are wrong."""

from __future__ import annotations

import re

from press.diagnostics import Diagnostic, Position

_FORMS = {
    "DOI": (re.compile(r"10\.\d{4,9}/\S+"), "a DOI begins with 10. and has no spaces, such as 10.1002/ca.22233"),
    "PMID": (re.compile(r"[1-9]\d{0,7}"), "a PMID is a number of at most 8 digits"),
    "URL": (re.compile(r"(?:https?|ftp)://\S+", re.IGNORECASE), "an address begins with https:// and has no spaces"),
    "PMCID": (re.compile(r"PMC[1-9]\d*"), "a PMCID is PMC and a number, such as PMC2565638"),
}
_DOI_LINK = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:\s*)(?=10\.)", re.IGNORECASE)


def malformed_identifier(name: str, value: str) -> tuple[str, str] | None:
    """Message and hint for the value of the CSL variable `name`; None when it is well formed or no identifier."""
    if name not in _FORMS or _FORMS[name][0].fullmatch(value):
        return None
    bare = bare_doi(value)
    hint = f"write {bare} only" if name == "DOI" and bare != value else _FORMS[name][1]
    return f'"{value}" is not a valid {name}', hint


def duplicate_reference(key: str, position: Position, earlier: str, place: Position) -> Diagnostic:
    """The second reference with a key, or with one that differs in capitals only from an `earlier` one at `place`."""
    message = f'two references have the key "{key}"'
    if earlier != key:
        message = f'the keys "{key}" and "{earlier}" differ in capitals only'
    return Diagnostic("duplicate-reference", position, message, f"the first: {place.path}:{place.line}")


def bare_doi(value: str) -> str:
    """A DOI without the address of the resolver before it."""
    return _DOI_LINK.sub("", value, count=1) if _DOI_LINK.match(value) else value
