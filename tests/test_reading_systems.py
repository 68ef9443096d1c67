"""The EPUB in two reading systems, foliate-js and epub.js, in a browser: it opens, pages, and its notes pop up."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from conftest import ROOT, Built
from epub_checks import built_epub, complete_book, unpack

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page, Route

READERS = ("foliate", "epubjs")
MODULES = ROOT / "tests" / "node_modules"
HOST = "http://localhost"  # a name for the browser; every request is answered from files, none goes out
NOTE_CALL = '[role="doc-noteref"]'


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An EPUB with something of everything."""
    folder = tmp_path_factory.mktemp("read")
    return built_epub(complete_book(folder / "book"))


def opened(browser: Browser, reader: str, file: Path, width: int = 800, height: int = 1000) -> Page:
    """A book in a reading system; whatever either complains of fails the test."""
    page = browser.new_page(viewport={"width": width, "height": height})

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix(HOST).partition("?")[0].lstrip("/")
        if path == "book.epub":
            route.fulfill(path=file, content_type="application/epub+zip")
        elif path.endswith(".html") and (ROOT / "tests" / "data" / "reader" / path).is_file():
            route.fulfill(path=ROOT / "tests" / "data" / "reader" / path)
        elif path.partition("/")[0] in ("foliate-js", "epubjs", "jszip") and (MODULES / path).is_file():
            route.fulfill(path=MODULES / path)
        else:
            route.fulfill(status=404, body=path)

    page.route(f"{HOST}/**", answer)
    page.goto(f"{HOST}/{reader}.html")
    page.wait_for_function("window.ready === true", timeout=30_000)
    return page


def ask(page: Page, expression: str, value: Any = None) -> Any:
    """What the reader answers."""
    return page.evaluate(f"(value) => window.reader.{expression}", value)


def names(items: list[dict[str, Any]]) -> list[str]:
    """Where the entries of a list lead to, without the folder of the package."""
    return [str(item["href"]).removeprefix("EPUB/") for item in items]


@pytest.mark.parametrize("reader", READERS)
def test_it_opens_and_its_lists_work(reader: str, browser: Browser, book: Path) -> None:
    """The title, the contents in two levels, landmarks and pages are those of the book, and each leads somewhere."""
    page = opened(browser, reader, book)
    epub = unpack(book)
    title = ask(page, "title")
    assert "The Shed" in (title if isinstance(title, str) else title.values())
    toc = ask(page, "toc")
    flat = [entry for item in toc for entry in (item, *(item.get("subitems") or ()))]
    assert names(flat) == [link.get("href") for link in epub.navigation("toc")]
    assert any(item.get("subitems") for item in toc)
    assert names(ask(page, "landmarks")) == [link.get("href") for link in epub.navigation("landmarks")]
    for item in flat:
        file = names([item])[0].partition("#")[0]
        assert ask(page, "goTo(value)", item["href"])["section"].endswith(file)
    pages = ask(page, "pageList")
    assert len(pages) == len(epub.navigation("page-list")) > 6
    assert names(pages) == [link.get("href") for link in epub.navigation("page-list")]
    if reader == "foliate":  # which tells the page of a place too
        assert [item["label"] for item in pages] == [link.text for link in epub.navigation("page-list")]
        ask(page, "goTo(value)", pages[2]["href"])
        assert ask(page, "where()")["page"] in {item["label"] for item in pages[2:4]}  # the last that begins in sight
    page.close()


@pytest.mark.parametrize("reader", READERS)
def test_it_pages_to_the_end(reader: str, browser: Browser, book: Path) -> None:
    """On a phone, screen by screen, through every page of the book in its order."""
    page = opened(browser, reader, book, 390, 844)
    seen: list[str] = []
    steps = 0
    last = ask(page, "sections") - 1
    while steps < 400:
        here = ask(page, "where()")
        section = here["section"].removeprefix("EPUB/")
        if section not in seen:
            seen.append(section)
        before = (section, here.get("visible"), here.get("cfi"))
        ask(page, "next()")
        page.wait_for_timeout(20)
        after = ask(page, "where()")
        steps += 1
        if len(seen) == last + 1 and before == (
            after["section"].removeprefix("EPUB/"),
            after.get("visible"),
            after.get("cfi"),
        ):
            break
    assert [f"EPUB/{name}" for name in seen] == list(unpack(book).pages)
    assert len(seen) < steps < 400
    page.close()


def test_a_note_pops_up_in_foliate(browser: Browser, book: Path) -> None:
    """With its text and no other; so does a reference; the place in the book stays."""
    page = opened(browser, "foliate", book)
    ask(page, "goTo(value)", "EPUB/tools.xhtml")
    note = unpack(book).pages["EPUB/tools.xhtml"].find(".//{*}div[@class='note']")
    assert note is not None
    assert ask(page, "click(value)", NOTE_CALL) == "1"
    page.wait_for_function("window.popup !== null", timeout=10_000)
    assert page.evaluate("window.popup.type") == "footnote"
    assert page.evaluate("window.popup.text").split() == "".join(map(str, note.itertext())).split()
    page.evaluate("window.popup = null")
    ask(page, "click(value)", '[role="doc-biblioref"]')
    page.wait_for_function("window.popup !== null", timeout=10_000)
    assert "Wood and Garden" in page.evaluate("window.popup.text")
    assert ask(page, "where()")["section"].endswith("tools.xhtml")
    assert page.evaluate("window.errors") == []
    page.close()


def test_a_note_is_gone_to_and_back_in_epubjs(browser: Browser, book: Path) -> None:
    """Where a reading system has no windows, the call leads to the note and the note back to its call."""
    page = opened(browser, "epubjs", book, 390, 500)
    before = ask(page, "goTo(value)", "tools.xhtml")
    target = ask(page, "targetOf(value)", NOTE_CALL)
    ask(page, "click(value)", NOTE_CALL)
    page.wait_for_function("(cfi) => window.reader.where().cfi !== cfi", arg=before["cfi"], timeout=10_000)
    there = ask(page, "where()")
    assert there["shown"] > before["shown"]
    assert ask(page, "textAt(value)", f"[id='{target.lstrip('#')}'] .note-text").strip()
    back = f"[id='{target.lstrip('#')}'] [role=doc-backlink]"
    ask(page, "click(value)", back)
    page.wait_for_function("(cfi) => window.reader.where().cfi !== cfi", arg=there["cfi"], timeout=10_000)
    assert ask(page, "where()")["shown"] == before["shown"]
    assert ask(page, "cover")
    page.close()


@pytest.mark.parametrize("reader", READERS)
def test_the_real_book_opens(reader: str, browser: Browser, built: Built) -> None:
    """And a chapter in the middle of it, and its index."""
    page = opened(browser, reader, built.epub)
    for name in ("scalenes.xhtml", "part-index.xhtml"):
        prefix = "EPUB/" if reader == "foliate" else ""
        assert ask(page, "goTo(value)", prefix + name)["section"].endswith(name)
    page.close()
