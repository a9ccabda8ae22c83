"""How far learning is, as people see it: in the channel itself, and for whoever asked for it."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Coroutine
from functools import partial
from typing import TYPE_CHECKING, Any, Literal, NamedTuple

import discord
from discord.backoff import ExponentialBackoff

from bot.discord.learning.history import Learnable
from bot.discord.requests import NO_ANSWER, uncut, unhurried
from bot.discord.translation import language_of_locale
from bot.wording import Sentence, Wording
from bot.wording.discord import learning as sentences
from index.errors import DatabaseError
from index.store.discord.guilds import Guilds
from index.store.store import Store

if TYPE_CHECKING:
    from bot.discord.client import KotaeClient

# Discord lets a bot edit about this often without making it wait.
_SECONDS_BETWEEN_EDITS = 5.0
# What whoever asked sees can be edited for a quarter of an hour.
_TOKEN_SECONDS = 14 * 60
_SECONDS_TO_TAKE_LEAVE = 60
# How often what is said last is tried; on the average that takes four minutes.
_MOST_TRIES = 8

_PREFIX = "learning."

logger = logging.getLogger("kotae.discord")


class _Asker(NamedTuple):
    """Whoever asked for a channel to be learnt from, and until when they can be told how far that is."""

    interaction: discord.Interaction[Any]
    until: float


class LearningProgress:
    """A message in the channel that is learnt from, so that all who write there know; it outlives a restart.

    Without the permission to write there, only whoever asked sees how far it is. What is said last is said until it
    stands there, or there is no message any more; where that cannot be for now, after the next connection.
    """

    def __init__(
        self,
        client: KotaeClient,
        store: Store,
        channel: Learnable,
        interaction: discord.Interaction[Any] | None = None,
    ) -> None:
        self._client = client
        self._guilds = Guilds(store)
        self._channel = channel
        self._askers = [_Asker(interaction, time.monotonic() + _TOKEN_SECONDS)] if interaction else []
        self._edited = time.monotonic()
        self._showing: asyncio.Task[None] | None = None
        self._say = Wording(language_of_locale(str(channel.guild.preferred_locale)))

    def take_over(self, before: LearningProgress) -> None:
        """Tell also those who asked before, after what is being said already."""
        self._showing = before._showing
        self._askers = [*before._askers, *self._askers]

    def announce(self) -> None:
        """Begin to say in the channel that it is learnt from."""
        self._showing = unhurried(_tried(self._announce(self._showing)))

    def show(self, count: Callable[[], Awaitable[int]], sentence: Sentence = sentences.LEARNING) -> None:
        """Begin to show how many messages were learnt, if it is a while since that was shown."""
        shown = self._showing is None or self._showing.done()
        if shown and time.monotonic() - self._edited >= _SECONDS_BETWEEN_EDITS:
            self._edited = time.monotonic()
            self._showing = unhurried(_tried(self._show(count, sentence)))

    async def end(self, sentence: Sentence, count: int = 0, *, for_good: bool = True) -> None:
        """Say last how learning ended; where that may not be for good, something else can be said later."""
        if self._showing:
            # What is said last is said after all else.
            await asyncio.wait({self._showing})
        # What is shown as learnt is answered from at once: nobody's question waits until all of it is indexed.
        await self._client.off_loop(self._client.knowledge.audiences)
        telling = [_insist(partial(self._tell, asker, sentence, count)) for asker in self._askers]
        await asyncio.gather(*telling, self._end_in_channel(sentence, count, for_good=for_good))

    async def _end_in_channel(self, sentence: Sentence, count: int, *, for_good: bool) -> None:
        said = await _insist(partial(self._edit, sentence, count)) or (for_good and await _insist(self._delete))
        if said and for_good:
            await self._client.off_loop(self._guilds.unset, self._channel.guild.id, self._setting)

    async def end_forgotten(self, number: int) -> None:
        """Say last that learning ended, in a message of which the store knows no more."""
        if isinstance(self._channel, discord.TextChannel):
            message = self._channel.get_partial_message(number)
            none = discord.AllowedMentions.none()
            edit = partial(message.edit, content=self._say(sentences.LEARNING_ENDED, count=0), allowed_mentions=none)
            if not await _insist(edit):
                await _insist(message.delete)

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
        await self._client.off_loop(self._guilds.set, self._channel.guild.id, self._setting, str(message.id))

    async def _show(self, count: Callable[[], Awaitable[int]], sentence: Sentence) -> None:
        await self._client.off_loop(self._client.knowledge.audiences)
        learnt = await count()
        for asker in self._askers:
            late = time.monotonic() > asker.until - _SECONDS_TO_TAKE_LEAVE
            await _tried(self._tell(asker, sentences.LEARNING_CONTINUES if late else sentence, learnt))
        await self._edit(sentence, learnt)

    async def _tell(self, asker: _Asker, sentence: Sentence, count: int) -> None:
        if time.monotonic() < asker.until:
            say = self._client.wording_for(asker.interaction)
            text = f"{self._channel.mention} {say(sentence, count=count)}"
            none = discord.AllowedMentions.none()
            await asker.interaction.edit_original_response(content=text, allowed_mentions=none)

    async def _edit(self, sentence: Sentence, count: int) -> None:
        if message := await self._message():
            await message.edit(
                content=self._say(sentence, count=count), allowed_mentions=discord.AllowedMentions.none()
            )

    async def _delete(self) -> None:
        if message := await self._message():
            await message.delete()

    async def _message(self) -> discord.PartialMessage | None:
        """What is said in the channel, of this run or one before."""
        settings = await self._client.off_loop(self._guilds.settings, self._channel.guild.id)
        if self._setting not in settings or not isinstance(self._channel, discord.TextChannel):
            return None
        return self._channel.get_partial_message(int(settings[self._setting]))


def messages_told(store: Store, guild: int) -> dict[int, int]:
    """What says in a guild's channels that they are learnt from, by the channel; raises a DatabaseError."""
    settings = Guilds(store).settings(guild).items()
    return {int(name.removeprefix(_PREFIX)): int(value) for name, value in settings if name.startswith(_PREFIX)}


async def _tried(work: Coroutine[Any, Any, None]) -> None:
    """Do what can be left out."""
    try:
        await work
    except (*NO_ANSWER, DatabaseError) as error:
        logger.info("progress not shown", extra={"event": "learning", "error": type(error).__name__})


async def _insist(attempt: Callable[[], Coroutine[Any, Any, object]]) -> bool:
    """Do what passing troubles keep from being done; whether it is done, or there is nothing left to do it to."""
    waits = ExponentialBackoff[Literal[False]]()
    for _ in range(_MOST_TRIES):
        try:
            await uncut(attempt())
        except discord.NotFound:
            return True
        except (*NO_ANSWER, DatabaseError) as error:
            if isinstance(error, discord.HTTPException) and not isinstance(error, discord.DiscordServerError):
                logger.info("progress not shown", extra={"event": "learning", "status": error.status})
                return False
            await asyncio.sleep(waits.delay())
        else:
            return True
    return False
