"""Learning from channels: their history, page by page, and from then on what is written, edited and deleted."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Callable, Collection
from typing import TYPE_CHECKING

import discord
from discord.abc import GuildChannel

from bot.discord.catching_up import CatchingUp
from bot.discord.history import Learnable, Written, learnable_message, title_of
from bot.discord.learning_progress import LearningProgress
from bot.discord.learnt_channels import LearntChannels
from bot.discord.readers import readable
from bot.discord.saving import place_of
from index.errors import DatabaseError, SourceGone
from index.store.gaps import Gaps
from index.store.store import CHANNEL, Store

if TYPE_CHECKING:
    from bot.discord.client import KotaeClient


class Learning:
    """Keeps what is stored of channels as it is in Discord.

    What happens in a channel waits for the page of its history that is being read, so that an older state never comes
    after a newer one. After each new connection the whole history is gone through again, the latest first: nobody tells
    a bot what was edited or deleted while it was away.
    """

    def __init__(self, client: KotaeClient, store: Store) -> None:
        self.store = store
        self._client = client
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._learnt = LearntChannels(store)
        self._catching_up = CatchingUp(client, self._learnt, self._locks)

    def close(self) -> None:
        """Stop; what is not learnt yet is learnt after the next start."""
        self._catching_up.close()
        self._learnt.close()

    # What an administrator asks for

    async def learn(self, channel: Learnable, progress: LearningProgress) -> None:
        """Begin to learn from a channel; raises a DatabaseError."""
        place = place_of(channel)
        source = await self._learnt.write(self.store.put_source, CHANNEL, place.learnt, place.audience)
        await self._learnt.add(source, channel)
        self._catching_up.follow(source, channel, progress)

    async def check(self, sources: Collection[int]) -> None:
        """Go through the history of these sources again."""
        for source, channel in await self._catching_up.channels():
            if source in sources:
                self._catching_up.follow(source, channel)

    async def forget(self, person: int) -> int:
        """Forget what somebody wrote, and learn from them no longer; how many messages that was."""
        await self._learnt.write(Gaps(self.store).forget_person, person)
        return await self._learnt.write(self._learnt.stored.opt_out, person)

    async def remember(self, person: int) -> None:
        """Learn from somebody again, also what they wrote before."""
        await self._learnt.write(self._learnt.stored.opt_in, person)
        for source, channel in await self._catching_up.channels():
            self._catching_up.follow(source, channel)

    # What Discord tells

    async def connected(self, guild: discord.Guild) -> None:
        """Find out what happened in a guild while nobody told."""
        await self._learnt.load()
        for source, channel in await self._catching_up.channels(guild):
            self._catching_up.follow(source, channel)
        await self._catching_up.check_saved(guild)

    async def written(self, message: discord.Message, answered: asyncio.Event) -> None:
        """Learn a new message, where its channel is learnt from, once it is answered: none is answered with itself."""
        if isinstance(message.channel, Written) and (learnt := learnable_message(message)):
            async with self._locks[message.channel.id]:
                await answered.wait()
                if channel := await self._learnt.of(message.channel):
                    await self._take_over(message.channel, self._learnt.stored.take, channel.number, [learnt])

    async def edited(self, message: discord.Message) -> None:
        """Learn a message as it is now, or forget it where it says nothing any more."""
        if not self._client.settings.message_content or not isinstance(message.channel, Written):
            return
        learnt = learnable_message(message)
        async with self._locks[message.channel.id]:
            channel = await self._learnt.of(message.channel)
            if learnt is None:
                await self._take_over(message.channel, self._learnt.stored.forget, [message.id])
                return
            await self._take_over(message.channel, self._learnt.stored.correct, learnt)
            if channel:
                await self._take_over(message.channel, self._learnt.stored.take, channel.number, [learnt])

    async def deleted(self, channel: int, ids: Collection[int]) -> None:
        """Forget messages."""
        async with self._locks[channel]:
            await self._take_over(self._client.get_channel(channel), self._learnt.stored.forget, ids)

    async def thread_deleted(self, thread: int) -> None:
        """Forget a thread."""
        await self._catching_up.forget_thread(thread)

    async def channel_deleted(self, channel: GuildChannel) -> None:
        """Forget a channel with its threads, and what was saved of it."""
        place = place_of(channel)
        for source, _, location in await self._learnt.write(self.store.locations):
            if location in (place.learnt, place.saved):
                await self._learnt.remove(source)

    async def changed(self, before: Learnable | discord.Thread, after: Learnable | discord.Thread) -> None:
        """Take over a new name; a channel that can be read again is gone through."""
        learnt = self._learnt.get(after.id)
        if learnt and title_of(before) != title_of(after):
            await self._learnt.add(learnt.source, after)
        if (
            learnt
            and isinstance(before, Learnable)
            and isinstance(after, Learnable)
            and readable(after)
            and not readable(before)
        ):
            self._catching_up.follow(learnt.source, after)

    async def _take_over(self, place: object, work: Callable[..., object], *arguments: object) -> None:
        """Take over what happened; where the database does not let us, the history is gone through once it does."""
        channel = place.parent if isinstance(place, discord.Thread) else place
        learnt = self._learnt.get(channel.id) if isinstance(channel, Learnable) else None
        try:
            await self._learnt.write(work, *arguments)
        except SourceGone:
            if learnt:
                self._learnt.forget_source(learnt.source)
        except DatabaseError as error:
            if learnt and isinstance(channel, Learnable):
                self._catching_up.log("learning waits", channel, error=type(error).__name__)
                self._catching_up.follow(learnt.source, channel)
