"""The best passages for a question's terms, found without scoring every posting (MaxScore).

The terms that add most per posting, the essential ones, are summed first. Once the other terms together cannot reach
the score of the best passages so far, a passage without an essential term cannot become one of the best (Turtle & Flood,
Query Evaluation: Strategies and Optimizations, 1995). The remaining candidates are looked up in the other terms, and
their scores are then summed again in the order of the question's terms, so that every float equals that of a plain sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import numpy
from numpy.typing import NDArray

from index.ranking.postings.terms import Term

Numbers = NDArray[Any]
# A term with the weight that the question gives it.
WeightedTerm = tuple[float, Term]

# The share of the sum of all terms' highest scores that is left to the non-essential terms; where it is too much, the next.
_NON_ESSENTIAL_SHARES = (0.2, 0.06, 0.0)
# With fewer postings pruning gains nothing.
_UNPRUNED_POSTINGS = 40_000
# Summing fewer postings takes no longer than the overhead of each attempt.
_FEW_POSTINGS = 3_000
# Looking a passage up in a term's postings takes as long as summing so many.
_POSTINGS_PER_LOOKUP = 8
# With fewer rows than so many times the postings, a sum for every row is less work than finding the rows that occur.
_DENSE = 8
# The best scores are first looked for among the highest of groups of at least so many scores, so many groups a result.
_GROUP = 16
_GROUPS_PER_RESULT = 8
# Sums in another order differ in the last bits.
_MARGIN = 1e-9


class Scores(NamedTuple):
    """Passages by their rows, and the score (float64) of each."""

    rows: Numbers
    scores: Numbers


class _Contributions(NamedTuple):
    """The weighted scores of several terms' postings, term after term.

    `rows` and `scores` are of each posting; `bounds` are where the postings of each term begin, and where the last end.
    """

    rows: Numbers
    scores: Numbers
    bounds: Sequence[int]


class _Sums(NamedTuple):
    """The sums of postings by their rows.

    Of all postings in a row, one represents the row: `representatives` has its position for each posting, `positions`
    each of these positions once, and `sums` the sum of the row of each.
    """

    representatives: Numbers
    positions: Numbers
    sums: Numbers


def best(terms: Sequence[WeightedTerm], limit: int, size: int, scratch: Numbers) -> Scores:
    """The `limit` best passages, all others with the same score as the last of them, and perhaps a few more.

    `size` is the number of rows; `scratch` is an array with an int32 for each.
    """
    if not terms or limit < 1:
        return Scores(numpy.empty(0, numpy.int32), numpy.empty(0))
    if sum(term.document_frequency for _, term in terms) <= _UNPRUNED_POSTINGS:
        return _best_of_all(_contributions(terms), limit, size, scratch)
    max_scores = [weight * term.max_score for weight, term in terms]
    by_benefit = sorted(range(len(terms)), key=lambda index: max_scores[index] / terms[index][1].document_frequency)
    # The highest sum of the terms after so many, and how many postings they have.
    rest_scores = [*accumulate((max_scores[index] for index in by_benefit), initial=0.0)][::-1]
    rest_sizes = [*accumulate((terms[index][1].document_frequency for index in by_benefit), initial=0)][::-1]
    by_benefit.reverse()
    for share in _NON_ESSENTIAL_SHARES:
        count = _essential_count(rest_scores, rest_sizes, share)
        essential = sorted(by_benefit[:count])
        contributions = _contributions([terms[index] for index in essential])
        if count == len(terms):
            break
        summed = _sum(contributions.rows, contributions.scores, scratch)
        threshold = _lowest_of_best(summed.sums, limit) * (1 - _MARGIN)
        candidates = summed.sums + rest_scores[count] >= threshold
        lookups = int(numpy.count_nonzero(candidates)) * (len(terms) - count)
        if rest_scores[count] < threshold and lookups * _POSTINGS_PER_LOOKUP < rest_sizes[count]:
            return _rescore(
                terms, essential, contributions, summed.representatives, summed.positions[candidates], limit
            )
    return _best_of_all(contributions, limit, size, scratch)


def _best_of_all(contributions: _Contributions, limit: int, size: int, scratch: Numbers) -> Scores:
    """The best passages by the contributions of all terms."""
    if size <= _DENSE * len(contributions.rows):
        totals = numpy.bincount(contributions.rows, contributions.scores, size)
        rows = _best_positions(totals, limit)
        return Scores(rows, totals.take(rows))
    summed = _sum(contributions.rows, contributions.scores, scratch)
    return _best_of(contributions.rows.take(summed.positions), summed.sums, limit)


def scores_of(terms: Sequence[WeightedTerm], rows: Numbers) -> Scores:
    """The scores of the passages in some rows, which ascend, without those that contain no term."""
    totals = numpy.zeros(len(rows))
    for weight, term in terms:
        totals += weight * term.scores_at(rows)
    return Scores(rows[totals > 0], totals[totals > 0])


def _essential_count(rest_scores: Sequence[float], rest_sizes: Sequence[int], share: float) -> int:
    """How many terms to sum first so that the rest has no more than a share; all, if the rest has few postings."""
    count = 0
    while count < len(rest_scores) - 1 and (
        rest_scores[count] > share * rest_scores[0] or rest_sizes[0] - rest_sizes[count] < _FEW_POSTINGS
    ):
        count += 1
    return len(rest_scores) - 1 if rest_sizes[count] <= _FEW_POSTINGS else count


def _contributions(terms: Sequence[WeightedTerm]) -> _Contributions:
    scored = [term.scored() for _, term in terms]
    sizes = [term.document_frequency for term in scored]
    scores = numpy.concatenate([term.scores for term in scored])
    scores *= numpy.array([weight for weight, _ in terms]).repeat(sizes)
    # As intp, which numpy would otherwise convert the array to each time it is used as an index.
    rows = numpy.concatenate([term.rows for term in scored], dtype=numpy.intp)
    return _Contributions(rows, scores, [*accumulate(sizes, initial=0)])


def _sum(rows: Numbers, scores: Numbers, scratch: Numbers) -> _Sums:
    # The last posting of each row leaves its position in `scratch`; what was there before does not matter.
    order = numpy.arange(len(rows), dtype=numpy.int32)
    scratch[rows] = order
    representatives = scratch.take(rows, mode="clip")
    positions = (representatives == order).nonzero()[0]
    return _Sums(representatives, positions, numpy.bincount(representatives, scores, len(rows)).take(positions))


def _rescore(
    terms: Sequence[WeightedTerm],
    essential: Sequence[int],
    contributions: _Contributions,
    representatives: Numbers,
    candidates: Numbers,
    limit: int,
) -> Scores:
    """The best of the rows at the positions `candidates`, with the scores of all terms, summed in their order."""
    rows = contributions.rows.take(candidates).astype(numpy.int32)
    ascending = rows.argsort()
    rows, candidates = rows[ascending], candidates[ascending]
    # The candidate that each posting belongs to; -1 where it is of none.
    numbers = numpy.full(len(representatives), -1, dtype=numpy.int32)
    numbers[candidates] = numpy.arange(len(candidates), dtype=numpy.int32)
    numbers = numbers.take(representatives)
    hits = (numbers >= 0).nonzero()[0]
    bounds = hits.searchsorted(numpy.array(contributions.bounds)).tolist()
    numbers, scores = numbers.take(hits), contributions.scores.take(hits)
    totals = numpy.zeros(len(rows))
    position = 0
    for index, (weight, term) in enumerate(terms):
        if position < len(essential) and essential[position] == index:
            start, end = bounds[position], bounds[position + 1]
            position += 1
            if start < end:
                totals[numbers[start:end]] += scores[start:end]
        else:
            totals += weight * term.scores_at(rows)
    return _best_of(rows, totals, limit)


def _best_of(rows: Numbers, scores: Numbers, limit: int) -> Scores:
    positions = _best_positions(scores, limit)
    return Scores(rows.take(positions), scores.take(positions))


def _best_positions(scores: Numbers, limit: int) -> Numbers:
    """The positions of the best scores above 0, of all equal to the last of them, and perhaps of a few more."""
    groups = min(len(scores) // _GROUP, limit * _GROUPS_PER_RESULT)
    if groups <= limit:
        return (scores > 0).nonzero()[0]
    # The highest scores of `limit` groups are at least this, so no lower score is among the best.
    highest = scores[: len(scores) // groups * groups].reshape(-1, groups).max(axis=0)
    highest.partition(groups - limit)
    least = highest[groups - limit]
    return (scores >= least if least else scores > 0).nonzero()[0]


def _lowest_of_best(scores: Numbers, limit: int) -> float:
    """The lowest of the best scores, 0 where there are fewer than the limit."""
    ordered = scores.take(_best_positions(scores, limit))
    ordered.sort()
    return float(ordered[-limit]) if len(ordered) >= limit else 0.0
