"""Upkeep of the store in the background: what was forgotten leaves the disk, and so do guilds that removed the bot."""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta

from bot.discord.auto_answer.channels import AutoAnswerChannels
from bot.discord.learning.learning import Learning
from bot.discord.services import Services, log_event
from index.store.discord.channels import Channels
from index.store.discord.guilds import Guilds
from index.store.erasing import empty_log, erase, is_forgotten_on_disk, is_removed_on_disk, last_forgetting
from index.store.store import Store

# What was forgotten is to be gone from the disk within a minute, also where it did not go at the first attempt.
_SECONDS_BETWEEN = 20.0
# What was deleted without being forgotten leaves the disk together, since that writes all of it anew.
_SECONDS_BETWEEN_ERASURES = 24 * 3600

logger = logging.getLogger("kotae.discord")


class Upkeep:
    """Tidies the store a few times a minute, and as soon as somebody was forgotten."""

    def __init__(self, services: Services, learning: Learning, store: Store) -> None:
        self._services = services
        self._client = services.client
        self._learning = learning
        self._store = store
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="upkeep")
        self._wanted = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._erased_at: float | None = None
        # The last forgetting that has left the index of this process; another process may have another disk.
        self._index_forgot: int | None = None
        # Another one after a restore.
        self._identity: str | None = None

    def start(self) -> None:
        """Begin to tidy the store."""
        self._running = asyncio.create_task(self._run())

    def wake(self) -> None:
        """Tidy it now: something was forgotten, or a guild is gone."""
        self._wanted.set()

    def close(self) -> None:
        """Stop; what is not done is done after the next start."""
        if self._running:
            self._running.cancel()
        self._worker.shutdown(wait=False, cancel_futures=True)

    async def forget_guild(self, guild: int) -> int:
        """Forget all of a guild; how many sources that was."""
        count = await self._learning.forget_guild(guild)
        self._services.get(AutoAnswerChannels).forget(guild)
        self.wake()
        return count

    async def _run(self) -> None:
        while True:
            self._wanted.clear()
            try:
                await self._tidy_all()
            except Exception:
                # Whatever it is, it may be over the next time.
                logger.exception("upkeep waits", extra={"event": "upkeep"})
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), _SECONDS_BETWEEN)

    async def _tidy_all(self) -> None:
        loop = asyncio.get_running_loop()
        state = await loop.run_in_executor(self._worker, self._store.state)
        self._identity = self._identity or state.identity
        if self._client.is_ready():
            if self._identity != state.identity:
                # Nobody told the backup what happened in the channels since.
                for one in self._client.guilds:
                    if self._services.ownership.holds(one.id):
                        await self._learning.guild_connected(one)
                self._identity = state.identity
            there = [guild.id for guild in self._client.guilds]
            for guild in await loop.run_in_executor(self._worker, self._long_removed, there):
                await self.forget_guild(guild)
                log_event("guild forgotten", guild)
        if self._services.settings.shards:
            await loop.run_in_executor(self._worker, self._tidy_index)
        async with self._services.ownership.exclusively("upkeep") as ours:
            if ours:
                await loop.run_in_executor(self._worker, self._tidy)
        # What was learnt is indexed and encoded before anybody asks.
        await loop.run_in_executor(self._worker, self._services.knowledge.audiences)

    def _long_removed(self, there: list[int]) -> list[int]:
        """The guilds that removed the bot so long ago that they are to be forgotten."""
        guilds = Guilds(self._store)
        # Of guilds of other shards this process is not told.
        ours = self._services.ownership.holds
        guilds.note_present(there, ours)
        before = datetime.now(UTC) - timedelta(days=self._services.settings.forget_guild_after_days)
        return [guild for guild in guilds.removed(before) if ours(guild)]

    def _tidy_index(self) -> None:
        """Take from the index of this process what was forgotten, whichever process took it from the database."""
        if (last := last_forgetting(self._store)) != self._index_forgot:
            self._services.knowledge.erase_index()
            self._index_forgot = last

    def _tidy(self) -> None:
        """Take from the disk what was forgotten, and once a day what was removed otherwise."""
        if is_forgotten_on_disk(self._store):
            lately = self._erased_at is not None and time.monotonic() - self._erased_at < _SECONDS_BETWEEN_ERASURES
            if lately or is_removed_on_disk(self._store):
                empty_log(self._store)
                return
        # Should the bot have ended in the middle of it.
        Channels(self._store).forget_opted_out()
        self._services.knowledge.erase_index()
        if erase(self._store):
            self._erased_at = time.monotonic()
