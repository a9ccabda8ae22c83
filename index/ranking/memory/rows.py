"""The passages of MemoryEngine, one to a row, with the term frequencies and lengths that rank-bm25 works on."""

from __future__ import annotations

from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence

from index.language.analysis import VIEWS
from index.ranking.engine import Entry
from index.ranking.packed_terms import unpack


class ViewRows:
    """The terms of all rows in one view, by their keys.

    `frequencies` has the term frequencies of each row (rank-bm25's `doc_freqs`), `lengths` its number of terms with
    repetitions (`doc_len`), and `postings` the rows, ascending, that contain a term.
    """

    def __init__(self) -> None:
        self.frequencies: list[Counter[int]] = []
        self.lengths: list[int] = []
        self.postings: dict[int, list[int]] = {}

    def append(self, frequencies: Counter[int], length: int) -> None:
        """Add a row."""
        for key in frequencies:
            self.postings.setdefault(key, []).append(len(self.lengths))
        self.frequencies.append(frequencies)
        self.lengths.append(length)

    def clear(self, row: int) -> None:
        """Empty a row."""
        for key in self.frequencies[row]:
            rows = self.postings[key]
            del rows[bisect_left(rows, row)]
            if not rows:
                del self.postings[key]
        self.frequencies[row] = Counter()

    def retain(self, rows: Sequence[int]) -> None:
        """Keep these rows only."""
        retained = [(self.frequencies[row], self.lengths[row]) for row in rows]
        self.frequencies, self.lengths, self.postings = [], [], {}
        for frequencies, length in retained:
            self.append(frequencies, length)


class Rows:
    """Passages in the order in which they were added.

    A removed passage leaves an empty row; once more than half of the rows are empty, these are dropped. `version` grows
    with every change.
    """

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.sources: list[int] = []
        self.orders: list[int] = []
        self.alive: list[bool] = []
        self.views = tuple(ViewRows() for _ in VIEWS)
        self.version = 0
        self._last_number: int | None = None

    def append(self, entry: Entry) -> None:
        """Add a row. Raises ValueError unless the number is above all that were ever added."""
        if self._last_number is not None and entry.number <= self._last_number:
            raise ValueError(f"numbers must ascend: {entry.number} after {self._last_number}")
        for view, (frequencies, length) in zip(self.views, _term_frequencies(entry.parts), strict=True):
            view.append(frequencies, length)
        self._last_number = entry.number
        self.numbers.append(entry.number)
        self.sources.append(entry.source)
        self.orders.append(entry.order)
        self.alive.append(True)
        self.version += 1

    def remove(self, row: int) -> None:
        """Remove the passage in a row."""
        for view in self.views:
            view.clear(row)
        self.alive[row] = False
        self.version += 1
        if self.alive.count(True) < len(self.alive) // 2:
            self._drop_empty_rows()

    def _drop_empty_rows(self) -> None:
        rows = [row for row, alive in enumerate(self.alive) if alive]
        for view in self.views:
            view.retain(rows)
        self.numbers = [self.numbers[row] for row in rows]
        self.sources = [self.sources[row] for row in rows]
        self.orders = [self.orders[row] for row in rows]
        self.alive = [True] * len(rows)


def _term_frequencies(parts: Sequence[bytes]) -> Iterator[tuple[Counter[int], int]]:
    """The term frequencies and the length of a passage in each view, summed over its parts."""
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
