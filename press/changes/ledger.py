"""What changed in the text between a release and another state of the book. The entry is `compare`.

What only looks different is no change: numbers, lines and spaces, the citation style, the form of a block.
A heading or a line that is wholly rewritten, and a text of which more than 40 % is, count as removed and added.
Text that was moved and reworded at once counts so too, if no five words in a row are left of it.
Of two neighbours that change places one has moved, and nothing in the text says which.
"""

from __future__ import annotations

import difflib
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from press.blocks import Block, Snapshot, homes
from press.changes.matching import longest_rising, match
from press.history import Event, Ledger, LedgerEntry, Piece


def compare(old: Snapshot, new: Snapshot) -> Ledger:
    """What changed from one state to the other."""
    pairs = match(old.blocks, new.blocks)
    renamed = dict(_renamed(old, new, pairs))
    entries = [*_removed(old.blocks, pairs), *_found(old.blocks, new.blocks, pairs, renamed)]
    order = {chapter: number for number, chapter in enumerate([*new.chapters, *old.chapters])}
    entries.sort(key=lambda entry: order.get(entry.chapter, len(order)))
    both = [key for key in old.references if key in new.references]
    return Ledger(
        old.name,
        old.date,
        tuple(entries),
        {key: words for key, words in new.references.items() if key not in old.references},
        {key: words for key, words in old.references.items() if key not in new.references},
        {
            key: word_pieces(old.references[key].split(), new.references[key].split())
            for key in both
            if old.references[key] != new.references[key]
        },
        _note_numbers(old.blocks, new.blocks, pairs),
        renamed,
    )


def word_pieces(old: Sequence[str], new: Sequence[str]) -> tuple[Piece, ...]:
    """The words of two texts, those that both have once."""
    made: list[Piece] = []
    for operation, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation == "equal":
            made.append(("same", " ".join(old[a:b])))
            continue
        made += [("removed", " ".join(old[a:b]))] if a < b else []
        made += [("added", " ".join(new[c:d]))] if c < d else []
    return tuple(made)


def _renamed(old: Snapshot, new: Snapshot, pairs: Mapping[int, int]) -> Iterator[tuple[str, str]]:
    """Chapters whose file got another name: most of their blocks stand in one new chapter."""
    went: dict[str, Counter[str]] = defaultdict(Counter)
    for one, other in pairs.items():
        went[old.blocks[one].chapter][new.blocks[other].chapter] += 1
    for chapter in old.chapters:
        blocks = sum(1 for block in old.blocks if block.chapter == chapter)
        for place, count in went[chapter].most_common(1):
            if chapter not in new.chapters and place not in old.chapters and 2 * count > blocks:
                yield chapter, place


def _removed(old: Sequence[Block], pairs: Mapping[int, int]) -> Iterator[LedgerEntry]:
    sections = _sections(old)
    for number, block in enumerate(old):
        if number not in pairs:
            yield _entry("removed", block, sections[number], [("removed", block.text)])


def _found(
    old: Sequence[Block], new: Sequence[Block], pairs: Mapping[int, int], renamed: Mapping[str, str]
) -> Iterator[LedgerEntry]:
    sections = _sections(new)
    partners = {other: one for one, other in pairs.items()}
    moved = _moved(old, new, pairs, renamed)
    for number, block in enumerate(new):
        section = sections[number]
        if number not in partners:
            yield _entry("added", block, section, [("added", block.text)])
            continue
        before = old[partners[number]]
        if number in moved:
            came = before.chapter if renamed.get(before.chapter, before.chapter) != block.chapter else ""
            yield _entry("moved", block, section, [("same", block.text)], came)
        if before.words != block.words:
            yield _entry("reworded", block, section, word_pieces(before.words, block.words))
        if before.digest != block.digest:
            yield _entry("picture-changed", block, section, [("same", block.text)])
        yield from _citations(before, block, section)


def _citations(before: Block, block: Block, section: str) -> Iterator[LedgerEntry]:
    old, new = before.citations, block.citations
    for operation, a, b, c, d in difflib.SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if operation == "equal":
            continue
        both = min(b - a, d - c)
        for one, other in zip(old[a : a + both], new[c : c + both], strict=True):
            yield _entry("citation-replaced", block, section, [("removed", one), ("added", other)])
        for one in old[a + both : b]:
            yield _entry("citation-removed", block, section, [("removed", one)])
        for other in new[c + both : d]:
            yield _entry("citation-added", block, section, [("added", other)])


def _moved(
    old: Sequence[Block], new: Sequence[Block], pairs: Mapping[int, int], renamed: Mapping[str, str]
) -> set[int]:
    """The new blocks that stand elsewhere: the fewest that explain the order. A note moves if another block calls it.

    A chapter that moves as a whole moves no block.
    """
    old_homes, new_homes = homes(old), homes(new)
    moved: set[int] = set()
    stayed: dict[str, list[int]] = defaultdict(list)
    for one, other in pairs.items():
        if renamed.get(old[one].chapter, old[one].chapter) != new[other].chapter:
            if new[other].kind != "note" or pairs.get(old_homes[one]) != new_homes[other]:
                moved.add(other)
        elif new[other].kind != "note":
            stayed[new[other].chapter].append(other)
        elif pairs.get(old_homes[one]) != new_homes[other]:
            moved.add(other)
    for numbers in stayed.values():  # in the old order
        moved.update(set(numbers) - set(longest_rising(numbers)))
    return moved


def _note_numbers(
    old: Sequence[Block], new: Sequence[Block], pairs: Mapping[int, int]
) -> Mapping[str, Mapping[str, str]]:
    made: dict[str, dict[str, str]] = defaultdict(dict)
    for one, other in pairs.items():
        if old[one].number != new[other].number and old[one].chapter == new[other].chapter:
            made[new[other].chapter][old[one].number] = new[other].number
    return dict(made)


def _sections(blocks: Sequence[Block]) -> list[str]:
    """For each block, the words of the heading above it in its chapter."""
    made: list[str] = []
    chapter = section = ""
    for block in blocks:
        if block.chapter != chapter:
            chapter, section = block.chapter, ""
        if block.kind == "h":
            section = block.text
        made.append(section)
    return made


def _entry(event: Event, block: Block, section: str, pieces: Iterable[Piece], before: str = "") -> LedgerEntry:
    return LedgerEntry(event, block.kind, block.chapter, block.id, section, tuple(pieces), before)
