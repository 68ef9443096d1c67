"""What must be true of every EPUB the press makes: EPUBCheck, Ace, and checks of our own for what both miss.

`findings` is all of our own; a finding begins with the name of its check.
"""

from __future__ import annotations

import json
import os
import posixpath
import re
import shutil
import subprocess
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from conftest import ROOT, run_build
from lxml import etree

XHTML = "{http://www.w3.org/1999/xhtml}"
SVG = "{http://www.w3.org/2000/svg}"
MATHML = "{http://www.w3.org/1998/Math/MathML}"
TYPE = "{http://www.idpf.org/2007/ops}type"
LANGUAGE = "{http://www.w3.org/XML/1998/namespace}lang"
OPF = {"opf": "http://www.idpf.org/2007/opf", "dc": "http://purl.org/dc/elements/1.1/"}
NCX = {"ncx": "http://www.daisy.org/z3986/2005/ncx/"}
CONFORMANCE = "EPUB Accessibility 1.1 - WCAG 2.2 Level AA"
MIXED_CASE = ("viewBox", "preserveAspectRatio", "gradientUnits", "patternUnits", "clipPathUnits", "markerWidth")
LOWER_CASE = {name.lower(): name for name in MIXED_CASE}
_ACE = ROOT / "tests" / "node_modules" / ".bin" / "ace-cli"


def epubcheck(file: Path, report: Path) -> list[dict[str, object]]:
    """EPUBCheck's messages, usage hints included, but for the one that says that there are fonts."""
    spec = find_spec("epubcheck")
    assert spec and spec.origin
    jar = Path(spec.origin).parent / "epubcheck.jar"
    flags = ["-Xss8m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-jar", str(jar)]
    command = ["java", *flags, str(file), "--usage", "--json", str(report)]
    subprocess.run(command, capture_output=True, check=False)
    return [message for message in json.loads(report.read_bytes())["messages"] if message["ID"] != "CSS-028"]


def ace(file: Path, folder: Path) -> list[str]:
    """The rules that Ace finds violated."""
    command = ["node", str(_ACE), "-f", "-o", str(folder), str(file)]
    browser = {
        "PUPPETEER_EXECUTABLE_PATH": os.environ.get("CHROMIUM", "/usr/bin/chromium"),
        "ACE_TIMEOUT_INITIAL": "60000",  # milliseconds until the browser is there; a busy machine needs more than 5000
    }
    done = subprocess.run(command, capture_output=True, text=True, env=os.environ | browser, check=False)
    assert (folder / "report.json").exists(), done.stdout + done.stderr
    report = json.loads((folder / "report.json").read_bytes())
    return [
        f"{page['earl:testSubject']['url']}: {found['earl:test']['dct:title']}"
        for page in report["assertions"]
        for found in page["assertions"]
    ]


@dataclass(frozen=True, slots=True)
class Unpacked:
    """An EPUB's files, and those of them that are XML as trees."""

    files: Mapping[str, bytes]
    pages: Mapping[str, etree._Element]
    """The pages by their path in the archive, in the order of the spine."""
    package: etree._Element

    @property
    def nav(self) -> etree._Element:
        """The page of the navigation."""
        return self.pages["EPUB/nav.xhtml"]

    def navigation(self, kind: str) -> list[etree._Element]:
        """The links of one of its lists: toc, landmarks, page-list."""
        lists = [nav for nav in self.nav.iter(f"{XHTML}nav") if nav.get(TYPE) == kind]
        return [link for found in lists for link in found.iter(f"{XHTML}a")]

    def metas(self, name: str) -> list[str]:
        """The values of a property of the metadata."""
        return [element.text or "" for element in self.package.iterfind(f".//opf:meta[@property='{name}']", OPF)]

    def place(self, page: str, href: str) -> tuple[str, str]:
        """The file and the fragment that a link on a page leads to."""
        path, _, fragment = href.partition("#")
        return posixpath.normpath(posixpath.join(posixpath.dirname(page), path)) if path else page, fragment


def unpack(file: Path) -> Unpacked:
    """Open an EPUB. Raises `etree.XMLSyntaxError` where a page is no XML."""
    with zipfile.ZipFile(file) as archive:
        files = {name: archive.read(name) for name in archive.namelist()}
    package = etree.fromstring(files["EPUB/content.opf"])
    items = {item.get("id"): f"EPUB/{item.get('href')}" for item in package.iterfind(".//opf:item", OPF)}
    spine = [items[item.get("idref")] for item in package.iterfind(".//opf:itemref", OPF)]
    return Unpacked(files, {name: etree.fromstring(files[name]) for name in spine}, package)


def findings(file: Path) -> list[str]:
    """What our own checks find wrong with an EPUB."""
    found = [f"container: {finding}" for finding in container(file)]
    try:
        epub = unpack(file)
    except etree.XMLSyntaxError as error:
        return [*found, f"syntax: {error}"]
    return found + [f"{name}: {finding}" for name, check in CHECKS.items() for finding in check(epub)]


def container(file: Path) -> Iterator[str]:
    """The media type comes first and uncompressed; all files have one date; the fonts' licence is there."""
    with zipfile.ZipFile(file) as archive:
        infos = archive.infolist()
        if infos[0].filename != "mimetype" or infos[0].compress_type != zipfile.ZIP_STORED:
            yield "the media type is not the first file, or compressed"
        if len({info.date_time for info in infos}) != 1:
            yield "the files have several dates"
        names = [info.filename for info in infos]
        if any(name.endswith(".woff2") for name in names) and "META-INF/OFL.txt" not in names:
            yield "the licence of the fonts is missing"


def manifest(epub: Unpacked) -> Iterator[str]:
    """Every file is in the manifest once, every item is a file, every page is in the spine once."""
    items = Counter(f"EPUB/{item.get('href')}" for item in epub.package.iterfind(".//opf:item", OPF))
    own = {"mimetype", "EPUB/content.opf"}
    files = {name for name in epub.files if name not in own and not name.startswith("META-INF/")}
    yield from (f"{name} is no file" for name in items if name not in files)
    yield from (f"{name} is not listed" for name in files if name not in items)
    yield from (f"{name} is listed twice" for name, count in items.items() if count > 1)
    pages = {name for name in files if name.endswith(".xhtml")}
    yield from (f"{name} is not in the spine" for name in pages if name not in epub.pages)
    spine = Counter(item.get("idref") for item in epub.package.iterfind(".//opf:itemref", OPF))
    yield from (f"{name} is in the spine twice" for name, count in spine.items() if count > 1)


def properties(epub: Unpacked) -> Iterator[str]:
    """The manifest says which pages hold drawings, mathematics, and the navigation."""
    said = {f"EPUB/{i.get('href')}": i.get("properties") or "" for i in epub.package.iterfind(".//opf:item", OPF)}
    for name, page in epub.pages.items():
        holds = {"nav": page is epub.nav}
        holds["svg"] = next(page.iter(f"{SVG}svg"), None) is not None
        holds["mathml"] = next(page.iter(f"{MATHML}math"), None) is not None
        if set(said[name].split()) != {word for word, there in holds.items() if there}:
            yield f"{name} says {said[name]!r}"


def identifiers(epub: Unpacked) -> Iterator[str]:
    """An id names one element."""
    for name, page in epub.pages.items():
        ids = Counter(element.get("id") for element in page.iter(etree.Element) if element.get("id") is not None)
        yield from (f"{name}#{value}" for value, count in ids.items() if count > 1)


def links(epub: Unpacked) -> Iterator[str]:
    """Every address inside the package names a file of it, and an id in that file; stylesheets' too."""
    ids = {name: {element.get("id") for element in page.iter(etree.Element)} for name, page in epub.pages.items()}
    for name, page in epub.pages.items():
        for element in page.iter(etree.Element):
            for attribute in ("href", "src", "{http://www.w3.org/1999/xlink}href"):
                target = element.get(attribute)
                if target is None or "://" in target or target.startswith("mailto:"):
                    continue
                file, fragment = epub.place(name, target)
                if file not in epub.files or (fragment and fragment not in ids.get(file, ())):
                    yield f"{name}: {target}"
    for target in re.findall(r'url\("?([^")]*)', epub.files["EPUB/style.css"].decode()):
        if f"EPUB/{target}" not in epub.files:
            yield f"style.css: {target}"


def notes(epub: Unpacked) -> Iterator[str]:
    """Every call has its note, every note its call, both linked; in a chapter the notes follow the calls' order."""
    calls: dict[tuple[str, str], tuple[str, str]] = {}
    backs: dict[tuple[str, str], tuple[str, str]] = {}
    for name, page in epub.pages.items():
        for element in page.iter(etree.Element):
            here = (name, element.get("id") or "")
            if element.get(TYPE) == "noteref":
                calls[here] = epub.place(name, element.get("href") or "")
                if element.get("role") != "doc-noteref":
                    yield f"{here} has no role"
            if element.get(TYPE) == "footnote":
                back = next((a for a in element.iter(f"{XHTML}a") if a.get(TYPE) == "backlink"), None)
                backs[here] = ("", "") if back is None else epub.place(name, back.get("href") or "")
                if element.get("role") != "doc-footnote" or not "".join(map(str, element.itertext())).strip():
                    yield f"{here} has no role or no text"
    yield from (f"{call} has no note" for call, note in calls.items() if note not in backs)
    yield from (f"{note} does not lead back" for note, call in backs.items() if calls.get(call) != note)
    for chapter in epub.pages:
        wanted = [note for (name, _), note in calls.items() if name == chapter]
        if [note for note in backs if note in wanted] != wanted:
            yield f"{chapter} has its notes in another order"


def citations(epub: Unpacked) -> Iterator[str]:
    """A reference leads back to every page whose text cites it, and only to citations; both ways with their roles.

    Entries of changelogs cite too, and are no text of the book: nothing leads back to those.
    In a range such as [4-7] the numbers between the ends are not printed, so they have no link that leads there.
    """
    places: set[tuple[str, str]] = set()
    cited: dict[tuple[str, str], set[str]] = {}
    backs: dict[tuple[str, str], set[tuple[str, str]]] = {}
    for name, page in epub.pages.items():
        logged = {one for log in page.iter(f"{XHTML}ul") if log.get("class") == "changes" for one in log.iter()}
        for element in page.iter(f"{XHTML}span", f"{XHTML}div"):
            if element in logged:
                continue
            here, kind = (name, element.get("id") or ""), (element.get("class") or "").split()
            if "citation" in kind:
                places.add(here)
                for link in (a for a in element.iter(f"{XHTML}a") if a.get("role") == "doc-biblioref"):
                    cited.setdefault(epub.place(name, link.get("href") or ""), set()).add(name)
            if "reference" in kind:
                found = (a for a in element.iter(f"{XHTML}a") if a.get("role") == "doc-backlink")
                backs[here] = {epub.place(name, a.get("href") or "") for a in found}
    for reference, pages in cited.items():
        if lost := pages - {file for file, _ in backs.get(reference, ())}:
            yield f"{reference} does not lead back to {lost}"
    for reference, found_places in backs.items():
        if lost_places := found_places - places:
            yield f"{reference} leads to {lost_places}"


def headings(epub: Unpacked) -> Iterator[str]:
    """No heading skips a level."""
    for name, page in epub.pages.items():
        above = 0
        for heading in page.iter(*(f"{XHTML}h{level}" for level in range(1, 7))):
            level = int(str(heading.tag)[-1])
            if level > above + 1:
                yield f"{name}: {''.join(map(str, heading.itertext()))!r}"
            above = level


def language(epub: Unpacked) -> Iterator[str]:
    """Every page says the book's language, for XML and for HTML."""
    said = epub.package.findtext(".//dc:language", "", OPF)
    for name, page in epub.pages.items():
        if (page.get("lang"), page.get(LANGUAGE)) != (said, said):
            yield name


def alternatives(epub: Unpacked) -> Iterator[str]:
    """Every picture has words or is decoration, and no formula is without them."""
    for name, page in epub.pages.items():
        for picture in page.iter(f"{XHTML}img", f"{SVG}svg", f"{MATHML}math"):
            words = picture.get("alt") or picture.get("aria-label") or picture.get("alttext") or ""
            if not words.strip() and picture.get("aria-hidden") != "true":
                yield f"{name}: {picture.tag}"


def claims(epub: Unpacked) -> Iterator[str]:
    """What is claimed of accessibility holds, in the words of the standard."""
    if epub.metas("dcterms:conformsTo") != [CONFORMANCE]:
        yield f"it conforms to {epub.metas('dcterms:conformsTo')}"
    features = set(epub.metas("schema:accessibilityFeature"))
    types = {element.get(TYPE) for page in epub.pages.values() for element in page.iter(etree.Element)}
    for feature, kind in (("index", "index"), ("tableOfContents", "toc"), ("pageBreakMarkers", "pagebreak")):
        if (feature in features) != (kind in types):
            yield f"{feature} is {'' if feature in features else 'not '}claimed"
    for name in ("accessMode", "accessModeSufficient", "accessibilityHazard", "accessibilitySummary"):
        if not epub.metas(f"schema:{name}"):
            yield f"{name} is missing"


def drawings(epub: Unpacked) -> Iterator[str]:
    """Drawings keep the case of SVG's names, which no validator sees, and have their looks without a stylesheet too."""
    looks = set(re.findall(r"^\.([\w-]+) \{", epub.files["EPUB/style.css"].decode(), re.MULTILINE))
    for name, page in epub.pages.items():
        for element in (inner for svg in page.iter(f"{SVG}svg") for inner in svg.iter(etree.Element)):
            yield from (f"{name}: {attribute}" for attribute in element.attrib if attribute in LOWER_CASE)
        for svg in page.iter(f"{SVG}svg"):
            if not svg.get("viewBox"):
                yield f"{name}: no viewBox"
            bare = [
                e.get("class") for e in svg.iter(etree.Element) if (e.get("class") or "") in looks and not painted(e)
            ]
            if bare or svg[0].get("class") != "paper":
                yield f"{name}: without its stylesheet a drawing loses {bare or 'its paper'}"


def painted(element: etree._Element) -> bool:
    """Whether a shape has looks without a stylesheet."""
    return any(element.get(attribute) for attribute in ("fill", "stroke", "font-weight"))


def contents(epub: Unpacked) -> Iterator[str]:
    """The contents name every page but the first ones, in the order of the spine; the NCX says the same."""
    listed = [link.get("href") or "" for link in epub.navigation("toc")]
    pages = list(dict.fromkeys(f"EPUB/{href.partition('#')[0]}" for href in listed))
    opening = {"EPUB/cover.xhtml", "EPUB/imprint.xhtml", "EPUB/nav.xhtml"}
    if pages != [name for name in epub.pages if name not in opening]:
        yield "they do not follow the pages"
    ncx = etree.fromstring(epub.files["EPUB/toc.ncx"])
    if [point.get("src") for point in ncx.iterfind(".//ncx:navPoint/ncx:content", NCX)] != [
        h for h in listed if "#" not in h
    ]:
        yield "the NCX differs"
    landmarks = [link.get(TYPE) for link in epub.navigation("landmarks")]
    if not {"cover", "titlepage", "toc", "bodymatter"} <= set(landmarks) or len(landmarks) != len(set(landmarks)):
        yield f"landmarks are {landmarks}"


def page_list(epub: Unpacked) -> Iterator[str]:
    """Every entry leads to a page break of its number, every break has its entry, both in the book's order."""
    breaks = [
        ((name, element.get("id") or ""), element.get("aria-label") or element.get("title") or "")
        for name, page in epub.pages.items()
        for element in page.iter(etree.Element)
        if element.get(TYPE) == "pagebreak"
    ]
    entries = [
        (epub.place("EPUB/nav.xhtml", link.get("href") or ""), link.text or "") for link in epub.navigation("page-list")
    ]
    if [place for place, _ in entries] != [place for place, _ in breaks]:
        yield "its entries are not the page breaks"
    for (place, number), (_, label) in zip(entries, breaks, strict=False):
        if number not in label.split():
            yield f"{place} is {label!r}, not {number!r}"


def stylesheet(epub: Unpacked) -> Iterator[str]:
    """The reader's size and colours hold, and nothing is asked that a Kindle cannot do."""
    sheet = re.sub(r"/\*.*?\*/|@font-face\s*\{[^}]*\}", "", epub.files["EPUB/style.css"].decode(), flags=re.DOTALL)
    for selectors, rules in re.findall(r"([^{}]+)\{([^{}]*)\}", sheet):
        for rule in filter(None, map(str.strip, rules.split(";"))):
            name, _, value = (part.strip() for part in rule.partition(":"))
            if name in ("height", "min-height", "line-height", "font-size") and re.search(
                r"\d(px|pt|cm|mm|in)\b", value
            ):
                yield f"{selectors.strip()} has {rule}"
            if name == "color" and value != "inherit":
                yield f"{selectors.strip()} has {rule}"
            if name.startswith("background"):
                yield f"{selectors.strip()} has {rule}"
            if name == "position" or (name.startswith("margin") and re.search(r"(^|\s)-[\d.]", value)):
                yield f"{selectors.strip()} has {rule}"
        if re.search(r":(not|is|where|has|nth-)|~|:target|::marker", selectors):
            yield f"the selector {selectors.strip()}"


CHECKS: Mapping[str, Callable[[Unpacked], Iterator[str]]] = {
    "manifest": manifest,
    "properties": properties,
    "id": identifiers,
    "link": links,
    "note": notes,
    "citation": citations,
    "heading": headings,
    "language": language,
    "alternative": alternatives,
    "claim": claims,
    "drawing": drawings,
    "contents": contents,
    "page-list": page_list,
    "style": stylesheet,
}

EVERYTHING = """
isbn: '9783161484100'
publisher: The Printing House
license: https://creativecommons.org/licenses/by/4.0/
contributors:
  - {name: Ada Byron, sort_as: 'Byron, Ada', role: edt}
  - {name: Zoë Ng, role: ill}
subjects:
  - {name: sheds}
  - {name: Gardening, scheme: thema, code: WM}
  - {name: GARDENING / General, scheme: bisac, code: GAR000000}
collection: {name: The Allotment Library, position: 3}
"""
"""Settings that the real book does not have."""


def complete_book(root: Path, more: str = "") -> Path:
    """Make a book with something of everything in a new folder: all settings, mathematics."""
    shutil.copytree(ROOT / "tests" / "books" / "shed", root, ignore=shutil.ignore_patterns("output"))
    settings, chapter = root / "manuscript" / "book.yaml", root / "manuscript" / "03-compost.md"
    settings.write_text(settings.read_text("utf-8") + EVERYTHING + more, "utf-8")
    formula = "A heap of $n$ layers is $n^2$ times as warm."
    chapter.write_text(f"{chapter.read_text('utf-8')}\n{formula}\n", "utf-8")
    return root


def built_epub(root: Path) -> Path:
    """The EPUB of a book, built with no warning."""
    done = run_build("build", "--edition", "epub", "--strict", "--book", str(root))
    assert done.returncode == 0, done.stdout + done.stderr
    return next((root / "output").glob("*.epub"))


def rewritten(file: Path, made: Path, texts: Mapping[str, str | None]) -> Path:
    """A copy of an EPUB with other texts in some of its files; None leaves a file out."""
    with zipfile.ZipFile(file) as source, zipfile.ZipFile(made, "w") as target:
        for info in source.infolist():
            text = texts.get(info.filename, "")
            if text is not None:
                target.writestr(info, text.encode() if info.filename in texts else source.read(info))
    return made
