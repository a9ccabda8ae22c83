"""Terms with what they bring to the passages of an audience, before the weight that a question gives them."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, groupby, pairwise
from typing import Any, NamedTuple, Protocol

import numpy
from numpy.typing import NDArray

from index.language.analysis import VIEWS
from index.query.coverage import inverse_document_frequency
from index.ranking.postings.saturation import Pairs
from index.ranking.postings.statistics import Audience
from index.ranking.postings.storage.segments import Postings

Numbers = NDArray[Any]

# Terms with more postings are scored anew for each question, and mostly a few of their postings only.
_MOST_SCORED = 20_000


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


def score(
    views: Sequence[str], pieces: Sequence[Sequence[Postings]], audience: Audience, pairs: Sequence[Pairs]
) -> list[Term]:
    """Terms, each by its view and its postings, a piece a segment. Terms of a view should be together."""
    terms: list[Term] = [ABSENT] * len(views)
    sizes = [sum([len(postings.rows) for postings in of_term]) for of_term in pieces]
    small = [which for which, size in enumerate(sizes) if 0 < size <= _MOST_SCORED]
    if small:
        scored = _score(
            [views[which] for which in small],
            [postings for which in small for postings in pieces[which]],
            [sizes[which] for which in small],
            audience,
            pairs,
        )
        for which, term in zip(small, scored, strict=True):
            terms[which] = term
    for which, size in enumerate(sizes):
        if size > _MOST_SCORED:
            terms[which] = _large(VIEWS.index(views[which]), pieces[which], audience, pairs)
    return terms


def _large(view: int, pieces: Sequence[Postings], audience: Audience, pairs: Sequence[Pairs]) -> Term:
    having = sum(int(numpy.count_nonzero(audience.admitted.take(rows, mode="clip"))) for rows, _ in pieces)
    if not having:
        return ABSENT
    idf = inverse_document_frequency(audience.size, having)
    saturation, highest = audience.saturation(view, pairs[view])
    return LargeTerm(pieces, having, idf * highest, idf, saturation, audience.admitted)


def _score(
    views: Sequence[str], pieces: Sequence[Postings], sizes: Sequence[int], audience: Audience, pairs: Sequence[Pairs]
) -> list[ScoredTerm]:
    """All together, as most have a few postings only: their scores are parts of one array. `sizes` is of each term."""
    rows = numpy.concatenate([postings.rows for postings in pieces])
    codes = numpy.concatenate([postings.codes for postings in pieces])
    kept = audience.admitted.take(rows, mode="clip").nonzero()[0]
    if not len(kept):
        return [ABSENT] * len(views)
    rows, codes = rows.take(kept), codes.take(kept)
    bounds = kept.searchsorted(numpy.array([*accumulate(sizes, initial=0)])).tolist()
    counts = [end - start for start, end in pairwise(bounds)]
    idfs = [inverse_document_frequency(audience.size, having) for having in counts]
    scores = numpy.empty(len(rows))
    highest: list[float] = []
    for view, of_view in groupby(views):
        start = len(highest)
        saturation, highest_of_view = audience.saturation(VIEWS.index(view), pairs[VIEWS.index(view)])
        highest += [highest_of_view for _ in of_view]
        part = slice(bounds[start], bounds[len(highest)])
        saturation.take(codes[part], out=scores[part], mode="clip")
    scores *= numpy.array(idfs).repeat(counts)
    return [
        ScoredTerm(rows[start:end], scores[start:end], end - start, idf * most)
        for start, end, idf, most in zip(bounds, bounds[1:], idfs, highest, strict=False)
    ]
