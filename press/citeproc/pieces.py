"""What all rendering elements share: pieces of text are joined with seams, and formatted with marks."""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable

from citeproc import model

from press.citeproc.markup import BOLD, ITALIC, QUOTE, SEAM, SMALLCAPS, SUB, SUP, UPRIGHT
from press.citeproc.rendering import Rendering
from press.citeproc.textcase import change_case


class Marks:
    """The formatter that citeproc-py's elements are given: marks instead of tags."""

    Italic = staticmethod(ITALIC.around)
    Oblique = staticmethod(ITALIC.around)
    Bold = staticmethod(BOLD.around)
    Light = staticmethod(str)
    Underline = staticmethod(str)
    SmallCaps = staticmethod(SMALLCAPS.around)
    Superscript = staticmethod(SUP.around)
    Subscript = staticmethod(SUB.around)


def join(pieces: Iterable[str], delimiter: str = "") -> str:
    """The pieces that are not empty, with the delimiter between them."""
    between = f"{SEAM}{delimiter}{SEAM}" if delimiter else SEAM
    return between.join(piece for piece in pieces if piece)


class Pieces(model.Formatted):
    """The mixin of all rendering elements."""

    def get_formatter(self) -> type[Marks]:
        """Upstream asks for the formatter."""
        return Marks

    def wrap(self, text: str) -> str:
        """The text between the element's prefix and suffix."""
        return join((self.get("prefix", ""), text, self.get("suffix", ""))) if text else ""

    def decorate(self, text: str, rendering: Rendering, language: str = "") -> str:
        """The text with the element's capitals, font, quotes and affixes."""
        if not text:
            return ""
        if self.get("strip-periods") == "true":
            text = text.replace(".", "")
        case = self.get("text-case")
        if case:
            text = change_case(text, case, (language or rendering.language).startswith("en"))
        text = self.format(text)
        if self.get("font-style") == "normal":
            text = UPRIGHT.around(text)
        if self.get("quotes") == "true":
            text = QUOTE.around(text)
        return self.wrap(text)

    def render_children(self, rendering: Rendering, delimiter: str = "") -> str:
        """The element's children joined; a choose counts as its chosen children."""
        return join(self.child_pieces(rendering), delimiter)

    def child_pieces(self, rendering: Rendering) -> list[str]:
        """The texts of the element's children, one each, and those of a choose as they stand."""
        pieces: list[str] = []
        for child in self:
            if isinstance(child, Transparent):
                pieces += child.chosen_pieces(rendering)
            else:
                pieces.append(child.render(rendering))
        return pieces


class Transparent(ABC):
    """The mixin of elements whose children count as those of the element around."""

    @abstractmethod
    def chosen_pieces(self, rendering: Rendering) -> list[str]:
        """The texts of the chosen children."""
