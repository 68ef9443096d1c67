"""The command that compares two folders of editions."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import pytest
from compare_editions import compare
from weasyprint import HTML


def epub(text: str) -> bytes:
    """An archive with one page."""
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as archive:
        archive.writestr("EPUB/a.xhtml", f'<html xmlns="http://www.w3.org/1999/xhtml"><p>{text}</p></html>')
    return data.getvalue()


def pdf(*pages: str) -> bytes:
    """Pages of text."""
    made: bytes = HTML(string="".join(f'<p style="break-after: page">{page}</p>' for page in pages)).write_pdf()
    return made


CASES: dict[str, tuple[dict[str, bytes], dict[str, bytes], list[str]]] = {
    "the same": ({"a.html": b"<p>a</p>"}, {"a.html": b"<p>a</p>"}, []),
    "attributes in another order": (
        {"a.html": b'<p id="a" class="b">c</p>'},
        {"a.html": b'<p class="b" id="a">c</p>'},
        [],
    ),
    "a word": ({"a.html": b"<p>a</p>"}, {"a.html": b"<p>b</p>"}, ["a.html: -a", "a.html: +b"]),
    "a class": ({"a.html": b"<p>a</p>"}, {"a.html": b"<p class='b'>a</p>"}, ["a.html: -<p>", 'a.html: +<p class="b">']),
    "a file": ({"a.css": b"a", "b.css": b"b"}, {"a.css": b"a"}, ["b.css: only in old"]),
    "a line": ({"a.css": b"a\nb\n"}, {"a.css": b"a\nc\n"}, ["a.css: -b", "a.css: +c"]),
    "an EPUB": ({"a.epub": epub("a")}, {"a.epub": epub("b")}, ["a.epub: EPUB/a.xhtml: -a", "a.epub: EPUB/a.xhtml: +b"]),
    "a page": (
        {"a.pdf": pdf("one two", "three")},
        {"a.pdf": pdf("one two", "four")},
        ["a.pdf: page 2: -three", "a.pdf: page 2: +four"],
    ),
    "fewer pages": (
        {"a.pdf": pdf("one", "two")},
        {"a.pdf": pdf("one")},
        ["a.pdf: 2 pages became 1", "a.pdf: page 2: -", "a.pdf: page 2: -two"],
    ),
    "words that moved": (
        {"a.pdf": pdf("one two")},
        {"a.pdf": pdf("one <b style='margin-left: 2em; font-weight: normal'>two</b>")},
        ["a.pdf: page 1: 1 words moved, the first: two"],
    ),
    "bytes": ({"a.png": b"\xff"}, {"a.png": b"\xfe\xff"}, ["a.png: 1 bytes became 2"]),
}


@pytest.mark.parametrize("name", CASES)
def test_differences_are_listed(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each by its file and its place."""
    monkeypatch.chdir(tmp_path)
    old, new, expected = CASES[name]
    for folder, files in (("old", old), ("new", new)):
        Path(folder).mkdir()
        for file, data in files.items():
            Path(folder, file).write_bytes(data)
    assert list(compare(Path("old"), Path("new"))) == expected
