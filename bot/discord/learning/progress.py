"""Shows how many messages of a channel were learnt: in the channel itself, and to whoever asked for it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import Any, Literal, NamedTuple

import discord
from discord.backoff import ExponentialBackoff

from bot.discord.learning.history import LearnableChannel
from bot.discord.replies import Interaction
from bot.discord.requests import REQUEST_ERRORS, in_background, uncancelled
from bot.discord.services import Services, wording_for
from bot.discord.translation import language_of_locale
from bot.wording import Sentence, Wording
from bot.wording.discord import learning as sentences
from index.errors import DatabaseError
from index.store.discord.guilds import Guilds
from index.store.store import Store

# Discord lets a bot edit about this often without making it wait.
_SECONDS_BETWEEN_EDITS = 5.0
# What whoever asked sees can be edited for a quarter of an hour.
_TOKEN_SECONDS = 14 * 60
_SECONDS_FOR_THE_LAST_EDIT = 60
# How often the last edit is tried; on the average that takes four minutes.
_MOST_TRIES = 8

_PREFIX = "learning."


logger = logging.getLogger("kotae.discord")


class _Requester(NamedTuple):
    """Whoever asked for a channel to be learnt from, and until when the reply to them can be edited."""

    interaction: Interaction
    until: float


class LearningProgress:
    """A message in the channel that is learnt from, so that all who write there know; it is kept after a restart.

    Without the permission to write there, only whoever asked sees it. The last edit is retried until it succeeds, or
    the message is gone; where it fails too often, it is made after the next connection.
    """

    def __init__(
        self,
        services: Services,
        store: Store,
        channel: LearnableChannel,
        interaction: Interaction | None = None,
    ) -> None:
        self._services = services
        self._guilds = Guilds(store)
        self._channel = channel
        self._requesters = [_Requester(interaction, time.monotonic() + _TOKEN_SECONDS)] if interaction else []
        self._edited = time.monotonic()
        self._showing: asyncio.Task[None] | None = None
        self._say = Wording(language_of_locale(str(channel.guild.preferred_locale)))

    def take_over(self, before: LearningProgress) -> None:
        """Show progress also to those who asked before; an edit that is being made comes first."""
        self._showing = before._showing
        self._requesters = [*before._requesters, *self._requesters]

    def announce(self) -> None:
        """Begin to say in the channel that it is learnt from."""
        self._showing = in_background(_best_effort(self._announce(self._showing)))

    def show(self, count: Callable[[], Awaitable[int]], sentence: Sentence = sentences.LEARNING) -> None:
        """Begin to show how many messages were learnt, if it is a while since that was shown."""
        shown = self._showing is None or self._showing.done()
        if shown and time.monotonic() - self._edited >= _SECONDS_BETWEEN_EDITS:
            self._edited = time.monotonic()
            self._showing = in_background(_best_effort(self._show(count, sentence)))

    async def finish(self, sentence: Sentence, count: int = 0, *, for_good: bool = True) -> None:
        """Show how learning ended; where that is not for good, it may be shown again later."""
        if self._showing:
            # The last edit comes after all others.
            await asyncio.wait({self._showing})
        # The index is brought up to date first, so that the next question need not wait for that.
        await self._services.run_in_thread(self._services.knowledge.audiences)
        telling = [_retry(partial(self._tell, requester, sentence, count)) for requester in self._requesters]
        await asyncio.gather(*telling, self._finish_in_channel(sentence, count, for_good=for_good))

    async def _finish_in_channel(self, sentence: Sentence, count: int, *, for_good: bool) -> None:
        said = await _retry(partial(self._edit, sentence, count)) or (for_good and await _retry(self._delete))
        if said and for_good:
            await self._services.run_in_thread(self._guilds.unset, self._channel.guild.id, self._setting)

    async def finish_forgotten(self, number: int) -> None:
        """Say that learning ended, in a message of which the store knows no more."""
        if isinstance(self._channel, discord.TextChannel):
            message = self._channel.get_partial_message(number)
            none = discord.AllowedMentions.none()
            edit = partial(message.edit, content=self._say(sentences.LEARNING_ENDED, count=0), allowed_mentions=none)
            if not await _retry(edit):
                await _retry(message.delete)

    @property
    def _setting(self) -> str:
        return f"{_PREFIX}{self._channel.id}"

    async def _announce(self, before: asyncio.Task[None] | None) -> None:
        if before:
            await asyncio.wait({before})
        permissions = self._channel.permissions_for(self._channel.guild.me)
        if not isinstance(self._channel, discord.TextChannel) or not permissions.send_messages:
            return
        if await self._message():
            # Somebody asked before.
            return
        none = discord.AllowedMentions.none()
        message = await self._channel.send(self._say(sentences.LEARNING, count=0), allowed_mentions=none)
        await self._services.run_in_thread(self._guilds.set, self._channel.guild.id, self._setting, str(message.id))

    async def _show(self, count: Callable[[], Awaitable[int]], sentence: Sentence) -> None:
        await self._services.run_in_thread(self._services.knowledge.audiences)
        learnt = await count()
        for requester in self._requesters:
            late = time.monotonic() > requester.until - _SECONDS_FOR_THE_LAST_EDIT
            await _best_effort(self._tell(requester, sentences.LEARNING_CONTINUES if late else sentence, learnt))
        await self._edit(sentence, learnt)

    async def _tell(self, requester: _Requester, sentence: Sentence, count: int) -> None:
        if time.monotonic() < requester.until:
            say = wording_for(requester.interaction)
            text = f"{self._channel.mention} {say(sentence, count=count)}"
            none = discord.AllowedMentions.none()
            await requester.interaction.edit_original_response(content=text, allowed_mentions=none)

    async def _edit(self, sentence: Sentence, count: int) -> None:
        if message := await self._message():
            await message.edit(
                content=self._say(sentence, count=count), allowed_mentions=discord.AllowedMentions.none()
            )

    async def _delete(self) -> None:
        if message := await self._message():
            await message.delete()

    async def _message(self) -> discord.PartialMessage | None:
        """The message in the channel, of this run or one before."""
        settings = await self._services.run_in_thread(self._guilds.settings, self._channel.guild.id)
        if self._setting not in settings or not isinstance(self._channel, discord.TextChannel):
            return None
        return self._channel.get_partial_message(int(settings[self._setting]))


def progress_messages(store: Store, guild: int) -> dict[int, int]:
    """The messages that show progress in a guild, by their channels; raises a DatabaseError."""
    settings = Guilds(store).settings(guild).items()
    return {int(name.removeprefix(_PREFIX)): int(value) for name, value in settings if name.startswith(_PREFIX)}


async def _best_effort(work: Coroutine[Any, Any, None]) -> None:
    """Do something whose failure does not matter; it is only logged."""
    try:
        await work
    except (*REQUEST_ERRORS, DatabaseError) as error:
        logger.info("progress not shown", extra={"event": "learning", "error": type(error).__name__})


async def _retry(attempt: Callable[[], Coroutine[Any, Any, object]]) -> bool:
    """Do something, again after passing errors; whether it is done, or the message is gone."""
    waits = ExponentialBackoff[Literal[False]]()
    for _ in range(_MOST_TRIES):
        try:
            await uncancelled(attempt())
        except discord.NotFound:
            return True
        except (*REQUEST_ERRORS, DatabaseError) as error:
            if isinstance(error, discord.HTTPException) and not isinstance(error, discord.DiscordServerError):
                logger.info("progress not shown", extra={"event": "learning", "status": error.status})
                return False
            await asyncio.sleep(waits.delay())
        else:
            return True
    return False
