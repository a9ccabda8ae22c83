"""The engine for collections that outgrow one machine: an index in an OpenSearch cluster.

The cluster finds candidates, ranked by an upper bound of their scores; here they get their exact scores, which equal
those of the other engines to the last bit. What was not looked at is bounded by the last candidate: where that might
still belong to the best, more are looked at.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence

import numpy

from index.ranking.engine import Entry
from index.ranking.opensearch.documents import IndexedPassage
from index.ranking.opensearch.index import PassageIndex
from index.ranking.opensearch.scoring import WeightedTerm, bounding_clauses, scores_of, without_common
from index.ranking.opensearch.statistics import MOST_CLAUSES, Snapshot, hits_of, readable
from index.ranking.packed_terms import term_key
from index.types import QuestionTerm, Scored, Share

# Candidates that are looked at beyond those that are wanted.
_MORE = 20
_TIMES_MORE = 8
_ROUNDING = 1e-4


class OpenSearchRanking:
    """Ranks the passages of some sources (None: of all). Safe for threads."""

    def __init__(self, index: PassageIndex, sources: frozenset[int] | None) -> None:
        self._index = index
        self._sources = sources

    @property
    def size(self) -> int:
        """The number of passages."""
        with self._index.reading() as snapshot:
            return snapshot.totals(self._sources).size

    def document_frequency(self, view: str, term: str) -> int:
        """The number of passages that contain a term."""
        with self._index.reading() as snapshot:
            return snapshot.frequencies([term_key(view, term)], self._sources)[0]

    def rank(self, terms: Sequence[QuestionTerm], limit: int, among: Collection[int] | None = None) -> list[Scored]:
        """The best passages that contain a term of the question, best first."""
        with self._index.reading() as snapshot:
            weighted = [term for _, term in self._look_up(terms, snapshot)]
            if limit <= 0 or not weighted or (among is not None and not among):
                return []
            passages, scores = self._best(weighted, limit, among)
            snapshot.remember(passages)
            return [Scored(passage.number, score) for passage, score in zip(passages, scores, strict=True)]

    def explain(self, terms: Sequence[QuestionTerm], position: int) -> list[Share]:
        """What each term contributes to the score of one passage; the shares sum up to the score."""
        with self._index.reading() as snapshot:
            passage = snapshot.passage(position)
            if passage is None or (self._sources is not None and passage.source not in self._sources):
                return []
            shares = []
            for asked, term in self._look_up(terms, snapshot):
                place = int(passage.keys.searchsorted(numpy.uint64(term.key)))
                if place < len(passage.keys) and int(passage.keys[place]) == term.key:
                    score = term.score(int(passage.frequencies[place]), passage.lengths[term.view])
                    shares.append(Share(asked.view, asked.term, asked.surface, asked.weight, asked.weight * score))
            return shares

    def within(self, sources: frozenset[int]) -> OpenSearchRanking:
        """A view of the passages of these sources, scored as if there were no others; it follows later changes."""
        return OpenSearchRanking(self._index, sources if self._sources is None else self._sources & sources)

    def _look_up(self, terms: Sequence[QuestionTerm], snapshot: Snapshot) -> list[tuple[QuestionTerm, WeightedTerm]]:
        """The terms that some passage has."""
        totals = snapshot.totals(self._sources)
        if not totals.size:
            return []
        keys = [term_key(term.view, term.term) for term in terms]
        frequencies = snapshot.frequencies(keys, self._sources)
        return [
            (term, WeightedTerm.of(term, frequency, totals))
            for term, frequency in zip(terms, frequencies, strict=True)
            if frequency
        ]

    def _best(
        self, terms: Sequence[WeightedTerm], limit: int, among: Collection[int] | None
    ) -> tuple[list[IndexedPassage], list[float]]:
        """The best passages with their scores: more and more candidates are looked at until no other can be among them."""
        filters = readable(self._sources)
        if among is not None:
            filters.append({"ids": {"values": [str(number) for number in among]}})
        every = bounding_clauses(terms)
        # Among few all are looked at at once.
        clauses, left_out = without_common(every) if among is None else (every, 0.0)
        size, lowest = limit + _MORE, 0.0
        while True:
            candidates: dict[int, IndexedPassage] = {}
            # No passage that is not a candidate has a higher score than this.
            bound = left_out
            parts = [clauses[start : start + MOST_CLAUSES] for start in range(0, len(clauses), MOST_CLAUSES)]
            for part in parts:
                wanted = [clause.query() for clause in part]
                query = {"bool": {"should": wanted, "filter": filters, "minimum_should_match": 1}}
                hits = hits_of(self._index.cluster, self._index.name, query, size, lowest)
                candidates |= {passage.number: passage for passage, _ in hits}
                bound += hits[-1][1] if len(hits) == size else lowest
            passages = list(candidates.values())
            scores = scores_of(terms, passages)
            orders = numpy.array([passage.order for passage in passages], dtype=numpy.int64)
            numbers = numpy.array([passage.number for passage in passages], dtype=numpy.int64)
            best = numpy.lexsort((numbers, orders, -scores))[:limit]
            least = float(scores[best[-1]]) if len(best) == limit else 0.0
            if not bound or bound < least:
                return [passages[place] for place in best], scores[best].tolist()
            clauses, left_out = every, 0.0
            lowest, size = least * (1 - _ROUNDING) / (1 + (len(every) - 1) // MOST_CLAUSES), size * _TIMES_MORE


class OpenSearchEngine(OpenSearchRanking):
    """Ranks all passages of an index: BM25 in each view, summed over the views."""

    def __init__(self, index: PassageIndex, changes: int = 0) -> None:
        """An engine of an index that has had so many changes."""
        super().__init__(index, None)
        self._changes = changes

    @property
    def index(self) -> PassageIndex:
        """The index that it ranks by."""
        return self._index

    def add(self, entries: Iterable[Entry]) -> None:
        """Add passages. Raises ValueError unless their numbers ascend, above all that were ever added."""
        self._changes += 1
        self._index.add(entries, self._changes)
        self._index.publish()

    def remove(self, numbers: Iterable[int]) -> None:
        """Remove the passages with these numbers; unknown numbers are ignored."""
        self._changes += 1
        self._index.remove(numbers, self._changes)
        self._index.publish()
