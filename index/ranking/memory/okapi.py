"""rank-bm25 with an idf that is always positive, over passages that can be added and removed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy
from rank_bm25 import BM25Okapi

from index.ranking.bm25 import inverse_document_frequency


class Okapi(BM25Okapi):
    """BM25Okapi with idf = ln(1 + (N − df + .5) / (df + .5)), as in Lucene, over term frequencies of the caller.

    The original idf is 0 for a term in half of the passages, and an average for one in more than half: with two passages
    no term would tell them apart, and with one the match would score below zero.

    The original also counts the terms of all texts when it is built. Here the caller passes the frequencies of the terms
    in each row (rank-bm25's `doc_freqs`) and the length of each row (`doc_len`).
    """

    def __init__(
        self,
        frequencies: Sequence[Mapping[int, int]],
        lengths: Sequence[int],
        size: int,
        total_length: int,
        k1: float,
        b: float,
    ) -> None:
        """A model of `size` of the rows, which have `total_length` terms; `scores` must be asked for these alone."""
        self.k1, self.b = k1, b
        self.doc_freqs = frequencies
        # rank-bm25 makes an array of the lengths for each term again: of an array that is a cheap copy, of a list it is not.
        self.doc_len: Any = numpy.array(lengths)
        self.corpus_size = size
        self.avgdl = total_length / size
        self.idf: dict[int, float] = {}

    def scores(self, key: int, rows: Sequence[int]) -> list[float]:
        """The score of a term in each of the rows that contain it; `rows` must be all of these."""
        self.idf[key] = inverse_document_frequency(self.corpus_size, len(rows))
        scores: list[float] = self.get_batch_scores([key], rows)
        return scores
