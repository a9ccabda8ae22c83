"""The engine for collections too large to be scored passage by passage: an inverted index in numpy, to be added to.

The scores equal those of MemoryEngine to the last bit: the same sums in the same order. A posting holds a code for its
frequency and its passage's length (index.ranking.postings.saturation), not a score: another passage, which changes the
mean length and with it every score, changes small tables only.

BM25: Robertson & Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009). Idf: Lucene's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

import numpy

from index.ranking.engine import Entry
from index.ranking.postings.inverted_index import InvertedIndex, empty_index
from index.ranking.postings.persistence import open_index, save_index
from index.ranking.postings.pruning import best, scores_of
from index.ranking.postings.statistics import AudienceStatistics
from index.ranking.postings.terms import Term
from index.types import QuestionTerm, Scored, Share


class PostingsRanking:
    """Ranks the passages of some sources (None: of all). A lock makes it safe for threads."""

    def __init__(self, index: InvertedIndex, sources: frozenset[int] | None) -> None:
        self._index = index
        self._sources = sources

    @property
    def size(self) -> int:
        """The number of passages."""
        with self._index.lock:
            return self._statistics().size

    def document_frequency(self, view: str, term: str) -> int:
        """The number of passages that contain a term."""
        with self._index.lock:
            return self._index.terms([(view, term)], self._statistics())[0].document_frequency

    def rank(self, terms: Sequence[QuestionTerm], limit: int, among: Collection[int] | None = None) -> list[Scored]:
        """The best passages that contain a term of the question, best first."""
        with self._index.lock:
            statistics, columns = self._statistics(), self._index.columns
            weighted = [
                (asked.weight, term)
                for asked, term in zip(terms, self._look_up(terms), strict=True)
                if term.document_frequency
            ]
            if among is None:
                rows, scores = best(weighted, limit, len(statistics.admitted), self._index.scratch)
            else:
                candidates = self._index.rows_of(among)
                rows, scores = scores_of(weighted, candidates[statistics.admitted[candidates]])
            order = numpy.lexsort((rows, columns.orders.take(rows), -scores))[: max(limit, 0)]
            numbers = columns.numbers.take(rows.take(order)).tolist()
            return list(map(Scored, numbers, scores.take(order).tolist()))

    def explain(self, terms: Sequence[QuestionTerm], position: int) -> list[Share]:
        """What each term contributes to the score of one passage; the shares sum up to the score."""
        with self._index.lock:
            rows = self._index.rows_of([position])
            if not self._statistics().admitted[rows].any():
                return []
            contributions = [
                (asked, asked.weight * float(term.scores_at(rows)[0]))
                for asked, term in zip(terms, self._look_up(terms), strict=True)
                if term.document_frequency
            ]
            return [
                Share(term.view, term.term, term.surface, term.weight, score) for term, score in contributions if score
            ]

    def within(self, sources: frozenset[int]) -> PostingsRanking:
        """A view of the passages of these sources, scored as if there were no others; it follows later changes."""
        return PostingsRanking(self._index, sources if self._sources is None else self._sources & sources)

    def _statistics(self) -> AudienceStatistics:
        return self._index.statistics(self._sources)

    def _look_up(self, terms: Sequence[QuestionTerm]) -> list[Term]:
        return self._index.terms([(term.view, term.term) for term in terms], self._statistics())


class PostingsEngine(PostingsRanking):
    """Ranks all passages: BM25 in each view, summed over the views."""

    def __init__(self, index: InvertedIndex) -> None:
        super().__init__(index, None)

    @classmethod
    def build(cls, entries: Iterable[Entry]) -> Self:
        """Build an engine of these passages, however many."""
        index = empty_index()
        index.build(entries)
        return cls(index)

    @classmethod
    def open(cls, path: Path) -> tuple[PostingsEngine, dict[str, Any]]:
        """The engine in a file, and the metadata that it was saved with; raises ArraysDamaged or OSError."""
        index, metadata = open_index(path)
        return cls(index), metadata

    def save(self, path: Path, metadata: Mapping[str, Any]) -> None:
        """Write the engine to a file, with metadata of the caller's that JSON can hold; raises OSError.

        The file should be a new one: not every system can replace a file that is open.
        """
        with self._index.lock:
            save_index(self._index, path, metadata)

    def add(self, entries: Iterable[Entry]) -> None:
        """Add passages. Raises ValueError unless their numbers ascend, above all that were ever added."""
        with self._index.lock:
            self._index.add(entries)

    def remove(self, numbers: Iterable[int]) -> None:
        """Remove the passages with these numbers; unknown numbers are ignored."""
        with self._index.lock:
            self._index.remove(numbers)

    def compact(self) -> None:
        """Merge segments, which makes questions quick again after many changes; this can take seconds."""
        with self._index.lock:
            self._index.compact()
