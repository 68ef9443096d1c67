"""The rendering elements of a style, with the behaviour of citeproc-py's repaired: text, numbers, groups, layout.

`render(rendering)` gives text with marks, empty where there is nothing to show. `ELEMENTS` is all of them by tag.
"""

from __future__ import annotations

from typing import Any

from citeproc import model

from press.citeproc.conditions import Choose, Else, ElseIf, If
from press.citeproc.dates import Date, DatePart
from press.citeproc.markup import LINKS
from press.citeproc.names import EtAl, Label, Name, NamePart, Names, Substitute
from press.citeproc.numbers import is_numeric, long_ordinal, ordinal, page_ranges
from press.citeproc.pieces import Pieces, join
from press.citeproc.rendering import Rendering


class Macro(Pieces, model.Macro):
    """Elements that are called by name."""

    def render(self, rendering: Rendering) -> str:
        """The elements, without anything between them."""
        return self.render_children(rendering)


class Text(Pieces, model.Text):
    """A variable, a macro, a term or a fixed text."""

    def render(self, rendering: Rendering) -> str:
        """The text."""
        if self.get("macro"):
            return self.decorate(rendering.macros[self.get("macro")].render(rendering), rendering)
        if self.get("term"):
            return self.decorate(self._term(rendering), rendering)
        if self.get("value") is not None:
            return self.decorate(self.get("value"), rendering)
        variable = self.get("variable")
        text = self._variable(variable, rendering)
        if variable in LINKS and rendering.in_bibliography:
            text = LINKS[variable].around(text)
        return self.decorate(text, rendering, rendering.record.language)

    def _term(self, rendering: Rendering) -> str:
        name, form = self.get("term"), self.get("form", "long")
        return (
            rendering.terms.multiple(name, form) if self.get("plural") == "true" else rendering.terms.single(name, form)
        )

    def _variable(self, variable: str, rendering: Rendering) -> str:
        if variable in {"page", "page-first"}:
            return _pages(variable, rendering, self.get_root())
        generated = rendering.generated(variable)
        if generated is not None:
            return generated
        if self.get("form") == "short":
            short = rendering.text(f"{variable}-short")
            if short:
                return short
        return rendering.text(variable)


def _pages(variable: str, rendering: Rendering, root: Any) -> str:
    pages = page_ranges(rendering.text("page"), rendering.terms.page_dash, root.get("page-range-format"))
    if variable == "page":
        return pages
    return pages.split(rendering.terms.page_dash)[0].split(",")[0].strip()


class Number(Pieces, model.Number):
    """A number variable as digits, ordinal or Roman."""

    def render(self, rendering: Rendering) -> str:
        """The number; what is no number stays text."""
        variable = self.get("variable")
        if variable in {"page", "page-first"}:
            value = _pages(variable, rendering, self.get_root())
        else:
            generated = rendering.generated(variable)
            value = rendering.text(variable) if generated is None else generated
        if is_numeric(value):
            words = value.replace("-", "–").split()
            value = " ".join(self._digits(word, rendering) for word in words)
        return self.decorate(value, rendering)

    def _digits(self, word: str, rendering: Rendering) -> str:
        form = self.get("form", "numeric")
        if not word.isdigit() or form == "numeric":
            return word
        if form == "roman":
            return str(model.romanize(int(word))).lower()
        return ordinal(int(word), rendering.terms) if form == "ordinal" else long_ordinal(int(word), rendering.terms)


class Group(Pieces, model.Group):
    """Elements that are shown only if one of the variables they call has a value."""

    def render(self, rendering: Rendering) -> str:
        """The group."""
        called, filled = rendering.called, rendering.filled
        text = self.render_children(rendering, self.get("delimiter", ""))
        if rendering.called > called and rendering.filled == filled:
            return ""
        return self.decorate(text, rendering)


class Layout(Pieces, model.Layout):
    """What a citation or a reference consists of."""

    def render(self, rendering: Rendering) -> str:
        """One item, without the layout's own format, which belongs to the whole cluster or entry."""
        return self.render_children(rendering)

    def around(self, text: str) -> str:
        """A cluster or an entry with the layout's affixes and font; the affixes have the font, too."""
        return str(self.format(join((self.get("prefix", ""), text, self.get("suffix", "")))))


ELEMENTS: dict[str, type] = {
    "bibliography": model.Bibliography,
    "choose": Choose,
    "citation": model.Citation,
    "date": Date,
    "date-part": DatePart,
    "else": Else,
    "else-if": ElseIf,
    "et-al": EtAl,
    "group": Group,
    "if": If,
    "label": Label,
    "layout": Layout,
    "macro": Macro,
    "name": Name,
    "name-part": NamePart,
    "names": Names,
    "number": Number,
    "substitute": Substitute,
    "style": model.Style,
    "text": Text,
}
