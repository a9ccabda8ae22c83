"""The seam between retrieval and whatever ranks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple, Protocol

from index.types import QuestionTerm, Scored, Share


class Entry(NamedTuple):
    """A passage as an engine takes it.

    `number` is the caller's: it grows with every passage and is never used again; `Scored.position` is this number.
    `parts` are packed terms (index.ranking.packed_terms) whose counts add up: of what the passage stands under, and its own.
    `source` decides on who may read it. Of equal scores the passage with the lower `order` (64 bits, of any sign)
    comes first, of equal orders the one with the lower number.
    """

    number: int
    parts: tuple[bytes, ...]
    source: int = 0
    order: int = 0


class Engine(Protocol):
    """Ranks passages by their terms. It receives terms and gives numbers; it never sees a text."""

    @property
    def size(self) -> int:
        """How many passages it ranks."""
        ...

    def document_frequency(self, view: str, term: str) -> int:
        """In how many passages the term occurs."""
        ...

    def rank(self, terms: Sequence[QuestionTerm], limit: int, among: Collection[int] | None = None) -> list[Scored]:
        """The best passages that share a term with the question, of equal scores by their order.

        Where `among` is given, only passages of these numbers are ranked; their scores are the same.
        """
        ...

    def explain(self, terms: Sequence[QuestionTerm], position: int) -> list[Share]:
        """What each term brought to the score of one passage; the shares sum up to the score."""
        ...

    def within(self, sources: frozenset[int]) -> Engine:
        """The passages of these sources alone, as if the others were not there; it follows later changes."""
        ...


class GrowingEngine(Engine, Protocol):
    """An engine that takes and drops passages; after each change it is as if built of what is left."""

    def add(self, entries: Iterable[Entry]) -> None:
        """Rank these passages too. Their numbers ascend, above all that were ever there; else it is a ValueError."""
        ...

    def remove(self, numbers: Iterable[int]) -> None:
        """Forget the passages of these numbers; one that is not there is no error."""
        ...
