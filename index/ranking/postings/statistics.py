"""Those of the passages that a question may be answered from, and BM25's statistics of them alone."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy
from numpy.typing import NDArray

from index.ranking.postings.gathering import Columns
from index.ranking.postings.saturation import Pairs
from index.ranking.postings.storage.growing_array import GrowingArray

Numbers = NDArray[Any]

if TYPE_CHECKING:
    from index.ranking.postings.scored_terms import Term


class Audience:
    """The rows of some sources (None: of all).

    `admitted` says of each row whether it is one of them, `size` how many are, and `totals` how many terms they have
    in each view. Whole numbers all: what is added and taken away again leaves no trace. `terms` are those by view and
    term that were looked up since the last change.
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
        """Of each row whether it is one of them."""
        return self._admitted.values

    def append(self, columns: Columns) -> None:
        """Rows more."""
        admits = self._admits(columns.sources)
        self._admitted.extend(admits)
        self.size += int(numpy.count_nonzero(admits))
        self._change_totals(columns.lengths[admits], 1)

    def remove(self, rows: Numbers, lengths: Numbers) -> None:
        """Rows less; `lengths` are theirs in each view."""
        of_ours = self.admitted[rows]
        if not of_ours.any():
            return
        self.admitted[rows] = False
        self.size -= int(numpy.count_nonzero(of_ours))
        self._change_totals(lengths[of_ours], -1)

    def saturation(self, view: int, pairs: Pairs) -> tuple[Numbers, float]:
        """The saturation of each pair of a view with the mean length here, and the highest."""
        made_of = self.size, self.totals[view], len(pairs)
        known = self._saturations.get(view)
        if known is None or known[0] != made_of:
            # Where none of ours has a term in this view, it does not matter for which length.
            saturation = pairs.saturation(self.totals[view] / self.size or 1.0)
            known = self._saturations[view] = made_of, saturation, float(saturation.max())
        return known[1:]

    def _admits(self, sources: Numbers) -> Numbers:
        if self._sources is None:
            return numpy.ones(len(sources), dtype=bool)
        if len(sources) == 1:
            return numpy.array([int(sources[0]) in self._sources])
        return numpy.isin(sources, numpy.array(sorted(self._sources), dtype=numpy.int64))

    def _change_totals(self, lengths: Numbers, sign: int) -> None:
        changes = lengths.sum(axis=0, dtype=numpy.int64).tolist()
        self.totals = [total + sign * change for total, change in zip(self.totals, changes, strict=True)]
