"""Puts the lines of a page in reading order by their positions: columns one after the other, tables row by row."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from itertools import combinations, pairwise
from statistics import median

from index.language.normalization import join_words
from index.loaders.lines import ends_a_sentence
from index.loaders.pdf.layout import Line

# In line heights: parts of a line with a smaller gap between them are one, and so are a mark or number and its text.
CELL_GAP = 1.5
_LABEL_GAP = 4.0
_LABEL = r"(?:[・•●○■□◆◇※‣▪–*-]|\d{1,3}[.)、．）]|[(（]\d{1,3}[)）]|[①-⑳]|第[\d一二三四五六七八九十百]+[章節条項]|[QＱAＡ][.:：．]?)"
_SPACE = 0.5
_TOLERANCE = 0.3
# A column of prose has lines of so many characters, most of which but the last reach its right edge but for so many.
_SHORTEST_PROSE = 12
_FEWEST_LINES = 2
_PUNCTUATION = r"[、。，．]|[A-Za-z]{2}[,.;](?: |$)"
_FULL_SHARE = 0.6
_RAGGED = 2.5
# Of two columns of a table, so many of the lines in the shorter are at the height of one in the other.
_ALIGNED_SHARE = 0.8
# The lines of one cell are nearer to each other than rows are; and, in line heights, what is so much further below a
# table than its rows is none.
_GAP_IN_CELL = 0.8
_GAP_BELOW_TABLE = 0.6
_LINES_BESIDE = 30
_ADJOINING = 2.0
# In points: lines of one row may differ by this, and a table has so many rows.
_SAME_HEIGHT = 2.0
_FEWEST_ROWS = 2
_MAX_DEPTH = 5

_Columns = list[tuple[float, float]]


def in_reading_order(lines: Sequence[Line], depth: int = 0) -> list[Line]:
    """The lines of horizontal writing in reading order, each row of a table as a line with cells."""
    ordered: list[Line] = []
    for band, columns in _bands(list(_joined(lines))):
        parts = [[line for line in band if left <= line.left < right] for left, right in columns]
        if len(parts) == 1:
            ordered += band
        elif depth < _MAX_DEPTH and _are_independent(parts):
            for part in parts:
                ordered += in_reading_order(part, depth + 1)
        else:
            ordered += _rows(band, columns)
    return ordered


def with_rows(lines: Sequence[Sequence[Line]]) -> list[Line]:
    """Lines that are in reading order but for tables.

    Lines of several parts are put in order with those that they adjoin, and all where a table was drawn column by column.
    """
    all_parts = [part for parts in lines for part in parts]
    if any(_is_column_beside(above, below) for above, below in pairwise(all_parts)):
        by_position = in_reading_order(all_parts)
        if sum(bool(line.cells) for line in by_position) > sum(len(parts) > 1 for parts in lines) + 1:
            return by_position
    ordered: list[Line] = []
    together: list[Line] = []
    left = second = 0.0
    for parts in lines:
        first = parts[0]
        adjoins = together and -first.height < _gap([together[-1]], parts) <= _ADJOINING * first.height
        is_in_column = first.left >= second - first.height or (
            left - first.height < first.left and first.right < second
        )
        if len(parts) > 1 or (adjoins and is_in_column):
            if not adjoins:
                ordered += in_reading_order(together)
                together = []
                left, second = first.left, parts[1].left
            together += parts
        else:
            ordered += [*in_reading_order(together), first]
            together = []
    return ordered + in_reading_order(together)


def _is_column_beside(line: Line, following: Line) -> bool:
    """Whether after a line another column begins, further up and to the right."""
    return following.bottom > line.bottom + line.height and following.left > line.right


def _by_baseline(lines: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines from the top, those at one height together and from left to right."""
    row: list[Line] = []
    for line in sorted(lines, key=lambda line: -line.bottom):
        if row and row[0].bottom - line.bottom > min(row[0].height, line.height) / 2:
            yield sorted(row, key=lambda one: one.left)
            row = []
        row.append(line)
    if row:
        yield sorted(row, key=lambda one: one.left)


def _joined(lines: Sequence[Line]) -> Iterator[Line]:
    """The lines from the top, with the parts of each joined between which there is no more than a space."""
    for row in _by_baseline(lines):
        last = row[0]
        for line in row[1:]:
            gap = (line.left - last.right) / min(line.height, last.height)
            is_label = gap <= _LABEL_GAP and re.fullmatch(_LABEL, last.text) is not None
            if line.cells or last.cells or not (gap <= CELL_GAP or is_label):
                yield last
                last = line
            else:
                text = join_words([last.text, line.text]) if gap <= _SPACE else f"{last.text} {line.text}"
                bottom = min(last.bottom, line.bottom)
                height = max(last.bottom + last.height, line.bottom + line.height) - bottom
                last = last._replace(text=text, right=line.right, bottom=bottom, height=height)
        yield last


def _bands(lines: Sequence[Line]) -> Iterator[tuple[list[Line], _Columns]]:
    """The lines between those that go across columns, with the left and right edges of the columns.

    More columns than before begin with the first lines beside each other.
    """
    band: list[Line] = []
    columns: _Columns = []
    for line in lines:
        crossed = _crossed(columns, line)
        beside = [one for one in band[-_LINES_BESIDE:] if _is_beside(one, line)]
        divides = beside and (len(columns) == 1 or any(_crossed(crossed, one) for one in beside))
        if band and (len(crossed) > 1 or divides):
            above = [one for one in band if one not in beside] if divides else band
            if above:
                yield above, _columns(above)
            band = beside if divides else []
            columns = _columns(band)
            crossed = _crossed(columns, line)
        band.append(line)
        columns = sorted([column for column in columns if column not in crossed] + [_union([*crossed, line[1:3]])])
    if band:
        yield band, columns


def _columns(lines: Sequence[Line]) -> _Columns:
    columns: _Columns = []
    for line in lines:
        crossed = _crossed(columns, line)
        columns = [column for column in columns if column not in crossed] + [_union([*crossed, line[1:3]])]
    return sorted(columns)


def _crossed(columns: _Columns, line: Line) -> _Columns:
    """The columns that a line lies in, or touches."""
    slack = _TOLERANCE * line.height
    return [column for column in columns if line.left < column[1] + slack and column[0] < line.right + slack]


def _union(columns: _Columns) -> tuple[float, float]:
    return min(left for left, _ in columns), max(right for _, right in columns)


def _is_beside(line: Line, other: Line) -> bool:
    """Whether two lines are at one height, next to each other."""
    overlap = min(line.bottom + line.height, other.bottom + other.height) - max(line.bottom, other.bottom)
    return overlap > min(line.height, other.height) / 2 and (line.right <= other.left or other.right <= line.left)


def _are_independent(columns: Sequence[Sequence[Line]]) -> bool:
    """Whether columns are read one after the other: those of prose, and those whose lines are not beside each other."""
    if sum(map(_is_prose, columns)) > 1:
        return True
    return not any(_are_aligned(one, other) for one, other in combinations(columns, 2))


def _are_aligned(column: Sequence[Line], other: Sequence[Line]) -> bool:
    bottoms = {round(line.bottom / _SAME_HEIGHT) for line in column}
    beside = sum(not bottoms.isdisjoint(_rounded(line.bottom)) for line in other)
    return beside >= _ALIGNED_SHARE * min(len(column), len(other))


def _rounded(height: float) -> set[int]:
    nearest = round(height / _SAME_HEIGHT)
    return {nearest - 1, nearest, nearest + 1}


def _is_prose(column: Sequence[Line]) -> bool:
    if len(column) < _FEWEST_LINES or median(len(line.text) for line in column) < _SHORTEST_PROSE:
        return False
    if not any(re.search(_PUNCTUATION, line.text) for line in column):
        return False
    edge = max(line.right for line in column)
    full = sum(edge - line.right <= _RAGGED * line.height for line in column[:-1])
    return full >= _FULL_SHARE * (len(column) - 1)


def _rows(band: Sequence[Line], columns: _Columns) -> Iterator[Line]:
    """The rows of a table, and the lines below it that are none."""
    rows = list(_by_baseline(band))
    last = max(number for number, row in enumerate(rows) if len(row) > 1 or not number)
    gaps = [_gap(above, below) for above, below in pairwise(rows[: last + 1])]
    end = last + 1
    while end < len(rows) and not (
        _gap(rows[end - 1], rows[end]) > max(gaps, default=0.0) + _GAP_BELOW_TABLE * rows[end][0].height
        or (rows[end][0].left < columns[0][1] and ends_a_sentence(rows[end][0].text))
    ):
        end += 1
    several = sum(len(row) > 1 for row in rows[:end])
    if several < _FEWEST_ROWS or 2 * several < end:
        yield from (_row_of(row, columns, row[0].bottom + row[0].height) if len(row) > 1 else row[0] for row in rows)
        return
    begun = [number for number in range(1, end) if rows[number][0].left < columns[0][1]]
    usual_gap = min((_gap(rows[number - 1], rows[number]) for number in begun), default=0.0)
    written: list[Line] = []
    for number, row in enumerate(rows[:end]):
        above = written[-1].bottom if written else row[0].bottom + row[0].height
        line = _row_of(row, columns, above)
        if number and not line.cells[0] and _gap(rows[number - 1], row) < _GAP_IN_CELL * usual_gap:
            # The row above goes on.
            before = written.pop()
            cells = tuple(join_words([one, other]) for one, other in zip(before.cells, line.cells, strict=True))
            top = before.bottom + before.height
            line = line._replace(text=" ".join(filter(None, cells)), cells=cells, height=top - line.bottom)
        written.append(line)
    yield from written
    yield from (line for row in rows[end:] for line in row)


def _row_of(row: Sequence[Line], columns: _Columns, above: float) -> Line:
    """A row of a table, which reaches up to the one above it: whatever the gap, both are of one table."""
    cells = tuple(join_words([line.text for line in row if left <= line.left < right]) for left, right in columns)
    bottom = min(line.bottom for line in row)
    return Line(
        " ".join(filter(None, cells)), row[0].left, row[-1].right, bottom, max(above - bottom, 1.0), cells=cells
    )


def _gap(above: Sequence[Line], below: Sequence[Line]) -> float:
    return min(line.bottom for line in above) - max(line.bottom + line.height for line in below)
