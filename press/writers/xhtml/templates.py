"""Jinja2, as this project uses it: markup in templates, a book's own before the press's, no logic but loops."""

from __future__ import annotations

import datetime
from pathlib import Path
from typing import Any

import jinja2
from babel.dates import format_date
from babel.numbers import format_decimal
from markupsafe import Markup

from press.diagnostics import Position, Report
from press.model import Book
from press.names import web_address
from press.writers.xhtml.flavour import Flavour

TEMPLATES = Path(__file__).parents[3] / "templates"


class Templates:
    """The templates of one edition of one book."""

    def __init__(self, book: Book, flavour: Flavour, report: Report) -> None:
        self.report = report
        self.environment = jinja2.Environment(
            loader=jinja2.FileSystemLoader([book.root / "templates", TEMPLATES]),
            undefined=jinja2.StrictUndefined,
            autoescape=True,
            trim_blocks=True,
            lstrip_blocks=True,
            keep_trailing_newline=True,
        )
        self.environment.policies["json.dumps_kwargs"] = {"ensure_ascii": False, "separators": (",", ":")}
        locale = book.settings.language.replace("-", "_")

        def date(value: datetime.date) -> str:
            return format_date(value, format="long", locale=locale)

        def number(value: int) -> str:
            return format_decimal(value, locale=locale)

        def counted(value: int, one: str, many: str) -> str:
            return book.labels[one] if value == 1 else f"{number(value)} {book.labels[many]}"

        self.environment.filters |= {"date": date, "number": number}
        self.environment.globals |= {
            "book": book,
            "settings": book.settings,
            "labels": book.labels,
            "edition": flavour.name,
            "paged": flavour.is_paged,
            "semantics": flavour.semantics,
            "counted": counted,
            "index_ids": {entry.term: entry.id for entry in book.index},
            "place_ids": book.names.places,
            "page_address": flavour.page_address,
            "web_address": web_address,
        }

    def render(self, name: str, **values: Any) -> Markup:
        """A template with values; one that fails is reported with its line and gives nothing."""
        try:
            return Markup(self.environment.get_template(name).render(**values))
        except jinja2.TemplateNotFound as error:
            self._report(str(error.name), 1, f'there is no template "{error.name}"')
        except jinja2.TemplateSyntaxError as error:
            self._report(error.name or name, error.lineno, str(error.message))
        except jinja2.UndefinedError as error:
            self._report(name, _line(error, name), str(error.message))
        return Markup("")

    def source(self, name: str) -> str:
        """A file of the templates that is no template: a stylesheet, a script."""
        assert self.environment.loader
        return self.environment.loader.get_source(self.environment, name)[0]

    def path(self, name: str) -> Path:
        """Where a file of the templates is."""
        assert self.environment.loader
        found = self.environment.loader.get_source(self.environment, name)[1]
        assert found
        return Path(found)

    def _report(self, name: str, line: int, message: str) -> None:
        self.report.add("bad-template", Position(f"templates/{name}", max(line, 1)), message)


def _line(error: BaseException, name: str) -> int:
    """The template's line that raised an error."""
    line = 1
    trace = error.__traceback__
    while trace is not None:
        if trace.tb_frame.f_code.co_filename.endswith(name):
            line = trace.tb_lineno
        trace = trace.tb_next
    return line
