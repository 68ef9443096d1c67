"""Numbers of chapters, from their place in the book."""

from __future__ import annotations

from dataclasses import replace

from press.diagnostics import Report
from press.model import Book, Chapter, Part, SeriesPlace


def number_chapters(book: Book, report: Report) -> Book:
    """Number the body's chapters from 1; in a book with a series, those that are spots of it."""
    number = 0
    parts: list[Part] = []
    series = book.settings.series
    for part in book.parts:
        if not isinstance(part, Chapter):
            parts.append(part)
            continue
        if part.division == "body" and (series is None or part.metadata.spot):
            number += 1
            part = replace(part, number=number)
            if series:
                form = book.labels["spot_reference"]
                place = SeriesPlace(
                    number,
                    form.format(name=series.short_name, number=number),
                    form.format(name=series.name, number=number),
                )
                part = replace(part, series=place)
        parts.append(part)
    return book.replace(parts=tuple(parts))
