"""What the bot looks after beside everything else: what was forgotten leaves the disk, and so do guilds that it left."""

from __future__ import annotations

import asyncio
import logging
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from index.reranking.encoder import forget_vectors
from index.store.discord.channels import Channels
from index.store.discord.guilds import Guilds
from index.store.erasing import empty_log, erase, is_forgotten_on_disk, is_removed_on_disk
from index.store.store import Store

if TYPE_CHECKING:
    from bot.discord.client import KotaeClient

# What was forgotten is to be gone from the disk within a minute, also where it did not go at the first attempt.
_SECONDS_BETWEEN = 20.0
# What was deleted without being forgotten leaves the disk together, since that writes all of it anew.
_SECONDS_BETWEEN_ERASURES = 24 * 3600

logger = logging.getLogger("kotae.discord")


class Upkeep:
    """Looks after the store a few times a minute, and as soon as somebody was forgotten."""

    def __init__(self, client: KotaeClient, store: Store) -> None:
        self._client = client
        self._store = store
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="upkeep")
        self._wanted = asyncio.Event()
        self._running: asyncio.Task[None] | None = None
        self._erased_at: float | None = None
        # Another one after a restore.
        self._identity: str | None = None

    def start(self) -> None:
        """Begin to look after the store."""
        self._running = asyncio.create_task(self._run())

    def soon(self) -> None:
        """Look after it now: something was forgotten, or a guild is gone."""
        self._wanted.set()

    def close(self) -> None:
        """Stop; what is not done is done after the next start."""
        if self._running:
            self._running.cancel()
        self._worker.shutdown(wait=False, cancel_futures=True)

    async def _run(self) -> None:
        while True:
            self._wanted.clear()
            try:
                await self._look_after()
            except Exception:
                # Whatever it is, it may be over the next time.
                logger.exception("upkeep waits", extra={"event": "upkeep"})
            with suppress(TimeoutError):
                await asyncio.wait_for(self._wanted.wait(), _SECONDS_BETWEEN)

    async def _look_after(self) -> None:
        loop = asyncio.get_running_loop()
        state = await loop.run_in_executor(self._worker, self._store.state)
        self._identity = self._identity or state.identity
        if self._client.is_ready() and self._client.learning:
            if self._identity != state.identity:
                # Nobody told the backup what happened in the channels since.
                for one in self._client.guilds:
                    await self._client.learning.connected(one)
                self._identity = state.identity
            there = [guild.id for guild in self._client.guilds]
            for guild in await loop.run_in_executor(self._worker, self._long_removed, there):
                await self._client.learning.forget_guild(guild)
                self._client.log_event("guild forgotten", guild)
        await loop.run_in_executor(self._worker, self._tidy)

    def _long_removed(self, there: list[int]) -> list[int]:
        """The guilds that removed the bot so long ago that they are to be forgotten."""
        guilds = Guilds(self._store)
        guilds.note_present(there)
        return guilds.removed(datetime.now(UTC) - timedelta(days=self._client.settings.forget_guild_after_days))

    def _tidy(self) -> None:
        """Take from the disk what was forgotten, and once a day what was removed otherwise."""
        if is_forgotten_on_disk(self._store):
            lately = self._erased_at is not None and time.monotonic() - self._erased_at < _SECONDS_BETWEEN_ERASURES
            if lately or is_removed_on_disk(self._store):
                empty_log(self._store)
                return
        # Should the bot have ended in the middle of it.
        Channels(self._store).forget_opted_out()
        self._client.knowledge.erase_index()
        if (folder := self._client.settings.cache_folder) and not self._client.settings.dense:
            # Of an earlier run.
            forget_vectors(folder)
        if erase(self._store):
            self._erased_at = time.monotonic()
