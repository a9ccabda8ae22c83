"""A question's terms with their scores in each passage, before the question's weights."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy
from numpy.typing import NDArray

from index.ranking.postings.storage.segments import Postings

Numbers = NDArray[Any]


class Term(Protocol):
    """A term as pruning needs it."""

    @property
    def document_frequency(self) -> int:
        """The number of admitted passages that contain it."""
        ...

    @property
    def max_score(self) -> float:
        """An upper bound of its score in any passage."""
        ...

    def scored(self) -> ScoredTerm:
        """The term with its score in each passage."""
        ...

    def scores_at(self, rows: Numbers) -> Numbers:
        """Its score in each of some rows, which ascend (int32); 0 where the passage does not contain it."""
        ...


class ScoredTerm(NamedTuple):
    """A term with its `scores` (float64: idf times saturation) in the admitted `rows` (int32, ascending)."""

    rows: Numbers
    scores: Numbers
    document_frequency: int
    max_score: float

    def scored(self) -> ScoredTerm:
        """The term itself."""
        return self

    def scores_at(self, rows: Numbers) -> Numbers:
        """Its score in each of some rows, which ascend (int32); 0 where the passage does not contain it."""
        positions = self.rows.searchsorted(rows)
        scores: Numbers = self.scores.take(positions, mode="clip")
        scores *= self.rows.take(positions, mode="clip") == rows
        return scores


class UnscoredTerm(NamedTuple):
    """A term with its postings in each segment, admitted or not, whose scores are computed on demand.

    `saturation` has a value for each code (index.ranking.postings.saturation), `admitted` a flag for each row.
    """

    postings: Sequence[Postings]
    document_frequency: int
    max_score: float
    idf: float
    saturation: Numbers
    admitted: Numbers

    def scored(self) -> ScoredTerm:
        """The term with its score in each passage."""
        rows = numpy.concatenate([postings.rows for postings in self.postings])
        codes = numpy.concatenate([postings.codes for postings in self.postings])
        positions = self.admitted.take(rows, mode="clip").nonzero()[0]
        scores = self.saturation.take(codes.take(positions), mode="clip")
        scores *= self.idf
        return ScoredTerm(rows.take(positions), scores, self.document_frequency, self.max_score)

    def scores_at(self, rows: Numbers) -> Numbers:
        """Its score in each of some rows, which ascend (int32); 0 where the passage does not contain it."""
        total = numpy.zeros(len(rows))
        for postings in self.postings:
            positions = postings.rows.searchsorted(rows)
            scores = self.saturation.take(postings.codes.take(positions, mode="clip"), mode="clip")
            scores *= self.idf
            scores *= postings.rows.take(positions, mode="clip") == rows
            total += scores
        return total


ABSENT = ScoredTerm(numpy.empty(0, numpy.int32), numpy.empty(0), 0, 0.0)
