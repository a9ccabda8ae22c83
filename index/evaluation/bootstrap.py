"""How far a measure may be off by the choice of the questions: the percentile bootstrap, and Wilson's interval.

Efron & Tibshirani (1993), An Introduction to the Bootstrap, chapter 13. Articles are drawn, each with all of its
questions, and not single questions: those about one article are not independent of each other, and intervals that took
them to be would be too narrow. Where all passages are of one article, passages are drawn.

A share of a few questions that are independent of each other, as those of a chat are, has Wilson's interval.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from statistics import NormalDist

import numpy

from index.evaluation.measures import Measure, Numbers, measures_of
from index.evaluation.runner import Outcome

RESAMPLES = 1_000
LEVEL = 0.95
SEED = 1993

Interval = tuple[float, float]


def resampled(outcomes: Sequence[Outcome]) -> dict[str, Numbers]:
    """The value of each measure in each resample; the same resamples for every run of a question set."""
    return values_in(measures_of(outcomes), resamples(outcomes))


def values_in(measures: Mapping[str, Measure], drawn: Iterable[Numbers]) -> dict[str, Numbers]:
    """The value of each measure in each resample."""
    drawn = list(drawn)
    return {name: numpy.array([value(counts) for counts in drawn], dtype=float) for name, value in measures.items()}


def resamples(outcomes: Sequence[Outcome]) -> Iterator[Numbers]:
    """How often each question counts in each resample; none where all questions are about one passage."""
    titles = [outcome.title for outcome in outcomes]
    several = len(set(titles)) > 1
    return drawn(titles if several else [outcome.passage_id for outcome in outcomes])


def drawn(groups: Sequence[str]) -> Iterator[Numbers]:
    """How often each question counts in each resample, where those of one group are drawn together."""
    places = numpy.unique(groups, return_inverse=True)[1]
    number = int(places.max()) + 1
    random = numpy.random.default_rng(SEED)
    for _ in range(RESAMPLES if number > 1 else 0):
        yield numpy.bincount(random.integers(number, size=number), minlength=number)[places]


def interval(values: Numbers) -> Interval | None:
    """The 95 % interval of a measure, or of a difference, from its values in the resamples; None where there are none."""
    known = values[~numpy.isnan(values)]
    if not known.size:
        return None
    low, high = numpy.quantile(known, ((1 - LEVEL) / 2, (1 + LEVEL) / 2))
    return float(low), float(high)


def wilson(count: int, of: int) -> Interval | None:
    """The 95 % score interval of a share; None of nothing.

    Wilson (1927), Probable inference, the law of succession, and statistical inference. It holds for few questions, and
    for shares near 0 and 1, too.
    """
    if not of:
        return None
    squared = NormalDist().inv_cdf((1 + LEVEL) / 2) ** 2
    middle = (count + squared / 2) / (of + squared)
    reach = math.sqrt(squared * (count * (of - count) / of + squared / 4)) / (of + squared)
    return max(0.0, middle - reach), min(1.0, middle + reach)
