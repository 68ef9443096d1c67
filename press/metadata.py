"""The settings that authors write as YAML: `book.yaml` and the metadata block of a chapter.

These models are the whole definition: validation, the defaults, and the JSON Schemas in `docs/schema/` come from them.
"""

from __future__ import annotations

import datetime
from typing import Annotated, Literal

from pydantic import Field, StringConstraints, model_validator
from pydantic_core import PydanticCustomError

from press.persons import Contributor, Person
from press.setting_types import Isbn, Line, MarkdownLine, PossiblyEmptyLine, Rank, Settings, Share, Slug


class Subject(Settings):
    """What the book is about, in plain words, or as a classification has it: then with the scheme and its code."""

    name: Line
    scheme: Literal["bisac", "thema"] | None = None
    code: Annotated[str, StringConstraints(pattern=r"^[A-Z0-9]+(-[A-Z0-9]+)*$")] | None = None

    @model_validator(mode="after")
    def _both_or_neither(self) -> Subject:
        if (self.scheme is None) != (self.code is None):
            raise PydanticCustomError("subject", "scheme and code go together")
        return self


class Collection(Settings):
    """The series of books that the book belongs to."""

    name: Line
    position: int | None = Field(default=None, ge=1, description="the number of the book in it")


class Epub(Settings):
    """The EPUB."""

    notes: Literal["chapter", "book"] = Field(
        default="chapter",
        description="where notes are listed: after each chapter or at the end of the book; they pop up in either case",
    )
    isbn: Isbn | None = Field(default=None, description="the EPUB's own ISBN, where the book has several")


class Release(Settings):
    """A dated state of the whole book. Its date is the only clock that a build reads."""

    name: Line
    date: datetime.date


ChangeKind = Literal["publication", "new", "rewrite", "correction", "evidence", "style"]


class Change(Settings):
    """One entry of a changelog."""

    date: datetime.date
    kind: ChangeKind
    text: PossiblyEmptyLine = Field(description="what changed, in Markdown, one line")
    by: Line | None = None
    section: Line | None = Field(default=None, description="the id of the section that changed, such as sec:anatomy")


class Contents(Settings):
    """The order of the book: files of `manuscript/`, and names of parts that the press makes."""

    front: tuple[Line, ...] = ()
    body: tuple[Line, ...] = Field(min_length=1)
    back: tuple[Line, ...] = ()


class View(Settings):
    """One drawing on which spots are marked; spots give places as shares of its width and height."""

    file: Line = Field(description="an SVG file, from manuscript/")
    label: Line = Field(description="how the view is called in a sentence: the front of the body")
    regions: Line | None = Field(
        default=None,
        description="an SVG file of the same size: the view's regions of pain, shapes with their names as ids",
    )


class ComplaintSettings(Settings):
    """Something that readers come with."""

    label: Line = Field(description="what the symptom index calls it: headache")
    also: tuple[Line, ...] = Field(default=(), description="what else people call it, or type: sore head")
    signs: tuple[Slug, ...] = Field(
        default=(), description="keys of red-flags.yaml: what to rule out first, the gravest first"
    )


class BodyPartSettings(Settings):
    """A part of the body, with what readers complain of there."""

    label: Line = Field(description="its heading in the symptom index: Head and face")
    complaints: dict[Slug, ComplaintSettings] = Field(min_length=1)


class Series(Settings):
    """The series that the body's chapters are numbered in."""

    name: Line = Field(description="what one of them is called in full: Perfect Spot")
    short_name: Line = Field(description="what one of them is called in a reference: Spot")
    views: dict[Slug, View] = Field(default_factory=dict)
    complaints: dict[Slug, BodyPartSettings] = Field(
        default_factory=dict, description="parts of the body, in the order of the symptom index, with their complaints"
    )


class Citations(Settings):
    """How citations and references look."""

    style: Line = Field(default="numbered", description="numbered, note, author-date, or a CSL file of the book")
    lists: Literal["book", "chapter", "both"] = Field(
        default="book", description="where references are listed: once for the book, after each chapter, or both"
    )
    nocite: tuple[Line, ...] = Field(
        default=(), description="keys of references that are listed though nothing cites them; * is all"
    )
    annotations: bool = Field(default=False, description="whether the field annote is printed under a reference")


TrimName = Literal["6x9in", "5.5x8.5in", "A5"]


class Print(Settings):
    """The printed book.

    The default of `pages_per_inch` is 0.00225 inches a page, which is common for the white paper of books that are
    printed on demand; a print shop names its own.
    """

    trim: TrimName = Field(default="6x9in", description="the size of a page after cutting")
    crop_marks: bool = Field(default=False, description="whether pages show where they are cut")
    pages_multiple: int = Field(default=2, ge=1, le=64, description="the number of pages is filled up to a multiple")
    pages_per_inch: int = Field(
        default=444,
        ge=100,
        le=2000,
        description="the bulk of the paper as print shops state it (ppi); the width of the spine in inches is the "
        "number of pages divided by it",
    )
    profile: Line | None = Field(
        default=None, description="the ICC profile of the press, from the book's folder; else Ghostscript's is used"
    )


class BookSettings(Settings):
    """The file `manuscript/book.yaml`."""

    title: Line
    subtitle: Line | None = None
    slug: Slug = Field(description="the name of the finished files")
    language: Annotated[str, StringConstraints(pattern=r"^[a-z]{2,3}(-[A-Z]{2})?$")] = "en-US"
    authors: tuple[Person, ...] = Field(min_length=1)
    description: Line
    disclaimer: Line | None = Field(
        default=None,
        description="what the book is not and who has not checked it, in Markdown, one line: it stands on the imprint "
        "and every page of the web edition, ends the EPUB's description, and fills a chapter's ::: disclaimer",
    )
    rights: Line
    license: Line | None = Field(default=None, description="the address of the text's licence")
    publisher: Line | None = None
    url: Annotated[str, StringConstraints(pattern=r"^https?://\S+/$")] | None = Field(
        default=None, description="where the web edition will stand, ending in a slash"
    )
    contributors: tuple[Contributor, ...] = ()
    subjects: tuple[Subject, ...] = ()
    collection: Collection | None = Field(default=None, description="the series of books that this one belongs to")
    isbn: Isbn | None = Field(default=None, description="13 digits, with or without hyphens; shown as they are here")
    release: Release
    contents: Contents
    series: Series | None = None
    citations: Citations = Citations()
    print: Print = Print()
    epub: Epub = Epub()
    bibliography: tuple[Line, ...] = Field(
        default=("bibliography.bib",),
        description="BibTeX, CSL-JSON and CSL YAML files, from the book's folder; the default one may be absent",
    )
    abbreviations: dict[Line, Line] = Field(default_factory=dict, description="abbreviation: expansion")
    changelog: tuple[Change, ...] = ()


class ReferredPain(Settings):
    """Where the pain of a spot is felt, as regions of the views' drawings, for the chapter's map."""

    basis: Literal["tradition", "research"] = Field(description="what the pattern rests on; the legend says so")
    regions: tuple[Slug, ...] = Field(min_length=1, description="where it is usually felt")
    sometimes: tuple[Slug, ...] = Field(default=(), description="where it is sometimes felt")


class SpotPlace(Settings):
    """Where a spot is on the body, for the locator map."""

    short_name: Line
    area: Line = Field(description="what follows the number in the subtitle: the scalene muscles of the neck")
    view: Slug
    x: Share = Field(description="share of the view's width, from the viewer's left")
    y: Share = Field(description="share of the view's height, from the top")
    radius: Share = Field(default=0.012, description="share of the view's height")
    both_sides: bool = True
    where: Line = Field(description="the place in words, for the map's alternative text: on the side of the neck")
    elsewhere: dict[Slug, tuple[Share, Share]] = Field(
        default_factory=dict, description="the same place on other views: x and y"
    )
    complaints: dict[Slug, Rank] = Field(
        default_factory=dict,
        description="what it is good for: a complaint of book.yaml, and the spot's rank under it, 1 to be tried first",
    )
    risky: bool = Field(
        default=False, description="whether pressing it can do harm, so that another spot is to be tried first"
    )
    referred_pain: ReferredPain | None = None


ChapterRole = Literal[
    "dedication", "epigraph", "foreword", "preface", "introduction", "prologue", "chapter", "conclusion", "epilogue",
    "afterword", "appendix", "glossary", "acknowledgments", "credits",
]  # fmt: skip
"""What a part can be in a book, as DPUB-ARIA has it."""


class ChapterMetadata(Settings):
    """The metadata block of a chapter."""

    title: MarkdownLine
    short_title: Line | None = Field(default=None, description="for running heads and menus")
    subtitle: MarkdownLine | None = None
    deck: MarkdownLine | None = Field(default=None, description="one line under the title, in Markdown")
    status: Literal["complete", "planned"] = "complete"
    free: bool = Field(default=False, description="whether the chapter is part of the free sample")
    label: Line | None = Field(default=None, description="what stands before the title: Appendix A")
    role: ChapterRole | None = Field(
        default=None, description="what it is in the book, where its file's name does not say so: 93-glossary.md"
    )
    spot: SpotPlace | None = None
    changelog: tuple[Change, ...] = ()
