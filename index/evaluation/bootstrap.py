"""How far a measure may be off by the choice of the questions: the percentile bootstrap.

Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13. Articles are drawn, each with all of its
questions, and not single questions: those about one article are not independent of each other, and intervals that took
them to be would be too narrow. Where all passages are of one article, passages are drawn.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy

from index.evaluation.measures import Numbers, measures_of
from index.evaluation.runner import Outcome

RESAMPLES = 1_000
LEVEL = 0.95
SEED = 1993

Interval = tuple[float, float]


def resampled(outcomes: Sequence[Outcome]) -> dict[str, Numbers]:
    """The value of each measure in each resample; the same resamples for every run of a question set."""
    drawn = list(resamples(outcomes))
    return {
        name: numpy.array([value(counts) for counts in drawn], dtype=float)
        for name, value in measures_of(outcomes).items()
    }


def resamples(outcomes: Sequence[Outcome]) -> Iterator[Numbers]:
    """How often each question counts in each resample; none where all questions are about one passage."""
    titles = [outcome.title for outcome in outcomes]
    several = len(set(titles)) > 1
    groups = numpy.unique(titles if several else [outcome.passage_id for outcome in outcomes], return_inverse=True)[1]
    number = int(groups.max()) + 1
    random = numpy.random.default_rng(SEED)
    for _ in range(RESAMPLES if number > 1 else 0):
        yield numpy.bincount(random.integers(number, size=number), minlength=number)[groups]


def interval(values: Numbers) -> Interval | None:
    """The 95 % interval of a measure, or of a difference, from its values in the resamples; None where there are none."""
    known = values[~numpy.isnan(values)]
    if not known.size:
        return None
    low, high = numpy.quantile(known, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return float(low), float(high)
