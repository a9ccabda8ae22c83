"""The interface of a ranking engine."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from typing import NamedTuple, Protocol, Self

from index.types import QuestionTerm, Scored, Share


class Entry(NamedTuple):
    """A passage as an engine indexes it.

    `number` identifies the passage: numbers ascend and are never used again; `Scored.position` is this number.
    `parts` are packed terms (index.ranking.packed_terms) whose counts are added: those of the passage's context and
    those of its text. `source` decides who may read it. `order` breaks ties: of equal scores the passage with the lower
    order (a signed 64-bit number) comes first, of equal orders the one with the lower number.
    """

    number: int
    parts: tuple[bytes, ...]
    source: int = 0
    order: int = 0


class Engine(Protocol):
    """Ranks passages by their terms. It receives terms and returns passage numbers; it never sees a text."""

    @property
    def size(self) -> int:
        """The number of passages."""
        ...

    def document_frequency(self, view: str, term: str) -> int:
        """The number of passages that contain a term."""
        ...

    def rank(self, terms: Sequence[QuestionTerm], limit: int, among: Collection[int] | None = None) -> list[Scored]:
        """The best passages that contain a term of the question, best first.

        Where `among` is given, only passages with these numbers are ranked; their scores stay the same.
        """
        ...

    def explain(self, terms: Sequence[QuestionTerm], position: int) -> list[Share]:
        """What each term contributes to the score of one passage; the shares sum up to the score."""
        ...

    def within(self, sources: frozenset[int]) -> Engine:
        """A view of the passages of these sources, scored as if there were no others; it follows later changes."""
        ...


class GrowingEngine(Engine, Protocol):
    """An engine to which passages can be added and from which they can be removed.

    After each change it answers exactly as an engine that is built of the remaining passages.
    """

    def add(self, entries: Iterable[Entry]) -> None:
        """Add passages. Raises ValueError unless their numbers ascend, above all that were ever added."""
        ...

    def remove(self, numbers: Iterable[int]) -> None:
        """Remove the passages with these numbers; unknown numbers are ignored."""
        ...


class LocalEngine(GrowingEngine, Protocol):
    """A growing engine in this process, which takes nothing but passages to make one."""

    @classmethod
    def build(cls, entries: Iterable[Entry]) -> Self:
        """An engine of these passages."""
        ...
