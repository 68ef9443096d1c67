"""Numbered lists whose numbers pandoc's HTML does not tell whole: those with brackets, and those with long numbers.

pandoc writes where a list begins and the style of its numbers, but not that they stand in brackets.
"""

from __future__ import annotations

from press.nodes import Node, Nodes, OrderedList
from press.writers.xhtml.markup import raw_block

_TYPES = {"LowerAlpha": "a", "UpperAlpha": "A", "LowerRoman": "i", "UpperRoman": "I"}
"""Style -> the attribute `type`; the others are decimal."""
_STYLES = {"a": "lower-alpha", "A": "upper-alpha", "i": "lower-roman", "I": "upper-roman", "1": "decimal"}
_BRACKETS = {"OneParen": ("-paren", 1), "TwoParens": ("-parens", 2)}
"""Delimiter -> the end of the name of a counter style in `templates/lists.css`, and the characters around a number."""
_SHORT = 3
"""Characters of the longest number for which a list's usual indent has room."""
_LONG = 5
_ROMAN = ((1000, 1), (900, 2), (500, 1), (400, 2), (100, 1), (90, 2), (50, 1), (40, 2), (10, 1), (9, 2), (5, 1), (4, 2))
"""Numbers, and how many Roman figures they take."""


def numbered(node: OrderedList) -> Nodes:
    """The list as it is, where pandoc writes it properly; else with classes that `templates/lists.css` knows."""
    kind = _TYPES.get(node.style, "1")
    brackets, length = _BRACKETS.get(node.delimiter, ("", 1))
    length += max(_length(node.start + number, kind) for number in range(len(node.content)))
    if not brackets and length <= _SHORT:
        return (node,)
    classes = [f"{_STYLES[kind]}{brackets}"] if brackets else []
    if length > _SHORT:
        classes.append("long-numbers" if length <= _LONG else "longest-numbers")
    if node.style == "Example":
        classes.append("example")
    start = f' start="{node.start}"' if node.start != 1 else ""
    made: list[Node] = [raw_block(f'<ol class="{" ".join(classes)}"{start} type="{kind}">')]
    for item in node.content:
        made += [raw_block("<li>"), *item.content, raw_block("</li>")]
    return (*made, raw_block("</ol>"))


def _length(number: int, kind: str) -> int:
    """The characters of a number in a style."""
    if kind in "aA":
        return 1 if number <= 26 else 2
    if kind in "iI":
        length = 0
        for value, figures in _ROMAN:
            length += number // value * figures
            number %= value
        return length + number
    return len(str(number))
