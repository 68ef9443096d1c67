"""What the web edition tells machines, its feed, its home page and its downloads, with an address and without."""

from __future__ import annotations

import io
import json
import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from conftest import SKELETON, change_files, load_book
from lxml import etree, html
from playwright.sync_api import Browser

from press.editions import Finished
from press.model import Book
from press.store import Store
from press.writers import web

VNU = Path(__file__).parent / "node_modules" / "vnu-jar" / "build" / "dist" / "vnu.jar"
URL = "https://example.org/spots/"
ATOM = "{http://www.w3.org/2005/Atom}"
SITEMAP = "{http://www.sitemaps.org/schemas/sitemap/0.9}"
HOSTILE = "A book </script><script>document.title = 'broken'</script><!-- & more"
SETTINGS = f"""\
title: Two Spots & More
subtitle: Both worth a try
slug: two-spots
authors: [{{name: Jane Doe, sort_as: "Doe, Jane"}}, {{name: The Group}}]
description: "{HOSTILE}"
rights: © Jane Doe
license: https://creativecommons.org/licenses/by/4.0/
isbn: 978-3-16-148410-0
publisher: A Press
release: {{name: "1.2", date: 2026-03-01}}
contents: {{front: [contents, 00-preface.md], body: [01-neck.md, 02-back.md], back: [references, whats-new]}}
series:
  name: Perfect Spot
  short_name: Spot
  views:
    front: {{file: figures/body.svg, label: the front of the body}}
    back: {{file: figures/body.svg, label: the back of the body}}
changelog:
  - {{date: 2026-03-01, kind: correction, text: "All of it *read again*."}}
  - {{date: 2026-01-01, kind: publication, text: First published.}}
"""
PREFACE = """\
---
title: Preface
changelog: [{date: 2026-01-01, kind: publication, text: First published.}]
---

It says little.
"""
NECK = """\
---
title: The Neck
short_title: Neck
deck: A deck with `</script>` in it.
spot: {short_name: Neck, area: the neck, view: front, x: 0.4, y: 0.2, where: on the side of the neck}
changelog:
  - {date: 2026-02-01, kind: evidence, text: A *trial* came out., section: "sec:trial", by: John Roe}
  - {date: 2026-02-01, kind: correction, text: The same.}
  - {date: 2026-02-01, kind: correction, text: The same.}
  - {date: 2026-01-01, kind: publication, text: First published.}
---

## The Trial {#sec:trial}

It cites [@paper; @book].
"""
BACK = """\
---
title: The Back
short_title: Back
spot: {short_name: Back, area: the back, view: back, x: 0.6, y: 0.4, where: beside the spine}
changelog: [{date: 2026-02-15, kind: publication, text: First published.}]
---

It cites [@book].
"""
REFERENCES = r"""
@article{paper, author = {Roe, Anna}, title = {A Trial of \emph{Something} {\textless}/script{\textgreater}},
  journal = {A Journal}, year = {2020}, doi = {10.1000/a(b)<1::c>2}}
@book{book, author = {van der Berg, Bo and others}, title = {A Book of It}, publisher = {A House}, year = {1999}}
"""
BODY = (
    '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 500 1000">'
    '<path class="contour" d="M200 50 L300 50 L350 950 L150 950 Z"/></svg>'
)
FILES: dict[str, str | bytes | None] = {
    "manuscript/01-first-chapter.md": None,
    "manuscript/00-preface.md": PREFACE,
    "manuscript/01-neck.md": NECK,
    "manuscript/02-back.md": BACK,
    "manuscript/figures/body.svg": BODY,
    "bibliography.bib": REFERENCES,
}
FINISHED = {
    "epub": Finished("epub", "two-spots.epub", 12_345, "ab" * 32),
    "screen": Finished("screen", "two-spots.pdf", 2_000_000, "cd" * 32, {"pages": 12}),
}


@dataclass(frozen=True, slots=True)
class Site:
    """A web edition, and the book that it was made of."""

    folder: Path
    book: Book
    url: str

    def page(self, name: str) -> Any:
        """The tree of a page; what lxml's stubs say of XPath would need a cast at every step."""
        return html.fromstring((self.folder / name).read_bytes())

    def facts(self, name: str) -> Any:
        """What a page says by schema.org."""
        (block,) = self.page(name).xpath("//script[@type='application/ld+json']/text()")
        return json.loads(block)

    def metas(self, name: str, attribute: str = "property") -> dict[str, list[str]]:
        """The contents of a page's meta elements by their names."""
        found: dict[str, list[str]] = {}
        for meta in self.page(name).iter("meta"):
            if key := meta.get(attribute):
                found.setdefault(key, []).append(str(meta.get("content")))
        return found


def make_site(root: Path, store: Store, url: str, files: dict[str, str | bytes | None] | None = None) -> Site:
    """The web edition of the book above, under an address or without one."""
    shutil.copytree(SKELETON, root, dirs_exist_ok=True)
    settings = SETTINGS + (f"url: {url}\n" if url else "")
    change_files(root, {**FILES, "manuscript/book.yaml": settings, **(files or {})})
    book, report = load_book(root, store)
    assert book, list(report)
    web.write(book, root / "html", FINISHED, store, report)
    assert list(report) == []
    return Site(root / "html", book, url)


@pytest.fixture(scope="module")
def addressed(tmp_path_factory: pytest.TempPathFactory, store: Store) -> Site:
    """The site of a book that says where it will stand."""
    return make_site(tmp_path_factory.mktemp("addressed"), store, URL)


@pytest.fixture(scope="module")
def homeless(tmp_path_factory: pytest.TempPathFactory, store: Store) -> Site:
    """The same without an address."""
    return make_site(tmp_path_factory.mktemp("homeless"), store, "")


@pytest.fixture(params=["addressed", "homeless"])
def site(request: pytest.FixtureRequest) -> Site:
    """Both, one after the other."""
    found: Site = request.getfixturevalue(request.param)
    return found


AUTHORS = [
    {"@type": "Person", "name": "Jane Doe", "givenName": "Jane", "familyName": "Doe"},
    {"@type": "Organization", "name": "The Group"},
]


def test_home_says_what_the_book_is(site: Site) -> None:
    facts = site.facts("index.html")
    where = {"@id": URL, "url": URL, "image": f"{URL}share.png"} if site.url else {}
    assert facts == {
        "@context": "https://schema.org",
        "@type": "Book",
        "name": "Two Spots & More",
        "alternativeHeadline": "Both worth a try",
        "description": HOSTILE,
        "inLanguage": "en-US",
        "author": AUTHORS,
        "bookEdition": "1.2",
        "bookFormat": "https://schema.org/EBook",
        "datePublished": "2026-01-01",
        "dateModified": "2026-03-01",
        "isbn": "978-3-16-148410-0",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "publisher": {"@type": "Organization", "name": "A Press"},
        **where,
    }


def test_chapters_say_what_they_are_and_what_they_cite(site: Site) -> None:
    facts = site.facts("neck.html")
    (chapter,) = (one for one in site.book.chapters if one.slug == "neck")
    assert chapter.info
    book = {"@type": "Book", "name": "Two Spots & More"} | ({"@id": URL, "url": URL} if site.url else {})
    where = {"@id": f"{URL}neck.html", "url": f"{URL}neck.html"} if site.url else {}
    assert facts == {
        "@context": "https://schema.org",
        "@type": "Chapter",
        "name": "The Neck",
        "description": "A deck with </script> in it.",
        "inLanguage": "en-US",
        "author": AUTHORS,
        "isPartOf": book,
        "datePublished": "2026-01-01",
        "dateModified": "2026-02-01",
        "license": "https://creativecommons.org/licenses/by/4.0/",
        "position": 1,
        "wordCount": chapter.info.words,
        "citation": [
            {
                "@type": "ScholarlyArticle",
                "@id": "https://doi.org/10.1000/a%28b%29%3C1%3A%3Ac%3E2",
                "name": "A Trial of Something </script>",
            },
            {
                "@type": "Book",
                "name": "A Book of It",
                "author": ["Bo van der Berg"],
                "datePublished": "1999",
            },
        ],
        **where,
    }
    assert [work["name"] for work in site.facts("back.html")["citation"]] == ["A Book of It"]
    assert "citation" not in site.facts("preface.html")
    assert not site.page("part-references.html").xpath("//script[@type]")


def test_chapters_of_the_body_have_highwire_tags(site: Site) -> None:
    tags = {name: found for name, found in site.metas("neck.html", "name").items() if name.startswith("citation_")}
    assert tags == {
        "citation_title": ["The Neck"],
        "citation_author": ["Doe, Jane", "The Group"],
        "citation_publication_date": ["2026/01/01"],
        "citation_inbook_title": ["Two Spots & More"],
        "citation_language": ["en-US"],
        "citation_publisher": ["A Press"],
        "citation_isbn": ["978-3-16-148410-0"],
        **({"citation_fulltext_html_url": [f"{URL}neck.html"]} if site.url else {}),
    }
    for name in ("index.html", "preface.html", "part-references.html", "downloads.html"):
        assert not [key for key in site.metas(name, "name") if key.startswith("citation_")], name


def test_what_is_shared_says_what_it_is(site: Site) -> None:
    kinds = {"index.html": "book", "neck.html": "article", "part-contents.html": "website", "downloads.html": "website"}
    for name, kind in kinds.items():
        shown = site.metas(name)
        assert shown["og:type"] == [kind], name
        assert shown["og:site_name"] == ["Two Spots & More"], name
        assert shown["og:description"] == site.metas(name, "name")["description"], name
        canonical = site.page(name).xpath("//link[@rel='canonical']/@href")
        where = [URL if name == "index.html" else URL + name] if site.url else []
        assert canonical == where == shown.get("og:url", []), name
        assert shown.get("og:image", []) == ([f"{URL}share.png"] if site.url else []), name
    assert site.metas("index.html")["og:title"] == ["Two Spots & More"]
    assert site.metas("neck.html")["og:title"] == ["The Neck"]
    assert site.metas("neck.html")["article:modified_time"] == ["2026-02-01"]
    assert site.metas("downloads.html")["og:title"] == ["Downloads"]


def test_the_picture_to_share_is_the_same_every_time(addressed: Site, homeless: Site, tmp_path: Path) -> None:
    from PIL import Image

    picture = (addressed.folder / "share.png").read_bytes()
    again = make_site(tmp_path / "again", Store(tmp_path / "other-store"), URL)
    assert (again.folder / "share.png").read_bytes() == picture
    assert not (homeless.folder / "share.png").exists()
    with Image.open(io.BytesIO(picture)) as image:
        assert image.size == (1200, 630)
        shown = image.convert("RGB")
    colours = {colour: count for count, colour in shown.crop((540, 0, 1200, 630)).getcolors(600 * 700) or ()}
    assert colours[0xB8, 0x3A, 0x22] > 500, "no spots"
    assert sum(shown.crop((0, 0, 540, 630)).convert("L").histogram()[:60]) > 2000, "no lettering"


def test_no_text_of_the_book_ends_the_data_block(browser: Browser, site: Site) -> None:
    wrong: list[str] = []
    page = browser.new_page()
    page.on("console", lambda message: wrong.append(message.text))
    page.on("pageerror", lambda error: wrong.append(str(error)))
    page.add_init_script("""
      window.refused = [];
      document.addEventListener('securitypolicyviolation', event => refused.push(event.violatedDirective));
    """)
    for name, title in (("index.html", "Two Spots & More – Both worth a try"), ("neck.html", "The Neck – Two Spots")):
        page.goto((site.folder / name).as_uri())
        assert page.title().startswith(title)
        assert page.evaluate("refused") == []
        blocks = page.locator("script[type='application/ld+json']").all()
        assert [json.loads(block.text_content() or "")["@context"] for block in blocks] == ["https://schema.org"]
        assert page.locator("script:not([src])").count() == 1
    page.close()
    assert wrong == []


def test_the_feed_tells_of_every_change(site: Site) -> None:
    feed: Any = etree.parse(site.folder / "feed.xml").getroot()
    assert feed.tag == f"{ATOM}feed"
    assert feed.findtext(f"{ATOM}title") == "Two Spots & More"
    assert feed.findtext(f"{ATOM}updated") == "2026-03-01T00:00:00Z"
    assert [author.findtext(f"{ATOM}name") for author in feed.findall(f"{ATOM}author")] == ["Jane Doe", "The Group"]
    entries = feed.findall(f"{ATOM}entry")
    told = [
        (
            str(entry.findtext(f"{ATOM}updated"))[:10],
            entry.findtext(f"{ATOM}title"),
            entry.findtext(f"{ATOM}content"),
            entry.xpath("a:link/@href", namespaces={"a": ATOM.strip("{}")}),
        )
        for entry in entries
    ]
    home = "" if site.url else "index.html"
    assert told == [
        ("2026-03-01", "Two Spots & More: Corrected", "All of it read again.", [f"{site.url}{home}"]),
        ("2026-02-15", "The Back: Published", "First published.", [f"{site.url}back.html"]),
        ("2026-02-01", "The Neck: New evidence", "A trial came out.", [f"{site.url}neck.html#sec-trial"]),
        ("2026-02-01", "The Neck: Corrected", "The same.", [f"{site.url}neck.html"]),
        ("2026-02-01", "The Neck: Corrected", "The same.", [f"{site.url}neck.html"]),
        ("2026-01-01", "Two Spots & More: Published", "First published.", [f"{site.url}{home}"]),
        ("2026-01-01", "Preface: Published", "First published.", [f"{site.url}preface.html"]),
        ("2026-01-01", "The Neck: Published", "First published.", [f"{site.url}neck.html"]),
    ]
    assert all(re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00Z", date.text or "") for date in feed.iter(f"{ATOM}updated"))
    assert entries[2].findtext(f"{ATOM}author/{ATOM}name") == "John Roe"
    own = feed.xpath("a:link[@rel='self']/@href", namespaces={"a": ATOM.strip("{}")})
    assert own == ([f"{URL}feed.xml"] if site.url else [])
    for name in ("index.html", "neck.html"):
        links = site.page(name).xpath("//link[@rel='alternate'][@type='application/atom+xml']/@href")
        assert links == ["feed.xml"], name


def ids(site: Site) -> list[str]:
    """The ids of a feed: its own and those of its entries."""
    return [str(found.text) for found in etree.parse(site.folder / "feed.xml").iter(f"{ATOM}id")]


def test_ids_of_the_feed_are_unique_and_last(addressed: Site, homeless: Site, tmp_path: Path, store: Store) -> None:
    before = ids(homeless)
    assert len(set(before)) == len(before) == 9
    assert all(re.fullmatch(r"urn:uuid:[0-9a-f-]{36}", one) for one in before)
    assert ids(addressed) == before
    news = "changelog:\n  - {date: 2026-02-20, kind: style, text: News.}\n"
    later = make_site(tmp_path / "later", store, "", {"manuscript/01-neck.md": NECK.replace("changelog:\n", news, 1)})
    assert set(before) < set(ids(later))


def test_a_book_without_changes_has_no_feed(tmp_path: Path, store: Store) -> None:
    bare = {
        name: re.sub(r"changelog:.*?\n(?=---|\Z)", "", text, flags=re.DOTALL)
        for name, text in {**FILES, "manuscript/book.yaml": SETTINGS}.items()
        if isinstance(text, str) and "changelog" in text
    }
    site = make_site(tmp_path / "bare", store, "", {**bare})
    assert not (site.folder / "feed.xml").exists()
    assert "atom" not in (site.folder / "index.html").read_text("utf-8").lower()


def test_the_sitemap_lists_exactly_the_pages(addressed: Site) -> None:
    listed = {
        str(entry.findtext(f"{SITEMAP}loc")): entry.findtext(f"{SITEMAP}lastmod")
        for entry in etree.parse(addressed.folder / "sitemap.xml").getroot()
    }
    pages = {path.name for path in addressed.folder.glob("*.html")}
    assert set(listed) == {URL if name == "index.html" else URL + name for name in pages}
    assert listed[f"{URL}neck.html"] == "2026-02-01"
    assert listed[URL] == "2026-03-01"
    for name in pages:
        assert addressed.page(name).xpath("string(//link[@rel='canonical']/@href)") in listed, name
    assert f"Sitemap: {URL}sitemap.xml" in (addressed.folder / "robots.txt").read_text("utf-8").splitlines()


def test_without_an_address_nothing_has_one(homeless: Site) -> None:
    names = {path.name for path in homeless.folder.iterdir()}
    assert not names & {"sitemap.xml", "robots.txt", "share.png"}
    known = r"https://(?:schema\.org|doi\.org/|creativecommons\.org/)|http://www\.w3\.org/"
    for path in homeless.folder.rglob("*"):
        if path.suffix in (".html", ".xml", ".js", ".css", ".svg"):
            text = path.read_text("utf-8")
            assert "example.org" not in text, path.name
            if path.suffix != ".js":
                assert not re.findall(rf"(?!{known})\bhttps?://\S*", text), path.name


def test_spots_of_the_map_are_reached_by_keyboard(browser: Browser, site: Site) -> None:
    page = browser.new_page()
    page.goto((site.folder / "index.html").as_uri())
    nodes = page.context.new_cdp_session(page).send("Accessibility.getFullAXTree")["nodes"]
    named = [node["name"]["value"] for node in nodes if node.get("role", {}).get("value") == "link" and "name" in node]
    spots = ["Spot No. 1: Neck, on the side of the neck", "Spot No. 2: Back, beside the spine"]
    assert [name for name in named if name.startswith("Spot No.")] == spots
    page.locator(".home-start a").last.focus()
    for spot in spots:
        page.keyboard.press("Tab")
        assert page.evaluate("document.activeElement.querySelector('title').textContent") == spot
        assert page.evaluate("getComputedStyle(document.activeElement).outlineStyle") == "solid"
    page.keyboard.press("Enter")
    page.wait_for_url("**/back.html")
    page.close()


def test_home_opens_the_book(site: Site) -> None:
    root = site.page("index.html")
    (cover,) = root.find_class("home-cover")
    assert cover.get("aria-label") == "Cover of Two Spots & More"
    assert "Two Spots" in " ".join(cover.itertext())
    assert root.xpath("//a[contains(@class, 'button')]/@href") == ["preface.html"]
    (news,) = root.find_class("home-news")
    assert news.xpath(".//li/a/@href") == ["index.html", "back.html", "neck.html#sec-trial"]
    ways = [(link.text, link.get("href")) for link in news.find_class("news-ways")[0].iter("a")]
    assert ways == [("All changes", "part-whats-new.html"), ("Feed of changes (Atom)", "feed.xml")]
    (downloads,) = root.find_class("home-downloads")
    assert downloads.xpath(".//a/@href") == ["../two-spots.epub", "../two-spots.pdf"]


def test_chapters_that_came_out_with_the_book_are_no_news(homeless: Site) -> None:
    told = [" ".join(item.text_content().split()) for item in homeless.page("downloads.html").xpath("//li[a/@class]")]
    assert len(told) == 6
    assert not [line for line in told if line.startswith(("Preface", "The Neck First"))]
    assert told[-1] == "Two Spots & More First published. Published, January 1, 2026"


def test_downloads_say_what_each_file_is(site: Site) -> None:
    sections = {one.get("aria-labelledby"): one for one in site.page("downloads.html").find_class("download")}
    assert list(sections) == ["download-epub", "download-screen"]
    labels = site.book.labels
    words = sum(chapter.info.words for chapter in site.book.chapters if chapter.info)
    lengths = {"epub": ("Words", str(words)), "screen": ("Pages", "12")}
    for name, finished in FINISHED.items():
        section = sections[f"download-{name}"]
        assert section.findtext("p") == labels[f"{name}_for"]
        terms = [term.text_content() for term in section.iter("dt")]
        said = dict(zip(terms, (detail.text_content() for detail in section.iter("dd")), strict=True))
        assert said == {
            "File": finished.file,
            "Release": "1.2, March 1, 2026",
            "Size": f"{-(-finished.size // 1000):,} kB",
            lengths[name][0]: lengths[name][1],
            "SHA-256": finished.sha256,
        }
        assert section.xpath(".//a/@href") == [f"../{finished.file}"]


def test_every_download_has_its_sentence(site: Site) -> None:
    for name in web.EDITION.needs:
        assert site.book.labels[f"{name}_for"].endswith("."), name


def test_the_nu_checker_finds_no_error(addressed: Site) -> None:
    pages = [str(addressed.folder / name) for name in ("index.html", "downloads.html", "neck.html")]
    command = ["java", "-Xss16m", "-jar", str(VNU), "--skip-non-html", "--format", "json", *pages]
    run = subprocess.run(command, capture_output=True, text=True, check=False)
    messages = json.loads(run.stderr)["messages"]
    serious = [one for one in messages if one["type"] != "info" or one.get("subType") == "warning"]
    assert [one["message"] for one in serious if "Content Security" not in one["message"]] == []
