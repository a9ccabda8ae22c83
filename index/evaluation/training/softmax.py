"""Learning weights from choices: under which weights what is right is the most probable.

Conditional logit (McFadden 1974); of a choice between an alternative and nothing it is logistic regression.
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

    `features` is questions by alternatives by features, `there` says which alternatives there are, `right` which of
    them are right, at least one.
    """

    features: Numbers
    there: Numbers
    right: Numbers


def choices_of(cases: Sequence[tuple[Numbers, Numbers]]) -> Choices:
    """Questions, each with the features of its alternatives, one a row, and which of them are right."""
    most = max(len(right) for _, right in cases)
    features = numpy.zeros((len(cases), most, cases[0][0].shape[1]))
    there, right = numpy.zeros((2, len(cases), most), bool)
    for row, (values, labels) in enumerate(cases):
        features[row, : len(values)], there[row, : len(values)], right[row, : len(values)] = values, True, labels
    return Choices(features, there, right)


def yes_or_no(features: Numbers, right: Numbers) -> Choices:
    """A choice each between something with these features, one a row, and nothing: logistic regression."""
    both = numpy.stack([features, numpy.zeros_like(features)], axis=1)
    return Choices(both, numpy.ones(both.shape[:2], bool), numpy.stack([right, ~right], axis=1))


def learn(sets: Sequence[Choices]) -> Numbers:
    """The weights under which the right alternatives are the most probable, one a feature; each set counts the same.

    With an L2 penalty on standardised features, by Newton's method: Train (2009), Discrete Choice Methods with Simulation,
    3.7. Of several right alternatives any will do: the expectations under the present weights take the place of the
    unknown choice, as in expectation maximization.
    """
    scale = _scale(sets)
    weights = numpy.zeros(len(scale))
    standardised = [one._replace(features=one.features / scale) for one in sets]
    for _ in range(_STEPS):
        slope, curve = -_PENALTY * weights, _PENALTY * numpy.eye(len(scale))
        for values, there, right in standardised:
            scores = values @ weights
            probable, among_right = _probable(scores, there), _probable(scores, right)
            expected = numpy.einsum("qa,qaf->qf", probable, values)
            count = len(values) / 1000
            slope += (numpy.einsum("qa,qaf->f", among_right, values) - expected.sum(0)) / count
            rows = values.reshape(-1, len(scale))
            squares = (rows * probable.reshape(-1, 1)).T @ rows
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
