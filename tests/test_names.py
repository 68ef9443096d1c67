"""The names of pages and places: no page is written over, no id stands twice, whatever a book's files are called."""

from __future__ import annotations

import re
import zipfile
from collections import Counter
from collections.abc import Iterator, Mapping
from itertools import pairwise
from pathlib import Path
from urllib.parse import unquote

import pikepdf
import pytest
from conftest import MakeBook, change_files, load_book
from epub_checks import epubcheck
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html

from press.changes.snapshots import render, snapshot_of
from press.diagnostics import Report
from press.editions import Finished
from press.model import PART_ROLES, Book
from press.names import HOME, ascii_name, chapter_slug, is_xml_name, name_pages, own_pages
from press.paths import snapshot_path
from press.proof import prove
from press.store import Store, digest
from press.writers import epub, screen, web
from press.writers.xhtml.flavour import Flavour
from press.writers.xhtml.pages import addresses, make_pages

FILES = {
    # Pages of the press's own, in some edition.
    "imprint.md": "imprint",
    "cover.md": "cover",
    "title-page.md": "title-page",
    "nav.md": "nav",
    "part-index.md": "part-index",
    "part-notes.md": "part-notes",
    "search.md": "search",
    "02-downloads.md": "downloads",
    "errata.md": "errata",
    "changes-since-First-edition.md": "changes-since-First-edition".lower(),
    "index.md": "index-2",
    # One name after the number.
    "01-ar.md": "ar",
    "02-ar.md": "ar-2",
    "03-ar-2.md": "ar-2-2",
    # Other letters than those of English.
    "01-日本.md": "日本",
    "02-中国.md": "中国",
    "01 erste Größe.md": "erste-größe",
    "02-हिन्दी भाषा.md": "हिन्दी-भाषा",
    "03-العربية.md": "العربية",
    "04-cafe\u0301.md": "café",
    "05-µm²_x.md": "m-x",
    "2001.md": "chapter-2001",
    "---.md": "chapter",
    # Like the ids of places.
    "main.md": "main",
    "one.md": "one",
    "one-notes.md": "one-notes",
    "one-citation-1.md": "one-citation-1",
    "ref-a2000.md": "ref-a2000",
    "map-one.md": "map-one",
    "page-cf2abf0c.md": "page-cf2abf0c-2",  # what the page of 日本 is called in the EPUB
}
"""The files of a book, and the slugs of their pages."""
PLAIN = """\
This is chapter {number}, and it says so in words that no other chapter has: word{number}.[^1]

[^1]: A note [@a2000].
"""
ONE = """\
## Notes

Here is a citation [@a2000], and see @fig:arm, @sec:größe.

### Citation 1

::: {#fig:arm}
![An arm](arm.svg "Arm"){alt="arm"}

Its caption.
:::

::: {#fig:arm-left}
![An arm](arm.svg "Left arm"){alt="arm"}

Its caption.
:::

## Größe {#sec:größe}

One ![small](arm.svg) and ![small](more/arm.svg) and ![small](arm.svg). [A term]{.index}

And others [@a/b; @a:b].
"""
ARM = """\
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">\
<g id="left"><path id="left-left" d="M0 0h9"/></g><g id="left-arm"/></svg>
"""
SETTINGS = """\
title: Names
slug: names
authors: [{{name: The Author}}]
description: A book with the worst of names.
rights: © The Author
url: https://example.org/names/
release: {{name: First edition, date: 2026-01-01}}
epub: {{notes: book}}
contents:
  front: [contents]
  body: [{body}]
  back: [references, index]
"""
BIBLIOGRAPHY = """\
@book{a2000, author = {Doe, Jane}, title = {Sheds}, publisher = {The Press}, year = {2000}}
@book{a:b, author = {Doe, Jane}, title = {Doors}, publisher = {The Press}, year = {2001}}
@book{a/b, author = {Doe, Jane}, title = {Sills}, publisher = {The Press}, year = {2002}}
"""


def chapter(title: str, text: str = "It has some words.") -> str:
    """The file of a chapter."""
    return f"---\ntitle: {title}\n---\n\n{text}\n"


def worst() -> dict[str, str]:
    """The files of the book with the worst names."""
    made = {
        f"manuscript/{name}": chapter(f"Chapter {number}", ONE if name == "one.md" else PLAIN.format(number=number))
        for number, name in enumerate(FILES)
    }
    body = ", ".join(f'"{name}"' for name in FILES)
    made |= {"manuscript/book.yaml": SETTINGS.format(body=body), "bibliography.bib": BIBLIOGRAPHY}
    return made | {"manuscript/arm.svg": ARM, "manuscript/more/arm.svg": ARM}


@pytest.fixture(scope="module")
def edited(tmp_path_factory: pytest.TempPathFactory, store: Store) -> tuple[Book, Mapping[str, Finished]]:
    """The book, in an edition of each kind."""
    root = tmp_path_factory.mktemp("names")
    change_files(root, worst())
    book, report = load_book(root, store)
    assert book and not len(report), report.render("text")
    finished: dict[str, Finished] = {}
    for edition in (screen.EDITION, epub.EDITION, web.EDITION):
        path = root / "output" / edition.output(book.settings)
        path.parent.mkdir(exist_ok=True)
        edition.write(book, path, finished, store, report)
        finished[edition.name] = Finished(edition.name, path.name, 0, "", {}, {}, path)
    prove(book, finished, report)
    assert not len(report), report.render("text")
    return book, finished


def documents(file: Path) -> Iterator[tuple[str, etree._Element]]:
    """The pages of an edition by the names of their files."""
    if file.is_dir():
        for page in sorted(file.glob("*.html")):
            yield page.name, html.parse(page).getroot()
    else:
        with zipfile.ZipFile(file) as archive:
            assert len(set(archive.namelist())) == len(archive.namelist())
            for name in archive.namelist():
                if name.endswith(".xhtml"):
                    yield name.removeprefix("EPUB/"), etree.fromstring(archive.read(name))


def test_slugs_are_those_of_files(edited: tuple[Book, Mapping[str, Finished]]) -> None:
    book, _ = edited
    assert {chapter.file.removeprefix("manuscript/"): chapter.slug for chapter in book.chapters} == FILES


@pytest.mark.parametrize("name", ["web", "epub"])
def test_every_chapter_has_its_page(edited: tuple[Book, Mapping[str, Finished]], name: str) -> None:
    book, finished = edited
    pages = dict(documents(finished[name].path))
    for number, chapter in enumerate(book.chapters):
        file = f"{chapter.slug}.html" if name == "web" else f"{ascii_name(chapter.slug)}.xhtml"
        text = "".join(map(str, pages.pop(file).itertext()))
        assert f"Chapter {number}" in text and (f"word{number}" in text or chapter.slug == "one")
    own = {"index", "search-2", "downloads-2"} if name == "web" else {"cover-2", "title-page-2", "imprint-2", "nav-2"}
    own |= {"part-contents"} if name == "web" else {"part-notes-2"}
    suffix = ".html" if name == "web" else ".xhtml"
    own |= {"part-index-2", "part-references"} | ({"changes-since-First-edition"} if name == "web" else set())
    assert set(pages) == {f"{slug}{suffix}" for slug in own}


@pytest.mark.parametrize("name", ["web", "epub"])
def test_no_id_stands_twice_in_a_page(edited: tuple[Book, Mapping[str, Finished]], name: str) -> None:
    for file, root in documents(edited[1][name].path):
        ids = [identifier for element in root.iter() if (identifier := element.get("id"))]
        assert [identifier for identifier, count in Counter(ids).items() if count > 1] == [], file
        assert all(map(is_xml_name, ids)), file


def test_no_id_stands_twice_in_a_pdf(edited: tuple[Book, Mapping[str, Finished]]) -> None:
    """Its parts are laid out apart and joined: the ids of all of them are destinations of one document."""
    book, finished = edited
    made = make_pages(book, Flavour("screen", "", addresses(book)), Report())
    ids = [*book.names.slugs, book.names.pages["title-page"], book.names.pages["imprint"]]
    for page in made.pages:
        ids += re.findall(r'\sid="([^"]+)"', page.body)
    assert [identifier for identifier, count in Counter(ids).items() if count > 1] == []
    assert len(made.files) == 5, "two figures and three pictures"
    with pikepdf.open(finished["screen"].path) as pdf:
        places = [str(name) for name in pikepdf.NameTree(pdf.Root.Names.Dests)]
        assert {"日本", "one-citation-1-2", "sec-größe", "title-page-2", "fig-arm-left"} <= {*places}
        assert len(places) == len({*places})


def test_addresses_are_encoded(edited: tuple[Book, Mapping[str, Finished]]) -> None:
    """In every link and in what is made for machines; the address of a release with a space in its name too."""
    _, finished = edited
    folder = finished["web"].path
    for file, root in documents(folder):
        for link in root.iter("a", "link"):
            page = link.get("href", "").partition("#")[0]
            assert page.isascii() and " " not in page, file
    listed = re.findall(r"<loc>(.*?)</loc>", (folder / "sitemap.xml").read_text("utf-8"))
    files = {unquote(address.rpartition("/")[2]) or "index.html" for address in listed}
    assert all(address.isascii() for address in listed) and files == {file for file, _ in documents(folder)}
    pages = dict(documents(finished["epub"].path))
    (link,) = (one for one in pages["imprint-2.xhtml"].iter("{*}a") if "changes" in one.get("href", ""))
    assert link.get("href") == "https://example.org/names/changes-since-First-edition.html"


def test_epubcheck_is_silent(edited: tuple[Book, Mapping[str, Finished]], tmp_path: Path) -> None:
    assert epubcheck(edited[1]["epub"].path, tmp_path / "report.json") == []


def test_a_new_citation_renames_no_note(small_book: MakeBook, store: Store) -> None:
    """Where a citation's number changes, its note has the id that it had; so it is in every style."""
    first = "manuscript/01-first-chapter.md"
    settings = SETTINGS.format(body="01-first-chapter.md, two.md")
    two = chapter("Two", "Said.^[As in @a2000, p. 3, and [@a:b].] And [@a/b].")
    files = {"bibliography.bib": BIBLIOGRAPHY, "manuscript/two.md": two, "manuscript/book.yaml": settings}
    found = {}
    for style in ("numbered", "note", "author-date"):
        for text in ("Nothing.", "Said already [@a:b]."):
            files |= {"manuscript/book.yaml": settings + f"citations: {{style: {style}}}\n"}
            book, report = load_book(small_book(files | {first: chapter("One", text)}), store)
            assert book, report.render("text")
            ids = set(book.names.taken)
            found[style, text] = {one for one in ids if re.fullmatch("two-note-[0-9a-f]{8}", one)}
    for style in ("numbered", "note", "author-date"):
        assert found[style, "Nothing."] == found[style, "Said already [@a:b]."]
    assert found["numbered", "Nothing."] == found["author-date", "Nothing."] < found["note", "Nothing."]


def slugs(book: Book | None) -> dict[str, str]:
    """The slugs of the chapters by their titles."""
    assert book
    return {chapter.title: chapter.slug for chapter in book.chapters}


def freeze(book: Book | None) -> None:
    """Make a release of the book as it is."""
    assert book
    snapshot = snapshot_of(book)
    path = snapshot_path(book.root, snapshot.name)
    path.parent.mkdir(exist_ok=True)
    path.write_text(render(snapshot), "utf-8")


def test_released_addresses_stay(small_book: MakeBook, store: Store) -> None:
    """Newcomers get the number, be it that a chapter had the name before them or a page of the press's own."""
    settings = SETTINGS.replace("First edition", '"{release}"')
    old = {
        "02-ar.md": chapter("Second"),
        "03-ar.md": chapter("Third"),
        "one.md": chapter("One", "## Two\n\nWords.\n\n## Three {#one-notes-list}\n\nMore."),
        "cover.md": chapter("Cover"),
    }
    new = {"01-ar.md": chapter("First"), "imprint.md": chapter("Imprint"), "one-two.md": chapter("Newcomer")}
    root = small_book({"manuscript/01-first-chapter.md": None})

    def loaded(release: str, files: Mapping[str, str]) -> Book:
        body = ", ".join(sorted(files))
        change_files(root, {"manuscript/book.yaml": settings.format(release=release, body=body)})
        change_files(root, {f"manuscript/{name}": text for name, text in files.items()})
        book, report = load_book(root, store)
        assert book and not report.fails(), report.render("text")
        return book

    before = loaded("1", old)
    assert before.names.pages["cover"] == "cover-2"
    freeze(before)
    after = loaded("2", new | old)
    assert slugs(after) == slugs(before) | {"First": "ar-3", "Imprint": "imprint-2", "Newcomer": "one-two-2"}
    assert {"one-two", "one-notes-list"} <= after.names.taken
    pages = {**before.names.pages, "changes-since-2": "changes-since-2"}
    assert after.names.pages == pages and pages["imprint"] == "imprint"
    freeze(after)
    again = loaded("2", new | old)
    assert slugs(again) == slugs(after) and again.names.pages == pages


def test_names_of_earlier_presses_stay(small_book: MakeBook, store: Store) -> None:
    """A release made when slugs had letters from a to z only, and headings the ids of the press's own places."""
    settings = SETTINGS.replace("First edition", '"1"').format(body='"01 erste Größe.md"')
    text = chapter("Size", "## Notes\n\nSome words.[^1]\n\n[^1]: A note.")
    files = {"manuscript/01 erste Größe.md": text, "manuscript/book.yaml": settings, "bibliography.bib": None}
    root = small_book(files | {"manuscript/01-first-chapter.md": None})
    book, _ = load_book(root, store)
    assert slugs(book) == {"Size": "erste-größe"}
    freeze(book)
    (path,) = (root / "manuscript" / "releases").glob("*.txt")
    old = "chapter-01-erste-gr-e"
    body = path.read_text("utf-8").rpartition("end ")[0]
    body = body.replace("erste-größe-notes-2", "erste-größe-notes").replace("erste-größe", old)
    path.write_text(f"{body}end {digest(body)[:16]}\n", "utf-8")
    book, report = load_book(root, store)
    assert book and not report.fails(), report.render("text")
    assert slugs(book) == {"Size": old}
    assert [heading.id for heading in book.chapters[0].headings] == [f"{old}-notes"]
    assert book.names.places[f"{old}-notes"] == f"{old}-notes-2"
    page = next(
        page for page in make_pages(book, Flavour("web", ".html", addresses(book)), report).pages if page.chapter
    )
    ids = re.findall(r'\sid="([^"]+)"', page.body)
    assert len(ids) == len({*ids})


STEMS = st.one_of(
    st.sampled_from(
        ["imprint", "index", "part-index", "ar", "ar-2", "日本", "page-cf2abf0c", "main", "é", "e\u0301", "-"]
    ),
    st.text(st.characters(exclude_categories=["Cs", "Cc"], exclude_characters="/\\"), min_size=1, max_size=5),
)
"""What chapters' files may be called, after a number."""
BOOKS = st.lists(st.tuples(st.integers(0, 99), STEMS, st.sampled_from("ABCD")), max_size=8)


@given(BOOKS, BOOKS)
def test_no_two_pages_have_one_name(before: list[tuple[int, str, str]], more: list[tuple[int, str, str]]) -> None:
    """Whatever the files are called; and those that were released keep their names when others come."""
    chapters = {f"manuscript/{number:02}-{stem}.md": title for number, stem, title in before}
    own = own_pages(PART_ROLES, ["1", "2 a", "2-a"])
    first, pages = name_pages(chapters, own, None, ())
    distinct([*first.values(), *pages.values()])
    assert pages[HOME] == HOME
    later = {f"manuscript/new{number:02}-{stem}.md": title for number, stem, title in more}
    titles = {slug: f"{number} {chapters[file]}" for number, (file, slug) in enumerate(first.items())}
    known = {file: titles[slug] for file, slug in first.items()}
    second, kept = name_pages(later | known, own, titles, ["one-notes"])
    distinct([*second.values(), *kept.values()])
    assert {file: second[file] for file in first} == first
    assert kept == pages


def distinct(names: list[str]) -> None:
    """No name stands twice, in no edition, and each can be an id."""
    files = [*map(ascii_name, names)]
    assert len({*names}) == len(names) == len({*files})
    assert all(map(is_xml_name, names)), names
    assert all(one != other for one, other in pairwise(sorted(names)))


@pytest.mark.parametrize(("file", "slug"), [("manuscript/04-scalenes.md", "scalenes"), ("01-A--b_c.md", "a-b-c")])
def test_plain_names_are_as_ever(file: str, slug: str) -> None:
    assert chapter_slug(file) == slug
