"""The conditions of a style: choose, if, else-if, else."""

from __future__ import annotations

from collections.abc import Iterator

from citeproc import model

from press.citeproc.numbers import is_numeric
from press.citeproc.pieces import Pieces, Transparent, join
from press.citeproc.rendering import Rendering


class If(Pieces, model.If):
    """A branch with tests; `match` is over all of them together."""

    def holds(self, rendering: Rendering) -> bool:
        """Whether the branch is to be taken."""
        results = list(self._results(rendering))
        match = self.get("match", "all")
        if match == "any":
            return any(results)
        return not any(results) if match == "none" else all(results)

    def _results(self, rendering: Rendering) -> Iterator[bool]:
        record = rendering.record
        for kind in self.get("type", "").split():
            yield kind == record.type
        for variable in self.get("variable", "").split():
            yield rendering.has(variable)
        for variable in self.get("is-numeric", "").split():
            yield self._is_number(variable, rendering)
        for variable in self.get("is-uncertain-date", "").split():
            yield variable in record.dates and record.dates[variable].circa
        for label in self.get("locator", "").split():
            yield bool(rendering.locator) and label == rendering.label
        for position in self.get("position", "").split():
            yield not rendering.in_bibliography and position in rendering.position
        if self.get("disambiguate"):
            yield rendering.distinction.condition is (self.get("disambiguate") == "true")

    def _is_number(self, variable: str, rendering: Rendering) -> bool:
        if variable == "citation-number":
            return True
        if variable == "locator":
            return is_numeric(rendering.locator)
        return rendering.has(variable) and is_numeric(rendering.record.text.get(variable, ""))


class ElseIf(If):
    """A further branch with tests."""


class Else(Pieces, model.Else):
    """The branch without tests."""

    def holds(self, rendering: Rendering) -> bool:
        """Always: it is asked last."""
        return True


class Choose(Pieces, Transparent, model.Choose):
    """The first branch that holds."""

    def chosen_pieces(self, rendering: Rendering) -> list[str]:
        """The texts of that branch's children."""
        branch = next((child for child in self if child.holds(rendering)), None)
        return [] if branch is None else branch.child_pieces(rendering)

    def render(self, rendering: Rendering) -> str:
        """That branch, where no element around joins its children."""
        return join(self.chosen_pieces(rendering))
