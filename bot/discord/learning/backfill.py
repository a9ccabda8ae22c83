"""Backfill: reading channels' history page by page, after a command and after each new connection."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict, deque
from functools import partial
from http import HTTPStatus
from typing import Literal, NamedTuple

import discord
from discord.abc import GuildChannel
from discord.backoff import ExponentialBackoff

from bot.discord.access.permissions import readable
from bot.discord.learning.history import (
    PAGE,
    LearnableChannel,
    TextOrThread,
    edited,
    is_learnable_thread,
    learnable_message,
    page_before,
    threads_of,
)
from bot.discord.learning.learnt_channels import LearntChannels
from bot.discord.learning.progress import LearningProgress, progress_messages
from bot.discord.learning.saved_messages import SavedMessages
from bot.discord.requests import REQUEST_ERRORS, TIMEOUT, Pace, Stalled, with_timeout
from bot.discord.services import Services
from bot.wording import Sentence
from bot.wording.discord import learning as sentences
from index.errors import DatabaseError, SourceGone
from index.store.discord.message_rows import LATEST, SAVED
from index.store.store import CHANNEL

# How Discord, and servers beside it, say that a channel or a thread is no longer there.
_UNKNOWN_CHANNEL = 10003
_CHANNEL_NOT_FOUND = "Channel could not be found"
# More would only wait for each other: Discord counts the requests of all together.
_AT_ONCE = 2
# In seconds: how long a slow request keeps others waiting.
_LONGEST_TIMEOUT = 60.0
logger = logging.getLogger("kotae.discord")


class _Job(NamedTuple):
    """A running backfill of a channel, with the progress that it shows, if it does."""

    task: asyncio.Task[None]
    channel: int
    progress: LearningProgress | None


class _Position:
    """How far a source's history was read: kept where an error interrupts the backfill, to go on from there."""

    def __init__(self) -> None:
        # The histories still to be read, the next first, each with whether it was learnt before.
        self.steps: deque[tuple[TextOrThread, bool]] | None = None
        # The first message that was reached, by the channel or thread.
        self.learnt_to: dict[int, int] = {}
        self.seen_to: dict[int, int] = {}
        self.pages = 0
        self.timeout = TIMEOUT

    def put_off(self, history: TextOrThread) -> None:
        """Read all others first."""
        steps = self.steps or ()
        self.steps = deque([*(one for one in steps if one[0] != history), *(one for one in steps if one[0] == history)])


class Backfill:
    """Reads histories. While a page is read, its channel's lock is held, so that events of that time are stored after it."""

    def __init__(self, services: Services, learnt: LearntChannels, locks: defaultdict[int, asyncio.Lock]) -> None:
        self._services = services
        self._learnt = learnt
        self._locks = locks
        self._jobs: dict[int, _Job] = {}
        # Channels whose history cannot be read for the moment, by their sources.
        self._failing: dict[int, LearnableChannel] = {}
        self._at_once = asyncio.Semaphore(_AT_ONCE)
        self._pace = Pace()
        self._saved = SavedMessages(services, learnt, locks, self._pace)

    def close(self) -> None:
        """Stop; what is not learnt yet is learnt after the next start."""
        for job in self._jobs.values():
            job.task.cancel()

    def start(self, source: int, channel: LearnableChannel, progress: LearningProgress | None = None) -> None:
        """Read a source's history in the background, from the latest message again if that was under way."""
        if before := self._jobs.pop(source, None):
            before.task.cancel()
            if progress and before.progress:
                progress.take_over(before.progress)
            progress = progress or before.progress
        shown = progress or LearningProgress(self._services, self._learnt.store, channel)
        task = asyncio.create_task(self._run(source, channel, shown))
        self._keep(source, _Job(task, channel.id, shown))

    def check(self, source: int, channel: GuildChannel, kind: str) -> None:
        """Check in the background what is stored of a source: a history, or messages that were saved."""
        if kind == CHANNEL and isinstance(channel, LearnableChannel):
            self.start(source, channel)
        elif kind == SAVED:
            if before := self._jobs.pop(source, None):
                before.task.cancel()
            task = asyncio.create_task(self._saved.check(source, channel))
            self._keep(source, _Job(task, channel.id, None))

    def stop(self, channel: int) -> None:
        """Stop reading a channel: the bot can no longer see it."""
        for source, job in list(self._jobs.items()):
            if job.channel == channel:
                del self._jobs[source]
                job.task.cancel()

    def _keep(self, source: int, job: _Job) -> None:
        self._jobs[source] = job

        def forget(_: asyncio.Task[None]) -> None:
            if self._jobs.get(source) is job:
                del self._jobs[source]

        job.task.add_done_callback(forget)

    async def _run(self, source: int, channel: LearnableChannel, progress: LearningProgress) -> None:
        try:
            how, for_good = await self._run_until_done(source, channel, progress)
        finally:
            self._failing.pop(source, None)
        waits = ExponentialBackoff[Literal[False]]()
        while True:
            try:
                count = await self._learnt.write(self._learnt.stored.count, source)
                await progress.finish(how, count, for_good=for_good)
            except DatabaseError:
                # It is said once the database is back.
                await asyncio.sleep(waits.delay())
            else:
                return

    async def _run_until_done(
        self, source: int, channel: LearnableChannel, progress: LearningProgress
    ) -> tuple[Sentence, bool]:
        """Read a source's history; how that ended, and whether it did for good.

        After an error it waits, longer each time, while others are read.
        """
        waits, position, pages = ExponentialBackoff[Literal[False]](), _Position(), 0
        while True:
            try:
                async with self._at_once:
                    if not readable(channel):
                        self.log("not readable", channel)
                        return sentences.LEARNING_WAITS, False
                    await self._read_all(source, channel, progress, position)
                    await self._learnt.write(self._learnt.stored.release, source)
                # Without the intent nothing new is learnt.
                return (
                    (sentences.LEARNT, True)
                    if self._services.settings.message_content
                    else (sentences.LEARNING_WAITS, False)
                )
            except SourceGone:
                self._learnt.forget_source(source)
                return sentences.LEARNING_ENDED, True
            except discord.Forbidden:
                self.log("not readable", channel)
                return sentences.LEARNING_WAITS, False
            except (*REQUEST_ERRORS, DatabaseError) as error:
                if isinstance(error, discord.HTTPException) and _means_gone(error):
                    await self._learnt.remove(source)
                    return sentences.LEARNING_ENDED, True
                self.log("learning waits", channel, error=type(error).__name__)
                self._failing[source] = channel
                progress.show(partial(self._learnt.write, self._learnt.stored.count, source), sentences.LEARNING_WAITS)
                if isinstance(error, Stalled):
                    await asyncio.wait({error.request})
                    if error.request.exception() is None:
                        # It is only slow.
                        position.timeout = min(2 * position.timeout, _LONGEST_TIMEOUT)
                if position.pages > pages:
                    waits, pages = ExponentialBackoff(), position.pages
                await asyncio.sleep(waits.delay())

    async def _read_all(
        self, source: int, channel: LearnableChannel, progress: LearningProgress, position: _Position
    ) -> None:
        """Store what is missing, then what changed of what was there; raises what a request or the database raises."""
        if position.steps is None:
            position.steps = await self._steps(source, channel, position.timeout)
        while position.steps:
            history, again = position.steps[0]
            try:
                await self._read_history(history, progress, position, again)
            except discord.NotFound:
                if history == channel:
                    raise
                await self.forget_thread(history.id)
            except discord.Forbidden:
                if history == channel:
                    raise
                self.log("not readable", history)
            except (*REQUEST_ERRORS, DatabaseError):
                position.put_off(history)
                raise
            position.steps.popleft()
        if isinstance(channel, discord.ForumChannel):
            # It has no messages of its own.
            await self._learnt.write(
                self._learnt.stored.take, (await self._learnt.add(source, channel)).number, (), None, None, 0
            )
        if self._learnt.get(channel.id) is None:
            raise SourceGone

    async def _steps(self, source: int, channel: LearnableChannel, seconds: float) -> deque[tuple[TextOrThread, bool]]:
        """The histories to read: first those that are not learnt to their beginning, then again what was there."""
        histories: list[TextOrThread] = [channel] if isinstance(channel, discord.TextChannel) else []
        threads = await self._threads_of(channel, seconds)
        if threads is None:
            histories += [thread for thread in channel.threads if is_learnable_thread(thread)]
        else:
            histories += threads
            stored = {one.channel for one in await self._learnt.write(self._learnt.stored.all, source)}
            for missing in stored - {history.id for history in histories} - {channel.id}:
                await self._forget_if_gone(channel.guild, missing)
        in_full = self._services.settings.message_content
        if not in_full:
            # Nothing new can be learnt, but what was is not to be kept longer than by its authors.
            histories = [history for history in histories if self._learnt.get(history.id)]
        learnt_to = {history: (await self._learnt.add(source, history)).learnt_to for history in histories}
        unlearnt = [(history, False) for history in histories if learnt_to[history] and in_full]
        # What is learnt from the latest message on, while Discord tells of all events, need not be read again.
        return deque([*unlearnt, *((history, True) for history in histories if learnt_to[history] != LATEST)])

    async def _threads_of(self, channel: LearnableChannel, seconds: float) -> list[discord.Thread] | None:
        """All threads of a channel; None where the server does not list them."""
        try:
            return [thread async for thread in threads_of(channel, self._pace, seconds)]
        except discord.DiscordServerError:
            raise
        except discord.HTTPException as error:
            if _means_gone(error):
                raise
            self.log("threads not listed", channel, status=error.status, code=error.code)
            return None

    async def _read_history(
        self, history: TextOrThread, progress: LearningProgress, position: _Position, again: bool
    ) -> None:
        """Read a history back to its beginning: from where it was left, or again from the latest message."""
        known = self._learnt.get(history.id)
        learnt_to = known.learnt_to if known else LATEST
        before = position.seen_to.get(history.id, LATEST) if again else position.learnt_to.get(history.id, learnt_to)
        while before:
            before = await self._read_page(history, before, position.timeout)
            # What was read need not be read again.
            (position.seen_to if again else position.learnt_to)[history.id] = before
            position.pages += 1
            if learnt := self._learnt.get(history.id):
                progress.show(partial(self._learnt.write, self._learnt.stored.count, learnt.source))

    async def _read_page(self, history: TextOrThread, before: int, seconds: float) -> int:
        """Store the messages before one, and give the id of the first of them; 0 where the history begins."""
        async with self._locks[history.id]:
            learnt = self._learnt.get(history.id)
            if learnt is None:
                return 0
            await self._pace.wait()
            page = await page_before(history, before, seconds)
            since = page[-1].id if len(page) == PAGE else 0
            if not self._services.ownership.holds(history.guild.id):
                # Whoever learns here now may have stored something newer.
                raise asyncio.CancelledError
            if self._services.settings.message_content:
                messages = [message for one in page if (message := learnable_message(one))]
                take = partial(self._learnt.stored.take, queued=self._services.settings.queued_intake)
                await self._learnt.write(take, learnt.number, messages, since, before, since)
            else:
                there = {one.id: edited(one) for one in page}
                await self._learnt.write(self._learnt.stored.keep, learnt.number, there, since, before)
            return since

    async def channels(self, guild: discord.Guild | None = None) -> list[tuple[int, GuildChannel, str]]:
        """Each source of messages, with its channel and its kind."""
        found: list[tuple[int, GuildChannel, str]] = []
        for source, kind, audience in await self._learnt.sources():
            known = self._services.client.get_guild(audience.guild)
            if known is None or known.unavailable or guild not in (None, known):
                continue
            channel = known.get_channel(audience.channel)
            if channel is not None and (kind == SAVED or isinstance(channel, LearnableChannel)):
                found.append((source, channel, kind))
        return found

    async def forget_gone(self, guild: discord.Guild) -> None:
        """Remove what was learnt and saved of channels that are gone."""
        for source, _, audience in await self._learnt.sources():
            missing = audience.guild == guild.id and guild.get_channel(audience.channel) is None
            if missing and not guild.unavailable and await self._is_gone(guild, audience.channel):
                await self._learnt.remove(source)

    async def end_progress(self, guild: discord.Guild) -> None:
        """Finish progress messages of channels that are no longer learnt from, of an earlier run or one that was cut off."""
        messages = await self._learnt.write(progress_messages, self._learnt.store, guild.id)
        learnt = {channel.id for _, channel, kind in await self.channels(guild) if kind == CHANNEL}
        for channel in map(guild.get_channel, messages.keys() - learnt):
            if isinstance(channel, LearnableChannel):
                await LearningProgress(self._services, self._learnt.store, channel).finish(sentences.LEARNING_ENDED)

    def failing(self, guild: discord.Guild) -> list[LearnableChannel]:
        """The channels of a guild whose history cannot be read for the moment."""
        return [channel for channel in self._failing.values() if channel.guild == guild]

    def backlog(self) -> tuple[int, int]:
        """How many channels are being gone through or wait for it, and how many of them cannot be read for the moment."""
        return len(self._jobs), len(self._failing)

    async def _forget_if_gone(self, guild: discord.Guild, thread: int) -> None:
        if await self._is_gone(guild, thread):
            await self.forget_thread(thread)

    async def _is_gone(self, guild: discord.Guild, channel: int) -> bool:
        """Whether Discord itself says so: what it told before may have been of another moment."""
        await self._pace.wait()
        try:
            await with_timeout(guild.fetch_channel(channel))
        except discord.HTTPException as error:
            return _means_gone(error)
        except REQUEST_ERRORS:
            return False
        return False

    async def check_thread(self, thread: discord.Thread) -> None:
        """Check what is still there of a thread: what was learnt of it, and what was saved."""
        learnt, parent = self._learnt.get(thread.id), thread.parent
        if parent is None or not readable(parent):
            return
        try:
            # What is withheld is read again anyhow.
            quotable = await self._learnt.write(self._learnt.store.quotable)
            before = LATEST if learnt and learnt.source in quotable else 0
            while before:
                before = await self._read_page(thread, before, TIMEOUT)
            for source, channel, kind in await self.channels(thread.guild):
                if kind == SAVED and channel == parent and source in quotable:
                    await self._saved.check_in_thread(source, thread)
        except (SourceGone, *REQUEST_ERRORS) as error:
            self.log("not readable", thread, error=type(error).__name__)

    async def forget_thread(self, thread: int) -> None:
        """Forget a thread: what was learnt of it, and what was saved."""
        async with self._locks[thread]:
            if learnt := self._learnt.drop(thread):
                await self._learnt.write(self._learnt.stored.remove, learnt.number)
            await self._learnt.write(self._learnt.stored.forget_saved_in, thread)

    def log(self, event: str, channel: GuildChannel | discord.Thread, **values: object) -> None:
        """Log why a channel is not read, without content."""
        logger.warning(event, extra={"event": "learning", "channel": channel.id, **values})


def _means_gone(error: discord.HTTPException) -> bool:
    return error.code == _UNKNOWN_CHANNEL or (error.status == HTTPStatus.NOT_FOUND and error.text == _CHANNEL_NOT_FOUND)
