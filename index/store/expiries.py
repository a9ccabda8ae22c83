"""Until when somebody answers for what sources say, and who is told once that time is over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import delete, insert, select, update

from index.errors import SourceGone
from index.store.connection import reading, writing
from index.store.rows import now
from index.store.schema import expiries, opted_out, sources
from index.store.store import Store, lock_collection


class Expiry(NamedTuple):
    """When a source has to be confirmed, and for how many days it is then.

    `owner` is told of it: in a `channel` if there is one, else directly. Both are ids of Discord's.
    """

    source: int
    due: str
    days: int
    owner: int | None = None
    channel: int | None = None


class Expiries:
    """A store's expiries, which no index depends on. All methods raise a DatabaseError."""

    def __init__(self, store: Store) -> None:
        self._engine = store.engine

    def set(self, expiry: Expiry) -> Expiry:
        """Let a source expire, and give what is kept of that; raises SourceGone."""
        with writing(self._engine) as connection:
            lock_collection(connection)
            if not connection.execute(select(sources.c.number).where(sources.c.number == expiry.source)).first():
                raise SourceGone
            if connection.execute(select(opted_out.c.person).where(opted_out.c.person == expiry.owner)).first():
                expiry = expiry._replace(owner=None)
            connection.execute(delete(expiries).where(expiries.c.source == expiry.source))
            connection.execute(insert(expiries).values(**expiry._asdict(), told=None))
            return expiry

    def unset(self, source: int) -> None:
        """Let a source never expire."""
        with writing(self._engine) as connection:
            connection.execute(delete(expiries).where(expiries.c.source == source))

    def of(self, source: int) -> Expiry | None:
        """The expiry of a source, if it has one."""
        return next(iter(self._all(expiries.c.source == source)), None)

    def all(self) -> list[Expiry]:
        """The expiries of all sources that have one."""
        return self._all()

    def untold(self) -> list[Expiry]:
        """What is due, and nobody was told of."""
        return self._all(expiries.c.due <= now(), expiries.c.told.is_(None))

    def mark_told(self, expiry: Expiry) -> bool:
        """Mark that somebody is told now; False where that was marked before, or it is not due any more."""
        untold = expiries.c.source == expiry.source, expiries.c.due == expiry.due, expiries.c.told.is_(None)
        with writing(self._engine) as connection:
            return bool(connection.execute(update(expiries).where(*untold).values(told=now())).rowcount)

    def mark_untold(self, expiry: Expiry) -> None:
        """Mark that nobody could be told, for the moment."""
        same = expiries.c.source == expiry.source, expiries.c.due == expiry.due
        with writing(self._engine) as connection:
            connection.execute(update(expiries).where(*same).values(told=None))

    def extend(self, source: int) -> Expiry | None:
        """Let a source that is due be due again only after as many days as were chosen; None if it never expires.

        One that is not due, perhaps since somebody else extended it, stays as it is.
        """
        with writing(self._engine) as connection:
            lock_collection(connection)
            found = connection.execute(_SELECT.where(expiries.c.source == source)).first()
            expiry = Expiry(*found) if found else None
            if expiry and expiry.due <= now():
                expiry = expiry._replace(due=in_days(expiry.days))
                later = update(expiries).where(expiries.c.source == source)
                connection.execute(later.values(due=expiry.due, told=None))
            return expiry

    def _all(self, *where: Any) -> list[Expiry]:
        with reading(self._engine) as connection:
            found = connection.execute(_SELECT.where(*where).order_by(expiries.c.source))
            return [Expiry(*row) for row in found]


_SELECT = select(*(expiries.c[name] for name in Expiry._fields))


def in_days(days: int) -> str:
    """The time in so many days, as it is stored."""
    return (datetime.now(UTC) + timedelta(days=days)).isoformat(timespec="seconds")
