"""rank-bm25 with an idf that stays positive in collections of every size, and with passages that come and go."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy
from rank_bm25 import BM25Okapi

from index.ranking.bm25 import inverse_document_frequency


class Okapi(BM25Okapi):
    """BM25Okapi with idf = ln(1 + (N − df + .5) / (df + .5)), as in Lucene, over passages that the caller keeps.

    The original gives 0 to a term in half of the passages and an average to one in more than half:
    of two passages no term tells them apart, and of one the match scores below zero.

    The original counts terms itself, once, and all of them. Here the caller says what they are in each row
    (`doc_freqs`, the frequencies of its terms), and `doc_len` is asked for when a term is scored.
    """

    def __init__(
        self,
        frequencies: Sequence[Mapping[int, int]],
        lengths: Sequence[int],
        size: int,
        total: int,
        k1: float,
        b: float,
    ) -> None:
        """Score `size` of the rows, `total` terms in all; other rows must not be asked for."""
        self.k1, self.b = k1, b
        self.doc_freqs = frequencies
        # rank-bm25 makes an array of the lengths for each term anew; of an array that is a copy, of a list work.
        self.doc_len: Any = numpy.array(lengths)
        self.corpus_size = size
        self.avgdl = total / size
        self.idf: dict[int, float] = {}

    def scores(self, key: int, rows: Sequence[int]) -> list[float]:
        """The score of one term in each of the rows, which are all that have it."""
        self.idf[key] = inverse_document_frequency(self.corpus_size, len(rows))
        scores: list[float] = self.get_batch_scores([key], rows)
        return scores
