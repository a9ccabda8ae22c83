"""Finds the tables on a page of a PDF file by the rules drawn around their cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

# In points: rules nearer to each other than this are one, and no rule is thicker.
_TOLERANCE = 3.0
# A page with more rules has a picture.
_MAX_RULES = 1_000
_MAX_CELLS = 5_000
_MIN_FILLED_CELLS = 4


class Box(NamedTuple):
    """A rectangle on a page, in points from the lower left corner."""

    left: float
    bottom: float
    right: float
    top: float


class Table(NamedTuple):
    """The box of a table, and its rows from the top: upper edge, lower edge, cells."""

    box: Box
    rows: list[tuple[float, float, list[str]]]


def tables_of(boxes: Sequence[Box], read_text: Callable[[Box], str]) -> list[Table]:
    """The tables among the boxes drawn on a page; `read_text` returns the text in a box.

    A cell that spans several columns is read once, and one that spans several rows in each of them.
    """
    rules = list(dict.fromkeys(rule for box in boxes for rule in _edges(box)))
    if len(rules) > _MAX_RULES:
        return []
    tables = (_table(group, read_text) for group in _connected(rules))
    return [table for table in tables if table is not None]


def _edges(box: Box) -> Iterator[Box]:
    """The rule that a thin box is, or the four around a box."""
    wide, high = box.right - box.left > _TOLERANCE, box.top - box.bottom > _TOLERANCE
    if wide and high:
        yield Box(box.left, box.bottom, box.right, box.bottom)
        yield Box(box.left, box.top, box.right, box.top)
        yield Box(box.left, box.bottom, box.left, box.top)
        yield Box(box.right, box.bottom, box.right, box.top)
    elif wide:
        middle = (box.bottom + box.top) / 2
        yield Box(box.left, middle, box.right, middle)
    elif high:
        middle = (box.left + box.right) / 2
        yield Box(middle, box.bottom, middle, box.top)


def _is_horizontal(rule: Box) -> bool:
    return rule.bottom == rule.top


def _connected(rules: Sequence[Box]) -> Iterator[list[Box]]:
    """Groups of rules that are connected by crossing or meeting each other."""
    remaining = list(rules)
    while remaining:
        group, frontier = [], [remaining.pop()]
        while frontier:
            rule = frontier.pop()
            group.append(rule)
            unconnected: list[Box] = []
            for other in remaining:
                (frontier if _meet(rule, other) else unconnected).append(other)
            remaining = unconnected
        yield group


def _meet(one: Box, other: Box) -> bool:
    return (
        one.left <= other.right + _TOLERANCE
        and other.left <= one.right + _TOLERANCE
        and one.bottom <= other.top + _TOLERANCE
        and other.bottom <= one.top + _TOLERANCE
    )


def _table(rules: Sequence[Box], read_text: Callable[[Box], str]) -> Table | None:
    horizontal = [rule for rule in rules if _is_horizontal(rule)]
    vertical = [rule for rule in rules if not _is_horizontal(rule)]
    if not horizontal or not vertical:
        return None
    # The left and right sides of a table may have no rule.
    ends = [rule.left for rule in horizontal] + [rule.right for rule in horizontal]
    columns = _distinct([*(rule.left for rule in vertical), min(ends), max(ends)])
    lines = _distinct([*(rule.bottom for rule in horizontal)])[::-1]
    if len(columns) < 3 or len(lines) < 3 or (len(columns) - 1) * (len(lines) - 1) > _MAX_CELLS:
        return None
    verticals = {x: [rule for rule in vertical if abs(rule.left - x) <= _TOLERANCE] for x in columns}
    horizontals = {y: [rule for rule in horizontal if abs(rule.bottom - y) <= _TOLERANCE] for y in lines}
    rows = []
    above: list[str] = [""] * (len(columns) - 1)
    for top, bottom in pairwise(lines):
        cells: list[str] = []
        starts = [
            column
            for column, x in enumerate(columns[:-1])
            if column == 0 or _has_rule(verticals[x], Box(x, (bottom + top) / 2, x, (bottom + top) / 2))
        ]
        values = [""] * (len(columns) - 1)
        for start, end in zip(starts, [*starts[1:], len(columns) - 1], strict=True):
            middle = (columns[start] + columns[end]) / 2
            text = read_text(Box(columns[start] + 1, bottom, columns[end] - 1, top))
            is_spanned = top != lines[0] and not _has_rule(horizontals[top], Box(middle, top, middle, top))
            values[start] = text or (above[start] if is_spanned else "")
            cells.append(values[start])
        above = values
        rows.append((top, bottom, cells))
    if (
        sum(bool(cell) for _, _, cells in rows for cell in cells) < _MIN_FILLED_CELLS
        or max(map(_count_filled, rows)) < 2
    ):
        return None
    return Table(Box(columns[0], lines[-1], columns[-1], lines[0]), [row for row in rows if any(row[2])])


def _count_filled(row: tuple[float, float, list[str]]) -> int:
    return sum(map(bool, row[2]))


def _distinct(values: Sequence[float]) -> list[float]:
    """The values in ascending order, without those within the tolerance of another."""
    distinct: list[float] = []
    for value in sorted(values):
        if not distinct or value - distinct[-1] > _TOLERANCE:
            distinct.append(value)
    return distinct


def _has_rule(rules: Sequence[Box], point: Box) -> bool:
    return any(_meet(rule, point) for rule in rules)
