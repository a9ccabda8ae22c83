"""The seam between retrieval and whatever ranks."""

from __future__ import annotations

from collections.abc import Container, Sequence
from typing import Protocol

from index.types import QuestionTerm, Scored, Share


class Engine(Protocol):
    """Ranks passages by their terms. It receives terms and gives positions; it never sees a text."""

    @property
    def size(self) -> int:
        """How many passages it ranks."""
        ...

    def document_frequency(self, view: str, term: str) -> int:
        """In how many passages the term occurs."""
        ...

    def rank(self, terms: Sequence[QuestionTerm], limit: int, among: Container[int] | None = None) -> list[Scored]:
        """The best passages that share a term with the question; of equal scores the earlier first.

        Where `among` is given, passages at other positions are as if they were not there.
        """
        ...

    def explain(self, terms: Sequence[QuestionTerm], position: int) -> list[Share]:
        """What each term brought to the score of one passage; the shares sum up to the score."""
        ...
