"""Worker threads that guilds share fairly: work beyond a guild's share waits, and keeps no other guild waiting."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import discord

Result = TypeVar("Result")

# On whose behalf a task works: a guild's, or a person's in direct messages; 0 for the bot itself.
_requester: ContextVar[int] = ContextVar("requester", default=0)


def set_requester(request: discord.Interaction[Any] | discord.Message) -> None:
    """Count what the current task does from now on towards the guild, or the person, that a request comes from."""
    person = request.user if isinstance(request, discord.Interaction) else request.author
    _requester.set(request.guild.id if request.guild else person.id)


class GuildWorkers:
    """A pool of worker threads, of which a guild uses no more than its share at once."""

    def __init__(self, threads: int, share: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="retrieval")
        self._share = share
        self._used: WeakValueDictionary[int, asyncio.Semaphore] = WeakValueDictionary()

    def close(self) -> None:
        """Begin nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def run(self, work: Callable[[], Result]) -> Result:
        """The result of some work, done in a thread once the requester's share allows it."""
        async with self._used.setdefault(_requester.get(), asyncio.Semaphore(self._share)):
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
