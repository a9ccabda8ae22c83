"""The tables on a page of a PDF file, by the lines that are drawn around their cells."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from typing import NamedTuple

# In points: lines drawn nearer to each other than this are one, and no line is thicker.
_NEAR = 3.0
# What is drawn on a page that has more lines than this is a picture.
_MOST_RULES = 1_000
_MOST_CELLS = 5_000
_FEWEST_FILLED = 4


class Box(NamedTuple):
    """A part of a page, in points from its lower left corner."""

    left: float
    bottom: float
    right: float
    top: float


class Table(NamedTuple):
    """Where a table stands, and its rows from the top, each with its upper and lower edge."""

    box: Box
    rows: list[tuple[float, float, list[str]]]


def tables_of(drawn: Sequence[Box], text_in: Callable[[Box], str]) -> list[Table]:
    """The tables among what is drawn on a page; `text_in` says what is written in a part of it.

    A cell over several columns is read once, and one over several rows in each of them.
    """
    rules = list(dict.fromkeys(rule for box in drawn for rule in _edges(box)))
    if len(rules) > _MOST_RULES:
        return []
    tables = (_table(together, text_in) for together in _touching(rules))
    return [table for table in tables if table is not None]


def _edges(box: Box) -> Iterator[Box]:
    """A line that is drawn as such, or those around what is drawn."""
    wide, high = box.right - box.left > _NEAR, box.top - box.bottom > _NEAR
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


def _is_level(rule: Box) -> bool:
    return rule.bottom == rule.top


def _touching(rules: Sequence[Box]) -> Iterator[list[Box]]:
    """Groups of lines of which each crosses or meets another one."""
    waiting = list(rules)
    while waiting:
        group, border = [], [waiting.pop()]
        while border:
            rule = border.pop()
            group.append(rule)
            apart: list[Box] = []
            for other in waiting:
                (border if _meet(rule, other) else apart).append(other)
            waiting = apart
        yield group


def _meet(one: Box, other: Box) -> bool:
    return (
        one.left <= other.right + _NEAR
        and other.left <= one.right + _NEAR
        and one.bottom <= other.top + _NEAR
        and other.bottom <= one.top + _NEAR
    )


def _table(rules: Sequence[Box], text_in: Callable[[Box], str]) -> Table | None:
    level, upright = [rule for rule in rules if _is_level(rule)], [rule for rule in rules if not _is_level(rule)]
    if not level or not upright:
        return None
    # A table's sides may be open.
    edges = [rule.left for rule in level] + [rule.right for rule in level]
    across = _apart([*(rule.left for rule in upright), min(edges), max(edges)])
    down = _apart([*(rule.bottom for rule in level)])[::-1]
    if len(across) < 3 or len(down) < 3 or (len(across) - 1) * (len(down) - 1) > _MOST_CELLS:
        return None
    at = {x: [rule for rule in upright if abs(rule.left - x) <= _NEAR] for x in across}
    under = {y: [rule for rule in level if abs(rule.bottom - y) <= _NEAR] for y in down}
    rows = []
    above: list[str] = [""] * (len(across) - 1)
    for top, bottom in pairwise(down):
        cells: list[str] = []
        starts = [
            place
            for place, x in enumerate(across[:-1])
            if place == 0 or _is_drawn(at[x], Box(x, (bottom + top) / 2, x, (bottom + top) / 2))
        ]
        values = [""] * (len(across) - 1)
        for start, end in zip(starts, [*starts[1:], len(across) - 1], strict=True):
            middle = (across[start] + across[end]) / 2
            text = text_in(Box(across[start] + 1, bottom, across[end] - 1, top))
            is_below = top != down[0] and not _is_drawn(under[top], Box(middle, top, middle, top))
            values[start] = text or (above[start] if is_below else "")
            cells.append(values[start])
        above = values
        rows.append((top, bottom, cells))
    if sum(bool(cell) for _, _, cells in rows for cell in cells) < _FEWEST_FILLED or max(map(_filled, rows)) < 2:
        return None
    return Table(Box(across[0], down[-1], across[-1], down[0]), [row for row in rows if any(row[2])])


def _filled(row: tuple[float, float, list[str]]) -> int:
    return sum(map(bool, row[2]))


def _apart(values: Sequence[float]) -> list[float]:
    """Ascending values without those that are next to another one."""
    apart: list[float] = []
    for value in sorted(values):
        if not apart or value - apart[-1] > _NEAR:
            apart.append(value)
    return apart


def _is_drawn(rules: Sequence[Box], point: Box) -> bool:
    return any(_meet(rule, point) for rule in rules)
