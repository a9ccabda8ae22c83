"""The channels that are learnt from, as the database and Discord know them."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

import discord

from bot.discord.knowledge.saving import Place
from bot.discord.learning.history import Learnable, Written, edited, is_learnable_thread, learnable_message, title_of
from index.audience import Audience
from index.errors import SourceGone
from index.store.discord.channels import Channels
from index.store.discord.message_rows import SAVED, Channel, Message
from index.store.store import CHANNEL, Store

Result = TypeVar("Result")


class LearntChannels:
    """What is stored of channels, changed by one thread: others would only wait for the database."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.stored = Channels(store)
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="learning")
        self._learnt: dict[int, Channel] = {}
        self._loaded = asyncio.Event()
        self._closed = False

    def close(self) -> None:
        """Change nothing more."""
        self._closed = True
        self._worker.shutdown(wait=False, cancel_futures=True)

    async def write(self, work: Callable[..., Result], *arguments: object) -> Result:
        """The result of some work in the database, done beside the event loop."""
        if self._closed:
            # Events that came last; what they tell is found out after the next start.
            raise asyncio.CancelledError
        return await asyncio.get_running_loop().run_in_executor(self._worker, lambda: work(*arguments))

    async def load(self) -> None:
        """Read which channels are learnt from."""
        found = await self.write(self.stored.all, None, CHANNEL)
        self._learnt = {one.channel: one for one in found}
        self._loaded.set()

    def get(self, place: int) -> Channel | None:
        """What is stored of a channel or a thread that is learnt from."""
        return self._learnt.get(place)

    def drop(self, place: int) -> Channel | None:
        """Forget that a channel or a thread is learnt from, and give what is stored of it."""
        return self._learnt.pop(place, None)

    async def of(self, place: Written) -> Channel | None:
        """The stored channel of a place that is learnt from; a public thread is, where its channel is."""
        await self._loaded.wait()
        known = self._learnt.get(place.id)
        if known or not isinstance(place, discord.Thread) or not is_learnable_thread(place):
            return known
        parent = self._learnt.get(place.parent_id)
        if parent is None:
            return None
        try:
            return await self.add(parent.source, place)
        except SourceGone:
            self.forget_source(parent.source)
            return None

    async def take(self, place: Written, message: Message) -> None:
        """Take over a message, where its place is learnt from."""
        if channel := await self.of(place):
            try:
                await self.write(self.stored.take, channel.number, [message])
            except SourceGone:
                self.forget_source(channel.source)

    async def correct(self, message: discord.Message, in_full: bool) -> None:
        """Take over what a message says now, wherever it is stored; it goes where it says nothing any more.

        Without the message-content intent we are not told what it says: then it goes once it was edited.
        """
        if learnt := learnable_message(message):
            await self.write(self.stored.correct, learnt)
        elif in_full or message.content:
            await self.write(self.stored.forget, [message.id])
        else:
            await self.write(self.stored.forget_edited, message.id, edited(message))

    async def rename(self, place: Learnable | discord.Thread) -> None:
        """Take over the name of a place that is learnt from."""
        if channel := self.get(place.id):
            try:
                await self.add(channel.source, place)
            except SourceGone:
                self.forget_source(channel.source)

    async def add(self, source: int, place: Learnable | discord.Thread) -> Channel:
        """Learn from a channel or a thread, under its present name; raises SourceGone."""
        of = place.parent_id if isinstance(place, discord.Thread) else place.id
        location = Place(place.guild.id, place.guild.name, of, "").learnt
        added = await self.write(self.stored.add, source, place.id, title_of(place), place.guild.name, location)
        self._learnt[place.id] = added
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
        self._learnt = {place: one for place, one in self._learnt.items() if one.source != source}
