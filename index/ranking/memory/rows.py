"""The passages of MemoryEngine, one a row, and their terms as rank-bm25 looks at them."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

from index.language.analysis import VIEWS
from index.ranking.engine import Entry
from index.ranking.packed_terms import unpack


class ViewRows:
    """One view of all rows.

    `frequencies` holds of each row its keys with their counts (rank-bm25's `doc_freqs`), `lengths` its number of terms
    with repetitions (`doc_len`), and `having` the rows, ascending, that have a key.
    """

    def __init__(self) -> None:
        self.frequencies: list[Counter[int]] = []
        self.lengths: list[int] = []
        self.having: dict[int, list[int]] = {}

    def append(self, frequencies: Counter[int], length: int) -> None:
        """A row more."""
        for key in frequencies:
            self.having.setdefault(key, []).append(len(self.lengths))
        self.frequencies.append(frequencies)
        self.lengths.append(length)

    def clear(self, row: int) -> None:
        """A row that no key has."""
        for key in self.frequencies[row]:
            rows = self.having[key]
            del rows[bisect_left(rows, row)]
            if not rows:
                del self.having[key]
        self.frequencies[row] = Counter()

    def keep(self, rows: Sequence[int]) -> None:
        """Leave out all other rows."""
        kept = [(self.frequencies[row], self.lengths[row]) for row in rows]
        self.frequencies, self.lengths, self.having = [], [], {}
        for frequencies, length in kept:
            self.append(frequencies, length)


class Rows:
    """Passages in the order they came. A removed one leaves an empty row, until half of the rows are empty.

    `version` changes with every change.
    """

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.sources: list[int] = []
        self.orders: list[int] = []
        self.alive: list[bool] = []
        self.views = tuple(ViewRows() for _ in VIEWS)
        self.version = 0
        self._last: int | None = None

    def append(self, entry: Entry) -> None:
        """A row more; a ValueError for a number that is not above all before it."""
        if self._last is not None and entry.number <= self._last:
            raise ValueError(f"numbers must ascend: {entry.number} after {self._last}")
        for view, (frequencies, length) in zip(self.views, _counted(entry.parts), strict=True):
            view.append(frequencies, length)
        self._last = entry.number
        self.numbers.append(entry.number)
        self.sources.append(entry.source)
        self.orders.append(entry.order)
        self.alive.append(True)
        self.version += 1

    def clear(self, row: int) -> None:
        """A row without a passage."""
        for view in self.views:
            view.clear(row)
        self.alive[row] = False
        self.version += 1
        if self.alive.count(True) < len(self.alive) // 2:
            self._close_gaps()

    def _close_gaps(self) -> None:
        rows = [row for row, alive in enumerate(self.alive) if alive]
        for view in self.views:
            view.keep(rows)
        self.numbers = [self.numbers[row] for row in rows]
        self.sources = [self.sources[row] for row in rows]
        self.orders = [self.orders[row] for row in rows]
        self.alive = [True] * len(rows)


def _counted(parts: Sequence[bytes]) -> Iterator[tuple[Counter[int], int]]:
    """Of each view the frequencies of its keys and its length, of all parts together."""
    frequencies = [Counter[int]() for _ in VIEWS]
    lengths = [0] * len(VIEWS)
    for part in parts:
        unpacked = unpack(part)
        keys, counts = unpacked.keys.tolist(), unpacked.frequencies.tolist()
        start = 0
        for view, (distinct, length) in enumerate(
            zip(unpacked.distinct.tolist(), unpacked.lengths.tolist(), strict=True)
        ):
            end = start + distinct
            frequencies[view].update(dict(zip(keys[start:end], counts[start:end], strict=True)))
            lengths[view] += length
            start = end
    return zip(frequencies, lengths, strict=True)
