"""Every check of the EPUB can fail: a good one is spoilt in one place, and the check that is meant for it says so."""

from __future__ import annotations

import re
import zipfile
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest
from epub_checks import built_epub, complete_book, epubcheck, findings, rewritten, with_page_list

CHAPTER, NAV, PACKAGE, SHEET = "EPUB/tools.xhtml", "EPUB/nav.xhtml", "EPUB/content.opf", "EPUB/style.css"
EPUBCHECK = "EPUBCheck"


@dataclass(frozen=True, slots=True)
class Mutation:
    """One way of spoiling a file of an EPUB, and the check that sees it."""

    name: str
    file: str
    old: str
    """What is looked for, as a regular expression; its first match is replaced."""
    new: str
    caught_by: str


MUTATIONS = (
    Mutation("alternative text dropped", "EPUB/cover.xhtml", r' alt="[^"]*"', "", "alternative"),
    Mutation("words of a drawing dropped", CHAPTER, r' aria-label="A wall[^"]*"', "", "alternative"),
    Mutation("words of a formula dropped", "EPUB/compost.xhtml", r' alttext="[^"]*"', "", "alternative"),
    Mutation("tags crossed", CHAPTER, r"</em>", "</p>", "syntax"),
    Mutation("a paragraph in a paragraph", CHAPTER, r'<p class="deck">(.*?)</p>', r"<p><p>\1</p></p>", EPUBCHECK),
    Mutation("an element of no standard", CHAPTER, r"<h1>(.*?)</h1>", r"<title1>\1</title1>", EPUBCHECK),
    Mutation("broken fragment", CHAPTER, r'href="#sec-rake"', 'href="#sec-hoe"', "link"),
    Mutation("broken link to a page", CHAPTER, r'href="part-references\.xhtml', 'href="references.xhtml', "link"),
    Mutation("heading level skipped", CHAPTER, r"<h2(.*?)</h2>", r"<h4\1</h4>", "heading"),
    Mutation("language lost", CHAPTER, r' lang="en-US" xml:lang="en-US"', "", "language"),
    Mutation("language of XML lost", CHAPTER, r' xml:lang="en-US"', "", "language"),
    Mutation("note lost", CHAPTER, r'(?s)<div class="note".*?</div>\n</div>', "", "note"),
    Mutation("text of a note lost", CHAPTER, r'(?s)>\d+</a>\n<div class="note-text">.*?</div>', "></a>", "note"),
    Mutation("link back from a note lost", CHAPTER, r'<a class="note-number".*?</a>', "1", "note"),
    Mutation("role of a call lost", CHAPTER, r' role="doc-noteref"', "", "note"),
    Mutation("links back shifted", CHAPTER, r'(class="note-number" href="#)[^"]*', r"\1tools", "note"),
    Mutation("duplicate id", CHAPTER, r'id="sec-rake"', 'id="sec-spade"', "id"),
    Mutation("wrong conformsTo", PACKAGE, r"1\.1 - WCAG 2\.2 Level AA", "1.1 – WCAG 2.2 AA", "claim"),
    Mutation("claim of an index dropped", PACKAGE, r"<meta [^>]*>index</meta>", "", "claim"),
    Mutation("lower-cased viewBox", CHAPTER, r"viewBox", "viewbox", "drawing"),
    Mutation("missing svg property", PACKAGE, r'(tools\.xhtml"[^>]*) properties="svg"', r"\1", "properties"),
    Mutation("font not listed", PACKAGE, r"<item [^>]*woff2[^>]*>", "", "manifest"),
    Mutation("page missing from the spine", PACKAGE, r'<itemref idref="item-\d+"/>\s*</spine>', "</spine>", "manifest"),
    Mutation("contents out of order", NAV, r"(?s)(<li><a href=\"tools.*?)(<li><a href=\"seeds)", r"\2", "contents"),
    Mutation("entry of the NCX lost", "EPUB/toc.ncx", r'<navPoint id="nav-seeds".*?</navPoint>', "", "contents"),
    Mutation("landmark lost", NAV, r'<li><a epub:type="bodymatter".*?</li>', "", "contents"),
    Mutation("page list shifted", NAV, r"#page-1\"", '#page-2"', "page-list"),
    Mutation("page number wrong", NAV, r">2</a></li><li>", ">3</a></li><li>", "page-list"),
    Mutation("page break lost", CHAPTER, r'<span epub:type="pagebreak".*?</span>', "", "page-list"),
    Mutation(
        "reference not led back from",
        "EPUB/part-references.xhtml",
        r'<span class="cited-in">.*?</span>',
        "",
        "citation",
    ),
    Mutation("height fixed", SHEET, r"height: auto", "height: 300px", "style"),
    Mutation("size of text fixed", SHEET, r"font-size: 1\.7em", "font-size: 24px", "style"),
    Mutation("colour of text fixed", SHEET, r"body \{", "body { color: #222;", "style"),
    Mutation("selector that Kindles ignore", SHEET, r"h1 \+ p", "h1:not(.x) + p", "style"),
    Mutation("a file that is not there in the stylesheet", SHEET, r"fonts/source", "fonts/sauce", "link"),
)


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An EPUB with something of everything, and no mistake."""
    folder = tmp_path_factory.mktemp("good")
    file = built_epub(complete_book(folder / "book"))
    return with_page_list(file, folder / "good.epub")


def spoilt(good: Path, made: Path, mutation: Mutation) -> Path:
    """A copy with one file changed."""
    with zipfile.ZipFile(good) as archive:
        text = archive.read(mutation.file).decode()
    changed = re.sub(mutation.old, mutation.new, text, count=1)
    assert changed != text, mutation
    return rewritten(good, made, {mutation.file: changed})


def test_the_good_one_is_good(good: Path, tmp_path: Path) -> None:
    """Else nothing here would mean anything."""
    assert findings(good) == []
    assert epubcheck(good, tmp_path / "report.json") == []


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda mutation: mutation.name)
def test_a_spoilt_file_is_caught(mutation: Mutation, good: Path, tmp_path: Path) -> None:
    """By the check that is meant for it."""
    file = spoilt(good, tmp_path / "spoilt.epub", mutation)
    if mutation.caught_by == EPUBCHECK:
        assert {message["severity"] for message in epubcheck(file, tmp_path / "report.json")} & {"ERROR", "FATAL"}
    else:
        assert mutation.caught_by in {finding.partition(":")[0] for finding in findings(file)}


def test_a_missing_font_is_caught(good: Path, tmp_path: Path) -> None:
    """A file that is taken out of the archive."""
    file = rewritten(good, tmp_path / "spoilt.epub", {"EPUB/fonts/source-serif-4-regular.woff2": None})
    assert {finding.partition(":")[0] for finding in findings(file)} == {"manifest", "link"}


def compress_all(source: zipfile.ZipFile, target: zipfile.ZipFile) -> None:
    """The media type compressed too."""
    for info in source.infolist():
        target.writestr(info, source.read(info), zipfile.ZIP_DEFLATED)


def put_last(source: zipfile.ZipFile, target: zipfile.ZipFile) -> None:
    """The media type at the end."""
    first, *others = source.infolist()
    for info in (*others, first):
        target.writestr(info, source.read(info))


def of_today(source: zipfile.ZipFile, target: zipfile.ZipFile) -> None:
    """One file with another date."""
    for number, info in enumerate(source.infolist()):
        data = source.read(info)
        if number == 3:
            info.date_time = (2001, 1, 1, 0, 0, 0)
        target.writestr(info, data)


def without_licence(source: zipfile.ZipFile, target: zipfile.ZipFile) -> None:
    """Fonts without their licence."""
    for info in source.infolist():
        if info.filename != "META-INF/OFL.txt":
            target.writestr(info, source.read(info))


@pytest.mark.parametrize("spoil", [compress_all, put_last, of_today, without_licence])
def test_a_spoilt_container_is_caught(
    spoil: Callable[[zipfile.ZipFile, zipfile.ZipFile], None], good: Path, tmp_path: Path
) -> None:
    """What reading systems and shops are strict about, and what makes two builds differ."""
    with zipfile.ZipFile(good) as source, zipfile.ZipFile(tmp_path / "spoilt.epub", "w") as target:
        spoil(source, target)
    assert {finding.partition(":")[0] for finding in findings(tmp_path / "spoilt.epub")} == {"container"}
