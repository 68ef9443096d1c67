"""The parts of the book as pages of XHTML, from one template each; an edition puts its own frame around them.

The entry is `make_pages`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import get_args

from markupsafe import Markup

from press import __version__
from press.diagnostics import Report
from press.guidance import Complaint
from press.metadata import ChapterRole
from press.model import Book, Chapter, GeneratedPart, LoggedChange, Part
from press.nodes import Attributed
from press.tree import elements
from press.tree_classes import id_of
from press.writers.xhtml.flavour import Flavour, HrefMaker
from press.writers.xhtml.fragments import Fragments, make_fragments
from press.writers.xhtml.markup import with_changes
from press.writers.xhtml.pictures import Pictures
from press.writers.xhtml.templates import Templates

_ROLES = {"front": "introduction", "body": "chapter", "back": "back-matter"}
"""What a chapter is of which nothing says more."""
_OTHER_NAMES = {"acknowledgements": "acknowledgments"}


@dataclass(frozen=True, slots=True)
class Page:
    """A part of the book, rendered: the contents of an edition's `<main>` or of its chapter section."""

    slug: str
    role: str
    """chapter, preface, appendix, contents, references, index ..."""
    division: str
    title: str
    short_title: str
    body: Markup
    headings: tuple[tuple[str, str], ...] = ()
    """Id and title of the sections of the first level."""
    chapter: Chapter | None = None


@dataclass(frozen=True, slots=True)
class PageSet:
    """All pages of an edition, and the picture files they refer to."""

    pages: tuple[Page, ...]
    files: Mapping[str, bytes]
    fragments: Fragments
    templates: Templates


@dataclass(frozen=True, slots=True)
class ChangeGroup:
    """The changes of one chapter, or of the book as a whole, in one release."""

    title: str
    href: str
    changes: tuple[tuple[LoggedChange, Markup, str], ...]
    """The entry, its text, and the address of its section, or nothing."""


def addresses(book: Book) -> dict[str, str]:
    """Every id of the book and the slug of the page that holds it, notes, calls and references included."""
    found = {part.slug: part.slug for part in book.parts}
    for chapter in book.chapters:
        for node in elements(chapter.tree):
            if identifier := id_of(node):
                found[identifier] = chapter.slug
                found[f"{identifier}-call"] = chapter.slug
    if references := next((p for p in book.parts if isinstance(p, GeneratedPart) and p.role == "references"), None):
        found |= {reference.id: references.slug for reference in book.references}
    for chapter in book.chapters:
        found |= {reference.id: chapter.slug for reference in chapter.references}
    return found


def make_pages(book: Book, flavour: Flavour, report: Report) -> PageSet:
    """Render every part of the book for an edition, in the book's order."""
    templates = Templates(book, flavour, report)
    pictures = Pictures(book, flavour)
    lists = {chapter.slug: _lists(book, chapter, flavour, pictures, templates) for chapter in book.chapters}
    fragments = make_fragments(book, flavour, pictures, lists)
    work = _Parts(book, flavour, templates, pictures, fragments)
    pages = tuple(work.page(part) for part in book.parts if not (isinstance(part, Chapter) and part.is_planned))
    return PageSet(pages, pictures.files, fragments, templates)


def _lists(
    book: Book, chapter: Chapter, flavour: Flavour, pictures: Pictures, templates: Templates
) -> dict[str, Markup]:
    """What the press puts in the place of `::: series-list` and `::: series-map`, where a chapter asks for them."""
    made: dict[str, Markup] = {}
    asked = {name for node in elements(chapter.tree) if isinstance(node, Attributed) for name in node.classes}
    href = _href(flavour, chapter.slug)
    if "series-list" in asked:
        made["series-list"] = templates.render("parts/series-list.html", here=chapter, href=href)
    if "series-map" in asked:
        maps = [(view, pictures.overview(view, book.series, chapter.slug)) for view in pictures.overviews]
        made["series-map"] = templates.render("parts/series-map.html", maps=maps)
    return made


def _href(flavour: Flavour, page: str) -> HrefMaker:
    return lambda identifier: flavour.href(identifier, page)


class _Parts:
    """Renders one edition's parts."""

    def __init__(
        self, book: Book, flavour: Flavour, templates: Templates, pictures: Pictures, fragments: Fragments
    ) -> None:
        self.book = book
        self.flavour = flavour
        self.templates = templates
        self.pictures = pictures
        self.fragments = fragments

    def page(self, part: Part) -> Page:
        """One part."""
        return self._chapter(part) if isinstance(part, Chapter) else self._generated(part)

    def _chapter(self, chapter: Chapter) -> Page:
        role = _role(chapter)
        body = self.templates.render(
            "parts/chapter.html",
            chapter=chapter,
            role=role,
            line=lambda name: self.fragments.lines[f"{chapter.slug}/{name}"],
            body=self.fragments.bodies[chapter.slug],
            notes=() if self.flavour.notes_page else self.fragments.notes[chapter.slug],
            locator=self.pictures.locator(chapter),
            changes=self._changes(chapter.slug, chapter.changes, chapter.slug),
            href=_href(self.flavour, chapter.slug),
        )
        body = Markup(with_changes(body, self.flavour.changed))
        headings = tuple((heading.id, heading.title) for heading in chapter.headings if heading.level == 2)
        return Page(chapter.slug, role, chapter.division, chapter.title, chapter.short_title, body, headings, chapter)

    def _generated(self, part: GeneratedPart) -> Page:
        body = self.templates.render(
            f"parts/{part.role}.html",
            part=part,
            href=_href(self.flavour, part.slug),
            spots={spot.slug: spot for spot in self.book.series},
            safety=self._safety(),
            first_with_signs=self._first_with_signs(),
            figures=[(chapter, chapter.figures) for chapter in self.book.chapters if chapter.figures],
            releases=self._change_groups(part.slug) if part.role == "whats-new" else {},
            version=__version__,
        )
        return Page(part.slug, part.role, part.division, part.title, part.title, body)

    def _safety(self) -> Chapter | None:
        """The first chapter that is about no spot and must name warning signs: the one to send readers to."""
        general = (chapter for chapter in self.book.chapters if not chapter.series)
        return next((chapter for chapter in general if self.book.guidance.is_named_in(chapter.slug)), None)

    def _first_with_signs(self) -> dict[str, Complaint]:
        """The key of a complaint -> the first of the same part of the body with the same signs, which lists them."""
        found = {}
        for part in self.book.guidance.parts:
            firsts: dict[tuple[str, ...], Complaint] = {}
            for complaint in part.complaints:
                found[complaint.key] = firsts.setdefault(tuple(sign.key for sign in complaint.signs), complaint)
        return found

    def _changes(
        self, owner: str, changes: Iterable[LoggedChange], page: str
    ) -> tuple[tuple[LoggedChange, Markup, str], ...]:
        return tuple(
            (
                change,
                self.fragments.lines[f"{owner}/changelog.{number}"],
                self.flavour.href(change.section, page) if change.section else "",
            )
            for number, change in enumerate(changes)
        )

    def _change_groups(self, page: str) -> dict[str, list[ChangeGroup]]:
        """Release, the newest first -> the book's own changes, then each chapter's, newest first within the group."""
        names = [self.book.settings.release.name, *(ledger.since for ledger in self.book.history.ledgers)]
        made: dict[str, list[ChangeGroup]] = {name: [] for name in names}
        logs = [("", self.book.settings.title, self.book.changes)]
        logs += [(chapter.slug, chapter.title, chapter.changes) for chapter in self.book.chapters]
        for slug, title, changes in logs:
            href = self.flavour.href(slug, page) if slug else ""
            shown = self._changes(slug, changes, page)
            releases = self.book.history.entries.get(slug, (names[0],) * len(shown))
            for name in names:
                if own := tuple(change for change, release in zip(shown, releases, strict=True) if release == name):
                    made[name].append(ChangeGroup(title, href, own))
        return {name: groups for name, groups in made.items() if groups}


def _role(chapter: Chapter) -> str:
    """What a chapter is in the book: as it says itself, or its label or its file's name."""
    if chapter.metadata.role:
        return chapter.metadata.role
    if chapter.metadata.label and chapter.division == "back":
        return "appendix"
    name = _OTHER_NAMES.get(chapter.slug, chapter.slug)
    return name if name in get_args(ChapterRole) else _ROLES[chapter.division]
