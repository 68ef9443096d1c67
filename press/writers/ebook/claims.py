"""What an EPUB may claim of its accessibility: computed from its pages (EPUB Accessibility 1.1).

The vocabulary is that of schema.org and the EPUB Accessibility metadata registry.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from lxml import etree

from press.writers.ebook.package import Meta

CONFORMS_TO = "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"
_XHTML = "{http://www.w3.org/1999/xhtml}"
_SVG = "{http://www.w3.org/2000/svg}"
_MATHML = "{http://www.w3.org/1998/Math/MathML}math"
_EPUB_TYPE = "{http://www.idpf.org/2007/ops}type"


def accessibility_claims(pages: Mapping[str, bytes], labels: Mapping[str, str]) -> tuple[Meta, ...]:
    """The metadata about accessibility for pages of XHTML; `labels` holds the sentences of the summary."""
    elements = [element for data in pages.values() for element in etree.fromstring(data).iter(etree.Element)]
    pictures = [element for element in elements if _is_picture(element)]
    features = ["structuralNavigation", "tableOfContents", "readingOrder", "ARIA", "displayTransformability"]
    described = all(_has_alternative(picture) for picture in pictures)
    if pictures and described:
        features.append("alternativeText")
    if any(element.get("class") == "long-description" for element in elements):
        features.append("longDescription")
    if any(element.get(_EPUB_TYPE) == "index" for element in elements):
        features.append("index")
    if any(element.tag == _MATHML for element in elements):
        features.append("MathML")
    claims = [("accessMode", "textual")]
    if pictures:
        claims.append(("accessMode", "visual"))
        claims.append(("accessModeSufficient", "textual,visual"))
    if described:
        claims.append(("accessModeSufficient", "textual"))
    claims += [("accessibilityFeature", feature) for feature in features]
    claims.append(("accessibilityHazard", "none"))
    sentences = [labels["access_structure"], labels["access_pictures"] if pictures and described else ""]
    claims.append(("accessibilitySummary", " ".join(filter(None, sentences))))
    made = [Meta(f"schema:{name}", value) for name, value in claims]
    if described and _headings_are_in_order(pages.values()):
        made.append(Meta("dcterms:conformsTo", CONFORMS_TO))
    return tuple(made)


def _is_picture(element: etree._Element) -> bool:
    return element.tag in (f"{_XHTML}img", f"{_SVG}svg")


def _has_alternative(picture: etree._Element) -> bool:
    """Whether a picture has words, or says that it needs none."""
    hidden = picture.get("aria-hidden") == "true" or picture.get("role") == "presentation"
    return hidden or bool((picture.get("alt") or picture.get("aria-label") or "").strip())


def _headings_are_in_order(pages: Iterable[bytes]) -> bool:
    """Whether no page's headings skip a level downwards."""
    for data in pages:
        above = 0
        for element in etree.fromstring(data).iter(*(f"{_XHTML}h{level}" for level in range(1, 7))):
            level = int(str(element.tag)[-1])
            if level > above + 1:
                return False
            above = level
    return True
