"""YAML into the models of `metadata`, every mistake with its line: `book.yaml` and metadata blocks."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import yaml
from pydantic import BaseModel, ValidationError

from press.diagnostics import Position, Report, did_you_mean

Model = TypeVar("Model", bound=BaseModel)
Location = tuple[str | int, ...]


@dataclass(frozen=True, slots=True)
class YamlSource:
    """Parsed YAML and the position of each of its keys and values."""

    data: Any
    positions: Mapping[Location, Position]

    def position(self, location: Location) -> Position:
        """The position of the value at `location`, or of the nearest thing around it that the file has."""
        for length in range(len(location), -1, -1):
            if location[:length] in self.positions:
                return self.positions[location[:length]]
        return Position("manuscript/book.yaml")


class _Loader(yaml.SafeLoader):
    """YAML whose mappings may not repeat a key."""


def _positions(node: yaml.Node, name: str, first_line: int, at: Location, into: dict[Location, Position]) -> None:
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            location = (*at, str(key.value))
            if location in into:
                problem = f'"{key.value}" is given twice'
                raise yaml.MarkedYAMLError(problem=problem, problem_mark=key.start_mark)
            into[location] = Position(name, key.start_mark.line + first_line, key.start_mark.column + 1)
            _positions(value, name, first_line, location, into)
    elif isinstance(node, yaml.SequenceNode):
        for number, value in enumerate(node.value):
            into[(*at, number)] = Position(name, value.start_mark.line + first_line, value.start_mark.column + 1)
            _positions(value, name, first_line, (*at, number), into)


def yaml_hint(error: yaml.MarkedYAMLError) -> str:
    """What to do about a mistake of YAML's syntax; nothing where it is none of the syntax."""
    is_syntax = isinstance(error, (yaml.scanner.ScannerError, yaml.parser.ParserError))
    return 'put a value that holds a colon or begins with a sign in "quotes"' if is_syntax else ""


def parse_yaml(text: str, name: str, report: Report, first_line: int = 1) -> YamlSource | None:
    """Parse YAML that begins on line `first_line` of the file `name`; None with a diagnostic on bad syntax."""
    positions: dict[Location, Position] = {(): Position(name, first_line)}
    try:
        node = yaml.compose(text, Loader=_Loader)
        if node is not None:
            _positions(node, name, first_line, (), positions)
        data = yaml.load(text, Loader=_Loader)
        check_comments(text, name, report, first_line)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line, mark.column) if mark else (0, 0)
        report.add("bad-yaml", Position(name, line + first_line, column + 1), str(error.problem), yaml_hint(error))
        return None
    except (yaml.YAMLError, ValueError) as error:
        report.add("bad-yaml", Position(name, first_line), str(error).splitlines()[0])
        return None
    return YamlSource(data if data is not None else {}, positions)


def check_comments(text: str, name: str, report: Report, first_line: int = 1) -> None:
    """Warn where a number sign cuts a value, unless it stands apart as a comment does: two spaces, `#`, a space."""
    lines = text.splitlines()
    for token in yaml.scan(text, Loader=yaml.CSafeLoader):
        if not (isinstance(token, yaml.ScalarToken) and token.plain):
            continue
        line, column = token.end_mark.line, token.end_mark.column
        rest = lines[line][column:] if line < len(lines) else ""
        if (cut := re.match(r"[ \t]+#", rest)) and not re.match(r"[ \t]{2,}#([ \t]|$)", rest):
            position = Position(name, line + first_line, column + cut.end())
            message = f'"{rest.strip()}" is a comment, and no part of the value before it'
            hint = 'put the value in "quotes", or two spaces before a comment'
            report.add("comment-in-value", position, message, hint)


def validate(source: YamlSource, model: type[Model], report: Report) -> Model | None:
    """The data as a model; None with a diagnostic for each wrong setting."""
    if not isinstance(source.data, dict):
        report.add("bad-metadata", source.position(()), "settings are lines of the form `name: value`")
        return None
    try:
        return model.model_validate(source.data)
    except ValidationError as error:
        for problem in error.errors():
            location: Location = tuple(problem["loc"])
            name = ".".join(str(part) for part in location)
            hint = ""
            if problem["type"] == "extra_forbidden":
                message = f'unknown setting "{name}"'
                hint = did_you_mean(str(location[-1]), _siblings(model, location))
            elif problem["type"] == "missing":
                message = f'the setting "{name}" is missing'
            else:
                said = problem["msg"][0].lower() + problem["msg"][1:]
                message = f'"{name}": {said}' if name else said
            report.add("bad-metadata", source.position(location), message, hint)
        return None


def salvage(source: YamlSource | None, model: type[Model], stand_ins: Mapping[str, Any]) -> Model:
    """What is good in settings whose mistakes are reported, so that nothing that rests on them is called a mistake too.

    `stand_ins` are values for settings that are missing or wrong.
    """
    data = source.data if source and isinstance(source.data, dict) else {}
    try:
        return model.model_validate(data)
    except ValidationError as error:
        wrong = {str(problem["loc"][0]) for problem in error.errors()}
    good = {name: value for name, value in data.items() if str(name) not in wrong}
    return model.model_validate(good | {name: value for name, value in stand_ins.items() if name in wrong})


def _siblings(model: type[BaseModel], location: Location) -> list[str]:
    """The names of the settings allowed where an unknown one stands."""
    schema = model.model_json_schema()
    definitions = schema.get("$defs", {})

    def resolve(node: dict[str, Any]) -> dict[str, Any]:
        for option in [node, *node.get("anyOf", [])]:
            if "$ref" in option:
                found: dict[str, Any] = definitions[option["$ref"].rsplit("/", 1)[1]]
                return found
        return node

    node = resolve(schema)
    for part in location[:-1]:
        others = [*node.get("patternProperties", {}).values(), node.get("additionalProperties")]
        child = node.get("items") if isinstance(part, int) else node.get("properties", {}).get(part, others[0])
        if not isinstance(child, dict):
            return []
        node = resolve(child)
    return list(node.get("properties", {}))
