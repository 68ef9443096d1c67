"""The symptom finder in a browser, from a disk, and the symptom index of web, EPUB and print: signs, then spots."""

from __future__ import annotations

import json
import re
import subprocess
import zipfile
from collections.abc import Callable, Iterator, Mapping
from typing import Any

import pytest
import yaml
from axe_playwright_python.sync_playwright import Axe
from conftest import ROOT, Built
from lxml import html
from playwright.sync_api import Browser, Page, expect

from press.guidance import Complaint
from press.model import Book

DATA = ROOT / "tests" / "data"
TYPED: dict[str, list[dict[str, Any]]] = yaml.safe_load((DATA / "finder.yaml").read_text("utf-8"))
CLAIMS: dict[int, dict[str, list[str]]] = yaml.safe_load((DATA / "complaints.yaml").read_text("utf-8"))
PAGE = "part-symptom-index"
SPOT = re.compile(r"Spot No\. (\d+)")
URGENCIES = ["now", "today", "soon"]


@pytest.fixture(scope="module")
def page(built: Built, browser: Browser) -> Iterator[Page]:
    """The symptom index of the real book, from a disk."""
    page = browser.new_page()
    page.goto((built.html / f"{PAGE}.html").as_uri())
    yield page
    page.close()


@pytest.fixture(scope="module")
def complaints(book: Book) -> dict[str, Complaint]:
    """Key -> complaint, in the order of the index."""
    return {complaint.key: complaint for part in book.guidance.parts for complaint in part.complaints}


def ask(page: Page, text: str) -> None:
    """Type something, and wait for the answer."""
    page.get_by_label("Where does it hurt?").fill("")
    expect(page.get_by_role("status")).to_be_empty()
    page.get_by_label("Where does it hurt?").fill(text)
    expect(page.get_by_role("status")).not_to_be_empty()


def spots(names: list[str]) -> list[int]:
    """The numbers of spots, each once."""
    return list(dict.fromkeys(int(number) for name in names for number in SPOT.findall(name)))


def test_there_is_enough_to_type() -> None:
    """Ordinary things, misspelt ones, and dangerous ones."""
    assert len(TYPED["ordinary"]) >= 35
    assert len(TYPED["misspelt"]) >= 10
    assert len(TYPED["dangerous"]) >= 15
    assert all(case["signs"] for cases in TYPED.values() for case in cases)


@pytest.mark.parametrize("case", [case for cases in TYPED.values() for case in cases], ids=lambda case: case["typed"])
def test_what_is_typed_leads_to_the_signs_and_then_to_the_spots(
    page: Page, book: Book, case: Mapping[str, Any]
) -> None:
    """The gravest box first, with a link at each sign; no spot above a sign; the spots in rank, with a link each."""
    ask(page, case["typed"])
    boxes = page.locator(".finder-results > [data-when]")
    shown = boxes.evaluate_all("all => all.map((box) => box.dataset.when)")
    assert shown == sorted(shown, key=URGENCIES.index)
    signs = {sign.short: key for key, sign in book.guidance.signs.items()}
    links = boxes.locator("li > a[href]").all_inner_texts()
    assert [signs[link] for link in links][: len(case["signs"])] == case["signs"]
    assert len(links) == boxes.locator("li").count()
    assert page.locator(".symptom ~ [data-when]").count() == 0
    assert spots(page.locator(".finder-results .symptom-spot > a").all_inner_texts()) == case["spots"]
    assert page.locator(".finder-warnings[open]").count() == 0
    told = page.get_by_role("status").inner_text()
    assert told.startswith(f"Warning signs to look at first: {len(links)}.")


def test_warnings_of_a_spot_are_one_click_away(page: Page) -> None:
    """Folded under it, the gravest first, with their links; nothing lies behind them when the field is emptied."""
    ask(page, "tennis elbow")
    spot = page.locator(".finder-results .symptom-spot").last
    assert spot.locator("a").first.get_attribute("href") == "scalenes.html"
    expect(spot.get_by_text("Never press where you feel a pulse.")).to_be_hidden()
    spot.locator("summary").press("Enter")
    expect(spot.get_by_text("Never press where you feel a pulse.")).to_be_visible()
    kinds = spot.locator(".finder-warnings > div").evaluate_all("all => all.map((box) => box.className)")
    assert kinds == sorted(kinds, key=["emergency", "red-flags", "caution"].index)
    assert {"emergency", "caution"} <= set(kinds)
    assert spot.locator(".finder-warnings a[href]").count() > 0
    page.get_by_label("Where does it hurt?").fill("")
    expect(page.get_by_role("heading", name="Face and jaw")).to_be_visible()
    assert page.locator(".finder-results > *").count() == 0


def test_nothing_found_is_no_comfort(page: Page) -> None:
    """It says nothing about how serious it is, and leads to the safety chapter."""
    ask(page, "zzz")
    expect(page.get_by_role("status")).to_contain_text("That says nothing about how serious it is")
    assert page.locator(".finder-results a").evaluate_all("all => all.map((one) => one.getAttribute('href'))") == [
        "safety.html"
    ]
    assert page.locator(".symptom-spot:visible").count() == 0


def test_every_complaint_can_be_picked(page: Page, complaints: dict[str, Complaint]) -> None:
    """The list under the field holds them all, each finds its own spots; the field says that it finds no diagnosis."""
    options = page.locator("#complaints option").evaluate_all("all => all.map(({ value }) => value)")
    assert options == [complaint.label for complaint in complaints.values()]
    field = page.get_by_label("Where does it hurt?")
    described = page.locator(f"#{field.get_attribute('aria-describedby')}").inner_text()
    assert "This is no diagnosis" in described
    for complaint in complaints.values():
        ask(page, complaint.label)
        assert page.locator(".finder-results .symptom-name").first.inner_text() == complaint.label
        hrefs = page.locator(".finder-results .symptom").first.locator(".symptom-spot > a")
        assert hrefs.evaluate_all("all => all.map((one) => one.getAttribute('href'))") == [
            f"{slug}.html" for slug in complaint.spots
        ]


@pytest.mark.parametrize("width", [360, 1280])
@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_answers_can_be_read_by_everybody(built: Built, browser: Browser, width: int, scheme: Any) -> None:
    """With all kinds of boxes, and open warnings; nothing is wider than the window."""
    page = browser.new_page(
        bypass_csp=True, viewport={"width": width, "height": 800}, color_scheme=scheme, reduced_motion="reduce"
    )
    page.goto((built.html / f"{PAGE}.html").as_uri())
    ask(page, "neck")
    page.locator(".finder-warnings summary").first.click()
    options = {"resultTypes": ["violations"], "rules": {"target-size": {"enabled": True}}}
    result = Axe().run(page, options=options)
    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    page.close()
    assert not result.violations_count, result.generate_report()


def test_links_of_the_finder_lead_somewhere(built: Built) -> None:
    """Those of signs, and those in warnings, which stand in the chapters too; each spot has warnings."""
    script = (built.html / "finder-data.js").read_text("utf-8")
    data = json.loads(script.removeprefix("window.finder=").rstrip(";\n"))
    assert len(data["warnings"]) == 14
    hrefs = [sign["href"] for sign in data["signs"].values()]
    for address, boxes in data["warnings"].items():
        kinds = {kind for kind, *_ in boxes}
        assert "caution" in kinds and kinds & {"red-flags", "emergency"}, address
        for *_, markup in boxes:
            assert "id=" not in markup and len(markup) > 40
            hrefs += [str(link.get("href")) for link in html.fromstring(f"<div>{markup}</div>").iter("a")]
    ids = {path.name: set(re.findall(r'\bid="([^"]+)"', path.read_text("utf-8"))) for path in built.html.glob("*.html")}
    for href in hrefs:
        if "://" not in href:
            file, _, anchor = href.partition("#")
            assert file in ids and (not anchor or anchor in ids[file]), href


def test_words_of_danger_are_known(book: Book) -> None:
    """Every sign has a short name for the index, and words that people type."""
    for sign in book.guidance.signs.values():
        assert sign.short != sign.text, sign.key
        assert sign.typed, sign.key
        assert sign.anchor, sign.key


def test_the_gravest_stand_in_the_safety_chapter(book: Book) -> None:
    """What somebody types in an emergency leads there and not into a chapter about a spot."""
    first = {key for case in TYPED["dangerous"] for key in case["signs"][:1]}
    grave = first - {"neck-after-accident", "dizzy-while-pressing"}
    assert {book.guidance.signs[key].places[0].chapter for key in grave} == {"safety"}


def test_no_claim_is_lost_or_widened(book: Book) -> None:
    """A spot names the complaints that its fact sheet does, and no others."""
    for chapter in book.series:
        assert chapter.metadata.spot and chapter.series
        claims = CLAIMS[chapter.series.number].values()
        assert chapter.metadata.spot.complaints.keys() == {key for keys in claims for key in keys}, chapter.slug


def test_the_risky_spot_is_tried_last(book: Book, complaints: dict[str, Complaint]) -> None:
    """Where another serves; and every complaint has signs for now, before all others."""
    risky = {chapter.slug for chapter in book.series if chapter.metadata.spot and chapter.metadata.spot.risky}
    assert risky == {"scalenes"}
    for complaint in complaints.values():
        assert not risky & set(complaint.spots[:-1]), complaint.key
        urgencies = [sign.urgency for sign in complaint.signs]
        assert urgencies[:1] == ["now"], complaint.key
        assert urgencies == sorted(urgencies, key=URGENCIES.index), complaint.key


def in_pages(text: bytes) -> Callable[[Complaint], str]:
    """How an entry of the index reads in the markup of a web page or of an EPUB's."""
    ids = {str(element.get("id")): element for element in html.fromstring(text).iter()}

    def entry(complaint: Complaint) -> str:
        return " ".join("".join(map(str, ids[f"{PAGE}-{complaint.key}"].itertext())).split())

    return entry


def name_of(complaint: Complaint) -> str:
    """How the index heads an entry."""
    return f"{complaint.label} (also {', '.join(complaint.also)})" if complaint.also else complaint.label


def in_print(built: Built, complaints: Mapping[str, Complaint]) -> Callable[[Complaint], str]:
    """How an entry reads on paper: from its name to the next one's."""
    pdf = subprocess.run(["pdftotext", str(built.of("print")), "-"], capture_output=True, check=True).stdout.decode()
    text = " ".join(pdf[pdf.index("What people complain of,") :].replace("\u2010", "-").split())
    starts, at = [], 0
    for complaint in complaints.values():
        at = text.index(name_of(complaint), at)
        starts.append(at)
        at += len(name_of(complaint))
    entries = {
        key: text[start:end] for key, start, end in zip(complaints, starts, [*starts[1:], len(text)], strict=True)
    }
    return lambda complaint: entries[complaint.key].partition(" References ")[0]


@pytest.mark.parametrize("edition", ["web", "epub", "print"])
def test_the_index_says_the_same(built: Built, complaints: dict[str, Complaint], edition: str) -> None:
    """Ordinary things stand in it by a name that people give them, with signs or the way to them, and spots in rank."""
    if edition == "web":
        entry = in_pages((built.html / f"{PAGE}.html").read_bytes())
    elif edition == "epub":
        with zipfile.ZipFile(built.epub) as archive:
            entry = in_pages(archive.read(next(name for name in archive.namelist() if name.endswith(f"{PAGE}.xhtml"))))
    else:
        entry = in_print(built, complaints)
    for case in TYPED["ordinary"]:
        text = entry(complaints[case["as"]])
        rest = re.split(" Call an ambulance now: | Warning signs first: the same as under ", text, maxsplit=1)[1]
        assert spots([rest]) == case["spots"], text
        assert "page" in rest or edition != "print"
