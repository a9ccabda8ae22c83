"""Threads that guilds take turns at: however much is to be done for one, another need not wait for all of it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextvars import ContextVar
from typing import Any, TypeVar
from weakref import WeakValueDictionary

import discord

Result = TypeVar("Result")

# For whom something is done: a guild, or whoever talks to the bot alone; 0 for the bot itself.
_whose: ContextVar[int] = ContextVar("whose", default=0)


def take_turn_for(asker: discord.Interaction[Any] | discord.Message) -> None:
    """Do what this task still does in the turn of whoever asks."""
    person = asker.user if isinstance(asker, discord.Interaction) else asker.author
    _whose.set(asker.guild.id if asker.guild else person.id)


class Turns:
    """Does work in so many threads, the oldest first, but never more than so much at once of a guild."""

    def __init__(self, threads: int, of_a_guild: int) -> None:
        self._threads = ThreadPoolExecutor(threads, thread_name_prefix="retrieval")
        self._of_a_guild = of_a_guild
        self._of: WeakValueDictionary[int, asyncio.Semaphore] = WeakValueDictionary()

    def close(self) -> None:
        """Begin nothing more."""
        self._threads.shutdown(wait=False, cancel_futures=True)

    async def run(self, work: Callable[[], Result]) -> Result:
        """The result of some work, when it is the turn of those whom it is for."""
        async with self._of.setdefault(_whose.get(), asyncio.Semaphore(self._of_a_guild)):
            return await asyncio.get_running_loop().run_in_executor(self._threads, work)
