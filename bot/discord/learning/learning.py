"""Learning from channels: storing their history, and from then on each message that is sent, edited or deleted."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Collection, Coroutine, Iterable, Iterator
from contextlib import contextmanager, suppress
from typing import Any

import discord
from discord.abc import GuildChannel

from bot.discord.access.permissions import readable
from bot.discord.access.reach import memberships
from bot.discord.learning.backfill import Backfill
from bot.discord.learning.history import LearnableChannel, TextOrThread, learnable_message, title_of
from bot.discord.learning.learnt_channels import LearntChannels
from bot.discord.learning.progress import LearningProgress, progress_messages
from bot.discord.learning.source_channels import source_channel_of
from bot.discord.services import Services
from bot.wording.discord import learning as sentences
from index.errors import DatabaseError, SourceGone
from index.store.discord.guilds import Guilds
from index.store.store import CHANNEL, Store

# How long what the database did not take waits: messages that fail meanwhile are found in the same history.
_SECONDS_AFTER_FAILURE = 5.0
# In seconds: how long a message waits to be learnt until it is answered.
_LONGEST_ANSWER = 10.0

logger = logging.getLogger("kotae.discord")


class Learning:
    """Keeps what is stored of channels as it is in Discord.

    What happens in a channel waits for the page of its history that is being read, so that an older state never comes
    after a newer one. After each new connection the whole history is gone through again, the latest first: nobody tells
    a bot what was edited or deleted while it was away.
    """

    def __init__(self, services: Services, store: Store) -> None:
        self.store = store
        self._services = services
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._learnt = LearntChannels(store)
        self._backfill = Backfill(services, self._learnt, self._locks)
        self._later: dict[int, asyncio.Task[None]] = {}
        # Whether the bot can read the channels that something is stored of, by their guilds.
        self._readable: defaultdict[int, dict[int, bool]] = defaultdict(dict)
        self._unreadable = services.unreadable_channels
        self._tasks: set[asyncio.Task[None]] = set()

    def close(self) -> None:
        """Stop; what is not learnt yet is learnt after the next start."""
        for task in (*self._later.values(), *self._tasks):
            task.cancel()
        self._backfill.close()
        self._learnt.close()

    async def stop(self) -> None:
        """Stop, and change nothing more from the moment when this ends."""
        self.close()
        await self._learnt.stop()

    # Commands

    async def learn(self, channel: LearnableChannel, progress: LearningProgress) -> None:
        """Begin to learn from a channel; raises a DatabaseError."""
        learnt = source_channel_of(channel)
        source = await self._learnt.write(self.store.put_source, CHANNEL, learnt.learnt, learnt.audience)
        try:
            await self._learnt.add(source, channel)
        except SourceGone:
            # Somebody removed it at this very moment, or had the guild forgotten.
            await progress.finish(sentences.LEARNING_ENDED)
            return
        self.track(channel)
        self._backfill.start(source, channel, progress)
        progress.announce()

    def failing(self, guild: discord.Guild) -> list[LearnableChannel]:
        """The channels of a guild whose history cannot be read for the moment."""
        return self._backfill.failing(guild)

    def backlog(self) -> tuple[int, int]:
        """How many channels are being gone through or wait for it, and how many of them cannot be read for the moment."""
        return self._backfill.backlog()

    async def check(self, sources: Collection[int]) -> None:
        """Go through what is stored of these sources again."""
        for source, channel, kind in await self._backfill.channels():
            if source in sources:
                self._backfill.check(source, channel, kind)

    async def forget(self, person: int) -> int:
        """Forget what somebody wrote and asked, and learn from them no longer; how many messages that was."""
        return await self._learnt.write(self._learnt.stored.opt_out, person)

    async def forget_guild(self, guild: int) -> int:
        """Forget all of a guild; how many sources that was."""
        messages = await self._learnt.write(progress_messages, self.store, guild)
        sources = await self._learnt.write(Guilds(self.store).forget, guild)
        for source in sources:
            self._learnt.forget_source(source)
        known = self._services.client.get_guild(guild)
        for number, message in messages.items():
            channel = known.get_channel(number) if known else None
            if isinstance(channel, LearnableChannel):
                self._in_background(LearningProgress(self._services, self.store, channel).finish_forgotten(message))
        return len(sources)

    async def remember(self, person: int) -> None:
        """Learn from somebody again, also what they wrote before: now in the guilds that they are in."""
        if not await self._learnt.write(self._learnt.stored.opt_in, person):
            # Or whoever clicks again and again would have everything gone through from the beginning, for all.
            return
        audiences = {audience for _, _, audience in await self._learnt.sources()}
        members = await memberships(audiences, self._services.client.guilds, person)
        theirs = {member.guild.id for member in members}
        for source, channel, kind in await self._backfill.channels():
            if kind == CHANNEL and channel.guild.id in theirs:
                self._backfill.check(source, channel, kind)

    # Permissions

    def track(self, channel: GuildChannel) -> None:
        """Notice from now on when the bot can no longer read a channel: something of it is stored."""
        self._track_all(channel.guild, [channel])

    def _track_all(self, guild: discord.Guild, channels: Iterable[GuildChannel]) -> None:
        for channel in channels:
            self._readable[guild.id].setdefault(channel.id, True)
        self.permissions_changed(guild)

    def permissions_changed(self, guild: discord.Guild) -> None:
        """Find out which channels the bot can no longer read, and which it can read again.

        Nobody tells it what happens where it cannot read. So from then on nothing of such a channel is quoted, until the
        bot can read it again and has gone through it.
        """
        there = self._services.client.get_guild(guild.id) is guild and not guild.unavailable
        for number, could in self._readable[guild.id].items():
            channel = guild.get_channel(number)
            can = there and channel is not None and readable(channel)
            self._readable[guild.id][number] = can
            if could and not can:
                self._unreadable.add(number)
                self._backfill.stop(number)
                self._in_background(self._withhold(guild, number))
            elif can and not could:
                self._in_background(self._check_channel(guild, number))

    async def thread_reappeared(self, thread: discord.Thread) -> None:
        """Find out what is still there of a thread that was out of sight."""
        if thread.parent_id in self._readable[thread.guild.id]:
            with self._retry_later(thread.guild):
                await self._backfill.check_thread(thread)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _withhold(self, guild: discord.Guild, channel: int) -> None:
        with self._retry_later(guild):
            await self._learnt.write(self._learnt.stored.withhold, guild.id, channel)
            self._unreadable.discard(channel)

    async def _check_channel(self, guild: discord.Guild, number: int) -> None:
        with self._retry_later(guild):
            for source, channel, kind in await self._backfill.channels(guild):
                if channel.id == number:
                    self._backfill.check(source, channel, kind)

    # Events

    async def guild_connected(self, guild: discord.Guild) -> None:
        """Find out what happened in a guild while nobody told."""
        with self._retry_later(guild):
            await self._learnt.load()
            found = await self._backfill.channels(guild)
            self._track_all(guild, (channel for _, channel, _ in found))
            for number in self._unreadable & self._readable[guild.id].keys():
                await self._withhold(guild, number)
            for source, channel, kind in found:
                self._backfill.check(source, channel, kind)
            await self._backfill.forget_gone(guild)
            await self._backfill.end_progress(guild)

    def guild_lost(self, guild: int) -> None:
        """Leave a guild to another process."""
        for channel in self._readable.pop(guild, {}):
            self._backfill.stop(channel)
        if later := self._later.pop(guild, None):
            later.cancel()

    async def message_sent(self, message: discord.Message, answered: asyncio.Event) -> None:
        """Learn a new message, where its channel is learnt from, once it is answered: none is answered with itself."""
        if isinstance(message.channel, TextOrThread) and (learnt := learnable_message(message)):
            async with self._locks[message.channel.id]:
                with suppress(TimeoutError):
                    # An answer that Discord does not take must not keep the channel from being learnt.
                    await asyncio.wait_for(answered.wait(), _LONGEST_ANSWER)
                if self._may_write(message):
                    with self._retry_later(message.guild):
                        await self._learnt.take(message.channel, learnt)

    async def message_edited(self, message: discord.Message) -> None:
        """Learn a message as it is now, or forget it where it says nothing any more."""
        if message.guild is None:
            return
        in_full = self._services.settings.message_content
        async with self._locks[message.channel.id]:
            if not self._may_write(message):
                return
            with self._retry_later(message.guild):
                await self._learnt.correct(message, in_full)
                if in_full and isinstance(message.channel, TextOrThread) and (learnt := learnable_message(message)):
                    await self._learnt.take(message.channel, learnt)

    def _may_write(self, message: discord.Message) -> bool:
        """Whether a message that waited is still to be written: whoever acts now may know that it is deleted."""
        return message.guild is not None and self._services.ownership.holds(message.guild.id)

    async def messages_deleted(self, guild: int | None, channel: int, messages: Collection[int]) -> None:
        """Forget messages."""
        async with self._locks[channel]:
            with self._retry_later(self._services.client.get_guild(guild or 0)):
                await self._learnt.write(self._learnt.stored.forget, messages)

    async def thread_deleted(self, guild: int, thread: int) -> None:
        """Forget a thread."""
        with self._retry_later(self._services.client.get_guild(guild)):
            await self._backfill.forget_thread(thread)

    async def channel_deleted(self, channel: GuildChannel) -> None:
        """Forget a channel with its threads, and what was saved of it."""
        source = source_channel_of(channel)
        with self._retry_later(channel.guild):
            for number, _, location in await self._learnt.write(self.store.locations):
                if location in (source.learnt, source.saved):
                    await self._learnt.remove(number)

    async def renamed(
        self, before: LearnableChannel | discord.Thread, after: LearnableChannel | discord.Thread
    ) -> None:
        """Take over a new name."""
        with self._retry_later(after.guild):
            if title_of(before) != title_of(after):
                await self._learnt.rename(after)

    @contextmanager
    def _retry_later(self, guild: discord.Guild | None) -> Iterator[None]:
        """Where the database does not let us do something, find out later what happened in the guild."""
        try:
            yield
        except DatabaseError as error:
            logger.warning("learning waits", extra={"event": "learning", "error": type(error).__name__})
            if guild and guild.id not in self._later:
                self._later[guild.id] = asyncio.create_task(self._reconnect(guild))

    async def _reconnect(self, guild: discord.Guild) -> None:
        await asyncio.sleep(_SECONDS_AFTER_FAILURE)
        self._later.pop(guild.id, None)
        await self.guild_connected(guild)
