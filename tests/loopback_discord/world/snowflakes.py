"""Ids, which hold the time at which they were given."""

from __future__ import annotations

from datetime import UTC, datetime

DISCORD_EPOCH = 1420070400000


def now() -> datetime:
    """The time, with its zone."""
    return datetime.now(UTC)


def time_of(snowflake: int) -> datetime:
    """When an id was given."""
    return datetime.fromtimestamp(((snowflake >> 22) + DISCORD_EPOCH) / 1000, UTC)


class Snowflakes:
    """Gives ids that are never the same; of two for one moment the later is greater."""

    def __init__(self) -> None:
        self._given = 0
        self._latest = 0

    def give(self, at: datetime | None = None) -> int:
        """An id for this moment, or for an earlier one of a history."""
        self._given += 1
        milliseconds = int((at or now()).timestamp() * 1000) - DISCORD_EPOCH
        if at is None:  # the clock may go back, ids do not
            self._latest = milliseconds = max(milliseconds, self._latest)
        return (milliseconds << 22) + self._given
