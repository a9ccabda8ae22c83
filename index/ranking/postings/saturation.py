"""BM25's term frequency saturation, for every pair of a frequency and a passage length that occurs."""

from __future__ import annotations

from typing import Any

import numpy
from numpy.typing import NDArray

from index.growing_array import GrowingArray
from index.ranking.bm25 import K1, B

Numbers = NDArray[Any]

_FREQUENCY_BITS = 32


class Codebook:
    """The distinct pairs of a term's frequency and its passage's length in one view, numbered in order of appearance.

    Passages are many, but their lengths and the frequencies in them are few: a posting holds just the number of its
    pair, its code. A pair is stored in 64 bits, the length above the frequency.
    """

    def __init__(self, pairs: Numbers) -> None:
        self._pairs = GrowingArray(pairs.astype(numpy.uint64))
        self._codes = {pair: code for code, pair in enumerate(pairs.tolist())}

    def __len__(self) -> int:
        return len(self._codes)

    @property
    def pairs(self) -> Numbers:
        """All pairs, by their codes (uint64)."""
        return self._pairs.values

    def encode(self, frequencies: Numbers, lengths: Numbers) -> Numbers:
        """The code of each pair (uint32); new pairs are added."""
        pairs = lengths.astype(numpy.uint64) << _FREQUENCY_BITS | frequencies.astype(numpy.uint64)
        distinct = numpy.unique(pairs)
        new = [pair for pair in distinct.tolist() if pair not in self._codes]
        for pair in new:
            self._codes[pair] = len(self._codes)
        self._pairs.extend(numpy.array(new, dtype=numpy.uint64))
        codes = numpy.array([self._codes[pair] for pair in distinct.tolist()], dtype=numpy.uint32)
        return codes[distinct.searchsorted(pairs)]

    def saturation(self, mean_length: float) -> Numbers:
        """The saturated term frequency of each pair, by its code: at most K1 + 1 (float64).

        The operations are in rank-bm25's order, so that the floats are the same.
        """
        pairs = self._pairs.values
        frequencies = (pairs & ((1 << _FREQUENCY_BITS) - 1)).astype(numpy.int64)
        lengths = (pairs >> _FREQUENCY_BITS).astype(numpy.int64)
        saturation: Numbers = frequencies * (K1 + 1) / (frequencies + K1 * (1 - B + B * lengths / mean_length))
        return saturation
