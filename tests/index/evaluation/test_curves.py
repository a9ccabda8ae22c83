import pytest

from index.evaluation.beliefs import Belief
from index.evaluation.curves import recall_curve, reliability, risk_coverage, risk_coverage_curve
from index.evaluation.measures import measure
from index.evaluation.runner import Outcome, Run
from tests.index.examples import believed, outcome


def beliefs_of(*outcomes: Outcome) -> list[Belief]:
    """The beliefs of both halves."""
    return Run("default", "abc", 1, outcomes).beliefs[""]


def test_recall_grows_with_k() -> None:
    """recall@k counts the right passages up to rank k, for k from 1 to 10."""
    curve = recall_curve([outcome(rank) for rank in (1, 2, 10, None)])
    assert curve == [0.25] + [0.5] * 8 + [0.75]


def test_risk_and_coverage_as_the_threshold_falls() -> None:
    """Every distinct confidence is a point; a question without its article is always answered wrongly."""
    beliefs = beliefs_of(
        believed(0.9, 0.6),
        believed(0.8, 0.1, right=False),
        believed(0.6, 0.1),
    )
    coverage, risk = risk_coverage_curve(beliefs)
    assert coverage.tolist() == pytest.approx([1 / 6, 2 / 6, 4 / 6, 1])
    assert risk.tolist() == pytest.approx([0, 1 / 2, 2 / 4, 4 / 6])


def test_the_librarys_own_threshold_is_a_point() -> None:
    """It is where the library answers; where nothing was answered there is none."""
    beliefs = beliefs_of(believed(0.9, 0.6), believed(0.5, 0.1))
    assert risk_coverage(beliefs) == pytest.approx((3 / 4, 1 / 3))
    assert risk_coverage(beliefs_of(believed(0.4, 0.1))) is None


def test_without_halves_there_is_no_risk_and_nothing_to_rely_on() -> None:
    """One article gives no point."""
    assert Run("default", "abc", 1, (outcome(),)).beliefs == {}
    coverage, risk = risk_coverage_curve([])
    assert (coverage.size, risk.size) == (0, 0)
    assert risk_coverage([]) is None
    assert reliability([]) == []


def test_the_reliability_diagram_has_what_is_right_by_confidence() -> None:
    """Each of ten bins that has any beliefs is a point; what was asked without an answer is never right."""
    beliefs = beliefs_of(believed(0.92, 0.12), believed(0.98, 0.15, right=False), believed(0.96, 0.18))
    low, high = reliability(beliefs)
    assert low == pytest.approx((0.15, 0.0, 0.5))
    assert high == pytest.approx(((0.92 + 0.98 + 0.96) / 3, 2 / 3, 0.5))


def test_the_distance_from_the_diagonal_is_the_calibration_error() -> None:
    """Each point counts by its share of the beliefs."""
    outcomes = [believed(number / 10, number / 20, right=number % 3 > 0) for number in range(11)]
    error = sum(one.share * abs(one.right - one.confidence) for one in reliability(beliefs_of(*outcomes)))
    assert measure(outcomes)["ece"] == pytest.approx(error)
