"""Reading a chapter of the web edition in a browser: from a server and from a disk, with scripts and without."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pypdfium2
import pytest
from conftest import SKELETON, change_files, load_book
from lxml import html
from playwright.sync_api import Browser, Page, expect
from web_server import serving

from press.readers.bibliography import parse_bibliography, parse_bibtex
from press.store import Store
from press.writers import web
from press.writers.site.small import small

VNU = Path(__file__).parent / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
SETTINGS = """\
title: A Book & Its Readers
slug: readers
authors: [{name: Jane Doe, sort_as: "Doe, Jane"}, {name: The Group}]
description: A book to be read.
rights: © Jane Doe
url: https://example.org/book/
release: {name: "1.2", date: 2026-01-01}
contents: {front: [contents], body: [01-first.md, 02-second.md, 03-third.md], back: [references]}
abbreviations: {EMG: electromyography}
"""
FILLER = "\n\n".join(
    f"Paragraph {number} of the filler goes on for a while, so that a page has to be scrolled. " * 4
    for number in range(1, 25)
)
SECOND = f"""\
---
title: The Second Chapter
deck: What it is about.
changelog: [{{date: 2026-01-01, kind: publication, text: First published.}}]
---

## One Thing {{#sec:one}}

It has a note[^a] and cites [@strunk1918elements, p. 24], has EMG, and points to @sec:other and to @fig:dot.

![A caption.](figures/dot.svg "A dot"){{#fig:dot alt="A black dot on white."}}

{FILLER}

## Another Thing {{#sec:another}}

The end of it, with @sec:one.[^b]

[^a]: A note with its own citation [@strunk1918elements].
[^b]: The other note.
"""
THIRD = """\
---
title: The Third Chapter
---

## What Is Elsewhere {#sec:other}

Here the third chapter says its first words.[^c] It cites [@strunk1918elements].

[^c]: A note there.
"""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory, store: Store) -> Path:
    """The web edition of a small book."""
    root = tmp_path_factory.mktemp("reading")
    shutil.copytree(SKELETON, root, dirs_exist_ok=True)
    first = "---\ntitle: The First Chapter\n---\n\nIt is short.\n"
    chapters: dict[str, str | bytes | None] = {
        "manuscript/01-first.md": first,
        "manuscript/02-second.md": SECOND,
        "manuscript/03-third.md": THIRD,
    }
    change_files(root, {"manuscript/01-first-chapter.md": None, "manuscript/book.yaml": SETTINGS, **chapters})
    book, report = load_book(root, store)
    assert book, list(report)
    web.write(book, root / "html", {}, store, report)
    assert not list(report)
    return root / "html"


@pytest.fixture(scope="module", params=["http", "file"])
def address(site: Path, request: pytest.FixtureRequest) -> Iterator[str]:
    """Where the pages are: on a server, in a sub-path of it, and in a folder."""
    if request.param == "file":
        yield site.as_uri()
        return
    with serving(site) as served:
        yield served


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """A page on which nothing may go wrong, the pages' security policy included."""
    made = browser.new_page(viewport={"width": 1000, "height": 800})
    wrong: list[str] = []
    made.on("console", lambda message: wrong.append(message.text) if message.type in ("error", "warning") else None)
    made.on("pageerror", lambda error: wrong.append(str(error)))
    yield made
    made.close()
    assert wrong == []


def test_a_note_opens_and_closes_by_mouse(page: Page, address: str) -> None:
    page.goto(f"{address}/second.html")
    call = page.locator(".note-call").first
    call.click()
    preview = page.get_by_role("dialog", name="Note 1")
    expect(preview).to_be_visible()
    expect(preview).to_contain_text("A note with its own citation")
    assert "#" not in page.url
    call.click()
    expect(preview).to_have_count(0)
    call.click()
    preview.get_by_role("button", name="Close").click()
    expect(preview).to_have_count(0)
    expect(call).to_be_focused()
    call.click()
    page.mouse.click(5, 700)
    expect(preview).to_have_count(0)


def test_a_note_opens_and_closes_by_keyboard(page: Page, address: str) -> None:
    page.goto(f"{address}/second.html")
    call = page.locator(".note-call").first
    call.focus()
    page.keyboard.press("Enter")
    preview = page.get_by_role("dialog", name="Note 1")
    expect(preview).to_be_focused()
    page.keyboard.press("Tab")
    expect(preview.locator(".citation-link")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".preview")).to_have_count(2)
    expect(page.locator(".preview .preview")).to_contain_text("The Elements of Style")
    page.keyboard.press("Escape")
    expect(page.locator(".preview")).to_have_count(1)
    expect(preview.locator(".citation-link")).to_be_focused()
    page.keyboard.press("Escape")
    expect(preview).to_have_count(0)
    expect(call).to_be_focused()


def test_a_note_is_followed_there_and_back(page: Page, address: str) -> None:
    page.goto(f"{address}/second.html")
    call = page.locator(".note-call").first
    call.click()
    page.get_by_role("link", name="Go there").click()
    expect(page.locator(".preview")).to_have_count(0)
    assert page.url.endswith(f"#{page.locator('.note').first.get_attribute('id')}")
    expect(call).not_to_be_focused()
    page.locator(".note-number").first.click()
    assert page.url.endswith(f"#{call.get_attribute('id')}")
    expect(call).to_be_in_viewport()


def test_a_citation_shows_its_reference_and_who_else_cites_it(page: Page, address: str) -> None:
    page.goto(f"{address}/second.html")
    page.locator(".text .citation-link").first.click()
    preview = page.locator(".preview")
    expect(preview).to_contain_text("Strunk")
    expect(preview.get_by_role("link", name="What Is Elsewhere")).to_be_visible()
    expect(preview.locator(".cited-in")).to_contain_text("The Third Chapter")
    preview.get_by_role("link", name="What Is Elsewhere").click()
    page.wait_for_url("**/third.html#*")


def test_cross_references_show_title_and_first_lines(page: Page, address: str) -> None:
    page.goto(f"{address}/second.html")
    page.locator("a.xref[href^='third']").click()
    preview = page.locator(".preview")
    expect(preview.locator(".preview-where")).to_have_text("The Third Chapter")
    expect(preview.locator(".preview-title")).to_have_text("What Is Elsewhere")
    expect(preview).to_contain_text("Here the third chapter says its first words. It cites [1].")
    page.keyboard.press("Escape")
    page.locator("a.xref[href='#fig-dot']").click()
    expect(preview).to_contain_text("A dot")
    expect(preview.locator(".preview-where")).to_have_count(0)


def test_an_abbreviation_opens(page: Page, address: str) -> None:
    page.goto(f"{address}/second.html")
    page.get_by_role("button", name="EMG").focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog", name="EMG")).to_contain_text("electromyography")
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="EMG")).to_be_focused()


def test_a_preview_that_is_missing_leaves_the_link_a_link(browser: Browser, site: Path, tmp_path: Path) -> None:
    shutil.copytree(site, tmp_path / "html", ignore=shutil.ignore_patterns("previews"))
    page = browser.new_page()
    page.goto(f"{(tmp_path / 'html').as_uri()}/second.html")
    page.locator(".text .citation-link").first.click()
    page.wait_for_url("**/part-references.html#ref-strunk1918elements")
    page.close()


def test_choices_last(page: Page, address: str) -> None:
    page.emulate_media(color_scheme="light")
    page.goto(f"{address}/second.html")
    paper = "getComputedStyle(document.body).backgroundColor"
    size = "parseFloat(getComputedStyle(document.documentElement).fontSize)"
    light, normal = page.evaluate(paper), page.evaluate(size)
    page.get_by_role("button", name="Reading settings").click()
    page.get_by_role("radio", name="Dark").check()
    page.get_by_role("radio", name="130 %").check()
    dark = page.evaluate(paper)
    assert dark != light
    page.reload()
    assert page.evaluate(paper) == dark
    assert page.evaluate(size) == pytest.approx(1.3 * normal, abs=0.1)
    page.goto(f"{address}/index.html")
    assert page.evaluate(paper) == dark
    page.emulate_media(color_scheme="dark")
    page.get_by_role("button", name="Reading settings").click()
    expect(page.get_by_role("radio", name="Dark")).to_be_checked()
    page.get_by_role("radio", name="Light").check()
    assert page.evaluate(paper) == light
    page.get_by_role("radio", name="Auto").check()
    assert page.evaluate(paper) == dark
    page.keyboard.press("Escape")
    expect(page.get_by_role("button", name="Reading settings")).to_be_focused()


def test_forbidden_storage_breaks_nothing(page: Page, address: str) -> None:
    page.add_init_script(
        "Object.defineProperty(window, 'localStorage', {get() { throw new DOMException('no', 'SecurityError') }})"
    )
    page.goto(f"{address}/second.html")
    page.get_by_role("button", name="Reading settings").click()
    page.get_by_role("radio", name="Dark").check()
    assert page.evaluate("document.documentElement.dataset.theme") == "dark"


def test_arrow_keys_turn_pages(page: Page, address: str) -> None:
    page.goto(f"{address}/second.html")
    page.keyboard.press("ArrowRight")
    page.wait_for_url("**/third.html")
    page.keyboard.press("ArrowLeft")
    page.wait_for_url("**/second.html")
    page.locator(".note-call").first.click()
    expect(page.locator(".preview")).to_be_visible()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    page.keyboard.press("Alt+Shift+ArrowRight")
    page.get_by_role("button", name="Reading settings").click()
    page.get_by_role("radio", name="Auto").focus()
    page.keyboard.press("ArrowRight")
    page.keyboard.press("Escape")
    page.evaluate("document.querySelector('main').append(document.createElement('input'))")
    page.locator("main > input").press("ArrowRight")
    assert page.url.endswith("/second.html")


def test_contents_and_progress_follow(page: Page, address: str) -> None:
    page.emulate_media(reduced_motion="reduce")
    page.goto(f"{address}/second.html")
    current = page.locator(".local-contents [aria-current]")
    page.evaluate("document.getElementById('sec-another').scrollIntoView()")
    expect(current).to_have_text("Another Thing")
    progress = page.locator(".progress")
    expect(progress).to_have_css("transform", "matrix(1, 0, 0, 1, 0, 0)")
    page.evaluate("scrollTo(0, 0)")
    expect(progress).to_have_css("transform", "matrix(0, 0, 0, 1, 0, 0)")
    expect(current).to_have_count(0)


def test_notes_stand_in_the_margin_beside_their_calls(page: Page, address: str) -> None:
    page.set_viewport_size({"width": 1400, "height": 800})
    page.goto(f"{address}/second.html")
    page.evaluate("document.fonts.ready")
    column = page.locator(".text").bounding_box()
    assert column
    for call, note in zip(page.locator(".note-call").all(), page.locator(".note").all(), strict=True):
        at, beside = call.bounding_box(), note.bounding_box()
        assert at and beside
        assert abs(at["y"] - beside["y"]) < 40
        assert beside["x"] > column["x"] + column["width"]


def test_a_line_holds_some_66_letters(page: Page, address: str) -> None:
    page.goto(f"{address}/second.html")
    widths = page.evaluate("""() => {
      const text = document.querySelectorAll('.text p')[5].firstChild;
      const lines = new Map(), range = document.createRange();
      for (let at = 0; at < text.length; at++) {
        range.setStart(text, at); range.setEnd(text, at + 1);
        const top = Math.round(range.getBoundingClientRect().top);
        lines.set(top, (lines.get(top) ?? 0) + 1);
      }
      return [...lines.values()].slice(0, -1);
    }""")
    assert 60 <= sum(widths) / len(widths) <= 75


def test_links_to_paragraphs_are_copied(browser: Browser, address: str) -> None:
    context = browser.new_context(permissions=["clipboard-read", "clipboard-write"])
    page = context.new_page()
    page.goto(f"{address}/second.html")
    paragraph = page.locator(".text p").first
    paragraph.hover()
    page.get_by_label("Copy the link to this place").click()
    expect(page.get_by_role("status")).to_have_text("Copied")
    copied = page.evaluate("navigator.clipboard.readText()")
    assert copied == f"{address}/second.html#{paragraph.get_attribute('id')}"
    page.locator("#sec-another").scroll_into_view_if_needed()
    page.wait_for_timeout(200)
    page.get_by_role("button", name="Reading settings").focus()
    page.keyboard.press("Enter")
    page.get_by_role("button", name="Copy a link to where you are").press("Enter")
    place = page.evaluate("navigator.clipboard.readText()").partition("#")[2]
    assert place != paragraph.get_attribute("id"), "where the reader was, not where the controls are"
    assert page.locator(f"[id='{place}']").count() == 1
    page.keyboard.press("Escape")
    page.locator(".cite summary").click()
    page.get_by_role("button", name="Copy", exact=True).nth(1).click()
    assert page.evaluate("navigator.clipboard.readText()").startswith("@incollection{readers-second,")
    context.close()


def test_print_has_the_notes_and_no_controls(page: Page, address: str, tmp_path: Path) -> None:
    page.goto(f"{address}/second.html")
    page.get_by_role("button", name="Reading settings").click()
    page.get_by_role("radio", name="Dark").check()
    page.keyboard.press("Escape")
    page.locator(".note-call").first.click()
    expect(page.locator(".preview")).to_be_visible()
    page.pdf(path=tmp_path / "page.pdf", print_background=True)
    with pypdfium2.PdfDocument(tmp_path / "page.pdf") as printed:
        text = " ".join(sheet.get_textpage().get_text_range() for sheet in printed)
        corner = printed[0].render().to_pil().convert("L").getpixel((2, 2))
    assert text.count("A note with its own citation") == 1 and "The other note." in text
    for gone in ("Aa", "Go there", "Close", "Copy", "Cite this chapter", "Reading settings", "Previous"):
        assert gone not in text
    assert corner == 255


def test_without_scripts_all_are_links(browser: Browser, address: str) -> None:
    context = browser.new_context(java_script_enabled=False)
    page = context.new_page()
    page.goto(f"{address}/second.html")
    expect(page.get_by_role("button")).to_have_count(0)
    call = page.locator(".note-call").first
    call.click()
    note = page.locator(".note").first
    assert page.url.endswith(f"#{note.get_attribute('id')}")
    note.locator(".note-number").click()
    assert page.url.endswith(f"#{call.get_attribute('id')}")
    page.locator(".text .citation-link").first.click()
    page.wait_for_url("**/part-references.html#ref-strunk1918elements")
    page.locator(".cited-in a").first.click()
    page.wait_for_url("**/second.html#*citation*")
    page.locator("a.xref[href^='third']").click()
    page.wait_for_url("**/third.html#sec-other")
    page.locator("a[rel=prev]").click()
    page.wait_for_url("**/second.html")
    context.close()


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["Light", "Dark"])
def test_axe_finds_no_violation_with_a_note_open(browser: Browser, site: Path, width: int, scheme: str) -> None:
    from axe_playwright_python.sync_playwright import Axe

    page = browser.new_page(bypass_csp=True, viewport={"width": width, "height": 800}, reduced_motion="reduce")
    page.goto(f"{site.as_uri()}/second.html")
    page.get_by_role("button", name="Reading settings").click()
    page.get_by_role("radio", name=scheme).check()
    options = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
    found = [Axe().run(page, options=options)]
    page.keyboard.press("Escape")
    page.locator(".cite summary").click()
    page.locator(".note-call").first.click()
    expect(page.locator(".preview")).to_be_visible()
    found.append(Axe().run(page, options=options))
    page.locator(".preview .citation-link").click()
    expect(page.locator(".preview .preview")).to_be_visible()
    found.append(Axe().run(page, options=options))
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
    assert [result.generate_report() for result in found if result.violations_count] == []


def test_the_nu_checker_finds_no_error(site: Path) -> None:
    command = ["java", "-Xss16m", "-jar", str(VNU), "--skip-non-html", "--format", "json"]
    run = subprocess.run([*command, str(site / "second.html")], capture_output=True, text=True, check=False)
    messages = json.loads(run.stderr)["messages"]
    assert [one for one in messages if one["type"] != "info" and "Content Security" not in one["message"]] == []


def test_a_chapter_can_be_cited(site: Path) -> None:
    root = html.fromstring((site / "second.html").read_bytes())
    (sentence,) = ("".join(map(str, one.itertext())) for one in root.iter("blockquote"))
    assert sentence.startswith("Doe J, The Group. The Second Chapter. In: A Book & Its Readers. 2026.")
    assert "https://example.org/book/second.html" in sentence
    bibtex, csl = ("".join(map(str, one.itertext())) for one in root.iter("pre"))
    parsed = parse_bibtex(bibtex, "cite.bib")
    assert not parsed.problems
    again = parse_bibliography(csl, "cite.json")
    assert not again.problems
    ours, theirs = (dict(one.entries[0].item) for one in (again, parsed))
    for name in ("title", "container-title", "author", "URL"):
        assert ours[name] == theirs[name], name
    assert ours["issued"]["date-parts"] == [[2026, 1, 1]]
    assert theirs["issued"]["date-parts"][0][:2] == [2026, 1]


def test_scripts_are_small_and_are_files(site: Path) -> None:
    # Without the list of the book's files that is put before the service worker's script.
    scripts = (SKELETON.parent / "web").glob("*.js")
    assert sum(len(small(script.name, script.read_text("utf-8"))) for script in scripts) < 22_000
    for name in site.glob("*.html"):
        for found in re.findall(r"<script\b.*?>", name.read_text("utf-8")):
            if found == '<script type="application/ld+json">':
                continue
            assert "src=" in found and "type=" not in found
            assert "defer" in found or 'src="theme.js"' in found
