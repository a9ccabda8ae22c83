"""Exact scores of passages, and a query that the index ranks by an upper bound of them."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

import numpy
from numpy.typing import NDArray

from index.language.analysis import VIEWS
from index.ranking.bm25 import K1, B, inverse_document_frequency
from index.ranking.opensearch.documents import REFERENCE_LENGTHS, IndexedPassage, word_of
from index.ranking.opensearch.index_settings import PIVOT_BITS, PIVOT_MIDDLE, PIVOT_STEPS
from index.ranking.opensearch.statistics import Totals
from index.ranking.packed_terms import term_key
from index.types import QuestionTerm

Numbers = NDArray[Any]

# The index adds up 32-bit floats.
_ROUNDING = 1 + 1e-4
# The share of the highest score that terms which are left out at first may have. Two thirds of all postings are theirs, and
# nine in ten questions need no second look (60,000 passages of the development sets).
_LEFT_OUT = 0.03


class WeightedTerm(NamedTuple):
    """A term of a question that some passage of an audience has; `view` is its place in VIEWS."""

    key: int
    view: int
    weight: float
    idf: float
    mean_length: float
    document_frequency: int

    @classmethod
    def of(cls, term: QuestionTerm, frequency: int, totals: Totals) -> WeightedTerm:
        """A term that so many of the passages have."""
        view = VIEWS.index(term.view)
        # Where the passages have no terms in a view, nothing is scored by it: any mean length but 0 does.
        mean_length = totals.lengths[view] / totals.size or 1.0
        idf = inverse_document_frequency(totals.size, frequency)
        return cls(term_key(term.view, term.term), view, term.weight, idf, mean_length, frequency)

    def score(self, frequency: int, length: int) -> float:
        """The BM25 score in a passage; the operations are in rank-bm25's order, so that the floats are the same."""
        saturation = frequency * (K1 + 1) / (frequency + K1 * (1 - B + B * length / self.mean_length))
        return saturation * self.idf


def scores_of(terms: Sequence[WeightedTerm], passages: Sequence[IndexedPassage]) -> Numbers:
    """The exact score of each passage: the terms' scores, added up in the question's order."""
    totals = numpy.zeros(len(passages))
    if not terms or not passages:
        return totals
    distinct = numpy.unique(numpy.array([term.key for term in terms], dtype=numpy.uint64))
    keys = numpy.concatenate([passage.keys for passage in passages])
    owners = numpy.arange(len(passages)).repeat([len(passage.keys) for passage in passages])
    places = distinct.searchsorted(keys)
    (asked,) = (distinct.take(places, mode="clip") == keys).nonzero()
    frequencies = numpy.zeros((len(distinct), len(passages)), dtype=numpy.int64)
    found = numpy.concatenate([passage.frequencies for passage in passages])
    frequencies[places[asked], owners[asked]] = found[asked]
    lengths = numpy.array([passage.lengths for passage in passages], dtype=numpy.int64).T
    for term in terms:
        of_term = frequencies[int(distinct.searchsorted(numpy.uint64(term.key)))]
        saturation = of_term * (K1 + 1) / (of_term + K1 * (1 - B + B * lengths[term.view] / term.mean_length))
        saturation *= term.idf
        totals += term.weight * saturation
    return totals


class Clause(NamedTuple):
    """A clause of a query for a term: its score, by the index, is at most the boost."""

    key: int
    boost: float
    document_frequency: int

    def query(self) -> dict[str, Any]:
        """It as the index takes it."""
        return {"term": {"terms": {"value": word_of(self.key), "boost": self.boost}}}


def bounding_clauses(terms: Iterable[WeightedTerm]) -> list[Clause]:
    """A clause for each distinct term: the sum of their scores is nowhere below the exact score, and little above."""
    weights: dict[int, float] = {}
    by_key: dict[int, WeightedTerm] = {}
    for term in terms:
        weights[term.key] = weights.get(term.key, 0.0) + term.weight
        by_key[term.key] = term
    return [
        Clause(key, _boost(by_key[key], weight), by_key[key].document_frequency)
        for key, weight in weights.items()
        if weight > 0
    ]


def without_common(clauses: Sequence[Clause]) -> tuple[list[Clause], float]:
    """The clauses without those of terms in so many passages that they say least, and the most that these could add."""
    allowed = _LEFT_OUT * sum(clause.boost for clause in clauses)
    kept, left_out = [], 0.0
    for clause in sorted(clauses, key=lambda one: one.boost / one.document_frequency):
        if left_out + clause.boost <= allowed:
            left_out += clause.boost
        else:
            kept.append(clause)
    return kept, left_out


def _boost(term: WeightedTerm, weight: float) -> float:
    """The boost of a term, with the pivot of the similarity (index_settings) in its last bits.

    BM25 is f / (f + K1 (1 − B + B l / m)), and the similarity F / (F + p), where F = f / (1 − B + B l / r): of a passage's
    length l and an audience's mean m the index knows neither, but of l / r. With p = K1 r / m the two differ by no more
    than K1 (1 − B) (r / m − 1), whatever the length.
    """
    ratio = REFERENCE_LENGTHS[term.view] / term.mean_length
    place = min(max(math.floor(PIVOT_STEPS * math.log2(ratio)) + PIVOT_MIDDLE, 0), (1 << PIVOT_BITS) - 1)
    pivot = K1 * 2 ** ((place - PIVOT_MIDDLE) / PIVOT_STEPS)
    # How far the exact score may be above: most for the shortest passages, or for the longest.
    above = max(1.0, (1 + pivot * (1 - B)) / (1 + K1 * (1 - B)), pivot / (K1 * ratio))
    boost = numpy.float32(weight * term.idf * (K1 + 1) * above * _ROUNDING)
    bits = boost.view(numpy.uint32) & ~numpy.uint32((1 << PIVOT_BITS) - 1) | numpy.uint32(place)
    return float(numpy.uint32(bits).view(numpy.float32))
