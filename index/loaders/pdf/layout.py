"""Groups the lines on pages into paragraphs, by position: a PDF file does not say which lines belong together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import chain, groupby, pairwise, takewhile
from statistics import median
from typing import NamedTuple

from index.language.normalization import join_words
from index.loaders.content import heading_path
from index.loaders.lines import is_labelled, line_kind
from index.types import Block

_PAGE_NUMBER = (
    r"(?i)^[-‐–—―・\s(（]*(?:p(?:age|\.)?\s*)?\d{1,5}(?:\s*(?:/|／|of|の)\s*\d{1,5})?\s*(?:ページ|頁)?[-‐–—―・\s)）]*$"
)
_ITEM_START = r"^\s*(?:[・•●○■□◆◇※‣▪–*-](?!\d)|\d{1,3}[.)、．）]|[(（]\d{1,3}[)）]|[①-⑳]|\d{1,2}\u3000(?!\d)|第[\d一二三四五六七八九十百]+[章節条項]|[QＱAＡ][.:：．])"
_SENTENCE_END = r"[。.!?！？」』）):：]\s*$"
# Running headers and footers are among so many lines at the top and at the bottom.
_EDGE_LINES = 2
# Left and right pages may have different headers.
_MIN_PAGE_SHARE = 0.4
_MIN_PAGES = 3
# In line heights.
_PARAGRAPH_GAP = 0.6
_FIRST_LINE_INDENT = 0.7
_COLUMN_TOLERANCE = 3.0
_MAX_SLACK = 8
# In points: edges are told apart by so much; so many lines that end at one are full.
_EDGE_WIDTH = 5.0
_MIN_FULL_LINES = 3
# In line heights: lines so wide are full by themselves.
_WIDE = 20
_MAX_ROW_GAP = 2.0
_MAX_ITEM_GAP = 1.2
_COUNTED = r"^\s*(\d{1,2})[ \u3000\t]+(?=[^\d\s.,:/%)）])"
_ITEM_INDENT = 0.9
# A heading is so much larger than most text, and no longer than this.
_HEADING_SCALE = 1.15
_LONGEST_HEADING = 60


class Line(NamedTuple):
    """A line of a page with its position; `hyphen` is whether a hyphen at its end was removed.

    A row of a table has `cells`; a line that begins an item, and one that is a whole item of a list, are marked. A line of `vertical` writing has its length as its
    height. One that `spans_rows` ends below where it begins, as where pdfium takes several lines for one.
    """

    text: str
    left: float
    right: float
    bottom: float
    height: float
    hyphen: bool = False
    cells: tuple[str, ...] = ()
    vertical: bool = False
    is_item: bool = False
    begins_item: bool = False
    spans_rows: bool = False


def blocks_of_pages(pages: Sequence[Sequence[Line]]) -> Iterator[Block]:
    """The paragraphs of all pages, each with its page and the last heading before it.

    A paragraph that continues on the next page is on the page where it begins.
    """
    pages = [_with_counted_items(list(map(_rotated, page))) for page in _without_headers_and_footers(pages)]
    heights = [
        line.height for page in pages for line in page if not line.cells for _ in range(min(len(line.text), 100))
    ]
    usual_height = median(heights) if heights else 1.0
    heading = ""
    for number, page in enumerate(_joined_over_pages(pages), start=1):
        for is_heading, group in groupby(page, key=lambda lines: _is_heading(lines, usual_height)):
            paragraphs = list(group)
            if is_heading and (path := heading_path(_headings(paragraphs))) is not None:
                heading = path
            else:
                yield from (_block(lines, heading, number) for lines in _with_lists(paragraphs))


def _with_counted_items(page: list[Line]) -> list[Line]:
    """The lines of a page; those that only count, 1 and then 2 at the same edge, begin items."""
    counted: list[int] = []
    for position, line in [*enumerate(page), (len(page), None)]:
        found = re.match(_COUNTED, line.text) if line and not line.cells else None
        if line and not found:
            continue
        goes_on = (
            found is not None
            and counted
            and int(found[1]) == len(counted) + 1
            and line is not None
            and abs(line.left - page[counted[0]].left) <= line.height
        )
        if not goes_on:
            for item in counted if len(counted) > 1 else ():
                page[item] = page[item]._replace(begins_item=True)
            counted = []
        if found and (goes_on or int(found[1]) == 1):
            counted.append(position)
    return page


def _joined_over_pages(pages: Sequence[Sequence[Line]]) -> list[list[list[Line]]]:
    """The paragraphs of each page; one that goes on on the next page is whole on the first."""
    edges = _usual_right_edges(pages)
    paragraphs = [list(_paragraphs(page, edges)) for page in pages]
    for (page, above), below in zip(zip(pages, paragraphs, strict=True), paragraphs[1:], strict=False):
        if above and below and _continues(above[-1], below[0], _right_edge(page, len(page) - 1, edges)):
            above[-1] += below.pop(0)
    return paragraphs


def _continues(paragraph: Sequence[Line], following: Sequence[Line], right_edge: float) -> bool:
    """Whether the first lines of a page go on with a paragraph, whose last line is full and ends no sentence."""
    last, first = paragraph[-1], following[0]
    if last.cells or first.cells or last.vertical != first.vertical or re.search(_SENTENCE_END, last.text):
        return False
    height = min(last.height, first.height)
    return (
        max(last.height, first.height) <= _HEADING_SCALE * height
        and right_edge - last.right <= _MAX_SLACK * height
        and not _begins_item(first)
        and not is_labelled(first.text)
        and first.left - min(line.left for line in following) <= _FIRST_LINE_INDENT * height
    )


def _headings(paragraphs: Sequence[list[Line]]) -> list[str]:
    """The texts of headings that follow each other; lines as large as the one before go on with its text."""
    headings: list[str] = []
    height = 0.0
    for lines in paragraphs:
        text = _join_lines(lines)
        if headings and max(height, lines[0].height) <= _HEADING_SCALE * min(height, lines[0].height):
            headings[-1] += " " + text
        else:
            headings.append(text)
        height = lines[0].height
    return headings


def _with_lists(paragraphs: Sequence[list[Line]]) -> Iterator[list[Line]]:
    """The paragraphs, with the items of each list put together, an item a line."""
    items: list[list[Line]] = []
    for paragraph in [*paragraphs, []]:
        kind = _item_kind(paragraph)
        if items and not (kind and kind == _item_kind(items[-1]) and _is_near(items[-1][-1], paragraph[0])):
            yield _list(items) if len(items) > 1 else items[0]
            items = []
        if kind:
            items.append(paragraph)
        elif paragraph:
            yield paragraph


def _item_kind(paragraph: Sequence[Line]) -> str:
    """The kind of line that a paragraph is; empty where it is none, or a longer paragraph."""
    if not paragraph or paragraph[0].cells:
        return ""
    kind = "item" if paragraph[0].begins_item else line_kind(paragraph[0].text)
    return kind if kind == "item" or len(paragraph) == 1 else ""


def _is_near(line: Line, following: Line) -> bool:
    height = min(line.height, following.height)
    return -height < line.bottom - (following.bottom + following.height) <= _MAX_ITEM_GAP * height


def _list(items: Sequence[list[Line]]) -> list[Line]:
    """A list as lines, each indented by two spaces for each item that it is within."""
    lines: list[Line] = []
    lefts: list[float] = []
    for item in items:
        first = item[0]
        while lefts and first.left < lefts[-1] - _ITEM_INDENT * first.height:
            lefts.pop()
        if not lefts or first.left > lefts[-1] + _ITEM_INDENT * first.height:
            lefts.append(first.left)
        lines.append(first._replace(text="  " * (len(lefts) - 1) + _join_lines(item), is_item=True))
    return lines


def _block(lines: Sequence[Line], heading: str, page: int) -> Block:
    if len(lines) > 1 and lines[0].cells:
        if all(len(line.cells) == 2 and line.cells[0] == str(place) for place, line in enumerate(lines, start=1)):
            return Block("\n".join(line.text for line in lines), heading, page=page, kind="list")
        return Block("\n".join(" | ".join(line.cells) for line in lines), heading, page=page, kind="table")
    if lines[0].is_item:
        return Block("\n".join(line.text for line in lines), heading, page=page, kind="list")
    return Block(_join_lines(lines), heading, page=page)


def _rotated(line: Line) -> Line:
    """A line of vertical writing rotated to a horizontal one, so that the next line is below it."""
    if not line.vertical:
        return line
    top = line.bottom + line.height
    return line._replace(left=-top, right=-line.bottom, bottom=line.left, height=line.right - line.left)


def _without_headers_and_footers(pages: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """The pages without page numbers, and without lines that many pages repeat at the same edge."""
    edges = [_edges(page) for page in pages]
    counts = Counter(key for page in edges for key in {_repetition_key(line) for edge in page for line in edge})
    repeated = {key for key, count in counts.items() if count >= max(_MIN_PAGES, _MIN_PAGE_SHARE * len(pages))}
    bodies = []
    for page, page_edges in zip(pages, edges, strict=True):
        # From the edge to the first line of text: lines further in are not at the edge.
        removed = {
            id(line)
            for edge in page_edges
            for line in takewhile(
                lambda line: _repetition_key(line) in repeated or re.match(_PAGE_NUMBER, line.text), edge
            )
        } | {id(line) for edge in page_edges for line in edge if _is_page_number(line)}
        bodies.append([line for line in page if id(line) not in removed])
    return bodies


def _is_page_number(line: Line) -> bool:
    """Whether a line has a page number alone, and no year."""
    return re.match(_PAGE_NUMBER, line.text) is not None and re.fullmatch(r"\d{4,}", line.text.strip()) is None


def _edges(page: Sequence[Line]) -> tuple[list[Line], list[Line]]:
    """The lines at the top, downwards, and those at the bottom, upwards."""
    ordered = sorted(page, key=lambda line: -line.bottom)
    return ordered[:_EDGE_LINES], ordered[: -_EDGE_LINES - 1 : -1]


def _repetition_key(line: Line) -> tuple[str, int]:
    """What a header or footer repeats on every page: its text but for numbers, and its vertical position."""
    return re.sub(r"[\d\s]+", "#", line.text), round(line.bottom / 4)


def _is_heading(lines: Sequence[Line], usual_height: float) -> bool:
    text = "".join(line.text for line in lines)
    return (
        not lines[0].cells
        and len(text) <= _LONGEST_HEADING
        and min(line.height for line in lines) > _HEADING_SCALE * usual_height
        and re.search(r"(?<!か)[。．]\s*$|[、，]\s*$", text) is None
    )


def _usual_right_edges(pages: Sequence[Sequence[Line]]) -> dict[int, float]:
    """The right edge that most lines beginning at a left edge have, by that: a page may have short lines alone."""
    counts: dict[int, Counter[int]] = {}
    for line in chain.from_iterable(pages):
        if not line.cells:
            counts.setdefault(_edge(line.left), Counter())[_edge(line.right)] += 1
    usual = {left: rights.most_common(1)[0] for left, rights in counts.items()}
    return {left: right * _EDGE_WIDTH for left, (right, count) in usual.items() if count >= _MIN_FULL_LINES}


def _edge(position: float) -> int:
    return round(position / _EDGE_WIDTH)


def _paragraphs(page: Sequence[Line], edges: dict[int, float]) -> Iterator[list[Line]]:
    paragraph: list[Line] = []
    for position, line in enumerate(page):
        if paragraph and _begins_paragraph(line, paragraph, _right_edge(page, position - 1, edges)):
            yield paragraph
            paragraph = []
        paragraph.append(line)
    if paragraph:
        yield paragraph


def _right_edge(page: Sequence[Line], position: int, edges: dict[int, float]) -> float:
    """The right edge of the column that a line is in, by the lines around it, and by those of other pages."""
    line = page[position]
    neighbours = page[max(0, position - 10) : position + 11]
    around = max(
        other.right
        for other in neighbours
        if other.vertical == line.vertical and abs(other.left - line.left) <= _COLUMN_TOLERANCE * line.height
    )
    is_wide = around - line.left > _WIDE * line.height
    return around if is_wide else max(around, edges.get(_edge(line.left), around))


def _begins_paragraph(line: Line, paragraph: Sequence[Line], right_edge: float) -> bool:
    previous = paragraph[-1]
    in_column = _in_last_column(paragraph)
    height = min(line.height, previous.height)
    if line.cells or previous.cells:
        gap = previous.bottom - (line.bottom + line.height)
        return not (line.cells and previous.cells) or not -height <= gap <= _MAX_ROW_GAP * height
    if line.vertical != previous.vertical:
        return True
    if max(line.height, previous.height) > _HEADING_SCALE * height or _begins_item(line):
        return True
    if is_labelled(line.text) and is_labelled(previous.text):
        return True
    gap = previous.bottom - (line.bottom + line.height)
    overleaf = _is_overleaf(previous, line)
    if overleaf or gap > _usual_gap(in_column) + _PARAGRAPH_GAP * height:
        return not overleaf or re.search(_SENTENCE_END, previous.text) is not None
    hanging = _begins_item(paragraph[0])
    indented = line.left - min(other.left for other in in_column) > _FIRST_LINE_INDENT * height and not hanging
    # All lines of a paragraph but the last reach the right edge, but for a word that did not fit.
    slack = 2.5 if re.search(_SENTENCE_END, previous.text) else _MAX_SLACK
    return indented or right_edge - previous.right > slack * height


def _is_overleaf(line: Line, following: Line) -> bool:
    return following.bottom > line.bottom + line.height


def _in_last_column(paragraph: Sequence[Line]) -> Sequence[Line]:
    """The lines of a paragraph that are in its last column."""
    position = len(paragraph) - 1
    while position and not _is_overleaf(paragraph[position - 1], paragraph[position]):
        position -= 1
    return paragraph[position:]


def _begins_item(line: Line) -> bool:
    return line.begins_item or re.match(_ITEM_START, line.text) is not None


def _usual_gap(paragraph: Sequence[Line]) -> float:
    gaps = [above.bottom - (below.bottom + below.height) for above, below in pairwise(paragraph)]
    return max(0.0, min(gaps)) if gaps else 0.6 * paragraph[-1].height


def _join_lines(lines: Sequence[Line]) -> str:
    text = ""
    for line, previous in zip(lines, [None, *lines], strict=False):
        text = text + line.text if previous is None or previous.hyphen else join_words([text, line.text])
    return text
