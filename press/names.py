"""Every name that an edition uses: of its pages, and of the places on them. No two things have the same.

A chapter's page is called by its file, in whatever script. A page of the press's own gives way to it with a number; but
where readers know that page from a release, the chapter does. What is released, and what authors chose, comes before
the ids that the press gives. `Names` says what is known by now, and `Register` takes further names.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path
from urllib.parse import quote

from press.letters import short_hash

HOME = "index"
"""The page that servers show at the root of a site: no other can have its name."""
PAGES = (HOME, "search", "downloads", "errata", "cover", "title-page", "imprint", "nav", "part-notes")
"""The press's own pages in any edition, beside parts of the book and lists of changes."""
PLACES = {"title-page": "the title page", "imprint": "the imprint"}
"""Those of them that are places too, in editions of one piece. Parts of the book are as well."""

_CHANGES_SINCE = "changes-since-"
_FRAME = {
    "main": "the main part of each page",
    "reading-settings": "the settings of the web edition",
    "preview-frame": "the previews of the web edition",
    "press-problems": "the problems in the preview",
}
_SECTIONS = {
    "notes": "the list of notes",
    "references": "the list of references",
    "whats-new": "the list of changes",
    "local-contents": "the list of sections",
}
_FAMILIES = {r"citation-\d+": "citations", r"index-\d+": "index marks", r"note-[0-9a-f]{8}(-\d+)?(-call)?": "notes"}
"""What follows the slug of a chapter in ids that the press gives, and what has them."""
_OTHER_FAMILIES = {
    r"p-[0-9a-f]{8}(-\d+)?": "paragraphs",
    r"part-index-entry-[0-9a-f]{8}": "entries of the index",
    r"pagebreak-(\d+|[ivxlc]+)": "the pages of the print edition",
}
_XML_NAME = re.compile(
    "[-.0-9A-Z_a-z\u00b7\u00c0-\u00d6\u00d8-\u00f6\u00f8-\u037d\u037f-\u1fff\u200c\u200d\u203f\u2040\u2070-\u218f"
    "\u2c00-\u2fef\u3001-\ud7ff\uf900-\ufdcf\ufdf0-\ufffd\U00010000-\U000effff]+"
)
_NO_START = re.compile("[-.0-9\u00b7\u0300-\u036f\u203f\u2040]")


def is_xml_name(text: str) -> bool:
    """Whether a text can be an id in XML: an NCName (Namespaces in XML 1.0, section 3)."""
    return bool(_XML_NAME.fullmatch(text)) and not _NO_START.match(text)


def slugify(text: str) -> str:
    """A text as a part of a name: lower case, with hyphens."""
    return _hyphenated(text.lower(), "_") or "section"


def chapter_slug(file: str) -> str:
    """What a chapter is called by its file: `manuscript/04-scalenes.md` is `scalenes`."""
    slug = _hyphenated(re.sub(r"^\d+[-_. ]+", "", Path(file).stem.lower()))
    return slug if slug[:1].isalpha() else f"chapter-{slug}".rstrip("-")


def _old_slug(file: str) -> str:
    """What it was called in releases made when slugs kept the letters from a to z only."""
    name = re.sub(r"^\d+-", "", Path(file).stem.lower())
    slug = re.sub(r"[^a-z0-9]+", "-", name).strip("-")
    return slug if slug[:1].isalpha() else f"chapter-{slug}"


def _release_slug(name: str) -> str:
    """The name of a release as a part of an address."""
    kept = (character if _is_kept(character, "._-") else " " for character in _composed(name))
    return re.sub(r"\s+", "-", "".join(kept))


def _hyphenated(text: str, also: str = "") -> str:
    """A text with one hyphen in the place of all between its words."""
    kept = (character if _is_kept(character, also) else " " for character in _composed(text))
    return "-".join("".join(kept).split())


def _is_kept(character: str, also: str) -> bool:
    """Whether a character is a letter or a digit of any script, or a mark on one, and may stand in an id."""
    is_letter = character.isalnum() or unicodedata.category(character).startswith("M")
    return character in also or (is_letter and bool(_XML_NAME.match(character)))


def _composed(text: str) -> str:
    """A text in the form that all file systems keep."""
    return unicodedata.normalize("NFC", text)


def ascii_name(slug: str) -> str:
    """What a page's file is called in an EPUB: old reading systems know no letters but those of ASCII."""
    return slug if slug.isascii() else f"page-{short_hash(slug)}"


def web_address(slug: str) -> str:
    """The address of a page of the web edition, seen from its root."""
    return quote(f"{slug}.html")


def call_of(note: str) -> str:
    """The id of the call of a note."""
    return f"{note}-call"


@dataclass(frozen=True, slots=True)
class Names:
    """The names of a book, as far as they are given."""

    slugs: frozenset[str] = frozenset()
    """Of the chapters and the other parts of the book."""
    pages: Mapping[str, str] = field(default_factory=dict)
    """The press's own pages, each by the name that it has where that is free -> its slug; see `own_pages`."""
    places: Mapping[str, str] = field(default_factory=dict)
    """The press's own places, likewise -> their ids."""
    uses: Mapping[str, str] = field(default_factory=dict)
    """Ids that the press uses -> what for; those of `use_of` come besides."""
    taken: frozenset[str] = frozenset()
    """Every id by now."""

    def changes_since(self, release: str) -> str:
        """The slug of the page that tells what changed since a release."""
        return self.pages[_CHANGES_SINCE + release]

    def use_of(self, identifier: str) -> str:
        """What the press uses an id for; most it does not."""
        if identifier in self.uses:
            return self.uses[identifier]
        listed = re.fullmatch("(.+)-(ref-.+)", identifier)
        if listed and listed[1] in self.slugs and listed[2] in self.uses:
            return self.uses[listed[2]]
        for pattern, what in _FAMILIES.items():
            found = re.fullmatch(f"(.+)-{pattern}", identifier)
            if found and found[1] in self.slugs:
                return f'{what} of "{found[1]}"'
        return next((what for pattern, what in _OTHER_FAMILIES.items() if re.fullmatch(pattern, identifier)), "")


Forms = Callable[[str], Iterable[str]]
"""All names that go with a name."""


class Register:
    """Takes names, none of them twice."""

    def __init__(self, names: Names, more: Iterable[str] = ()) -> None:
        self._names = names
        self.taken = {*names.taken, *more}

    @property
    def names(self) -> Names:
        """The names with all that were taken."""
        return replace(self._names, taken=frozenset(self.taken))

    def take(self, wanted: str, forms: Forms = lambda name: (name,), besides: Names | None = None) -> str:
        """Take the name that is wanted, or the first free one that is made of it and a number.

        What the press uses, as the names `besides` say, is not free.
        """
        name, number = wanted, 1
        while not self.taken.isdisjoint(forms(name)) or (besides and besides.use_of(name)):
            number += 1
            name = f"{wanted}-{number}"
        self.taken.update(forms(name))
        return name


def with_call(note: str) -> tuple[str, str]:
    """The id of a note and that of its call."""
    return note, call_of(note)


def own_pages(roles: Iterable[str], releases: Iterable[str]) -> dict[str, str]:
    """The press's own pages, and their slugs where these are free: of the parts that contents can list, and others."""
    made = {name: name for name in (*PAGES, *map(part_page, roles))}
    return made | {_CHANGES_SINCE + name: _CHANGES_SINCE + _release_slug(name) for name in releases}


def part_page(role: str) -> str:
    """The name of the page of a part that the press makes."""
    return f"part-{role}"


def complaint_place(key: str) -> str:
    """The place of a complaint in the symptom index."""
    return f"part-symptom-index-{key}"


def name_pages(
    chapters: Mapping[str, str], own: Mapping[str, str], released: Mapping[str, str] | None, ids: Iterable[str]
) -> tuple[dict[str, str], dict[str, str]]:
    """The slugs of the chapters by their files, and those of the press's own pages.

    `chapters` has the titles of the chapters. `released` has the slugs that chapters ever had in releases, with their
    titles; it is None where there was no release. `ids` are those of the places in releases.
    """
    register = Register(Names())
    known = released or {}
    kept = [page for page, slug in own.items() if page == HOME or (released is not None and slug not in known)]
    pages = {page: register.take(own[page], _file_names) for page in kept}
    register.taken.update(ids)
    slugs: dict[str, str] = {}
    for file, title in chapters.items():  # those that readers know come first
        same = (slug for slug in _known_slugs(file, known) if known[slug] == title and slug not in register.taken)
        if slug := next(same, ""):
            slugs[file] = register.take(slug, _file_names)
    for file in chapters:
        if file not in slugs:
            before, now = _old_slug(file), chapter_slug(file)
            stays = before in known and now not in known and before not in register.taken
            slugs[file] = register.take(before if stays else now, _file_names)
    return slugs, {page: pages.get(page) or register.take(slug, _file_names) for page, slug in own.items()}


def _known_slugs(file: str, known: Iterable[str]) -> list[str]:
    """The slugs of released chapters that a file may have had, the plain one first."""
    own = re.compile(rf"{re.escape(chapter_slug(file))}(-\d+)?")
    found = (slug for slug in known if slug == _old_slug(file) or own.fullmatch(slug))
    return sorted(found, key=lambda slug: (len(slug), slug))


def _file_names(slug: str) -> set[str]:
    return {slug, ascii_name(slug)}


def places_of_chapters(slugs: Iterable[str]) -> dict[str, str]:
    """The places that the press makes in chapters and on every page, with what they are."""
    made = dict(_FRAME)
    for slug in slugs:
        made |= {f"{slug}-{name}": f'{what} of "{slug}"' for name, what in _SECTIONS.items()}
        made[f"map-{slug}"] = f'the map of "{slug}"'
    return made
