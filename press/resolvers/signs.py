"""Warning signs: what chapters say of them, held to the book's table, and the places where boxes name them.

Spans of the class `sign` are dropped here, but for those that carry the id of such a place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field, replace

import panflute as pf

from press.diagnostics import Position, Report, did_you_mean
from press.guidance import RED_FLAGS_FILE, Sign, SignPlace
from press.model import Book, Chapter, output_id
from press.tree import elements, has_class, is_inside, is_shared

_BOXES = ("emergency", "red-flags", "caution")


@dataclass(frozen=True, slots=True)
class _Mention:
    """A span that names signs, with what stands around it."""

    span: pf.Span
    keys: tuple[str, ...]
    box: pf.Div | None
    said: str
    """The urgency that the box or, where the span has `when`, the words give the signs; empty where neither does."""
    is_named: bool
    """Whether it is the box that gives it, and stands in the chapter in every edition."""
    unit: pf.Element | None
    """The list item or the paragraph."""


@dataclass(slots=True)
class _Found:
    """What a chapter has to do with signs."""

    mentions: list[_Mention] = field(default_factory=list)
    leads: list[pf.Element] = field(default_factory=list)
    """Links and cross references."""
    targets: list[pf.Element] = field(default_factory=list)
    """Headings and divisions with an id."""


def place_signs(book: Book, report: Report) -> Book:
    """Report signs that are not in the table, not of its urgency, or not in their place; list the boxes they are in."""
    found = {chapter.slug: _find(chapter, book) for chapter in book.chapters}
    if not book.guidance.is_unusable:
        check = _Check(book, report)
        for chapter in book.chapters:
            check.check(chapter, found[chapter.slug].mentions)
        _check_leads(book, found.values(), report)
    places: dict[str, list[SignPlace]] = {key: [] for key in book.guidance.signs}
    for chapter in sorted(book.chapters, key=lambda chapter: chapter.series is not None):
        for place, key in _anchors(chapter, found[chapter.slug].mentions):
            if key in places:
                places[key].append(place)
    for one in found.values():
        for mention in reversed(one.mentions):  # those in others first
            _drop(mention.span)
    signs = {key: replace(sign, places=tuple(places[key])) for key, sign in book.guidance.signs.items()}
    return book.replace(guidance=replace(book.guidance, signs=signs))


def _find(chapter: Chapter, book: Book) -> _Found:
    def is_away(element: pf.Element) -> bool:
        """Whether this is text that editions read from front to back have in another chapter only."""
        is_once = is_shared(element) and has_class(element, "once")
        return is_once and book.shared_homes[element.attributes["src"]] != chapter.slug

    found = _Found()
    for element in elements(chapter.tree):
        if isinstance(element, pf.Span) and has_class(element, "sign"):
            box, unit = _surroundings(element)
            of_box = _urgency(box)
            said = element.attributes.get("when", of_box)
            is_named = box is not None and not has_class(box, "caution") and said == of_box
            is_named = is_named and not is_inside(element, is_away)
            found.mentions.append(_Mention(element, _keys(element), box, said, is_named, unit))
        elif isinstance(element, (pf.Link, pf.Citation)):
            found.leads.append(element)
        elif isinstance(element, (pf.Header, pf.Div)) and element.identifier:
            found.targets.append(element)
    return found


def _keys(span: pf.Span) -> tuple[str, ...]:
    """The signs that a span of the class `sign` names."""
    return tuple(span.attributes.get("flag", "").split())


def _surroundings(element: pf.Element) -> tuple[pf.Div | None, pf.Element | None]:
    """The box, and the list item or else the paragraph, in which an element stands. A note stands in no box."""
    box, block, item = None, None, None
    outer = element.parent
    while outer is not None and not isinstance(outer, pf.Note):
        if box is None and any(has_class(outer, name) for name in _BOXES):
            box = outer
        elif item is None and isinstance(outer, pf.ListItem):
            item = outer
        elif block is None and isinstance(outer, (pf.Para, pf.Plain)):
            block = outer
        outer = outer.parent
    return box, item or block


def _urgency(box: pf.Div | None) -> str:
    if box is None or has_class(box, "caution"):
        return ""
    return "now" if has_class(box, "emergency") else str(box.attributes.get("when", ""))


class _Check:
    """The table, and what chapters say."""

    def __init__(self, book: Book, report: Report) -> None:
        self.book = book
        self.signs = book.guidance.signs
        self.positions = {key: sign.position for key, sign in self.signs.items()}
        self.report = report

    def check(self, chapter: Chapter, mentions: Iterable[_Mention]) -> None:
        """Report what is wrong in a chapter, and the signs that no box of it names."""
        missing = {key: sign for key, sign in self.signs.items() if chapter.slug in sign.chapters}
        for mention in mentions:
            position = self.book.position(mention.span.attributes.get("place"))
            if not mention.keys:
                hint = f"write [words]{{.sign flag=KEY}}, with a key of {RED_FLAGS_FILE}"
                self.report.add("unknown-sign", position, "these words name no sign", hint)
            for key in mention.keys:
                self._check_mention(mention, key, position)
                if mention.is_named:
                    missing.pop(key, None)
        for key, sign in missing.items():
            message = f'no box of this chapter names the sign "{key}", one for {sign.urgency} ({_line(sign)})'
            hint = f"write [words]{{.sign flag={key}}} in {_opening(sign)}"
            self.report.add("missing-sign", Position(chapter.file), message, hint)

    def _check_mention(self, mention: _Mention, key: str, position: Position) -> None:
        sign = self.signs.get(key)
        if sign is None:
            hint = did_you_mean(key, self.positions, self.positions) or f"signs are listed in {RED_FLAGS_FILE}"
            self.report.add("unknown-sign", position, f'no sign has the key "{key}"', hint)
        elif not mention.said and mention.box is not None and has_class(mention.box, "red-flags"):
            message = f'the sign "{key}" stands in a box that does not say how urgent it is'
            self.report.add("sign-urgency", position, message, f"begin the box with {_opening(sign)}")
        elif not mention.said:
            message = f'nothing says how urgent the sign "{key}" is: it stands in no box for that'
            hint = f"say it, and write when={sign.urgency} in the braces ({_line(sign)})"
            self.report.add("sign-urgency", position, message, hint)
        elif mention.said != sign.urgency:
            in_words = "when" in mention.span.attributes
            by = "the text" if in_words else "this box"
            message = f'the sign "{key}" is one for {sign.urgency} ({_line(sign)}), and {by} says {mention.said}'
            hint = f"say so, and write when={sign.urgency}" if in_words else f"its place is {_opening(sign)}"
            self.report.add("sign-urgency", position, message, hint)


def _line(sign: Sign) -> str:
    return f"{sign.position.path}:{sign.position.line}"


def _opening(sign: Sign) -> str:
    """How the box begins that a sign belongs into."""
    return "::: emergency" if sign.urgency == "now" else f"::: {{.red-flags when={sign.urgency}}}"


def _check_leads(book: Book, found: Collection[_Found], report: Report) -> None:
    """Report signs for now whose paragraph leads to a section of emergencies in which they do not stand."""
    signs = book.guidance.signs
    named: dict[int, list[str]] = {}
    for mention in (mention for one in found for mention in one.mentions):
        now = [key for key in mention.keys if key in signs and signs[key].urgency == "now"]
        if mention.unit is not None:
            named.setdefault(id(mention.unit), []).extend(now)
    targets = {output_id(target.identifier): target for one in found for target in one.targets}
    for lead in (lead for one in found for lead in one.leads):
        identifier = lead.id if isinstance(lead, pf.Citation) else lead.url.removeprefix("#")
        target = targets.get(output_id(identifier))
        _, unit = _surroundings(lead)
        keys = named.get(id(unit))
        there = _emergencies(target) if target is not None and keys else None
        if target is None or not keys or there is None:
            continue
        position = book.position(lead.hash if isinstance(lead, pf.Citation) else lead.attributes.get("place"))
        at = book.position(target.attributes.get("place"))
        for key in keys:
            if key not in there:
                message = f'the emergencies that this leads to do not hold the sign "{key}"'
                hint = f'name it in "{target.identifier}" ({at.path}:{at.line}), or lead to where it stands'
                report.add("sign-elsewhere", position, message, hint)


def _emergencies(target: pf.Element) -> set[str] | None:
    """The signs in the emergency boxes of a section, or of a division; None where there is no such box."""
    boxes = [inner for block in _section(target) for inner in elements(block) if has_class(inner, "emergency")]
    spans = (inner for box in boxes for inner in elements(box) if has_class(inner, "sign"))
    return {key for span in spans for key in _keys(span)} if boxes else None


def _section(element: pf.Element) -> list[pf.Element]:
    """What stands under a heading; of anything else, itself."""
    if not isinstance(element, pf.Header):
        return [element]
    blocks = list(element.parent.content)
    start = next(number for number, block in enumerate(blocks) if block is element) + 1
    rest = blocks[start:]
    ends = (n for n, block in enumerate(rest) if isinstance(block, pf.Header) and block.level <= element.level)
    return rest[: next(ends, len(rest))]


def _anchors(chapter: Chapter, mentions: Iterable[_Mention]) -> Iterator[tuple[SignPlace, str]]:
    """Give the first mention of each sign in a box of a chapter its id."""
    done: set[str] = set()
    for mention in mentions:
        if not mention.is_named:
            continue
        for key in mention.keys:
            if key in done:
                continue
            done.add(key)
            place = SignPlace(chapter.slug, f"{chapter.slug}-sign-{key}")
            if mention.span.identifier or mention.span.classes != ["sign"]:
                mention.span.content.insert(0, pf.Span(identifier=place.id))
            else:
                mention.span.identifier = place.id
            yield place, key


def _drop(span: pf.Span) -> None:
    """Leave the words of a sign; in a span only where there is more to it."""
    span.classes = [name for name in span.classes if name != "sign"]
    span.attributes = {name: value for name, value in span.attributes.items() if name not in ("flag", "when")}
    if span.identifier or span.classes or span.attributes.keys() - {"place"}:
        return
    made: list[pf.Element] = []
    for inline in span.parent.content:
        made += span.content if inline is span else [inline]
    span.parent.content = made
