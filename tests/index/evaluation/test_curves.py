import pytest

from index.evaluation.curves import recall_curve, risk_coverage, risk_coverage_curve
from tests.index.examples import believed, outcome


def test_recall_grows_with_k() -> None:
    """recall@k counts the right passages up to rank k, for k from 1 to 10."""
    curve = recall_curve([outcome(rank) for rank in (1, 2, 10, None)])
    assert curve == [0.25] + [0.5] * 8 + [0.75]


def test_risk_and_coverage_as_the_threshold_falls() -> None:
    """Every distinct confidence is a point; a question without its article is always answered wrongly."""
    outcomes = [
        believed(0.9, 0.6),
        believed(0.8, 0.1, right=False),
        believed(0.6, 0.1),
    ]
    coverage, risk = risk_coverage_curve(outcomes)
    assert coverage.tolist() == pytest.approx([1 / 6, 2 / 6, 4 / 6, 1])
    assert risk.tolist() == pytest.approx([0, 1 / 2, 2 / 4, 4 / 6])


def test_the_librarys_own_threshold_is_a_point() -> None:
    """It is where the library answers; where nothing was answered there is none."""
    outcomes = [believed(0.9, 0.6), believed(0.5, 0.1)]
    assert risk_coverage(outcomes) == pytest.approx((3 / 4, 1 / 3))
    assert risk_coverage([believed(0.4, 0.1)]) is None


def test_without_halves_there_is_no_risk() -> None:
    """One article gives no point."""
    coverage, risk = risk_coverage_curve([outcome()])
    assert (coverage.size, risk.size) == (0, 0)
    assert risk_coverage([outcome()]) is None
