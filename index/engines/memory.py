"""The engine for collections that fit in memory: rank-bm25, over postings.

rank-bm25 scores one term in a list of passages. Which passages those are is looked up here, so that
a passage without any term of the question is never scored, and so never a match.
"""

from __future__ import annotations

import heapq
from array import array
from bisect import bisect_left
from collections.abc import Container, Iterator, Mapping, Sequence

from index.types import QuestionTerm, Scored, Share

# Measured on the development sets: a second occurrence of a term in a paragraph says little,
# and a long paragraph matches too easily. k1 = 2.0 loses two points of recall@1.
K1 = 0.3
B = 0.8

# The positions of the passages that hold a term, ascending, and the term's BM25 score in each.
Postings = tuple[Sequence[int], Sequence[float]]
_NONE: Postings = ((), ())


class RankedView(Mapping[str, Postings]):
    """The postings of one view, scored by rank-bm25 when a term is first asked for.

    A term's score in a passage depends on no other term of the question, so it is computed once.
    """

    def __init__(self, passages: Sequence[Sequence[str]]) -> None:
        from index.engines.okapi import Okapi

        self._okapi = Okapi(passages, k1=K1, b=B)
        self._positions: dict[str, array[int]] = {}
        for position, frequencies in enumerate(self._okapi.doc_freqs):
            for term in frequencies:
                self._positions.setdefault(term, array("I")).append(position)
        self._scored: dict[str, Postings] = {}

    def __getitem__(self, term: str) -> Postings:
        if term not in self._scored:
            positions = self._positions[term]
            self._scored[term] = (positions, self._okapi.get_batch_scores([term], positions))
        return self._scored[term]

    def __iter__(self) -> Iterator[str]:
        return iter(self._positions)

    def __len__(self) -> int:
        return len(self._positions)

    def __contains__(self, term: object) -> bool:
        return term in self._positions


class MemoryEngine:
    """BM25 in each view; the scores of the views are added."""

    def __init__(self, size: int, views: Mapping[str, Mapping[str, Postings]]) -> None:
        self.size = size
        self.views = views

    @classmethod
    def build(cls, passages: Sequence[Mapping[str, Sequence[str]]]) -> MemoryEngine:
        """Index passages, each given as its terms in every view."""
        views = sorted({view for terms in passages for view in terms})
        return cls(len(passages), {view: RankedView([terms[view] for terms in passages]) for view in views})

    def document_frequency(self, view: str, term: str) -> int:
        """In how many passages the term occurs."""
        return len(self._postings(view, term)[0])

    def rank(self, terms: Sequence[QuestionTerm], limit: int, among: Container[int] | None = None) -> list[Scored]:
        """The best passages that share a term with the question; of equal scores the earlier first."""
        totals = [0.0] * self.size
        for term in terms:
            for position, score in zip(*self._postings(term.view, term.term), strict=True):
                totals[position] += term.weight * score
        matches = (
            (-total, position)
            for position, total in enumerate(totals)
            if total > 0 and (among is None or position in among)
        )
        best = heapq.nsmallest(limit, matches)
        return [Scored(position, -negative) for negative, position in best]

    def explain(self, terms: Sequence[QuestionTerm], position: int) -> list[Share]:
        """What each term brought to the score of one passage; the shares sum up to the score."""
        shares = []
        for term in terms:
            positions, scores = self._postings(term.view, term.term)
            place = bisect_left(positions, position)
            if place < len(positions) and positions[place] == position:
                shares.append(Share(term.view, term.term, term.surface, term.weight, term.weight * scores[place]))
        return shares

    def _postings(self, view: str, term: str) -> Postings:
        postings = self.views.get(view)
        return postings[term] if postings is not None and term in postings else _NONE
