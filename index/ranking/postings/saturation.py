"""BM25 without idf, for every pair of a term's frequency and its passage's length that occurs."""

from __future__ import annotations

from typing import Any

import numpy
from numpy.typing import NDArray

from index.ranking.bm25 import K1, B
from index.ranking.postings.storage.growing_array import GrowingArray

Numbers = NDArray[Any]

_FREQUENCY_BITS = 32


class Pairs:
    """The distinct pairs of one view, numbered as they come: a posting needs no more than the number, its code.

    Passages are many, but their lengths and the frequencies in them are few. A pair is kept in 64 bits, the length
    above the frequency.
    """

    def __init__(self, pairs: Numbers) -> None:
        self._pairs = GrowingArray(pairs.astype(numpy.uint64))
        self._codes = {pair: code for code, pair in enumerate(pairs.tolist())}

    def __len__(self) -> int:
        return len(self._codes)

    @property
    def packed(self) -> Numbers:
        """All pairs, by their codes (uint64)."""
        return self._pairs.values

    def codes(self, frequencies: Numbers, lengths: Numbers) -> Numbers:
        """The code of each pair (uint32); new ones are numbered."""
        pairs = lengths.astype(numpy.uint64) << _FREQUENCY_BITS | frequencies.astype(numpy.uint64)
        distinct = numpy.unique(pairs)
        new = [pair for pair in distinct.tolist() if pair not in self._codes]
        for pair in new:
            self._codes[pair] = len(self._codes)
        self._pairs.extend(numpy.array(new, dtype=numpy.uint64))
        codes = numpy.array([self._codes[pair] for pair in distinct.tolist()], dtype=numpy.uint32)
        return codes[distinct.searchsorted(pairs)]

    def saturation(self, mean_length: float) -> Numbers:
        """Of each pair how much of a passage of that length such a frequency says, at most K1 + 1 (float64).

        The order of operations is rank-bm25's, so that the floats are.
        """
        pairs = self._pairs.values
        frequencies = (pairs & ((1 << _FREQUENCY_BITS) - 1)).astype(numpy.int64)
        lengths = (pairs >> _FREQUENCY_BITS).astype(numpy.int64)
        saturation: Numbers = frequencies * (K1 + 1) / (frequencies + K1 * (1 - B + B * lengths / mean_length))
        return saturation
