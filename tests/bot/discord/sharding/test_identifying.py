"""Turns to identify, within one process."""

from __future__ import annotations

import asyncio
import time

from bot.discord.sharding.identifying import Turns
from index.store.store import Store
from tests.loopback_discord.scenario import asynchronous


def test_a_shard_whose_connection_was_given_up_while_it_waited_keeps_its_turn(store: Store) -> None:
    """Or of many shards that lost their sessions at once the last would put their turns off for ever."""

    @asynchronous
    async def play() -> None:
        turns = Turns(store, {"max_concurrency": 1})
        await turns.before_identifying(0)
        begin = time.monotonic()
        for _ in range(3):
            given_up = asyncio.create_task(turns.before_identifying(1))
            await asyncio.wait({given_up}, timeout=0.3)
            given_up.cancel()
        await turns.before_identifying(1)
        assert time.monotonic() - begin < 8

    play()
