"""Pictures made of pixels, in every form that cameras and programs write them, are seen in every edition."""

from __future__ import annotations

import io
from pathlib import Path

import pypdfium2
import pytest
from conftest import MakeBook, load_book
from PIL import Image

from press.diagnostics import Report
from press.photographs import for_paper, in_grey, photograph_size
from press.store import Store
from press.writers import screen
from press.writers.xhtml.flavour import Flavour
from press.writers.xhtml.pages import addresses, make_pages

RED, GREY = (200, 30, 30), 40000
CHAPTER = "manuscript/01-first-chapter.md"


def file_of(picture: Image.Image, form: str, orientation: int = 1) -> bytes:
    """The bytes of a picture."""
    stream = io.BytesIO()
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture.save(stream, form, exif=exif)
    return stream.getvalue()


def grey_with_sixteen_bits(width: int = 60, height: int = 30) -> bytes:
    """A PNG as scanners and microscopes write them."""
    data = GREY.to_bytes(2, "little") * width * height
    return file_of(Image.frombytes("I;16", (width, height), data), "PNG")


def book_with(make_book: MakeBook, name: str, data: bytes) -> Path:
    """A book whose first chapter has a picture."""
    root = make_book()
    chapter = root / CHAPTER
    text = chapter.read_text("utf-8") + f'\n![What it is.](figures/{name} "It"){{alt="A bar."}}\n'
    chapter.write_text(text, "utf-8")
    (root / "manuscript" / "figures").mkdir(exist_ok=True)
    (root / "manuscript" / "figures" / name).write_bytes(data)
    return root


def seen(path: Path) -> set[tuple[int, ...]]:
    """The colours of a PDF's pages, in steps of sixteen."""
    document = pypdfium2.PdfDocument(path)
    pages = [document[number].render(scale=1).to_pil().convert("RGB") for number in range(len(document))]
    document.close()
    return {
        tuple(value // 16 for value in colour)
        for page in pages
        for count, colour in page.getcolors(page.width * page.height) or ()
        if count > 200 and isinstance(colour, tuple)
    }


@pytest.mark.parametrize(
    ("name", "data", "colour"),
    [
        ("photo.jpeg", file_of(Image.new("RGB", (60, 30), RED), "JPEG"), RED),
        ("PHOTO.JPG", file_of(Image.new("RGB", (60, 30), RED), "JPEG"), RED),
        ("grey.png", grey_with_sixteen_bits(), (GREY // 256,) * 3),
    ],
)
def test_the_picture_is_in_the_pdf(
    name: str, data: bytes, colour: tuple[int, ...], tmp_path: Path, store: Store, small_book: MakeBook
) -> None:
    """In its colours, and with no warning."""
    book, report = load_book(book_with(small_book, name, data), store)
    assert book and not len(report), report.render("text")
    screen.EDITION.write(book, tmp_path / "x.pdf", {}, store, report)
    assert not len(report), report.render("text")
    assert tuple(value // 16 for value in colour) in seen(tmp_path / "x.pdf")


def test_sixteen_bits_become_eight() -> None:
    """With the same greys; other pictures stay as they are."""
    for made in (for_paper(grey_with_sixteen_bits()), in_grey(grey_with_sixteen_bits())):
        with Image.open(io.BytesIO(made)) as picture:
            assert picture.mode == "L" and abs(int(picture.getpixel((5, 5)) or 0) - GREY // 256) < 2  # type: ignore[arg-type]
    plain = file_of(Image.new("RGB", (6, 3), RED), "PNG")
    assert for_paper(plain) == plain


@pytest.mark.parametrize(("orientation", "size"), [(1, (60, 30)), (3, (60, 30)), (6, (30, 60)), (8, (30, 60))])
def test_a_picture_taken_with_a_turned_camera_is_upright(
    orientation: int, size: tuple[int, int], store: Store, small_book: MakeBook
) -> None:
    """Width and height are those that readers see; in print, where nothing else says so, the dots are turned."""
    data = file_of(Image.new("RGB", (60, 30), RED), "JPEG", orientation)
    assert photograph_size(data) == size
    with Image.open(io.BytesIO(in_grey(data))) as picture:
        assert picture.size == size
    book, _ = load_book(book_with(small_book, "photo.jpg", data), store)
    assert book
    body = make_pages(book, Flavour("web", ".html", addresses(book)), Report()).fragments.bodies["first-chapter"]
    assert f'width="{size[0]}" height="{size[1]}"' in body


@pytest.mark.parametrize("name", ["photo.jpeg", "photo.png"])
def test_a_damaged_picture_is_a_mistake_at_its_line(name: str, store: Store, small_book: MakeBook) -> None:
    """One that ends too early, say."""
    form = "PNG" if name.endswith("png") else "JPEG"
    data = file_of(Image.effect_noise((60, 30), 50), form)
    root = book_with(small_book, name, data[: len(data) // 2])
    _, report = load_book(root, store)
    lines = (root / CHAPTER).read_text("utf-8").count("\n")
    assert [(one.code, str(one.position)) for one in report] == [("bad-figure", f"{CHAPTER}:{lines}:14")]
    assert "is damaged" in report.render("text")
