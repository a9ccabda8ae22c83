"""The text of the elements of a web page, as paragraphs, lists and tables under headings."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from index.loaders.content import Headings
from index.normalization import join_words
from index.types import Block

_HEADINGS = {f"h{level}": level for level in range(1, 7)}
_INLINE = frozenset(
    "a abbr acronym b bdi bdo big cite code data del dfn em font i img ins kbd label mark nobr output q ruby rb s samp "
    "slot small span strike strong sub sup time tt u var wbr".split()
)
_LISTS = ("ul", "ol", "menu", "dl")
# A cell with one of these in it lays out a page rather than shows data.
_LAYOUT = "table", "h1", "h2", "h3", "h4", "h5", "h6"


def one_line(text: str) -> str:
    """A text as a browser shows it in one line."""
    return join_words([line.strip() for line in text.split("\n")]).strip()


def blocks_of(element: Any, title: str) -> list[Block]:
    """The paragraphs, lists and tables within an element, each with the headings that it stands under."""
    headings = Headings(title)
    blocks: list[Block] = []
    for level, text in _parts(element):
        if not level or not headings.enter(level, text):
            blocks.append(Block(text, headings.path))
    return blocks


def _parts(element: Any) -> Iterator[tuple[int, str]]:
    """Headings with their levels, and texts with the level 0, in reading order."""
    running: list[str] = [element.text or ""]
    for child in element:
        if child.tag == "br":
            running.append("\v")
        elif _is_inline(child):
            running.append(_inline_text(child))
        else:
            yield from _paragraph(running)
            running = []
            if child.tag in _HEADINGS:
                if text := _shown(_inline_text(child)).replace("\n", " "):
                    yield _HEADINGS[child.tag], text
            elif text := _whole(child):
                yield 0, text
            elif child.tag not in {"pre", "table", *_LISTS} or _is_layout(child):
                yield from _parts(child)
        running.append(child.tail or "")
    yield from _paragraph(running)


def _paragraph(running: list[str]) -> Iterator[tuple[int, str]]:
    if text := _shown("".join(running)):
        yield 0, text


def _whole(element: Any) -> str:
    """The text of an element that is one block; nothing for one that holds blocks."""
    if element.tag == "pre":
        return "".join(element.itertext()).strip("\n")
    if element.tag == "table" and not _is_layout(element):
        rows = (
            [_shown(_inline_text(cell)).replace("\n", " ") for cell in row.iter("td", "th")]
            for row in element.iter("tr")
        )
        return "\n".join(" | ".join(row) for row in rows if any(row))
    if element.tag in _LISTS and not _is_layout(element):
        return "\n".join(_list_lines(element))
    return ""


def _is_layout(element: Any) -> bool:
    return element.get("role") == "presentation" or next(element.iterdescendants(*_LAYOUT), None) is not None


def _list_lines(element: Any) -> Iterator[str]:
    number = 0
    for item in element:
        if item.tag in _LISTS:
            yield from _list_lines(item)
        elif item.tag in {"dt", "dd", "div"}:
            yield from filter(None, [_shown(_inline_text(item))])
        else:
            number += 1
            inside = [child for child in item if child.tag in _LISTS]
            if text := _shown(_inline_text(item, without=inside)):
                yield (f"{number}. " if element.tag == "ol" else "・") + text
            for nested in inside:
                yield from _list_lines(nested)


def _is_inline(element: Any) -> bool:
    """Whether an element is a part of a line; a link around a whole card is not."""
    return element.tag in _INLINE and all(
        child.tag in _INLINE or child.tag == "br" for child in element.iterdescendants()
    )


def _inline_text(element: Any, without: list[Any] | None = None) -> str:
    parts = [element.text or ""]
    for child in element:
        if child.tag == "br":
            parts.append("\v")
        elif child not in (without or []):
            apart = "" if child.tag in _INLINE else "\v"
            parts += [apart, _inline_text(child), apart]
        parts.append(child.tail or "")
    return "".join(parts)


def _shown(text: str) -> str:
    """A text as a browser shows it: white space is one space or, between Japanese lines, nothing."""
    lines = (join_words([part.strip(" \t\f") for part in line.split("\n")]) for line in text.split("\v"))
    return "\n".join(stripped for line in lines if (stripped := re.sub(r"[ \t\f]+", " ", line).strip()))
