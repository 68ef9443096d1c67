"""The order of the resolvers: what each needs is there when its turn comes, and what they say of themselves is true."""

from __future__ import annotations

import dataclasses
import sys
from collections.abc import Iterator, Sequence
from itertools import combinations

import pytest
from conftest import ROOT, silent

from press import pipeline, resolvers
from press.diagnostics import Report
from press.model import Book, Chapter
from press.resolvers import RESOLVERS, WHILE_READ, Resolver
from press.store import Store


def problems(order: Sequence[Resolver]) -> Iterator[str]:
    """What is not there when it is read, or not there any more."""
    there = set(WHILE_READ)
    for resolver in order:
        for name in resolver.reads:
            if name not in there:
                yield f"{resolver.name} reads {name}"
        there |= set(resolver.adds)
        there -= set(resolver.ends)


def test_each_resolver_finds_what_it_reads() -> None:
    assert list(problems(RESOLVERS)) == []


def test_no_two_that_depend_on_each_other_can_change_places() -> None:
    """Whichever resolver reads what another adds, or what another ends, stands in its place for that reason."""
    tried = 0
    for first, second in combinations(range(len(RESOLVERS)), 2):
        one, other = RESOLVERS[first], RESOLVERS[second]
        if set(one.adds) & set(other.reads) or set(one.reads) & set(other.ends):
            order = [*RESOLVERS[:first], *RESOLVERS[first + 1 : second + 1], one, *RESOLVERS[second + 1 :]]
            assert list(problems(order)), f"{one.name} after {other.name}"
            tried += 1
    assert tried > 2 * len(RESOLVERS)


def field(name: str) -> str:
    """The field that a statement names: `anchors` of `anchors: numbers`."""
    return name.partition(":")[0]


@dataclasses.dataclass
class Watched:
    """What a resolver did."""

    resolver: Resolver
    read: set[str]
    changed: set[str]


@pytest.fixture(scope="module")
def watched(store: Store) -> list[Watched]:
    """The resolvers at work on the real book, with the fields that each read and changed."""
    done: list[Watched] = []
    reading: set[str] = set()

    def watch(kind: type) -> None:
        def look(self: object, name: str) -> object:
            if sys._getframe(1).f_code.co_filename != dataclasses.__file__:  # `replace` reads all
                reading.add(name)
            return object.__getattribute__(self, name)

        patch.setattr(kind, "__getattribute__", look, raising=False)

    def watching(resolver: Resolver) -> Resolver:
        def run(book: Book, report: Report) -> Book:
            reading.clear()
            made = resolver.run(book, report)
            done.append(Watched(resolver, set(reading), set(changes(book, made))))
            return made

        return dataclasses.replace(resolver, run=run)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(resolvers, "RESOLVERS", tuple(map(watching, RESOLVERS)))
        watch(Book)
        watch(Chapter)
        assert pipeline.load(ROOT, store, Report(), silent)
    return done


def changes(before: Book, after: Book) -> Iterator[str]:
    """The fields that are not what they were."""
    pairs: list[tuple[object, object]] = [(before, after)]
    pairs += [pair for pair in zip(before.parts, after.parts, strict=True) if isinstance(pair[0], Chapter)]
    for one, other in pairs:
        for each in dataclasses.fields(one):  # type: ignore[arg-type]
            if each.name != "parts" and getattr(one, each.name) != getattr(other, each.name):
                yield each.name


def test_resolvers_say_what_they_read(watched: list[Watched]) -> None:
    """Of the fields that resolvers change; what the readers alone fill in is there at any time."""
    filled = {field(name) for resolver in RESOLVERS for name in resolver.adds}
    for one in watched:
        stated = {field(name) for name in (*one.resolver.reads, *one.resolver.adds)}
        unchanged = {"fields", "notices", "changes"}  # read for what stands in them before citations are formatted
        assert one.read & filled - stated - unchanged == set(), one.resolver.name


def test_resolvers_say_what_they_add(watched: list[Watched]) -> None:
    for one in watched:
        stated = {field(name) for name in (*one.resolver.adds, *one.resolver.ends)}
        assert one.changed <= stated, one.resolver.name
        missing = stated - one.changed - {"notices", "tombstones", "reserved_ids", "shared_homes", "changes", "fields"}
        assert missing <= {"shared", "history", "index"}, one.resolver.name
