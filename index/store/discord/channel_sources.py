"""Which sources a channel of Discord's is answered from, where that is not all that may be read there."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import delete, insert, select

from index.store.connection import reading, writing
from index.store.schema import channel_sources, sources
from index.store.store import Store, lock_collection


class ChannelSources:
    """A store's choices of sources, which no index depends on. All methods raise a DatabaseError."""

    def __init__(self, store: Store) -> None:
        self._engine = store.engine

    def chosen(self, channel: int) -> frozenset[int] | None:
        """The numbers of the sources that a channel is answered from; None for all.

        There may be none: those that were chosen are gone.
        """
        query = select(channel_sources.c.source).where(channel_sources.c.channel == channel)
        with reading(self._engine) as connection:
            found = list(connection.execute(query).scalars())
        return frozenset(number for number in found if number is not None) if found else None

    def choose(self, guild: int, channel: int, numbers: Collection[int]) -> None:
        """Let a channel be answered from some sources only, as far as they are still there."""
        there = select(sources.c.number).where(sources.c.number.in_(numbers)).order_by(sources.c.number)
        with writing(self._engine) as connection:
            lock_collection(connection)
            connection.execute(delete(channel_sources).where(channel_sources.c.channel == channel))
            found = list(connection.execute(there).scalars()) or [None]
            rows = [{"guild": guild, "channel": channel, "source": number} for number in found]
            connection.execute(insert(channel_sources), rows)

    def choose_all(self, channel: int) -> None:
        """Let a channel be answered from all that may be read there."""
        with writing(self._engine) as connection:
            connection.execute(delete(channel_sources).where(channel_sources.c.channel == channel))

    def add(self, guild: int, channel: int, source: int) -> None:
        """Answer a channel from one more source, where it is answered from some only."""
        query = select(channel_sources.c.source).where(channel_sources.c.channel == channel)
        with writing(self._engine) as connection:
            lock_collection(connection)
            chosen = list(connection.execute(query).scalars())
            if chosen and source not in chosen:
                connection.execute(insert(channel_sources).values(guild=guild, channel=channel, source=source))
