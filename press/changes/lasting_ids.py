"""Ids that outlast edits: a block that is found again keeps its id, and the id of one that is gone leads elsewhere.

The entry is `lasting_ids`. Ids that an author chose stand as they are; of the others none is given twice, ever.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from press.blocks import Block, BlockKind, Snapshot
from press.changes.matching import match
from press.letters import short_hash
from press.names import slugify


@dataclass(frozen=True, slots=True)
class LastingIds:
    """The ids of a text, given with a release in mind."""

    blocks: tuple[Block, ...]
    """With their ids, but for new ones of a kind that gets its ids later."""
    tombstones: Mapping[str, str]
    """Ids that no block has any more -> the id nearest to where it was, which one has."""
    reserved: frozenset[str]
    """Every id that was ever given."""


def lasting_ids(
    released: Snapshot | None, blocks: Sequence[Block], given_later: Collection[BlockKind] = ()
) -> LastingIds:
    """Give the blocks of a text the ids of the blocks of a release that they are, and new ones ids of their own.

    The kinds `given_later` get those of new ones from their resolvers, as in a book that was never released.
    """
    old = released.blocks if released else ()
    buried = released.tombstones if released else {}
    pairs = match(old, blocks)
    chosen = {block.id for block in blocks if block.id}
    reserved = {block.id for block in old} | set(buried)
    made = list(blocks)
    for one, other in pairs.items():
        # An id that its author moved to another block is that block's now.
        if not blocks[other].id and old[one].id not in chosen:
            made[other] = replace(blocks[other], id=old[one].id)
    taken = reserved | chosen
    for number, block in enumerate(made):
        if not block.id and block.kind not in given_later:
            made[number] = replace(block, id=_fresh(block, taken))
            taken.add(made[number].id)
    here = {block.id for block in made if block.id}
    graves = {gone: place for gone, place in _graves(old, made, pairs) if gone not in here}
    graves |= {gone: graves.get(place, place) for gone, place in buried.items() if gone not in here}
    return LastingIds(tuple(made), graves, frozenset(reserved))


def _fresh(block: Block, taken: set[str]) -> str:
    """An id that no block ever had. A paragraph's is short: there are thousands of them in a book."""
    slug = slugify(block.chapter.removesuffix(".md"))
    words = " ".join(block.words) or block.digest
    base = f"{slug}-{slugify(words)}" if block.kind == "h" else f"{slug}-{block.kind}-{short_hash(words)}"
    if block.kind == "p":
        base = f"p-{short_hash(words)}"
    identifier, number = base, 1
    while identifier in taken:
        number += 1
        identifier = f"{base}-{number}"
    return identifier


def _graves(old: Sequence[Block], new: Sequence[Block], pairs: Mapping[int, int]) -> Iterable[tuple[str, str]]:
    """Every id of the old text, and the id of the nearest block that is left: itself, one of its chapter, or any."""
    left = [number for number in pairs if new[pairs[number]].id and old[number].kind != "note"]
    for number, block in enumerate(old):
        if number in pairs and new[pairs[number]].id:
            yield block.id, new[pairs[number]].id
            continue
        nearest = min(
            left, key=lambda other: (old[other].chapter != block.chapter, abs(other - number), other), default=None
        )
        place = new[pairs[nearest]].id if nearest is not None else next((one.id for one in new if one.id), "")
        yield block.id, place
