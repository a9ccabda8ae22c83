"""The best passages for a question's terms, without adding up what cannot change them.

Terms that bring much for few postings are added up first. Once all others together bring less than the best have
already, a passage without any of the first cannot become one of the best (MaxScore: Turtle & Flood, Query Evaluation:
Strategies and Optimizations, 1995). Those that can are looked up in the others, and their scores are then added up
anew in the order of the question: so every float is that of the plain sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate
from typing import Any, NamedTuple

import numpy
from numpy.typing import NDArray

from index.ranking.postings.terms import Term

Numbers = NDArray[Any]
# The weight that the question gives a term, and the term.
Weighed = tuple[float, Term]

# The share of all that the terms can bring which is left for the second step; where that is too much, the next.
_RESTS = (0.2, 0.06, 0.0)
# With fewer postings nothing is gained by leaving any out.
_ALL_POSTINGS = 40_000
# Adding up fewer postings takes no longer than what is done for each step.
_FEW_POSTINGS = 3_000
# Looking a passage up in a term's postings takes as long as adding up so many.
_POSTINGS_A_LOOKUP = 8
# With fewer rows than so many times the postings, a sum for every row is less work than finding out which there are.
_DENSE = 8
# Of so many scores at least the highest is looked for first, in no more groups than so many for each of the best.
_GROUP = 16
_GROUPS_A_PLACE = 8
# Sums in another order differ in the last bits.
_MARGIN = 1e-9


class Scores(NamedTuple):
    """Passages by their rows, and the score (float64) of each."""

    rows: Numbers
    scores: Numbers


class _Brought(NamedTuple):
    """What several terms bring to each of their postings, one term after another.

    `rows` and `scores` are of each posting, `bounds` where those of each term begin and the last end.
    """

    rows: Numbers
    scores: Numbers
    bounds: Sequence[int]


class _Summed(NamedTuple):
    """What postings with the same row add up to.

    `firsts` has for each posting the place of one with the same row; there are no others in `places`. `sums` is of each
    of these.
    """

    firsts: Numbers
    places: Numbers
    sums: Numbers


def best(terms: Sequence[Weighed], limit: int, size: int, scratch: Numbers) -> Scores:
    """All passages whose score is at least that of the one at the limit, and maybe a few others; `size` is the number of rows, `scratch` (int32) has room for them."""
    if not terms or limit < 1:
        return Scores(numpy.empty(0, numpy.int32), numpy.empty(0))
    if sum(term.having for _, term in terms) <= _ALL_POSTINGS:
        return _all(_bring(terms), limit, size, scratch)
    most = [weight * term.highest for weight, term in terms]
    by_worth = sorted(range(len(terms)), key=lambda which: most[which] / terms[which][1].having)
    # What the terms after so many can bring, and how many postings they have.
    rests = [*accumulate((most[which] for which in by_worth), initial=0.0)][::-1]
    sizes = [*accumulate((terms[which][1].having for which in by_worth), initial=0)][::-1]
    by_worth.reverse()
    for share in _RESTS:
        cut = _cut(rests, sizes, share)
        first = sorted(by_worth[:cut])
        brought = _bring([terms[which] for which in first])
        if cut == len(terms):
            break
        summed = _sum(brought.rows, brought.scores, scratch)
        least = _least_of_best(summed.sums, limit) * (1 - _MARGIN)
        could = summed.sums + rests[cut] >= least
        lookups = int(numpy.count_nonzero(could)) * (len(terms) - cut)
        if rests[cut] < least and lookups * _POSTINGS_A_LOOKUP < sizes[cut]:
            return _exact(terms, first, brought, summed.firsts, summed.places[could], limit)
    return _all(brought, limit, size, scratch)


def _all(brought: _Brought, limit: int, size: int, scratch: Numbers) -> Scores:
    """The best by what was brought, which is everything."""
    if size <= _DENSE * len(brought.rows):
        totals = numpy.bincount(brought.rows, brought.scores, size)
        chosen = _best_places(totals, limit)
        return Scores(chosen, totals.take(chosen))
    summed = _sum(brought.rows, brought.scores, scratch)
    return _best_of(brought.rows.take(summed.places), summed.sums, limit)


def scores_of(terms: Sequence[Weighed], rows: Numbers) -> Scores:
    """The scores of some passages, given by ascending rows; those without any term are left out."""
    totals = numpy.zeros(len(rows))
    for weight, term in terms:
        totals += weight * term.brought(rows)
    return Scores(rows[totals > 0], totals[totals > 0])


def _cut(rests: Sequence[float], sizes: Sequence[int], share: float) -> int:
    """How many terms to add up first, for so small a share of the rest; all, if that is hardly more."""
    cut = 0
    while cut < len(rests) - 1 and (rests[cut] > share * rests[0] or sizes[0] - sizes[cut] < _FEW_POSTINGS):
        cut += 1
    return len(rests) - 1 if sizes[cut] <= _FEW_POSTINGS else cut


def _bring(terms: Sequence[Weighed]) -> _Brought:
    scored = [term.scored() for _, term in terms]
    sizes = [term.having for term in scored]
    scores = numpy.concatenate([term.scores for term in scored])
    scores *= numpy.array([weight for weight, _ in terms]).repeat(sizes)
    # Numpy would make each array of places one of intp, again and again.
    rows = numpy.concatenate([term.rows for term in scored], dtype=numpy.intp)
    return _Brought(rows, scores, [*accumulate(sizes, initial=0)])


def _sum(rows: Numbers, scores: Numbers, scratch: Numbers) -> _Summed:
    # Of all postings with the same row the last leaves its place here; what stood here before does not matter.
    order = numpy.arange(len(rows), dtype=numpy.int32)
    scratch[rows] = order
    firsts = scratch.take(rows, mode="clip")
    places = (firsts == order).nonzero()[0]
    return _Summed(firsts, places, numpy.bincount(firsts, scores, len(rows)).take(places))


def _exact(
    terms: Sequence[Weighed],
    first: Sequence[int],
    known: _Brought,
    firsts: Numbers,
    kept: Numbers,
    limit: int,
) -> Scores:
    """The best of the rows at the places `kept`, by what is `known` of the `first` terms and by the others."""
    rows = known.rows.take(kept).astype(numpy.int32)
    ascending = rows.argsort()
    rows, kept = rows[ascending], kept[ascending]
    numbers = numpy.full(len(firsts), -1, dtype=numpy.int32)
    numbers[kept] = numpy.arange(len(kept), dtype=numpy.int32)
    numbers = numbers.take(firsts)
    hits = (numbers >= 0).nonzero()[0]
    bounds = hits.searchsorted(numpy.array(known.bounds)).tolist()
    numbers, brought = numbers.take(hits), known.scores.take(hits)
    totals = numpy.zeros(len(rows))
    place = 0
    for which, (weight, term) in enumerate(terms):
        if place < len(first) and first[place] == which:
            start, end = bounds[place], bounds[place + 1]
            place += 1
            if start < end:
                totals[numbers[start:end]] += brought[start:end]
        else:
            totals += weight * term.brought(rows)
    return _best_of(rows, totals, limit)


def _best_of(rows: Numbers, scores: Numbers, limit: int) -> Scores:
    chosen = _best_places(scores, limit)
    return Scores(rows.take(chosen), scores.take(chosen))


def _best_places(scores: Numbers, limit: int) -> Numbers:
    """Where the best scores are, those equal to the last of them, and a few others; not where it is 0."""
    groups = min(len(scores) // _GROUP, limit * _GROUPS_A_PLACE)
    if groups <= limit:
        return (scores > 0).nonzero()[0]
    # So many groups have a score at least as high as this, so no lower one is among the best.
    highest = scores[: len(scores) // groups * groups].reshape(-1, groups).max(axis=0)
    highest.partition(groups - limit)
    least = highest[groups - limit]
    return (scores >= least if least else scores > 0).nonzero()[0]


def _least_of_best(scores: Numbers, limit: int) -> float:
    """The lowest score among the best, 0 where there are fewer."""
    ordered = scores.take(_best_places(scores, limit))
    ordered.sort()
    return float(ordered[-limit]) if len(ordered) >= limit else 0.0
