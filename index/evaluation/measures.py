"""What is measured of outcomes. Each measure is a function of how often each question counts.

So the same function gives a value (each counts once) and its spread over resamples (index/evaluation/bootstrap.py).
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Sequence
from typing import Any

import ir_measures
import numpy
from ir_measures import RR, R, nDCG
from numpy.typing import NDArray

from index.evaluation.runner import DEPTH, Outcome

Numbers = NDArray[Any]
# From how often each question counts to a value; NaN where no question counts that the measure is about.
Measure = Callable[[Numbers], float]

MOST_WRONGLY_ANSWERED = 0.05


def measures_of(outcomes: Sequence[Outcome]) -> dict[str, Measure]:
    """The measures of outcomes, by name.

    recall@k, mrr@10 and ndcg@10 are means over the questions; sentence_accuracy is the share of the questions
    with an answer text whose right passage's marked sentence holds one. The others are about the halves:
    auroc, and the shares of the questions that are answered with their article (`answered`), without it
    (`answered_without`), and with it at the confidence at which at most 5 % are without it (`answered_at_5`).
    """
    present = [outcome.present for outcome in outcomes if outcome.present]
    absent = [outcome.absent for outcome in outcomes if outcome.absent]
    sure = _places([belief.confidence for belief in present + absent])
    measures = {name: _mean(values) for name, values in _ranking_measures(outcomes).items()}
    measures["sentence_accuracy"] = _mean([outcome.sentence_right for outcome in outcomes])
    measures["auroc"] = _auroc(sure)
    measures["answered"] = _mean([outcome.present and outcome.present.answered for outcome in outcomes])
    measures["answered_without"] = _mean([outcome.absent and outcome.absent.answered for outcome in outcomes])
    measures["answered_at_5"] = _answered_at(sure, MOST_WRONGLY_ANSWERED)
    return measures


def measure(outcomes: Sequence[Outcome]) -> dict[str, float | None]:
    """The value of each measure; None for those that the question set does not allow."""
    values = {name: value(numpy.ones(len(outcomes))) for name, value in measures_of(outcomes).items()}
    return {name: None if numpy.isnan(value) else value for name, value in values.items()}


def times(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """The median and the 95th percentile of the milliseconds that a search took."""
    taken = [outcome.milliseconds for outcome in outcomes]
    slow = statistics.quantiles(taken, n=20)[-1] if len(taken) > 1 else taken[0]
    return {"ms_median": statistics.median(taken), "ms_p95": slow}


def _ranking_measures(outcomes: Sequence[Outcome]) -> dict[str, list[float]]:
    """The value of each question, by ir_measures; a question whose passage was not found has zero."""
    names = {R @ 1: "recall@1", R @ 5: "recall@5", RR @ DEPTH: f"mrr@{DEPTH}", nDCG @ DEPTH: f"ndcg@{DEPTH}"}
    right = [ir_measures.Qrel(str(number), outcome.passage_id, 1) for number, outcome in enumerate(outcomes)]
    # The rank stands for the score, so that equal scores keep the order that the engine gave them.
    run = [
        ir_measures.ScoredDoc(str(number), passage_id, -rank)
        for number, outcome in enumerate(outcomes)
        for rank, passage_id in enumerate(outcome.ranked)
    ]
    values = {name: [0.0] * len(outcomes) for name in names.values()}
    for result in ir_measures.iter_calc(list(names), right, run):
        values[names[result.measure]][int(result.query_id)] = result.value
    return values


def _mean(values: Sequence[float | None]) -> Measure:
    """The mean over the questions that have a value."""
    known = numpy.array([value is not None for value in values], dtype=bool)
    numbers = numpy.array([value for value in values if value is not None], dtype=float)

    def mean(counts: Numbers) -> float:
        counting = counts[known]
        return float(counting @ numbers / counting.sum()) if counting.sum() else numpy.nan

    return mean


def _places(confidences: Sequence[float]) -> Numbers:
    """The place of each confidence among the distinct ones, ascending; a row with the article, a row without."""
    return numpy.unique(confidences, return_inverse=True)[1].reshape(2, -1)


def _auroc(sure: Numbers) -> Measure:
    """How probably an answerable question is surer than an unanswerable one, ties counting half.

    The Mann-Whitney statistic, which is the area under the ROC curve: Hanley & McNeil (1982), Radiology 143.
    """

    def auroc(counts: Numbers) -> float:
        if not sure.size:
            return numpy.nan
        with_article, without = _histograms(sure, counts)
        less_sure = without.cumsum() - without / 2
        return float(with_article @ less_sure / counts.sum() ** 2)

    return auroc


def _answered_at(sure: Numbers, most: float) -> Measure:
    """The share of the answerable that is answered where at most a share `most` of the unanswerable is."""

    def answered(counts: Numbers) -> float:
        if not sure.size:
            return numpy.nan
        with_article, without = (row[::-1].cumsum() / counts.sum() for row in _histograms(sure, counts))
        return float(with_article[without <= most].max(initial=0))

    return answered


def _histograms(sure: Numbers, counts: Numbers) -> tuple[Numbers, Numbers]:
    """How often each confidence occurs with the article, and without."""
    size = int(sure.max()) + 1
    return numpy.bincount(sure[0], counts, size), numpy.bincount(sure[1], counts, size)
