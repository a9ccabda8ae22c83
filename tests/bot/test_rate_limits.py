from __future__ import annotations

from bot.rate_limits import RateLimits


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        """The time that was set."""
        return self.now


def test_the_allowance_is_kept_and_refilled() -> None:
    """After a minute's allowance one waits, for as long as is said."""
    clock = Clock()
    limits = RateLimits(clock)
    assert [limits.seconds_to_wait(("user", 1, 6)) for _ in range(7)] == [0, 0, 0, 0, 0, 0, 10]
    clock.now = 10
    assert [limits.seconds_to_wait(("user", 1, 6)) for _ in range(2)] == [0, 10]


def test_one_person_does_not_use_up_what_another_has() -> None:
    """Each person has an allowance of their own, and a person and a guild with one id do not share one."""
    limits = RateLimits(Clock())
    assert limits.seconds_to_wait(("user", 1, 1)) == 0
    assert limits.seconds_to_wait(("user", 1, 1)) > 0
    assert limits.seconds_to_wait(("user", 2, 1)) == 0
    assert limits.seconds_to_wait(("guild", 1, 1)) == 0


def test_a_refused_question_costs_nothing() -> None:
    """Where one of two limits is reached, the other is not charged."""
    limits = RateLimits(Clock())
    assert limits.seconds_to_wait(("user", 1, 1), ("guild", 9, 2)) == 0
    assert limits.seconds_to_wait(("user", 1, 1), ("guild", 9, 2)) > 0
    assert limits.seconds_to_wait(("user", 2, 1), ("guild", 9, 2)) == 0
    assert limits.seconds_to_wait(("user", 3, 1), ("guild", 9, 2)) > 0


def test_full_buckets_are_forgotten() -> None:
    """Ten thousand people who asked long ago take no memory."""
    clock = Clock()
    limits = RateLimits(clock)
    for user in range(10_001):
        limits.seconds_to_wait(("user", user, 10))
    clock.now = 3_600
    limits.seconds_to_wait(("user", 0, 10))
    assert len(limits._buckets) == 1
