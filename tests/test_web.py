"""The web edition of the real book, as its readers and the independent checkers see it.

The fixture `web_folder` gives the folder of the built edition, with the other editions beside it.
"""

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
from urllib.parse import unquote, urlsplit

import pytest
from lxml import etree, html

VNU = Path(__file__).parent / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")
RESOURCES = (("script", "src"), ("img", "src"), ("source", "src"), ("iframe", "src"), ("use", "href"))
LINKED = ("stylesheet", "icon", "preload", "modulepreload", "manifest")

Pages = Mapping[str, etree._Element]


@pytest.fixture(scope="module")
def pages(web_folder: Path) -> Pages:
    """The name and the tree of every page."""
    found = {path.name: html.fromstring(path.read_bytes()) for path in sorted(web_folder.glob("*.html"))}
    assert "index.html" in found
    return found


def classed(root: etree._Element, name: str) -> list[etree._Element]:
    """The elements of a class."""
    return [element for element in root.iter() if name in (element.get("class") or "").split()]


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
            if not (web_folder / target).is_file() or (
                parts.fragment and unquote(parts.fragment) not in ids[target]
            ):
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
        assert policy.startswith("default-src 'none';") and "unsafe" not in policy, name
        assert not list(root.iter("style")), name
        for element in root.iter():
            assert element.get("style") is None, (name, element.tag)
            assert not [key for key in element.attrib if str(key).startswith("on")], (name, element.tag)
            assert element.tag != "script" or (element.get("src") and not element.text), name


def test_notes_pair_with_their_calls(pages: Pages) -> None:
    for name, root in pages.items():
        calls = {call.get("href"): call.get("id") for call in classed(root, "note-call")}
        notes = classed(root, "note")
        assert sorted(calls) == sorted(f"#{note.get('id')}" for note in notes), name
        for note in notes:
            (back,) = classed(note, "note-number")
            assert back.get("href") == f"#{calls['#' + str(note.get('id'))]}", name


def test_notes_run_from_one(pages: Pages) -> None:
    """The chapter's own notes have numbers, those of shared text letters, each in the order of the calls."""
    for name, root in pages.items():
        called = [call.text_content() for call in classed(root, "note-call")]
        assert called == [number.text_content() for number in classed(root, "note-number")], name
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


def test_one_can_walk_through_the_book(pages: Pages) -> None:
    """From the home page, the links to what comes next lead through every page but the downloads, and back."""
    walked = ["index.html"]
    while following := _related(pages[walked[-1]], "next"):
        assert following not in walked
        walked.append(following)
    assert _related(pages[walked[1]], "prev") == "index.html" or "part-contents.html" in pages
    for previous, page in zip(walked[1:], walked[2:], strict=False):
        assert _related(pages[page], "prev") == previous


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
    assert [found for found in messages if found["type"] != "info" or found.get("subType") == "warning"] == []


def test_lychee_finds_no_dead_link(web_folder: Path) -> None:
    lychee = shutil.which("lychee", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    assert lychee, "lychee is not installed"
    command = [lychee, "--offline", "--include-fragments", "--no-progress", str(web_folder)]
    run = subprocess.run(command, capture_output=True, text=True, check=False, cwd=web_folder)
    assert run.returncode == 0, run.stdout


def test_axe_finds_no_violation(web_folder: Path, pages: Pages) -> None:
    """Every page, light and dark, on a phone and on a desk."""
    from axe_playwright_python.sync_playwright import Axe
    from playwright.sync_api import sync_playwright

    axe = Axe()
    found = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for scheme in ("light", "dark"):
            for width in (360, 1280):
                context = browser.new_context(
                    color_scheme=scheme, viewport={"width": width, "height": 800}, bypass_csp=True
                )
                page = context.new_page()
                for name in pages:
                    page.goto((web_folder / name).as_uri())
                    result = axe.run(page, options={"resultTypes": ["violations"]})
                    overflow = page.evaluate("document.documentElement.scrollWidth - innerWidth")
                    if overflow > 0:
                        found.append(f"{name} {scheme} {width}: {overflow} px too wide")
                    if result.violations_count:
                        found.append(f"{name} {scheme} {width}: {result.generate_report()}")
                context.close()
        browser.close()
    assert not found, "\n".join(found)
