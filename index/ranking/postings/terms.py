"""Terms with the score that they give to each passage, before the weight that a question gives them."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple, Protocol

import numpy
from numpy.typing import NDArray

from index.ranking.postings.storage.segments import Postings

Numbers = NDArray[Any]


class Term(Protocol):
    """What pruning asks of a term: `having` passages are admitted and have it, none scores above `highest`."""

    @property
    def having(self) -> int:
        """How many admitted passages have it."""
        ...

    @property
    def highest(self) -> float:
        """The most that it brings."""
        ...

    def scored(self) -> ScoredTerm:
        """The same with a score for every passage."""
        ...

    def brought(self, rows: Numbers) -> Numbers:
        """What it brings to each of the passages in ascending rows (int32); 0 to those that lack it."""
        ...


class ScoredTerm(NamedTuple):
    """The admitted `rows` (int32, ascending) that have a term, and the `scores` (float64): idf times saturation."""

    rows: Numbers
    scores: Numbers
    having: int
    highest: float

    def scored(self) -> ScoredTerm:
        """Itself."""
        return self

    def brought(self, rows: Numbers) -> Numbers:
        """What it brings to each of the passages in ascending rows (int32); 0 to those that lack it."""
        places = self.rows.searchsorted(rows)
        scores: Numbers = self.scores.take(places, mode="clip")
        scores *= self.rows.take(places, mode="clip") == rows
        return scores


class LargeTerm(NamedTuple):
    """A term with its postings, a piece a segment, of admitted passages and others.

    `saturation` has a value a code (index.ranking.postings.saturation); `admitted` says of each row whether it is.
    """

    pieces: Sequence[Postings]
    having: int
    highest: float
    idf: float
    saturation: Numbers
    admitted: Numbers

    def scored(self) -> ScoredTerm:
        """The same with a score for every passage."""
        rows = numpy.concatenate([piece.rows for piece in self.pieces])
        codes = numpy.concatenate([piece.codes for piece in self.pieces])
        kept = self.admitted.take(rows, mode="clip").nonzero()[0]
        scores = self.saturation.take(codes.take(kept), mode="clip")
        scores *= self.idf
        return ScoredTerm(rows.take(kept), scores, self.having, self.highest)

    def brought(self, rows: Numbers) -> Numbers:
        """What it brings to each of the passages in ascending rows (int32); 0 to those that lack it."""
        brought = numpy.zeros(len(rows))
        for postings in self.pieces:
            places = postings.rows.searchsorted(rows)
            scores = self.saturation.take(postings.codes.take(places, mode="clip"), mode="clip")
            scores *= self.idf
            scores *= postings.rows.take(places, mode="clip") == rows
            brought += scores
        return brought


ABSENT = ScoredTerm(numpy.empty(0, numpy.int32), numpy.empty(0), 0, 0.0)
