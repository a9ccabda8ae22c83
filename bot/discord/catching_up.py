"""Catching up with channels: through their history page by page, after a command and after each new connection."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal, NamedTuple

import aiohttp
import discord
from discord.abc import GuildChannel
from discord.backoff import ExponentialBackoff

from bot.discord.history import (
    PAGE,
    Learnable,
    Pace,
    Written,
    edited,
    is_learnable_thread,
    learnable_message,
    page_before,
    threads_of,
)
from bot.discord.learning_progress import LearningProgress
from bot.discord.learnt_channels import LearntChannels
from bot.discord.readers import readable
from index.errors import DatabaseError, SourceGone
from index.store.message_rows import LATEST, SAVED
from index.store.store import CHANNEL

if TYPE_CHECKING:
    from bot.discord.client import KotaeClient

# How Discord, and how another server, says that a channel or a thread is no longer there.
_UNKNOWN_CHANNEL = 10003
_CHANNEL_NOT_FOUND = "Channel could not be found"
# More would only wait for each other: Discord counts the requests of all together.
_AT_ONCE = 2
# What is over after a while.
_PASSING = (discord.DiscordServerError, aiohttp.ClientError, DatabaseError, OSError)
# What keeps Discord's answer away for the moment.
_NO_ANSWER = (discord.DiscordException, aiohttp.ClientError, OSError)

logger = logging.getLogger("kotae.discord")


class _Following(NamedTuple):
    """What goes through what is stored of a channel, and for a history shows how far it is."""

    task: asyncio.Task[None]
    channel: int
    progress: LearningProgress | None


class CatchingUp:
    """Goes through histories. `locks` are held for the page that is read, so that what happens meanwhile comes after."""

    def __init__(self, client: KotaeClient, learnt: LearntChannels, locks: defaultdict[int, asyncio.Lock]) -> None:
        self._client = client
        self._learnt = learnt
        self._locks = locks
        self._following: dict[int, _Following] = {}
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._pace = Pace()

    def close(self) -> None:
        """Stop; what is not learnt yet is learnt after the next start."""
        for following in self._following.values():
            following.task.cancel()

    def follow(self, source: int, channel: Learnable, progress: LearningProgress | None = None) -> None:
        """Go through a source's history beside everything else, from the beginning if that was under way."""
        if before := self._following.pop(source, None):
            before.task.cancel()
            progress = progress or before.progress
        shown = progress or LearningProgress(self._client, self._learnt.store, channel)
        task = asyncio.create_task(self._followed(source, channel, shown))
        self._keep(source, _Following(task, channel.id, shown))

    def check(self, source: int, channel: GuildChannel, kind: str) -> None:
        """Go through what is stored of a source beside everything else: a history, or messages that were saved."""
        if kind == CHANNEL and isinstance(channel, Learnable):
            self.follow(source, channel)
        elif kind == SAVED:
            if before := self._following.pop(source, None):
                before.task.cancel()
            task = asyncio.create_task(self._check_saved(source, channel))
            self._keep(source, _Following(task, channel.id, None))

    def stop(self, channel: int) -> None:
        """Go no further through what is stored of a channel: it is out of sight."""
        for source, following in list(self._following.items()):
            if following.channel == channel:
                del self._following[source]
                following.task.cancel()

    def _keep(self, source: int, following: _Following) -> None:
        self._following[source] = following

        def forget(_: asyncio.Task[None]) -> None:
            if self._following.get(source) is following:
                del self._following[source]

        following.task.add_done_callback(forget)

    async def _followed(self, source: int, channel: Learnable, progress: LearningProgress) -> None:
        waits = ExponentialBackoff[Literal[False]]()
        while True:
            try:
                async with self._at_once:
                    await self._go_through(source, channel, progress)
                return
            except SourceGone:
                self._learnt.forget_source(source)
                return
            except discord.Forbidden:
                self.log("not readable", channel)
                return
            except (*_NO_ANSWER, DatabaseError) as error:
                if isinstance(error, discord.HTTPException) and _means_gone(error):
                    await self._learnt.remove(source)
                    return
                self.log("learning waits", channel, error=type(error).__name__)
                await asyncio.sleep(waits.delay())

    async def _go_through(self, source: int, channel: Learnable, progress: LearningProgress) -> None:
        """Learn what is missing, then see what changed of what was there."""
        if not readable(channel):
            self.log("not readable", channel)
            return
        in_full = self._client.settings.message_content
        places = await self._places_of(source, channel)
        learnt_to = {place: (await self._learnt.add(source, place)).learnt_to for place in places}
        unlearnt = [place for place in places if learnt_to[place] and in_full]
        # What is learnt from the latest message on while we are told of all that happens need not be looked at again.
        before = [place for place in places if learnt_to[place] != LATEST]
        for again, some in ((False, unlearnt), (True, before)):
            for place in some:
                try:
                    await self._go_back(place, progress, again)
                except discord.NotFound:
                    if place == channel:
                        raise
                    await self.forget_thread(place.id)
        if isinstance(channel, discord.ForumChannel):
            # It has no messages of its own.
            await self._learnt.write(
                self._learnt.stored.take, (await self._learnt.add(source, channel)).number, (), None, None, 0
            )
        await self._learnt.write(self._learnt.stored.release, source)
        if in_full:
            await progress.done(await self._learnt.write(self._learnt.stored.count, source))

    async def _places_of(self, source: int, channel: Learnable) -> list[Written]:
        """Where the messages of a source are written; without the intent, as far as some were learnt."""
        places: list[Written] = [channel] if isinstance(channel, discord.TextChannel) else []
        threads = await self._threads_of(channel)
        places += [thread for thread in channel.threads if is_learnable_thread(thread)] if threads is None else threads
        if threads is not None:
            stored = {one.channel for one in await self._learnt.write(self._learnt.stored.all, source)}
            for missing in stored - {place.id for place in places} - {channel.id}:
                await self._forget_if_gone(channel.guild, missing)
        if self._client.settings.message_content:
            return places
        return [place for place in places if self._learnt.get(place.id)]

    async def _threads_of(self, channel: Learnable) -> list[discord.Thread] | None:
        """All threads of a channel; None where the server cannot list them, as others than Discord's may not."""
        try:
            return [thread async for thread in threads_of(channel, self._pace)]
        except discord.DiscordServerError:
            raise
        except discord.HTTPException as error:
            if _means_gone(error):
                raise
            self.log("threads not listed", channel, status=error.status, code=error.code)
            return None

    async def _go_back(self, place: Written, progress: LearningProgress, again: bool) -> None:
        """Go back through a history: from where it was left, or again from the latest message."""
        known = self._learnt.get(place.id)
        before = LATEST if again or known is None else known.learnt_to
        waits = ExponentialBackoff[Literal[False]]()
        while before:
            try:
                since = await self._read_page(place, before)
            except _PASSING as error:
                # What was gone through need not be gone through again.
                self.log("learning waits", place, error=type(error).__name__)
                await asyncio.sleep(waits.delay())
                continue
            waits = ExponentialBackoff()
            before = since
            if learnt := self._learnt.get(place.id):
                await progress.show(partial(self._learnt.write, self._learnt.stored.count, learnt.source))

    async def _read_page(self, place: Written, before: int) -> int:
        """Take over the messages before one, and give the first of them; 0 where the history begins."""
        async with self._locks[place.id]:
            learnt = self._learnt.get(place.id)
            if learnt is None:
                return 0
            await self._pace.wait()
            page = await page_before(place, before)
            since = page[-1].id if len(page) == PAGE else 0
            if self._client.settings.message_content:
                messages = [message for one in page if (message := learnable_message(one))]
                await self._learnt.write(self._learnt.stored.take, learnt.number, messages, since, before, since)
            else:
                there = {one.id: edited(one) for one in page}
                await self._learnt.write(self._learnt.stored.keep, learnt.number, there, since, before)
            return since

    async def channels(self, guild: discord.Guild | None = None) -> list[tuple[int, GuildChannel, str]]:
        """Each source of messages, with its channel and its kind; a channel that is gone takes its source along."""
        found: list[tuple[int, GuildChannel, str]] = []
        for source, kind, audience in await self._learnt.sources():
            of = self._client.get_guild(audience.guild)
            if of is None or of.unavailable or guild not in (None, of):
                continue
            channel = of.get_channel(audience.channel)
            if channel is None:
                await self._remove_if_gone(of, source, audience.channel)
            else:
                found.append((source, channel, kind))
        return found

    async def _remove_if_gone(self, guild: discord.Guild, source: int, channel: int) -> None:
        if await self._is_gone(guild, channel):
            await self._learnt.remove(source)

    async def _forget_if_gone(self, guild: discord.Guild, thread: int) -> None:
        if await self._is_gone(guild, thread):
            await self.forget_thread(thread)

    async def _is_gone(self, guild: discord.Guild, channel: int) -> bool:
        """Whether Discord itself says so: what it told before may have been of another moment."""
        await self._pace.wait()
        try:
            await guild.fetch_channel(channel)
        except discord.HTTPException as error:
            return _means_gone(error)
        except _NO_ANSWER:
            return False
        return False

    async def _check_saved(self, source: int, channel: GuildChannel) -> None:
        """See whether messages that were saved are still there, and what they say."""
        waits = ExponentialBackoff[Literal[False]]()
        while True:
            try:
                for place, message in await self._saved(source):
                    await self._check_message(channel.guild, place, message)
                if readable(channel):
                    await self._learnt.write(self._learnt.stored.release, source)
                return
            except discord.Forbidden:
                self.log("not readable", channel)
                return
            except (*_NO_ANSWER, DatabaseError) as error:
                self.log("learning waits", channel, error=type(error).__name__)
                await asyncio.sleep(waits.delay())

    async def _saved(self, source: int) -> list[tuple[int, int]]:
        """Where each saved message of a source was written, and its number."""
        stored = self._learnt.stored
        channels = await self._learnt.write(stored.all, source)
        messages = [one for channel in channels for one in await self._learnt.write(stored.messages, channel.number)]
        return [(int(one.url.split("/")[-2]), one.id) for one in messages if one.url]

    async def _check_message(self, guild: discord.Guild, channel: int, message: int) -> None:
        await self._pace.wait()
        place = self._client.get_partial_messageable(channel, guild_id=guild.id)
        async with self._locks[channel]:
            try:
                found = await place.fetch_message(message)
            except discord.NotFound:
                await self._learnt.write(self._learnt.stored.forget, [message])
            else:
                await self._learnt.correct(found, self._client.settings.message_content)

    async def check_thread(self, thread: discord.Thread) -> None:
        """See what is still there of a thread: what was learnt of it, and what was saved."""
        learnt, parent = self._learnt.get(thread.id), thread.parent
        if not isinstance(parent, Learnable) or not readable(parent):
            return
        try:
            if learnt and learnt.source not in self._following:
                progress = LearningProgress(self._client, self._learnt.store, parent)
                await self._go_back(thread, progress, again=True)
            for source, kind, audience in await self._learnt.sources():
                if kind == SAVED and audience.channel == parent.id:
                    for place, message in await self._saved(source):
                        if place == thread.id:
                            await self._check_message(thread.guild, place, message)
        except (SourceGone, *_NO_ANSWER) as error:
            self.log("not readable", thread, error=type(error).__name__)

    async def forget_thread(self, thread: int) -> None:
        """Forget a thread: what was learnt of it, and what was saved."""
        async with self._locks[thread]:
            if learnt := self._learnt.drop(thread):
                await self._learnt.write(self._learnt.stored.remove, learnt.number)
            await self._learnt.write(self._learnt.stored.forget_saved_in, thread)

    def log(self, event: str, channel: GuildChannel | discord.Thread, **values: object) -> None:
        """Log what keeps us from learning, without content."""
        logger.warning(event, extra={"event": "learning", "channel": channel.id, **values})


def _means_gone(error: discord.HTTPException) -> bool:
    return error.code == _UNKNOWN_CHANNEL or (error.status == HTTPStatus.NOT_FOUND and error.text == _CHANNEL_NOT_FOUND)
