"""What stands in places of its own kind comes out in every edition, as it does elsewhere."""

from __future__ import annotations

import re
from pathlib import Path

import pikepdf
import pypandoc
import pypdfium2
import pytest
from conftest import MakeBook, change_files, load_book
from test_cases import SETTINGS

from press.diagnostics import Report
from press.model import Book
from press.store import Store
from press.writers import screen
from press.writers.paged.maths import draw_formulas
from press.writers.xhtml.flavour import EditionName, Flavour
from press.writers.xhtml.pages import addresses, make_pages

EDITIONS: tuple[EditionName, ...] = ("web", "epub", "screen")
TWO = SETTINGS.replace("[case.md]", "[case.md, other.md]")


def loaded(make_book: MakeBook, store: Store, files: dict[str, str]) -> Book:
    """The resolved book of some files, without a mistake."""
    root = make_book({"bibliography.bib": None, "manuscript/01-first-chapter.md": None})
    change_files(root, {"manuscript/book.yaml": SETTINGS, **files})
    book, report = load_book(root, store)
    assert book and not len(report), report.render("text")
    return book


def body(book: Book, edition: EditionName, slug: str = "case") -> str:
    """The text of a chapter in an edition."""
    suffix = "" if edition == "screen" else ".html"
    return str(make_pages(book, Flavour(edition, suffix, addresses(book)), Report()).fragments.bodies[slug])


@pytest.mark.parametrize(
    "include",
    [
        '> ::: {.include src="shared/s.md" .once}\n> :::\n',
        '- ::: {.include src="shared/s.md" .once}\n  :::\n',
        '+---------------------------------------+\n| ::: {.include src="shared/s.md" .once}|\n'
        "| :::                                   |\n+---------------------------------------+\n",
        'Term\n:   ::: {.include src="shared/s.md" .once}\n    :::\n',
    ],
    ids=["quotation", "item", "cell", "definition"],
)
def test_text_that_is_shared_once_is_pointed_to_wherever_it_stands(
    small_book: MakeBook, store: Store, include: str
) -> None:
    """Editions read from front to back have the text in its home, and a pointer in the other place."""
    files = {
        "manuscript/book.yaml": TWO,
        "manuscript/case.md": '---\ntitle: A Case\n---\n::: {.include src="shared/s.md"}\n:::\n',
        "manuscript/other.md": f"---\ntitle: Other\n---\n{include}",
        "manuscript/shared/s.md": "---\ntitle: S\n---\nShared words.\n",
    }
    book = loaded(small_book, store, files)
    for edition in EDITIONS:
        assert "Shared words." in body(book, edition)
        assert ("Shared words." in body(book, edition, "other")) == (edition == "web")
        assert ("shared-pointer" in body(book, edition, "other")) == (edition != "web")


def test_soft_hyphens_are_for_the_eye_only(small_book: MakeBook, store: Store, tmp_path: Path) -> None:
    """The text has them; titles, bookmarks, terms and other data have not."""
    long = "Donau\u00addampf\u00adschiff"
    files = {
        "manuscript/book.yaml": TWO.replace("title: Cases", f"title: {long}"),
        "manuscript/case.md": f"---\ntitle: Das {long}\n---\n## Ein {long}\n\nAm [{long}]{{.index}} im {long}.\n",
        "manuscript/other.md": f'---\ntitle: Other\nshort_title: {long}\n---\n[x]{{.index entry="{long}"}}\n',
    }
    book = loaded(small_book, store, files)
    assert f"im {long}." in body(book, "web") and f"Ein {long}</h2>" in body(book, "web")
    assert book.settings.title == "Donaudampfschiff"
    assert [chapter.short_title for chapter in book.chapters] == ["Das Donaudampfschiff", "Donaudampfschiff"]
    assert [heading.title for heading in book.chapters[0].headings] == ["Ein Donaudampfschiff"]
    assert [(entry.term, len(entry.marks)) for entry in book.index] == [("Donaudampfschiff", 2)]
    screen.EDITION.write(book, tmp_path / "x.pdf", {}, store, Report())
    with pikepdf.open(tmp_path / "x.pdf") as made, made.open_outline() as outline:
        titles = [item.title for one in outline.root for item in (one, *one.children)]
    assert "Ein Donaudampfschiff" in titles and "Das Donaudampfschiff" in titles
    assert "\u00ad" not in "".join(titles)


def test_a_figure_without_a_short_title_is_listed_by_its_caption(small_book: MakeBook, store: Store) -> None:
    """By its first sentence; before the caption itself stands the label only."""
    picture = "(figures/dot.svg){alt='A dot'}"
    files = {
        "manuscript/book.yaml": SETTINGS.replace("body: [case.md]", "body: [case.md], back: [list-of-figures]"),
        "manuscript/case.md": f"---\ntitle: A Case\n---\n![The *one* caption. Goes on.]{picture}\n\n![Two]{picture}\n",
    }
    book = loaded(small_book, store, files)
    assert [figure.title for figure in book.chapters[0].figures] == ["The one caption", "Two"]
    assert '<span class="figure-label">Figure 1.1.</span> The <em>one</em> caption. Goes on.' in body(book, "web")
    pages = make_pages(book, Flavour("web", ".html", addresses(book)), Report())
    assert "The one caption" in next(page.body for page in pages.pages if page.slug == "part-list-of-figures")


@pytest.mark.parametrize("tex", [r"5\text{-}8", r"\text{a & b < c}", r"a < b \& c"])
def test_signs_in_a_formula_are_drawn(tex: str) -> None:
    """What stands for a sign of markup is none."""
    mathml = pypandoc.convert_text(f"${tex}$", "html", format="markdown", extra_args=["--mathml"])
    markup, files = draw_formulas(mathml)
    assert len(files) == 1 and "<img" in markup


def test_parts_say_what_they_are(small_book: MakeBook, store: Store) -> None:
    """By their file's name, their label, or a setting."""
    parts = {
        "00-dedication": "", "01-safety": "", "02-intro": "role: introduction\n", "case": "", "93-glossary": "",
        "94-acknowledgements": "", "95-a": "label: Appendix A\n", "96-about": "", "97-after": "role: afterword\n",
    }  # fmt: skip
    names = [f"{name}.md" for name in parts]
    contents = f"contents: {{front: [{', '.join(names[:3])}], body: [case.md], back: [{', '.join(names[4:])}]}}\n"
    files = {f"manuscript/{name}.md": f"---\ntitle: Title\n{more}---\nText.\n" for name, more in parts.items()} | {
        "manuscript/book.yaml": SETTINGS.replace("contents: {body: [case.md]}\n", contents)
    }
    book = loaded(small_book, store, files)
    pages = make_pages(book, Flavour("epub", ".xhtml", addresses(book)), Report()).pages
    assert [page.role for page in pages] == [
        "dedication", "introduction", "introduction", "chapter", "glossary", "acknowledgments", "appendix",
        "back-matter", "afterword",
    ]  # fmt: skip
    flavour = Flavour("epub", ".xhtml", {})
    for page in pages:
        role = re.search(r'role="doc-([a-z]+)"', flavour.semantics(page.role))
        assert page.role == "back-matter" if role is None else role[1] == page.role


def test_the_index_is_in_order_letter_by_letter(small_book: MakeBook, store: Store) -> None:
    """In every edition, spaces and signs are passed over."""
    terms = ["newborn", "new moon", "New-York", "newt", "Éclair", "eclipse", "“E”-bow", "new"]
    marks = " ".join(f"[{term}]{{.index}}" for term in terms)
    files = {
        "manuscript/book.yaml": SETTINGS.replace("body: [case.md]", "body: [case.md], back: [index]"),
        "manuscript/case.md": f"---\ntitle: A Case\n---\n{marks}\n",
    }
    book = loaded(small_book, store, files)
    ordered = ["“E”-bow", "Éclair", "eclipse", "new", "newborn", "new moon", "newt", "New-York"]
    assert [entry.term for entry in book.index] == ordered
    for edition in EDITIONS:
        pages = make_pages(book, Flavour(edition, "" if edition == "screen" else ".html", addresses(book)), Report())
        page = next(str(page.body) for page in pages.pages if page.slug == "part-index")
        places = [page.index(f">{term}<") if f">{term}<" in page else page.index(term) for term in ordered]
        assert places == sorted(places)


def test_parts_stand_in_the_order_of_book_yaml_on_paper_too(small_book: MakeBook, store: Store, tmp_path: Path) -> None:
    """A dedication before the contents, a list of figures behind the text."""
    contents = "{front: [dedication.md, contents, preface.md], body: [case.md], back: [list-of-figures]}"
    figure = "\n\n![A caption.](figures/dot.svg){#fig:a alt='A dot'}\n"
    files = {
        "manuscript/book.yaml": SETTINGS.replace("{body: [case.md]}", contents),
        "manuscript/dedication.md": "---\ntitle: Dedication\n---\nTo Ann, and see @fig:a.\n",
        "manuscript/preface.md": "---\ntitle: Preface\n---\nFirst words.\n",
        "manuscript/case.md": f"---\ntitle: A Case\n---\nThe text. {figure}",
    }
    book = loaded(small_book, store, files)
    report = Report()
    screen.EDITION.write(book, tmp_path / "x.pdf", {}, store, report)
    assert not len(report), report.render("text")
    document = pypdfium2.PdfDocument(tmp_path / "x.pdf")
    pages = [
        (document.get_page_label(number), " ".join(document[number].get_textpage().get_text_range().split()))
        for number in range(len(document))
    ]
    document.close()
    found = [next(label for label, text in pages if words in text) for words in ("To Ann", "The text", "First words")]
    order = [next(number for number, (_, text) in enumerate(pages) if words in text) for words in (
        "To Ann", "Dedication . .", "First words", "The text", "A caption . .",
    )]  # fmt: skip
    assert order == sorted(order) and len(set(order)) == 5
    assert found == ["iii", "2", "1"]
    assert "Figure 1.1 (page 2)" in pages[order[0]][1]
    assert re.search(r"Dedication[ .]+iii", pages[order[1]][1]) and re.search(r"A caption[ .]+2", pages[order[4]][1])
