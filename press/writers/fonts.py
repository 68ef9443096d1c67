"""The book's fonts: static instances of the variable fonts, subset to the characters an edition uses.

The home of fontTools and of HarfBuzz. The entries are `book_fonts`, `font_face_css`, and `font_licence`: the notice
that every edition with fonts in it must carry.
"""

from __future__ import annotations

import io
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from press.store import Store, digest

Family = Literal["Source Serif 4", "Source Serif 4 Display", "Source Sans 3"]
Style = Literal["normal", "italic"]
Form = Literal["woff2", "ttf"]


@dataclass(frozen=True, slots=True)
class FontFile:
    """One font of an edition."""

    family: Family
    weight: int
    style: Style
    file: str
    """Its name: source-serif-4-italic.woff2"""
    data: bytes


@dataclass(frozen=True, slots=True)
class _Face:
    """An instance to be cut from a variable font."""

    family: Family
    name: str
    """What the face is called beside its family: Bold Italic."""
    weight: int
    style: Style = "normal"

    @property
    def file(self) -> str:
        """The stem of its file's name."""
        return f"{self.family} {self.name}".lower().replace(" ", "-")

    @property
    def source(self) -> Path:
        """The variable font that it is cut from."""
        serif = self.family.startswith("Source Serif 4")
        name = ("SourceSerif4{}[opsz,wght].ttf" if serif else "SourceSans3{}[wght].ttf").format(
            "-Italic" if self.style == "italic" else ""
        )
        return _package("fontpkg_source_serif_4" if serif else "fontpkg_source_sans_3") / "files" / name

    def axes(self, form: Form) -> dict[str, float]:
        """Its place on the axes of the variable font."""
        if self.family == "Source Sans 3":
            return {"wght": self.weight}
        return {
            "wght": self.weight,
            "opsz": _DISPLAY_SIZE if self.family.endswith("Display") else _TEXT_SIZE[form],
        }


# Optical sizes in points: text on paper is set at 10.3, on screens at 18 to 20 CSS pixels; titles are large.
_TEXT_SIZE: dict[Form, float] = {"ttf": 10.3, "woff2": 14}
_DISPLAY_SIZE = 36

_FACES = (
    _Face("Source Serif 4", "Regular", 400),
    _Face("Source Serif 4", "Italic", 400, "italic"),
    _Face("Source Serif 4", "Semibold", 600),
    _Face("Source Serif 4", "Bold", 700),
    _Face("Source Serif 4", "Bold Italic", 700, "italic"),
    _Face("Source Sans 3", "Regular", 400),
    _Face("Source Sans 3", "Italic", 400, "italic"),
    _Face("Source Sans 3", "Semibold", 600),
)
_PAPER_FACES = (*_FACES, _Face("Source Serif 4 Display", "Regular", 400))
"""Titles on paper have a cut of their own; on screens it would not be worth its weight."""

_FEATURES = "kern mark mkmk ccmp locl liga onum lnum pnum tnum smcp c2sc sups subs sinf frac numr dnom ordn case"
_BASIC = "".join(map(chr, range(0x20, 0x7F))) + "\u00a0\u00ad‐‑–—‘’“”…−×•·"
_INVISIBLE = ("Cc", "Cf", "Zs", "Zl", "Zp")
"""Categories of characters that need no glyph."""
_COPYRIGHT, _LICENCE, _LICENCE_URL = 0, 13, 14


def book_fonts(characters: Iterable[str], form: Form, store: Store) -> tuple[FontFile, ...]:
    """The fonts for a text of these characters and basic Latin, the same bytes for the same characters."""
    wanted = "".join(sorted(set(characters) | set(_BASIC)))
    faces = _PAPER_FACES if form == "ttf" else _FACES
    return tuple(
        FontFile(face.family, face.weight, face.style, f"{face.file}.{form}", _cut(face, wanted, form, store))
        for face in faces
    )


def missing_characters(characters: Iterable[str]) -> set[str]:
    """The visible characters that one of the families lacks, so that a reader's machine would have to fill in."""
    from fontTools.ttLib import TTFont

    visible = {character for character in characters if unicodedata.category(character) not in _INVISIBLE}
    cmaps = [TTFont(face.source).getBestCmap() for face in _FACES if face.name == "Regular"]
    return {character for character in visible if not all(ord(character) in cmap for cmap in cmaps)}


def font_face_css(fonts: Iterable[FontFile], folder: str, display: Literal["swap", "optional"] = "swap") -> str:
    """The `@font-face` rules for fonts in a folder, as seen from the stylesheet; `folder` may be empty.

    `display` says what becomes of a page that is shown before its fonts are there: it changes to them, or stays.
    """
    prefix = f"{folder.rstrip('/')}/" if folder else ""
    return "".join(
        f'@font-face {{ font-family: "{font.family}"; font-weight: {font.weight}; font-style: {font.style}; '
        f'font-display: {display}; src: url("{prefix}{font.file}") format("{_format(font)}"); }}\n'
        for font in fonts
    )


def font_licence() -> str:
    """The copyright notices of the fonts and their licence (OFL 1.1, condition 2)."""
    texts = [
        (_package(name) / "LICENSE").read_text("utf-8") for name in ("fontpkg_source_serif_4", "fontpkg_source_sans_3")
    ]
    notices = [text.split("\n", 1)[0] for text in texts]
    return "\n".join(notices) + "\n" + texts[0].split("\n", 1)[1]


def _format(font: FontFile) -> str:
    return "woff2" if font.file.endswith(".woff2") else "truetype"


def _package(name: str) -> Path:
    """The folder of a font package."""
    spec = find_spec(name)
    assert spec and spec.origin, f"{name} is not installed"
    return Path(spec.origin).parent


def _cut(face: _Face, characters: str, form: Form, store: Store) -> bytes:
    """One font, from the store or new."""
    source = face.source.read_bytes()
    tools = " ".join(f"{name} {version(name)}" for name in ("fonttools", "uharfbuzz", "brotli"))
    key = "font-" + digest(
        Path(__file__).read_bytes(), tools, source, repr(face), repr(face.axes(form)), form, characters
    )
    data = store.get(key)
    if data is None:
        data = _instance(source, face, characters, form)
        store.put(key, data)
    return data


def _instance(source: bytes, face: _Face, characters: str, form: Form) -> bytes:
    from fontTools.ttLib import TTFont

    # The font keeps its own date of change, so that nothing of the clock gets into the bytes.
    font = TTFont(io.BytesIO(_subset(source, face.axes(form), characters)), recalcTimestamp=False)
    _name(font, face, form)
    font.flavor = "woff2" if form == "woff2" else None
    stream = io.BytesIO()
    font.save(stream, reorderTables=False)
    return stream.getvalue()


def _subset(source: bytes, axes: Mapping[str, float], characters: str) -> bytes:
    """A static font with these characters and what the features make of them.

    HarfBuzz does in milliseconds what takes fontTools two seconds a font, with the same metrics.
    """
    import uharfbuzz as hb

    variable = hb.Face(source)
    wanted = hb.SubsetInput()
    wanted.unicode_set.update(ord(character) for character in characters)
    wanted.layout_feature_tag_set.clear()
    wanted.layout_feature_tag_set.update(int.from_bytes(tag.encode(), "big") for tag in _FEATURES.split())
    wanted.name_id_set.update((_COPYRIGHT, _LICENCE, _LICENCE_URL))
    wanted.flags = hb.SubsetFlags.NO_HINTING | hb.SubsetFlags.NOTDEF_OUTLINE | hb.SubsetFlags.SET_OVERLAPS_FLAG
    for axis, value in axes.items():
        wanted.pin_axis_location(variable, axis, value)
    return bytes(hb.subset(variable, wanted).blob.data)


def _name(font, face: _Face, form: Form) -> None:  # type: ignore[no-untyped-def]
    """Give an instance names of its own, and keep the notices of copyright and licence.

    A font that is passed on as a file may not bear the reserved name "Source" once it is changed (OFL 1.1, condition
    3); inside a document (condition 5) it keeps it.
    """
    family = face.family if form == "ttf" else face.family.replace("Source", "Spots")
    full = f"{family} {face.name}"
    names = {
        1: full,
        2: "Regular",
        3: f"{full} {form}",
        4: full,
        6: full.replace(" ", ""),
        16: family,
        17: face.name,
    }
    table = font["name"]
    table.names = [record for record in table.names if record.nameID in (_COPYRIGHT, _LICENCE, _LICENCE_URL)]
    for number, text in names.items():
        table.setName(text, number, 3, 1, 0x409)
    font["OS/2"].usWeightClass = face.weight
