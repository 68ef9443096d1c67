"""Builds as a whole: nothing is made twice, nothing is half made, and the same sources give the same bytes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from conftest import BUILD, ROOT, SKELETON, Built, MakeBook, change_files, load_book, run_build, snapshot

from press.readers import markdown
from press.store import Store

CHAPTER = "manuscript/01-first-chapter.md"
BOOKS = sorted(path for path in (ROOT / "tests" / "books").iterdir() if path.is_dir())
ELSEWHERE = {"TZ": "Asia/Kathmandu", "LANG": "de_DE.UTF-8", "LC_ALL": "C.UTF-8", "PYTHONHASHSEED": "7"}


@pytest.fixture(scope="module")
def skeleton_built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The smallest book with its editions, not to be changed."""
    root = tmp_path_factory.mktemp("skeleton") / "book"
    shutil.copytree(SKELETON, root)
    done = run_build("build", "--strict", "--book", str(root))
    assert done.returncode == 0, done.stderr
    return root


@pytest.fixture
def book(skeleton_built: Path, small_book: MakeBook) -> Path:
    """A copy of the smallest book with its editions."""
    root = small_book()
    shutil.copytree(skeleton_built / "output", root / "output")
    return root


def spoil(root: Path, text: str) -> None:
    """Add text to the chapter."""
    change_files(root, {CHAPTER: (root / CHAPTER).read_text("utf-8") + text})


def test_a_build_makes_all_editions_and_a_receipt(skeleton_built: Path) -> None:
    """Named after the book; besides them only the page map and the cache."""
    made = {path.name for path in (skeleton_built / "output").iterdir()}
    pdfs = {"new-book.pdf", "new-book-print.pdf", "new-book-cover.pdf", "new-book-large-print.pdf"}
    assert made == {"html", "new-book.epub", *pdfs, "pages.json", "receipt.json", "CHANGELOG.md", ".cache"}


def test_a_second_build_loads_neither_pandoc_nor_weasyprint(book: Path) -> None:
    """When nothing has changed it only looks at the sums."""
    before = snapshot(book / "output")
    code = (
        "import sys; from pathlib import Path; from press.diagnostics import Report; from press.pipeline import *;"
        f"root = Path({str(book)!r}); report = Report();"
        "made = build(root, root / 'output', EDITION_NAMES, True, report, lambda number, name: None);"
        "print(made.written, len(report), *sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    written, problems, *modules = done.stdout.split()
    assert (written, problems) == ("False", "0")
    assert not {"pypandoc", "weasyprint"} & set(modules)
    assert snapshot(book / "output") == before


def test_unchanged_chapters_start_no_pandoc(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is parsed once stays parsed."""
    load_book(BOOKS[0], store)
    monkeypatch.setattr(markdown, "_run_pandoc", lambda text: pytest.fail("pandoc was started"))
    book, report = load_book(BOOKS[0], store)
    assert book is not None
    assert not report.fails()


def test_a_damaged_edition_is_made_again(book: Path) -> None:
    """The receipt's sums are believed, not its presence."""
    before = snapshot(book / "output")
    change_files(book, {"output/new-book.epub": b"damaged"})
    done = run_build("build", "--book", str(book))
    assert done.returncode == 0, done.stderr
    assert "made" in done.stdout
    assert snapshot(book / "output") == before


def test_errors_leave_the_output_as_it_was(book: Path) -> None:
    """Byte for byte; and there is a message, not a traceback."""
    before = snapshot(book / "output")
    spoil(book, "\n\nSaid before [@nobody1999], see @fig:nowhere.\n")
    done = run_build("build", "--book", str(book))
    assert done.returncode == 1
    assert "unknown-citation" in done.stderr
    assert "unknown-cross-reference" in done.stderr
    assert "Traceback" not in done.stderr
    assert snapshot(book / "output") == before


def test_an_error_in_a_template_leaves_the_output_as_it_was(book: Path) -> None:
    """A mistake that is found only while the editions are written."""
    before = snapshot(book / "output")
    change_files(book, {"templates/parts/chapter.html": "<h1>{{ nonsense }}</h1>"})
    done = run_build("build", "--book", str(book))
    assert done.returncode == 1
    assert "templates/parts/chapter.html:1:1: error: 'nonsense' is undefined [bad-template]" in done.stderr
    assert snapshot(book / "output") == before


def test_warnings_fail_a_strict_build_only(book: Path) -> None:
    """And are repeated by a build that has nothing to do."""
    before = snapshot(book / "output")
    spoil(book, "\n\n[^unused]: Nobody calls.\n")
    strict = run_build("build", "--strict", "--book", str(book))
    assert strict.returncode == 1
    assert "[unused-note]" in strict.stderr
    assert snapshot(book / "output") == before
    for state in ("made", "up to date"):
        done = run_build("build", "--edition", "web", "--book", str(book))
        assert done.returncode == 0
        assert done.stdout.startswith(state)
        assert "[unused-note]" in done.stderr
    again = run_build("build", "--strict", "--edition", "web", "--book", str(book))
    assert again.returncode == 1


def test_a_killed_build_leaves_the_old_editions(book: Path) -> None:
    """Killed while it writes; the next build makes the new ones."""
    before = snapshot(book / "output")
    spoil(book, "\n\nAnother paragraph.\n")
    command = [sys.executable, str(BUILD), "build", "--book", str(book)]
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    for _ in range(3000):
        if list((book / "output").glob(".work-*")):
            break
        time.sleep(0.01)
    os.killpg(process.pid, signal.SIGKILL)
    assert process.wait() == -signal.SIGKILL
    after = {name: data for name, data in snapshot(book / "output").items() if not name.startswith(".work-")}
    assert after == before
    done = run_build("build", "--book", str(book))
    assert done.returncode == 0, done.stderr
    assert snapshot(book / "output")["new-book.epub"] != before["new-book.epub"]
    assert not list((book / "output").glob(".work-*"))


def test_same_sources_give_the_same_bytes(skeleton_built: Path, small_book: MakeBook, tmp_path: Path) -> None:
    """In another folder, at another time, in another time zone and language."""
    root = small_book().rename(tmp_path / "another place")
    for path in root.rglob("*"):
        os.utime(path, (0, 0))
    done = run_build("build", "--book", str(root), env=ELSEWHERE)
    assert done.returncode == 0, done.stderr
    assert snapshot(root / "output") == snapshot(skeleton_built / "output")


@pytest.mark.long
def test_the_real_book_gives_the_same_bytes(built: Built, tmp_path: Path) -> None:
    """The whole of it."""
    root = tmp_path / "book"
    shutil.copytree(ROOT / "manuscript", root / "manuscript")
    shutil.copy(ROOT / "bibliography.bib", root)
    done = run_build("build", "--book", str(root), env=ELSEWHERE)
    assert done.returncode == 0, done.stderr
    assert (root / "output" / built.epub.name).read_bytes() == built.epub.read_bytes()
    assert (root / "output" / built.pdf.name).read_bytes() == built.pdf.read_bytes()
    assert snapshot(root / "output" / "html") == snapshot(built.html)


@pytest.mark.parametrize("original", BOOKS, ids=lambda path: path.name)
def test_the_test_books_build_strictly(original: Path, small_book: MakeBook) -> None:
    """Without a warning; other styles, another language, with and without references."""
    root = small_book(of=original)
    done = run_build("build", "--strict", "--book", str(root))
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert len(done.stdout.splitlines()) == 6


def test_a_new_book_builds_strictly(tmp_path: Path) -> None:
    """What `build.py new` makes is good."""
    made = run_build("new", str(tmp_path / "my-book"))
    assert made.returncode == 0, made.stderr
    done = run_build("build", "--strict", "--edition", "web", "--book", str(tmp_path / "my-book"))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "my-book" / "output" / "html" / "first-chapter.html").exists()


@pytest.mark.parametrize("name", ["figures/link.svg", "shared/link.md", "link.md"])
def test_links_out_of_the_book_are_refused(name: str, small_book: MakeBook, store: Store, tmp_path: Path) -> None:
    """A symbolic link is no way around the rule that a book holds everything it needs."""
    outside = tmp_path / Path(name).name
    outside.write_text("---\ntitle: Secret\n---\n\nA secret.\n", "utf-8")
    text = (SKELETON / CHAPTER).read_text("utf-8")
    settings = (SKELETON / "manuscript/book.yaml").read_text("utf-8")
    if name.startswith("figures/"):
        text += '\n\n![A caption.](figures/link.svg){alt="A dot on white."}\n'
    elif name.startswith("shared/"):
        text += '\n\n::: {.include src="shared/link.md"}\n:::\n'
    else:
        settings = settings.replace("[01-first-chapter.md]", "[01-first-chapter.md, link.md]")
    root = small_book(
        {CHAPTER: text, "manuscript/book.yaml": settings, "manuscript/shared/x.md": "---\ntitle: X\n---\n"}
    )
    (root / "manuscript" / name).symlink_to(outside)
    _, report = load_book(root, store)
    assert "path-outside-book" in {found.code for found in report}
