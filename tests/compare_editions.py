"""Two folders of editions side by side: `python tests/compare_editions.py OLD NEW` lists where they differ.

Web pages are compared as trees of elements, EPUBs file by file, PDFs page by page: their words, and where each of
them stands. With differences the command fails.
"""

from __future__ import annotations

import argparse
import difflib
import io
import re
import sys
import zipfile
from collections.abc import Iterator, Mapping
from itertools import zip_longest
from pathlib import Path

import pypdfium2
from lxml import etree, html

_MOST = 12
"""The differences that are shown of a file."""
_NEAR = 0.05
"""Points within which two boxes are in the same place."""
_ALWAYS_NEW = ("receipt.json", "html/sw.js", "pages.json")
"""What holds digests and sizes of all the rest, or is remade with them."""
Word = tuple[str, tuple[float, ...]]


def compare(old: Path, new: Path) -> Iterator[str]:
    """The differences between two output folders, a line or more for each file that differs."""
    before, after = _files(old), _files(new)
    for name in sorted({*before, *after}):
        if name not in before or name not in after:
            yield f"{name}: only in {old if name in before else new}"
        elif name not in _ALWAYS_NEW:
            for found in _differences(name, before[name].read_bytes(), after[name].read_bytes()):
                yield f"{name}: {found}"


def _files(folder: Path) -> dict[str, Path]:
    """The files of a folder by their paths in it, those of its cache left out."""
    found = {path.relative_to(folder).as_posix(): path for path in folder.rglob("*") if path.is_file()}
    return {name: path for name, path in found.items() if not name.startswith(".")}


def _differences(name: str, old: bytes, new: bytes) -> Iterator[str]:
    """The differences between two versions of a file."""
    if old == new:
        return
    suffix = name.rpartition(".")[2]
    if suffix == "pdf":
        yield from _first(_pages(old, new))
    elif suffix == "epub":
        yield from _archives(name, old, new)
    elif suffix in ("html", "xhtml", "xml", "opf", "svg", "ncx"):
        yield from _first(_lines(_markup(old, suffix), _markup(new, suffix)))
    else:
        try:
            yield from _first(_lines(old.decode().splitlines(), new.decode().splitlines()))
        except UnicodeDecodeError:
            yield f"{len(old):,} bytes became {len(new):,}"


def _archives(name: str, old: bytes, new: bytes) -> Iterator[str]:
    before, after = _unzipped(old), _unzipped(new)
    for part in sorted({*before, *after}):
        if part not in before or part not in after:
            yield f"{part}: only in the {'old' if part in before else 'new'} {name}"
        else:
            for found in _differences(part, before[part], after[part]):
                yield f"{part}: {found}"


def _unzipped(data: bytes) -> Mapping[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def _markup(data: bytes, suffix: str) -> list[str]:
    """A document as lines: a start tag with its attributes in order, a text, an end tag."""
    root = html.document_fromstring(data.decode()) if suffix == "html" else etree.fromstring(data)
    lines: list[str] = []
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event == "start":
            attributes = "".join(f' {name}="{value}"' for name, value in sorted(element.attrib.items()))
            lines.append(f"<{element.tag}{attributes}>")
            lines += [element.text] if element.text else []
        else:
            lines.append(f"</{element.tag}>" if event == "end" else f"<!--{element.text}-->")
            lines += [element.tail] if element.tail else []
    return lines


def _lines(old: list[str], new: list[str]) -> Iterator[str]:
    for line in difflib.unified_diff(old, new, "old", "new", n=0, lineterm=""):
        if not line.startswith(("---", "+++", "@@")):
            yield line.rstrip()


def _pages(old: bytes, new: bytes) -> Iterator[str]:
    """The pages whose words differ, or stand elsewhere."""
    before, after = pypdfium2.PdfDocument(old), pypdfium2.PdfDocument(new)
    try:
        if len(before) != len(after):
            yield f"{len(before)} pages became {len(after)}"
        nothing: list[Word] = []
        for number, (one, other) in enumerate(zip_longest(_words(before), _words(after), fillvalue=nothing), 1):
            texts = [text for text, _ in one], [text for text, _ in other]
            if texts[0] != texts[1]:
                yield from (f"page {number}: {line}" for line in _lines(*texts))
            elif moved := [text for (text, box), (_, now) in zip(one, other, strict=True) if not _is_near(box, now)]:
                yield f"page {number}: {len(moved)} words moved, the first: {moved[0]}"
    finally:
        before.close()
        after.close()


def _words(document: pypdfium2.PdfDocument) -> Iterator[list[Word]]:
    """For each page its words with their boxes; first comes the page itself, without a word."""
    for page in document:
        text = page.get_textpage()
        found: list[Word] = [("", tuple(page.get_size()))]
        for word in re.finditer(r"\S+", text.get_text_range()):
            boxes = [text.get_charbox(number) for number in range(*word.span())]
            left, bottom, right, top = zip(*boxes, strict=True)
            found.append((word[0], (min(left), min(bottom), max(right), max(top))))
        yield found


def _is_near(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return all(abs(a - b) <= _NEAR for a, b in zip(one, other, strict=True))


def _first(found: Iterator[str]) -> Iterator[str]:
    """The first of many differences, and how many there are more."""
    lines = list(found)
    yield from lines[:_MOST]
    if len(lines) > _MOST:
        yield f"and {len(lines) - _MOST} more"


def main() -> None:
    """Compare two folders."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("old", type=Path)
    parser.add_argument("new", type=Path)
    arguments = parser.parse_args()
    found = list(compare(arguments.old, arguments.new))
    print(*found or ["no difference"], sep="\n")
    sys.exit(bool(found))


if __name__ == "__main__":
    main()
