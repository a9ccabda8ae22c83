"""Requests to Discord beside its answers: paced, never cut off, and not waited for where others wait."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

import aiohttp
import discord

_SECONDS_BETWEEN_REQUESTS = 0.04
# discord.py repeats what fails for half a minute, and waits for as long as Discord says of its rate limits.
PATIENCE = 5.0
# What keeps Discord's answer away for the moment.
NO_ANSWER = (discord.DiscordException, aiohttp.ClientError, OSError)

Result = TypeVar("Result")

_under_way: set[asyncio.Task[Any]] = set()


class Stalled(TimeoutError):
    """A request takes long; it goes on."""

    def __init__(self, request: asyncio.Task[Any]) -> None:
        super().__init__()
        self.request = request


class Pace:
    """Lets requests pass one after the other, with a little time between them.

    Discord takes 50 requests a second of a bot (topics/rate-limits, "Global Rate Limit"), and answers come first.
    """

    def __init__(self) -> None:
        self._next = 0.0

    async def wait(self) -> None:
        """Wait for one's turn."""
        now = time.monotonic()
        self._next = max(now, self._next + _SECONDS_BETWEEN_REQUESTS)
        await asyncio.sleep(self._next - now)


def unhurried(work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
    """Some work as a task that goes on to its end, though nobody may be left who waits for it.

    discord.py lets no request pass any more where one is cancelled while it waits for Discord's global rate limit.
    """
    working = asyncio.create_task(work)
    _under_way.add(working)
    working.add_done_callback(_ended)
    return working


def _ended(work: asyncio.Task[Any]) -> None:
    _under_way.discard(work)
    if not work.cancelled():
        # So that nobody is told of it who does not ask.
        work.exception()


async def uncut(request: Coroutine[Any, Any, Result]) -> Result:
    """What a request gives, which goes on where whoever waits for it is cancelled; raises what the request raises."""
    return await asyncio.shield(unhurried(request))


async def promptly(request: Coroutine[Any, Any, Result], seconds: float = PATIENCE) -> Result:
    """What a request gives; raises Stalled where that takes longer, and what the request raises."""
    asking = unhurried(request)
    done, _ = await asyncio.wait({asking}, timeout=seconds)
    if not done:
        raise Stalled(asking)
    return asking.result()
