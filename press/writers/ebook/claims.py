"""What an EPUB may claim of its accessibility: computed from its pages (EPUB Accessibility 1.1).

A claim whose check fails is not made, and the failure is told. The vocabulary is that of schema.org and of the
registry of accessibility metadata for EPUB. The entry is `accessibility_claims`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from lxml import etree

from press.writers.ebook.package import Meta

CONFORMS_TO = "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"
_XHTML = "{http://www.w3.org/1999/xhtml}"
_SVG = "{http://www.w3.org/2000/svg}"
_MATHML = "{http://www.w3.org/1998/Math/MathML}math"
_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"
_LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
_HEADINGS = tuple(f"{_XHTML}h{level}" for level in range(1, 7))
_MOVING = {
    *(f"{_XHTML}{name}" for name in ("script", "video", "audio", "iframe", "embed", "object")),
    *(f"{_SVG}{name}" for name in ("script", "animate", "animateMotion", "animateTransform", "set")),
}
_FIXED_LOOKS = re.compile(r"(?<![-\w])(?:font-size:\s*[\d.]+(?:px|pt|cm|mm|in)|height:\s*[\d.]+(?:px|pt|cm|mm|in))")
_TEXT_COLOUR = re.compile(r"(?:^|\}|;|\{)\s*(?:body|html|p|\*)\s*\{[^}]*(?<![-\w])(?:color|background(?:-color)?):")
_MOTION = re.compile(r"@keyframes|(?<![-\w])animation(?:-name)?:")

Pages = Mapping[str, etree._Element]


@dataclass(frozen=True, slots=True)
class Failure:
    """A claim that is not made, and why."""

    claim: str
    page: str
    reason: str


@dataclass(frozen=True, slots=True)
class Claims:
    """The metadata about accessibility, and what had to be left out of it."""

    metas: tuple[Meta, ...]
    failures: tuple[Failure, ...]


def accessibility_claims(documents: Mapping[str, bytes], stylesheet: str, labels: Mapping[str, str]) -> Claims:
    """The claims for pages of XHTML by name; `labels` holds the sentences of the summary."""
    pages = {name: etree.fromstring(data) for name, data in documents.items()}
    elements = [element for page in pages.values() for element in page.iter(etree.Element)]
    failures = [*_pictures(pages), *_formulas(pages), *_headings(pages), *_contents(pages), *_names(pages)]
    failures += _looks(stylesheet)
    failures += _hazards(pages, stylesheet)
    failed = {failure.claim for failure in failures}
    has_pictures = any(map(_is_picture, elements))
    types = {kind for element in elements for kind in (element.get(_EPUB_TYPE) or "").split()}
    found = {
        "structuralNavigation": any(element.tag in _HEADINGS for element in elements),
        "tableOfContents": "toc" in types,
        "readingOrder": True,
        "ARIA": any(element.get("role") for element in elements),
        "displayTransformability": True,
        "alternativeText": has_pictures,
        "longDescription": any(element.get("class") == "long-description" for element in elements),
        "index": "index" in types,
        "MathML": any(element.tag == _MATHML for element in elements),
        "describedMath": any(element.tag == _MATHML for element in elements),
    }
    features = [name for name, is_there in found.items() if is_there and name not in failed]
    readable = not failed & {"alternativeText", "describedMath"}
    still = "accessibilityHazard" not in failed
    claims = [("accessMode", "textual")]
    if has_pictures:
        claims += [("accessMode", "visual"), ("accessModeSufficient", "textual,visual")]
    if readable:
        claims.append(("accessModeSufficient", "textual"))
    claims += [("accessibilityFeature", feature) for feature in features]
    claims.append(("accessibilityHazard", "none" if still else "unknown"))
    facts = {
        "access_by_ear": readable,
        "access_structure": {"structuralNavigation", "tableOfContents"} <= set(features),
        "access_notes": "noteref" in types,
        "access_citations": "biblioref" in types,
        "access_index": "index" in features,
        "access_pictures": "alternativeText" in features,
        "access_bare_pictures": "alternativeText" in failed,
        "access_descriptions": "longDescription" in features,
        "access_formulas": "describedMath" in features,
        "access_display": "displayTransformability" in features,
        "access_still": still,
        "access_conforms": not failures,
    }
    claims.append(("accessibilitySummary", " ".join(labels[name] for name, holds in facts.items() if holds)))
    metas = [Meta(f"schema:{name}", value) for name, value in claims]
    if not failures:
        metas.append(Meta("dcterms:conformsTo", CONFORMS_TO))
    return Claims(tuple(metas), tuple(failures))


def _pictures(pages: Pages) -> Iterator[Failure]:
    for name, page in pages.items():
        if not all(map(_has_alternative, filter(_is_picture, page.iter(etree.Element)))):
            yield Failure("alternativeText", name, "a picture has no alternative text")


def _is_picture(element: etree._Element) -> bool:
    return element.tag in (f"{_XHTML}img", f"{_SVG}svg")


def _has_alternative(picture: etree._Element) -> bool:
    """Whether a picture has words, or says that it needs none."""
    hidden = picture.get("aria-hidden") == "true" or picture.get("role") == "presentation"
    return hidden or bool((picture.get("alt") or picture.get("aria-label") or "").strip())


def _formulas(pages: Pages) -> Iterator[Failure]:
    for name, page in pages.items():
        if not all((formula.get("alttext") or "").strip() for formula in page.iter(_MATHML)):
            yield Failure("describedMath", name, "a formula has no words")


def _headings(pages: Pages) -> Iterator[Failure]:
    """No page's headings skip a level downwards."""
    for name, page in pages.items():
        above = 0
        for heading in page.iter(*_HEADINGS):
            level = int(str(heading.tag)[-1])
            if level > above + 1:
                yield Failure("structuralNavigation", name, "a heading skips a level")
                break
            above = level


def _contents(pages: Pages) -> Iterator[Failure]:
    """Every page of the body is in the table of contents."""
    tables = [nav for page in pages.values() for nav in page.iter(f"{_XHTML}nav") if nav.get(_EPUB_TYPE) == "toc"]
    listed = {(link.get("href") or "").partition("#")[0] for nav in tables for link in nav.iter(f"{_XHTML}a")}
    for name, page in pages.items():
        body = page.find(f"{_XHTML}body")
        if body is not None and body.get(_EPUB_TYPE) == "bodymatter" and name not in listed:
            yield Failure("tableOfContents", name, "the table of contents lacks the page")


def _names(pages: Pages) -> Iterator[Failure]:
    """What conformance asks beside all that: a language, a title, and words in every link."""
    for name, page in pages.items():
        if not (page.get("lang") and page.get(_LANGUAGE)):
            yield Failure("conformsTo", name, "the page does not say its language")
        if not page.findtext(f".//{_XHTML}title", "").strip():
            yield Failure("conformsTo", name, "the page has no title")
        if not all(_has_words(link) for link in page.iter(f"{_XHTML}a") if link.get("href")):
            yield Failure("conformsTo", name, "a link has no words")


def _has_words(link: etree._Element) -> bool:
    pictures = filter(_is_picture, link.iter(etree.Element))
    return bool(
        "".join(map(str, link.itertext())).strip() or link.get("aria-label") or any(map(_has_alternative, pictures))
    )


def _looks(stylesheet: str) -> Iterable[Failure]:
    """The reader's own size and colours of text hold."""
    if _FIXED_LOOKS.search(stylesheet):
        yield Failure("displayTransformability", "style.css", "a size of text or a height is fixed")
    if _TEXT_COLOUR.search(stylesheet):
        yield Failure("displayTransformability", "style.css", "the colour of text or paper is fixed")


def _hazards(pages: Pages, stylesheet: str) -> Iterator[Failure]:
    """Nothing flashes, moves, or makes a sound."""
    for name, page in pages.items():
        if any(element.tag in _MOVING for element in page.iter(etree.Element)):
            yield Failure("accessibilityHazard", name, "something may move or make a sound")
    if _MOTION.search(stylesheet):
        yield Failure("accessibilityHazard", "style.css", "something moves")
