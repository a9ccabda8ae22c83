"""Measures as curves, for plots."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy

from index.evaluation.beliefs import Belief
from index.evaluation.comparison import Ranked
from index.evaluation.measures import BINS, Numbers, bins_of
from index.evaluation.runner import DEPTH


class Bin(NamedTuple):
    """The beliefs of about one confidence: their mean confidence, the share that is right, and their share of all."""

    confidence: float
    right: float
    share: float


def recall_curve(outcomes: Sequence[Ranked]) -> list[float]:
    """recall@k for k from 1 to 10."""
    ranks = numpy.array([outcome.rank or DEPTH + 1 for outcome in outcomes])
    return [float((ranks <= k).mean()) for k in range(1, DEPTH + 1)]


def risk_coverage_curve(beliefs: Sequence[Belief]) -> tuple[Numbers, Numbers]:
    """Coverage and risk as the confidence threshold falls; empty where there are no beliefs.

    Coverage is the share of the questions, asked with and without an answer, that are answered; risk is the
    share of these answers whose passage is wrong, as it always is where there is no answer.
    El-Yaniv & Wiener (2010), Journal of Machine Learning Research 11.
    """
    confidences, last = numpy.unique([-belief.confidence for belief in beliefs], return_counts=True)
    answered = last.cumsum()
    surest_first = sorted(beliefs, key=lambda belief: -belief.confidence)
    wrong = numpy.cumsum([not belief.right for belief in surest_first])[answered - 1] if len(confidences) else answered
    return answered / max(len(beliefs), 1), wrong / answered


def risk_coverage(beliefs: Sequence[Belief]) -> tuple[float, float] | None:
    """Coverage and risk at the library's own threshold; None where nothing was answered."""
    answers = [belief for belief in beliefs if belief.answered]
    if not answers:
        return None
    return len(answers) / len(beliefs), sum(not belief.right for belief in answers) / len(answers)


def reliability(beliefs: Sequence[Belief]) -> list[Bin]:
    """The reliability diagram: of each bin of confidences that has any, how many of its beliefs are right.

    Guo et al. (2017), On Calibration of Modern Neural Networks, ICML. The calibration error is the mean distance
    of confidence and right, each bin counting by its share.
    """
    bins: list[list[Belief]] = [[] for _ in range(BINS)]
    for belief, place in zip(beliefs, bins_of([belief.confidence for belief in beliefs]), strict=True):
        bins[place].append(belief)
    return [
        Bin(
            confidence=sum(belief.confidence for belief in one) / len(one),
            right=sum(belief.right for belief in one) / len(one),
            share=len(one) / len(beliefs),
        )
        for one in bins
        if one
    ]
