"""The web edition: a folder of static pages that needs no server, no script, and nothing from outside.

The entry is `EDITION`. The pages' markup is in `templates/web/`; the stylesheet is put together from the
fonts, the looks of the drawings, and `templates/web/web.css`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from markupsafe import Markup

from press.diagnostics import Position, Report
from press.editions import Edition, Finished
from press.model import Book, GeneratedPart
from press.store import Store, digest, write_file
from press.tree_text import plain_text
from press.writers.fonts import book_fonts, font_face_css, font_licence
from press.writers.site.changes import CHANGES_SINCE, ERRATA, ChangePages
from press.writers.site.citing import ChapterCitation, chapter_citation
from press.writers.site.downloads import OFFERED, downloads
from press.writers.site.finder import FINDER, finder_data
from press.writers.site.head import Head, home_head, other_head, page_head
from press.writers.site.moved import lost_pages, signs, went_to
from press.writers.site.news import FEED, all_news, feed, latest
from press.writers.site.offline import WORKER, manifest_files, worker_script
from press.writers.site.picture import share_picture
from press.writers.site.previews import page_previews
from press.writers.site.searching import search_files
from press.writers.site.sitemap import crawler_files
from press.writers.site.small import small
from press.writers.xhtml.flavour import Flavour
from press.writers.xhtml.front_cover import front_cover
from press.writers.xhtml.pages import Page, PageSet, addresses, make_pages
from press.writers.xhtml.pictures import Pictures

_HOME, _DOWNLOADS, _SEARCH = "index", "downloads", "search"
_LATEST_HOME, _LATEST_DOWNLOADS = 3, 10
"""How many changes these pages tell of."""
_ASSETS = (
    "_headers",
    "dark.css",
    "favicon.svg",
    "theme.js",
    "reading.js",
    "notes.js",
    "new-marks.js",
    "finder.js",
    "offline.js",
    "search.js",
)
"""The files of `templates/web/` that are no templates."""
_PREVIEWS = "previews"
_MENU = ("contents", "symptom-index", "references", "index", "whats-new")
_INSTEAD_OF_SEARCH = ("symptom-index", "index", "contents")
_STYLED_TAG = re.compile(r'<[^<>]*? style="[^"]*"[^<>]*>')
_STYLE = re.compile(r' style="([^"]*)"')
_CLASS = re.compile(r' class="')


@dataclass(frozen=True, slots=True)
class Link:
    """A page as others point to it."""

    href: str
    title: str


def write(book: Book, path: Path, finished: Mapping[str, Finished], store: Store, report: Report) -> Mapping[str, int]:
    """Write the web edition into the folder `path`, which the other editions' files will stand beside."""
    _check_names(book, report)
    flavour = Flavour("web", ".html", addresses(book), changed=book.history.changed())
    site = _Site(book, flavour, make_pages(book, flavour, report), finished)
    pages = site.pages()
    styles = _Styles()
    files = {name: styles.without_inline(markup).encode() for name, markup in pages.items()}
    sheet = site.set.templates.source("figures.css") + site.set.templates.source("web/web.css") + styles.css()
    fonts = book_fonts(set(sheet).union(*pages.values()), "woff2", store)
    files["style.css"] = small("style.css", font_face_css(fonts, "fonts", "optional") + sheet)
    files |= {name: small(name, site.set.templates.source(f"web/{name}")) for name in _ASSETS}
    files |= {f"{_PREVIEWS}/{slug}.js": script.encode() for slug, script in site.previews.items()}
    if book.guidance.parts:
        files[FINDER] = finder_data(book, site.set.pages, flavour).encode()
    files |= {f"fonts/{font.file}": font.data for font in fonts} | {"fonts/OFL.txt": font_licence().encode()}
    files |= site.set.files
    files |= search_files(site.set.pages, flavour.suffix, book.settings.language, report)
    files |= manifest_files(book.settings, site.set.templates.source("web/favicon.svg"), store, report)
    lost = {name: markup for name, markup in site.lost_pages().items() if name not in files}
    files |= {name: styles.without_inline(markup).encode() for name, markup in lost.items()}
    files[WORKER] = small(WORKER, worker_script(files, site.set.templates.source("web/sw.js")))
    files |= {name: text.encode() for name, text in site.for_machines(pages).items()}
    files |= share_picture(book, [map for _, map in site.maps], site.set.templates, store)
    for name, data in files.items():
        write_file(path / name, data)
    return {"pages": len(pages)}


EDITION = Edition(
    name="web",
    output=lambda settings: "html",
    write=write,
    needs=OFFERED,
)


def _check_names(book: Book, report: Report) -> None:
    """Complain of chapters whose files would be taken for the pages that the edition adds."""
    for chapter in book.chapters:
        if chapter.slug in (_HOME, _DOWNLOADS, _SEARCH, ERRATA) or chapter.slug.startswith(CHANGES_SINCE):
            message = f'the web edition has a page of its own called "{chapter.slug}"'
            report.add("duplicate-id", Position(chapter.file), message, "give the file another name")


class _Site:
    """Puts the frame around the parts of the book, and adds the home page and the downloads."""

    def __init__(self, book: Book, flavour: Flavour, pages: PageSet, finished: Mapping[str, Finished]) -> None:
        self.book = book
        self.flavour = flavour
        self.set = pages
        pictures = Pictures(book, flavour)
        self.maps = [(view, pictures.overview(view, book.series, _HOME)) for view in pictures.overviews]
        self.downloads = downloads(book, finished)
        self.menu = tuple(self._menu())
        self.previews = page_previews(pages.pages, flavour.suffix)
        self.signs = signs(book, flavour, pages.pages)
        self.news = all_news(book, pages.fragments.lines, flavour)

    def pages(self) -> dict[str, Markup]:
        """File name -> page."""
        made = {f"{_HOME}.html": self._home()}
        links = [Link(f"{_HOME}.html", self.book.settings.title)]
        links += [Link(self._address(page.slug), page.short_title) for page in self.set.pages]
        for number, page in enumerate(self.set.pages, 1):
            following = links[number + 1] if number + 1 < len(links) else None
            made[links[number].href] = self._page(page, links[number - 1], following)
        changes = ChangePages(self.book, self.flavour)
        for changed in changes.since():
            title = self.book.labels["changes_since"].format(release=changed.release)
            made[self._address(changed.slug)] = self._framed(
                "changes", changed.slug, self._other_head(changed.slug, title), changed=changed
            )
        if errata := changes.errata(self.set.fragments.lines):
            head = self._other_head(ERRATA, self.book.labels["errata"])
            made[self._address(ERRATA)] = self._framed("errata", ERRATA, head, errata=errata)
        made[f"{_SEARCH}.html"] = self._search()
        if self.downloads:
            made[f"{_DOWNLOADS}.html"] = self._downloads()
        return made

    def lost_pages(self) -> dict[str, Markup]:
        """File name -> what tells where a page went that an earlier release had."""
        links = {self._address(page.slug): Link(self._address(page.slug), page.title) for page in self.set.pages}
        links[self._address(_HOME)] = Link(self._address(_HOME), self.book.settings.title)
        head = self._other_head(_HOME, self.book.labels["lost_page"])
        return {
            self._address(slug): self._framed(
                "lost", slug, head, target=links[went_to(own, self._address(_HOME))], signs=own
            )
            for slug, own in lost_pages(self.signs, self.set.pages).items()
        }

    def for_machines(self, addresses: Iterable[str]) -> dict[str, str]:
        """File name -> the feed, where anything is logged, and what crawlers ask for."""
        files = {FEED: feed(self.book, self.news, self.set.templates)} if self.news else {}
        return files | crawler_files(self.book, addresses, self.flavour.suffix, self.set.templates)

    def _home(self) -> Markup:
        return self._framed(
            "home",
            _HOME,
            home_head(self.book),
            front=front_cover(self.book),
            news=latest(self.news, _LATEST_HOME),
            maps=self.maps,
            finder=next((link.href for link in self.menu if "symptom-index" in link.href), ""),
            start=next((self._address(page.slug) for page in self.set.pages if page.chapter), self._address(_HOME)),
        )

    def _search(self) -> Markup:
        places = [page for page in self.set.pages if page.chapter and page.division == "body"]
        head = self._other_head(_SEARCH, self.book.labels["search"])
        instead = tuple(self._generated(_INSTEAD_OF_SEARCH))
        return self._framed("search", _SEARCH, head, places=places, instead=instead)

    def _page(self, page: Page, previous: Link, following: Link | None) -> Markup:
        description = self._description(page)
        return self._framed(
            "page",
            page.slug,
            page_head(self.book, page, self._address(page.slug), description),
            page=page,
            description=description,
            previous=previous,
            next=following,
            previews=f"{_PREVIEWS}/{page.slug}.js" if page.slug in self.previews else "",
            citation=self._citation(page),
            signs=self.signs[page.slug],
        )

    def _downloads(self) -> Markup:
        title, description = self.book.labels["downloads"], self.book.labels["downloads_note"]
        head = other_head(self.book, self._address(_DOWNLOADS), title, description)
        news = latest(self.news, _LATEST_DOWNLOADS)
        return self._framed("downloads", _DOWNLOADS, head, front=front_cover(self.book), news=news)

    def _other_head(self, slug: str, title: str) -> Head:
        return other_head(self.book, self._address(slug), title, f"{title}: {self.book.settings.title}")

    def _framed(self, template: str, slug: str, head: Head, **values: object) -> Markup:
        return self.set.templates.render(
            f"web/{template}.html",
            address=self._address(slug),
            head=head,
            feed=FEED if self.news else "",
            menu=self.menu,
            downloads=self.downloads,
            disclaimer=self.set.fragments.disclaimer,
            **values,
        )

    def _menu(self) -> Iterable[Link]:
        yield from self._generated(_MENU)
        yield Link(self._address(_SEARCH), self.book.labels["search"])
        if self.downloads:
            yield Link(self._address(_DOWNLOADS), self.book.labels["downloads"])

    def _generated(self, roles: Iterable[str]) -> Iterable[Link]:
        """The parts of these roles that the book has."""
        for role in roles:
            for part in self.book.parts:
                if isinstance(part, GeneratedPart) and part.role == role:
                    yield Link(self._address(part.slug), part.title)

    def _description(self, page: Page) -> str:
        """What a search engine shows under the page's title: its deck, or its and the book's title."""
        deck = page.chapter.fields.get("deck") if page.chapter else None
        return plain_text(deck.content) if deck else f"{page.title}: {self.book.settings.title}"

    def _citation(self, page: Page) -> ChapterCitation | None:
        """How to cite a chapter of the body; what stands before and behind it is cited with the book."""
        if page.chapter is None or page.division != "body":
            return None
        style = self.set.templates.path("numbered.csl")
        return chapter_citation(self.book, page.chapter, style, self.flavour.suffix)

    def _address(self, slug: str) -> str:
        return slug + self.flavour.suffix


@dataclass(slots=True)
class _Styles:
    """Turns style attributes, which the pages' security policy forbids, into classes of the stylesheet."""

    rules: dict[str, str] = field(default_factory=dict)

    def without_inline(self, markup: str) -> str:
        """A page whose styled tags have classes instead."""
        return _STYLED_TAG.sub(lambda found: self._with_class(found[0]), markup)

    def css(self) -> str:
        """The rules of the classes."""
        return "".join(f".{name} {{ {rule} }}\n" for name, rule in sorted(self.rules.items()))

    def _with_class(self, tag: str) -> str:
        style = _STYLE.search(tag)
        assert style
        name = f"style-{digest(style[1])[:8]}"
        self.rules[name] = style[1]
        bare = tag.replace(style[0], "", 1)
        if _CLASS.search(bare):
            return _CLASS.sub(f' class="{name} ', bare, count=1)
        return tag.replace(style[0], f' class="{name}"', 1)
