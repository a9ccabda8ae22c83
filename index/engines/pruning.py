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

from index.engines.segments import Postings

Numbers = NDArray[Any]

# The share of all that the terms can bring which is left for the second step; where that is too much, the next.
_RESTS = (0.2, 0.06, 0.0)
# With fewer postings nothing is gained by leaving any out.
_ALL_POSTINGS = 40_000
# Adding up fewer postings takes no longer than what is done for each step.
_FEW_POSTINGS = 3_000
# Looking a passage up in a term's postings takes as long as adding up so many.
_POSTINGS_A_LOOKUP = 8
# Sums in another order differ in the last bits.
_MARGIN = 1e-9


class FoundTerm(NamedTuple):
    """A term of a question that some passage has: its weight and idf, and its postings, a piece a segment.

    `saturation` has a value a code (index.engines.saturation), `highest` is the highest of them. `size` is the number
    of postings in all pieces.
    """

    weight: float
    idf: float
    saturation: Numbers
    highest: float
    pieces: Sequence[Postings]
    size: int


class Scores(NamedTuple):
    """Passages by their rows (int32), and the score (float64) of each."""

    rows: Numbers
    scores: Numbers


class _Added(NamedTuple):
    """Postings of several terms, one term after another, and their sums.

    `rows` and `scores` are of each posting, `bounds` where those of each term begin and the last end. `firsts` has for
    each posting the place of one with the same row; there are no others in `places`. `sums` has what all postings with
    the row of each of these add up to.
    """

    rows: Numbers
    scores: Numbers
    bounds: Sequence[int]
    firsts: Numbers
    places: Numbers
    sums: Numbers


def best(terms: Sequence[FoundTerm], limit: int, admitted: Numbers, scratch: Numbers) -> Scores:
    """All passages whose score is at least that of the one at the limit; `scratch` (int32) has room for every row."""
    if not terms or limit < 1:
        return Scores(numpy.empty(0, numpy.int32), numpy.empty(0))
    most = [term.weight * (term.idf * term.highest) for term in terms]
    by_worth = sorted(range(len(terms)), key=lambda which: most[which] / terms[which].size)
    # What the terms after so many can bring, and how many postings they have.
    rests = [*accumulate((most[which] for which in by_worth), initial=0.0)][::-1]
    sizes = [*accumulate((terms[which].size for which in by_worth), initial=0)][::-1]
    by_worth.reverse()
    for share in _RESTS:
        cut = _cut(rests, sizes, share)
        first = sorted(by_worth[:cut])
        added = _add_up([terms[which] for which in first], admitted, scratch)
        least = _least_of_best(added.sums, limit)
        if cut == len(terms):
            break
        could = added.sums + rests[cut] >= least * (1 - _MARGIN)
        lookups = int(numpy.count_nonzero(could)) * (len(terms) - cut)
        if rests[cut] < least * (1 - _MARGIN) and lookups * _POSTINGS_A_LOOKUP < sizes[cut]:
            return _exact(terms, first, added, added.places[could], limit)
    kept = added.sums >= least
    return Scores(added.rows[added.places[kept]], added.sums[kept])


def scores_of(terms: Sequence[FoundTerm], rows: Numbers) -> Scores:
    """The scores of some passages, given by ascending rows; those without any term are left out."""
    totals = numpy.zeros(len(rows))
    for term in terms:
        totals += looked_up(term, rows)
    return Scores(rows[totals > 0], totals[totals > 0])


def share_of(term: FoundTerm, row: numpy.int32) -> float:
    """What a term brings to one passage; 0 to one that lacks it."""
    for rows, codes in term.pieces:
        place = rows.searchsorted(row)
        if place < len(rows) and rows[place] == row:
            return float(term.weight * (term.idf * term.saturation[codes[place]]))
    return 0.0


def looked_up(term: FoundTerm, rows: Numbers) -> Numbers:
    """What a term brings to each of the passages in ascending rows (int32); 0 to those that lack it."""
    brought = numpy.zeros(len(rows))
    for postings in term.pieces:
        places = postings.rows.searchsorted(rows)
        scores = term.saturation.take(postings.codes.take(places, mode="clip"), mode="clip")
        scores *= term.idf
        scores *= term.weight
        scores *= postings.rows.take(places, mode="clip") == rows
        brought += scores
    return brought


def _cut(rests: Sequence[float], sizes: Sequence[int], share: float) -> int:
    """How many terms to add up first, for so small a share of the rest; all, if that is hardly more."""
    cut = 0
    if sizes[0] <= _ALL_POSTINGS:
        return len(rests) - 1
    while cut < len(rests) - 1 and (rests[cut] > share * rests[0] or sizes[0] - sizes[cut] < _FEW_POSTINGS):
        cut += 1
    return len(rests) - 1 if sizes[cut] <= _FEW_POSTINGS else cut


def _add_up(terms: Sequence[FoundTerm], admitted: Numbers, scratch: Numbers) -> _Added:
    rows = numpy.concatenate([piece.rows for term in terms for piece in term.pieces])
    codes = numpy.concatenate([piece.codes for term in terms for piece in term.pieces])
    kept = admitted.take(rows, mode="clip").nonzero()[0]
    starts = kept.searchsorted(numpy.array([*accumulate((term.size for term in terms), initial=0)]))
    rows, codes = rows.take(kept), codes.take(kept)
    scores = numpy.empty(len(rows))
    bounds = starts.tolist()
    start = 0
    for place, term in enumerate(terms, start=1):
        if place == len(terms) or terms[place].saturation is not term.saturation:
            end = bounds[place]
            term.saturation.take(codes[start:end], out=scores[start:end], mode="clip")
            start = end
    counts = starts[1:] - starts[:-1]
    scores *= numpy.array([term.idf for term in terms]).repeat(counts)
    scores *= numpy.array([term.weight for term in terms]).repeat(counts)
    # Of all postings with the same row the last leaves its place here; what stood here before does not matter.
    order = numpy.arange(len(rows), dtype=numpy.int32)
    scratch[rows] = order
    firsts = scratch.take(rows, mode="clip")
    places = (firsts == order).nonzero()[0]
    sums = numpy.bincount(firsts, scores, len(rows)).take(places)
    return _Added(rows, scores, bounds, firsts, places, sums)


def _exact(terms: Sequence[FoundTerm], first: Sequence[int], added: _Added, kept: Numbers, limit: int) -> Scores:
    """The scores of the rows at the places `kept`, from what was added up of the `first` terms and from the others."""
    rows = added.rows.take(kept)
    ascending = rows.argsort()
    rows, kept = rows[ascending], kept[ascending]
    numbers = numpy.full(len(added.firsts), -1, dtype=numpy.int32)
    numbers[kept] = numpy.arange(len(kept), dtype=numpy.int32)
    numbers = numbers.take(added.firsts)
    hits = (numbers >= 0).nonzero()[0]
    bounds = hits.searchsorted(numpy.array(added.bounds)).tolist()
    numbers, brought = numbers.take(hits), added.scores.take(hits)
    totals = numpy.zeros(len(rows))
    place = 0
    for which, term in enumerate(terms):
        if place < len(first) and first[place] == which:
            start, end = bounds[place], bounds[place + 1]
            place += 1
            if start < end:
                totals[numbers[start:end]] += brought[start:end]
        else:
            totals += looked_up(term, rows)
    chosen = totals >= _least_of_best(totals, limit)
    return Scores(rows[chosen], totals[chosen])


def _least_of_best(scores: Numbers, limit: int) -> float:
    """The lowest score among the best, 0 where there are no more than that."""
    if len(scores) <= limit:
        return 0.0
    ordered = scores.copy()
    ordered.partition(len(scores) - limit)
    return float(ordered[len(scores) - limit])
