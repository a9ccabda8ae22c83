"""How many questions were asked, by day and by how sure their answers were."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from index.store.connection import reading, writing
from index.store.schema import question_counts
from index.store.store import Store
from index.types import Certainty

# As many as any view shows; what is older is deleted.
DAYS_KEPT = 30


class Asked(NamedTuple):
    """What questions are counted by: the front end, Discord's guild and channel (or 0), the day of UTC, and the certainty.

    The channel is also 0 where not all of its readers saw the answer.
    """

    front_end: str
    guild: int
    channel: int
    day: str
    certainty: Certainty


class DayCount(NamedTuple):
    """How many questions of a day had an answer that was so sure."""

    day: str
    certainty: Certainty
    questions: int


class QuestionCounts:
    """A store's counts of questions, which no index depends on. All methods raise a DatabaseError."""

    def __init__(self, store: Store) -> None:
        self._engine = store.engine
        dialect: Any = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        self._insert = dialect.insert

    def add(self, counts: Mapping[Asked, int]) -> None:
        """Add to the counts, and delete those of long before, all in one transaction."""
        if not counts:
            return
        # In order, so that two processes never wait for each other.
        rows = [one._asdict() | {"count": count} for one, count in sorted(counts.items())]
        upsert = self._insert(question_counts).values(rows)
        upsert = upsert.on_conflict_do_update(
            index_elements=list(Asked._fields),
            set_={"count": question_counts.c.count + upsert.excluded["count"]},
        )
        last = date.fromisoformat(max(one.day for one in counts))
        too_old = question_counts.c.day <= (last - timedelta(days=DAYS_KEPT)).isoformat()
        with writing(self._engine) as connection:
            connection.execute(upsert)
            connection.execute(delete(question_counts).where(too_old))

    def by_day(
        self,
        first: str,
        last: str,
        *,
        front_end: str | None = None,
        guild: int | None = None,
        channels: Collection[int] | None = None,
    ) -> list[DayCount]:
        """The counts of the days from the first to the last, in order; only of a front end, a guild, or some channels."""
        table = question_counts
        query = select(table.c.day, table.c.certainty, func.sum(table.c.count)).where(table.c.day.between(first, last))
        if front_end is not None:
            query = query.where(table.c.front_end == front_end)
        if guild is not None:
            query = query.where(table.c.guild == guild)
        if channels is not None:
            query = query.where(table.c.channel.in_(channels))
        query = query.group_by(table.c.day, table.c.certainty).order_by(table.c.day, table.c.certainty)
        with reading(self._engine) as connection:
            return [DayCount(day, certainty, int(questions)) for day, certainty, questions in connection.execute(query)]
