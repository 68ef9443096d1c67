"""From pandoc's tree to the book's: figures in one shape, quotation marks of the language, no raw markup, positions.

Afterwards a tree holds: `Div.figure` (an image, `Div.caption`, `Div.long-description`), no `Quoted`, no raw HTML, only
known attributes, and places on all that a later stage may complain about.
"""

from __future__ import annotations

import re

import panflute as pf

from press.diagnostics import Report, did_you_mean
from press.labels import Labels
from press.model import pack_place
from press.readers.clusters import parted
from press.readers.lines import OUTSIDE_SCHEMES, quoted
from press.readers.source import Source
from press.tree import plain_text, text_inlines

_ATTRIBUTES: dict[type, set[str]] = {
    pf.Div: {"src", "title"},
    pf.Span: {"entry", "sub", "see", "seealso"},
    pf.Image: {"alt"},
}
_ATTRIBUTES_BY_CLASS = {"sign": {"flag", "when"}, "red-flags": {"when"}}
_WHEN = {"sign": ("now", "today", "soon"), "red-flags": ("today", "soon")}
"""The urgencies that may be given; what is for now has a box of its own."""
_CLASSES: dict[type, set[str]] = {
    pf.Div: {
        "figure",
        "cartoon",
        "long-description",
        "remark",
        "caution",
        "red-flags",
        "emergency",
        "whole-page",
        "include",
        "once",
        "referred-pain",
        "series-list",
        "series-map",
        "disclaimer",
    },
    pf.Span: {"index", "length", "note", "sign"},
}
_EVERYWHERE = {"lang", "dir"}
_RAW_PAIRS = {"sub": pf.Subscript, "sup": pf.Superscript, "kbd": "kbd", "mark": "mark", "small": "small"}
_LINK_SCHEMES = (*OUTSIDE_SCHEMES, "#")
_ALLOWED = "<br>, <wbr>, <sub>, <sup>, <kbd>, <mark>, <small>"


def normalise(tree: pf.Doc, source: Source, file_number: int, labels: Labels, report: Report) -> pf.Doc:
    """Bring a parsed tree into the book's shape (see the module), in place."""
    work = _Markup(source, file_number, labels, report)
    tree = tree.walk(work.raw_markup)
    tree = tree.walk(work.places)
    tree = tree.walk(work.figures)
    return tree.walk(work.quotes)


class _Markup:
    """The walks over one file's tree."""

    def __init__(self, source: Source, file_number: int, labels: Labels, report: Report) -> None:
        self.source = source
        self.file_number = file_number
        self.labels = labels
        self.report = report

    def raw_markup(self, element: pf.Element, _: pf.Doc | None) -> pf.Element | list[pf.Element] | None:
        """Allowed HTML tags become the tree's own elements; anything else raw is reported and dropped."""
        if isinstance(element, (pf.RawBlock, pf.RawInline)) and element.parent is None:
            return None
        content = getattr(element, "content", None)
        if isinstance(element, pf.RawBlock):
            text = element.text.strip()
            if text:
                self._refuse(text)
            return []
        if content is None or not any(isinstance(child, pf.RawInline) for child in content):
            return None
        element.content = self._without_raw(list(content))
        return None

    def _without_raw(self, inlines: list[pf.Element]) -> list[pf.Element]:
        made: list[pf.Element] = []
        opened: list[tuple[str, str, list[pf.Element]]] = []
        refused: list[str] = []
        for inline in inlines:
            if not isinstance(inline, pf.RawInline):
                made.append(inline)
                continue
            tag = re.fullmatch(r"<(/?)([a-z]+)\s*/?>", inline.text.strip())
            name = tag.group(2) if tag and inline.format == "html" else ""
            if name == "br":
                made.append(pf.LineBreak())
            elif name == "wbr":
                made.append(pf.Str("\u200b"))
            elif tag and name in _RAW_PAIRS and not tag.group(1):
                opened.append((name, inline.text, made))
                made = []
            elif tag and name in _RAW_PAIRS and opened and opened[-1][0] == name:
                kind, inside = _RAW_PAIRS[name], made
                made = opened.pop()[2]
                made.append(pf.Span(*inside, classes=[kind]) if isinstance(kind, str) else kind(*inside))
            elif (closing := re.fullmatch(r"</([a-z][\w-]*)\s*>", inline.text)) and closing.group(1) in refused:
                refused.remove(closing.group(1))
            elif inline.text.strip():
                self._refuse(inline.text)
                refused += re.findall(r"^<([a-z][\w-]*)", inline.text)
        for _, text, before in reversed(opened):
            self._refuse(text)
            made = before + made
        return made

    def _refuse(self, text: str) -> None:
        first = text.strip().splitlines()[0]
        offset = self.source.find(re.escape(first))
        if offset is None:  # raw text marked as such stands in code
            offset = max(self.source.text.find(first), 0)
        shown = first if len(first) <= 40 else first[:39] + "…"
        self.report.add(
            "raw-html-not-allowed",
            self.source.position(offset),
            f'"{shown}" is not allowed here',
            f"allowed are {_ALLOWED}, in pairs and without attributes; for the rest there is Markdown",
        )

    def places(self, element: pf.Element, _: pf.Doc | None) -> pf.Element | list[pf.Element] | None:
        """Give elements their places, and check the attributes and addresses that authors wrote.

        A note, which can carry nothing, gets a span around it that can.
        """
        if isinstance(element, pf.Note):
            place = self._place(self.source.find(r"\[\^[^\]\s]+\]|\^\["))
            return pf.Span(element, classes=["note"], attributes={"place": str(place)})
        if isinstance(element, pf.Cite):
            for citation in element.citations:
                pattern = rf"(?<!\w)@\{{?{re.escape(citation.id)}(?!\w|[:.#$%&+?<>~/-]+\w)"
                citation.hash = self._place(self.source.find(pattern))
            return parted(element)
        patterns = self._patterns(element)
        if patterns is None:
            return None
        offset = next((found for pattern in patterns if (found := self.source.find(pattern)) is not None), None)
        own = (_ATTRIBUTES_BY_CLASS.get(name, set()) for name in getattr(element, "classes", ()))
        allowed = _EVERYWHERE.union(_ATTRIBUTES.get(type(element), ()), *own)
        for name in list(element.attributes):
            if name not in allowed:
                at = self.source.find(rf"[{{ \t\n]{re.escape(name)}=")
                position = self.source.position((at + 1) if at is not None else offset or 0)
                hint = did_you_mean(name, allowed)
                self.report.add("bad-attribute", position, f'"{name}" is not an attribute of this', hint)
                del element.attributes[name]
        self._check_classes(element, offset or 0)
        self._check_when(element, offset or 0)
        if isinstance(element, pf.Link) and not element.url.startswith(_LINK_SCHEMES):
            hint = "link with https://…, or to a place of the book with #id"
            position = self.source.position(offset or 0)
            self.report.add("link-not-allowed", position, f'a link to "{element.url}" is not allowed', hint)
        element.attributes["place"] = str(self._place(offset))
        return None

    def _check_classes(self, element: pf.Element, offset: int) -> None:
        """A misspelt class would lose what it stands for without a word: a caution its box, a word its index entry."""
        known = _CLASSES.get(type(element))
        for name in element.classes:
            if known is not None and name not in known:
                hint = did_you_mean(name, known) or f"classes are {', '.join(sorted(known - {'note'}))}"
                message = f'"{name}" is not a class of this'
                self.report.add("bad-attribute", self.source.position(offset), message, hint)

    def _check_when(self, element: pf.Element, offset: int) -> None:
        """An urgency that is none would leave a sign without one."""
        when = element.attributes.get("when")
        known = next((known for name, known in _WHEN.items() if name in element.classes), ())
        if when is not None and when not in known:
            hint = did_you_mean(when, known) or f"it is {' or '.join(known)}"
            self.report.add("bad-attribute", self.source.position(offset), f'"{when}" says no urgency', hint)
            del element.attributes["when"]

    def _patterns(self, element: pf.Element) -> list[str] | None:
        """Regular expressions for where an element stands in the source, the surest first."""
        identifier = getattr(element, "identifier", "")
        by_id = [rf"(?<=[{{ \t\n])#{re.escape(identifier)}(?![\w:.-])"] if identifier else []
        if isinstance(element, pf.Header):
            word = re.match(r"\w+", plain_text(list(element.content)))
            begin = re.escape(word.group()) if word else ""
            return [
                *by_id,
                rf"^[ \t>]*#{{{element.level}}}[ \t]+(?=\W*{begin})(?!.*\{{#)",
                rf"^[ \t>]*{begin}" if begin else "^#",
            ]
        if isinstance(element, (pf.Link, pf.Image)):
            url = re.escape(element.url)
            return [rf"\]\(\s*<?{url}", rf"<{url}", rf"^ {{0,3}}\[[^\]]+\]:\s*<?{url}", *by_id]
        if isinstance(element, pf.Div):
            name = re.escape(element.classes[0]) if element.classes else ""
            source = re.escape(element.attributes.get("src", ""))
            by_source = [rf"src=[\"']?{source}"] if source else []
            return [*by_source, *by_id, rf"^[ \t>]*:::+(?!.*(?:src=|#)).*{name}"]
        if isinstance(element, pf.Span):
            names = [rf"\]\{{(?![^}}]*#)[^}}]*\.{re.escape(name)}" for name in element.classes[:1]]
            return [*by_id, *names, r"\]\{"]
        if isinstance(element, (pf.Table, pf.CodeBlock, pf.Code, pf.Figure)):
            return by_id or [r"\Z"]
        return None

    def _place(self, offset: int | None) -> int:
        return pack_place(self.file_number, *self.source.line_column(offset or 0))

    def figures(self, element: pf.Element, doc: pf.Doc | None) -> pf.Element | None:
        """A figure of pandoc's, or a written-out one, becomes the book's shape."""
        if isinstance(element, pf.Figure):
            if isinstance(element.parent, pf.Div) and "figure" in element.parent.classes:
                return pf.Plain(*_image_of(element))
            image = _image_of(element)[0]
            caption = list(element.caption.content) if element.caption else []
            alt = image.attributes.pop("alt", None)
            words = alt.split() if alt else []
            if alt is None and plain_text(list(image.content)) != _block_text(caption):
                words = plain_text(list(image.content)).split()
            image.content = text_inlines(" ".join(words))
            identifier = element.identifier or image.identifier
            image.identifier = ""
            classes = ["figure", *image.classes]
            image.classes = []
            place = {"place": image.attributes.get("place", "")}
            captions = [pf.Para(*block.content) if isinstance(block, pf.Plain) else block for block in caption]
            return pf.Div(
                pf.Plain(image),
                pf.Div(*captions, classes=["caption"]),
                identifier=identifier,
                classes=classes,
                attributes=place,
            )
        if isinstance(element, pf.Div) and "referred-pain" in element.classes:
            element.classes = ["figure", "referred-pain"]
            element.content = [pf.Div(*element.content, classes=["caption"])]
            return None
        if isinstance(element, pf.Div) and "figure" in element.classes and not _has(element, "caption"):
            image_block = next((block for block in element.content if _lone_image(block)), None)
            rest = [block for block in element.content if block is not image_block]
            long = [block for block in rest if isinstance(block, pf.Div) and "long-description" in block.classes]
            captions = [block for block in rest if block not in long]
            if image_block is None:
                position = self.source.position(0)
                if place := element.attributes.get("place"):
                    line, column = divmod(int(place) % 10**10, 10**4)
                    position = type(position)(self.source.name, line, column)
                self.report.add("bad-figure", position, "a figure without a picture", "put ![…](figures/…) first in it")
                element.classes = [name for name in element.classes if name != "figure"]
                return None
            element.content = [pf.Plain(*image_block.content), pf.Div(*captions, classes=["caption"]), *long]
        return None

    def quotes(self, element: pf.Element, _: pf.Doc | None) -> list[pf.Inline] | None:
        """Quotation marks of the language."""
        return quoted(element, self.labels)


def _image_of(figure: pf.Figure) -> list[pf.Element]:
    for block in figure.content:
        if _lone_image(block):
            return [child for child in block.content if isinstance(child, pf.Image)]
    raise AssertionError("pandoc makes a figure of an image only")


def _lone_image(block: pf.Element) -> bool:
    return isinstance(block, (pf.Plain, pf.Para)) and len(block.content) == 1 and isinstance(block.content[0], pf.Image)


def _has(division: pf.Div, name: str) -> bool:
    return any(isinstance(block, pf.Div) and name in block.classes for block in division.content)


def _block_text(blocks: list[pf.Element]) -> str:
    return " ".join(plain_text(list(block.content)) for block in blocks if hasattr(block, "content"))
