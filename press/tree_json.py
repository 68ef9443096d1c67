"""Trees from pandoc's JSON and back. The entries are `from_json` and `to_json`."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from typing import Any

from press.nodes import (
    Attributed,
    BlockQuote,
    Break,
    BulletList,
    Caption,
    Cell,
    Citation,
    Cite,
    Code,
    CodeBlock,
    Definition,
    DefinitionList,
    Div,
    Doc,
    Figure,
    Header,
    HorizontalRule,
    Image,
    Item,
    LineBlock,
    Link,
    Math,
    Node,
    Nodes,
    Note,
    OrderedList,
    Para,
    Plain,
    Quoted,
    RawBlock,
    RawInline,
    Row,
    RowGroup,
    Span,
    Str,
    Styled,
    Table,
)
from press.tree_text import plain_text, text_inlines

_API = [1, 23]
"""The version of pandoc's types that is written."""
_STYLES = ("Emph", "Strong", "Underline", "Strikeout", "Superscript", "Subscript", "SmallCaps")
_BREAKS: dict[str, Break] = {kind: Break(kind) for kind in ("Space", "SoftBreak", "LineBreak")}


def from_json(text: str | bytes) -> Doc:
    """The tree of a document that pandoc wrote. Its metadata stay behind."""
    return Doc(_nodes(json.loads(text)["blocks"]))


def to_json(doc: Doc) -> str:
    """A tree as pandoc reads it."""
    document = {"pandoc-api-version": _API, "meta": {}, "blocks": _all(doc.content)}
    return json.dumps(document, ensure_ascii=False, separators=(",", ":"))


def _nodes(found: Iterable[dict[str, Any]]) -> Nodes:
    return tuple([_READ[one["t"]](one.get("c")) for one in found])


def _attributes(found: Any) -> dict[str, Any]:
    identifier, classes, attributes = found
    made: dict[str, Any] = {"identifier": identifier} if identifier else {}
    if classes:
        made["classes"] = tuple(classes)
    if attributes:
        made["attributes"] = dict(attributes)
    return made


def _items(found: Iterable[Any]) -> tuple[Item, ...]:
    return tuple(Item(_nodes(one)) for one in found)


def _rows(found: Iterable[Any]) -> tuple[Row, ...]:
    return tuple(Row(tuple(map(_cell, cells)), **_attributes(attributes)) for attributes, cells in found)


def _cell(found: Any) -> Cell:
    attributes, align, rows, columns, content = found
    return Cell(_nodes(content), align["t"], rows, columns, **_attributes(attributes))


def _caption(found: Any) -> Caption:
    short, content = found
    return Caption(_nodes(content), _nodes(short or ()))


def _citation(found: Any) -> Citation:
    parts = (_nodes(found["citationPrefix"]), _nodes(found["citationSuffix"]))
    return Citation(found["citationId"], *parts, found["citationMode"]["t"])


def _table(found: Any) -> Table:
    attributes, caption, columns, head, bodies, foot = found
    return Table(
        _caption(caption),
        tuple((align["t"], width.get("c")) for align, width in columns),
        RowGroup(_rows(head[1]), **_attributes(head[0])),
        tuple(RowGroup(_rows(body[3]), _rows(body[2]), body[1], **_attributes(body[0])) for body in bodies),
        RowGroup(_rows(foot[1]), **_attributes(foot[0])),
        **_attributes(attributes),
    )


_READ: dict[str, Callable[[Any], Node]] = {
    "Str": Str,
    **{kind: lambda _, made=made: made for kind, made in _BREAKS.items()},  # type: ignore[misc]
    **{kind: lambda c, kind=kind: Styled(kind, _nodes(c)) for kind in _STYLES},  # type: ignore[misc]
    "Quoted": lambda c: Quoted(_nodes(c[1]), c[0]["t"]),
    "Cite": lambda c: Cite(tuple(map(_citation, c[0])), plain_text(_nodes(c[1]))),
    "Code": lambda c: Code(c[1], **_attributes(c[0])),
    "Math": lambda c: Math(c[1], c[0]["t"]),
    "RawInline": lambda c: RawInline(c[1], c[0]),
    "Link": lambda c: Link(_nodes(c[1]), *c[2], **_attributes(c[0])),
    "Image": lambda c: Image(_nodes(c[1]), *c[2], **_attributes(c[0])),
    "Note": lambda c: Note(_nodes(c)),
    "Span": lambda c: Span(_nodes(c[1]), **_attributes(c[0])),
    "Plain": lambda c: Plain(_nodes(c)),
    "Para": lambda c: Para(_nodes(c)),
    "LineBlock": lambda c: LineBlock(_items(c)),
    "CodeBlock": lambda c: CodeBlock(c[1], **_attributes(c[0])),
    "RawBlock": lambda c: RawBlock(c[1], c[0]),
    "BlockQuote": lambda c: BlockQuote(_nodes(c)),
    "OrderedList": lambda c: OrderedList(_items(c[1]), c[0][0], c[0][1]["t"], c[0][2]["t"]),
    "BulletList": lambda c: BulletList(_items(c)),
    "DefinitionList": lambda c: DefinitionList(tuple(Definition(_nodes(one[0]), _items(one[1])) for one in c)),
    "Header": lambda c: Header(_nodes(c[2]), c[0], **_attributes(c[1])),
    "HorizontalRule": lambda _: HorizontalRule(),
    "Table": _table,
    "Figure": lambda c: Figure(_nodes(c[2]), _caption(c[1]), **_attributes(c[0])),
    "Div": lambda c: Div(_nodes(c[1]), **_attributes(c[0])),
}


def _all(nodes: Iterable[Node]) -> list[dict[str, Any]]:
    return [_written(node) for node in nodes]


def _written(node: Node) -> dict[str, Any]:
    name = type(node).__name__
    if isinstance(node, Break):
        return {"t": node.kind}
    if isinstance(node, Styled):
        name = node.kind
    content = _WRITE[type(node)](node)
    return {"t": name} if content is None else {"t": name, "c": content}


def _attr(node: Attributed) -> list[Any]:
    return [node.identifier, node.classes, list(node.attributes.items())]


def _written_rows(rows: Iterable[Row]) -> list[Any]:
    return [[_attr(row), [_written_cell(cell) for cell in row.content]] for row in rows]


def _written_cell(cell: Cell) -> list[Any]:
    return [_attr(cell), {"t": cell.align}, cell.rows, cell.columns, _all(cell.content)]


def _written_caption(caption: Caption) -> list[Any]:
    return [_all(caption.short) if caption.short else None, _all(caption.content)]


def _written_citation(citation: Citation) -> dict[str, Any]:
    return {
        "citationId": citation.id,
        "citationPrefix": _all(citation.prefix),
        "citationSuffix": _all(citation.suffix),
        "citationMode": {"t": citation.mode},
        "citationNoteNum": 0,
        "citationHash": 0,
    }


def _written_table(table: Table) -> list[Any]:
    return [
        _attr(table),
        _written_caption(table.caption),
        [
            [{"t": align}, {"t": "ColWidthDefault"} if width is None else {"t": "ColWidth", "c": width}]
            for align, width in table.columns
        ],
        [_attr(table.head), _written_rows(table.head.content)],
        [
            [_attr(body), body.head_columns, _written_rows(body.head), _written_rows(body.content)]
            for body in table.content
        ],
        [_attr(table.foot), _written_rows(table.foot.content)],
    ]


def _written_list(numbered: OrderedList) -> list[Any]:
    numbering = [numbered.start, {"t": numbered.style}, {"t": numbered.delimiter}]
    return [numbering, [_all(item.content) for item in numbered.content]]


_WRITE: dict[type[Node], Callable[[Any], Any]] = {
    Str: lambda n: n.text,
    Styled: lambda n: _all(n.content),
    Quoted: lambda n: [{"t": n.kind}, _all(n.content)],
    Cite: lambda n: [[_written_citation(citation) for citation in n.citations], _all(text_inlines(n.typed))],
    Code: lambda n: [_attr(n), n.text],
    Math: lambda n: [{"t": n.kind}, n.text],
    RawInline: lambda n: [n.format, n.text],
    Link: lambda n: [_attr(n), _all(n.content), [n.url, n.title]],
    Image: lambda n: [_attr(n), _all(n.content), [n.url, n.title]],
    Note: lambda n: _all(n.content),
    Span: lambda n: [_attr(n), _all(n.content)],
    Plain: lambda n: _all(n.content),
    Para: lambda n: _all(n.content),
    LineBlock: lambda n: [_all(item.content) for item in n.content],
    CodeBlock: lambda n: [_attr(n), n.text],
    RawBlock: lambda n: [n.format, n.text],
    BlockQuote: lambda n: _all(n.content),
    OrderedList: _written_list,
    BulletList: lambda n: [_all(item.content) for item in n.content],
    DefinitionList: lambda n: [[_all(one.term), [_all(item.content) for item in one.definitions]] for one in n.content],
    Header: lambda n: [n.level, _attr(n), _all(n.content)],
    HorizontalRule: lambda _: None,
    Table: _written_table,
    Figure: lambda n: [_attr(n), _written_caption(n.caption), _all(n.content)],
    Div: lambda n: [_attr(n), _all(n.content)],
}
