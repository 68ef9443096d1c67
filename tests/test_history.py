"""What the editions tell of earlier releases: pages word by word, errata, marks beside what is new."""

from __future__ import annotations

import datetime
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pikepdf
import pytest
from conftest import ROOT, accepting, change_files, load_book, silent
from lxml import html
from playwright.sync_api import sync_playwright

from press.changes.ledger import compare
from press.changes.report import print_ledger
from press.changes.snapshots import read_snapshots
from press.commands.release import make_release
from press.diagnostics import Report
from press.pipeline import build, read_receipt
from press.store import Store

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
SHED = ROOT / "tests" / "books" / "shed"
PAIR = ROOT / "tests" / "data" / "releases"
SEEDS, TOOLS = "manuscript/02-seeds.md", "manuscript/01-tools.md"
NEW = "A paragraph stands here that nobody had written before, and it is long enough to be one."
RAKES_BOOK = "@book{rakes2000, author={Doe, Jane}, title={Rakes}, publisher={The Shed}, year={2000}}\n"
RAKES = "1. Rakes are hung with their teeth to the wall"
EDITS = {
    SEEDS: (
        (
            "  - {date: 2026-06-01",
            "  - {date: 2027-05-01, kind: correction, text: Sow *very* thinly., section: sec:sowing}\n",
        ),
        ("Sow thinly. This is the advice", "Sow very thinly. This is the advice"),
        ("Then wait.", f"{NEW}\n\nThen wait."),
    ),
    "bibliography.bib": ((RAKES_BOOK, ""),),
    TOOLS: (
        ("  - {date: 2026-10-01", "  - {date: 2027-05-01, kind: style, text: One line less.}\n"),
        (f"{RAKES} [@rakes2000].\n", ""),
    ),
}


def edited(text: str, edits: tuple[tuple[str, str], ...]) -> str:
    """A text with some passages changed; a changelog's entry goes before the one that is named."""
    for old, new in edits:
        assert old in text
        text = text.replace(old, new + old if new.endswith("}\n") else new, 1)
    return text


def released(root: Path, name: str, date: str, editions: tuple[str, ...]) -> None:
    """Make a release."""
    report = Report()
    day = datetime.date.fromisoformat(date)
    assert make_release(root, root / "output", name, day, "", report, silent, editions), report.render("text")


@pytest.fixture(scope="module")
def shed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A book with two releases, and the second one's editions."""
    root = tmp_path_factory.mktemp("history") / "shed"
    for path in SHED.rglob("*"):
        if path.is_file() and "output" not in path.relative_to(SHED).parts:
            change_files(root, {path.relative_to(SHED).as_posix(): path.read_bytes()})
    settings = (root / "manuscript/book.yaml").read_text("utf-8") + "url: https://example.org/shed/\n"
    settings = settings.replace("- references", "- references\n    - whats-new", 1)
    tools = (root / TOOLS).read_text("utf-8").replace(f"{RAKES}.", f"{RAKES} [@rakes2000].")
    books = (root / "bibliography.bib").read_text("utf-8") + RAKES_BOOK
    change_files(root, {"manuscript/book.yaml": settings, TOOLS: tools, "bibliography.bib": books})
    released(root, "2027.1", "2027-02-01", ("web",))
    assert "marked" not in read_receipt(root / "output")["editions"]
    first = (root / "output/html/changes-since-2027.1.html").read_text("utf-8")
    assert "Nothing has changed." in first, "who has the newest copy may ask too"
    change_files(root, {name: edited((root / name).read_text("utf-8"), edits) for name, edits in EDITS.items()})
    released(root, "2027.2", "2027-06-01", ("web", "epub", "screen", "marked"))
    return root


def page(root: Path, name: str) -> html.HtmlElement:
    """A page of the web edition."""
    return html.fromstring((root / "output" / "html" / f"{name}.html").read_bytes())


def find(element: html.HtmlElement, names: str) -> list[html.HtmlElement]:
    """The elements in another that have one of several tags or, with a dot, classes, in order."""
    wanted = names.split()
    return [
        one
        for one in element.iterdescendants()
        if one.tag in wanted or any(f".{name}" in wanted for name in (one.get("class") or "").split())
    ]


def words(element: html.HtmlElement) -> str:
    """The words of an element."""
    return " ".join(element.text_content().split())


def test_each_change_is_told_word_by_word(shed: Path) -> None:
    """What came and what went, marked for eyes and ears, with a link to the place."""
    found = page(shed, "changes-since-2027.1")
    told = {words(find(item, ".redline-event")[0]): item for item in find(find(found, "article")[0], "li")}
    assert list(told) == ["Removed The rake", "Reworded Sowing Go there", "New When Go there", "Removed"]
    assert [words(one) for one in find(told["Reworded Sowing Go there"], "ins del")] == ["[added: very]"]
    assert [words(one) for one in find(told["New When Go there"], "ins")] == [f"[added: {NEW}]"]
    assert len(find(told["Removed The rake"], "del")) == 1
    said = words(found)
    assert "Figure 2.1" in said
    assert not re.search(r"[⟦⟧]|@\w+:", said), "no sign of the manuscript is left"
    for link in [one for event in find(found, ".redline-event") for one in find(event, "a")]:
        name, _, identifier = link.get("href").partition("#")
        assert page(shed, name.removesuffix(".html")).get_element_by_id(identifier) is not None


def test_errata_have_both_wordings(shed: Path) -> None:
    """Of corrections only, and of the section that they name only."""
    found = page(shed, "errata")
    assert [words(one) for one in find(found, "h2")] == ["The Seeds"]
    assert "Sow very thinly." in words(found)
    assert [words(one) for one in find(found, ".redline-event")] == ["Reworded Sowing Go there"]


def test_whats_new_is_told_by_release(shed: Path) -> None:
    """The newest first, with the pages word by word."""
    found = page(shed, "part-whats-new")
    headings = [words(one) for one in find(found, "h2")]
    assert headings == ["Release 2027.2", "Release 2027.1", "Word by word"]
    assert [link.get("href") for link in find(find(found, ".change-pages")[0], "a")] == [
        "changes-since-2027.1.html",
        "errata.html",
    ]
    newest = find(found, "h2")[0].getnext()
    assert words(find(newest, "h3")[0]) == "The Tools"
    assert [words(one) for one in find(newest, ".change-text")] == ["One line less."]


def test_changed_blocks_are_marked(shed: Path) -> None:
    """They and no others, in the web edition and on paper, where all else is set as without marks."""
    marked = [one for one in page(shed, "seeds").iter() if one.get("data-changed")]
    assert [(one.tag, words(one)[:9]) for one in marked] == [("p", "Sow very "), ("p", NEW[:9])]
    assert {one.get("data-changed") for one in marked} == {"2027.1"}
    texts = {}
    for name in ("shed.pdf", "shed-marked.pdf"):
        done = subprocess.run(["pdftotext", shed / "output" / name, "-"], capture_output=True, text=True, check=True)
        texts[name] = " ".join(done.stdout.split())
    note = "Bars in the margin stand beside what changed since release 2027.1."
    assert note in texts["shed-marked.pdf"]
    assert texts["shed-marked.pdf"].replace(note + " ", "") == texts["shed.pdf"]
    bars = {name: bars_of(shed / "output" / name) for name in texts}
    assert bars["shed-marked.pdf"] - bars["shed.pdf"] == 2


def bars_of(path: Path) -> int:
    """How many vermilion bars stand in the margins of a PDF; one that goes on on the next page counts once."""
    found, goes_on = 0, False
    with pikepdf.open(path) as pdf:
        for page in pdf.pages:
            bars = sorted(_bars(page))
            found += len(bars) - (goes_on and bool(bars) and bars[0][0] < TOP)
            goes_on = bool(bars) and bars[-1][1] > FOOT
    return found


TOP, FOOT = 90, 700
"""Units of CSS from the head of a page: its first line begins above the one, its last line ends below the other."""


def _bars(page: pikepdf.Page) -> Iterator[tuple[float, float]]:
    """The upper and lower ends of the bars of a page."""
    commands = [one for one in pikepdf.parse_content_stream(page) if isinstance(one, pikepdf.ContentStreamInstruction)]
    color = [0.0]
    for command, following in pairwise(commands):
        if str(command.operator) == "rg":
            color = [round(float(value), 2) for value in command.operands]
        elif color == [0.72, 0.23, 0.13] and str(command.operator) == str(following.operator) == "re":
            # A border on the left: the space between two boxes, whose left sides are 1.5 pt apart, 2 units of CSS.
            left, top, _, height = (float(value) for value in command.operands)
            if left - float(following.operands[0]) == 2:
                yield top, top + height


def test_addresses_of_what_is_gone_lead_near_it(shed: Path) -> None:
    """Those of references to the list, those of text to where it stood."""
    gone = page(shed, "part-references").get_element_by_id("ref-rakes2000")
    assert gone.get("class") == "moved-here"
    items = [words(item) for item in find(page(shed, "changes-since-2027.1"), "li")]
    assert ["Rakes" in item for item in items if item.startswith("Removed")] == [True, True]
    assert len([one for one in page(shed, "tools").iter() if one.get("class") == "moved-here"]) == 1


def test_copies_know_where_to_ask(shed: Path) -> None:
    """The imprint of every edition that is downloaded has the address of the page about its release."""
    done = subprocess.run(["pdftotext", shed / "output/shed.pdf", "-"], capture_output=True, text=True, check=True)
    assert "https://example.org/shed/changes-since-2027.2.html" in done.stdout.replace("\n", "")
    assert (shed / "output/html/changes-since-2027.2.html").exists()


def test_readers_see_what_is_new_to_them(shed: Path) -> None:
    """Who read the release before has marks, also to be heard; who comes first has none until asking for them."""
    address = (shed / "output" / "html" / "seeds.html").as_uri()
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        tab = browser.new_context().new_page()
        tab.goto(address)
        assert tab.locator(".is-new").count() == 0
        tab.get_by_role("button", name="Reading settings").click()
        tab.get_by_label("Mark what is new since").select_option("2027.1")
        assert tab.locator(".is-new").count() == 2
        assert (
            tab.locator(".is-new").first.text_content()
            == "New: " + (tab.locator(".is-new").first.text_content() or "")[5:]
        )
        tab.reload()
        assert tab.locator(".is-new").count() == 2, "the choice is kept"
        tab.evaluate("localStorage.setItem('reading-since', 'forgotten')")
        tab.reload()
        assert tab.locator(".is-new").count() == 0
        browser.close()


def test_a_build_after_a_release_knows_it_is_that_release(shed: Path) -> None:
    """Nothing changed since, so nothing is made anew, and marks stay those of the release before."""
    report = Report()
    assert not build(shed, shed / "output", ("web", "marked"), True, report, silent).written
    book, _ = load_book(shed, Store(shed / "output" / ".cache"))
    assert book is not None
    assert [ledger.since for ledger in book.history.ledgers] == ["2027.1"]


def test_an_entry_that_was_taken_out_of_a_changelog_confuses_nothing(shed: Path, tmp_path: Path) -> None:
    """The others keep the releases that had them first."""
    root = tmp_path / "shed"
    shutil.copytree(shed, root, ignore=shutil.ignore_patterns("output"))
    tools = (root / TOOLS).read_text("utf-8")
    line = "  - {date: 2026-05-02, kind: style, text: Shorter.}\n"
    assert line in tools
    change_files(root, {TOOLS: tools.replace(line, "")})
    book, _ = load_book(root, Store(shed / "output" / ".cache"))
    assert book is not None
    chapter = next(chapter for chapter in book.chapters if chapter.slug == "tools")
    assert book.history.entries["tools"] == ("2027.2", *["2027.1"] * (len(chapter.changes) - 1))


def test_the_real_book_and_its_edits() -> None:
    """Two releases of the real book, the second with edits by hand: the ledger tells what was done, and no more."""
    report = Report()
    first, second = read_snapshots(PAIR, report)
    assert not len(report)
    told = print_ledger(compare(first, second), second, "text") + "\n"
    expected = PAIR / "changes.txt"
    if accepting():
        expected.write_text(told, "utf-8")
    assert told == expected.read_text("utf-8")
