"""The words and date formats of a language: those of the style, then those of citeproc-py's locale files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import Any

from press.citeproc.punctuation import Quotes

_CSL = "{http://purl.org/net/xbiblio/csl}"
_FALLBACK = {"verb-short": "verb", "symbol": "short", "verb": "long", "short": "long"}


@dataclass(frozen=True, slots=True)
class Terms:
    """Terms by name and form, each as singular and plural."""

    words: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    dates: dict[str, Any] = field(default_factory=dict)
    """The locale's elements cs:date by form."""
    options: dict[str, str] = field(default_factory=dict)
    ordinal_matches: dict[str, str] = field(default_factory=dict)
    language: str = "en-US"

    def single(self, name: str, form: str = "long") -> str:
        """The singular of a term; a form that is missing falls back to a plainer one."""
        return self._find(name, form)[0]

    def multiple(self, name: str, form: str = "long") -> str:
        """The plural of a term."""
        return self._find(name, form)[1]

    def _find(self, name: str, form: str) -> tuple[str, str]:
        while (name, form) not in self.words and form in _FALLBACK:
            form = _FALLBACK[form]
        return self.words.get((name, form), ("", ""))

    @property
    def page_dash(self) -> str:
        """What stands between the first page and the last."""
        return self.single("page-range-delimiter") or "–"

    @property
    def quotes(self) -> Quotes:
        """The quotation marks."""
        return Quotes(
            (self.single("open-quote") or "“", self.single("close-quote") or "”"),
            (self.single("open-inner-quote") or "‘", self.single("close-inner-quote") or "’"),
            self.options.get("punctuation-in-quote") == "true",
        )


def collect_terms(locales: Iterable[Any], language: str) -> Terms:
    """Join locales, given from the most to the least wanted: the first that has a term counts."""
    terms = Terms(language=language)
    has_ordinals = False
    for locale in locales:
        ordinals = False
        for element in locale.iter(f"{_CSL}term"):
            name, form = element.get("name"), element.get("form", "long")
            if name.startswith("ordinal"):
                # A language's ordinals are a set: those of another one do not fill its gaps.
                ordinals = True
                if has_ordinals:
                    continue
            if element.get("gender-form") or (name, form) in terms.words:
                continue
            single, multiple = element.find(f"{_CSL}single"), element.find(f"{_CSL}multiple")
            only = "".join(element.text or "") if single is None else single.text or ""
            terms.words[name, form] = (only, only if multiple is None else multiple.text or "")
            if element.get("match"):
                terms.ordinal_matches[name] = element.get("match")
        has_ordinals = has_ordinals or ordinals
        for element in locale.findall(f"{_CSL}date"):
            terms.dates.setdefault(element.get("form"), element)
        for element in locale.findall(f"{_CSL}style-options"):
            for name, value in element.attrib.items():
                terms.options.setdefault(name, value)
    return terms
