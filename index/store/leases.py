"""Leases: what one of several processes does, while the others wait until it releases it or is gone."""

from __future__ import annotations

import os
import re
import socket
import uuid
from collections.abc import Collection, Mapping
from typing import Any, NamedTuple

from sqlalchemy import Connection, case, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from index.store.connection import database_time, reading, writing
from index.store.schema import leases
from index.store.store import Store

# The name of the lease of a shard.
SHARD_LEASE = re.compile(r"shard (?P<shard>\d{1,9}) of (?P<of>\d{1,9})")


def shard_lease(shard: int, of: int) -> str:
    """The name of the lease on acting for a shard; with another number of shards its guilds are others."""
    return f"shard {shard} of {of}"


class Lease(NamedTuple):
    """Who holds something, or held it last, and for how many seconds it is still theirs: none if it has expired."""

    name: str
    holder: str
    seconds: float


def this_process() -> str:
    """A name for this process that no other has: its machine, its number, and something random."""
    return f"{socket.gethostname()[:80]}:{os.getpid()}:{uuid.uuid4().hex[:8]}"


class Leases:
    """The leases of one holder in a store. Whoever holds one acts within its time only. All methods raise a DatabaseError."""

    def __init__(self, store: Store, holder: str) -> None:
        self._engine = store.engine
        self.holder = holder
        dialect: Any = postgresql if self._engine.dialect.name == "postgresql" else sqlite
        self._insert = dialect.insert

    def acquire(self, name: str, seconds: float) -> bool:
        """Take a lease that nobody holds, this holder neither; whether that succeeded."""
        return bool(self.acquire_all([name], seconds))

    def acquire_all(self, names: Collection[str], seconds: float) -> set[str]:
        """Take those of some leases that nobody holds; which they are."""
        return self._take(dict.fromkeys(names, seconds), again=False)

    def hold_all(self, names: Mapping[str, float]) -> None:
        """Hold leases for so many seconds each from now, also some that are held already; not those of others."""
        self._take(names, again=True)

    def _take(self, names: Mapping[str, float], *, again: bool) -> set[str]:
        """Take what is free; also what is held already, if that is to be taken again."""
        if not names:
            return set()
        with writing(self._engine) as connection:
            now = database_time(connection)
            # In one statement: a thread that waits for others between two keeps all writers of SQLite waiting. In order, so
            # that two holders never wait for each other.
            rows = [
                {"name": name, "holder": self.holder, "until": now + round(seconds * 1000)}
                for name, seconds in sorted(names.items())
            ]
            upsert = self._insert(leases).values(rows)
            free = leases.c.until <= now
            upsert = upsert.on_conflict_do_update(
                index_elements=[leases.c.name],
                set_={name: upsert.excluded[name] for name in ("holder", "until")},
                where=free | (leases.c.holder == self.holder) if again else free,
            )
            return set(connection.execute(upsert.returning(leases.c.name)).scalars())

    def acquire_free(self, names: Collection[str], seconds: float) -> set[str]:
        """Take those of some leases that no other holder has: without keeping writers waiting where there are none.

        One is ours still where a renewal took so long that we did not count on it any more.
        """
        with reading(self._engine) as connection:
            held = leases.c.until > database_time(connection), leases.c.holder != self.holder
            taken = select(leases.c.name).where(leases.c.name.in_([*names]), *held)
            left = set(names).difference(connection.execute(taken).scalars())
        return self._take(dict.fromkeys(left, seconds), again=True)

    def reserve(self, name: str, seconds: float) -> float:
        """Take so many seconds after all that others have reserved of a lease; in how many seconds that time begins."""
        length = round(seconds * 1000)
        with writing(self._engine) as connection:
            now = database_time(connection)
            upsert = self._insert(leases).values(name=name, holder=self.holder, until=now + length)
            later = case((leases.c.until > now, leases.c.until), else_=now) + length
            upsert = upsert.on_conflict_do_update(
                index_elements=[leases.c.name], set_={"holder": self.holder, "until": later}
            )
            wait: int = connection.execute(upsert.returning(leases.c.until - length - now)).scalar_one()
            return max(0, wait) / 1000

    def renew(self, names: Collection[str], seconds: float) -> set[str]:
        """Hold leases for so many seconds from now; those that are still held. One that has expired is lost."""
        with writing(self._engine) as connection:
            now = database_time(connection)
            mine = leases.c.name.in_([*names]), leases.c.holder == self.holder, leases.c.until > now
            renewal = update(leases).where(*mine).values(until=now + round(seconds * 1000))
            return set(connection.execute(renewal.returning(leases.c.name)).scalars())

    def release(self, names: Collection[str]) -> None:
        """Let others have leases, as far as they are still held."""
        with writing(self._engine) as connection:
            connection.execute(delete(leases).where(leases.c.name.in_([*names]), leases.c.holder == self.holder))

    def forget_expired(self, seconds: float) -> None:
        """Delete the leases that expired so many seconds ago."""
        with writing(self._engine) as connection:
            connection.execute(
                delete(leases).where(leases.c.until <= database_time(connection) - round(seconds * 1000))
            )


def all_leases(store: Store, beginning: str = "") -> list[Lease]:
    """The leases whose names begin so, also those that have expired; raises a DatabaseError."""
    with reading(store.engine) as connection:
        return leases_in(connection, beginning)


def leases_in(connection: Connection, beginning: str = "") -> list[Lease]:
    """The same, within a transaction."""
    left = leases.c.until - database_time(connection)
    query = select(leases.c.name, leases.c.holder, case((left > 0, left), else_=0))
    query = query.where(leases.c.name.startswith(beginning, autoescape=True)).order_by(leases.c.name)
    return [Lease(name, holder, milliseconds / 1000) for name, holder, milliseconds in connection.execute(query)]
