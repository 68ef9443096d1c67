"""The document tree: nothing is lost on the way from pandoc and back, nor by the walk and the rewrite."""

from __future__ import annotations

import dataclasses
import json
import re
import sys
from collections.abc import Callable, Iterator
from functools import cache
from typing import Any

import pypandoc
import pytest
from hypothesis import given
from hypothesis import strategies as st

from press import nodes, tree
from press.nodes import BlockQuote, Doc, Link, Node, Para, Span, Str
from press.tree import SLOTS, children, elements, paths, rewrite, rewrite_siblings
from press.tree_json import from_json, to_json
from press.tree_text import SPACE

Json = dict[str, Any]


def node(kind: str, *content: Any) -> Json:
    """A node as pandoc writes it."""
    return {"t": kind, "c": content[0] if len(content) == 1 else list(content)} if content else {"t": kind}


WORD = st.text("abcdefghijklmnop", min_size=1, max_size=4)
PAIRS = st.dictionaries(WORD, WORD, max_size=2).map(lambda pairs: [list(pair) for pair in pairs.items()])
ATTRIBUTES = st.tuples(st.just("") | WORD, st.lists(WORD, max_size=2), PAIRS).map(list)
BREAKS = st.sampled_from(["Space", "SoftBreak", "LineBreak"]).map(node)
STYLES = st.sampled_from(["Emph", "Strong", "Underline", "Strikeout", "Superscript", "Subscript", "SmallCaps"])
TYPED = st.lists(WORD, max_size=2).map(lambda words: [n for w in words for n in (node("Space"), node("Str", w))][1:])
ALIGN = st.sampled_from(["AlignLeft", "AlignRight", "AlignCenter", "AlignDefault"]).map(node)


def citations(inlines: st.SearchStrategy[list[Json]]) -> st.SearchStrategy[Json]:
    """A reference in a cluster."""
    return st.fixed_dictionaries(
        {
            "citationId": WORD,
            "citationPrefix": inlines,
            "citationSuffix": inlines,
            "citationMode": st.sampled_from(["NormalCitation", "AuthorInText", "SuppressAuthor"]).map(node),
            "citationNoteNum": st.just(0),
            "citationHash": st.just(0),
        }
    )


def containers(inlines: st.SearchStrategy[list[Json]], blocks: st.SearchStrategy[list[Json]]) -> list[Any]:
    """The inlines that hold others."""
    target = st.tuples(WORD, WORD).map(list)
    return [
        st.tuples(STYLES, inlines).map(lambda c: node(*c)),
        st.tuples(st.sampled_from(["SingleQuote", "DoubleQuote"]).map(node), inlines).map(lambda c: node("Quoted", *c)),
        st.tuples(st.lists(citations(inlines), min_size=1, max_size=2), TYPED).map(lambda c: node("Cite", *c)),
        st.tuples(st.sampled_from(["Link", "Image"]), ATTRIBUTES, inlines, target).map(lambda c: node(*c)),
        st.tuples(ATTRIBUTES, inlines).map(lambda c: node("Span", *c)),
        blocks.map(lambda c: {"t": "Note", "c": c}),
    ]


def holders(inlines: st.SearchStrategy[list[Json]], blocks: st.SearchStrategy[list[Json]]) -> list[Any]:
    """The blocks that hold others, or lines."""
    items = st.lists(blocks, max_size=2)
    lines = st.lists(inlines, max_size=2)
    numbering = st.tuples(
        st.integers(0, 9),
        st.sampled_from(["DefaultStyle", "LowerRoman", "Example"]).map(node),
        st.sampled_from(["DefaultDelim", "TwoParens"]).map(node),
    ).map(list)
    caption = st.tuples(inlines.map(lambda found: found or None), blocks).map(list)
    cell = st.tuples(ATTRIBUTES, ALIGN, st.integers(1, 3), st.integers(1, 3), blocks).map(list)
    rows = st.lists(st.tuples(ATTRIBUTES, st.lists(cell, max_size=2)).map(list), max_size=2)
    end = st.tuples(ATTRIBUTES, rows).map(list)
    width = st.just(node("ColWidthDefault")) | st.floats(0.1, 1).map(lambda share: node("ColWidth", share))
    columns = st.lists(st.tuples(ALIGN, width).map(list), max_size=2)
    bodies = st.lists(st.tuples(ATTRIBUTES, st.integers(0, 2), rows, rows).map(list), max_size=2)
    return [
        st.tuples(st.sampled_from(["Plain", "Para"]), inlines).map(lambda c: {"t": c[0], "c": c[1]}),
        lines.map(lambda c: {"t": "LineBlock", "c": c}),
        blocks.map(lambda c: {"t": "BlockQuote", "c": c}),
        st.tuples(numbering, items).map(lambda c: node("OrderedList", *c)),
        items.map(lambda c: {"t": "BulletList", "c": c}),
        st.lists(st.tuples(inlines, items).map(list), max_size=2).map(lambda c: {"t": "DefinitionList", "c": c}),
        st.tuples(st.integers(1, 6), ATTRIBUTES, inlines).map(lambda c: node("Header", *c)),
        st.tuples(ATTRIBUTES, caption, columns, end, bodies, end).map(lambda c: node("Table", *c)),
        st.tuples(ATTRIBUTES, caption, blocks).map(lambda c: node("Figure", *c)),
        st.tuples(ATTRIBUTES, blocks).map(lambda c: node("Div", *c)),
    ]


LEAVES = st.one_of(
    WORD.map(lambda text: node("Str", text)),
    BREAKS,
    st.tuples(ATTRIBUTES, WORD).map(lambda c: node("Code", *c)),
    st.tuples(st.sampled_from(["InlineMath", "DisplayMath"]).map(node), WORD).map(lambda c: node("Math", *c)),
    st.tuples(st.just("html"), WORD).map(lambda c: node("RawInline", *c)),
)
SIMPLE = st.one_of(
    st.tuples(ATTRIBUTES, WORD).map(lambda c: node("CodeBlock", *c)),
    st.tuples(st.just("html"), WORD).map(lambda c: node("RawBlock", *c)),
    st.just(node("HorizontalRule")),
)


@cache
def choices(depth: int) -> tuple[st.SearchStrategy[Json], st.SearchStrategy[Json]]:
    """What `inline` and `block` choose from."""
    inlines, blocks = (st.lists(kind(depth - 1), max_size=2) for kind in (inline, block))
    return st.one_of(LEAVES, *containers(inlines, blocks)), st.one_of(SIMPLE, *holders(inlines, blocks))


@st.composite
def inline(draw: st.DrawFn, depth: int) -> Json:
    """An inline with so many levels below it."""
    return draw(choices(depth)[0] if depth else LEAVES)


@st.composite
def block(draw: st.DrawFn, depth: int) -> Json:
    """A block, likewise."""
    return draw(choices(depth)[1] if depth else SIMPLE)


def document(blocks: list[Json]) -> str:
    """A document as pandoc writes it."""
    return json.dumps({"pandoc-api-version": [1, 23], "meta": {}, "blocks": blocks})


@given(st.lists(block(3), max_size=3))
def test_what_came_from_pandoc_goes_back_as_it_was(blocks: list[Json]) -> None:
    """For all kinds of nodes, in all places where they can stand."""
    text = document(blocks)
    assert json.loads(to_json(from_json(text))) == json.loads(text)


MARKDOWN = r"""
# w1 *w2* {#a .b c="d"}

w3 **w4** [w5]{.underline} ~~w6~~ x^w7^ x~w8~ [w9]{.smallcaps} "w10 'w11'" `c` $m$ [w12](u "t") ![w13](p) end
[see w14 @k, p. w15; -@l] and @m [w16], <b>, w17^[w18 w19]\
w20

![w21](p){#f}

| w22
|   w23

- w24

  w25
- w26

(iv) w27
(v) w28

w29 *w30*
:   w31

    w32
:   w33

> w34

    code

* * *

::: {.d}
w35
:::

| w36 | w37 |
|:----|----:|
| w38 | w39 |

: w40 {#t}

+-----+-----+
| w41 | w42 |
+=====+=====+
| w43 | - w44 |
+-----+-----+
""".replace("| w43 | - w44 |", "| w43 |-w44 |")


def test_pandoc_reads_what_is_written() -> None:
    """Markdown, as a tree and back, is the same HTML."""
    text = pypandoc.convert_text(MARKDOWN, "json", format="markdown")
    page = pypandoc.convert_text(text, "html", format="json")
    assert pypandoc.convert_text(to_json(from_json(text)), "html", format="json") == page


def words_of(found: Any) -> Iterator[str]:
    """The words of JSON, wherever they are, in the order of pandoc's fields."""
    if isinstance(found, dict) and found.get("t") == "Str":
        yield found["c"]
    elif isinstance(found, (dict, list)):
        for part in found.values() if isinstance(found, dict) else found:
            yield from words_of(part)


def everything() -> Json:
    """A document with a word of its own in every place where a node can have children."""
    numbers = iter(range(1, 1000))
    none = ["", [], []]

    def word() -> list[Json]:
        return [node("Str", f"w{next(numbers)}")]

    def para() -> list[Json]:
        return [{"t": "Para", "c": word()}]

    def row() -> Any:
        return [none, [[none, node("AlignDefault"), 1, 1, para()]]]

    def cite() -> Json:
        prefix, suffix = word(), word()
        modes = {"citationMode": node("NormalCitation"), "citationNoteNum": 0, "citationHash": 0}
        return {"citationId": "k", "citationPrefix": prefix, "citationSuffix": suffix, **modes}

    inlines: list[Json] = [
        node("Emph", word()),
        node("Quoted", node("DoubleQuote"), word()),
        node("Cite", [cite(), cite()], []),
        node("Link", none, word(), ["u", ""]),
        node("Image", none, word(), ["u", ""]),
        node("Note", para()),
        node("Span", none, word()),
    ]
    blocks: list[Json] = [
        node("Para", inlines),
        node("Plain", word()),
        node("Header", 2, none, word()),
        node("LineBlock", [word(), word()]),
        node("BlockQuote", para()),
        node("OrderedList", [1, node("DefaultStyle"), node("DefaultDelim")], [para(), para()]),
        node("BulletList", [para()]),
        node("DefinitionList", [[word(), [para(), para()]]]),
        node("Div", none, para()),
    ]
    table = [none, [None, para()], [], [none, [row()]], [[none, 0, [row()], [row()]]], [none, [row()]]]
    blocks.append(node("Table", *table))
    picture = para()
    blocks.append(node("Figure", none, [word(), para()], picture))
    return {"pandoc-api-version": [1, 23], "meta": {}, "blocks": blocks}


def check_that_no_word_is_lost() -> None:
    """Walk, path and rewrite come to each word once, and the rewritten tree has it."""
    text = json.dumps(everything())
    doc = from_json(text)
    expected = sorted(words_of(json.loads(text)))
    assert sorted(found.text for found in elements(doc) if isinstance(found, Str)) == expected
    assert sorted(found.text for found, _ in paths(doc) if isinstance(found, Str)) == expected
    shouted = rewrite(doc, lambda one: Str(one.text.upper()) if isinstance(one, Str) else None)
    assert sorted(words_of(json.loads(to_json(shouted)))) == sorted(map(str.upper, expected))

    def shout(siblings: nodes.Nodes) -> nodes.Nodes:
        return tuple(
            Str(one.text.upper()) if isinstance(one, Str) else rewrite_siblings(one, shout) for one in siblings
        )

    assert to_json(rewrite_siblings(doc, shout)) == to_json(shouted)


def test_no_word_is_lost() -> None:
    check_that_no_word_is_lost()


@pytest.mark.parametrize(("kind", "slot"), [(kind, slot) for kind, slots in SLOTS.items() for slot in slots])
def test_every_place_in_the_table_counts(kind: type[Node], slot: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without any one of them a word is lost."""
    monkeypatch.setitem(SLOTS, kind, tuple(name for name in SLOTS[kind] if name != slot))
    with pytest.raises(AssertionError):
        check_that_no_word_is_lost()


def test_the_table_knows_every_field_that_holds_nodes() -> None:
    kinds = {name: kind for name, kind in vars(nodes).items() if isinstance(kind, type) and issubclass(kind, Node)}
    for kind in kinds.values():
        holding = {
            each.name
            for each in dataclasses.fields(kind)
            if set(re.findall(r"\w+", str(each.type))) & {"Nodes", *kinds}
        }
        bases = {nodes.Node, nodes.Attributed, nodes.Inline, nodes.Parent}
        assert kind in bases or holding == set(SLOTS.get(kind, ())), kind


def test_the_reader_meets_a_caption_before_its_table() -> None:
    """And the head before the body, the foot last."""
    doc = from_json(json.dumps(everything()))
    table = next(found for found in elements(doc) if isinstance(found, nodes.Table))
    slots = [table.caption, table.head, *table.content, table.foot]
    assert [id(child) for child in children(table)] == [id(slot) for slot in slots]


@given(st.lists(block(2), max_size=2))
def test_a_rewrite_that_changes_nothing_gives_the_same_tree(blocks: list[Json]) -> None:
    doc = from_json(document(blocks))
    assert rewrite(doc, lambda _: None) is doc
    assert rewrite(doc, lambda one: one) is doc
    assert rewrite_siblings(doc, lambda siblings: siblings) is doc

    def bottom_up(one: Node) -> Node:
        return rewrite(one, bottom_up)

    assert rewrite(doc, bottom_up) is doc


@given(st.lists(block(2), min_size=1, max_size=2), st.data())
def test_a_rewrite_keeps_what_did_not_change(blocks: list[Json], data: st.DataObject) -> None:
    """Only the nodes above the one that changed are new."""
    doc = from_json(document(blocks))
    below = list(paths(doc))[1:]
    chosen, above = data.draw(st.sampled_from(below))
    if sum(1 for found, _ in below if found is chosen) > 1:
        return  # a space stands in many places
    changed = rewrite(doc, lambda one: dataclasses.replace(one, place=7) if one is chosen else None)
    old, new = list(elements(doc)), list(elements(changed))
    assert len(old) == len(new)
    for one, other in zip(old, new, strict=True):
        assert (one is other) == (one is not chosen and all(one is not each for each in above))


def test_a_node_can_give_way_to_none_or_to_several() -> None:
    doc = Doc((Para((Str("a"), SPACE, Str("b"))),))

    def change(one: Node) -> Node | nodes.Nodes | None:
        if one is SPACE:
            return ()
        return (Str("b"), Str("c")) if isinstance(one, Str) and one.text == "b" else None

    assert [one.text for one in elements(rewrite(doc, change)) if isinstance(one, Str)] == ["a", "b", "c"]


def test_what_is_put_in_is_not_entered() -> None:
    """`change` is asked about each node once, before its children."""
    asked: list[str] = []

    def change(one: Node) -> Node | None:
        asked.append(type(one).__name__)
        return Span((Str("new"),)) if isinstance(one, Link) else None

    rewrite(Doc((Para((Link((Str("old"),), "u"), Str("word"))),)), change)
    assert asked == ["Para", "Link", "Str"]


def test_nothing_can_be_edited() -> None:
    link = Link((Str("a"),), "u", attributes={"lang": "la"})
    with pytest.raises(dataclasses.FrozenInstanceError):
        link.url = "v"  # type: ignore[misc]
    with pytest.raises(TypeError):
        link.attributes["lang"] = "en"  # type: ignore[index]
    for kind in vars(nodes).values():
        if isinstance(kind, type) and issubclass(kind, Node):
            assert kind.__dictoffset__ == 0, f"{kind} has no slots"


def calls(do: Callable[[], object]) -> int:
    """How many functions are called: a measure of work that no other process disturbs."""
    count = 0

    def note(_frame: object, event: str, _argument: object) -> None:
        nonlocal count
        count += event in ("call", "c_call")

    sys.setprofile(note)
    try:
        do()
    finally:
        sys.setprofile(None)
    return count


def deep(levels: int) -> Doc:
    """Quotations in quotations."""
    block: Node = Para((Str("a"),))
    for _ in range(levels):
        block = BlockQuote((block,))
    return Doc((block,))


def long(words: int) -> Doc:
    """Many words in a row."""
    return Doc((Para((Str("a"), SPACE) * words),))


def change_words(one: Node) -> Node | None:
    """Every word becomes another."""
    return Str("b") if isinstance(one, Str) else None


WORK: dict[str, Callable[[Doc], object]] = {
    "walk": lambda doc: list(elements(doc)),
    "paths": lambda doc: list(paths(doc)),
    "rewrite": lambda doc: rewrite(doc, change_words),
    "no change": lambda doc: rewrite(doc, lambda _: None),
    "to JSON": to_json,
    "and back": lambda doc: from_json(to_json(doc)),
}


@pytest.mark.parametrize("make", [deep, long])
@pytest.mark.parametrize("name", WORK)
def test_work_grows_as_the_tree(name: str, make: Callable[[int], Doc]) -> None:
    """Twice the depth or the length takes twice the work, and not four times."""
    sizes = (40, 80) if make is deep else (1000, 2000)
    small, large = (make(size) for size in sizes)
    once, twice = (calls(lambda doc=doc: WORK[name](doc)) for doc in (small, large))  # type: ignore[misc]
    assert twice < 2.2 * once


def test_deep_trees_are_walked() -> None:
    """Deeper than any text; the walk has no limit, the rewrite that of Python."""
    assert sum(1 for _ in elements(deep(100_000))) == 100_003
    assert tree.rewrite(deep(200), change_words) is not None
