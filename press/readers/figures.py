"""Figures in the book's shape: a `Div.figure` with a picture, `Div.caption` and perhaps `Div.long-description`."""

from __future__ import annotations

from dataclasses import replace

from press.nodes import Div, Figure, Image, Node, Nodes, Para, Plain
from press.tree import children
from press.tree_classes import has_class
from press.tree_text import plain_text, text_inlines


def with_bare_pictures(division: Div) -> Div:
    """A figure written out as a division; a picture alone in a paragraph is no figure in it."""
    content = (Plain((_image_of(block),)) if isinstance(block, Figure) else block for block in division.content)
    return replace(division, content=tuple(content))


def written_out(division: Div) -> Div | None:
    """A figure written out as a division, in the book's shape; None when it has no picture."""
    if any(has_class(block, "caption") for block in division.content if isinstance(block, Div)):
        return division
    picture = next((block for block in division.content if _lone_image(block)), None)
    if picture is None:
        return None
    rest = [block for block in division.content if block is not picture]
    long = [block for block in rest if isinstance(block, Div) and has_class(block, "long-description")]
    captions = tuple(block for block in rest if block not in long)
    return replace(division, content=(Plain(children(picture)), caption_division(captions), *long))


def figure_division(figure: Figure) -> Div:
    """The division that a figure of pandoc's becomes: its words are the caption, `alt` the alternative text."""
    image = _image_of(figure)
    caption = figure.caption.content
    alt = image.attributes.get("alt")
    words = alt.split() if alt else []
    if alt is None and plain_text(image.content) != " ".join(map(_block_text, caption)):
        words = plain_text(image.content).split()
    picture = replace(
        image,
        content=text_inlines(" ".join(words)),
        identifier="",
        classes=(),
        attributes={name: value for name, value in image.attributes.items() if name != "alt"},
    )
    captions = tuple(Para(block.content) if isinstance(block, Plain) else block for block in caption)
    return Div(
        (Plain((picture,)), caption_division(captions)),
        identifier=figure.identifier or image.identifier,
        classes=("figure", *image.classes),
        place=image.place,
    )


def caption_division(blocks: Nodes) -> Div:
    """The words about a figure."""
    return Div(blocks, classes=("caption",))


def _image_of(figure: Figure) -> Image:
    for block in figure.content:
        for child in children(block) if _lone_image(block) else ():
            if isinstance(child, Image):
                return child
    raise AssertionError("pandoc makes a figure of an image only")


def _lone_image(block: Node) -> bool:
    return isinstance(block, (Plain, Para)) and len(block.content) == 1 and isinstance(block.content[0], Image)


def _block_text(block: Node) -> str:
    return plain_text(children(block))
