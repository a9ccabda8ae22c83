"""The engine for collections too large to be added up one passage at a time: an inverted index in numpy that grows.

The scores are those of MemoryEngine, to the last bit: the same sums in the same order. Of each posting only the pair
of its frequency and its passage's length is kept (index.ranking.postings.saturation), so a passage more, which changes the mean
length and with it every score, changes small tables only.

BM25: Robertson & Zaragoza, The Probabilistic Relevance Framework: BM25 and Beyond (2009). Idf: Lucene's.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy

from index.ranking.engine import Entry
from index.ranking.postings.file import open_state, save_state
from index.ranking.postings.pruning import best, scores_of
from index.ranking.postings.state import PostingsState, empty_state
from index.ranking.postings.statistics import AudienceStatistics
from index.ranking.postings.terms import Term
from index.types import QuestionTerm, Scored, Share


class PostingsRanking:
    """The passages of some sources (None: of all), ranked by themselves. Threads take turns."""

    def __init__(self, state: PostingsState, sources: frozenset[int] | None) -> None:
        self._state = state
        self._sources = sources

    @property
    def size(self) -> int:
        """How many passages it ranks."""
        with self._state.lock:
            return self._audience().size

    def document_frequency(self, view: str, term: str) -> int:
        """In how many passages the term occurs."""
        with self._state.lock:
            return self._state.terms_of([(view, term)], self._audience())[0].having

    def rank(self, terms: Sequence[QuestionTerm], limit: int, among: Collection[int] | None = None) -> list[Scored]:
        """The best passages that share a term with the question, of equal scores by their order."""
        with self._state.lock:
            audience, columns = self._audience(), self._state.columns
            found = [(asked.weight, term) for asked, term in zip(terms, self._found(terms), strict=True) if term.having]
            if among is None:
                rows, scores = best(found, limit, len(audience.admitted), self._state.scratch)
            else:
                wanted = self._state.rows_of(among)
                rows, scores = scores_of(found, wanted[audience.admitted[wanted]])
            first = numpy.lexsort((rows, columns.orders.take(rows), -scores))[: max(limit, 0)]
            numbers = columns.numbers.take(rows.take(first)).tolist()
            return list(map(Scored, numbers, scores.take(first).tolist()))

    def explain(self, terms: Sequence[QuestionTerm], position: int) -> list[Share]:
        """What each term brought to the score of one passage; the shares sum up to the score."""
        with self._state.lock:
            rows = self._state.rows_of([position])
            if not self._audience().admitted[rows].any():
                return []
            brought = [
                (asked, asked.weight * float(term.brought(rows)[0]))
                for asked, term in zip(terms, self._found(terms), strict=True)
                if term.having
            ]
            return [Share(term.view, term.term, term.surface, term.weight, score) for term, score in brought if score]

    def within(self, sources: frozenset[int]) -> PostingsRanking:
        """The passages of these sources alone, as if the others were not there; it follows later changes."""
        return PostingsRanking(self._state, sources if self._sources is None else self._sources & sources)

    def _audience(self) -> AudienceStatistics:
        return self._state.audience(self._sources)

    def _found(self, terms: Sequence[QuestionTerm]) -> list[Term]:
        return self._state.terms_of([(term.view, term.term) for term in terms], self._audience())


class PostingsEngine(PostingsRanking):
    """BM25 in each view; the scores of the views are added."""

    def __init__(self, state: PostingsState) -> None:
        super().__init__(state, None)

    @classmethod
    def build(cls, entries: Iterable[Entry]) -> PostingsEngine:
        """An engine of these passages, however many."""
        state = empty_state()
        state.build(entries)
        return cls(state)

    @classmethod
    def open(cls, path: Path) -> tuple[PostingsEngine, dict[str, Any]]:
        """The engine in a file, and what was said when it was saved; raises IndexDamaged, or OSError."""
        state, made_of = open_state(path)
        return cls(state), made_of

    def save(self, path: Path, made_of: Mapping[str, Any]) -> None:
        """Keep the engine in a file, with what the caller wants to know of it, as JSON; raises OSError.

        The file should be a new one: what is open cannot be replaced on every system.
        """
        with self._state.lock:
            save_state(self._state, path, made_of)

    def add(self, entries: Iterable[Entry]) -> None:
        """Rank these passages too. Their numbers ascend, above all that were ever there; else it is a ValueError."""
        with self._state.lock:
            self._state.add(entries)

    def remove(self, numbers: Iterable[int]) -> None:
        """Forget the passages of these numbers; one that is not there is no error."""
        with self._state.lock:
            self._state.remove(numbers)

    def compact(self) -> None:
        """Make questions quick again after many changes; of a large collection this can take seconds."""
        with self._state.lock:
            self._state.compact()
