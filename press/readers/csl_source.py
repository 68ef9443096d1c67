"""CSL-JSON and CSL YAML as data, with the place of each key and value: `parse_csl_source`.

Numbers stay as they are written: a volume 1.10 is not 1.1, and pages 12:30 are no sexagesimal number.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from typing import Any

import yaml

from press.diagnostics import Position, Report
from press.readers.settings import Location, YamlSource, check_comments, yaml_hint

_TOKEN = re.compile(r'(?P<string>"(?:[^"\\]|\\.)*")|(?P<sign>[\[\]{},:])|[^\s"\[\]{},:]+')
_DEEPEST = 100
_NULL, _BOOL = "tag:yaml.org,2002:null", "tag:yaml.org,2002:bool"


class _BadSource(Exception):
    def __init__(self, message: str, line: int = 1, column: int = 1) -> None:
        super().__init__(message)
        self.line, self.column = line, column


def parse_csl_source(text: str, path: str, report: Report) -> YamlSource | None:
    """The data of a file, JSON if its name says so, and else YAML; None with a diagnostic on bad syntax.

    Scalars are text, True, False or None.
    """
    try:
        if path.endswith(".json"):
            return _parse_json(text, path)
        source = _parse_yaml(text, path)
        check_comments(text, path, report)
        return source
    except _BadSource as bad:
        report.add("bibliography-syntax", Position(path, bad.line, bad.column), str(bad))
    except json.JSONDecodeError as error:
        message = error.msg[0].lower() + error.msg[1:]
        report.add("bibliography-syntax", Position(path, error.lineno, error.colno), message)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        report.add("bibliography-syntax", Position(path, line, column), str(error.problem), yaml_hint(error))
    except yaml.YAMLError as error:
        report.add("bibliography-syntax", Position(path), str(error).splitlines()[0])
    except RecursionError:
        report.add("bibliography-syntax", Position(path), "lists and mappings are nested too deeply")
    return None


def _parse_json(text: str, path: str) -> YamlSource:
    data = json.loads(text, parse_int=str, parse_float=str, parse_constant=str)
    starts = [0, *(match.end() for match in re.finditer("\n", text))]
    positions: dict[Location, Position] = {(): Position(path)}
    # Where the walk is: for each open list or mapping its sign, and the number or name of the value at hand.
    signs: list[str] = []
    at: list[str | int] = []
    expects_name = False
    for token in _TOKEN.finditer(text):
        sign = token.group("sign")
        line = bisect_right(starts, token.start())
        position = Position(path, line, token.start() - starts[line - 1] + 1)
        if sign in {"]", "}"}:
            signs.pop()
            at.pop()
        elif sign == ",":
            expects_name = signs[-1] == "{"
        elif sign == ":":
            expects_name = False
        elif expects_name:
            at[-1] = json.loads(token.group())
            if tuple(at) in positions:
                raise _BadSource(f'"{at[-1]}" is given twice', position.line, position.column)
            positions[tuple(at)] = position
        elif signs and signs[-1] == "[":
            at[-1] = int(at[-1]) + 1
            positions[tuple(at)] = position
        if sign in {"[", "{"}:
            signs.append(sign)
            at.append(-1 if sign == "[" else "")
            expects_name = sign == "{"
    return YamlSource(data, positions)


def _parse_yaml(text: str, path: str) -> YamlSource:
    _check_depth(text)
    # pandoc writes a metadata block, which ends with --- as if another document followed.
    documents = [node for node in yaml.compose_all(text, Loader=yaml.CSafeLoader) if node and node.tag != _NULL]
    if len(documents) > 1:
        mark = documents[1].start_mark
        raise _BadSource("a second YAML document begins here", mark.line + 1, mark.column + 1)
    positions: dict[Location, Position] = {(): Position(path)}
    data = _yaml_value(documents[0], path, (), positions, set()) if documents else []
    return YamlSource(data, positions)


def _check_depth(text: str) -> None:
    """Raise `RecursionError` where libyaml, which builds its nodes by recursion, would end the process."""
    depth = 0
    for event in yaml.parse(text, Loader=yaml.CSafeLoader):
        depth += isinstance(event, yaml.CollectionStartEvent) - isinstance(event, yaml.CollectionEndEvent)
        if depth > _DEEPEST:
            raise RecursionError


def _yaml_value(node: yaml.Node, path: str, at: Location, positions: dict[Location, Position], seen: set[int]) -> Any:
    """The value of a node, with the places of what it holds put into `positions`."""
    if isinstance(node, yaml.ScalarNode):
        if node.tag == _NULL:
            return None
        return node.value == "true" if node.tag == _BOOL and node.value in {"true", "false"} else node.value
    if id(node) in seen:
        # An alias may stand for itself, or for more text than fits into memory.
        raise _BadSource("an alias may stand for a text or a number only", *_place(node))
    seen.add(id(node))
    if isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            positions[(*at, number)] = Position(path, *_place(value))
        return [_yaml_value(value, path, (*at, number), positions, seen) for number, value in enumerate(node.value)]
    values = {}
    for key, value in node.value:
        name = key.value if isinstance(key, yaml.ScalarNode) else ""
        if not name:
            raise _BadSource("the name of a value is no text", *_place(key))
        if name in values:
            raise _BadSource(f'"{name}" is given twice', *_place(key))
        positions[(*at, name)] = Position(path, *_place(key))
        values[name] = _yaml_value(value, path, (*at, name), positions, seen)
    return values


def _place(node: yaml.Node) -> tuple[int, int]:
    return node.start_mark.line + 1, node.start_mark.column + 1
