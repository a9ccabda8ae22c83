import numpy
import pytest

from index.evaluation.bootstrap import RESAMPLES, interval, resampled, resamples, wilson
from tests.index.examples import believed, outcome

MANY = [believed(0.9, number / 60, of=outcome(1 + (number % 3 == 0), str(number))) for number in range(60)]


def test_an_interval_holds_its_value_and_is_as_wide_as_known() -> None:
    """With each question of an article of its own, it is about as wide as that of a binomial share."""
    limits = interval(resampled(MANY)["recall@1"])
    assert limits is not None
    low, high = limits
    assert low < 2 / 3 < high
    assert high - low == pytest.approx(2 * 1.96 * (2 / 3 * 1 / 3 / 60) ** 0.5, rel=0.1)


def test_questions_of_one_article_stay_together() -> None:
    """Each resample draws as many articles as there are, each with all of its questions."""
    outcomes = [outcome(title=title) for title in "甲甲乙丙丙丙"]
    drawn = list(resamples(outcomes))
    assert len(drawn) == RESAMPLES
    for counts in drawn:
        assert counts[0] == counts[1]
        assert counts[3] == counts[4] == counts[5]
        assert counts[0] + counts[2] + counts[3] == 3
    assert len({tuple(counts) for counts in drawn}) == 10


def test_clustered_questions_widen_the_interval() -> None:
    """Where an article's questions succeed and fail together, less is known than from as many apart."""

    def width(titles: int) -> float:
        outcomes = [outcome(1 if number % titles % 2 else 2, title=str(number % titles)) for number in range(60)]
        low, high = interval(resampled(outcomes)["recall@1"]) or (0.0, 0.0)
        return high - low

    assert width(6) > 2 * width(60)


def test_passages_are_drawn_where_there_is_one_article() -> None:
    """Of a single article its passages are drawn; with one passage there is nothing to draw, and no interval."""
    one_article = [outcome()._replace(passage_id=identity) for identity in "001"]
    assert {tuple(counts) for counts in resamples(one_article)} == {(2, 2, 0), (1, 1, 1), (0, 0, 2)}
    assert interval(resampled(one_article[:2])["recall@1"]) is None


def test_a_measure_without_a_value_has_no_interval() -> None:
    """What the question set does not allow to measure has none; the rest has."""
    spread = resampled([outcome(title=title) for title in "甲乙"])
    assert [name for name, values in spread.items() if interval(values) is None] == [
        *("sentence_accuracy", "auroc", "answered", "answered_without", "answered_at_5", "ece")
    ]


def test_resamples_without_a_value_are_left_out() -> None:
    """Where only one article has answer texts, resamples without it say nothing about sentences."""
    outcomes = [outcome(title="甲", sentence_right=True), outcome(title="乙")]
    values = resampled(outcomes)["sentence_accuracy"]
    assert 0 < numpy.isnan(values).sum() < RESAMPLES
    assert interval(values) == (1.0, 1.0)


def test_the_resamples_are_always_the_same() -> None:
    """Two runs of a question set are measured in the same resamples, today and tomorrow."""
    first, second = (resampled(MANY) for _ in range(2))
    assert all(numpy.array_equal(first[name], second[name], equal_nan=True) for name in first)


@pytest.mark.parametrize(
    ("count", "of", "limits"),
    [
        (8, 10, (0.4902, 0.9433)),
        (0, 10, (0.0, 0.2775)),
        (10, 10, (0.7225, 1.0)),
        (22, 120, (0.1243, 0.2620)),
        (0, 0, None),
    ],
)
def test_wilsons_interval_of_a_share(count: int, of: int, limits: tuple[float, float] | None) -> None:
    """It is as in the literature, stays within 0 and 1, and of nothing there is none."""
    assert wilson(count, of) == (limits and pytest.approx(limits, abs=5e-5))
