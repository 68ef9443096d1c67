"""The command line: what it prints, where, and how it ends; and the preview."""

from __future__ import annotations

import asyncio
import json
import re
from pathlib import Path

import httpx2
import pytest
from conftest import ROOT, SKELETON, MakeBook, change_files, load_book, run_build

from press.commands.preview import Preview, make_app
from press.store import Store

CHAPTER = "manuscript/01-first-chapter.md"
GOOD = (SKELETON / CHAPTER).read_text("utf-8")
LETTERS = ROOT / "tests" / "books" / "letters"
STYLE = ROOT / "templates" / "author-date.csl"
MISTAKE = {CHAPTER: GOOD + "\n\nSee @fig:nowhere.\n"}
WARNING = {CHAPTER: GOOD + "\n\n[^unused]: Nobody calls.\n"}
LINE = GOOD.count("\n") + 3


def test_check_of_a_good_book_says_nothing(small_book: MakeBook) -> None:
    """And ends with 0."""
    done = run_build("check", "--strict", "--book", str(small_book()))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")


def test_check_writes_no_edition(small_book: MakeBook) -> None:
    """Only what it parsed is kept."""
    root = small_book()
    run_build("check", "--book", str(root))
    assert [path.name for path in (root / "output").iterdir()] == [".cache"]


def test_diagnostics_as_text(small_book: MakeBook) -> None:
    """On standard error, with the path as seen from where the command runs."""
    root = small_book(MISTAKE)
    done = run_build("check", "--book", root.name, cwd=root.parent)
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr.startswith(
        f'{root.name}/{CHAPTER}:{LINE}:5: error: no place has the id "fig:nowhere" [unknown-cross-reference]\n'
    )
    here = run_build("check", cwd=root)
    assert here.stderr == done.stderr.replace(f"{root.name}/", "")


def test_diagnostics_as_json(small_book: MakeBook) -> None:
    """On standard output, with an empty list for a good book."""
    root = small_book(MISTAKE)
    done = run_build("check", "--format", "json", cwd=root)
    (found,) = json.loads(done.stdout)
    assert (done.returncode, done.stderr) == (1, "")
    assert {name: found[name] for name in ("path", "line", "column", "severity", "code")} == {
        "path": CHAPTER,
        "line": LINE,
        "column": 5,
        "severity": "error",
        "code": "unknown-cross-reference",
    }
    assert set(found) - {"path", "line", "column", "severity", "code"} == {"message", "hint"}
    good = run_build("check", "--format", "json", "--book", str(small_book()))
    assert (good.returncode, json.loads(good.stdout)) == (0, [])


def test_diagnostics_for_github(small_book: MakeBook) -> None:
    """As workflow commands."""
    done = run_build("check", "--format", "github", cwd=small_book(MISTAKE))
    assert done.returncode == 1
    assert done.stdout.startswith(f"::error file={CHAPTER},line={LINE},col=5::no place has the id")
    assert len(done.stdout.splitlines()) == 1


def test_exit_codes(small_book: MakeBook) -> None:
    """0 for warnings, 1 for errors and strict warnings, 2 for what is not understood."""
    root = str(small_book(WARNING))
    assert run_build("check", "--book", root).returncode == 0
    assert run_build("check", "--book", root, "--strict").returncode == 1
    assert run_build("check", "--book", root, "--stict").returncode == 2
    assert run_build("chekc").returncode == 2
    assert run_build("build", "--edition", "kindle").returncode == 2


def test_build_is_the_default_command(small_book: MakeBook) -> None:
    """With options or without."""
    root = small_book(MISTAKE)
    expected = run_build("build", cwd=root)
    assert expected.returncode == 1
    for arguments in ((), ("--strict",)):
        done = run_build(*arguments, cwd=root)
        assert (done.returncode, done.stdout, done.stderr) == (1, expected.stdout, expected.stderr)


def test_no_book_is_no_traceback(tmp_path: Path) -> None:
    """For any command."""
    for command in ("build", "check", "stats", "references"):
        done = run_build(command, "--book", str(tmp_path))
        assert done.returncode == 1
        assert "[missing-file]" in done.stderr
        assert "Traceback" not in done.stderr


def test_stats(store: Store) -> None:
    """A row for every chapter and one for the book, with the numbers of the page info."""
    book, _ = load_book(LETTERS, store)
    assert book is not None
    done = run_build("stats", "--book", str(LETTERS), env={"COLUMNS": "100"})
    rows = {line.split()[0]: line.split()[1:] for line in done.stdout.splitlines() if re.search(r"\d$", line)}
    assert done.returncode == 0
    for chapter in book.chapters:
        info = chapter.info
        assert info
        assert rows[chapter.slug][:3] == [f"{info.words:,}", str(info.notes), str(info.citations)]
    words = sum(chapter.info.words for chapter in book.chapters if chapter.info)
    assert rows["the"][1:4] == [f"{words:,}", "29", "10"]


def test_references_as_text(tmp_path: Path) -> None:
    """In the book's own style; one line or more for each entry."""
    done = run_build("references", "--book", str(LETTERS))
    assert done.returncode == 0, done.stderr
    assert "On the Origin of Species" in done.stdout
    assert "<" not in done.stdout
    assert done.stdout.index("Austen") < done.stdout.index("Wollstonecraft")


def test_references_as_html_and_json() -> None:
    """Of a BibTeX file, without a book, in any style."""
    arguments = ("references", "--bibliography", str(LETTERS / "bibliography.bib"), "--style", str(STYLE))
    html = run_build(*arguments, "--format", "html")
    assert html.returncode == 0, html.stderr
    assert "<i>On Liberty</i>" in html.stdout
    data = run_build(*arguments, "--format", "json")
    assert data.returncode == 0, data.stderr
    entries = json.loads(data.stdout)
    assert len(entries) == 10
    assert "austen1813pride" in data.stdout


def test_references_with_mistakes(tmp_path: Path) -> None:
    """A style that is none, and files that are not there, are reported."""
    (tmp_path / "bad.csl").write_text("<style/>", "utf-8")
    (tmp_path / "bad.bib").write_text("@book{a, title = {x}", "utf-8")
    bibliography = str(LETTERS / "bibliography.bib")
    for arguments, code in (
        (("--bibliography", bibliography, "--style", str(tmp_path / "bad.csl")), "[bad-style]"),
        (("--bibliography", str(tmp_path / "bad.bib")), "[bibliography-syntax]"),
        (("--bibliography", str(tmp_path / "none.bib")), "[missing-file]"),
        (("--bibliography", bibliography, "--style", str(tmp_path / "none.csl")), "[bad-style]"),
    ):
        done = run_build("references", *arguments)
        assert done.returncode == 1, arguments
        assert code in done.stderr
        assert "Traceback" not in done.stderr


def test_new_does_not_overwrite(tmp_path: Path) -> None:
    """Whatever is there already stays."""
    (tmp_path / "mine").mkdir()
    done = run_build("new", str(tmp_path / "mine"))
    assert done.returncode == 1
    assert "there is something already" in done.stderr
    assert list((tmp_path / "mine").iterdir()) == []


# The preview.


async def get(preview: Preview, *paths: str) -> list[httpx2.Response]:
    """The answers of the preview to requests."""
    transport = httpx2.ASGITransport(make_app(preview))
    async with httpx2.AsyncClient(transport=transport, base_url="http://127.0.0.1:8000") as client:
        return [await client.get(path) for path in paths]


def test_preview(small_book: MakeBook) -> None:
    """Pages with the script, files, and after a change the new text; with a mistake the old page and the problem."""
    root = small_book()

    async def session() -> None:
        preview = Preview(root)
        (empty,) = await get(preview, "/")
        assert empty.status_code == 404
        await preview.rebuild()
        assert preview.problems == []
        home, page, script, style = await get(preview, "/", "/first-chapter.html", "/press-preview.js", "/style.css")
        assert [answer.status_code for answer in (home, page, script, style)] == [200, 200, 200, 200]
        assert "The First Chapter" in page.text
        for answer in (home, page):
            assert '<script defer src="/press-preview.js"></script></head>' in answer.text
            assert "Content-Security-Policy" not in answer.text
        assert "EventSource" in script.text
        (offline,) = await get(preview, "/offline.js")
        assert (offline.status_code, offline.text) == (200, ""), "the preview must not be kept"
        assert script.headers["content-type"].startswith("text/javascript")
        assert style.headers["content-type"].startswith("text/css")

        change_files(root, {CHAPTER: GOOD + "\n\nA brand new paragraph.\n"})
        await preview.rebuild()
        (changed,) = await get(preview, "/first-chapter.html")
        assert "A brand new paragraph." in changed.text

        change_files(root, MISTAKE)
        await preview.rebuild()
        assert [problem["code"] for problem in preview.problems] == ["unknown-cross-reference"]
        old, missing = await get(preview, "/first-chapter.html", "/nowhere.html")
        assert (old.text, missing.status_code) == (changed.text, 404)
        assert f"01-first-chapter.md:{LINE}: no place has the id" in missing.text

    asyncio.run(session())


def test_preview_tells_open_pages(small_book: MakeBook) -> None:
    """The stream of events begins with the problems, and goes on when a build is done."""
    preview = Preview(small_book(MISTAKE))

    async def session() -> list[dict[str, object]]:
        events = (await preview.events(None)).body_iterator  # type: ignore[arg-type]
        first = await anext(aiter(events))
        following = asyncio.ensure_future(anext(aiter(events)))
        await asyncio.sleep(0)
        await preview.rebuild()
        return [json.loads(str(event).removeprefix("data: ")) for event in (first, await following)]

    first, second = asyncio.run(session())
    assert first == {"reload": False, "problems": []}
    assert second["reload"] is True
    assert [problem["code"] for problem in second["problems"]] == ["unknown-cross-reference"]  # type: ignore[attr-defined]


@pytest.mark.parametrize("path", ["/../receipt.json", "/%2e%2e/receipt.json", "/..%2freceipt.json", "/%2e%2e/x.html"])
def test_preview_serves_nothing_else(path: str, small_book: MakeBook) -> None:
    """No file outside the web edition."""
    root = small_book({"output/html/index.html": "<head></head>", "output/receipt.json": "{}", "output/x.html": "x"})
    (answer,) = asyncio.run(get(Preview(root), path))
    assert answer.status_code == 404
    assert answer.text not in ("{}", "x")


def test_preview_shows_problems_as_text(small_book: MakeBook) -> None:
    """A message is no markup."""
    preview = Preview(small_book())
    preview.problems = [{"path": "a<b>.md", "line": 1, "message": "<script>alert(1)</script>"}]
    (answer,) = asyncio.run(get(preview, "/nowhere.html"))
    assert "&lt;script&gt;" in answer.text
    assert "<script>" not in answer.text
