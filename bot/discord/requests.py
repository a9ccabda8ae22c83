"""Requests that the bot makes in the background: paced, never cancelled, and not waited for without end."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Coroutine
from typing import Any, TypeVar

import aiohttp
import discord

_SECONDS_BETWEEN_REQUESTS = 0.04
# discord.py repeats what fails for half a minute, and waits for as long as Discord says of its rate limits.
TIMEOUT = 5.0
# How a request fails.
REQUEST_ERRORS = (discord.DiscordException, aiohttp.ClientError, OSError)

Result = TypeVar("Result")

_background: set[asyncio.Task[Any]] = set()


class Stalled(TimeoutError):
    """A request takes long; it goes on."""

    def __init__(self, request: asyncio.Task[Any]) -> None:
        super().__init__()
        self.request = request


class Pace:
    """Lets requests pass one after the other, with a little time between them.

    Discord takes 50 requests a second of a bot (topics/rate-limits, "Global Rate Limit"), and answers come first.
    """

    def __init__(self, seconds: float = _SECONDS_BETWEEN_REQUESTS) -> None:
        self._seconds = seconds
        self._next = 0.0

    async def wait(self) -> None:
        """Wait for one's turn."""
        now = time.monotonic()
        self._next = max(now, self._next + self._seconds)
        await asyncio.sleep(self._next - now)


def in_background(work: Coroutine[Any, Any, Result]) -> asyncio.Task[Result]:
    """Some work as a task that goes on to its end, also when whoever waits for it is cancelled.

    discord.py lets no request pass any more where one is cancelled while it waits for Discord's global rate limit.
    """
    working = asyncio.create_task(work)
    _background.add(working)
    working.add_done_callback(_on_end)
    return working


def _on_end(work: asyncio.Task[Any]) -> None:
    _background.discard(work)
    if not work.cancelled():
        # So that nobody is told of it who does not ask.
        work.exception()


async def uncancelled(request: Coroutine[Any, Any, Result]) -> Result:
    """The result of a request, which goes on where whoever waits for it is cancelled; raises what it raises."""
    return await asyncio.shield(in_background(request))


async def with_timeout(request: Coroutine[Any, Any, Result], seconds: float = TIMEOUT) -> Result:
    """The result of a request, which goes on where it takes longer, and Stalled is raised; raises what it raises."""
    asking = in_background(request)
    done, _ = await asyncio.wait({asking}, timeout=seconds)
    if not done:
        raise Stalled(asking)
    return asking.result()
