"""The engine for collections that fit in memory: rank-bm25, over postings.

rank-bm25 scores one term in a list of passages. Which passages those are is looked up here, so that
a passage without any term of the question is never scored, and so never a match.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import compress
from threading import RLock

from index.language.analysis import VIEWS
from index.ranking.bm25 import K1, B
from index.ranking.engine import Entry
from index.ranking.memory.adding import NONE, Postings, best, keys_of, row_of, shares
from index.ranking.memory.okapi import Okapi
from index.ranking.memory.rows import Rows
from index.ranking.packed_terms import term_key
from index.types import QuestionTerm, Scored, Share

_MOST_AUDIENCES = 100


class MemoryRanking:
    """The rows of some sources (None: of all), ranked with a rank-bm25 for each view that knows of no other row.

    A term's score in a passage depends on no other term of the question, so it is computed once until a change.
    """

    def __init__(self, rows: Rows, lock: RLock, sources: frozenset[int] | None) -> None:
        self._rows = rows
        self._lock = lock
        self._sources = sources
        self._version = -1

    @property
    def size(self) -> int:
        """How many passages it ranks."""
        with self._lock:
            self._follow()
            return self._size

    def document_frequency(self, view: str, term: str) -> int:
        """In how many passages the term occurs."""
        with self._lock:
            self._follow()
            return len(self._having(view, term_key(view, term)))

    def rank(self, terms: Sequence[QuestionTerm], limit: int, among: Collection[int] | None = None) -> list[Scored]:
        """The best passages that share a term with the question, of equal scores by their order."""
        with self._lock:
            return best(terms, self._postings(terms), limit, (self._rows.numbers, self._rows.orders), among)

    def explain(self, terms: Sequence[QuestionTerm], position: int) -> list[Share]:
        """What each term brought to the score of one passage; the shares sum up to the score."""
        with self._lock:
            return shares(terms, self._postings(terms), row_of(self._rows.numbers, position))

    def within(self, sources: frozenset[int]) -> MemoryRanking:
        """The passages of these sources alone, as if the others were not there; it follows later changes."""
        return MemoryRanking(self._rows, self._lock, sources if self._sources is None else self._sources & sources)

    def _follow(self) -> None:
        """Begin anew if the rows changed."""
        if self._version == self._rows.version:
            return
        rows, sources = self._rows, self._sources
        self._admitted = [
            alive and (sources is None or source in sources)
            for alive, source in zip(rows.alive, rows.sources, strict=True)
        ]
        self._size = self._admitted.count(True)
        self._okapis: dict[str, Okapi] = {}
        self._admitted_having: dict[int, Sequence[int]] = {}
        self._scored: dict[int, Postings] = {}
        self._version = rows.version

    def _postings(self, terms: Sequence[QuestionTerm]) -> list[Postings]:
        self._follow()
        return [self._postings_of(term.view, key) for term, key in zip(terms, keys_of(terms), strict=True)]

    def _postings_of(self, view: str, key: int) -> Postings:
        if key not in self._scored:
            rows = self._having(view, key)
            self._scored[key] = (rows, self._okapi(view).scores(key, rows)) if rows else NONE
        return self._scored[key]

    def _having(self, view: str, key: int) -> Sequence[int]:
        """The admitted rows that have a key, ascending."""
        if key not in self._admitted_having:
            rows = self._rows.views[VIEWS.index(view)].having.get(key, ())
            self._admitted_having[key] = [row for row in rows if self._admitted[row]]
        return self._admitted_having[key]

    def _okapi(self, view: str) -> Okapi:
        if view not in self._okapis:
            rows = self._rows.views[VIEWS.index(view)]
            total = sum(compress(rows.lengths, self._admitted))
            self._okapis[view] = Okapi(rows.frequencies, rows.lengths, self._size, total, k1=K1, b=B)
        return self._okapis[view]


class MemoryEngine(MemoryRanking):
    """BM25 in each view; the scores of the views are added. Threads take turns."""

    def __init__(self) -> None:
        super().__init__(Rows(), RLock(), None)
        self._audiences: dict[frozenset[int], MemoryRanking] = {}

    @classmethod
    def build(cls, entries: Iterable[Entry]) -> MemoryEngine:
        """An engine of these passages."""
        engine = cls()
        engine.add(entries)
        return engine

    def add(self, entries: Iterable[Entry]) -> None:
        """Rank these passages too. Their numbers ascend, above all that were ever there; else it is a ValueError."""
        with self._lock:
            for entry in entries:
                self._rows.append(entry)

    def remove(self, numbers: Iterable[int]) -> None:
        """Forget the passages of these numbers; one that is not there is no error."""
        with self._lock:
            for number in numbers:
                row = row_of(self._rows.numbers, number)
                if row >= 0 and self._rows.alive[row]:
                    self._rows.clear(row)

    def within(self, sources: frozenset[int]) -> MemoryRanking:
        """The passages of these sources alone, as if the others were not there; it follows later changes."""
        with self._lock:
            if sources not in self._audiences:
                if len(self._audiences) >= _MOST_AUDIENCES:
                    self._audiences.clear()
                self._audiences[sources] = super().within(sources)
            return self._audiences[sources]
