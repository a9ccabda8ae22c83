"""How often somebody may ask: a token bucket for each person, and one for each guild."""

from __future__ import annotations

import math
from collections.abc import Callable

# Buckets that are full again are forgotten when there are this many.
_MOST_BUCKETS = 10_000


class Bucket:
    """Holds a minute's allowance, refilled evenly."""

    def __init__(self, a_minute: int, now: float) -> None:
        self._capacity = float(a_minute)
        self._level = self._capacity
        self._updated = now

    def seconds_to_wait(self, now: float) -> float:
        """How long until something can be taken; 0 if it can be now."""
        self._level = min(self._capacity, self._level + (now - self._updated) * self._capacity / 60)
        self._updated = now
        return 0.0 if self._level >= 1 else (1 - self._level) * 60 / self._capacity

    def take(self) -> None:
        """Take one."""
        self._level -= 1

    def is_full(self, now: float) -> bool:
        """Whether forgetting this bucket changes nothing."""
        self.seconds_to_wait(now)
        return self._level >= self._capacity


class RateLimits:
    """Allows each key so many questions a minute; `clock` gives seconds."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._buckets: dict[tuple[str, int], Bucket] = {}

    def seconds_to_wait(self, *limits: tuple[str, int, int]) -> int:
        """0, and each limit counts one more; or in how many seconds to ask again, and none counts.

        A limit is a kind, an id, and how many a minute it allows.
        """
        now = self._clock()
        if len(self._buckets) > _MOST_BUCKETS:
            self._buckets = {key: bucket for key, bucket in self._buckets.items() if not bucket.is_full(now)}
        buckets = [self._buckets.setdefault((kind, key), Bucket(a_minute, now)) for kind, key, a_minute in limits]
        wait = max(bucket.seconds_to_wait(now) for bucket in buckets)
        if wait == 0:
            for bucket in buckets:
                bucket.take()
        return math.ceil(wait)
