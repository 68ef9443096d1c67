"""The documentation says what the code does: generated pages are up to date, links land, every option is described."""

from __future__ import annotations

import json
import re
from pathlib import Path
from urllib.parse import unquote

import pytest
from conftest import ROOT, accepting, run_build
from pydantic import BaseModel
from test_cases import ALL, TESTED_ELSEWHERE

from press.diagnostics import CODES, Severity
from press.evidence import EvidenceSettings
from press.guidance import RedFlags
from press.metadata import BookSettings, ChapterMetadata

DOCS = ROOT / "docs"
PAGES = [ROOT / "README.md", *sorted(DOCS.glob("*.md")), *sorted((ROOT / "tests" / "cases").glob("*.md"))]
COMMANDS = ("build", "check", "stats", "references", "evidence", "changes", "release", "preview", "new")
GROUPS: tuple[tuple[Severity, str, str], ...] = (
    ("error", "Errors", "Nothing is written; the editions of an earlier build stay as they are."),
    ("warning", "Warnings", "The editions are written, unless the run is `--strict`."),
)


def diagnostics_page() -> str:
    """The page of all codes."""
    lines = [
        "# Diagnostics",
        "",
        "<!-- Made from press/diagnostics.py by ACCEPT=1 pytest tests/test_docs.py -->",
        "",
        "Every problem is reported with its place and its code; the cases show messages and hints.",
        "Tests see to it that there is a case for each.",
    ]
    for severity, title, meaning in GROUPS:
        lines += ["", f"## {title}", "", meaning, "", "| code | meaning | case |", "|---|---|---|"]
        for code, entry in sorted(CODES.items()):
            if entry.severity == severity:
                lines.append(f"| `{code}` | {entry.meaning} | {case_of(code)} |")
    return "\n".join(lines) + "\n"


def case_of(code: str) -> str:
    """A link to the first case, or to the test, that shows a code."""
    if code in TESTED_ELSEWHERE:
        file = TESTED_ELSEWHERE[code].partition("::")[0]
        return f"[{file}](../tests/{file})"
    case = next(case for case in ALL if f"[{code}]\n" in case.blocks.get("text", ""))
    anchor = re.sub(r"[^\w -]", "", case.title.lower()).replace(" ", "-")
    return f"[{case.title}](../tests/cases/{case.document}#{anchor})"


def schema(model: type[BaseModel], name: str) -> str:
    """The JSON Schema of settings, as editors use it."""
    made = {"$schema": "https://json-schema.org/draft/2020-12/schema", **model.model_json_schema(), "title": name}
    return json.dumps(made, ensure_ascii=False, indent=2) + "\n"


def generated() -> dict[str, str]:
    """The generated files of `docs/`."""
    return {
        "diagnostics.md": diagnostics_page(),
        "schema/book.json": schema(BookSettings, "book.yaml"),
        "schema/chapter.json": schema(ChapterMetadata, "The metadata block of a chapter"),
        "schema/evidence.json": schema(EvidenceSettings, "evidence.yaml"),
        "schema/red-flags.json": schema(RedFlags, "red-flags.yaml"),
    }


SCHEMAS = ("book.json", "chapter.json", "evidence.json", "red-flags.json")


@pytest.mark.parametrize("name", ["diagnostics.md", *(f"schema/{name}" for name in SCHEMAS)])
def test_generated_pages_are_up_to_date(name: str) -> None:
    """`ACCEPT=1` writes them anew."""
    expected = generated()[name]
    if accepting():
        (DOCS / name).parent.mkdir(exist_ok=True)
        (DOCS / name).write_text(expected, "utf-8")
    assert (DOCS / name).read_text("utf-8") == expected


def test_nothing_else_is_in_the_schema_folder() -> None:
    """No schema outlives its model."""
    assert sorted(path.name for path in (DOCS / "schema").iterdir()) == list(SCHEMAS)


def headings(page: Path) -> set[str]:
    """The anchors of a page's headings, as GitHub makes them."""
    text = re.sub(r"^(`{3,}).*?^\1$", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    titles = re.findall(r"^#+ (.+)$", text, re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.name)
def test_links_between_pages_land(page: Path) -> None:
    """On a file of the repository, and on a heading in it."""
    text = re.sub(r"^(`{3,}).*?^\1$|`[^`\n]+`", "", page.read_text("utf-8"), flags=re.DOTALL | re.MULTILINE)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://")):
            continue
        path, _, fragment = unquote(target).partition("#")
        place = (page.parent / path) if path else page
        assert place.exists(), f"{page.name}: {target}"
        if fragment:
            assert fragment in headings(place), f"{page.name}: {target}"


@pytest.mark.parametrize("command", COMMANDS)
def test_every_option_is_described(command: str) -> None:
    """In the section of its command."""
    done = run_build(command, "--help", env={"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"})
    options = set(re.findall(r"--[a-z][a-z-]+", done.stdout)) - {"--help", "--no-strict"}
    text = (DOCS / "commands.md").read_text("utf-8")
    section = re.search(rf"^## {command}$(.*?)(?=^## )", text, re.DOTALL | re.MULTILINE)
    assert done.returncode == 0
    assert section
    assert options == set(re.findall(r"--[a-z][a-z-]+", section[1].replace("python build.py --strict", "")))


def test_every_command_is_described() -> None:
    """The commands of the page are those of the program."""
    done = run_build("--help", env={"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"})
    text = (DOCS / "commands.md").read_text("utf-8")
    for command in COMMANDS:
        assert re.search(rf"^\W*{command}\s", done.stdout, re.MULTILINE), done.stdout
    named = re.findall(r"^## ([a-z]+)$", text, re.MULTILINE)
    assert named == list(COMMANDS)


def test_exit_codes_are_described() -> None:
    """The three that the program's own help names."""
    done = run_build("--help", env={"COLUMNS": "200", "NO_COLOR": "1", "TERM": "dumb"})
    text = (DOCS / "commands.md").read_text("utf-8")
    for code, word in (("0", "well"), ("1", "errors"), ("2", "understood")):
        assert re.search(rf"{code} .*{word}", " ".join(done.stdout.split()))
        assert re.search(rf"^\| {code} \|.*{word}", text, re.MULTILINE)
