"""The questions whose right passage did not come first, worst first, with what to learn from each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from index.evaluation.comparison import Ranked, gain
from index.evaluation.question_sets import Query
from index.evaluation.runner import DEPTH, Outcome
from index.query.question import Question
from index.search.library import Library
from index.types import Hit, Passage


class Miss(NamedTuple):
    """A question and its outcome, the right passage and the one that came first instead, None where nothing came.

    `right` has rank 0 where it is not among the first ten. `other` is the outcome in the run compared with, if any.
    """

    query: Query
    outcome: Ranked
    other: Ranked | None
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


def worst_of(misses: Mapping[int, Miss], others: Sequence[Ranked] | None, most: int) -> list[Miss]:
    """At most `most` of the misses of a run, by their places in it, in the same order."""
    compared = [miss._replace(other=others[place] if others else None) for place, miss in misses.items()]
    return sorted(compared, key=lambda miss: _badness(miss.outcome, miss.other), reverse=True)[:most]


def _badness(outcome: Ranked, other: Ranked | None) -> tuple[float, int, float]:
    lost = -gain(outcome, other) if other else 0.0
    return max(lost, 0.0), outcome.rank or DEPTH + 1, outcome.confidence


def _miss(library: Library, query: Query, outcome: Outcome, other: Outcome | None) -> Miss:
    hits = library.search(Question(query.question), DEPTH).hits
    found = [hit for hit in hits if hit.passage.id == query.passage_id]
    right = found[0] if found else _alone(library, query)
    return Miss(query, outcome, other, right, hits[0] if hits else None)


def _alone(library: Library, query: Query) -> Hit:
    passage = next(one for one in library.collection.all() if one.id == query.passage_id)
    return best_of(library, query.question, [passage])


def best_of(library: Library, question: str, passages: Sequence[Passage]) -> Hit:
    """The best of some passages as a hit, with what its words scored, though others were better."""
    numbers = [library.collection.number_of(passage.id) for passage in passages]
    among = [number for number in numbers if number is not None]
    for hit in library.search(Question(question), 1, among=among).hits:
        return hit._replace(rank=0)
    passage = passages[0]
    return Hit(rank=0, score=0.0, passage=passage, sentence=library.mark(Question(question), passage), shares=())
