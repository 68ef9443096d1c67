"""The web edition of the real book, as its readers and the independent checkers see it."""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import unquote, urlsplit

import pytest
from conftest import Built, MakeBook, load_book
from lxml import etree, html

from press.editions import Finished
from press.store import Store
from press.writers import web

VNU = Path(__file__).parent / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
RESOURCES = (("script", "src"), ("img", "src"), ("source", "src"), ("iframe", "src"), ("use", "href"))
LINKED = ("stylesheet", "icon", "preload", "modulepreload", "manifest")

SCHEMES: tuple[tuple[Literal["light", "dark"], dict[str, list[str]]], ...] = (
    ("light", {}),
    ("dark", {"runOnly": ["color-contrast", "link-in-text-block"]}),
)
"""The colour schemes, and what axe is to look at in each."""

Pages = Mapping[str, etree._Element]


@pytest.fixture(scope="module")
def web_folder(built: Built) -> Path:
    """The folder of the web edition, with the other editions beside it."""
    return built.html


@pytest.fixture(scope="module")
def pages(web_folder: Path) -> Pages:
    """The name and the tree of every page."""
    found = {path.name: html.fromstring(path.read_bytes()) for path in sorted(web_folder.glob("*.html"))}
    assert "index.html" in found
    return found


def classed(root: etree._Element, name: str) -> list[etree._Element]:
    """The elements of a class."""
    return [element for element in root.iter() if name in (element.get("class") or "").split()]


def words(element: etree._Element) -> str:
    """The text of an element and of all that is in it."""
    return "".join(map(str, element.itertext()))


def hrefs(root: etree._Element) -> Iterator[str]:
    """The addresses that a page's links lead to, those of its drawings too."""
    for name in ("href", "xlink:href"):
        yield from (value for element in root.iter("a", "link") if (value := element.get(name)))


def test_every_internal_link_lands(web_folder: Path, pages: Pages) -> None:
    ids = {name: {element.get("id") for element in root.iter()} for name, root in pages.items()}
    dead = []
    for name, root in pages.items():
        for href in hrefs(root):
            parts = urlsplit(href)
            if parts.scheme:
                continue
            target = unquote(parts.path) or name
            if not (web_folder / target).is_file() or (parts.fragment and unquote(parts.fragment) not in ids[target]):
                dead.append((name, href))
    assert dead == []


def test_ids_are_unique(pages: Pages) -> None:
    for name, root in pages.items():
        ids = Counter(value for element in root.iter() if (value := element.get("id")) is not None)
        assert [value for value, count in ids.items() if count > 1] == [], name


def test_nothing_is_requested_from_outside(web_folder: Path, pages: Pages) -> None:
    for name, root in pages.items():
        sources = [element.get(attribute) for tag, attribute in RESOURCES for element in root.iter(tag)]
        sources += [element.get("href") for element in root.iter("link") if element.get("rel") in LINKED]
        for source in filter(None, sources):
            assert not urlsplit(source).scheme and not urlsplit(source).netloc, (name, source)
            assert (web_folder / source).is_file(), (name, source)
    for path in web_folder.glob("*.css"):
        for address in re.findall(r"""(?:url\(|@import\s*)["']?([^"')]+)""", path.read_text("utf-8")):
            assert (web_folder / address).is_file(), (path.name, address)


def test_the_policy_is_strict_and_kept(pages: Pages) -> None:
    for name, root in pages.items():
        policies = [meta for meta in root.iter("meta") if meta.get("http-equiv") == "Content-Security-Policy"]
        assert len(policies) == 1, name
        policy = policies[0].get("content") or ""
        assert policy.startswith("default-src 'none';"), name
        assert ("unsafe" in policy) == (name == "search.html"), name
        assert not list(root.iter("style")), name
        for element in root.iter():
            assert element.get("style") is None, (name, element.tag)
            assert not [key for key in element.attrib if str(key).startswith("on")], (name, element.tag)
            data = element.tag == "script" and element.get("type") == "application/ld+json"
            assert element.tag != "script" or data or (element.get("src") and not element.text), name


def test_notes_pair_with_their_calls(pages: Pages) -> None:
    for name, root in pages.items():
        calls = {str(call.get("href")): call.get("id") for call in classed(root, "note-call")}
        notes = classed(root, "note")
        assert sorted(calls) == sorted(f"#{note.get('id')}" for note in notes), name
        for note in notes:
            (back,) = classed(note, "note-number")
            assert back.get("href") == f"#{calls['#' + str(note.get('id'))]}", name


def test_notes_run_from_one(pages: Pages) -> None:
    """The chapter's own notes have numbers, those of shared text letters, each in the order of the calls."""
    for name, root in pages.items():
        called = [words(call) for call in classed(root, "note-call")]
        assert called == [words(number) for number in classed(root, "note-number")], name
        numbers = [int(label) for label in called if label.isdigit()]
        assert numbers == list(range(1, len(numbers) + 1)), name
        letters = [label for label in called if not label.isdigit()]
        assert letters == list("abcdefghijklmnopqrstuvwxyz"[: len(letters)]), name


def test_pages_say_what_they_are(pages: Pages) -> None:
    titles = Counter(root.findtext("head/title") for root in pages.values())
    assert max(titles.values()) == 1, titles
    for name, root in pages.items():
        assert root.get("lang"), name
        assert len(list(root.iter("h1"))) == 1, name
        assert len(list(root.iter("main"))) == 1, name
        (description,) = (meta.get("content") for meta in root.iter("meta") if meta.get("name") == "description")
        assert description, name


def test_a_chapter_weighs_little(web_folder: Path, pages: Pages) -> None:
    """Under 160 kB with styles, scripts and all previews, without fonts and figures."""
    for name, root in pages.items():
        if classed(root, "chapter-page"):
            markup = re.sub(r"<svg.*?</svg>", "", (web_folder / name).read_text("utf-8"), flags=re.DOTALL)
            loaded = [str(script.get("src")) for script in root.iter("script")]
            loaded += [str(sheet.get("href")) for sheet in root.iter("link") if sheet.get("rel") == "stylesheet"]
            files = [web_folder / one for one in (*loaded, f"previews/{name.removesuffix('.html')}.js")]
            size = len(markup.encode()) + sum(file.stat().st_size for file in files if file.exists())
            assert {"theme.js", "reading.js", "notes.js", "style.css"} <= set(loaded)
            assert size < 160_000, (name, size)


def test_one_can_walk_through_the_book(pages: Pages) -> None:
    """From the first page to the last, previous and next lead through every page of the book."""
    (first,) = (name for name, root in pages.items() if _related(root, "prev") == "index.html")
    walked = [first]
    while following := _related(pages[walked[-1]], "next"):
        assert following not in walked
        assert _related(pages[following], "prev") == walked[-1]
        walked.append(following)
    assert set(walked) == set(pages) - {"index.html", "search.html", "downloads.html"}


def _related(root: etree._Element, relation: str) -> str | None:
    return next((link.get("href") for link in root.iter("link") if link.get("rel") == relation), None)


def test_fonts_carry_their_licence(web_folder: Path) -> None:
    assert list(web_folder.glob("fonts/*.woff2"))
    assert "SIL OPEN FONT LICENSE" in (web_folder / "fonts" / "OFL.txt").read_text("utf-8").upper()


def test_the_nu_checker_finds_no_error(web_folder: Path) -> None:
    command = ["java", "-Xss16m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", str(VNU)]
    command += ["--skip-non-html", "--format", "json", *map(str, sorted(web_folder.glob("*.html")))]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    messages = json.loads(run.stderr)["messages"]
    # The checker has no notion of the policy's 'self' for files.
    serious = [found for found in messages if found["type"] != "info" or found.get("subType") == "warning"]
    assert [found for found in serious if "Content Security Policy" not in found["message"]] == []


def test_lychee_finds_no_dead_link(web_folder: Path) -> None:
    lychee = shutil.which("lychee", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert lychee, "lychee is not installed"
    command = [lychee, "--offline", "--include-fragments", "--no-progress", str(web_folder)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=web_folder)
    assert run.returncode == 0, run.stdout


def test_axe_finds_no_violation(web_folder: Path, pages: Pages) -> None:
    """Every page on a phone and on a desk; in the dark only what colours can spoil is looked at again."""
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    axe = Axe()
    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page(bypass_csp=True)
        for name in pages:
            page.goto((web_folder / name).as_uri())
            for width in (360, 1280):
                page.set_viewport_size({"width": width, "height": 800})
                if (excess := page.evaluate("document.documentElement.scrollWidth - innerWidth")) > 0:
                    found.append(f"{name} {width}: {excess} px too wide")
                for scheme, rules in SCHEMES:
                    page.emulate_media(color_scheme=scheme)
                    result = axe.run(page, options={"resultTypes": ["violations"], **rules})
                    if result.violations_count:
                        found.append(f"{name} {scheme} {width}: {result.generate_report()}")
        browser.close()
    assert not found, "\n".join(found)


def test_downloads_are_offered_only_when_there_are_some(small_book: MakeBook, store: Store) -> None:
    root = small_book()
    book, report = load_book(root, store)
    assert book
    web.write(book, root / "alone", {}, store, report)
    assert not (root / "alone" / "downloads.html").exists()
    assert "downloads" not in (root / "alone" / "index.html").read_text("utf-8")

    epub = Finished("epub", "new-book.epub", 12_345, "ab" * 32)
    others = {name: Finished(name, f"{name}.pdf", 1000, "cd" * 32) for name in ("cover", "print", "screen")}
    web.write(book, root / "beside", {**others, "epub": epub}, store, report)
    offered = (root / "beside" / "downloads.html").read_text("utf-8")
    assert 'href="../new-book.epub"' in offered and "13 kB" in offered and epub.sha256 in offered
    assert re.findall('id="download-([^"]*)"', offered) == ["epub", "screen", "print", "cover"]
    assert not report.fails(strict=True)


def test_no_chapter_takes_the_place_of_a_page_of_the_edition(small_book: MakeBook, store: Store) -> None:
    chapter = "manuscript/01-first-chapter.md"
    settings = (small_book() / "manuscript" / "book.yaml").read_text("utf-8")
    text = (small_book() / chapter).read_text("utf-8")
    root = small_book(
        {
            "manuscript/book.yaml": settings.replace("01-first-chapter", "01-index"),
            "manuscript/01-index.md": text,
            chapter: None,
        }
    )
    book, report = load_book(root, store)
    assert book and not report.fails()
    web.write(book, root / "html", {}, store, report)
    assert [(found.code, str(found.position)) for found in report] == [("duplicate-id", "manuscript/01-index.md:1:1")]


def test_inline_styles_become_classes(small_book: MakeBook, store: Store) -> None:
    table = "\n| a | b |\n|:--|--:|\n| c | d |\n"
    root = small_book()
    with (root / "manuscript" / "01-first-chapter.md").open("a", encoding="utf-8") as chapter:
        chapter.write(table)
    book, report = load_book(root, store)
    assert book
    web.write(book, root / "html", {}, store, report)
    page = html.fromstring((root / "html" / "first-chapter.html").read_bytes())
    assert not [element for element in page.iter() if element.get("style")]
    (name,) = {element.get("class") for element in page.iter("td") if element.text == "d"}
    assert f".{name}{{text-align:right}}" in (root / "html" / "style.css").read_text("utf-8")
