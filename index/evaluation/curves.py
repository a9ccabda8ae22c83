"""Measures as curves, for plots."""

from __future__ import annotations

from collections.abc import Sequence

import numpy

from index.evaluation.beliefs import Belief
from index.evaluation.measures import Numbers
from index.evaluation.runner import DEPTH, Outcome


def recall_curve(outcomes: Sequence[Outcome]) -> list[float]:
    """recall@k for k from 1 to 10."""
    ranks = numpy.array([outcome.rank or DEPTH + 1 for outcome in outcomes])
    return [float((ranks <= k).mean()) for k in range(1, DEPTH + 1)]


def risk_coverage_curve(outcomes: Sequence[Outcome]) -> tuple[Numbers, Numbers]:
    """Coverage and risk as the confidence threshold falls; empty where there are no halves.

    Coverage is the share of the questions, asked with and without their article, that are answered; risk is the
    share of these answers whose passage is wrong, as it always is without the article.
    El-Yaniv & Wiener (2010), Journal of Machine Learning Research 11.
    """
    beliefs = _beliefs(outcomes)
    confidences, last = numpy.unique([-belief.confidence for belief in beliefs], return_counts=True)
    answered = last.cumsum()
    surest_first = sorted(beliefs, key=lambda belief: -belief.confidence)
    wrong = numpy.cumsum([not belief.right for belief in surest_first])[answered - 1] if len(confidences) else answered
    return answered / max(len(beliefs), 1), wrong / answered


def risk_coverage(outcomes: Sequence[Outcome]) -> tuple[float, float] | None:
    """Coverage and risk at the library's own threshold; None where nothing was answered."""
    beliefs = _beliefs(outcomes)
    answers = [belief for belief in beliefs if belief.answered]
    if not answers:
        return None
    return len(answers) / len(beliefs), sum(not belief.right for belief in answers) / len(answers)


def _beliefs(outcomes: Sequence[Outcome]) -> list[Belief]:
    return [belief for outcome in outcomes for belief in (outcome.present, outcome.absent) if belief]
