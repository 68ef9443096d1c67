"""Warning signs: what chapters say of them, held to the book's table, and the places where boxes name them.

Spans of the class `sign` are dropped here, but for those that carry the id of such a place.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import TypeGuard

from press.diagnostics import Position, Report, did_you_mean
from press.guidance import RED_FLAGS_FILE, Sign, SignPlace
from press.model import Book, Chapter, output_id
from press.nodes import Attributed, Citation, Div, Doc, Header, Item, Link, Node, Nodes, Note, Para, Plain, Span
from press.tree import Ancestors, children, elements, paths, rewrite
from press.tree_classes import has_class, is_shared

_BOXES = ("emergency", "red-flags", "caution")


@dataclass(frozen=True, slots=True)
class _Mention:
    """A span that names signs, with what stands around it."""

    span: Span
    keys: tuple[str, ...]
    box: Div | None
    said: str
    """The urgency that the box or, where the span has `when`, the words give the signs; empty where neither does."""
    is_named: bool
    """Whether it is the box that gives it, and stands in the chapter in every edition."""
    unit: Node | None
    """The list item or the paragraph."""


@dataclass(frozen=True, slots=True)
class _Lead:
    """A link or a cross reference."""

    node: Link | Citation
    unit: Node | None

    @property
    def id(self) -> str:
        """Where it leads to."""
        return self.node.id if isinstance(self.node, Citation) else self.node.url.removeprefix("#")


@dataclass(frozen=True, slots=True)
class _Target:
    """A heading with what stands under it, or a division."""

    node: Attributed
    blocks: Nodes


@dataclass(slots=True)
class _Found:
    """What a chapter has to do with signs."""

    mentions: list[_Mention] = field(default_factory=list)
    leads: list[_Lead] = field(default_factory=list)
    targets: list[_Target] = field(default_factory=list)


def place_signs(book: Book, report: Report) -> Book:
    """Report signs that are not in the table, not of its urgency, or not in their place; list the boxes they are in."""
    found = {chapter.slug: _find(chapter, book) for chapter in book.chapters}
    if not book.guidance.is_unusable:
        check = _Check(book, report)
        for chapter in book.chapters:
            check.check(chapter, found[chapter.slug].mentions)
        for one in found.values():
            _check_leads(book, one, [target for other in found.values() for target in other.targets], report)
    places: dict[str, list[SignPlace]] = {key: [] for key in book.guidance.signs}
    anchors = {slug: dict(_anchors(one.mentions)) for slug, one in found.items()}
    for chapter in sorted(book.chapters, key=lambda chapter: chapter.series is not None):
        for keys in anchors[chapter.slug].values():
            for key in keys:
                if key in places:
                    places[key].append(SignPlace(chapter.slug, _anchor(chapter.slug, key)))
    signs = {key: replace(sign, places=tuple(places[key])) for key, sign in book.guidance.signs.items()}
    book = book.with_chapters(lambda one: replace(one, tree=_placed(one.tree, one.slug, anchors[one.slug])))
    return book.replace(guidance=replace(book.guidance, signs=signs))


def _find(chapter: Chapter, book: Book) -> _Found:
    def is_away(node: Node) -> bool:
        """Whether this is text that editions read from front to back have in another chapter only."""
        return is_shared(node) and "once" in node.classes and book.shared_homes[node.attributes["src"]] != chapter.slug

    found = _Found()
    for node, around in paths(chapter.tree):
        if _is_sign(node):
            box, unit = _surroundings(around)
            of_box = _urgency(box)
            said = node.attributes.get("when", of_box)
            is_named = box is not None and not has_class(box, "caution") and said == of_box
            is_named = is_named and not any(map(is_away, around))
            found.mentions.append(_Mention(node, _keys(node), box, said, is_named, unit))
        elif isinstance(node, (Link, Citation)):
            found.leads.append(_Lead(node, _surroundings(around)[1]))
        elif isinstance(node, (Header, Div)) and node.identifier:
            found.targets.append(_Target(node, _section(node, around[-1])))
    return found


def _is_sign(node: Node) -> TypeGuard[Span]:
    return isinstance(node, Span) and has_class(node, "sign")


def _keys(span: Span) -> tuple[str, ...]:
    """The signs that a span of the class `sign` names."""
    return tuple(span.attributes.get("flag", "").split())


def _surroundings(around: Ancestors) -> tuple[Div | None, Node | None]:
    """The box, and the list item or else the paragraph, in which something stands. A note stands in no box."""
    box, block, item = None, None, None
    for outer in reversed(around):
        if isinstance(outer, Note):
            break
        if box is None and isinstance(outer, Div) and any(has_class(outer, name) for name in _BOXES):
            box = outer
        elif item is None and isinstance(outer, Item):
            item = outer
        elif block is None and isinstance(outer, (Para, Plain)):
            block = outer
    return box, item or block


def _urgency(box: Div | None) -> str:
    if box is None or has_class(box, "caution"):
        return ""
    return "now" if has_class(box, "emergency") else box.attributes.get("when", "")


def _section(node: Node, parent: Node) -> Nodes:
    """What stands under a heading; of anything else, itself."""
    if not isinstance(node, Header):
        return (node,)
    blocks = children(parent)
    rest = blocks[next(number for number, block in enumerate(blocks, 1) if block is node) :]
    ends = (number for number, block in enumerate(rest) if isinstance(block, Header) and block.level <= node.level)
    return rest[: next(ends, len(rest))]


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
            position = self.book.position(mention.span.place)
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


def _check_leads(book: Book, found: _Found, targets: Iterable[_Target], report: Report) -> None:
    """Report signs for now whose paragraph leads to a section of emergencies in which they do not stand."""
    signs = book.guidance.signs
    named: dict[Node, dict[str, None]] = {}
    for mention in found.mentions:
        now = [key for key in mention.keys if key in signs and signs[key].urgency == "now"]
        if mention.unit is not None:
            named.setdefault(mention.unit, {}).update(dict.fromkeys(now))
    by_id = {output_id(target.node.identifier): target for target in targets}
    for lead in found.leads:
        target = by_id.get(output_id(lead.id))
        keys = named.get(lead.unit) if lead.unit is not None else None
        there = _emergencies(target.blocks) if target is not None and keys else None
        if target is None or not keys or there is None:
            continue
        position, at = book.position(lead.node.place), book.position(target.node.place)
        for key in keys:
            if key not in there:
                message = f'the emergencies that this leads to do not hold the sign "{key}"'
                hint = f'name it in "{target.node.identifier}" ({at.path}:{at.line}), or lead to where it stands'
                report.add("sign-elsewhere", position, message, hint)


def _emergencies(blocks: Nodes) -> set[str] | None:
    """The signs in the emergency boxes among blocks; None where there is no such box."""
    boxes = [inner for block in blocks for inner in elements(block) if has_class(inner, "emergency")]
    spans = (inner for box in boxes for inner in elements(box) if _is_sign(inner))
    return {key for span in spans for key in _keys(span)} if boxes else None


def _anchors(mentions: Collection[_Mention]) -> Iterator[tuple[int, list[str]]]:
    """The number of each span whose box is the first of its chapter to name signs, and these."""
    done: set[str] = set()
    for number, mention in enumerate(mentions):
        keys = [key for key in dict.fromkeys(mention.keys) if mention.is_named and key not in done]
        done.update(keys)
        if keys:
            yield number, keys


def _anchor(slug: str, key: str) -> str:
    return f"{slug}-sign-{key}"


def _placed(tree: Doc, slug: str, anchors: Mapping[int, list[str]]) -> Doc:
    """A chapter's text with the ids of places, and no other sign of signs."""
    number = -1

    def change(node: Node) -> Node | Nodes | None:
        nonlocal number
        if not _is_sign(node):
            return None
        number += 1
        ids = [_anchor(slug, key) for key in anchors.get(number, ())]
        made = _without_sign(rewrite(node, change))
        if ids and not made.identifier and not made.classes:
            made = replace(made, identifier=ids.pop(0))
        # The last one stands first.
        made = replace(made, content=(*(Span(identifier=one) for one in reversed(ids)), *made.content))
        is_needed = made.identifier or made.classes or made.attributes
        return made if is_needed else made.content

    return rewrite(tree, change)


def _without_sign(span: Span) -> Span:
    classes = tuple(name for name in span.classes if name != "sign")
    attributes = {name: value for name, value in span.attributes.items() if name not in ("flag", "when")}
    return replace(span, classes=classes, attributes=attributes)
