"""The channels in which auto-answer is switched on."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from datetime import UTC, datetime, timedelta

from bot.discord.services import Services
from index.store.discord.guilds import Guilds
from index.store.store import Store

_SETTING = "auto_answer."
_SILENCE = timedelta(hours=1)
# How many seconds the settings of a guild are kept in memory, which another process may change.
_KEPT = 1.0


class AutoAnswerChannels:
    """For each channel a setting holds since when it is answered in; silence moves that time into the future."""

    def __init__(self, services: Services, store: Store) -> None:
        self._services = services
        self._guilds = Guilds(store)
        self._loaded: dict[int, tuple[float, asyncio.Task[dict[str, str]]]] = {}
        self._changing: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def switch_on(self, guild: int, channel: int) -> None:
        """Answer in a channel from now on; as the others, raises a DatabaseError."""
        async with self._changing[guild]:
            await self._set(guild, channel, datetime.now(UTC))

    async def switch_off(self, guild: int, channel: int) -> bool:
        """Answer in a channel no longer; whether it did."""
        async with self._changing[guild]:
            was_on = await self.answers_from(guild, channel) is not None
            await self._set(guild, channel, None)
            return was_on

    async def silence(self, guild: int, channel: int) -> bool:
        """Answer nothing in a channel for an hour; whether answering is on there at all."""
        async with self._changing[guild]:
            was_on = await self.answers_from(guild, channel) is not None
            if was_on:
                await self._set(guild, channel, datetime.now(UTC) + _SILENCE)
            return was_on

    async def answers_from(self, guild: int, channel: int) -> datetime | None:
        """Since when, or from when on, it answers in a channel; None where it does not."""
        now = self._services.clock()
        if guild not in self._loaded or now - self._loaded[guild][0] > _KEPT:
            reading = asyncio.create_task(self._services.run_in_thread(self._guilds.settings, guild))
            self._loaded[guild] = (now, reading)
        _, loading = kept = self._loaded[guild]
        try:
            value = (await asyncio.shield(loading)).get(f"{_SETTING}{channel}")
        except Exception:
            if self._loaded.get(guild) is kept:
                del self._loaded[guild]
            raise
        return datetime.fromisoformat(value) if value else None

    def forget(self, guild: int) -> None:
        """A guild has set nothing any more."""
        self._loaded.pop(guild, None)

    async def _set(self, guild: int, channel: int, begin: datetime | None) -> None:
        name = f"{_SETTING}{channel}"
        try:
            if begin is None:
                await self._services.run_in_thread(self._guilds.unset, guild, name)
            else:
                await self._services.run_in_thread(self._guilds.set, guild, name, begin.isoformat(timespec="seconds"))
        finally:
            self._loaded.pop(guild, None)
