"""Comparing two runs over one question set, question by question."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from typing import NamedTuple, Protocol

from index.evaluation.bootstrap import Interval, interval
from index.evaluation.measures import Numbers


class Ranked(Protocol):
    """What came of a question."""

    @property
    def rank(self) -> int | None:
        """The rank of a right passage, from 1; None where none was found."""
        ...

    @property
    def confidence(self) -> float:
        """How sure the library was of the first passage."""
        ...


class Changes(NamedTuple):
    """In how many questions the right passage ranks better, worse or the same, and the p value of the sign test."""

    better: int
    worse: int
    same: int
    p_value: float


def changes(outcomes: Sequence[Ranked], others: Sequence[Ranked]) -> Changes:
    """What changed from the others' outcomes to these, which are of the same questions in the same order."""
    gains = [gain(outcome, other) for outcome, other in zip(outcomes, others, strict=True)]
    better = sum(value > 0 for value in gains)
    worse = sum(value < 0 for value in gains)
    return Changes(better, worse, len(gains) - better - worse, sign_test(better, worse))


def gain(outcome: Ranked, other: Ranked) -> float:
    """How much greater the reciprocal rank of the right passage became, -1 to 1; not found counts as 0."""
    return _reciprocal(outcome.rank) - _reciprocal(other.rank)


def _reciprocal(rank: int | None) -> float:
    return 1 / rank if rank else 0.0


def sign_test(better: int, worse: int) -> float:
    """The two-sided p value of the exact sign test: whether better and worse are equally probable.

    Conover (1999), Practical Nonparametric Statistics, 3rd edition, 3.4. Questions without a change do not count.
    It takes questions to be independent of each other, so the intervals, which do not, are the more careful judges.
    """
    changed = better + worse
    tail = sum(math.comb(changed, count) for count in range(min(better, worse) + 1))
    return min(1.0, 2 * tail / (1 << changed))


def paired_intervals(values: Mapping[str, Numbers], others: Mapping[str, Numbers]) -> dict[str, Interval | None]:
    """The paired interval of the difference of each measure that both have, from both runs' values in the same resamples."""
    return {name: interval(values[name] - others[name]) for name in values if name in others}
