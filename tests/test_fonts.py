"""The book's fonts: complete for what they are asked for, the same bytes every time, and with their licence."""

from __future__ import annotations

import io
from pathlib import Path

import pytest
from fontTools.ttLib import TTFont

from press.store import Store
from press.writers.fonts import Form, book_fonts, font_face_css, font_licence, missing_characters


@pytest.mark.parametrize("form", ["woff2", "ttf"])
def test_fonts(form: Form, tmp_path: Path) -> None:
    """Static fonts with the characters and features asked for, equal whether made anew or from the store."""
    fonts = book_fonts("ſé½", form, Store(tmp_path / "one"))
    assert fonts == book_fonts("½éſ", form, Store(tmp_path / "one")) == book_fonts("ſé½", form, Store(tmp_path / "two"))
    assert {(font.family, font.weight, font.style) for font in fonts} >= {
        ("Source Serif 4", 400, "normal"),
        ("Source Serif 4", 400, "italic"),
        ("Source Serif 4", 700, "normal"),
        ("Source Sans 3", 400, "normal"),
        ("Source Sans 3", 600, "normal"),
    }
    for font in fonts:
        opened = TTFont(io.BytesIO(font.data))
        assert "fvar" not in opened
        assert {*"Aé½ſ…•"} <= {chr(code) for code in opened.getBestCmap()}
        assert opened["OS/2"].usWeightClass == font.weight
        features = {record.FeatureTag for record in opened["GSUB"].table.FeatureList.FeatureRecord}
        assert {"liga", "onum", "sups", "frac"} <= features
        if font.style == "normal":
            assert {"smcp", "c2sc"} <= features
        assert len(font.data) < (40_000 if form == "woff2" else 120_000)


@pytest.mark.parametrize(("form", "reserved"), [("woff2", False), ("ttf", True)])
def test_reserved_name(form: Form, reserved: bool, tmp_path: Path) -> None:
    """A changed font that is passed on does not bear the reserved name, and always keeps its copyright and licence."""
    for font in book_fonts("", form, Store(tmp_path)):
        names = TTFont(io.BytesIO(font.data))["name"]
        assert all(("Source" in names.getDebugName(number)) == reserved for number in (1, 4, 6, 16))
        assert "Adobe" in names.getDebugName(0)
        assert "Open Font License" in names.getDebugName(13)


def test_rules(tmp_path: Path) -> None:
    """Each font has a rule that names its file."""
    fonts = book_fonts("", "woff2", Store(tmp_path))
    css = font_face_css(fonts, "../fonts/")
    assert css.count("@font-face") == len(fonts)
    assert all(f'url("../fonts/{font.file}") format("woff2")' in css for font in fonts)
    assert 'url("source-' in font_face_css(fonts, "")


def test_licence() -> None:
    """The notices of both families, and the licence once."""
    text = font_licence()
    assert "Source Serif 4 Project Authors" in text
    assert "Reserved Font Name 'Source'" in text
    assert text.count("SIL OPEN FONT LICENSE Version 1.1") == 1


def test_missing_characters() -> None:
    """Characters that the fonts lack are told; those that need no glyph are not."""
    assert missing_characters("aé \u00a0\u2060\n漢") == {"漢"}
