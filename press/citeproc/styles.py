"""CSL styles: checked against the schema, and loaded with the repaired elements. Bad ones raise `StyleError`."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import citeproc
from lxml import etree

from press.citeproc.elements import ELEMENTS
from press.citeproc.forms import StyleError, StyleKind
from press.citeproc.terms import Terms, collect_terms

_NAMESPACE = "http://purl.org/net/xbiblio/csl"
_CSL = f"{{{_NAMESPACE}}}"
_LANG = "{http://www.w3.org/XML/1998/namespace}lang"
_KINDS: dict[str, StyleKind] = {
    "numeric": "numeric",
    "author-date": "author-date",
    "note": "note",
    "author": "author",
    "label": "label",
}

_RENDERING = {"text", "number", "date", "names", "label", "group", "choose"}
_CHILDREN: dict[str, set[str]] = {
    "style": {"info", "locale", "macro", "citation", "bibliography"},
    "citation": {"sort", "layout"},
    "bibliography": {"sort", "layout"},
    "locale": {"info", "style-options", "date", "terms"},
    "terms": {"term"},
    "term": {"single", "multiple"},
    "sort": {"key"},
    "names": {"name", "et-al", "label", "substitute"},
    "name": {"name-part"},
    "date": {"date-part"},
    "choose": {"if", "else-if", "else"},
    **dict.fromkeys(("layout", "macro", "group", "if", "else-if", "else", "substitute"), _RENDERING),
}
_NEEDED = {
    "style": ("info", "citation"),
    "info": ("title", "id", "updated"),
    "citation": ("layout",),
    "bibliography": ("layout",),
}
_TELLING = {
    "RELAXNG_ERR_INVALIDATTR": 1,
    "RELAXNG_ERR_ATTRVALID": 2,
    "RELAXNG_ERR_EXTRACONTENT": 3,
    "RELAXNG_ERR_ELEMWRONG": 4,
}
"""The kinds of libxml2's complaints that name what is wrong, the best first."""


@dataclass(frozen=True, slots=True)
class Style:
    """A loaded style."""

    root: Any
    terms: Terms
    citation: Any
    macros: Mapping[str, Any]
    bibliography: Any
    """None where the style has no reference list."""
    kind: StyleKind
    elements: tuple[Any, ...]
    """All elements, held so that lxml keeps their objects."""


def load_style(path: Path, language: str) -> Style:
    """Load a style with the terms of a language. Raises `StyleError`."""
    try:
        tree = etree.parse(str(path), _parser())
    except etree.XMLSyntaxError as error:
        line, column = error.position
        raise StyleError(max(line, 1), max(column, 1), f"not well-formed XML: {error.msg}") from None
    except OSError as error:
        raise StyleError(1, 1, f"cannot be read: {error.strerror or error}") from None
    root = tree.getroot()
    _check(root, tree)
    citation, bibliography = root.find(f"{_CSL}citation"), root.find(f"{_CSL}bibliography")
    locales = [*_own_locales(root, language), *_locale_files(language)]
    macros = {str(macro.get("name")): macro for macro in root.iter(f"{_CSL}macro")}
    elements = tuple(root.iter()) + tuple(element for locale in locales for element in locale.iter(f"{_CSL}date"))
    return Style(
        root,
        collect_terms(locales, language),
        citation,
        macros,
        bibliography,
        _kind(root, citation),
        elements,
    )


def _parser() -> Any:
    lookup = etree.ElementNamespaceClassLookup()
    lookup.get_namespace(_NAMESPACE).update(ELEMENTS)
    parser = etree.XMLParser(remove_comments=True, remove_pis=True, resolve_entities=False, no_network=True)
    parser.set_element_class_lookup(lookup)
    return parser


def _check(root: Any, tree: Any) -> None:
    """Well-formed XML must also be a style by the schema of CSL, with the macros that it calls."""
    if root.tag != f"{_CSL}style":
        raise StyleError(root.sourceline or 1, 1, f'"{etree.QName(root).localname}" is not the root of a CSL style')
    for entity in root.iter(etree.Entity):
        raise StyleError(entity.sourceline or 1, 1, f'entities such as "{entity.text}" are not allowed')
    for link in root.iter(f"{_CSL}link"):
        if link.get("rel") == "independent-parent":
            raise StyleError(link.sourceline, 1, f'only points to another style: use "{link.get("href")}"')
    _check_places(root)
    schema = etree.RelaxNG(etree.parse(citeproc.SCHEMA_PATH))
    if not schema.validate(tree):
        error = min(schema.error_log, key=lambda entry: (_TELLING.get(entry.type_name, 9), entry.line))
        message = error.message[:1].lower() + error.message[1:]
        raise StyleError(max(error.line, 1), max(error.column, 1), f"not valid CSL: {message}")
    _check_macros(root)


def _check_places(root: Any) -> None:
    """Elements stand where they may: libxml2's words for one that does not seldom name it."""
    for element in root.iter():
        name = etree.QName(element).localname
        found = [etree.QName(child).localname for child in element]
        for child, wrong in zip(element, found, strict=True):
            if name in _CHILDREN and wrong not in _CHILDREN[name]:
                raise StyleError(child.sourceline, 1, f'"{wrong}" does not belong in "{name}"')
        for needed in _NEEDED.get(name, ()):
            if needed not in found:
                raise StyleError(element.sourceline, 1, f'"{name}" lacks the element "{needed}"')


def _check_macros(root: Any) -> None:
    macros = {macro.get("name"): macro for macro in root.iter(f"{_CSL}macro")}
    calls: dict[str, set[str]] = {name: set() for name in macros}
    for element in root.iter(f"{_CSL}text", f"{_CSL}key"):
        name = element.get("macro")
        if name is not None and name not in macros:
            raise StyleError(element.sourceline, 1, f'the macro "{name}" is not defined')
        owner = next(element.iterancestors(f"{_CSL}macro"), None)
        if name is not None and owner is not None:
            calls[owner.get("name")].add(name)
    for name in macros:
        if _calls_itself(name, calls):
            raise StyleError(macros[name].sourceline, 1, f'the macro "{name}" calls itself')


def _calls_itself(name: str, calls: dict[str, set[str]]) -> bool:
    reached: set[str] = set()
    waiting = set(calls[name])
    while waiting:
        called = waiting.pop()
        reached.add(called)
        waiting |= calls[called] - reached
    return name in reached


def _own_locales(root: Any, language: str) -> Iterator[Any]:
    """The style's own terms: of the dialect, of the language, of any language."""
    for wanted in (language, language.split("-")[0], None):
        yield from (locale for locale in root.findall(f"{_CSL}locale") if locale.get(_LANG) == wanted)


def _locale_files(language: str) -> Iterator[Any]:
    """The locale files of the dialect, of the language's main dialect, and of English."""
    names = dict.fromkeys((language, citeproc.PRIMARY_DIALECTS.get(language.split("-")[0]), "en-US"))
    for name in names:
        path = Path(citeproc.LOCALES_PATH, f"locales-{name}.xml")
        if name and path.is_file():
            yield etree.parse(str(path), _parser()).getroot()


def _kind(root: Any, citation: Any) -> StyleKind:
    if root.get("class") == "note":
        return "note"
    for category in root.iter(f"{_CSL}category"):
        if category.get("citation-format") in _KINDS:
            return _KINDS[category.get("citation-format")]
    variables = {element.get("variable") for element in citation.iter(f"{_CSL}text")}
    if "citation-number" in variables:
        return "numeric"
    return "label" if "citation-label" in variables else "author-date"
