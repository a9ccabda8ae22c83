"""Scores a question's terms within an audience."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, groupby, pairwise
from typing import Any

import numpy
from numpy.typing import NDArray

from index.language.analysis import VIEWS
from index.ranking.bm25 import inverse_document_frequency
from index.ranking.postings.saturation import Codebook
from index.ranking.postings.statistics import AudienceStatistics
from index.ranking.postings.storage.segments import Postings
from index.ranking.postings.terms import ABSENT, ScoredTerm, Term, UnscoredTerm

Numbers = NDArray[Any]

# Terms with more postings are scored on demand: mostly for a few of their postings only.
_LARGEST_SCORED = 20_000


def score(
    views: Sequence[str],
    postings: Sequence[Sequence[Postings]],
    statistics: AudienceStatistics,
    codebooks: Sequence[Codebook],
) -> list[Term]:
    """Terms, each given by its view and its postings in each segment. Terms of a view should be adjacent."""
    terms: list[Term] = [ABSENT] * len(views)
    sizes = [sum([len(segment.rows) for segment in of_term]) for of_term in postings]
    small = [index for index, size in enumerate(sizes) if 0 < size <= _LARGEST_SCORED]
    if small:
        scored = _score_together(
            [views[index] for index in small],
            [segment for index in small for segment in postings[index]],
            [sizes[index] for index in small],
            statistics,
            codebooks,
        )
        for index, term in zip(small, scored, strict=True):
            terms[index] = term
    for index, size in enumerate(sizes):
        if size > _LARGEST_SCORED:
            terms[index] = _unscored(VIEWS.index(views[index]), postings[index], statistics, codebooks)
    return terms


def _unscored(
    view: int, postings: Sequence[Postings], statistics: AudienceStatistics, codebooks: Sequence[Codebook]
) -> Term:
    frequency = sum(int(numpy.count_nonzero(statistics.admitted.take(rows, mode="clip"))) for rows, _ in postings)
    if not frequency:
        return ABSENT
    idf = inverse_document_frequency(statistics.size, frequency)
    saturation, highest = statistics.saturation(view, codebooks[view])
    return UnscoredTerm(postings, frequency, idf * highest, idf, saturation, statistics.admitted)


def _score_together(
    views: Sequence[str],
    postings: Sequence[Postings],
    sizes: Sequence[int],
    statistics: AudienceStatistics,
    codebooks: Sequence[Codebook],
) -> list[ScoredTerm]:
    """Terms whose postings follow one another, `sizes` of each: most have a few only, so one array holds all scores."""
    rows = numpy.concatenate([segment.rows for segment in postings])
    codes = numpy.concatenate([segment.codes for segment in postings])
    positions = statistics.admitted.take(rows, mode="clip").nonzero()[0]
    if not len(positions):
        return [ABSENT] * len(views)
    rows, codes = rows.take(positions), codes.take(positions)
    bounds = positions.searchsorted(numpy.array([*accumulate(sizes, initial=0)])).tolist()
    frequencies = [end - start for start, end in pairwise(bounds)]
    idfs = [inverse_document_frequency(statistics.size, frequency) for frequency in frequencies]
    scores = numpy.empty(len(rows))
    highest: list[float] = []
    for view, of_view in groupby(views):
        start = len(highest)
        saturation, highest_of_view = statistics.saturation(VIEWS.index(view), codebooks[VIEWS.index(view)])
        highest += [highest_of_view for _ in of_view]
        part = slice(bounds[start], bounds[len(highest)])
        saturation.take(codes[part], out=scores[part], mode="clip")
    scores *= numpy.array(idfs).repeat(frequencies)
    return [
        ScoredTerm(rows[start:end], scores[start:end], end - start, idf * most)
        for start, end, idf, most in zip(bounds, bounds[1:], idfs, highest, strict=False)
    ]
