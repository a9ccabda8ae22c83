"""The engine for collections that fit in memory: rank-bm25, over posting lists.

rank-bm25 scores one term in a list of passages. Here the posting lists say which passages those are, so a passage that
contains no term of the question is never scored.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import compress
from threading import RLock
from typing import Self

from index.language.analysis import VIEWS
from index.ranking.bm25 import K1, B
from index.ranking.engine import Entry
from index.ranking.memory.okapi import Okapi
from index.ranking.memory.rows import Rows
from index.ranking.memory.scoring import NONE, Postings, best, keys_of, row_of, shares
from index.ranking.packed_terms import term_key
from index.types import QuestionTerm, Scored, Share

_CACHED_AUDIENCES = 100


class MemoryRanking:
    """Ranks the passages of some sources (None: of all), with a rank-bm25 model of these alone for each view.

    A term's score in a passage depends on no other term of the question, so it is cached until the next change.
    """

    def __init__(self, rows: Rows, lock: RLock, sources: frozenset[int] | None) -> None:
        self._rows = rows
        self._lock = lock
        self._sources = sources
        self._version = -1

    @property
    def size(self) -> int:
        """The number of passages."""
        with self._lock:
            self._refresh()
            return self._size

    def document_frequency(self, view: str, term: str) -> int:
        """The number of passages that contain a term."""
        with self._lock:
            self._refresh()
            return len(self._rows_of_term(view, term_key(view, term)))

    def rank(self, terms: Sequence[QuestionTerm], limit: int, among: Collection[int] | None = None) -> list[Scored]:
        """The best passages that contain a term of the question, best first."""
        with self._lock:
            return best(terms, self._postings(terms), limit, (self._rows.numbers, self._rows.orders), among)

    def explain(self, terms: Sequence[QuestionTerm], position: int) -> list[Share]:
        """What each term contributes to the score of one passage; the shares sum up to the score."""
        with self._lock:
            return shares(terms, self._postings(terms), row_of(self._rows.numbers, position))

    def within(self, sources: frozenset[int]) -> MemoryRanking:
        """A view of the passages of these sources, scored as if there were no others; it follows later changes."""
        return MemoryRanking(self._rows, self._lock, sources if self._sources is None else self._sources & sources)

    def _refresh(self) -> None:
        """Drop all caches if the rows have changed."""
        if self._version == self._rows.version:
            return
        rows, sources = self._rows, self._sources
        self._admitted = [
            alive and (sources is None or source in sources)
            for alive, source in zip(rows.alive, rows.sources, strict=True)
        ]
        self._size = self._admitted.count(True)
        self._okapis: dict[str, Okapi] = {}
        self._row_cache: dict[int, Sequence[int]] = {}
        self._posting_cache: dict[int, Postings] = {}
        self._version = rows.version

    def _postings(self, terms: Sequence[QuestionTerm]) -> list[Postings]:
        self._refresh()
        return [self._postings_of(term.view, key) for term, key in zip(terms, keys_of(terms), strict=True)]

    def _postings_of(self, view: str, key: int) -> Postings:
        if key not in self._posting_cache:
            rows = self._rows_of_term(view, key)
            self._posting_cache[key] = (rows, self._okapi(view).scores(key, rows)) if rows else NONE
        return self._posting_cache[key]

    def _rows_of_term(self, view: str, key: int) -> Sequence[int]:
        """The rows of these sources that contain a term, ascending."""
        if key not in self._row_cache:
            rows = self._rows.views[VIEWS.index(view)].postings.get(key, ())
            self._row_cache[key] = [row for row in rows if self._admitted[row]]
        return self._row_cache[key]

    def _okapi(self, view: str) -> Okapi:
        if view not in self._okapis:
            rows = self._rows.views[VIEWS.index(view)]
            total = sum(compress(rows.lengths, self._admitted))
            self._okapis[view] = Okapi(rows.frequencies, rows.lengths, self._size, total, k1=K1, b=B)
        return self._okapis[view]


class MemoryEngine(MemoryRanking):
    """Ranks all passages: BM25 in each view, summed over the views. A lock makes it safe for threads."""

    def __init__(self) -> None:
        super().__init__(Rows(), RLock(), None)
        self._audiences: dict[frozenset[int], MemoryRanking] = {}

    @classmethod
    def build(cls, entries: Iterable[Entry]) -> Self:
        """Build an engine of these passages."""
        engine = cls()
        engine.add(entries)
        return engine

    def add(self, entries: Iterable[Entry]) -> None:
        """Add passages. Raises ValueError unless their numbers ascend, above all that were ever added."""
        with self._lock:
            for entry in entries:
                self._rows.append(entry)

    def remove(self, numbers: Iterable[int]) -> None:
        """Remove the passages with these numbers; unknown numbers are ignored."""
        with self._lock:
            for number in numbers:
                row = row_of(self._rows.numbers, number)
                if row >= 0 and self._rows.alive[row]:
                    self._rows.remove(row)

    def within(self, sources: frozenset[int]) -> MemoryRanking:
        """A view of the passages of these sources, scored as if there were no others; it follows later changes."""
        with self._lock:
            if sources not in self._audiences:
                if len(self._audiences) >= _CACHED_AUDIENCES:
                    self._audiences.clear()
                self._audiences[sources] = super().within(sources)
            return self._audiences[sources]
