"""rank-bm25 with an idf that stays positive in collections of every size."""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import Any

import numpy
from rank_bm25 import BM25Okapi


class Okapi(BM25Okapi):
    """BM25Okapi with idf = ln(1 + (N − df + .5) / (df + .5)), as in Lucene.

    The original gives 0 to a term in half of the passages and an average to one in more than half:
    of two passages no term tells them apart, and of one the match scores below zero.
    An empty collection, which the original divides by, has no terms here.
    """

    def __init__(self, passages: Sequence[Sequence[str]], k1: float, b: float) -> None:
        super().__init__(passages or [[]], k1=k1, b=b)
        # rank-bm25 makes an array of the lengths for each term anew; of an array that is a copy, of a list work.
        self.doc_len: Any = numpy.array([len(passage) for passage in passages or [[]]])

    def _calc_idf(self, nd: dict[str, int]) -> None:
        self.idf = {
            term: math.log(1 + (self.corpus_size - frequency + 0.5) / (frequency + 0.5))
            for term, frequency in nd.items()
        }
