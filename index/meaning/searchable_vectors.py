"""An encoder with the vectors that it made of the passages that may be read."""

from __future__ import annotations

from collections.abc import Collection
from typing import TYPE_CHECKING, NamedTuple

from index.meaning.encoder import Encoder
from index.meaning.vector_index import VectorView
from index.meaning.word_vectors import WordVectors
from index.types import Scored

if TYPE_CHECKING:
    from numpy import float32
    from numpy.typing import NDArray


class SearchableVectors(NamedTuple):
    """What is near to a question in meaning, among the passages of some sources, by their numbers."""

    encoder: Encoder
    view: VectorView
    words: WordVectors

    def question(self, text: str) -> NDArray[float32]:
        """The vector of a question."""
        return self.encoder.question(text)

    def nearest(self, vector: NDArray[float32], limit: int, among: Collection[int] | None = None) -> list[Scored]:
        """The passages whose nearest sentence, or whole text, is nearest to a question's vector, best first."""
        return self.view.nearest(vector, limit, among)

    def cosines(self, vector: NDArray[float32], numbers: Collection[int]) -> dict[int, NDArray[float32]]:
        """How near each of the texts of these passages is (index.meaning.passage_texts), without passages that have no vectors."""
        return self.view.cosines(vector, numbers)
