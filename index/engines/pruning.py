"""The best passages for a question's terms, without adding up what cannot change them.

Terms that bring much for few postings are added up first. Once all others together bring less than the best have
already, a passage without any of the first cannot become one of the best (MaxScore: Turtle & Flood, Query Evaluation:
Strategies and Optimizations, 1995). Those that can are looked up in the others, and their scores are then added up
anew in the order of the question: so every float is that of the plain sum.
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, groupby
from typing import Any, NamedTuple

import numpy
from numpy.typing import NDArray

from index.engines.segments import Postings

Numbers = NDArray[Any]

# The share of all that the terms can bring which is left for the second step; then a third of that, and so on.
_FIRST_REST = 0.3
_NEXT_REST = 0.35
# With fewer postings nothing is gained by leaving some out.
_FEW_POSTINGS = 4_000
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

    @property
    def most(self) -> float:
        """The most that it can bring."""
        return self.weight * (self.idf * self.highest)


class Scores(NamedTuple):
    """Passages by their rows (int32), and the score (float64) of each."""

    rows: Numbers
    scores: Numbers


class _Added(NamedTuple):
    """Postings of several terms, one term after another, and their sums.

    `rows` and `scores` are of each posting, `starts` where those of each term begin. `firsts` has for each posting the
    place of one with the same row, and `sums` at this place what all with that row add up to.
    """

    rows: Numbers
    scores: Numbers
    starts: Numbers
    firsts: Numbers
    sums: Numbers


def best(terms: Sequence[FoundTerm], limit: int, admitted: Numbers, scratch: Numbers) -> Scores:
    """All passages whose score is at least that of the one at the limit; `scratch` (int32) has room for every row."""
    if not terms or limit < 1:
        return Scores(numpy.empty(0, numpy.int32), numpy.empty(0))
    by_worth = sorted(range(len(terms)), key=lambda which: terms[which].most / terms[which].size, reverse=True)
    # What the terms from each on can bring, and how many postings they have.
    rests = [*accumulate((terms[which].most for which in reversed(by_worth)), initial=0.0)][::-1]
    sizes = [*accumulate((terms[which].size for which in reversed(by_worth)), initial=0)][::-1]
    share = _FIRST_REST
    while True:
        cut = next(place for place, rest in enumerate(rests) if rest <= share * rests[0])
        if sizes[cut] <= max(_FEW_POSTINGS, sizes[0] // 8):
            cut = len(terms)
        first = sorted(by_worth[:cut])
        added = _add_up([terms[which] for which in first], admitted, scratch)
        places = (added.firsts == numpy.arange(len(added.firsts))).nonzero()[0]
        least = _least_of_best(added.sums.take(places), limit)
        if cut == len(terms):
            kept = places[added.sums.take(places) >= least]
            return Scores(added.rows[kept], added.sums[kept])
        kept = places[added.sums.take(places) + rests[cut] >= least * (1 - _MARGIN)]
        if rests[cut] < least * (1 - _MARGIN) and len(kept) * _POSTINGS_A_LOOKUP * (len(terms) - cut) < sizes[cut]:
            return _exact(terms, first, added, kept, limit)
        share *= _NEXT_REST


def scores_of(terms: Sequence[FoundTerm], rows: Numbers) -> Scores:
    """The scores of some passages, given by ascending rows; those without any term are left out."""
    totals = numpy.zeros(len(rows))
    for term in terms:
        totals += looked_up(term, rows)
    return Scores(rows[totals > 0], totals[totals > 0])


def looked_up(term: FoundTerm, rows: Numbers) -> Numbers:
    """What a term brings to each of the passages in ascending rows (int32); 0 to those that lack it."""
    brought = numpy.zeros(len(rows))
    for postings in term.pieces:
        places = postings.rows.searchsorted(rows)
        having = (postings.rows.take(places, mode="clip") == rows).nonzero()[0]
        if len(having):
            codes = postings.codes[places[having]]
            brought[having] = term.weight * (term.idf * term.saturation[codes])
    return brought


def _add_up(terms: Sequence[FoundTerm], admitted: Numbers, scratch: Numbers) -> _Added:
    pieces = [piece for term in terms for piece in term.pieces]
    rows = numpy.concatenate([piece.rows for piece in pieces])
    codes = numpy.concatenate([piece.codes for piece in pieces])
    kept = admitted.take(rows, mode="clip").nonzero()[0]
    starts = kept.searchsorted(numpy.cumsum([0, *(term.size for term in terms)]))
    rows, codes = rows.take(kept), codes.take(kept)
    scores = numpy.empty(len(rows))
    bounds = starts.tolist()
    for _, group in groupby(range(len(terms)), key=lambda which: id(terms[which].saturation)):
        together = list(group)
        start, end = bounds[together[0]], bounds[together[-1] + 1]
        terms[together[0]].saturation.take(codes[start:end], out=scores[start:end], mode="clip")
    counts = numpy.diff(starts)
    scores *= numpy.repeat([term.idf for term in terms], counts)
    scores *= numpy.repeat([term.weight for term in terms], counts)
    # Of all postings with the same row the last leaves its place here; what stood here before does not matter.
    scratch[rows] = numpy.arange(len(rows), dtype=numpy.int32)
    firsts = scratch.take(rows, mode="clip")
    sums = numpy.bincount(firsts, weights=scores, minlength=len(rows))
    return _Added(rows, scores, starts, firsts, sums)


def _exact(terms: Sequence[FoundTerm], first: Sequence[int], added: _Added, kept: Numbers, limit: int) -> Scores:
    """The scores of the rows at the places `kept`, from what was added up of the `first` terms and from the others."""
    kept = kept[added.rows[kept].argsort()]
    rows = added.rows[kept]
    numbers = numpy.full(len(added.firsts), -1, dtype=numpy.int32)
    numbers[kept] = numpy.arange(len(kept), dtype=numpy.int32)
    numbers = numbers.take(added.firsts)
    hits = (numbers >= 0).nonzero()[0]
    bounds = hits.searchsorted(added.starts).tolist()
    numbers, brought = numbers[hits], added.scores[hits]
    places = {which: place for place, which in enumerate(first)}
    totals = numpy.zeros(len(rows))
    for which, term in enumerate(terms):
        place = places.get(which)
        if place is None:
            totals += looked_up(term, rows)
        else:
            start, end = bounds[place], bounds[place + 1]
            totals[numbers[start:end]] += brought[start:end]
    chosen = totals >= _least_of_best(totals, limit)
    return Scores(rows[chosen], totals[chosen])


def _least_of_best(scores: Numbers, limit: int) -> float:
    """The lowest score among the best, 0 where there are no more than that."""
    if len(scores) <= limit:
        return 0.0
    return float(numpy.partition(scores, len(scores) - limit)[len(scores) - limit])
