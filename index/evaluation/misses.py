"""The questions whose right passage did not come first, worst first, with what to learn from each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from index.evaluation.comparison import gain
from index.evaluation.question_sets import Query
from index.evaluation.runner import DEPTH, Outcome
from index.query.question import Question
from index.search.library import Library
from index.types import Hit


class Miss(NamedTuple):
    """A question and its outcome, the right passage and the one that came first instead, None where nothing came.

    `right` has rank 0 where it is not among the first ten. `other` is the outcome in the run compared with, if any.
    """

    query: Query
    outcome: Outcome
    other: Outcome | None
    right: Hit
    first: Hit | None


def worst_misses(
    library: Library, queries: Sequence[Query], outcomes: Sequence[Outcome], others: Sequence[Outcome] | None, most: int
) -> list[Miss]:
    """At most `most` misses: those not found at all, then the lowest ranks, then the surest of the wrong passage.

    Where there are others to compare with, questions that got worse come before, those that lost most first.
    """
    compared: Sequence[Outcome | None] = others or [None] * len(outcomes)
    rows = zip(queries, outcomes, compared, strict=True)
    missed = sorted((row for row in rows if row[1].rank != 1), key=lambda row: _badness(row[1], row[2]), reverse=True)
    return [_miss(library, *row) for row in missed[:most]]


def _badness(outcome: Outcome, other: Outcome | None) -> tuple[float, int, float]:
    lost = -gain(outcome, other) if other else 0.0
    return max(lost, 0.0), outcome.rank or DEPTH + 1, outcome.confidence


def _miss(library: Library, query: Query, outcome: Outcome, other: Outcome | None) -> Miss:
    hits = library.search(Question(query.question), DEPTH).hits
    found = [hit for hit in hits if hit.passage.id == query.passage_id]
    right = found[0] if found else _alone(library, query)
    return Miss(query, outcome, other, right, hits[0] if hits else None)


def _alone(library: Library, query: Query) -> Hit:
    """The right passage as a hit, with what its words scored, though others were better."""
    number = library.collection.number_of(query.passage_id)
    for hit in library.search(Question(query.question), 1, among=[] if number is None else [number]).hits:
        return hit._replace(rank=0)
    passage = next(one for one in library.collection.all() if one.id == query.passage_id)
    return Hit(rank=0, score=0.0, passage=passage, sentence=library.mark(Question(query.question), passage), shares=())
