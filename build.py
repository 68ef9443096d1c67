"""The command line of the press: `python build.py --help`.

Exit codes: 0 all is well; 1 the book has errors (with --strict: warnings too);
2 the command was not understood.
"""

from __future__ import annotations

import datetime
import os
import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from press.diagnostics import OutputFormat, Report
from press.pipeline import EDITION_NAMES, Progress, build, load
from press.store import Store

app = typer.Typer(add_completion=False, no_args_is_help=False, pretty_exceptions_enable=False, help=__doc__)


class Edition(StrEnum):
    """The editions that can be built."""

    web = "web"
    epub = "epub"
    screen = "screen"
    print = "print"
    cover = "cover"
    large_print = "large-print"
    sample = "sample"
    epub_sample = "epub-sample"


class Format(StrEnum):
    """How diagnostics are printed."""

    text = "text"
    json = "json"
    github = "github"


class ListFormat(StrEnum):
    """How a list of references or changes is printed."""

    text = "text"
    html = "html"
    json = "json"


BookOption = Annotated[Path, typer.Option("--book", help="The book's folder.", file_okay=False)]
OutputOption = Annotated[Path | None, typer.Option("--output", help="Where editions go; the book's output/.")]
StrictOption = Annotated[bool, typer.Option("--strict", help="Warnings fail the run too.")]
FormatOption = Annotated[Format, typer.Option("--format", help="How diagnostics are printed.")]


@app.command("build")
def build_command(
    edition: Annotated[list[Edition] | None, typer.Option(help="Only this edition; may be repeated.")] = None,
    book: BookOption = Path(),
    output: OutputOption = None,
    strict: StrictOption = False,
    form: FormatOption = Format.text,
) -> None:
    """Make the editions of a book (the default command)."""
    names = [name for name in EDITION_NAMES if edition is None or name in {chosen.value for chosen in edition}]
    report = Report()
    target = output or book / "output"
    outcome = build(book, target, names, strict, report, _progress(form))
    _finish(report, form, book, strict)
    if form is Format.text:
        state = "made" if outcome.written else "up to date"
        for name in names:
            made = outcome.receipt["editions"].get(name)
            if made:
                typer.echo(f"{state}: {os.path.relpath(target / made['file'])} ({made['size'] / 1000:,.0f} kB)")


@app.command()
def check(book: BookOption = Path(), strict: StrictOption = False, form: FormatOption = Format.text) -> None:
    """Read and resolve a book and report its problems; write nothing."""
    report = Report()
    load(book, Store(book / "output" / ".cache"), report, _progress(form))
    _finish(report, form, book, strict)


@app.command()
def stats(book: BookOption = Path(), output: OutputOption = None) -> None:
    """Print a table of words, notes, citations, figures and updates per chapter, and what the EPUB weighs."""
    from press.commands.stats import epub_table, statistics_table

    report = Report()
    loaded = load(book, Store(book / "output" / ".cache"), report, _progress(Format.text))
    _finish(report, Format.text, book, strict=False)
    assert loaded
    typer.echo(statistics_table(loaded))
    epub = (output or book / "output") / f"{loaded.settings.slug}.epub"
    if epub.is_file():
        typer.echo(f"\n{epub_table(epub)}")


@app.command()
def references(
    book: BookOption = Path(),
    style: Annotated[Path | None, typer.Option(help="A CSL file; the book's own style.")] = None,
    bibliography: Annotated[Path | None, typer.Option(help="A BibTeX file; the book's own.")] = None,
    form: Annotated[ListFormat, typer.Option("--format", help="How the list is printed.")] = ListFormat.text,
) -> None:
    """Print the formatted reference list of the book, or of any BibTeX file in any style."""
    from press.commands.references import reference_list

    report = Report()
    printed = reference_list(book, style, bibliography, form.value, report)
    _finish(report, Format.text, book, strict=False)
    typer.echo(printed)


@app.command()
def evidence(
    source: Annotated[
        Path, typer.Option("--from", help="A CSV file in the form of Retraction Watch.", exists=True, dir_okay=False)
    ],
    checked: Annotated[datetime.datetime, typer.Option(help="The date of that file.", formats=["%Y-%m-%d"])],
    book: BookOption = Path(),
) -> None:
    """Look up which references were retracted or corrected, and write manuscript/evidence.yaml."""
    from press.commands.evidence import update_evidence

    report = Report()
    printed = update_evidence(book, source, checked.date(), report)
    _finish(report, Format.text, book, strict=False)
    typer.echo(printed)


@app.command()
def changes(
    book: BookOption = Path(),
    since: Annotated[str | None, typer.Option(help="A release's name; the last one's.")] = None,
    form: Annotated[ListFormat, typer.Option("--format", help="How the changes are printed.")] = ListFormat.text,
) -> None:
    """Print what changed since a release."""
    from press.commands.changes import list_changes

    report = Report()
    printed = list_changes(book, since, form.value, report, _progress(Format.text))
    _finish(report, Format.text, book, strict=False)
    typer.echo(printed)


@app.command()
def release(
    name: Annotated[str, typer.Argument(help="The name of the release: 2027.1")],
    date: Annotated[
        datetime.datetime | None, typer.Option(help="Its date; that of book.yaml.", formats=["%Y-%m-%d"])
    ] = None,
    allow_unlogged: Annotated[str, typer.Option(help="Why changes are missing from the changelogs.")] = "",
    book: BookOption = Path(),
    output: OutputOption = None,
) -> None:
    """Build every edition strictly, and freeze the book as a release."""
    from press.commands.release import make_release

    report = Report()
    day = date.date() if date else None
    target = output or book / "output"
    printed = make_release(book, target, name, day, allow_unlogged, report, _progress(Format.text))
    _finish(report, Format.text, book, strict=True)
    typer.echo(printed)


@app.command()
def preview(
    book: BookOption = Path(),
    port: Annotated[int, typer.Option(help="The port on the loopback address.")] = 8000,
) -> None:
    """Serve the web edition on this machine, rebuild it on every save, reload, and show diagnostics in the page."""
    from press.commands.preview import serve

    serve(book, port)


@app.command()
def new(folder: Annotated[Path, typer.Argument(help="A folder that does not exist yet.")]) -> None:
    """Make the smallest complete book."""
    from press.commands.new import make_book

    if folder.exists():
        typer.echo(f"{folder}: there is something already", err=True)
        raise typer.Exit(1)
    make_book(folder)
    typer.echo(f"made: {folder} (build it with: python build.py build --book {folder})")


def _progress(form: Format) -> Progress:
    """Numbered stages on a terminal; silence where the output is read by programs."""
    if form is not Format.text or not sys.stderr.isatty():
        return lambda _number, _name: None
    from rich.console import Console

    console = Console(stderr=True, highlight=False)
    return lambda number, name: console.print(f"[dim][{number}/4][/dim] {name}")


def _finish(report: Report, form: Format, book: Path, strict: bool) -> None:
    """Print the report, and end with exit code 1 when it fails the run."""
    folder = Path(os.path.relpath(book)).as_posix()
    printed: OutputFormat = form.value
    if len(report) or form is Format.json:
        typer.echo(report.render(printed, folder), err=form is Format.text)
    if report.fails(strict):
        raise typer.Exit(1)


def main() -> None:
    """Run the command line; without a command's name, `build`."""
    names = {command.name or command.callback.__name__ for command in app.registered_commands if command.callback}
    arguments = sys.argv[1:]
    if not arguments or (arguments[0] not in names and arguments[0] != "--help"):
        arguments.insert(0, "build")
    app(arguments)


if __name__ == "__main__":
    main()
