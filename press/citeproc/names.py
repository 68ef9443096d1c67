"""The elements of a style that show names: names, name, name-part, et-al, label and substitute."""

from __future__ import annotations

from typing import Any

from citeproc import model

from press.citeproc.items import NameList
from press.citeproc.numbers import is_plural
from press.citeproc.personal_names import NameStyle, format_names
from press.citeproc.pieces import Pieces, join
from press.citeproc.rendering import Distinction, Rendering

_CSL = "{http://purl.org/net/xbiblio/csl}"
_INHERITED = {"form": "name-form", "delimiter": "name-delimiter"}
_DEFAULTS = {
    "form": "long",
    "delimiter": ", ",
    "delimiter-precedes-et-al": "contextual",
    "delimiter-precedes-last": "contextual",
    "et-al-min": "0",
    "et-al-use-first": "1",
    "et-al-use-last": "false",
    "initialize": "true",
    "initialize-with-hyphen": "true",
    "sort-separator": ", ",
    "demote-non-dropping-particle": "display-and-sort",
}
_FOR_SORTING = {
    "et-al-min": "names-min",
    "et-al-use-first": "names-use-first",
    "et-al-use-last": "names-use-last",
}


class NamePart(Pieces, model.Name_Part):
    """The format of given or family names."""


class Name(Pieces, model.Name):
    """The format of names."""


class EtAl(Pieces, model.Et_Al):
    """The words for names left out."""

    def words(self, rendering: Rendering) -> str:
        """The words."""
        return self.decorate(rendering.terms.single(self.get("term", "et-al")), rendering)


class Label(Pieces, model.Label):
    """The word for what a number or a name is: p., vol., ed."""

    def render(self, rendering: Rendering) -> str:
        """The label of a number variable."""
        variable = self.get("variable")
        if variable == "locator":
            return (
                self._term(rendering.label, is_plural("locator", rendering.locator), rendering)
                if rendering.locator
                else ""
            )
        if not rendering.has(variable):
            return ""
        value = rendering.record.text.get("page" if variable == "page-first" else variable, "")
        return self._term(variable, is_plural(variable, value), rendering)

    def role(self, variable: str, count: int, rendering: Rendering) -> str:
        """The label of names."""
        return self._term(variable, count > 1, rendering)

    def _term(self, name: str, plural: bool, rendering: Rendering) -> str:
        wanted = self.get("plural", "contextual")
        form = self.get("form", "long")
        several = wanted == "always" or (wanted == "contextual" and plural)
        term = rendering.terms.multiple(name, form) if several else rendering.terms.single(name, form)
        return self.decorate(term, rendering)


class Substitute(Pieces, model.Substitute):
    """What is shown where there are no names; it is not shown a second time."""

    def render_instead(self, names: Any, rendering: Rendering) -> str:
        """The first child that has something to show."""
        for child in self:
            outer, rendering.asked = rendering.asked, set()
            rendering.substituting.append(names)
            text = child.render(rendering)
            rendering.substituting.pop()
            used, rendering.asked = rendering.asked, outer
            if text:
                rendering.suppressed |= used
                return str(text)
        return ""


class Names(Pieces, model.Names):
    """The names in one role or several."""

    def render(self, rendering: Rendering) -> str:
        """The names. A substitute without a format of its own has that of the names it stands for."""
        source = self if len(self) or not rendering.substituting else rendering.substituting[-1]
        lists = self._lists(rendering)
        outermost = not rendering.substituting
        texts = [self._with_label(role, names, source, rendering) for role, names in lists]
        text = self.decorate(join(texts, self._delimiter(rendering)), rendering)
        substitute = self.find(f"{_CSL}substitute")
        if not text and substitute is not None:
            text = self.decorate(substitute.render_instead(self, rendering), rendering)
        if text and outermost and not rendering.author:
            rendering.author = text
            if rendering.hide_author:
                return ""
            substituted = rendering.area.get("subsequent-author-substitute")
            if substituted is not None and text == rendering.author_before:
                return str(substituted)
        return text

    def _lists(self, rendering: Rendering) -> list[tuple[str, NameList]]:
        found = [(role, rendering.names(role)) for role in self.get("variable").split()]
        lists = [(role, names) for role, names in found if names]
        roles = {role for role, _ in lists}
        if (
            roles == {"editor", "translator"}
            and lists[0][1] == lists[1][1]
            and rendering.terms.single("editortranslator")
        ):
            return [("editortranslator", lists[0][1])]
        return lists

    def _delimiter(self, rendering: Rendering) -> str:
        own = self.get("delimiter")
        if own is not None:
            return str(own)
        return str(rendering.area.get("names-delimiter") or self.get_root().get("names-delimiter") or "")

    def _with_label(self, role: str, names: NameList, source: Any, rendering: Rendering) -> str:
        name, label = source.find(f"{_CSL}name"), source.find(f"{_CSL}label")
        style = self._style(source, name, rendering)
        distinction = Distinction() if rendering.in_bibliography else rendering.distinction
        parts = {part.get("name"): part for part in name} if name is not None else {}

        def format_part(which: str, text: str) -> str:
            return str(parts[which].decorate(text, rendering)) if which in parts else text

        text = format_names(names, style, distinction, format_part)
        if name is not None:
            text = name.decorate(text, rendering)
        if label is None or style.form == "count" or rendering.sort_key is not None or rendering.short_author:
            return text
        shown = label.role(role, len(names.names) + names.and_others, rendering)
        before = name is not None and label.getparent().index(label) < label.getparent().index(name)
        return join((shown, text) if before else (text, shown))

    def _style(self, source: Any, name: Any, rendering: Rendering) -> NameStyle:
        root, key = self.get_root(), rendering.sort_key

        def option(wanted: str) -> str | None:
            if key is not None and wanted in _FOR_SORTING and key.get(_FOR_SORTING[wanted]):
                return str(key.get(_FOR_SORTING[wanted]))
            value = name.get(wanted) if name is not None else None
            for element in (rendering.area, root):
                value = element.get(_INHERITED.get(wanted, wanted)) if value is None else value
            return _DEFAULTS.get(wanted) if value is None else str(value)

        def number(wanted: str) -> int:
            later = option(wanted.replace("et-al", "et-al-subsequent")) if "subsequent" in rendering.position else None
            return int(later or option(wanted) or 0)

        and_option = option("and")
        and_word = {"text": rendering.terms.single("and"), "symbol": "&"}.get(and_option or "", "")
        few = rendering.short_author
        return NameStyle(
            form="short" if few else option("form") or "long",
            delimiter=option("delimiter") or "",
            and_word="" if key is not None else rendering.terms.single("and") if few else and_word,
            et_al=self._et_al(source, rendering),
            et_al_min=3 if few else number("et-al-min"),
            et_al_first=1 if few else number("et-al-use-first"),
            et_al_last=option("et-al-use-last") == "true",
            before_et_al="contextual" if few else option("delimiter-precedes-et-al") or "",
            before_last=option("delimiter-precedes-last") or "",
            initialize=option("initialize") == "true",
            initialize_with=option("initialize-with"),
            initialize_hyphen=option("initialize-with-hyphen") == "true",
            sort_order="all" if key is not None else option("name-as-sort-order") or "",
            sort_separator=option("sort-separator") or "",
            demote=option("demote-non-dropping-particle") or "",
            for_sorting=key is not None,
        )

    def _et_al(self, source: Any, rendering: Rendering) -> str:
        """The words for more names; they do not count in sorting."""
        element = source.find(f"{_CSL}et-al")
        if rendering.sort_key is not None:
            return ""
        return rendering.terms.single("et-al") if element is None else str(element.words(rendering))
