"""Learning from channels: their history, page by page, and from then on what is written, edited and deleted."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING, Literal, NamedTuple, TypeVar

import discord
from discord.abc import GuildChannel
from discord.backoff import ExponentialBackoff

from bot.discord.history import (
    PAGE,
    Learnable,
    Pace,
    Written,
    is_learnable_thread,
    learnable_message,
    page_before,
    threads_of,
    title_of,
)
from bot.discord.learning_progress import LearningProgress
from bot.discord.readers import readable
from bot.discord.saving import place_of
from index.audience import Audience
from index.errors import DatabaseError, SourceGone
from index.store.channels import Channels
from index.store.gaps import Gaps
from index.store.message_rows import LATEST, SAVED, Channel
from index.store.store import CHANNEL, Store

if TYPE_CHECKING:
    from bot.discord.client import KotaeClient

# Discord's code for a channel or a thread that is no longer there.
_UNKNOWN_CHANNEL = 10003
# More would only wait for each other: Discord counts the requests of all together.
_AT_ONCE = 2

Result = TypeVar("Result")
logger = logging.getLogger("kotae.discord")


class _Following(NamedTuple):
    """What goes through a source's history, and shows how far it is."""

    task: asyncio.Task[None]
    progress: LearningProgress


class Learning:
    """Keeps what is stored of channels as it is in Discord.

    What happens in a channel waits for the page of its history that is being read, so that an older state never comes
    after a newer one. After each new connection the whole history is gone through again, the latest first: nobody tells
    a bot what was edited or deleted while it was away.
    """

    def __init__(self, client: KotaeClient, store: Store) -> None:
        self.store = store
        self._client = client
        self._channels = Channels(store)
        # One writer: others would only wait for the database.
        self._worker = ThreadPoolExecutor(1, thread_name_prefix="learning")
        self._learnt: dict[int, Channel] = {}
        self._loaded = asyncio.Event()
        self._locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._following: dict[int, _Following] = {}
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._pace = Pace()
        self._closed = False

    def close(self) -> None:
        """Stop; what is not learnt yet is learnt after the next start."""
        self._closed = True
        for following in self._following.values():
            following.task.cancel()
        self._worker.shutdown(wait=False, cancel_futures=True)

    # What an administrator asks for

    async def learn(self, channel: Learnable, progress: LearningProgress) -> None:
        """Begin to learn from a channel; raises a DatabaseError."""
        place = place_of(channel)
        source = await self._write(self.store.put_source, CHANNEL, place.learnt, place.audience)
        await self._add(source, channel)
        self._follow(source, channel, progress)

    async def check(self, sources: Collection[int]) -> None:
        """Go through the history of these sources again."""
        for source, channel in await self._channels_learnt():
            if source in sources:
                self._follow(source, channel)

    async def forget(self, person: int) -> int:
        """Forget what somebody wrote, and learn from them no longer; how many messages that was."""
        await self._write(Gaps(self.store).forget_person, person)
        return await self._write(self._channels.opt_out, person)

    async def remember(self, person: int) -> None:
        """Learn from somebody again, also what they wrote before."""
        await self._write(self._channels.opt_in, person)
        for source, channel in await self._channels_learnt():
            self._follow(source, channel)

    # What Discord tells

    async def connected(self, guild: discord.Guild) -> None:
        """Find out what happened in a guild while nobody told."""
        await self._load()
        for source, channel in await self._channels_learnt(guild):
            self._follow(source, channel)
        await self._check_saved(guild)

    async def written(self, message: discord.Message, answered: asyncio.Event) -> None:
        """Learn a new message, where its channel is learnt from, once it is answered: none is answered with itself."""
        if isinstance(message.channel, Written) and (learnt := learnable_message(message)):
            async with self._locks[message.channel.id]:
                await answered.wait()
                if channel := await self._channel_of(message.channel):
                    await self._take_over(message.channel, self._channels.take, channel.number, [learnt])

    async def edited(self, message: discord.Message) -> None:
        """Learn a message as it is now, or forget it where it says nothing any more."""
        if not self._client.settings.message_content or not isinstance(message.channel, Written):
            return
        learnt = learnable_message(message)
        async with self._locks[message.channel.id]:
            channel = await self._channel_of(message.channel)
            if learnt is None:
                await self._take_over(message.channel, self._channels.forget, [message.id])
                return
            await self._take_over(message.channel, self._channels.correct, learnt)
            if channel:
                await self._take_over(message.channel, self._channels.take, channel.number, [learnt])

    async def deleted(self, channel: int, ids: Collection[int]) -> None:
        """Forget messages."""
        async with self._locks[channel]:
            await self._take_over(self._client.get_channel(channel), self._channels.forget, ids)

    async def thread_deleted(self, thread: int) -> None:
        """Forget a thread."""
        async with self._locks[thread]:
            learnt = self._learnt.pop(thread, None)
            if learnt:
                await self._write(self._channels.remove, learnt.number)

    async def channel_deleted(self, channel: GuildChannel) -> None:
        """Forget a channel with its threads, and what was saved of it."""
        place = place_of(channel)
        for source, _, location in await self._write(self.store.locations):
            if location in (place.learnt, place.saved):
                await self._remove(source)

    async def changed(self, before: Learnable | discord.Thread, after: Learnable | discord.Thread) -> None:
        """Take over a new name; a channel that can be read again is gone through."""
        learnt = self._learnt.get(after.id)
        if learnt and title_of(before) != title_of(after):
            await self._add(learnt.source, after)
        if (
            learnt
            and isinstance(before, Learnable)
            and isinstance(after, Learnable)
            and readable(after)
            and not readable(before)
        ):
            self._follow(learnt.source, after)

    # How it is done

    def _follow(self, source: int, channel: Learnable, progress: LearningProgress | None = None) -> None:
        """Go through a source's history beside everything else, from the beginning if that was under way."""
        if before := self._following.pop(source, None):
            before.task.cancel()
            progress = progress or before.progress
        shown = progress or LearningProgress(self._client, self.store, channel)
        task = asyncio.create_task(self._followed(source, channel, shown))
        following = self._following[source] = _Following(task, shown)

        def forget(_: asyncio.Task[None]) -> None:
            if self._following.get(source) is following:
                del self._following[source]

        task.add_done_callback(forget)

    async def _followed(self, source: int, channel: Learnable, progress: LearningProgress) -> None:
        waits = ExponentialBackoff[Literal[False]]()
        while True:
            try:
                async with self._at_once:
                    await self._go_through(source, channel, progress)
                return
            except SourceGone:
                self._forget_source(source)
                return
            except discord.Forbidden:
                self._log("not readable", channel)
                return
            except (discord.HTTPException, DatabaseError, OSError) as error:
                if isinstance(error, discord.HTTPException) and error.code == _UNKNOWN_CHANNEL:
                    await self._remove(source)
                    return
                self._log("learning waits", channel, error=type(error).__name__)
                await asyncio.sleep(waits.delay())

    async def _go_through(self, source: int, channel: Learnable, progress: LearningProgress) -> None:
        """Learn what is missing, then see what changed of what was there."""
        if not readable(channel) or not self._client.settings.message_content:
            self._log("not readable", channel)
            return
        places: list[Written] = [channel] if isinstance(channel, discord.TextChannel) else []
        places += [thread async for thread in threads_of(channel)]
        stored = {one.channel for one in await self._write(self._channels.all, source)}
        for missing in stored - {place.id for place in places} - {channel.id}:
            await self._forget_if_gone(channel.guild, missing)
        learnt_to = {place: (await self._add(source, place)).learnt_to for place in places}
        unlearnt = [place for place in places if learnt_to[place]]
        # What is learnt from the latest message on while we are told of all that happens need not be looked at again.
        before = [place for place in places if learnt_to[place] != LATEST]
        for again, some in ((False, unlearnt), (True, before)):
            for place in some:
                try:
                    await self._go_back(place, progress, again)
                except discord.NotFound:
                    if place == channel:
                        raise
                    await self.thread_deleted(place.id)
        if isinstance(channel, discord.ForumChannel):
            # It has no messages of its own.
            await self._write(self._channels.take, (await self._add(source, channel)).number, (), None, None, 0)
        await progress.done(await self._write(self._channels.count, source))

    async def _go_back(self, place: Written, progress: LearningProgress, again: bool) -> None:
        """Go back through a history: from where it was left, or again from the latest message."""
        known = self._learnt.get(place.id)
        before = LATEST if again or known is None else known.learnt_to
        while before:
            async with self._locks[place.id]:
                learnt = self._learnt.get(place.id)
                if learnt is None:
                    return
                await self._pace.wait()
                page = await page_before(place, before)
                since = page[-1].id if len(page) == PAGE else 0
                messages = [message for one in page if (message := learnable_message(one))]
                await self._write(self._channels.take, learnt.number, messages, since, before, since)
            before = since
            await progress.show(partial(self._write, self._channels.count, learnt.source))

    async def _channel_of(self, place: Written) -> Channel | None:
        """The stored channel of a place that is learnt from; a public thread is, where its channel is."""
        await self._loaded.wait()
        if place.id not in self._learnt and isinstance(place, discord.Thread) and is_learnable_thread(place):
            parent = self._learnt.get(place.parent_id)
            if parent:
                return await self._add(parent.source, place)
        return self._learnt.get(place.id)

    async def _add(self, source: int, place: Learnable | discord.Thread) -> Channel:
        added = await self._write(self._channels.add, source, place.id, title_of(place), place.guild.name)
        self._learnt[place.id] = added
        return added

    async def _take_over(self, place: object, work: Callable[..., object], *arguments: object) -> None:
        """Take over what happened; where the database does not let us, the history is gone through once it does."""
        channel = place.parent if isinstance(place, discord.Thread) else place
        learnt = self._learnt.get(channel.id) if isinstance(channel, Learnable) else None
        try:
            await self._write(work, *arguments)
        except SourceGone:
            if learnt:
                self._forget_source(learnt.source)
        except DatabaseError as error:
            if learnt and isinstance(channel, Learnable):
                self._log("learning waits", channel, error=type(error).__name__)
                self._follow(learnt.source, channel)

    async def _load(self) -> None:
        kinds = {number: kind for number, kind, _ in await self._write(self.store.locations)}
        found = await self._write(self._channels.all)
        self._learnt = {one.channel: one for one in found if kinds[one.source] == CHANNEL}
        self._loaded.set()

    async def _channels_learnt(self, guild: discord.Guild | None = None) -> list[tuple[int, Learnable]]:
        """Each source that is learnt from a channel, with the channel; a channel that is gone takes its source along."""
        found: list[tuple[int, Learnable]] = []
        for source, kind, audience in await self._sources():
            of = self._client.get_guild(audience.guild)
            if of is None or of.unavailable or guild not in (None, of):
                continue
            channel = of.get_channel(audience.channel)
            if channel is None:
                await self._remove_if_gone(of, source, audience.channel)
            elif kind == CHANNEL and isinstance(channel, Learnable):
                found.append((source, channel))
        return found

    async def _sources(self) -> list[tuple[int, str, Audience]]:
        """The sources that are made of messages, with their kind and their readers."""
        audiences = await self._write(self.store.audiences)
        locations = await self._write(self.store.locations)
        return [
            (number, kind, audiences[number])
            for number, kind, _ in locations
            if kind in (CHANNEL, SAVED) and number in audiences
        ]

    async def _remove_if_gone(self, guild: discord.Guild, source: int, channel: int) -> None:
        if await self._is_gone(guild, channel):
            await self._remove(source)

    async def _forget_if_gone(self, guild: discord.Guild, thread: int) -> None:
        if await self._is_gone(guild, thread):
            await self.thread_deleted(thread)

    async def _is_gone(self, guild: discord.Guild, channel: int) -> bool:
        """Whether Discord itself says so: what it told before may have been of another moment."""
        await self._pace.wait()
        try:
            await guild.fetch_channel(channel)
        except discord.HTTPException as error:
            return error.code == _UNKNOWN_CHANNEL
        except discord.InvalidData:
            return False
        return False

    async def _check_saved(self, guild: discord.Guild) -> None:
        """See whether messages that were saved are still there, and what they say."""
        for source, kind, audience in await self._sources():
            if kind != SAVED or audience.guild != guild.id:
                continue
            for channel in await self._write(self._channels.all, source):
                for message in await self._write(self._channels.messages, channel.number):
                    if message.url:
                        await self._check_message(guild, int(message.url.split("/")[-2]), message.id)

    async def _check_message(self, guild: discord.Guild, channel: int, message: int) -> None:
        await self._pace.wait()
        try:
            found = await self._client.get_partial_messageable(channel, guild_id=guild.id).fetch_message(message)
        except discord.NotFound:
            await self.deleted(channel, [message])
        except discord.HTTPException:
            return
        else:
            if self._client.settings.message_content and (learnt := learnable_message(found)):
                await self._write(self._channels.correct, learnt)

    async def _remove(self, source: int) -> None:
        self._forget_source(source)
        await self._write(self.store.remove_source, source)

    def _forget_source(self, source: int) -> None:
        self._learnt = {place: one for place, one in self._learnt.items() if one.source != source}

    async def _write(self, work: Callable[..., Result], *arguments: object) -> Result:
        """The result of some work in the database, done beside the event loop."""
        if self._closed:
            # Events that came last; what they tell is found out after the next start.
            raise asyncio.CancelledError
        return await asyncio.get_running_loop().run_in_executor(self._worker, lambda: work(*arguments))

    def _log(self, event: str, channel: GuildChannel, **values: object) -> None:
        logger.warning(event, extra={"event": "learning", "channel": channel.id, **values})
