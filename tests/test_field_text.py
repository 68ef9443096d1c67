"""Fields of a bibliography that look like markup are text in every edition; only addresses of the web are links."""

from __future__ import annotations

import json
import re
import zipfile
from pathlib import Path

import pikepdf
import pytest
from conftest import SKELETON, MakeBook, run_build
from lxml import etree, html

from press.proof.text import pdf_pages

SETTINGS = (SKELETON / "manuscript" / "book.yaml").read_text("utf-8")
CHAPTER = "---\ntitle: A Chapter\n---\n\nTwo references [@bibtex; @json], and addresses [@page; @site].\n"
SCRIPT = "<script>alert(1)</script>"
IMAGE = "<img src=x onerror=alert(2)>"
BIBTEX = rf"""@article{{bibtex,
  author  = {{Doe, Jane {IMAGE}}},
  title   = {{Tom \& Jerry {SCRIPT} a < b}},
  journal = {{Research \& Development}},
  note    = {{Seen & kept: {IMAGE}}},
  annotation = {{Worth {SCRIPT} \& more}},
  year    = {{2000}},
  doi     = {{javascript:alert(4)}}
}}
@online{{page, title = {{A Page}}, url = {{javascript:alert(3)}}, year = {{2000}}}}
"""
SITE = 'https://example.org/?a=1&b="><script>alert(5)</script>'
JSON = json.dumps(
    [
        {
            "id": "json",
            "type": "article-journal",
            "author": [{"family": f"Roe {IMAGE}", "given": "Jo"}],
            "title": f"Cat & Mouse {SCRIPT} c < d &amp; <i onclick='x'>e</i>",
            "container-title": "Search & Rescue",
            "note": f"Lost & found: {IMAGE}",
            "annote": f"Not worth {SCRIPT} & less",
            "issued": "2001",
            "URL": 'https://example.org/?a=1&b="><script>alert(5)</script>',
            "DOI": "data:text/html,<script>alert(6)</script>",
        },
        {"id": "site", "type": "webpage", "title": "A Site", "URL": SITE},
    ]
)
SHOWN = (
    "Tom & Jerry",
    "Cat & Mouse",
    SCRIPT,
    "a < b",
    "c < d &amp;",
    "Research & Development",
    "Search & Rescue",
    SITE,
    "javascript:alert(3)",
)


@pytest.fixture
def editions(small_book: MakeBook) -> Path:
    """The output folder of a book that cites both."""
    own = "bibliography: [bibliography.bib, more.json]\ncitations: {annotations: true}\n"
    root = small_book(
        {
            "manuscript/book.yaml": SETTINGS + own,
            "manuscript/01-first-chapter.md": CHAPTER,
            "bibliography.bib": BIBTEX,
            "more.json": JSON,
        }
    )
    done = run_build("build", "--book", str(root), "--edition", "web", "--edition", "epub", "--edition", "screen")
    assert done.returncode == 0, done.stderr
    assert done.stderr.count("[bibliography-entry]") == done.stderr.count(": warning: ") == 3
    return root / "output"


def check(name: str, page: etree._Element) -> None:
    """No element, attribute or address of a page comes from the fields."""
    for element in page.iter(etree.Element):
        script = element.text or "" if element.tag.rpartition("}")[2] == "script" else ""
        if element.get("type") == "application/ld+json":  # data, in which nothing ends the script or is an address
            assert not re.search(r'<|"@id":"(?!https?://|urn:)|doi\.org', script), name
        else:
            assert "alert(" not in script, name
        for attribute, value in ((str(each), str(value)) for each, value in element.attrib.items()):
            assert not attribute.startswith("on"), f"{name}: {attribute}"
            if attribute in {"href", "src"}:
                assert not re.match(r"\s*(javascript|data):", value), f"{name}: {value}"
                assert "alert(" not in value or value.startswith("https://example.org/"), f"{name}: {value}"
                assert "doi.org" not in value, f"{name}: {value}"


def test_fields_are_text_in_every_edition(editions: Path) -> None:
    """The same words, and not one tag of theirs."""
    pages = {path.name: html.fromstring(path.read_bytes()) for path in (editions / "html").rglob("*.html")}
    with zipfile.ZipFile(next(editions.glob("*.epub"))) as package:
        pages |= {
            f"epub/{name}": etree.fromstring(package.read(name))
            for name in package.namelist()
            if name.endswith(".xhtml")
        }
    texts = {"web": "", "epub": ""}
    for name, page in pages.items():
        check(name, page)
        texts["epub" if name.startswith("epub/") else "web"] += str(page.xpath("string()"))
    pdf = next(path for path in editions.glob("*.pdf") if not path.stem.endswith("-print"))
    texts["screen"] = " ".join(pdf_pages(pdf))
    for edition, text in texts.items():
        words = "".join(text.split())
        for shown in (*SHOWN, f"Worth {SCRIPT} & more", f"Not worth {SCRIPT} & less"):
            assert "".join(shown.split()) in words, f"{edition}: {shown}"
    addresses = pdf_links(pdf)
    assert any(address.startswith("https://example.org/") for address in addresses)
    assert not [address for address in addresses if re.match(r"(?i)javascript|data|https://doi", address)]


def pdf_links(pdf: Path) -> list[str]:
    """The addresses that a PDF links to."""
    with pikepdf.open(pdf) as document:
        return [
            str(annotation.A.URI)
            for page in document.pages
            for annotation in page.obj.get(pikepdf.Name.Annots, pikepdf.Array())
            if pikepdf.Name.A in annotation and pikepdf.Name.URI in annotation.A
        ]
