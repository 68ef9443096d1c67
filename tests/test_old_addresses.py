"""Addresses of an earlier release lead on, also when a passage, or a whole chapter, stands on another page now."""

from __future__ import annotations

import datetime
import shutil
from pathlib import Path

import pytest
from conftest import SKELETON, change_files, silent
from lxml import html
from playwright.sync_api import Browser

from press.changes.snapshots import read_snapshots
from press.commands.release import make_release
from press.diagnostics import Report
from press.pipeline import build

SETTINGS = (SKELETON / "manuscript" / "book.yaml").read_text("utf-8")
LOG = "changelog:\n{}  - {{date: 2026-01-01, kind: publication, text: First published.}}"
NEWS = "  - {date: 2026-06-01, kind: rewrite, text: Put in order.}\n"
TRAVELER = "This paragraph is long enough to be known again wherever in the book somebody may put it next."
STAYER = "That one stays where it was written, which is what most paragraphs do with most of their lives."
THIRD = "A third one has nothing to say about the first two, and it says so in a dozen and more plain words."


def chapter(title: str, news: str, *paragraphs: str) -> str:
    """A chapter."""
    return "\n".join([f"---\ntitle: {title}", LOG.format(news), "---\n", "\n\n".join(paragraphs), ""])


@pytest.fixture(scope="module")
def book(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A released book, in which since then a paragraph went elsewhere, and chapters were renamed and taken out."""
    root = tmp_path_factory.mktemp("addresses") / "book"
    for path in SKELETON.rglob("*"):
        if path.is_file() and "output" not in path.relative_to(SKELETON).parts:
            change_files(root, {path.relative_to(SKELETON).as_posix(): path.read_bytes()})
    files = {
        "manuscript/02-here.md": chapter("Here", "", STAYER, TRAVELER),
        "manuscript/03-named.md": chapter("Named", "", THIRD),
        "manuscript/04-gone.md": chapter("Gone", "", "Nobody will miss these few words."),
    }
    body = "[01-first-chapter.md, {}]"
    settings = SETTINGS.replace("[01-first-chapter.md]", body.format("02-here.md, 03-named.md, 04-gone.md"))
    change_files(root, files | {"manuscript/book.yaml": settings})
    report = Report()
    day = datetime.date(2026, 2, 1)
    assert make_release(root, root / "output", "1", day, "", report, silent, ("web",)), report.render("text")
    shutil.copytree(root / "output" / "html", root / "first")
    settings = (root / "manuscript/book.yaml").read_text("utf-8")
    changed = {
        "manuscript/02-here.md": chapter("Here", NEWS, STAYER),
        "manuscript/03-named.md": None,
        "manuscript/03-renamed.md": chapter("Named", NEWS, THIRD, TRAVELER),
        "manuscript/04-gone.md": None,
        "manuscript/book.yaml": settings.replace("03-named.md, 04-gone.md", "03-renamed.md").replace(
            "date: 2026-02-01", "date: 2026-07-01"
        ),
    }
    change_files(root, changed)
    report = Report()
    assert build(root, root / "output", ["web", "epub"], False, report, silent).written, report.render("text")
    return root


def test_every_old_address_leads_on(book: Path) -> None:
    """Each page of the release is there, and each of its blocks is on it, or a sign where it went."""
    folder = book / "output" / "html"
    (release,) = read_snapshots(book, Report())
    assert {block.chapter for block in release.blocks} >= {"here", "named", "gone"}
    led = 0
    for block in release.blocks:
        page = html.parse(folder / f"{block.chapter}.html").getroot()
        before = html.parse(book / "first" / f"{block.chapter}.html").getroot()
        if block.kind == "title" or before.get_element_by_id(block.id, None) is None:  # a deck has no address
            continue
        led += 1
        place = page.get_element_by_id(block.id)
        if "moved-away" in place.get("class", ""):
            (link,) = place.iter("a")
            name, _, identifier = link.get("href").partition("#")
            assert html.parse(folder / name).getroot().get_element_by_id(identifier) is not None
    assert led > 5


def test_a_lost_page_names_the_one_that_has_its_text(book: Path) -> None:
    """That of a renamed chapter; of one that was taken out, it says so."""
    for name, said in (("named", "This now stands in: Named"), ("gone", "This is no longer in the book.")):
        page = html.parse(book / "output" / "html" / f"{name}.html").getroot()
        first = next(found for found in page.iter("p") if found.getparent().tag == "article")
        assert first.text_content().startswith(said)
        assert [link.get("href") for link in first.iter("a")] == ["renamed.html"]


def test_a_sign_is_seen_by_those_who_come_for_it(book: Path, browser: Browser) -> None:
    """Only by them."""
    (release,) = read_snapshots(book, Report())
    traveler = next(block.id for block in release.blocks if block.text == TRAVELER)
    page = browser.new_page()
    address = (book / "output" / "html" / "here.html").as_uri()
    page.goto(address)
    assert not page.locator(".moved-away").is_visible()
    page.goto("about:blank")
    page.goto(f"{address}#{traveler}")
    sign = page.locator(".moved-away")
    assert sign.is_visible()
    sign.locator("a").click()
    page.wait_for_url("**/renamed.html#*")
    assert page.locator(f"#{traveler}").inner_text() == TRAVELER
    page.close()
