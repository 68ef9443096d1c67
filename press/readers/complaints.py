"""What chapters say their spots are good for, checked against the complaints of book.yaml and against each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from press.diagnostics import Position, Report, did_you_mean
from press.metadata import BodyPartSettings, SpotPlace
from press.readers.settings import YamlSource
from press.readers.spots import UNKNOWN_VIEW


@dataclass(frozen=True, slots=True)
class _Claim:
    """That a spot is good for a complaint."""

    spot: SpotPlace
    rank: int
    position: Position


class Complaints:
    """The complaints of a book, and the spots that claim them."""

    def __init__(self, parts: Mapping[str, BodyPartSettings], origin: YamlSource, report: Report) -> None:
        self.report = report
        self.positions: dict[str, Position] = {}
        for part, settings in parts.items():
            for key in settings.complaints:
                position = origin.position(("series", "complaints", part, "complaints", key))
                if key in self.positions:
                    message = f'"{key}" is a complaint of two parts of the body'
                    report.add("bad-metadata", position, message, f"the first: {self.positions[key]}")
                self.positions.setdefault(key, position)
        self.is_whole = True
        self.claims: dict[str, list[_Claim]] = {key: [] for key in self.positions}

    def add(self, spot: SpotPlace, yaml: YamlSource) -> None:
        """Take note of what a spot claims, and report complaints that book.yaml does not have."""
        self.is_whole &= spot.view != UNKNOWN_VIEW
        for key, rank in spot.complaints.items():
            position = yaml.position(("spot", "complaints", key))
            if key in self.claims:
                self.claims[key].append(_Claim(spot, rank, position))
            else:
                hint = did_you_mean(key, self.positions, self.positions) or "list it in book.yaml, under its body part"
                self.report.add("unknown-complaint", position, f'book.yaml has no complaint "{key}"', hint)

    def check(self) -> None:
        """Report complaints that no spot claims, and those whose order of spots is not clear or not safe."""
        for key, claims in self.claims.items():
            if not claims and self.is_whole:
                hint = f"give it a rank in the metadata block of a spot: complaints: {{{key}: 1}}"
                self.report.add("unused-complaint", self.positions[key], f'no spot names the complaint "{key}"', hint)
            firsts: dict[int, _Claim] = {}
            for claim in claims:
                first = firsts.setdefault(claim.rank, claim)
                if first is not claim:
                    message = f'"{key}" has another spot of rank {claim.rank}, "{first.spot.short_name}"'
                    hint = f"that one: {first.position}; the spot to try first has rank 1, the next one 2"
                    self.report.add("same-rank", claim.position, message, hint)
            self._check_first(key, claims)

    def _check_first(self, key: str, claims: list[_Claim]) -> None:
        best = min((claim.rank for claim in claims), default=0)
        safe = [claim for claim in claims if not claim.spot.risky]
        for claim in claims:
            if claim.rank == best and claim.spot.risky and safe:
                other = min(safe, key=lambda one: one.rank)
                message = (
                    f'"{key}" begins with this spot, which is risky to press, though "{other.spot.short_name}" serves'
                )
                self.report.add("risky-first", claim.position, message, f"let that one go first: {other.position}")
