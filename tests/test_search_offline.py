"""Searching the web edition, reading it without a network, and what a new release does to readers of the old one."""

from __future__ import annotations

import base64
import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pagefind_bin
import pytest
from conftest import SKELETON, Built, MakeBook, load_book, snapshot
from playwright.sync_api import Browser, BrowserContext, Page, expect
from web_server import serving

from press.store import Store, replace_folder
from press.writers import web

ANSWER = base64.b64encode(b'{"payload": {"type": "Error", "message": "no index today"}}').decode()
COMPLAINT = f"read -r -d , question\nprintf %s, {ANSWER}\ncat > /dev/null"
SOON = 20_000
"""Milliseconds. Browsers look for a new service worker when they find the time."""
CHAPTER = "manuscript/01-first-chapter.md"


@pytest.fixture(scope="module")
def served(built: Built) -> Iterator[str]:
    """The real book on a server."""
    with serving(built.html) as address:
        yield address


@pytest.fixture
def context(browser: Browser) -> Iterator[BrowserContext]:
    """A reader, to whom nothing may go wrong: no error, nothing against the policy, nothing from elsewhere."""
    made = browser.new_context(viewport={"width": 1000, "height": 800})
    wrong: list[str] = []
    asked: list[str] = []
    made.on("console", lambda said: wrong.append(said.text) if said.type in ("error", "warning") else None)
    made.on("weberror", lambda error: wrong.append(str(error.error)))
    made.on("request", lambda request: asked.append(request.url))
    made.add_init_script("addEventListener('securitypolicyviolation', (event) => console.error(event.blockedURI))")
    yield made
    made.close()
    assert wrong == []
    folder = asked[0].partition("/html/")[0] + "/html/"
    assert [url for url in asked if not url.startswith(folder)] == []


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page of that reader."""
    return context.new_page()


def results(page: Page) -> list[str]:
    """The titles of the pages that were found."""
    return page.locator(".search-results h2").all_inner_texts()


def release(root: Path, store: Store, name: str) -> Path:
    """The web edition of a small book in a folder of its own, which bears the name of the release."""
    book, report = load_book(root, store)
    assert book and not report.fails()
    web.write(book, root / name / "html", {}, store, report)
    assert not report.fails(strict=True)
    return root / name / "html"


def test_a_search_finds_spots(page: Page, served: str) -> None:
    page.goto(f"{served}/search.html")
    page.get_by_label("Search the book for").fill("tennis")
    status = page.get_by_role("status").filter(has_text="“tennis” is in")
    expect(status).to_have_text(re.compile(r"“tennis” is in \d\d places\."))
    found = results(page)
    assert found[0] == "Massage Therapy for Tennis Elbow and Wrist Pain"
    assert any("Neck Pain" in title for title in found)
    first = page.locator(".search-results > li").first
    assert {text.lower() for text in first.locator("mark").all_text_contents()} == {"tennis"}
    places = first.locator("li a")
    title = places.first.inner_text()
    places.first.click()
    page.wait_for_url("**/forearm-extensors.html#sec-*")
    place = page.locator(f"[id='{page.url.partition('#')[2]}']")
    expect(place).to_be_in_viewport()
    expect(place.locator("h2, h3").first).to_have_text(title)


def test_a_search_is_narrowed_to_a_spot(page: Page, served: str) -> None:
    page.goto(f"{served}/search.html?q=tennis")
    expect(page.locator(".search-results h2").nth(5)).to_be_visible()
    page.get_by_label("in", exact=True).select_option(label="4. Scalenes")
    expect(page.locator(".search-results h2")).to_have_count(1)
    assert page.url.endswith("?q=tennis&in=scalenes.html")
    hrefs = page.locator(".search-results a").evaluate_all("links => links.map((link) => link.getAttribute('href'))")
    assert hrefs and all(href.startswith("scalenes.html") for href in hrefs)


def test_a_search_needs_no_mouse(page: Page, served: str) -> None:
    page.goto(f"{served}/scalenes.html")
    page.keyboard.press("/")
    page.wait_for_url("**/search.html")
    field = page.get_by_label("Search the book for")
    expect(field).to_be_focused()
    page.keyboard.type("tennis 1/2")
    expect(field).to_have_value("tennis 1/2")
    field.fill("tennis")
    expect(page.locator(".search-status")).to_contain_text("“tennis” is in")
    links = page.locator(".search-results a")
    page.keyboard.press("ArrowDown")
    expect(links.first).to_be_focused()
    page.keyboard.press("ArrowDown")
    expect(links.nth(1)).to_be_focused()
    page.keyboard.press("ArrowUp")
    page.keyboard.press("ArrowUp")
    expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("/")
    expect(field).to_be_focused()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    page.wait_for_url("**/forearm-extensors.html")


def test_the_key_can_be_switched_off(page: Page, served: str) -> None:
    page.goto(f"{served}/scalenes.html")
    page.get_by_role("button", name="Reading settings").click()
    page.get_by_role("radio", name="Off").check()
    page.keyboard.press("Escape")
    page.keyboard.press("/")
    page.goto(f"{served}/masseter.html")
    page.keyboard.press("/")
    page.wait_for_timeout(300)
    assert page.url.endswith("/masseter.html")


def test_a_search_has_an_address_and_back_returns_to_it(page: Page, served: str) -> None:
    page.goto(f"{served}/search.html?q=jaw&in=masseter.html")
    expect(page.get_by_label("Search the book for")).to_have_value("jaw")
    expect(page.get_by_label("in", exact=True)).to_have_value("masseter.html")
    expect(page.locator(".search-results h2")).to_have_text([re.compile("Jaw Clenching")])
    page.get_by_label("Search the book for").fill("teeth")
    page.keyboard.press("Enter")
    expect(page.locator(".search-results mark").first).to_have_text(re.compile("teeth", re.IGNORECASE))
    assert page.url.endswith("?q=teeth&in=masseter.html")
    page.locator(".search-results a").first.click()
    page.wait_for_url("**/masseter.html*")
    page.go_back()
    page.wait_for_url("**/search.html?q=teeth&in=masseter.html")
    expect(page.locator(".search-results mark").first).to_be_visible()
    page.go_back()
    page.wait_for_url("**/search.html?q=jaw&in=masseter.html")
    expect(page.get_by_label("Search the book for")).to_have_value("jaw")
    expect(page.locator(".search-results mark").first).to_have_text(re.compile("jaw", re.IGNORECASE))


def test_who_finds_nothing_is_told_where_to_look(page: Page, served: str) -> None:
    page.goto(f"{served}/search.html?q=xylophone%20%3Cimg%3E")
    expect(page.locator(".search-status")).to_have_text("Nothing found for “xylophone <img>”.")
    expect(page.locator(".search-instead").get_by_role("link", name="Symptom Index")).to_be_visible()
    page.get_by_label("Search the book for").fill("jaw")
    expect(page.locator(".search-results h2").first).to_be_visible()
    expect(page.locator(".search-instead")).to_be_hidden()


def test_the_index_holds_what_readers_look_for(page: Page, served: str) -> None:
    page.goto(f"{served}/search.html?q=notes")
    expect(page.locator(".search-results h2").first).to_be_visible()
    files = page.evaluate("""async () => {
      const pagefind = await import(new URL("pagefind/pagefind.js", location));
      const found = [];
      for (const word of ["massage", "spot", "tennis", "pain", "book"]) {
        const { results } = await pagefind.search(word);
        for (const result of results) found.push(await result.data());
      }
      return found.map(({ raw_url, content }) => [raw_url, content]);
    }""")
    texts = dict(files)
    assert {"/scalenes.html", "/glossary.html", "/part-symptom-index.html", "/part-references.html"} <= set(texts)
    assert not {"/part-contents.html", "/part-index.html", "/search.html", "/index.html"} & set(texts)
    for address, text in texts.items():
        for gone in ("Cite this chapter", "Previous", "In this chapter", "minutes 1", "The 14 Perfect Spots"):
            assert gone not in text, (address, gone)


def test_from_a_disk_the_search_says_why_it_cannot(page: Page, built: Built) -> None:
    page.goto(f"{built.html.as_uri()}/scalenes.html")
    page.keyboard.press("/")
    page.wait_for_url("**/search.html")
    why = page.locator("main")
    expect(why).to_contain_text("This copy was opened from a disk")
    expect(why).not_to_contain_text("JavaScript")
    expect(page.get_by_role("search")).to_have_count(0)
    why.get_by_role("link", name="Symptom Index").click()
    page.wait_for_url("**/part-symptom-index.html")


@pytest.mark.parametrize("way", ["http", "file"])
def test_without_scripts_the_search_says_why_it_cannot(browser: Browser, built: Built, served: str, way: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{served if way == 'http' else built.html.as_uri()}/search.html")
    expect(page.locator("main")).to_contain_text("Search needs JavaScript")
    expect(page.get_by_role("search")).to_have_count(0)
    page.locator("main").get_by_role("link", name="Index", exact=True).click()
    page.wait_for_url("**/part-index.html")
    context.close()


def test_a_search_that_does_not_load_says_so(browser: Browser, built: Built, tmp_path: Path) -> None:
    shutil.copytree(built.html, tmp_path / "html", ignore=shutil.ignore_patterns("pagefind", "sw.js"))
    context = browser.new_context()
    page = context.new_page()
    with serving(tmp_path / "html") as address:
        page.goto(f"{address}/search.html?q=jaw")
        expect(page.locator("main")).to_contain_text("The search could not be loaded.")
        expect(page.locator("main").get_by_role("link", name="Symptom Index")).to_be_visible()
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["Light", "Dark"])
def test_axe_finds_no_violation_in_results(browser: Browser, served: str, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page(bypass_csp=True, viewport={"width": width, "height": 800}, reduced_motion="reduce")
    page.goto(f"{served}/search.html?q=tennis")
    expect(page.locator(".search-results h2").first).to_be_visible()
    page.get_by_role("button", name="Reading settings").click()
    page.get_by_role("radio", name=scheme).check()
    page.keyboard.press("Escape")
    page.evaluate("""
      const now = document.createElement("button");
      now.append("Reload");
      document.querySelector(".new-release").append("A new release", now);
    """)
    options = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
    found = Axe().run(page, options=options)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
    assert not found.violations_count, found.generate_report()


def test_the_book_is_read_without_a_network(page: Page, served: str) -> None:
    page.goto(f"{served}/scalenes.html")
    page.evaluate("navigator.serviceWorker.ready")
    page.context.set_offline(True)
    page.reload()
    expect(page.locator("h1")).to_contain_text("Neck Pain")
    assert page.evaluate("document.fonts.ready.then((fonts) => [...fonts].some((font) => font.status === 'loaded'))")
    page.locator(".text .citation-link").first.click()
    expect(page.locator(".preview .reference")).to_be_visible()
    page.goto(f"{served}/masseter.html")
    expect(page.locator("h1")).to_contain_text("Jaw Clenching")
    page.goto(f"{served}/")
    expect(page.locator("h1")).to_have_text("The Perfect Spots")
    page.goto(f"{served}/glossary")
    expect(page.locator("h1")).to_have_text("Glossary")
    page.goto(f"{served}/search.html?q=tennis")
    expect(page.locator(".search-results h2").first).to_be_visible()


def test_the_manifest_says_how_to_install_the_book(page: Page, served: str, built: Built) -> None:
    page.goto(f"{served}/index.html")
    assert page.locator("link[rel=manifest]").get_attribute("href") == "manifest.webmanifest"
    manifest = json.loads((built.html / "manifest.webmanifest").read_text("utf-8"))
    assert manifest["name"] == "The Perfect Spots"
    assert (manifest["start_url"], manifest["scope"]) == ("./index.html", "./")
    for icon in manifest["icons"]:
        size = page.evaluate(
            "async (src) => { const i = new Image(); i.src = src; await i.decode(); return [i.width, i.height]; }",
            icon["src"],
        )
        assert icon["sizes"] == f"{size[0]}x{size[1]}"
    assert {icon["sizes"] for icon in manifest["icons"]} == {"192x192", "512x512"}


def test_a_new_release_waits_until_the_reader_agrees(
    context: BrowserContext, small_book: MakeBook, store: Store
) -> None:
    root = small_book()
    old = release(root, store, "old")
    chapter = root / CHAPTER
    chapter.write_text(chapter.read_text("utf-8") + "\n\nA sentence of the second release.\n", "utf-8")
    new = release(root, store, "new")
    with serving(old) as address:
        page, other = context.new_page(), context.new_page()
        page.goto(f"{address}/first-chapter.html")
        page.evaluate("navigator.serviceWorker.ready")
        page.reload()
        other.goto(f"{address}/index.html")
        fetched: list[str] = []
        context.on("request", lambda asked: fetched.append(asked.url) if asked.service_worker else None)
        # The server tells files apart by the second of their making.
        later = (old / "sw.js").stat().st_mtime + 10
        for path in new.rglob("*"):
            os.utime(path, (later, later))
        replace_folder(new, old)
        page.reload()
        notice = page.locator(".new-release")
        expect(notice).to_contain_text("A new release of this book is ready.", timeout=SOON)
        names = {url.rpartition("/html/")[2].partition("?")[0] for url in fetched} - {"sw.js"}
        assert "first-chapter.html" in names and "style.css" not in names
        expect(page.locator("main")).not_to_contain_text("second release")
        notice.get_by_role("button", name="Close").click()
        expect(notice).to_be_hidden()
        page.reload()
        expect(page.locator("main")).not_to_contain_text("second release")
        page.wait_for_timeout(500)
        expect(notice).to_be_hidden()
        other.reload()
        expect(other.locator(".new-release")).to_contain_text("ready", timeout=SOON)
        with page.expect_navigation():
            other.get_by_role("button", name="Reload").click()
        expect(page.locator("main")).to_contain_text("second release")
        expect(other.locator(".new-release")).to_be_hidden()
        context.set_offline(True)
        page.reload()
        expect(page.locator("main")).to_contain_text("second release")
        kept = page.evaluate("""async () => {
          const boxes = await caches.keys();
          return (await (await caches.open(boxes[0])).keys()).map(({ url }) => url.split("?")[0]);
        }""")
        assert len(kept) == len(set(kept)), "files of the old release are still kept"
        assert f"{address}/first-chapter.html" in kept


def test_a_server_in_the_middle_of_a_change_gives_no_mixture(
    browser: Browser, small_book: MakeBook, store: Store
) -> None:
    site = release(small_book(), store, "old")
    (site / "style.css").write_text("/* of another release */", "utf-8")
    context = browser.new_context()
    page = context.new_page()
    with serving(site) as address:
        page.goto(f"{address}/first-chapter.html")
        ended = page.evaluate("""async () => {
          const registration = await navigator.serviceWorker.register("sw.js");
          const worker = registration.installing ?? registration.waiting ?? registration.active;
          if (!worker) return "redundant";
          while (["parsed", "installing"].includes(worker.state)) await new Promise((done) => setTimeout(done, 20));
          return worker.state;
        }""")
    context.close()
    assert ended == "redundant"


def test_the_headers_hold_the_policy_of_the_pages(built: Built) -> None:
    headers = (built.html / "_headers").read_text("utf-8")
    (sent,) = re.findall(r"^  Content-Security-Policy: (.*)$", headers, re.MULTILINE)
    page = (built.html / "search.html").read_text("utf-8")
    (kept,) = re.findall(r'http-equiv="Content-Security-Policy" content="([^"]*)"', page)
    assert set(sent.split("; ")) == {*kept.split("; "), "frame-ancestors 'none'"}
    assert "X-Content-Type-Options: nosniff" in headers


def test_the_edition_works_under_its_headers(context: BrowserContext, built: Built) -> None:
    """The header's policy and the page's own hold together, as on a host that reads `_headers`."""
    sent = (built.html / "_headers").read_text("utf-8").split("\n\n")[0]
    page = context.new_page()
    with serving(built.html, dict(re.findall(r"^  ([\w-]+): (.*)$", sent, re.MULTILINE))) as address:
        answer = page.goto(f"{address}/search.html?q=tennis")
        assert answer and "frame-ancestors 'none'" in answer.headers["content-security-policy"]
        expect(page.locator(".search-results h2").first).to_be_visible()
        page.evaluate("navigator.serviceWorker.ready")
        page.goto(f"{address}/scalenes.html")
        page.context.set_offline(True)
        page.goto(f"{address}/masseter.html")
        expect(page.locator("h1")).to_contain_text("Jaw Clenching")


@pytest.mark.parametrize(("language", "stemmer"), [("de", "de"), ("en-US", "en-us"), ("la", "unknown")])
def test_every_language_is_searched(small_book: MakeBook, store: Store, language: str, stemmer: str) -> None:
    settings = (SKELETON / "manuscript" / "book.yaml").read_text("utf-8")
    root = small_book({"manuscript/book.yaml": settings.replace("language: en-US", f"language: {language}")})
    book, report = load_book(root, store)
    assert book
    web.write(book, root / "html", {}, store, report)
    assert not list(report)
    assert [path.name for path in (root / "html" / "pagefind").glob("wasm*")] == [f"wasm.{stemmer}.pagefind"]


def test_two_builds_are_the_same(small_book: MakeBook, store: Store) -> None:
    """Neither the order of files on a disk, which is another in each folder, nor that of the work comes through."""
    chapters = {
        f"manuscript/{number:02}-chapter-{number}.md": f"---\ntitle: Chapter {number}\n---\n\n## Part\n\n"
        + " ".join(f"word{number * step}" for step in range(60))
        for number in range(2, 30)
    }
    first = small_book(chapters)
    settings = first / "manuscript" / "book.yaml"
    names = ", ".join(name.removeprefix("manuscript/") for name in chapters)
    text = settings.read_text("utf-8").replace("[01-first-chapter.md]", f"[01-first-chapter.md, {names}]")
    assert names in text
    settings.write_text(text, "utf-8")
    second = small_book(of=first)
    assert snapshot(release(first, store, "out")) == snapshot(release(second, store, "elsewhere"))


def test_nothing_is_written_that_nobody_needs(built: Built) -> None:
    files = {path.relative_to(built.html).as_posix() for path in (built.html / "pagefind").rglob("*") if path.is_file()}
    names = {name for name in files if name.count("/") == 1 and not name.endswith(".pf_meta")}
    assert names == {"pagefind/pagefind.js", "pagefind/pagefind-entry.json", "pagefind/wasm.en-us.pagefind"}
    worker = (built.html / "sw.js").read_text("utf-8")
    assert files <= set(re.findall(r'"([^"]*)":', worker))


@pytest.mark.parametrize("program", [None, "exit 3", COMPLAINT])
def test_a_search_that_cannot_be_made_is_reported(
    small_book: MakeBook, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, program: str | None
) -> None:
    """Pagefind is not there, ends at once, or complains."""
    file = tmp_path / "pagefind"
    if program is not None:
        file.write_text(f"#!/bin/bash\n{program}\n", "utf-8")
        file.chmod(0o755)
    monkeypatch.setattr(pagefind_bin, "get_executable", lambda: file)
    root = small_book()
    book, report = load_book(root, store)
    assert book
    web.write(book, root / "html", {}, store, report)
    (found,) = report
    assert (found.code, str(found.position)) == ("search-index", "web:search.html:1:1")
    assert found.message.startswith("Pagefind could not make the search: ")
    assert program != COMPLAINT or found.message.endswith("no index today")
