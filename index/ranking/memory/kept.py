"""An engine of scores that were computed before: what a snapshot keeps of MemoryEngine, without numpy or rank-bm25."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple

from index.ranking.memory.scoring import NONE, Postings, best, keys_of, row_of, shares
from index.ranking.packed_terms import term_key
from index.types import QuestionTerm, Scored, Share


class KeptScores(NamedTuple):
    """A whole engine as JSON can hold it: of each row its number, source and order, and each key's postings as text.

    `"3 0.5 8 1.25"` says that the passage in row 3 scores 0.5 and the one in row 8 scores 1.25.
    """

    numbers: list[int]
    sources: list[int]
    orders: list[int]
    postings: dict[str, str]

    def fits(self, size: int) -> bool:
        """Whether it is of so many passages, and of the types that it should be of."""
        columns = (self.numbers, self.sources, self.orders)
        return (
            all(len(column) == size and set(map(type, column)) <= {int} for column in columns)
            and self.numbers == sorted(self.numbers)
            and set(map(type, self.postings.values())) <= {str}
        )


def postings_as_text(postings: Postings) -> str:
    """Postings as text; repr gives a float back exactly."""
    return " ".join(f"{row} {score!r}" for row, score in zip(*postings, strict=True))


class KeptEngine:
    """Ranks like the MemoryEngine that it was kept of, as it was then; a term's postings are read when asked for."""

    def __init__(self, kept: KeptScores) -> None:
        self._kept = kept
        self._sources = frozenset(kept.sources)
        self._read: dict[int, Postings] = {}

    @property
    def size(self) -> int:
        """How many passages it ranks."""
        return len(self._kept.numbers)

    def document_frequency(self, view: str, term: str) -> int:
        """In how many passages the term occurs."""
        return len(self._postings_of(term_key(view, term))[0])

    def rank(self, terms: Sequence[QuestionTerm], limit: int, among: Collection[int] | None = None) -> list[Scored]:
        """The best passages that share a term with the question, of equal scores by their order."""
        return best(terms, self._postings(terms), limit, (self._kept.numbers, self._kept.orders), among)

    def explain(self, terms: Sequence[QuestionTerm], position: int) -> list[Share]:
        """What each term brought to the score of one passage; the shares sum up to the score."""
        return shares(terms, self._postings(terms), row_of(self._kept.numbers, position))

    def within(self, sources: frozenset[int]) -> KeptEngine:
        """All of its passages: the scores were computed with all of them. A ValueError for less than all."""
        if not sources >= self._sources:
            raise ValueError("kept scores are of all passages together")
        return self

    def _postings(self, terms: Sequence[QuestionTerm]) -> list[Postings]:
        return [self._postings_of(key) for key in keys_of(terms)]

    def _postings_of(self, key: int) -> Postings:
        if key not in self._read:
            text = self._kept.postings.get(str(key))
            if text is None:
                return NONE
            numbers = text.split(" ")
            self._read[key] = [int(row) for row in numbers[::2]], [float(score) for score in numbers[1::2]]
        return self._read[key]
