"""Learning weights from choices: under which weights what is right is the most probable.

Conditional logit (McFadden 1974); of two alternatives it is logistic regression.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy
from numpy.typing import NDArray

Numbers = NDArray[Any]

_PENALTY = 2.0
_STEPS = 30


class Choices(NamedTuple):
    """Choices between alternatives: one row a question.

    `features` is questions by alternatives by features, `there` says which alternatives there are, `right` is the
    probability that each should have (rows sum to 1, or to 0 where none is right), `articles` numbers the articles.
    """

    features: Numbers
    there: Numbers
    right: Numbers
    articles: Numbers

    def of(self, rows: Numbers) -> Choices:
        """Some of the questions."""
        return Choices(self.features[rows], self.there[rows], self.right[rows], self.articles[rows])


def learn(sets: Sequence[Choices]) -> Numbers:
    """The weights under which the right alternatives are the most probable, one a feature.

    Conditional logit with an L2 penalty on standardised features, by Newton's method: Train (2009), Discrete Choice
    Methods with Simulation, 3.7.
    """
    scale = _scale(sets)
    weights = numpy.zeros(len(scale))
    learnable = [one.of(one.right.sum(1) > 0) for one in sets]
    for _ in range(_STEPS):
        slope, curve = -_PENALTY * weights, _PENALTY * numpy.eye(len(scale))
        for one in learnable:
            values = one.features / scale
            probable = _probable(values @ weights, one.there)
            expected = numpy.einsum("qa,qaf->qf", probable, values)
            count = len(values) / 1000
            slope += (numpy.einsum("qa,qaf->f", one.right, values) - expected.sum(0)) / count
            squares = numpy.einsum("qa,qaf,qag->fg", probable, values, values, optimize=True)
            curve += (squares - expected.T @ expected) / count
        step = numpy.linalg.solve(curve, slope)
        weights += step
        if abs(step).max() < 1e-6:
            break
    return weights / scale


def _scale(sets: Sequence[Choices]) -> Numbers:
    spread = numpy.concatenate([one.features[one.there] for one in sets]).std(0)
    return numpy.where(spread > 0, spread, 1.0)


def _probable(scores: Numbers, there: Numbers) -> Numbers:
    scores = numpy.where(there, scores, -numpy.inf)
    powers = numpy.exp(scores - scores.max(1, keepdims=True))
    probable: Numbers = powers / powers.sum(1, keepdims=True)
    return probable
