"""Which block of an old text is which block of a new one, by content. The entry is `match`.

Each block has at most one partner. Partners are found in three rounds: the same id; the same words; and of what is
left, the most similar first. What is similar but stands elsewhere must also have a run of words in common (`_RUN`):
text that was cut in one place and text that is new in another are apt to be alike in a book about one thing.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence

from press.blocks import Block, homes

SIMILAR = 0.6
"""The least similarity of partners: a text of which 40 % was changed is still the same text."""
_RUN = 5
"""How many words in a row tell that a text which stands elsewhere is the same."""
_NEIGHBOUR = 0.1
"""What a neighbour adds to the rank of a pair when it is paired with the other's neighbour."""


def match(old: Sequence[Block], new: Sequence[Block]) -> dict[int, int]:
    """Numbers of old blocks -> numbers of the new blocks that they became."""
    work = _Matching(old, new)
    work.same_id()
    work.same_words()
    work.similar()
    return dict(sorted(work.pairs.items()))


def similarity(one: Sequence[str], other: Sequence[str]) -> float:
    """From 0 to 1: the share of the words that both have in the same order."""
    total = len(one) + len(other)
    return 2 * _common(one, other) / total if total else 1.0


def _common(one: Sequence[str], other: Sequence[str]) -> int:
    """The length of the longest common subsequence, one bit of a number for each word (Hyyrö 2004)."""
    places: dict[str, int] = defaultdict(int)
    for number, word in enumerate(one):
        places[word] |= 1 << number
    full = (1 << len(one)) - 1
    unmatched = full
    for word in other:
        found = unmatched & places.get(word, 0)
        unmatched = ((unmatched + found) | (unmatched - found)) & full
    return len(one) - unmatched.bit_count()


class _Matching:
    """The pairs found so far."""

    def __init__(self, old: Sequence[Block], new: Sequence[Block]) -> None:
        self.old, self.new = old, new
        self.pairs: dict[int, int] = {}
        self.taken: set[int] = set()
        self.old_homes, self.new_homes = homes(old), homes(new)

    def same_id(self) -> None:
        """Blocks of a kind with one id."""
        by_id = {(block.kind, block.id): number for number, block in enumerate(self.new) if block.id}
        for number, block in enumerate(self.old):
            partner = by_id.get((block.kind, block.id))
            if partner is not None and partner not in self.taken:
                self._pair(number, partner)

    def same_words(self) -> None:
        """Blocks with the same words; of repeated ones those with the same neighbours, then in order."""
        groups: dict[tuple[object, ...], tuple[list[int], list[int]]] = defaultdict(lambda: ([], []))
        for number in self._free_old():
            groups[_content(self.old[number])][0].append(number)
        for number in self._free_new():
            groups[_content(self.new[number])][1].append(number)
        repeated: list[tuple[int, int, float]] = []
        for olds, news in groups.values():
            if len(olds) == len(news) == 1:
                self._pair(olds[0], news[0])
            else:
                repeated += [(one, other, 1.0) for one in olds for other in news]
        self._best_first(repeated)

    def similar(self) -> None:
        """What is left, where it is similar enough."""
        index: dict[tuple[str, ...], list[int]] = defaultdict(list)
        for number in self._free_new():
            for shingle in _runs(self.new[number], 2):
                index[shingle].append(number)
        scored: list[tuple[int, int, float]] = []
        in_place = _Places(self)
        for number in self._free_old():
            block = self.old[number]
            # Texts of 12 words and more that are similar enough share at least two such pairs of words.
            candidates = {found for shingle in _runs(block, 2) for found in index.get(shingle, ())}
            for candidate in sorted(candidates):
                other = self.new[candidate]
                score = similarity(block.words, other.words)
                if block.kind != other.kind or score < SIMILAR:
                    continue
                if in_place.same(number, candidate) or not _runs(block, _RUN).isdisjoint(_runs(other, _RUN)):
                    scored.append((number, candidate, score))
        self._best_first(scored)

    def _best_first(self, scored: Iterable[tuple[int, int, float]]) -> None:
        """Pair the best candidates first; among equals those whose neighbours are pairs, then those near each other."""
        ranked = sorted(
            scored,
            key=lambda found: (
                -found[2] - _NEIGHBOUR * self._neighbours(found[0], found[1]),
                self.old[found[0]].chapter != self.new[found[1]].chapter,
                abs(found[0] - found[1]),
                found,
            ),
        )
        for one, other, _ in ranked:
            if one not in self.pairs and other not in self.taken:
                self._pair(one, other)

    def _neighbours(self, one: int, other: int) -> int:
        """How many of the blocks around two are pairs: before, after, and the one that calls a note."""
        count = sum(1 for step in (-1, 1) if self.pairs.get(one + step, -1) == other + step)
        home = self.old_homes[one]
        return count + (home != one and self.pairs.get(home) == self.new_homes[other])

    def _pair(self, one: int, other: int) -> None:
        self.pairs[one] = other
        self.taken.add(other)

    def _free_old(self) -> Iterator[int]:
        return (number for number in range(len(self.old)) if number not in self.pairs)

    def _free_new(self) -> Iterator[int]:
        return (number for number in range(len(self.new)) if number not in self.taken)


def _content(block: Block) -> tuple[object, ...]:
    """What makes blocks the same: a figure without words is its picture."""
    return (block.kind, block.words, block.digest if not block.words else "")


def _runs(block: Block, length: int) -> set[tuple[str, ...]]:
    """The runs of so many words."""
    return {block.words[at : at + length] for at in range(len(block.words) - length + 1)}


class _Places:
    """Where blocks stand among the pairs that were found before, those left out that moved."""

    def __init__(self, found: _Matching) -> None:
        self.found = found
        groups: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
        for one, other in sorted(found.pairs.items()):
            if found.old[one].kind != "note":
                groups[found.old[one].chapter, found.new[other].chapter].append((one, other))
        went: dict[str, tuple[int, str]] = {}
        for (chapter, place), pairs in groups.items():
            went[chapter] = max(went.get(chapter, (0, "")), (len(pairs), place))
        self.anchors: dict[tuple[str, str], tuple[list[int], list[int]]] = {}
        for chapter, (_, place) in went.items():
            news = longest_rising([other for _, other in groups[chapter, place]])
            olds = {other: one for one, other in groups[chapter, place]}
            self.anchors[chapter, place] = ([olds[other] for other in news], news)

    def same(self, one: int, other: int) -> bool:
        """Whether two blocks stand between the same pairs, or are notes of a pair."""
        home = self.found.old_homes[one]
        if home != one and self.found.pairs.get(home) == self.found.new_homes[other]:
            return True
        anchors = self.anchors.get((self.found.old[one].chapter, self.found.new[other].chapter))
        return anchors is not None and bisect_left(anchors[0], one) == bisect_left(anchors[1], other)


def longest_rising(numbers: Sequence[int]) -> list[int]:
    """The longest rising subsequence, by patience sorting."""
    tops: list[int] = []
    piles: list[int] = []
    below: list[int] = [-1] * len(numbers)
    for at, number in enumerate(numbers):
        pile = bisect_left(tops, number)
        tops[pile : pile + 1] = [number]
        piles[pile : pile + 1] = [at]
        below[at] = piles[pile - 1] if pile else -1
    made: list[int] = []
    at = piles[-1] if piles else -1
    while at >= 0:
        made.append(numbers[at])
        at = below[at]
    return made[::-1]
