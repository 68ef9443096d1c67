"""The release of a book written into the text of its `book.yaml`, of which nothing else changes."""

from __future__ import annotations

import datetime
import json

import yaml


def stamped(text: str, name: str, date: datetime.date) -> str:
    """The text with another name and date under `release:`. Raises `ValueError` where they are not plainly there."""
    root = yaml.compose(text, Loader=yaml.SafeLoader)
    release = _values(root).get("release")
    found = _values(release)
    if not {"name", "date"} <= found.keys():
        raise ValueError("no release with a name and a date")
    new = {"name": json.dumps(name, ensure_ascii=False), "date": date.isoformat()}
    for key in sorted(new, key=lambda key: found[key].start_mark.index, reverse=True):
        start, end = found[key].start_mark.index, found[key].end_mark.index
        text = text[:start] + new[key] + text[end:]
    return text


def _values(node: yaml.Node | None) -> dict[str, yaml.Node]:
    return {str(key.value): value for key, value in node.value} if isinstance(node, yaml.MappingNode) else {}
