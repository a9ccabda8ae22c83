"""The channels and threads that are learnt from: kept in the store, and in memory by their ids."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import TypeVar

import discord

from bot.discord.learning.history import (
    LearnableChannel,
    TextOrThread,
    edited,
    is_learnable_thread,
    learnable_message,
    title_of,
)
from bot.discord.learning.source_channels import SourceChannel
from index.audience import Audience
from index.errors import DatabaseError, SourceGone
from index.store.discord.channels import Channels
from index.store.discord.message_rows import SAVED, Channel, Message
from index.store.store import CHANNEL, Store

Result = TypeVar("Result")

# After how many seconds what is in memory is read again, as another process may have begun to learn from a channel.
_KEPT = 1.0


class LearntChannels:
    """What is stored of channels, written by one thread: others would only wait for the database."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.stored = Channels(store)
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="learning")
        self._learnt: dict[int, Channel] = {}
        self._loaded = asyncio.Event()
        self._read_at = 0.0
        self._closed = False

    def close(self) -> None:
        """Change nothing more."""
        self._closed = True
        self._worker.shutdown(wait=False, cancel_futures=True)

    async def stop(self) -> None:
        """Change nothing more, once what is being changed is."""
        self._closed = True
        await asyncio.to_thread(self._worker.shutdown, cancel_futures=True)

    async def write(self, work: Callable[..., Result], *arguments: object) -> Result:
        """The result of some work in the database, done beside the event loop."""
        if self._closed:
            # Events that came last; what they tell is found out after the next start.
            raise asyncio.CancelledError
        return await asyncio.get_running_loop().run_in_executor(self._worker, lambda: work(*arguments))

    async def load(self) -> None:
        """Read which channels are learnt from."""
        self._read_at = time.monotonic()
        found = await self.write(self.stored.all, None, CHANNEL)
        self._learnt = {one.channel: one for one in found}
        self._loaded.set()

    def get(self, channel: int) -> Channel | None:
        """What is stored of a channel or a thread that is learnt from."""
        return self._learnt.get(channel)

    def drop(self, channel: int) -> Channel | None:
        """Forget that a channel or a thread is learnt from, and give what is stored of it."""
        return self._learnt.pop(channel, None)

    async def find(self, channel: TextOrThread) -> Channel | None:
        """What is stored of a channel or a thread that is learnt from; a public thread is, where its channel is."""
        await self._loaded.wait()
        if time.monotonic() - self._read_at > _KEPT:
            # Where it cannot be read, neither can anything be learnt.
            with suppress(DatabaseError):
                await self.load()
        known = self._learnt.get(channel.id)
        if known or not isinstance(channel, discord.Thread) or not is_learnable_thread(channel):
            return known
        parent = self._learnt.get(channel.parent_id)
        if parent is None:
            return None
        try:
            return await self.add(parent.source, channel)
        except SourceGone:
            self.forget_source(parent.source)
            return None

    async def take(self, channel: TextOrThread, message: Message) -> None:
        """Store a message, where its channel is learnt from."""
        if learnt := await self.find(channel):
            try:
                await self.write(self.stored.take, learnt.number, [message])
            except SourceGone:
                self.forget_source(learnt.source)

    async def correct(self, message: discord.Message, in_full: bool) -> None:
        """Store what a message says now, wherever it is stored; it goes where it says nothing any more.

        Without the message-content intent we are not told what it says: then it goes once it was edited.
        """
        if learnt := learnable_message(message):
            await self.write(self.stored.correct, learnt)
        elif in_full or message.content:
            await self.write(self.stored.forget, [message.id])
        else:
            await self.write(self.stored.forget_edited, message.id, edited(message))

    async def rename(self, channel: LearnableChannel | discord.Thread) -> None:
        """Store the new name of a channel or a thread that is learnt from."""
        if learnt := self.get(channel.id):
            try:
                await self.add(learnt.source, channel)
            except SourceGone:
                self.forget_source(learnt.source)

    async def add(self, source: int, channel: LearnableChannel | discord.Thread) -> Channel:
        """Learn from a channel or a thread, under its present name; raises SourceGone."""
        parent = channel.parent_id if isinstance(channel, discord.Thread) else channel.id
        location = SourceChannel(channel.guild.id, channel.guild.name, parent, "").learnt
        added = await self.write(self.stored.add, source, channel.id, title_of(channel), channel.guild.name, location)
        self._learnt[channel.id] = added
        return added

    async def sources(self) -> list[tuple[int, str, Audience]]:
        """The sources that are made of messages, with their kind and their readers."""
        audiences = await self.write(self.store.audiences)
        locations = await self.write(self.store.locations)
        return [
            (number, kind, audiences[number])
            for number, kind, _ in locations
            if kind in (CHANNEL, SAVED) and number in audiences
        ]

    async def remove(self, source: int) -> None:
        """Remove a source with all that was learnt."""
        self.forget_source(source)
        await self.write(self.store.remove_source, source)

    def forget_source(self, source: int) -> None:
        """Learn into a source no longer that is gone."""
        self._learnt = {channel: one for channel, one in self._learnt.items() if one.source != source}
