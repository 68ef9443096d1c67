"""The cover of the printed book: back, spine and front on one sheet, PDF/X-4 in four inks. The entry is `EDITION`.

The spine is as wide as the pages of the print edition are thick, so the cover is made from that edition, and where
there is none, neither is a cover. Lengths are points.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from press.diagnostics import Position, Report
from press.editions import Edition, Finished
from press.metadata import Print
from press.model import Book
from press.store import Store, write_file
from press.writers.fonts import book_fonts, font_face_css, missing_characters
from press.writers.paged.black import in_black
from press.writers.paged.isbn import MODULE_MM, isbn_barcode
from press.writers.paged.layout import Engine, Numbering
from press.writers.paged.profile import press_profile
from press.writers.paged.trim import BLEED_MM, TRIMS, Trim, sheet_rule
from press.writers.xhtml.flavour import Flavour
from press.writers.xhtml.front_cover import author_names, fitted, front_cover
from press.writers.xhtml.templates import Templates

_STYLE = "print/cover.css"
_PROFILE = "press.icc"
_INCH, _MM = 72.0, 72 / 25.4
_LETTERED_SPINE = 6 * _MM
"""A narrower spine stays empty: the cover shifts a little when it is bound, and small lettering would leave it."""
_SPINE_SIZES = tuple(range(22, 6, -1))
_BLURB_SIZES = (18, 17, 16, 15, 14, 13, 12, 11, 10, 9)
_LETTER = 0.46
"""The mean width of a letter, as a share of its size."""
_LEADING = 1.45


@dataclass(frozen=True, slots=True)
class Sheet:
    """The measures of a cover after cutting."""

    trim: Trim
    """Of the back, and of the front."""
    spine: float

    @property
    def whole(self) -> Trim:
        """Back, spine and front."""
        return Trim(round(2 * self.trim.width + self.spine, 3), self.trim.height)

    @property
    def unit(self) -> float:
        """One of the 2560 units that the front is high."""
        return self.trim.height / 2560

    @property
    def margin(self) -> float:
        """At the sides of a panel: where the front's lettering begins."""
        return (self.trim.width - 1600 * self.unit) / 2 + 130 * self.unit

    @property
    def top(self) -> float:
        """Above the capitals of the title."""
        return 165 * self.unit

    @property
    def bottom(self) -> float:
        """Below the line of the authors."""
        return 120 * self.unit

    @property
    def is_lettered(self) -> bool:
        """Whether the spine bears author and title."""
        return self.spine >= _LETTERED_SPINE


def sheet_of(settings: Print, pages: int) -> Sheet:
    """The cover's measures for a number of pages: the spine is pages / ppi inches wide."""
    return Sheet(TRIMS[settings.trim], round(pages / settings.pages_per_inch * _INCH, 3))


def write(book: Book, path: Path, needs: Mapping[str, Finished], store: Store, report: Report) -> Mapping[str, int]:
    """Write the PDF; without a print edition there is none, and that edition has reported why."""
    profile = press_profile(book, report) if "print" in needs else None
    if profile is None:
        return {}
    settings = book.settings.print
    sheet = sheet_of(settings, needs["print"].counts["pages"])
    templates = Templates(book, Flavour("print", "", {}), report)
    markup = _markup(book, sheet, templates, report)

    def warn(message: str) -> None:
        report.add("layout-warning", Position(f"templates/{_STYLE}"), message[:1].lower() + message[1:])

    for character in sorted(missing_characters(markup)):
        warn(f'the fonts of the book lack the character "{character}" (U+{ord(character):04X})')
    fonts = book_fonts(markup, "ttf", store)
    files = {f"fonts/{font.file}": font.data for font in fonts} | {_PROFILE: profile}
    inks = f"@color-profile device-cmyk {{ src: url({_PROFILE}); components: c, m, y, k }}\n"
    style = (
        inks + font_face_css(fonts, "fonts") + templates.source(_STYLE) + sheet_rule(sheet.whole, settings.crop_marks)
    )
    engine = Engine(style, files, warn, "pdf/x-4")
    write_file(path, engine.join([(engine.lay_out(markup), Numbering("arabic"))]))
    return {"pages": 1}


def _markup(book: Book, sheet: Sheet, templates: Templates, report: Report) -> str:
    """The cover as HTML."""
    settings, inner = book.settings, sheet.trim.width - 2 * sheet.margin
    blurb = fitted(settings.description, _BLURB_SIZES, inner / _LETTER, sheet.trim.height / 2 / _LEADING)
    if not blurb.fits:
        at = book.setting_positions.get("description", Position("manuscript/book.yaml"))
        report.add("layout-warning", at, "the description is too long for the back of the cover")
    return str(
        templates.render(
            "print/cover.html",
            sheet=sheet,
            bleed=BLEED_MM,
            front=front_cover(book),
            style=in_black(templates.source("figures.css")),
            authors=author_names(book),
            spine_size=_spine_size(book, sheet),
            blurb=blurb,
            leading=_LEADING,
            barcode=isbn_barcode(settings.isbn) if settings.isbn else None,
            module=MODULE_MM,
        )
    )


def _spine_size(book: Book, sheet: Sheet) -> int:
    """The size of the title on the spine: as large as its width and its length allow. The authors' is smaller."""
    letters = len(book.settings.title) + 0.75 * len(author_names(book)) + 4
    length = sheet.trim.height - sheet.top - sheet.bottom
    largest = min(0.62 * sheet.spine, length / letters / _LETTER)
    return next((size for size in _SPINE_SIZES if size <= largest), _SPINE_SIZES[-1])


EDITION = Edition(name="cover", output=lambda settings: f"{settings.slug}-cover.pdf", write=write, needs=("print",))
