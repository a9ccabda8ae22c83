"""What is measured of outcomes. Each measure is a function of how often each question counts.

So the same function gives a value (each counts once) and its spread over resamples (index/evaluation/bootstrap.py).
"""

from __future__ import annotations

import statistics
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import ir_measures
import numpy
from ir_measures import RR, R, nDCG
from numpy.typing import NDArray

from index.evaluation.beliefs import Belief, Beliefs
from index.evaluation.runner import DEPTH, Outcome

Numbers = NDArray[Any]
# From how often each question counts to a value; NaN where no question counts that the measure is about.
Measure = Callable[[Numbers], float]

MOST_WRONGLY_ANSWERED = 0.05
# Confidences up to 0.1, up to 0.2, and so on.
BINS = 10


def measures_of(outcomes: Sequence[Outcome]) -> dict[str, Measure]:
    """The measures of outcomes, by name.

    recall@k, mrr@10 and ndcg@10 are means over the questions; sentence_accuracy is the share of the questions
    with an answer text whose right passage's marked sentence holds one. The next are about the halves: auroc, the
    shares of the questions that are answered with their article (`answered`), without it (`answered_without`), and
    with it at the confidence at which at most 5 % are without it (`answered_at_5`), and the calibration error, `ece`.

    Where articles were asked alone there is also recall@1 within them, the shares that are answered with the right
    passage there and with it taken out, how well the confidence tells the two apart, and its calibration error.
    """
    halves = [(outcome.present, outcome.absent) for outcome in outcomes]
    articles = [(outcome.in_article, outcome.taken_out) for outcome in outcomes]
    measures = {name: mean_of(values) for name, values in _ranking_measures(outcomes).items()}
    measures["sentence_accuracy"] = mean_of([outcome.sentence_right for outcome in outcomes])
    measures["auroc"] = _auroc(halves)
    measures["answered"] = mean_of([present and present.answered for present, _ in halves])
    measures["answered_without"] = mean_of([absent and absent.answered for _, absent in halves])
    measures["answered_at_5"] = _answered_at(halves, MOST_WRONGLY_ANSWERED)
    measures["ece"] = calibration_error(halves)
    if any(whole for whole, _ in articles):
        measures["in_article_recall@1"] = mean_of([whole and whole.right for whole, _ in articles])
        measures["in_article_answered"] = mean_of([whole and whole.answered for whole, _ in articles])
        measures["taken_out_answered"] = mean_of([without and without.answered for _, without in articles])
        measures["in_article_auroc"] = _auroc(articles)
        measures["in_article_ece"] = calibration_error(articles)
    return measures


def measure(outcomes: Sequence[Outcome]) -> dict[str, float | None]:
    """The value of each measure; None for those that the question set does not allow."""
    return values_of(measures_of(outcomes), len(outcomes))


def values_of(measures: Mapping[str, Measure], questions: int) -> dict[str, float | None]:
    """The value of each measure, each of so many questions counting once; None where it has none."""
    values = {name: value(numpy.ones(questions)) for name, value in measures.items()}
    return {name: None if numpy.isnan(value) else value for name, value in values.items()}


def times(outcomes: Sequence[Outcome]) -> dict[str, float]:
    """The median and the 95th percentile of the milliseconds that a search took."""
    return times_of([outcome.milliseconds for outcome in outcomes])


def times_of(taken: Sequence[float]) -> dict[str, float]:
    """The median and the 95th percentile of some milliseconds."""
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


def mean_of(values: Sequence[float | None]) -> Measure:
    """The mean over the questions that have a value."""
    known = numpy.array([value is not None for value in values], dtype=bool)
    numbers = numpy.array([value for value in values if value is not None], dtype=float)

    def mean(counts: Numbers) -> float:
        counting = counts[known]
        return float(counting @ numbers / counting.sum()) if counting.sum() else numpy.nan

    return mean


def calibration_error(beliefs: Sequence[Sequence[Belief | None]]) -> Measure:
    """The expected calibration error: how far the confidence is from the share that is right, averaged over bins.

    Guo et al. (2017), On Calibration of Modern Neural Networks, ICML. Each question has some beliefs.
    """
    known = [(place, belief) for place, some in enumerate(beliefs) for belief in some if belief]
    places = numpy.array([place for place, _ in known], dtype=int)
    bins = bins_of([belief.confidence for _, belief in known])
    gaps = numpy.array([belief.right - belief.confidence for _, belief in known], dtype=float)

    def error(counts: Numbers) -> float:
        counting = counts[places]
        if not counting.sum():
            return numpy.nan
        return float(abs(numpy.bincount(bins, counting * gaps)).sum() / counting.sum())

    return error


def bins_of(confidences: Sequence[float]) -> Numbers:
    """The bin of each confidence, from 0; those at an edge are of the bin below."""
    return numpy.digitize(confidences, numpy.arange(1, BINS) / BINS, right=True)


def _auroc(beliefs: Sequence[Beliefs]) -> Measure:
    """How probably an answerable question is surer than an unanswerable one, ties counting half.

    The Mann-Whitney statistic, which is the area under the ROC curve: Hanley & McNeil (1982), Radiology 143.
    """
    known, sure = _asked_both(beliefs)

    def auroc(counts: Numbers) -> float:
        counting = counts[known]
        if not counting.sum():
            return numpy.nan
        there, absent = _histograms(sure, counting)
        less_sure = absent.cumsum() - absent / 2
        return float(there @ less_sure / counting.sum() ** 2)

    return auroc


def _answered_at(beliefs: Sequence[Beliefs], most: float) -> Measure:
    """The share of the answerable that is answered where at most a share `most` of the unanswerable is."""
    known, sure = _asked_both(beliefs)

    def answered(counts: Numbers) -> float:
        counting = counts[known]
        if not counting.sum():
            return numpy.nan
        there, absent = (row[::-1].cumsum() / counting.sum() for row in _histograms(sure, counting))
        return float(there[absent <= most].max(initial=0))

    return answered


def _asked_both(beliefs: Sequence[Beliefs]) -> tuple[Numbers, Numbers]:
    """Which questions were asked with their answer there and absent, and the places of both confidences.

    A confidence's place is that among all distinct ones, ascending; there is a row for each of the two.
    """
    known = numpy.array([there is not None and absent is not None for there, absent in beliefs], dtype=bool)
    pairs = [(there.confidence, absent.confidence) for there, absent in beliefs if there and absent]
    confidences = numpy.array(pairs, dtype=float).T.ravel()
    return known, numpy.unique(confidences, return_inverse=True)[1].reshape(2, -1)


def _histograms(sure: Numbers, counts: Numbers) -> tuple[Numbers, Numbers]:
    """How often each confidence occurs where the answer is there, and where it is absent."""
    size = int(sure.max()) + 1
    return numpy.bincount(sure[0], counts, size), numpy.bincount(sure[1], counts, size)
