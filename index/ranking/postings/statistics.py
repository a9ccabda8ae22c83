"""The statistics that BM25 needs, of the passages of one audience alone."""

from __future__ import annotations

from typing import Any

import numpy
from numpy.typing import NDArray

from index.growing_array import GrowingArray
from index.ranking.postings.inversion import Columns
from index.ranking.postings.saturation import Codebook
from index.ranking.postings.terms import Term

Numbers = NDArray[Any]


class AudienceStatistics:
    """The passages of some sources (None: of all), and their statistics.

    `size` is their number and `totals` that of their terms in each view: integers, so adding and removing a passage
    restores them exactly. `terms` caches terms, by view and term, until the next change.
    """

    def __init__(self, sources: frozenset[int] | None, columns: Columns, alive: Numbers) -> None:
        self._sources = sources
        self._admitted = GrowingArray(alive & self._admits(columns.sources))
        self.size = int(numpy.count_nonzero(self.admitted))
        self.totals = [int(of_view.sum(where=self.admitted, dtype=numpy.int64)) for of_view in columns.lengths.T]
        self.terms: dict[tuple[str, str], Term] = {}
        self._saturations: dict[int, tuple[tuple[int, int, int], Numbers, float]] = {}

    @property
    def admitted(self) -> Numbers:
        """A flag for each row: whether its passage is one of these and was not removed."""
        return self._admitted.values

    def append(self, columns: Columns) -> None:
        """Add rows."""
        admits = self._admits(columns.sources)
        self._admitted.extend(admits)
        self.size += int(numpy.count_nonzero(admits))
        self._change_totals(columns.lengths[admits], 1)

    def remove(self, rows: Numbers, lengths: Numbers) -> None:
        """Remove rows; `lengths` are theirs in each view."""
        admitted = self.admitted[rows]
        if not admitted.any():
            return
        self.admitted[rows] = False
        self.size -= int(numpy.count_nonzero(admitted))
        self._change_totals(lengths[admitted], -1)

    def saturation(self, view: int, codebook: Codebook) -> tuple[Numbers, float]:
        """The saturation of each code of a view, by the mean length of these passages, and the highest of them."""
        inputs = self.size, self.totals[view], len(codebook)
        cached = self._saturations.get(view)
        if cached is None or cached[0] != inputs:
            # Where these passages have no terms in a view, nothing is scored by it: any mean length but 0 does.
            saturation = codebook.saturation(self.totals[view] / self.size or 1.0)
            cached = self._saturations[view] = inputs, saturation, float(saturation.max())
        return cached[1:]

    def _admits(self, sources: Numbers) -> Numbers:
        if self._sources is None:
            return numpy.ones(len(sources), dtype=bool)
        if len(sources) == 1:
            return numpy.array([int(sources[0]) in self._sources])
        return numpy.isin(sources, numpy.array(sorted(self._sources), dtype=numpy.int64))

    def _change_totals(self, lengths: Numbers, sign: int) -> None:
        changes = lengths.sum(axis=0, dtype=numpy.int64).tolist()
        self.totals = [total + sign * change for total, change in zip(self.totals, changes, strict=True)]
