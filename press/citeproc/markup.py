"""Text with marks: markup as single characters, so that text can be cut, joined and searched freely.

The marks are Unicode noncharacters, which are meant for use inside a program and stand in no valid text.
`encode` makes marks of the HTML that CSL-JSON and citations may hold, `to_html` makes HTML of marks.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import quote

_FIRST = 0xFDD0


@dataclass(frozen=True, slots=True)
class Pair:
    """The marks that open and close a kind of markup."""

    open: str
    close: str

    def around(self, text: str) -> str:
        """The text between the marks."""
        return f"{self.open}{text}{self.close}" if text else text


def _pair(number: int) -> Pair:
    return Pair(chr(_FIRST + 2 * number), chr(_FIRST + 2 * number + 1))


ITALIC, BOLD, SUP, SUB, SMALLCAPS, UPRIGHT, NOCASE, QUOTE, CITE = (_pair(number) for number in range(9))
DOI, PMID, PMCID, URL = (Pair(chr(_FIRST + 18 + number), chr(_FIRST + 22)) for number in range(4))
SEAM = chr(_FIRST + 23)
"""Where two pieces were joined: punctuation is mended there only."""
EVIDENCE = Pair(chr(_FIRST + 24), chr(_FIRST + 25))
"""A word about a reference behind its citation."""

LINKS = {"DOI": DOI, "PMID": PMID, "PMCID": PMCID, "URL": URL}
_ADDRESSES = {
    DOI.open: "https://doi.org/",
    PMID.open: "https://pubmed.ncbi.nlm.nih.gov/",
    PMCID.open: "https://pmc.ncbi.nlm.nih.gov/articles/",
    URL.open: "",
}
_IDENTIFIERS = {
    DOI.open: re.compile(r"10\.\d"),
    PMID.open: re.compile(r"\d+$"),
    PMCID.open: re.compile(r"PMC\d+$"),
    URL.open: re.compile(r"(?!)"),
}
"""What an identifier begins with that becomes a link; no URL but those of the web."""
_PREFIXES = re.compile(r"https?://(?:dx\.)?(?:doi\.org|www\.ncbi\.nlm\.nih\.gov/(?:pubmed|pmc/articles))/\Z")
ANY_MARK = re.compile("[\ufdd0-\ufdef]")
_NO_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""The characters that XML cannot hold, and our marks."""
_TAG = re.compile(r"<(/?)(i|b|sup|sub|sc|span)((?:\s[^<>]*)?)>")
_TAGS = {"i": ITALIC, "b": BOLD, "sup": SUP, "sub": SUB, "sc": SMALLCAPS}


def plain(text: str) -> str:
    """The text without its marks."""
    return ANY_MARK.sub("", text)


def encode(text: str, escaped: bool = False) -> str:
    """Make marks of known and balanced tags; all else is text. `escaped`: whether entities stand for characters."""
    text = _NO_TEXT.sub("", text)
    pieces: list[str] = []
    stack: list[tuple[str, int, Pair | None]] = []
    at = 0
    for tag in _TAG.finditer(text):
        pieces.append(_literal(text[at : tag.start()], escaped))
        at = tag.end()
        closing, name, attributes = tag.groups()
        if not closing:
            stack.append((name, len(pieces), _TAGS.get(name) or _span(attributes)))
            pieces.append(_literal(tag.group(), escaped))
        elif stack and stack[-1][0] == name:
            _, opened, pair = stack.pop()
            pieces[opened] = pair.open if pair else ""
            pieces.append(pair.close if pair else "")
        else:
            pieces.append(_literal(tag.group(), escaped))
    pieces.append(_literal(text[at:], escaped))
    return "".join(pieces)


def _literal(text: str, escaped: bool) -> str:
    return _NO_TEXT.sub("", html.unescape(text)) if escaped else text


def _span(attributes: str) -> Pair | None:
    if "nocase" in attributes:
        return NOCASE
    if re.search(r"small-?caps", attributes):
        return SMALLCAPS
    if "evidence-mark" in attributes:
        return EVIDENCE
    return UPRIGHT if "font-style:normal" in attributes.replace(" ", "") else None


def to_html(text: str) -> str:
    """The text as HTML. Italics inside italics are upright, and markup is balanced whatever was cut off."""
    pieces: list[str] = []
    open_tags: list[str] = []
    for tags, run in _runs(text):
        common = 0
        while common < min(len(tags), len(open_tags)) and tags[common] == open_tags[common]:
            common += 1
        pieces += [_closing(tag) for tag in reversed(open_tags[common:])]
        pieces += [f"<{tag}>" for tag in tags[common:]]
        open_tags = tags
        pieces.append(html.escape(run, quote=False))
    pieces += [_closing(tag) for tag in reversed(open_tags)]
    return "".join(pieces)


def _closing(tag: str) -> str:
    return f"</{tag.split(' ')[0]}>"


_STYLES = (
    (EVIDENCE, 'span class="evidence-mark"'),
    (ITALIC, "i"),
    (BOLD, "b"),
    (SMALLCAPS, 'span class="smallcaps"'),
    (SUP, "sup"),
    (SUB, "sub"),
)


def _runs(text: str) -> Iterator[tuple[list[str], str]]:
    """Pieces of text with the same markup, each with its tags from the outermost to the innermost."""
    depth = dict.fromkeys((pair for pair, _ in _STYLES), 0)
    upright: list[int] = []
    link = ""
    for tokens in _with_links(text):
        href, run = tokens
        link = f'a href="{html.escape(href)}"' if href else ""
        start = 0
        for mark in ANY_MARK.finditer(run):
            if mark.start() > start:
                yield _tags(depth, link), run[start : mark.start()]
            start = mark.end()
            character = mark.group()
            if character == UPRIGHT.open:
                upright.append(depth[ITALIC])
                depth[ITALIC] = 0
            elif character == UPRIGHT.close and upright:
                depth[ITALIC] = upright.pop()
            for pair, _ in _STYLES:
                if character == pair.open:
                    depth[pair] += 1
                elif character == pair.close and depth[pair]:
                    depth[pair] -= 1
        if start < len(run):
            yield _tags(depth, link), run[start:]


def _tags(depth: dict[Pair, int], link: str) -> list[str]:
    tags = [link] if link else []
    return tags + [tag for pair, tag in _STYLES if depth[pair] % 2]


def _with_links(text: str) -> Iterator[tuple[str, str]]:
    """The text in pieces, each with its address or without one; a printed resolver belongs to the link."""
    at = 0
    for match in re.finditer(f"([{''.join(_ADDRESSES)}])([^{DOI.close}]*){DOI.close}", text):
        before, target = text[at : match.start()], plain(match.group(2))
        resolver = _PREFIXES.search(plain(before))
        shown = match.group(2)
        if resolver and before.endswith(resolver.group()):
            before = before.removesuffix(resolver.group())
            shown = resolver.group() + shown
        yield "", before
        yield _address(match.group(1), target), shown
        at = match.end()
    yield "", text[at:]


def _address(mark: str, target: str) -> str:
    """The address of an identifier; none for a URL that is not one of the web, or an identifier that is none."""
    if re.match(r"https?://", target):
        return target
    if not _IDENTIFIERS[mark].match(target):
        return ""
    return _ADDRESSES[mark] + quote(target, safe="/:;().,_-+=~!$&'*@") + ("" if mark == DOI.open else "/")
