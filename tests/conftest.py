"""What the tests have in common: the built book, made once per run, and small books to change and to spoil.

Random tests run 50 examples, the same ones on every CI run; `HYPOTHESIS_PROFILE=long` runs 1000 new ones.
"""

from __future__ import annotations

import fcntl
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import pytest
from hypothesis import HealthCheck, Phase, settings
from playwright.sync_api import Browser, sync_playwright

from press.diagnostics import Report
from press.model import Book
from press.pipeline import load
from press.store import Store

ROOT = Path(__file__).parents[1]
SKELETON = ROOT / "templates" / "new-book"
BUILD = ROOT / "build.py"
CHROMIUM = os.environ.get("CHROMIUM", "/usr/bin/chromium")

settings.register_profile(
    "default",
    max_examples=50,
    deadline=None,
    derandomize="CI" in os.environ,
    phases=[Phase.explicit, Phase.reuse, Phase.generate, Phase.shrink],
    suppress_health_check=[HealthCheck.too_slow],
)
settings.register_profile("long", settings.get_profile("default"), max_examples=1000, derandomize=False)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "default"))


@dataclass(frozen=True, slots=True)
class Built:
    """The editions of the real book."""

    html: Path
    epub: Path
    pdf: Path
    receipt: Mapping[str, Any]

    def of(self, edition: str) -> Path:
        """The file or folder of any edition."""
        return self.html.parent / str(self.receipt["editions"][edition]["file"])

    @property
    def downloads(self) -> set[str]:
        """The names of the files that stand beside the web edition."""
        return {str(made["file"]) for made in self.receipt["editions"].values()}


class MakeBook(Protocol):
    """Makes a small good book in a new folder, with some files changed; None leaves a file out."""

    def __call__(self, files: Mapping[str, str | bytes | None] | None = None, of: Path = SKELETON) -> Path:
        """The folder of the book. `of` is the book to begin with."""


@pytest.fixture(scope="session")
def book_root() -> Path:
    """The repository, which is the folder of the real book too."""
    return ROOT


@pytest.fixture(scope="session")
def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder of this test run that all its worker processes share."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


@pytest.fixture(scope="session")
def store(shared_folder: Path) -> Store:
    """Parsed Markdown, so that the tests parse the same text once."""
    return Store(shared_folder / "store")


@pytest.fixture(scope="module")
def book(book_root: Path, store: Store) -> Book:
    """The real book as the writers get it."""
    found, _ = load_book(book_root, store)
    assert found is not None
    return found


@pytest.fixture(scope="session")
def built(book_root: Path, shared_folder: Path) -> Built:
    """The real book, built with `--strict` by whichever worker comes first."""
    output = shared_folder / "output"
    failed = shared_folder / "build-failed.txt"
    with (shared_folder / "build.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (output / "receipt.json").exists() and not failed.exists():
            done = run_build("build", "--strict", "--book", str(book_root), "--output", str(output))
            if done.returncode:
                failed.write_text(done.stdout + done.stderr, "utf-8")
    if failed.exists():
        pytest.fail(f"the book cannot be built:\n{failed.read_text('utf-8')}")
    receipt = json.loads((output / "receipt.json").read_text("utf-8"))
    files = {name: output / made["file"] for name, made in receipt["editions"].items()}
    return Built(files["web"], files["epub"], files["screen"], receipt)


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    """A Chromium, closed after each module: a second one cannot be started in a process while it runs."""
    with sync_playwright() as playwright:
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


@pytest.fixture
def small_book(tmp_path: Path) -> MakeBook:
    """A maker of small good books."""

    def make(files: Mapping[str, str | bytes | None] | None = None, of: Path = SKELETON) -> Path:
        root = tmp_path / f"book-{len(list(tmp_path.glob('book-*')))}"
        shutil.copytree(of, root, ignore=shutil.ignore_patterns("output"))
        change_files(root, files or {})
        return root

    return make


def change_files(root: Path, files: Mapping[str, str | bytes | None]) -> None:
    """Write files into a folder; None takes one away."""
    for name, content in files.items():
        path = root / name
        if content is None:
            path.unlink()
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)


def load_book(root: Path, store: Store) -> tuple[Book | None, Report]:
    """A book as the stages before the writers make it, and what they found wrong."""
    report = Report()
    return load(root, store, report, silent), report


def silent(number: int, name: str) -> None:
    """Takes note of no progress."""


def run_build(*arguments: str, cwd: Path = ROOT, env: Mapping[str, str] | None = None) -> Run:
    """The command line in a process of its own."""
    return subprocess.run(
        [sys.executable, str(BUILD), *arguments],
        cwd=cwd,
        env={**os.environ, **(env or {})},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )


Run = subprocess.CompletedProcess[str]


def snapshot(folder: Path) -> dict[str, bytes]:
    """Every file of a folder with its contents, hidden ones too; its cache left out."""
    return {
        path.relative_to(folder).as_posix(): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file() and ".cache" not in path.relative_to(folder).parts
    }


def accepting() -> bool:
    """Whether this run takes what the code does now as the new expectations."""
    return os.environ.get("ACCEPT") == "1"
