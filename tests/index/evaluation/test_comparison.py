import pytest

from index.evaluation.bootstrap import resampled
from index.evaluation.comparison import changes, gain, paired_intervals, sign_test
from tests.index.examples import outcome


def test_questions_that_changed_are_counted() -> None:
    """Found is better than not found, and an earlier rank than a later one."""
    now = [outcome(rank) for rank in (1, 2, None, 3, None, 1)]
    before = [outcome(rank) for rank in (2, None, 1, 3, None, 1)]
    assert changes(now, before)[:3] == (2, 1, 3)
    assert changes(before, now)[:3] == (1, 2, 3)


@pytest.mark.parametrize(
    ("now", "before", "gained"), [(1, None, 1.0), (None, 1, -1.0), (2, 1, -0.5), (3, 3, 0.0), (None, None, 0.0)]
)
def test_gain_is_of_the_reciprocal_rank(now: int | None, before: int | None, gained: float) -> None:
    """What is lost from rank 1 weighs more than what is lost further down."""
    assert gain(outcome(now), outcome(before)) == gained


@pytest.mark.parametrize(
    ("better", "worse", "p_value"),
    [
        (0, 0, 1.0),
        (1, 0, 1.0),
        (3, 3, 1.0),
        (5, 0, 2 / 32),
        (1, 9, 2 * 11 / 1024),
        (9, 1, 2 * 11 / 1024),
        (3000, 1000, pytest.approx(0.0, abs=1e-200)),
    ],
)
def test_sign_test_is_exact(better: int, worse: int, p_value: float) -> None:
    """The p value is that of the binomial distribution, on both sides, at most 1, for thousands too."""
    assert sign_test(better, worse) == p_value


def test_differences_are_paired() -> None:
    """Runs that differ in the same way everywhere differ surely, however much each depends on the questions."""
    now = [outcome(1 if number % 2 else 4, title=str(number)) for number in range(20)]
    before = [outcome(2 if number % 2 else 8, title=str(number)) for number in range(20)]
    paired = paired_intervals(resampled(now), resampled(before))
    assert paired["recall@5"] is not None
    assert paired["recall@5"][0] > 0
    assert paired["auroc"] is None
    same = paired_intervals(resampled(now), resampled(now))
    assert same["mrr@10"] == (0.0, 0.0)
