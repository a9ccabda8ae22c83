"""Catching up with channels: through their history page by page, after a command and after each new connection."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict, deque
from collections.abc import Sequence
from functools import partial
from http import HTTPStatus
from typing import TYPE_CHECKING, Literal, NamedTuple

import discord
from discord.abc import GuildChannel
from discord.backoff import ExponentialBackoff

from bot.discord.access.permissions import readable
from bot.discord.learning.history import (
    PAGE,
    Learnable,
    Written,
    edited,
    is_learnable_thread,
    learnable_message,
    page_before,
    threads_of,
)
from bot.discord.learning.learnt_channels import LearntChannels
from bot.discord.learning.progress import LearningProgress, messages_told
from bot.discord.requests import NO_ANSWER, PATIENCE, Pace, Stalled, promptly
from bot.wording import Sentence
from bot.wording.discord import learning as sentences
from index.errors import DatabaseError, SourceGone
from index.store.discord.message_rows import LATEST, SAVED
from index.store.store import CHANNEL

if TYPE_CHECKING:
    from bot.discord.client import KotaeClient

# How Discord, and how another server, says that a channel or a thread is no longer there.
_UNKNOWN_CHANNEL = 10003
_CHANNEL_NOT_FOUND = "Channel could not be found"
# More would only wait for each other: Discord counts the requests of all together.
_AT_ONCE = 2
# In seconds: how long others wait for what Discord only gives slowly.
_LONGEST_PATIENCE = 60.0
logger = logging.getLogger("kotae.discord")


class _Following(NamedTuple):
    """What goes through what is stored of a channel, and for a history shows how far it is."""

    task: asyncio.Task[None]
    channel: int
    progress: LearningProgress | None


class _Walk:
    """How far a source's history was gone through, whatever kept us from going on meanwhile."""

    def __init__(self) -> None:
        # What is still to be gone through, the next first, each with whether it was learnt before.
        self.steps: deque[tuple[Written, bool]] | None = None
        # The first message that was reached, by the channel or thread.
        self.learnt_to: dict[int, int] = {}
        self.seen_to: dict[int, int] = {}
        self.pages = 0
        self.patience = PATIENCE

    def put_off(self, place: Written) -> None:
        """Go through all others first."""
        steps = self.steps or ()
        self.steps = deque([*(one for one in steps if one[0] != place), *(one for one in steps if one[0] == place)])


class CatchingUp:
    """Goes through histories. `locks` are held for the page that is read, so that what happens meanwhile comes after."""

    def __init__(self, client: KotaeClient, learnt: LearntChannels, locks: defaultdict[int, asyncio.Lock]) -> None:
        self._client = client
        self._learnt = learnt
        self._locks = locks
        self._following: dict[int, _Following] = {}
        # Channels whose history cannot be read for the moment, by their sources.
        self._failing: dict[int, Learnable] = {}
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
            if progress and before.progress:
                progress.take_over(before.progress)
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
        try:
            how, for_good = await self._learnt_all(source, channel, progress)
        finally:
            self._failing.pop(source, None)
        await progress.end(how, await self._learnt.write(self._learnt.stored.count, source), for_good=for_good)

    async def _learnt_all(self, source: int, channel: Learnable, progress: LearningProgress) -> tuple[Sentence, bool]:
        """Go through a source's history; how that ended, and whether it did for good.

        What keeps us from going on is waited for without keeping others from it.
        """
        waits, walk, pages = ExponentialBackoff[Literal[False]](), _Walk(), 0
        while True:
            try:
                async with self._at_once:
                    if not readable(channel):
                        self.log("not readable", channel)
                        return sentences.LEARNING_WAITS, False
                    await self._go_through(source, channel, progress, walk)
                    await self._learnt.write(self._learnt.stored.release, source)
                # Without the intent nothing new is learnt.
                may_read = self._client.settings.message_content
                return (sentences.LEARNT, True) if may_read else (sentences.LEARNING_WAITS, False)
            except SourceGone:
                self._learnt.forget_source(source)
                return sentences.LEARNING_ENDED, True
            except discord.Forbidden:
                self.log("not readable", channel)
                return sentences.LEARNING_WAITS, False
            except (*NO_ANSWER, DatabaseError) as error:
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
                        walk.patience = min(2 * walk.patience, _LONGEST_PATIENCE)
                if walk.pages > pages:
                    waits, pages = ExponentialBackoff(), walk.pages
                await asyncio.sleep(waits.delay())

    async def _go_through(self, source: int, channel: Learnable, progress: LearningProgress, walk: _Walk) -> None:
        """Learn what is missing, then see what changed of what was there; raises what keeps us from going on."""
        if walk.steps is None:
            walk.steps = await self._steps(source, channel, walk.patience)
        while walk.steps:
            place, again = walk.steps[0]
            try:
                await self._go_back(place, progress, walk, again)
            except discord.NotFound:
                if place == channel:
                    raise
                await self.forget_thread(place.id)
            except discord.Forbidden:
                if place == channel:
                    raise
                self.log("not readable", place)
            except (*NO_ANSWER, DatabaseError):
                walk.put_off(place)
                raise
            walk.steps.popleft()
        if isinstance(channel, discord.ForumChannel):
            # It has no messages of its own.
            await self._learnt.write(
                self._learnt.stored.take, (await self._learnt.add(source, channel)).number, (), None, None, 0
            )
        if self._learnt.get(channel.id) is None:
            raise SourceGone

    async def _steps(self, source: int, channel: Learnable, patience: float) -> deque[tuple[Written, bool]]:
        """The histories to go through: first those that are not learnt to their beginning, then again what was there."""
        places: list[Written] = [channel] if isinstance(channel, discord.TextChannel) else []
        threads = await self._threads_of(channel, patience)
        places += [thread for thread in channel.threads if is_learnable_thread(thread)] if threads is None else threads
        if threads is not None:
            stored = {one.channel for one in await self._learnt.write(self._learnt.stored.all, source)}
            for missing in stored - {place.id for place in places} - {channel.id}:
                await self._forget_if_gone(channel.guild, missing)
        in_full = self._client.settings.message_content
        if not in_full:
            # Nothing new can be learnt, but what was is not to be kept longer than by its authors.
            places = [place for place in places if self._learnt.get(place.id)]
        learnt_to = {place: (await self._learnt.add(source, place)).learnt_to for place in places}
        unlearnt = [(place, False) for place in places if learnt_to[place] and in_full]
        # What is learnt from the latest message on while we are told of all that happens need not be looked at again.
        return deque([*unlearnt, *((place, True) for place in places if learnt_to[place] != LATEST)])

    async def _threads_of(self, channel: Learnable, patience: float) -> list[discord.Thread] | None:
        """All threads of a channel; None where the server cannot list them, as others than Discord's may not."""
        try:
            return [thread async for thread in threads_of(channel, self._pace, patience)]
        except discord.DiscordServerError:
            raise
        except discord.HTTPException as error:
            if _means_gone(error):
                raise
            self.log("threads not listed", channel, status=error.status, code=error.code)
            return None

    async def _go_back(self, place: Written, progress: LearningProgress, walk: _Walk, again: bool) -> None:
        """Go back through a history: from where it was left, or again from the latest message."""
        known = self._learnt.get(place.id)
        learnt_to = known.learnt_to if known else LATEST
        before = walk.seen_to.get(place.id, LATEST) if again else walk.learnt_to.get(place.id, learnt_to)
        while before:
            before = await self._read_page(place, before, walk.patience)
            # What was gone through need not be gone through again.
            (walk.seen_to if again else walk.learnt_to)[place.id] = before
            walk.pages += 1
            if learnt := self._learnt.get(place.id):
                progress.show(partial(self._learnt.write, self._learnt.stored.count, learnt.source))

    async def _read_page(self, place: Written, before: int, patience: float) -> int:
        """Take over the messages before one, and give the first of them; 0 where the history begins."""
        async with self._locks[place.id]:
            learnt = self._learnt.get(place.id)
            if learnt is None:
                return 0
            await self._pace.wait()
            page = await page_before(place, before, patience)
            since = page[-1].id if len(page) == PAGE else 0
            if self._client.settings.message_content:
                messages = [message for one in page if (message := learnable_message(one))]
                await self._learnt.write(self._learnt.stored.take, learnt.number, messages, since, before, since)
            else:
                there = {one.id: edited(one) for one in page}
                await self._learnt.write(self._learnt.stored.keep, learnt.number, there, since, before)
            return since

    async def channels(self, guild: discord.Guild | None = None) -> list[tuple[int, GuildChannel, str]]:
        """Each source of messages, with its channel and its kind."""
        found: list[tuple[int, GuildChannel, str]] = []
        for source, kind, audience in await self._learnt.sources():
            of = self._client.get_guild(audience.guild)
            if of is None or of.unavailable or guild not in (None, of):
                continue
            channel = of.get_channel(audience.channel)
            if channel is not None and (kind == SAVED or isinstance(channel, Learnable)):
                found.append((source, channel, kind))
        return found

    async def forget_gone(self, guild: discord.Guild) -> None:
        """Remove what was learnt and saved of channels that are gone."""
        for source, _, audience in await self._learnt.sources():
            missing = audience.guild == guild.id and guild.get_channel(audience.channel) is None
            if missing and not guild.unavailable and await self._is_gone(guild, audience.channel):
                await self._learnt.remove(source)

    async def end_progress(self, guild: discord.Guild) -> None:
        """End what is still said of channels that are no longer learnt from, by an earlier run or one that was cut off."""
        told = await self._learnt.write(messages_told, self._learnt.store, guild.id)
        learnt = {channel.id for _, channel, kind in await self.channels(guild) if kind == CHANNEL}
        for channel in map(guild.get_channel, told.keys() - learnt):
            if isinstance(channel, Learnable):
                await LearningProgress(self._client, self._learnt.store, channel).end(sentences.LEARNING_ENDED)

    def failing(self, guild: discord.Guild) -> list[Learnable]:
        """The channels of a guild whose history cannot be read for the moment."""
        return [channel for channel in self._failing.values() if channel.guild == guild]

    async def _forget_if_gone(self, guild: discord.Guild, thread: int) -> None:
        if await self._is_gone(guild, thread):
            await self.forget_thread(thread)

    async def _is_gone(self, guild: discord.Guild, channel: int) -> bool:
        """Whether Discord itself says so: what it told before may have been of another moment."""
        await self._pace.wait()
        try:
            await promptly(guild.fetch_channel(channel))
        except discord.HTTPException as error:
            return _means_gone(error)
        except NO_ANSWER:
            return False
        return False

    async def _check_saved(self, source: int, channel: GuildChannel) -> None:
        """See whether messages that were saved are still there, and what they say."""
        waits, left = ExponentialBackoff[Literal[False]](), None
        while True:
            try:
                left = await self._unanswered(channel.guild, await self._saved(source) if left is None else left)
                if not left:
                    if readable(channel):
                        await self._learnt.write(self._learnt.stored.release, source)
                    return
            except discord.Forbidden:
                self.log("not readable", channel)
                return
            except DatabaseError as error:
                self.log("learning waits", channel, error=type(error).__name__)
            await asyncio.sleep(waits.delay())

    async def _saved(self, source: int) -> list[tuple[int, int]]:
        """Where each saved message of a source was written, and its number."""
        stored = self._learnt.stored
        channels = await self._learnt.write(stored.all, source)
        messages = [one for channel in channels for one in await self._learnt.write(stored.messages, channel.number)]
        return [(int(one.url.split("/")[-2]), one.id) for one in messages if one.url]

    async def _unanswered(self, guild: discord.Guild, saved: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Take over what became of saved messages, and give those of which Discord did not say."""
        left: list[tuple[int, int]] = []
        for place, message in saved:
            # The others there would only take as long.
            if place not in (failing for failing, _ in left):
                try:
                    await self._check_message(guild, place, message)
                    continue
                except discord.Forbidden:
                    raise
                except NO_ANSWER as error:
                    logger.warning(
                        "learning waits", extra={"event": "learning", "channel": place, "error": type(error).__name__}
                    )
            left.append((place, message))
        return left

    async def _check_message(self, guild: discord.Guild, channel: int, message: int) -> None:
        """Take over what became of a message; raises what keeps Discord from saying so."""
        await self._pace.wait()
        place = self._client.get_partial_messageable(channel, guild_id=guild.id)
        async with self._locks[channel]:
            try:
                found = await promptly(place.fetch_message(message))
            except discord.NotFound:
                await self._learnt.write(self._learnt.stored.forget, [message])
            else:
                await self._learnt.correct(found, self._client.settings.message_content)

    async def check_thread(self, thread: discord.Thread) -> None:
        """See what is still there of a thread: what was learnt of it, and what was saved."""
        learnt, parent = self._learnt.get(thread.id), thread.parent
        if parent is None or not readable(parent):
            return
        try:
            # What is withheld is gone through anyhow.
            quotable = await self._learnt.write(self._learnt.store.quotable)
            before = LATEST if learnt and learnt.source in quotable else 0
            while before:
                before = await self._read_page(thread, before, PATIENCE)
            for source, channel, kind in await self.channels(thread.guild):
                if kind == SAVED and channel == parent and source in quotable:
                    await self._unanswered(
                        thread.guild, [one for one in await self._saved(source) if one[0] == thread.id]
                    )
        except (SourceGone, *NO_ANSWER) as error:
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
