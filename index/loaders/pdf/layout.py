"""Lines on pages to paragraphs: a PDF file says where each line stands, not which lines belong together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby, pairwise, takewhile
from statistics import median
from typing import NamedTuple

from index.language.normalization import join_words
from index.loaders.content import heading_path
from index.types import Block

_PAGE_NUMBER = (
    r"(?i)^[-‐–—―・\s(（]*(?:p(?:age|\.)?\s*)?\d{1,5}(?:\s*(?:/|／|of|の)\s*\d{1,5})?\s*(?:ページ|頁)?[-‐–—―・\s)）]*$"
)
_BEGINS_AN_ITEM = r"^\s*(?:[・•●○■□◆◇※‣▪–*-](?!\d)|\d{1,3}[.)、．）]|[(（]\d{1,3}[)）]|[①-⑳]|第[\d一二三四五六七八九十百]+[章節条項]|[QＱAＡ][.:：．])"
_ENDS_A_SENTENCE = r"[。.!?！？」』）):：]\s*$"
# Heads and feet of pages are among so many lines at the top and at the bottom.
_AT_THE_EDGE = 2
# Pages on the left may have other heads than those on the right.
_SHARE_OF_PAGES = 0.4
_FEWEST_PAGES = 3
# In heights of a line, what people leave between paragraphs, and before the first line of one.
_GAP = 0.6
_INDENTED = 0.7
_SAME_COLUMN = 3.0
_BETWEEN_ROWS = 2.0
# A heading is written so much larger than the text, and is not longer.
_LARGER = 1.15
_LONGEST_HEADING = 60


class Line(NamedTuple):
    """A line of a page, with its left, right and lower edge, its height, and whether a hyphen at its end was left out.

    A row of a table has `cells`. A line of `vertical` writing is as high as it is long.
    """

    text: str
    left: float
    right: float
    bottom: float
    height: float
    hyphen: bool = False
    cells: tuple[str, ...] = ()
    vertical: bool = False


def blocks_of_pages(pages: Sequence[Sequence[Line]]) -> Iterator[Block]:
    """The paragraphs of all pages, each with its page, and under the last line that is written like a heading.

    A paragraph that goes on overleaf is two.
    """
    pages = [[_turned(line) for line in page] for page in _without_heads_and_feet(pages)]
    heights = [
        line.height for page in pages for line in page if not line.cells for _ in range(min(len(line.text), 100))
    ]
    usual = median(heights) if heights else 1.0
    heading = ""
    for number, page in enumerate(pages, start=1):
        for is_heading, group in groupby(_paragraphs(page), key=lambda lines: _is_heading(lines, usual)):
            paragraphs = list(group)
            if is_heading and (path := heading_path([" ".join(map(_joined, paragraphs))])) is not None:
                heading = path
            else:
                yield from (_block(lines, heading, number) for lines in paragraphs)


def _block(lines: Sequence[Line], heading: str, page: int) -> Block:
    if len(lines) > 1 and lines[0].cells:
        return Block("\n".join(" | ".join(line.cells) for line in lines), heading, page=page, kind="table")
    return Block(_joined(lines), heading, page=page)


def _turned(line: Line) -> Line:
    """A line of vertical writing as if the page were turned, so that it goes on to the right and the next is below."""
    if not line.vertical:
        return line
    top = line.bottom + line.height
    return line._replace(left=-top, right=-line.bottom, bottom=line.left, height=line.right - line.left)


def _without_heads_and_feet(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without page numbers, and without the lines that most pages have at the same edge."""
    edges = [_edges(page) for page in pages]
    seen = Counter(key for page in edges for key in {_key(line) for edge in page for line in edge})
    often = {key for key, count in seen.items() if count >= max(_FEWEST_PAGES, _SHARE_OF_PAGES * len(pages))}
    kept = []
    for page, page_edges in zip(pages, edges, strict=True):
        # Only from the edge on: behind a line of the text nothing is at the edge.
        left_out = {
            id(line)
            for edge in page_edges
            for line in takewhile(lambda line: _key(line) in often or re.match(_PAGE_NUMBER, line.text), edge)
        }
        kept.append([line for line in page if id(line) not in left_out])
    return kept


def _edges(page: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The lines at the top, from the top on, and at the bottom, from the bottom on."""
    ordered = sorted(page, key=lambda line: -line.bottom)
    return ordered[:_AT_THE_EDGE], ordered[: -_AT_THE_EDGE - 1 : -1]


def _key(line: Line) -> tuple[str, int]:
    """What is the same of a head or foot on every page: its words but for numbers, and its height on the page."""
    return re.sub(r"[\d\s]+", "#", line.text), round(line.bottom / 4)


def _is_heading(lines: Sequence[Line], usual: float) -> bool:
    text = "".join(line.text for line in lines)
    return (
        not lines[0].cells
        and len(text) <= _LONGEST_HEADING
        and min(line.height for line in lines) > _LARGER * usual
        and re.search(r"[。、．，]\s*$", text) is None
    )


def _paragraphs(page: Sequence[Line]) -> Iterator[list[Line]]:
    waiting: list[Line] = []
    for position, line in enumerate(page):
        if waiting and _begins_anew(line, waiting, _right_edge(page, position - 1)):
            yield waiting
            waiting = []
        waiting.append(line)
    if waiting:
        yield waiting


def _right_edge(page: Sequence[Line], position: int) -> float:
    """Where the lines end that stand in a row in the same column as one."""
    line = page[position]
    around = page[max(0, position - 10) : position + 11]
    return max(
        other.right
        for other in around
        if other.vertical == line.vertical and abs(other.left - line.left) <= _SAME_COLUMN * line.height
    )


def _begins_anew(line: Line, paragraph: Sequence[Line], right_edge: float) -> bool:
    last = paragraph[-1]
    height = min(line.height, last.height)
    if line.cells or last.cells:
        gap = last.bottom - (line.bottom + line.height)
        return not (line.cells and last.cells) or not -height <= gap <= _BETWEEN_ROWS * height
    if line.vertical != last.vertical:
        return True
    if max(line.height, last.height) > _LARGER * height or re.match(_BEGINS_AN_ITEM, line.text):
        return True
    gap = last.bottom - (line.bottom + line.height)
    overleaf = line.bottom > last.bottom + last.height
    if overleaf or gap > _usual_gap(paragraph) + _GAP * height:
        return not overleaf or re.search(_ENDS_A_SENTENCE, last.text) is not None
    hanging = re.match(_BEGINS_AN_ITEM, paragraph[0].text) is not None
    indented = line.left - min(one.left for one in paragraph) > _INDENTED * height and not hanging
    # The last line of a paragraph ends where it ends; others go to the edge, but for a word that did not fit.
    room = 2.5 if re.search(_ENDS_A_SENTENCE, last.text) else 8
    return indented or right_edge - last.right > room * height


def _usual_gap(paragraph: Sequence[Line]) -> float:
    gaps = [above.bottom - (below.bottom + below.height) for above, below in pairwise(paragraph)]
    return max(0.0, min(gaps)) if gaps else 0.6 * paragraph[-1].height


def _joined(lines: Sequence[Line]) -> str:
    text = ""
    for line, before in zip(lines, [None, *lines], strict=False):
        text = text + line.text if before is None or before.hyphen else join_words([text, line.text])
    return text
