"""How the editions differ in their markup."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Literal
from urllib.parse import quote

from markupsafe import Markup, escape

from press.names import ascii_name

EditionName = Literal["web", "epub", "screen", "print", "large-print", "sample", "marked"]

# DPUB-ARIA role and EPUB structural semantics (EPUB SSV 1.1) of the things that books are made of.
_SEMANTICS: dict[str, tuple[str, str]] = {
    "chapter": ("doc-chapter", "chapter"),
    "preface": ("doc-preface", "preface"),
    "introduction": ("doc-introduction", "introduction"),
    "appendix": ("doc-appendix", "appendix"),
    "afterword": ("doc-afterword", "afterword"),
    "dedication": ("doc-dedication", "dedication"),
    "epigraph": ("doc-epigraph", "epigraph"),
    "foreword": ("doc-foreword", "foreword"),
    "prologue": ("doc-prologue", "prologue"),
    "conclusion": ("doc-conclusion", "conclusion"),
    "epilogue": ("doc-epilogue", "epilogue"),
    "glossary": ("doc-glossary", "glossary"),
    "acknowledgments": ("doc-acknowledgments", "acknowledgments"),
    "credits": ("doc-credits", "other-credits"),
    "back-matter": ("", "backmatter"),
    "contents": ("doc-toc", "toc"),
    "notes": ("doc-endnotes", "footnotes"),
    "note": ("doc-footnote", "footnote"),
    "all-notes": ("doc-endnotes", "endnotes"),
    "note-call": ("doc-noteref", "noteref"),
    "back-link": ("doc-backlink", "backlink"),
    "references": ("doc-bibliography", "bibliography"),
    "citation": ("doc-biblioref", "biblioref"),
    "index": ("doc-index", "index"),
    "symptom-index": ("doc-index", "index"),
    "colophon": ("doc-colophon", "colophon"),
    "pull-quote": ("doc-pullquote", "pullquote"),
    "cover": ("", "cover"),
    "title-page": ("", "titlepage"),
    "imprint": ("", "copyright-page"),
    "list-of-figures": ("", "loi"),
    "whats-new": ("", "revision-history"),
}


@dataclass(frozen=True, slots=True)
class Flavour:
    """What the shared markup needs to know of an edition."""

    name: EditionName
    suffix: str
    """The ending of a page's file; empty for an edition in one piece."""
    addresses: Mapping[str, str]
    """Id -> the slug of the page that holds it."""
    style: str = ""
    """The stylesheet that a drawing carries along: in a file of its own as it is, in a page as attributes."""
    notes_page: str = ""
    """The slug of the page that lists all notes; empty where each chapter lists its own."""

    changed: Mapping[str, str] = field(default_factory=dict)
    """Ids of blocks that the edition marks as changed -> the release since which they are."""

    @property
    def is_paged(self) -> bool:
        """Whether notes stand at the foot of a page and cross references give page numbers."""
        return self.name not in ("web", "epub")

    @property
    def is_linear(self) -> bool:
        """Whether the edition is read from front to back, so that shared text stands in it once."""
        return self.name != "web"

    def page_file(self, page: str) -> str:
        """The name of the file of a page."""
        return (ascii_name(page) if self.name == "epub" else page) + self.suffix

    def page_address(self, page: str) -> str:
        """The address of a page, seen from the others."""
        return quote(self.page_file(page))

    def href(self, identifier: str, page: str) -> str:
        """The address of an id, seen from the page `page`."""
        if not self.suffix:
            return f"#{identifier}"
        holder = self.addresses.get(identifier, identifier)
        if identifier == holder:
            return self.page_address(holder)
        return f"#{identifier}" if holder == page else f"{self.page_address(holder)}#{identifier}"

    def semantics(self, name: str) -> Markup:
        """The attributes that say what an element is: a role everywhere, `epub:type` in the EPUB only."""
        role, kind = _SEMANTICS[name]
        made = Markup(' role="{}"').format(role) if role else Markup("")
        return made + Markup(' epub:type="{}"').format(kind) if self.name == "epub" else made

    def attributes(self, name: str) -> dict[str, str]:
        """The same as a mapping."""
        role, kind = _SEMANTICS[name]
        made = {"role": role} if role else {}
        return made | {"epub:type": kind} if self.name == "epub" else made


HrefMaker = Callable[[str], str]


def text(value: str) -> str:
    """A text as markup."""
    return str(escape(value))
