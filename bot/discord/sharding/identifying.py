"""Taking turns to identify with the gateway: Discord allows so many at once, whatever process they come from."""

from __future__ import annotations

import asyncio
import logging
import time
from typing import Any

from index.errors import DatabaseError, KotaeError
from index.store.leases import Leases, this_process
from index.store.store import Store

# Discord counts identifications in 5 s (topics/gateway, "Rate Limiting"), by its own clock.
_SECONDS_BETWEEN = 5.2
# How long it may take to connect, before a shard's turn has come. A connection that waits longer looks dead.
_CONNECTING = 3.0

logger = logging.getLogger("kotae.discord")


class DiscordSessionsUsedUp(KotaeError):
    """The bot may not identify as often as it has to, until in so many `minutes`; `left` is how often it may."""


class Turns:
    """The turns of a process; `limits` are the session start limits that the gateway told."""

    def __init__(self, store: Store, limits: dict[str, Any]) -> None:
        self._leases = Leases(store, this_process())
        self._at_once = max(1, limits["max_concurrency"])
        # When shards that have a turn may identify.
        self._turns: dict[int, float] = {}

    async def before_connecting(self, shard: int) -> None:
        """Get a shard a turn, and wait until it is time to connect for it."""
        self._turns[shard] = await self._next(shard)
        await asyncio.sleep(self._turns[shard] - _CONNECTING - time.monotonic())

    async def before_identifying(self, shard: int) -> None:
        """Wait for the turn of a shard: another one where it had its turn.

        It is kept where discord.py gives up waiting and connects anew: of many shards the last would never identify.
        """
        if self._turns.get(shard, 0.0) < time.monotonic() - _SECONDS_BETWEEN:
            self._turns[shard] = await self._next(shard)
        await asyncio.sleep(self._turns[shard] - time.monotonic())
        self._turns.pop(shard, None)

    async def _next(self, shard: int) -> float:
        try:
            wait = await asyncio.to_thread(self._leases.reserve, f"identify {shard % self._at_once}", _SECONDS_BETWEEN)
        except DatabaseError as error:
            logger.warning("identifying alone", extra={"event": "leases", "error": type(error).__name__})
            wait = _SECONDS_BETWEEN
        return time.monotonic() + wait


def check_limits(limits: dict[str, Any], shards: int) -> None:
    """Raise DiscordSessionsUsedUp where fewer identifications are left than there are shards to identify."""
    if limits["remaining"] < shards:
        minutes = -(-limits["reset_after"] // 60_000)
        raise DiscordSessionsUsedUp(left=limits["remaining"], minutes=minutes)
