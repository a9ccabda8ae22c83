"""The engine for collections too large to be added up one passage at a time: an inverted index in numpy.

The scores are those of MemoryEngine, to the last bit: the same sums in the same order. But they are all
computed at the start, and a question adds a whole term at once.

BM25: Robertson & Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009). Idf: Lucene's.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Container, Mapping, Sequence
from itertools import chain, count
from typing import Any

import numpy
from numpy.typing import NDArray

from index.engines.memory import K1, B
from index.types import QuestionTerm, Scored, Share

Numbers = NDArray[Any]

_NONE: tuple[Numbers, Numbers] = numpy.empty(0, dtype=numpy.int32), numpy.empty(0)


class ScoredView:
    """The postings of one view: for each term the positions of the passages that have it, and its score in each.

    All terms' `positions` (int32, ascending within a term) and `scores` (float64) stand one after another;
    those of the term with number n are from `starts[n]` to `starts[n + 1]`.
    """

    def __init__(self, passages: Sequence[Sequence[str]]) -> None:
        """Index one view of at least one passage."""
        numbers: defaultdict[str, int] = defaultdict(count().__next__)
        lengths = numpy.array([len(passage) for passage in passages])
        tokens = map(numbers.__getitem__, chain.from_iterable(passages))
        occurrences = numpy.fromiter(tokens, dtype=numpy.int64, count=lengths.sum())
        # Term and position in one number, so that one sort brings each term's occurrences together.
        occurrences = occurrences * len(passages) + numpy.repeat(numpy.arange(len(passages)), lengths)
        pairs, frequencies = numpy.unique(occurrences, return_counts=True)
        self.numbers = dict(numbers)
        self.starts = numpy.searchsorted(pairs, numpy.arange(len(numbers) + 1) * len(passages))
        self.positions = (pairs % len(passages)).astype(numpy.int32)
        self.scores = self._idf(len(passages)) * _saturated(frequencies, lengths[self.positions], lengths.mean())

    def __getitem__(self, term: str) -> tuple[Numbers, Numbers]:
        """The positions of the passages that have a term, and its score in each."""
        number = self.numbers.get(term)
        if number is None:
            return _NONE
        start, end = self.starts[number : number + 2]
        return self.positions[start:end], self.scores[start:end]

    def _idf(self, size: int) -> Numbers:
        """Of each posting, its term's ln(1 + (N - df + .5) / (df + .5))."""
        having = numpy.diff(self.starts)
        idf = [math.log(1 + (size - frequency + 0.5) / (frequency + 0.5)) for frequency in range(size + 1)]
        return numpy.repeat(numpy.array(idf)[having], having)


class PostingsEngine:
    """BM25 in each view; the scores of the views are added."""

    def __init__(self, size: int, views: dict[str, ScoredView]) -> None:
        self.size = size
        self.views = views

    @classmethod
    def build(cls, passages: Sequence[Mapping[str, Sequence[str]]]) -> PostingsEngine:
        """Index passages, each given as its terms in every view."""
        views = sorted({view for terms in passages for view in terms})
        return cls(len(passages), {view: ScoredView([terms[view] for terms in passages]) for view in views})

    def document_frequency(self, view: str, term: str) -> int:
        """In how many passages the term occurs."""
        return len(self._postings(view, term)[0])

    def rank(self, terms: Sequence[QuestionTerm], limit: int, among: Container[int] | None = None) -> list[Scored]:
        """The best passages that share a term with the question; of equal scores the earlier first."""
        totals = numpy.zeros(self.size)
        for term in terms:
            positions, scores = self._postings(term.view, term.term)
            totals[positions] += term.weight * scores
        matches = numpy.flatnonzero(totals > 0)
        if among is not None:
            matches = matches[[position in among for position in matches.tolist()]]
        best = _largest(totals, matches, limit)
        return [Scored(position, score) for position, score in zip(best.tolist(), totals[best].tolist(), strict=True)]

    def explain(self, terms: Sequence[QuestionTerm], position: int) -> list[Share]:
        """What each term brought to the score of one passage; the shares sum up to the score."""
        shares = []
        for term in terms:
            positions, scores = self._postings(term.view, term.term)
            place = numpy.searchsorted(positions, position)
            if place < len(positions) and positions[place] == position:
                score = term.weight * float(scores[place])
                shares.append(Share(term.view, term.term, term.surface, term.weight, score))
        return shares

    def _postings(self, view: str, term: str) -> tuple[Numbers, Numbers]:
        return self.views[view][term] if view in self.views else _NONE


def _saturated(frequencies: Numbers, lengths: Numbers, mean_length: float) -> Numbers:
    """BM25 without idf: how much of a passage of some length each frequency of a term says, at most K1 + 1."""
    return frequencies * (K1 + 1) / (frequencies + K1 * (1 - B + B * lengths / mean_length))


def _largest(totals: Numbers, matches: Numbers, limit: int) -> Numbers:
    """Of ascending positions the `limit` with the largest totals, best first, of equal ones the earlier first."""
    if 0 < limit < len(matches):
        least = numpy.partition(totals[matches], -limit)[-limit]
        matches = matches[totals[matches] >= least]
    return matches[numpy.argsort(-totals[matches], kind="stable")][:limit]
