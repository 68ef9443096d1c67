"""The layout engine: HTML in, pages out, and several layouts joined into one PDF. The home of WeasyPrint."""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Literal
from uuid import NAMESPACE_URL, uuid5
from xml.etree import ElementTree

from press.letters import without_soft_hyphens
from press.names import call_of
from press.writers.paged.fitting import fitted
from press.writers.paged.mending import laid_out_properly, marks_in_ink, note_links, replaced
from press.writers.paged.paging import well_filled_pages
from press.writers.paged.tagging import finish_links, tagged_properly

Standard = Literal["pdf/ua-1", "pdf/x-4"]
_NUMBER = re.compile(r"\d+")
_BASE = "https://book.invalid/"
"""The address that everything is loaded from. It exists nowhere, so that the bytes depend on no folder."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A part of the book, laid out."""

    root: Any
    """The root element of its HTML, as ElementTree has it."""
    document: Any
    pages: Mapping[str, int]
    """Id -> the page it stands on, counted from 1 in this layout."""

    def __len__(self) -> int:
        return len(self.document.pages)

    def parted_notes(self) -> list[str]:
        """The ids of notes that do not stand on the page of their call."""
        notes = [element.get("id") for element in self.root.iter("span") if element.get("class") == "footnote"]
        pages = self.pages
        return [note for note in notes if note in pages and pages[note] != pages.get(call_of(note), pages[note])]

    def renumber(self, numbers: Sequence[str]) -> None:
        """Put other page numbers into the text, one for each element with a `data-slot`, without moving anything.

        They are as many figures long as those that they replace, or shorter, and all figures are equally wide.
        """
        for page in self.document.pages:
            for box in page._page_box.descendants():
                if box.element is not None and hasattr(box, "pango_layout") and (slot := box.element.get("data-slot")):
                    for holder in (box, box.pango_layout):
                        holder.text = _NUMBER.sub(numbers[int(slot)], holder.text)


@dataclass(frozen=True, slots=True)
class Numbering:
    """How the pages of a layout are labelled."""

    style: Literal["roman", "arabic"]
    first: int = 1


class Engine:
    """Lays out HTML with one stylesheet and one set of files; nothing else can be loaded.

    It is used as a context manager: inside, what WeasyPrint reports goes to `warn`.
    """

    def __init__(
        self, style: str, files: Mapping[str, bytes], warn: Callable[[str], None], standard: Standard = "pdf/ua-1"
    ) -> None:
        from weasyprint import CSS
        from weasyprint.css.counters import CounterStyle
        from weasyprint.text.fonts import FontConfiguration

        self._warn = warn
        self._fetcher = _fetcher(files)
        self._fonts = FontConfiguration()
        self._counters = CounterStyle()
        self._standard = standard
        self._profiles: dict[str, Any] = {}
        with self._reporting():
            self._style = CSS(
                string=style,
                base_url=_BASE,
                url_fetcher=self._fetcher,
                font_config=self._fonts,
                counter_style=self._counters,
                color_profiles=self._profiles,
            )

    def lay_out(self, html: str) -> Layout:
        """Pages from a whole document in XHTML."""
        import weasyprint.layout

        dropping = replaced(weasyprint.layout, "make_all_pages", well_filled_pages)
        root = _read(html)

        def render() -> Any:
            return _source(root, self._fetcher).render(
                font_config=self._fonts,
                counter_style=self._counters,
                stylesheets=[self._style],
                color_profiles=self._profiles,
            )

        with self._reporting(), laid_out_properly(), dropping:
            document = fitted(render)
        pages: dict[str, int] = {}
        for number, page in enumerate(document.pages, 1):
            page.links = [link for link in page.links if link[3].link] + list(note_links(page._page_box))
            page.bookmarks = [(level, without_soft_hyphens(label), *rest) for level, label, *rest in page.bookmarks]
            for identifier in page.anchors:
                pages.setdefault(identifier, number)
        return Layout(root, document, pages)

    def join(self, layouts: Sequence[tuple[Layout, Numbering]]) -> bytes:
        """One PDF of several layouts, with the metadata of the first: tagged (PDF/UA-1), or for a press (PDF/X-4)."""
        first = layouts[0][0].document
        document = first.copy([page for layout, _ in layouts for page in layout.document.pages])
        return self._tagged(document, layouts) if self._standard == "pdf/ua-1" else self._for_press(document, layouts)

    def _tagged(self, document: Any, layouts: Sequence[tuple[Layout, Numbering]]) -> bytes:

        def finish(_: Any, pdf: Any) -> None:
            pdf.catalog["PageLabels"] = _page_labels(layouts)
            pdf.catalog["PageMode"] = "/UseOutlines"
            finish_links(document)

        with self._reporting(), tagged_properly(document):
            return bytes(document.write_pdf(pdf_variant="pdf/ua-1", pdf_identifier=True, finisher=finish))

    def _for_press(self, document: Any, layouts: Sequence[tuple[Layout, Numbering]]) -> bytes:
        """Without links: a page on paper has no annotations (ISO 15930-7, 6.17)."""
        import pydyf
        from weasyprint.pdf import metadata

        for page in document.pages:
            page.links = []

        def finish(_: Any, pdf: Any) -> None:
            pdf.catalog["PageLabels"] = _page_labels(layouts)
            for page in pdf.objects:  # a page has a TrimBox or an ArtBox (ISO 15930-7, 6.12)
                if isinstance(page, pydyf.Dictionary) and page.get("Type") == "/Page":
                    page.pop("ArtBox", None)

        # The identifier is made of title and length, and is not a random one: the same book, the same bytes.
        name = f"{document.metadata.title} {len(document.pages)} {document.metadata.modified}"
        identifier = uuid5(NAMESPACE_URL, _BASE + name)
        with self._reporting(), marks_in_ink(), replaced(metadata, "uuid4", lambda: identifier):
            return bytes(document.write_pdf(pdf_variant="pdf/x-4", pdf_identifier=True, finisher=finish))

    @contextmanager
    def _reporting(self) -> Iterator[None]:
        """Whatever WeasyPrint logs as a warning or worse is handed on."""
        handler = _Handler(self._warn)
        logger = logging.getLogger("weasyprint")
        logger.addHandler(handler)
        try:
            yield
        finally:
            logger.removeHandler(handler)


class _Handler(logging.Handler):
    def __init__(self, warn: Callable[[str], None]) -> None:
        super().__init__(logging.WARNING)
        self.warn = warn

    def emit(self, record: logging.LogRecord) -> None:
        self.warn(record.getMessage())


def _read(xhtml: str) -> ElementTree.Element:
    """The tree of a document, read as XML.

    HTML closes a paragraph before a block; here a note, which is called in a paragraph, may hold any.
    """
    root = ElementTree.fromstring(xhtml)
    for numbered in root.iter("ol"):  # WeasyPrint leaves out where a list begins
        if start := numbered.get("start"):
            numbered.set("style", f"counter-reset: list-item {int(start) - 1}")
    return root


def _source(root: ElementTree.Element, fetcher: Any) -> Any:
    """A tree as WeasyPrint takes it."""
    from weasyprint import HTML

    source = HTML(file_obj=io.BytesIO(b"<html></html>"), base_url=_BASE, url_fetcher=fetcher)
    source.wrapper_element = type(source.wrapper_element).from_html_root(root, content_language=None)
    source.etree_element = root
    return source


def _fetcher(files: Mapping[str, bytes]) -> Any:
    from weasyprint.urls import URLFetcher, URLFetcherResponse

    types = {".svg": "image/svg+xml", ".png": "image/png", ".jpg": "image/jpeg", ".jpeg": "image/jpeg"}
    types |= {".ttf": "font/ttf", ".icc": "application/vnd.iccprofile"}

    class Files(URLFetcher):  # type: ignore[misc]
        """Serves the edition's own files; there is no network and no file system."""

        def fetch(self, url: str, headers: Mapping[str, str] | None = None) -> Any:
            name = url.removeprefix(_BASE)
            if name not in files:
                raise ValueError(f'the edition has no file "{name}"')
            kind = types[name[name.rindex(".") :]]
            return URLFetcherResponse(url, body=files[name], headers={"Content-Type": kind})

    return Files()


def _page_labels(layouts: Sequence[tuple[Layout, Numbering]]) -> Any:
    """The number tree of page labels (ISO 32000-1, 12.4.2)."""
    import pydyf

    numbers = pydyf.Array()
    start = 0
    for layout, numbering in layouts:
        label = {"S": "/r" if numbering.style == "roman" else "/D", "St": numbering.first}
        numbers.extend((start, pydyf.Dictionary(label)))
        start += len(layout)
    return pydyf.Dictionary({"Nums": numbers})
