import math

import pytest

from index.evaluation.beliefs import Belief
from index.evaluation.measures import measure, times
from tests.index.examples import believed, outcome

NAMES = [
    *("recall@1", "recall@5", "mrr@10", "ndcg@10", "sentence_accuracy"),
    *("auroc", "answered", "answered_without", "answered_at_5", "ece"),
]
IN_ARTICLE = [
    *("in_article_recall@1", "in_article_answered", "taken_out_answered", "in_article_auroc", "in_article_ece")
]


def test_ranking_measures_are_means_over_the_questions() -> None:
    """Right passages at ranks 1, 2, 6, 10 and nowhere give the values computed by hand."""
    measured = measure([outcome(rank) for rank in (1, 2, 6, 10, None)])
    ndcg = (1 + 1 / math.log2(3) + 1 / math.log2(7) + 1 / math.log2(11)) / 5
    assert list(measured) == NAMES
    assert measured["recall@1"] == pytest.approx(1 / 5)
    assert measured["recall@5"] == pytest.approx(2 / 5)
    assert measured["mrr@10"] == pytest.approx((1 + 1 / 2 + 1 / 6 + 1 / 10) / 5)
    assert measured["ndcg@10"] == pytest.approx(ndcg)


@pytest.mark.parametrize(("ranked", "recall"), [((), 0.0), (("1",), 0.0), (("1", "right"), 0.5)])
def test_a_question_without_its_passage_counts_as_zero(ranked: tuple[str, ...], recall: float) -> None:
    """What is not found, even where nothing is, takes part in the mean."""
    measured = measure([outcome()._replace(ranked=ranked), outcome()._replace(ranked=())])
    assert (measured["recall@5"], measured["recall@1"]) == (recall, 0.0)


def test_sentence_accuracy_is_over_the_questions_with_answers() -> None:
    """Questions without an answer text do not count, and without any there is no value."""
    judged = [outcome(sentence_right=right) for right in (True, False, True, None)]
    assert measure(judged)["sentence_accuracy"] == pytest.approx(2 / 3)
    assert measure(judged[3:])["sentence_accuracy"] is None


def test_measures_of_halves_need_two_articles() -> None:
    """Without halves the five measures have no value."""
    measured = measure([outcome(), outcome(2)])
    assert [measured[name] for name in NAMES[5:]] == [None] * 5


@pytest.mark.parametrize(
    ("pairs", "auroc"),
    [
        ([(0.9, 0.1), (0.8, 0.2)], 1.0),
        ([(0.1, 0.9), (0.2, 0.8)], 0.0),
        ([(0.5, 0.5), (0.5, 0.5)], 0.5),
        # 9 against 6 and 3, 6 against 6 (a tie) and 3
        ([(0.9, 0.6), (0.6, 0.3)], 3.5 / 4),
    ],
)
def test_auroc_is_how_often_the_answerable_is_surer(pairs: list[tuple[float, float]], auroc: float) -> None:
    """Every answerable question is compared with every unanswerable one, and a tie counts half."""
    assert measure([believed(*pair) for pair in pairs])["auroc"] == pytest.approx(auroc)


def test_shares_of_answered_questions() -> None:
    """The library's own threshold decides; what is answered with the wrong passage is answered too."""
    pairs = [(0.9, 0.1), (0.6, 0.7), (0.4, 0.2), (0.5, 0.3)]
    measured = measure([believed(*pair, right=False) for pair in pairs])
    assert (measured["answered"], measured["answered_without"]) == (0.75, 0.25)


@pytest.mark.parametrize(
    ("without", "share"),
    [
        ([0.0] * 20, 1.0),  # nothing is wrongly answered even at the lowest confidence there is
        ([0.55] + [0.0] * 19, 1.0),  # one of twenty is 5 %
        ([0.55, 0.55] + [0.0] * 18, 0.5),  # two are more, so that only those above .55 are answered
        ([0.9] * 20, 0.0),
    ],
)
def test_answered_where_five_in_a_hundred_are_wrongly(without: list[float], share: float) -> None:
    """The threshold is the lowest at which at most 5 % of the unanswerable questions are answered."""
    sure = [0.6] * 10 + [0.5] * 10
    outcomes = [believed(*pair) for pair in zip(sure, without, strict=True)]
    assert measure(outcomes)["answered_at_5"] == pytest.approx(share)


@pytest.mark.parametrize(
    ("beliefs", "error"),
    [
        # Four in five at .8 are right, and none at .1: off by nothing and by .1.
        ([(0.8, True)] * 4 + [(0.8, False)] + [(0.1, False)] * 5, 0.05),
        # Sure of all, half are right.
        ([(1.0, True), (1.0, False)], 0.5),
        # Within a bin too much and too little make up for each other; at an edge it is the bin below.
        ([(0.65, True), (0.7, False), (0.75, False)], (abs(1 - 0.65 - 0.7) + 0.75) / 3),
        # Not sure at all, and right in not being.
        ([(0.0, False)], 0.0),
    ],
)
def test_the_calibration_error_is_how_far_confidence_is_from_what_is_right(
    beliefs: list[tuple[float, bool]], error: float
) -> None:
    """In ten bins, each counting by its questions; what was asked without its article is never right."""
    outcomes = [outcome()._replace(present=Belief(sure, answered=True, right=right)) for sure, right in beliefs]
    assert measure(outcomes)["ece"] == pytest.approx(error)
    absent = outcome()._replace(absent=Belief(error, answered=False, right=False))
    assert measure([absent])["ece"] == pytest.approx(error)


def test_measures_of_articles_are_there_where_they_were_asked_alone() -> None:
    """What was not taken out counts where the answer is there, but is compared with nothing."""
    alone = [(0.9, True, 0.2), (0.6, False, 0.7), (0.4, True, None)]
    outcomes = [
        outcome()._replace(
            in_article=Belief(there, there >= 0.5, right),
            taken_out=None if out is None else Belief(out, out >= 0.5, right=False),
        )
        for there, right, out in alone
    ]
    measured = measure([*outcomes, outcome()])
    assert list(measured) == [*NAMES, *IN_ARTICLE]
    assert [measured[name] for name in IN_ARTICLE[:4]] == pytest.approx([2 / 3, 2 / 3, 1 / 2, 3 / 4])
    assert measured["in_article_ece"] == pytest.approx((0.1 + 0.2 + 0.6 + 0.7 + 0.6) / 5)


def test_times() -> None:
    """A single question's time is its own median and 95th percentile; of several, the 95th is a slow one."""
    assert times([outcome(milliseconds=3.0)]) == {"ms_median": 3.0, "ms_p95": 3.0}
    measured = times([outcome(milliseconds=float(number)) for number in range(1, 100)])
    assert measured == {"ms_median": 50.0, "ms_p95": 95.0}
