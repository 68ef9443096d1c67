"""The symptom finder in a browser, from a disk, and what it says before a reader goes to a spot."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator

import pytest
from conftest import Built
from playwright.sync_api import Page, expect, sync_playwright

CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")


@pytest.fixture(scope="module")
def page(built: Built) -> Iterator[Page]:
    """The symptom index of the real book."""
    with sync_playwright() as engine:
        browser = engine.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        page = browser.new_page()
        page.goto((built.html / "part-symptom-index.html").as_uri())
        yield page
        browser.close()


def shown(page: Page) -> list[str]:
    """The complaints to be seen."""
    return page.locator(".symptoms dt:visible").all_inner_texts()


def test_a_complaint_finds_its_spots_and_their_warnings(page: Page) -> None:
    """By any of its words, typed in any case and with any accents; the gravest warnings come first."""
    everything = shown(page)
    field = page.get_by_label("Where does it hurt?")
    field.fill("ELBOW ténnis")
    expect(page.get_by_role("status")).to_have_text("Complaints that fit: 1")
    assert shown(page) == ["tennis elbow"]
    spots = page.locator(".symptoms dd:visible")
    assert spots.locator("a").first.get_attribute("href") == "scalenes.html"
    for spot in spots.all():
        labels = spot.locator(".block-label").all_inner_texts()
        ranks = [["Call an ambulance now", "See a doctor", "Caution"].index(label) for label in labels]
        assert ranks == sorted(ranks)
        assert {0, 1} <= set(ranks)
    assert "Never press where you feel a pulse." in spots.first.inner_text()
    field.fill("zzz")
    expect(page.get_by_role("status")).to_contain_text("That says nothing about how serious it is")
    assert shown(page) == []
    field.fill("")
    expect(page.locator(".symptoms dt:visible")).to_have_count(len(everything))
    assert page.locator(".finder-warnings").count() == 0


def test_every_complaint_can_be_picked(page: Page) -> None:
    """The list under the field holds all of them; the field says that it finds no diagnosis."""
    options = page.locator("#complaints option").evaluate_all("all => all.map(({ value }) => value)")
    assert options == shown(page)
    field = page.get_by_label("Where does it hurt?")
    described = page.locator(f"#{field.get_attribute('aria-describedby')}").inner_text()
    assert "This is no diagnosis" in described


def test_every_spot_has_warnings(built: Built) -> None:
    """Each spot of the index can say when it is to be left alone."""
    script = (built.html / "finder-data.js").read_text("utf-8")
    warnings = json.loads(script.removeprefix("window.warnings=").rstrip(";\n"))
    assert len(warnings) == 14
    for address, boxes in warnings.items():
        kinds = {kind for kind, _, _ in boxes}
        assert "caution" in kinds and kinds & {"red-flags", "emergency"}, address
        for _, _, markup in boxes:
            assert "<a" not in markup and "id=" not in markup
            assert len(markup) > 40
