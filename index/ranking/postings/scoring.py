"""Scores a question's terms within an audience."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, groupby, pairwise
from typing import Any

import numpy
from numpy.typing import NDArray

from index.language.analysis import VIEWS
from index.ranking.bm25 import inverse_document_frequency
from index.ranking.postings.saturation import Pairs
from index.ranking.postings.statistics import AudienceStatistics
from index.ranking.postings.storage.segments import Postings
from index.ranking.postings.terms import ABSENT, LargeTerm, ScoredTerm, Term

Numbers = NDArray[Any]

# Terms with more postings are scored anew for each question, and mostly a few of their postings only.
_MOST_SCORED = 20_000


def score(
    views: Sequence[str], pieces: Sequence[Sequence[Postings]], audience: AudienceStatistics, pairs: Sequence[Pairs]
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


def _large(view: int, pieces: Sequence[Postings], audience: AudienceStatistics, pairs: Sequence[Pairs]) -> Term:
    having = sum(int(numpy.count_nonzero(audience.admitted.take(rows, mode="clip"))) for rows, _ in pieces)
    if not having:
        return ABSENT
    idf = inverse_document_frequency(audience.size, having)
    saturation, highest = audience.saturation(view, pairs[view])
    return LargeTerm(pieces, having, idf * highest, idf, saturation, audience.admitted)


def _score(
    views: Sequence[str],
    pieces: Sequence[Postings],
    sizes: Sequence[int],
    audience: AudienceStatistics,
    pairs: Sequence[Pairs],
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
