"""The shape of the code: dependencies point one way, libraries have one home, modules are short and documented."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import ROOT

from press.tree import SLOTS

MODULES = {
    ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__"): path
    for path in [*sorted((ROOT / "press").rglob("*.py")), ROOT / "build.py"]
}
TREES = {name: ast.parse(path.read_text("utf-8")) for name, path in MODULES.items()}

GROUND = (
    "press.blocks",
    "press.collation",
    "press.csl",
    "press.evidence",
    "press.guidance",
    "press.history",
    "press.labels",
    "press.letters",
    "press.metadata",
    "press.paths",
    "press.persons",
    "press.photographs",
    "press.references",
    "press.setting_types",
    "press.model",
    "press.names",
    "press.nodes",
    "press.tree",
    "press.tree_classes",
    "press.tree_json",
    "press.tree_text",
    "press.store",
    "press.drawings",
    "press.editions",
    "press.sampling",
    "press.side_by_side",
    "press.tools",
)
"""What all stages stand on."""
LAYERS: tuple[tuple[str, ...], ...] = (
    ("press.diagnostics",),
    GROUND,
    ("press.readers", "press.citeproc", "press.changes"),
    ("press.resolvers", "press.writers", "press.proof"),
    ("press.pipeline",),
    ("press.commands",),
    ("build",),
)
STAGES = ("press.readers", "press.resolvers", "press.writers", "press.proof")
FROM_STAGES = {
    "press.readers": ("press.readers",),
    "press.citeproc": ("press.citeproc",),
    "press.changes": ("press.changes",),
    "press.resolvers": ("press.resolvers", "press.citeproc", "press.changes"),
    "press.writers": ("press.writers", "press.citeproc"),
    "press.proof": ("press.proof",),
}
"""What a stage may use beside the ground."""
SHARED_BY_SIBLINGS = {
    "press.resolvers": ("press.resolvers.limited_html",),
    "press.writers": ("press.writers.xhtml", "press.writers.fonts", "press.writers.paged"),
    "press.proof": (),
}
"""The modules of a stage that its other modules may use."""
LISTS = ("press.resolvers", "press.writers.catalogue", "press.proof")
"""The modules that put the parts of a stage in order."""

HOMES: dict[str, tuple[str, ...]] = {
    "barcode": ("press.writers.paged.isbn",),
    "babel": ("press.readers.book", "press.resolvers.cross_references", "press.writers.xhtml"),
    "citeproc": ("press.citeproc",),
    "ebooklib": ("press.writers.ebook.package",),
    "fontTools": ("press.writers.fonts",),
    "jinja2": ("press.writers.xhtml",),
    "lxml": (
        "press.drawings",
        "press.citeproc",
        "press.resolvers.limited_html",
        "press.proof",
        "press.writers",
    ),
    "markupsafe": ("press.writers", "press.commands.preview"),
    "pagefind_bin": ("press.writers.site.searching",),
    "PIL": ("press.photographs",),
    "pydantic_core": ("press.guidance", "press.metadata", "press.setting_types"),
    "pydantic": (
        "press.evidence",
        "press.guidance",
        "press.metadata",
        "press.persons",
        "press.setting_types",
        "press.readers.settings",
        "press.readers.csl_items",
    ),
    "pypandoc": ("press.readers.markdown", "press.writers.xhtml.rendering", "press.readers.bibtex_items"),
    "pypdfium2": ("press.proof.text",),
    "resvg_py": ("press.writers.xhtml.raster",),
    "rcssmin": ("press.writers.site.small",),
    "rich": ("press.commands.stats", "build"),
    "rjsmin": ("press.writers.site.small",),
    "starlette": ("press.commands.preview",),
    "typer": ("build",),
    "uharfbuzz": ("press.writers.fonts",),
    "uvicorn": ("press.commands.preview",),
    "watchfiles": ("press.commands.preview",),
    "weasyprint": ("press.writers.paged",),
    "yaml": ("press.readers", "press.commands.evidence"),
    "ziamath": ("press.writers.paged.maths",),
    "pydyf": ("press.writers.paged",),
}
"""Where each library may be used."""


def imports(name: str) -> Iterator[str]:
    """The modules that a module imports, wherever it does."""
    for node in ast.walk(TREES[name]):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{name}: a relative import"
            assert node.module
            for alias in node.names:
                full = f"{node.module}.{alias.name}"
                yield full if full in MODULES else node.module


def within(name: str, packages: tuple[str, ...]) -> bool:
    """Whether a module is one of the packages or in one."""
    return any(name == package or name.startswith(f"{package}.") for package in packages)


def layer(name: str) -> int:
    """The layer of a module of ours."""
    found = [number for number, packages in enumerate(LAYERS) if within(name, packages)]
    assert found, f"{name} has no layer: give it one in LAYERS"
    return found[0]


def part(name: str) -> str:
    """The part of a stage that a module belongs to: itself, or its package, or the edition a package is made for."""
    owners = {"press.writers.ebook": "press.writers.epub", "press.writers.site": "press.writers.web"}
    piece = ".".join(name.split(".")[:3])
    return owners.get(piece, piece)


OURS = [
    (name, used) for name in MODULES if name != "press" for used in imports(name) if used in MODULES and used != "press"
]


@pytest.mark.parametrize("name", [name for name in MODULES if name != "press"])
def test_dependencies_point_one_way(name: str) -> None:
    """A module uses only its own layer and those below it."""
    for used in imports(name):
        if used in MODULES and used != "press":
            assert layer(used) <= layer(name), f"{name} imports {used}"


def test_stages_do_not_know_each_other() -> None:
    """A stage uses the ground and itself; only the pipeline and the commands know several."""
    for name, used in OURS:
        for stage, allowed in FROM_STAGES.items():
            if within(name, (stage,)):
                assert within(used, ("press.diagnostics", *GROUND, *allowed)), f"{name} imports {used}"


def test_siblings_do_not_know_each_other() -> None:
    """Resolvers, editions and proofs stand alone, but for what each stage shares."""
    for name, used in OURS:
        for stage, shared in SHARED_BY_SIBLINGS.items():
            if not within(name, (stage,)) or not within(used, (stage,)) or name in LISTS:
                continue
            assert part(name) == part(used) or within(used, shared), f"{name} imports {used}"


def test_there_are_no_cycles() -> None:
    """No module imports itself in the end."""
    graph: dict[str, set[str]] = {name: set() for name in MODULES}
    for name, used in OURS:
        if name != used:
            graph[name].add(used)
    while free := [name for name, used in graph.items() if not used]:
        for name in free:
            del graph[name]
        for targets in graph.values():
            targets.difference_update(free)
    assert not graph


WALKER = "press.tree"
"""The only module that looks for the children of nodes."""
CODEC = "press.tree_json"
"""Knows all fields of all nodes, as pandoc writes them."""
CHILDREN = {name for names in SLOTS.values() for name in names}
"""The fields that hold children."""


def walks(module: ast.Module) -> Iterator[str]:
    """Where a module goes down a tree by itself instead of by `children`, `elements`, `paths` or a rewrite.

    That is: a field with children, taken by a name that is not known; or gone through or passed on by a function that
    calls itself in the end, or in a loop that has no list to go through.
    """
    functions = {node.name: node for node in ast.walk(module) if isinstance(node, ast.FunctionDef)}
    called = {name: {_name(call.func) for call in _calls(node)} & {*functions} for name, node in functions.items()}
    for _ in functions:
        called = {name: found.union(*(called[one] for one in found)) for name, found in called.items()}
    for name, function in functions.items():
        if name in called[name] and (field := _passed_on(function, {*called[name]})):
            yield f"line {function.lineno}: {name} goes through {field}"
    for node in ast.walk(module):
        if isinstance(node, ast.While) and (field := _passed_on(node, None)):
            yield f"line {node.lineno}: a loop goes through {field}"
        if isinstance(node, ast.Call) and _name(node.func) == "getattr":
            names = {one.value for one in node.args if isinstance(one, ast.Constant)}
            yield from (f"line {node.lineno}: getattr of {name}" for name in CHILDREN & names)
        if isinstance(node, (ast.Name, ast.Attribute)) and _name(node) == "SLOTS":
            yield f"line {node.lineno}: the table of places"


def _calls(node: ast.AST) -> list[ast.Call]:
    return [one for one in ast.walk(node) if isinstance(one, ast.Call)]


def _name(node: ast.AST) -> str:
    """The last part of a name: `walk` of `self.walk`."""
    return node.attr if isinstance(node, ast.Attribute) else getattr(node, "id", "")


def _passed_on(root: ast.AST, functions: set[str] | None) -> str:
    """A field with children that is gone through, or given to one of the functions (to any, where none are named)."""
    taken: list[ast.AST] = []
    for node in ast.walk(root):
        if isinstance(node, (ast.For, ast.comprehension)):
            taken.append(node.iter)
        if isinstance(node, ast.Call) and (functions is None or _name(node.func) in {*functions, "map", "list"}):
            taken += node.args
        if isinstance(node, ast.Call) and functions is None and isinstance(node.func, ast.Attribute):
            taken += node.args
    fields = (one for part in taken for one in ast.walk(part) if isinstance(one, ast.Attribute))
    return next((one.attr for one in fields if one.attr in CHILDREN), "")


OF_TREES = [
    name
    for name in MODULES
    if name not in (WALKER, CODEC) and any(used.startswith(("press.nodes", "press.tree")) for used in imports(name))
]


@pytest.mark.parametrize("name", OF_TREES)
def test_no_other_module_walks_trees(name: str) -> None:
    """A walk with a list of its own of the places where children stand forgets one."""
    assert list(walks(TREES[name])) == []


WALKS = """
def plain(node):
    return "".join(plain(child) for child in node.content)
---
def one(node):
    for child in node.term:
        two(child)
def two(node):
    one(node)
---
class Walk:
    def go(self, nodes):
        for node in nodes:
            self.go(node.definitions)
---
def stack(root):
    waiting = [root]
    while waiting:
        waiting.extend(waiting.pop().content)
---
def content(node):
    return getattr(node, "content", ())
---
def places(node):
    return SLOTS[type(node)]
"""


@pytest.mark.parametrize("code", WALKS.split("---\n"))
def test_walks_are_found(code: str) -> None:
    assert list(walks(ast.parse(code)))


def test_libraries_have_one_home() -> None:
    """Each library is used in the place named here, and every place named here uses it or is to be struck out."""
    used = {
        (library.partition(".")[0], name)
        for name in MODULES
        for library in imports(name)
        if library.partition(".")[0] not in {*sys.stdlib_module_names, "press", "build"}
    }
    for library, name in sorted(used):
        assert library in HOMES, f"{library}, used by {name}, has no home: give it one in HOMES"
        assert within(name, HOMES[library]), f"{name} uses {library}, whose home is {HOMES[library]}"
    for library, homes in HOMES.items():
        for home in homes:
            assert any(library == lib and within(name, (home,)) for lib, name in used), f"{home} has no {library}"


@pytest.mark.parametrize("name", MODULES)
def test_modules_are_short(name: str) -> None:
    """A module that grows past 300 lines holds two concepts."""
    assert len(MODULES[name].read_text("utf-8").splitlines()) <= 300


@pytest.mark.parametrize("name", MODULES)
def test_everything_public_is_documented(name: str) -> None:
    """Modules, classes, functions and methods that others may use say what they are for."""
    assert ast.get_docstring(TREES[name]), name

    def check(node: ast.AST, path: str) -> None:
        for child in ast.iter_child_nodes(node):
            if isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
                if child.name.startswith("_"):
                    continue
                assert ast.get_docstring(child), f"{path}.{child.name} has no docstring"
                if isinstance(child, ast.ClassDef):
                    check(child, f"{path}.{child.name}")

    check(TREES[name], name)


@pytest.mark.parametrize("name", MODULES)
def test_nothing_is_left_to_do(name: str) -> None:
    """What is left to do stands in the tracker, not in the code."""
    assert not re.search("TO" + "DO|FIX" + "ME", MODULES[name].read_text("utf-8"))


@pytest.mark.parametrize("name", MODULES)
def test_no_state_in_modules(name: str) -> None:
    """No function changes a name of its module."""
    assert not [node for node in ast.walk(TREES[name]) if isinstance(node, ast.Global)]


def test_the_pipeline_starts_fast() -> None:
    """Heavy libraries are loaded by the stage that needs them, so that a second build starts at once."""
    code = "import sys, press.pipeline; print(*sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True)
    heavy = {"weasyprint", "pypandoc", "ebooklib", "citeproc", "lxml", "pydantic", "jinja2", "fontTools"}
    loaded = set(done.stdout.split())
    assert "press.pipeline" in loaded
    assert not heavy & loaded


def test_no_package_host_is_named() -> None:
    """Where packages come from is the installer's configuration, never a host named in a lock file."""
    hosts = "pypi" + r"\.org|files\.pythonhosted" + r"\.org|registry\.npmjs" + r"\.org|registry\.yarnpkg"
    found = subprocess.run(
        ["git", "grep", "-lE", hosts, "--", "*.lock", "*lock.json", "*.toml", "Makefile", ".ci", "press", "*.yml"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert found.returncode in (0, 1), found.stderr
    assert found.stdout == ""


def test_the_map_of_the_press_names_its_stages() -> None:
    """The package's docstring is its map."""
    text = ast.get_docstring(TREES["press"]) or ""
    for stage in STAGES:
        assert f"`{stage.removeprefix('press.')}`" in text
        assert Path(ROOT, *stage.split(".")).is_dir()
