"""Answering where nobody asked the bot: in channels where an administrator switched that on."""

from __future__ import annotations

import asyncio
import re
import time
from collections import defaultdict
from collections.abc import Callable, Collection
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import discord

from bot.discord.access.reach import channel_id_of
from bot.discord.answers.addressed import replied_message
from bot.discord.auto_answer.question_detection import asks
from bot.discord.learning.history import Written
from bot.discord.message_text import text_of
from bot.discord.translation import language_of_locale
from bot.wording import Wording
from index.store.discord.guilds import Guilds
from index.store.discord.unanswered_questions import terms_of
from index.store.store import Store

if TYPE_CHECKING:
    from bot.discord.client import KotaeClient

_SETTING = "auto_answer."
_SILENCE = timedelta(hours=1)
_SECONDS_BETWEEN_SAME = 600
_MOST_REMEMBERED = 1_000


class AutoAnswer:
    """Answers what asks something in a channel where that is on, and is silent where it does not know.

    Kept for each channel is the time from which on it answers; whoever wants silence moves that into the future.
    """

    def __init__(self, client: KotaeClient, store: Store, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = client
        self._guilds = Guilds(store)
        self._clock = clock
        self._loaded: dict[int, asyncio.Task[dict[str, str]]] = {}
        self._changing: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        # Ids of messages, as an ordered set.
        self._seen: dict[int, None] = {}
        self._under_way: set[int] = set()
        # When a question, by its channel and terms, was answered.
        self._answered: dict[tuple[int, str], float] = {}

    # What administrators and others set

    async def switch_on(self, guild: int, channel: int) -> None:
        """Answer in a channel from now on; as the others, raises a DatabaseError."""
        async with self._changing[guild]:
            await self._set(guild, channel, datetime.now(UTC))

    async def switch_off(self, guild: int, channel: int) -> bool:
        """Answer in a channel no longer; whether it did."""
        async with self._changing[guild]:
            was_on = await self.answers_from(guild, channel) is not None
            await self._set(guild, channel, None)
            return was_on

    async def silence(self, guild: int, channel: int) -> bool:
        """Answer nothing in a channel for an hour; whether answering is on there at all."""
        async with self._changing[guild]:
            was_on = await self.answers_from(guild, channel) is not None
            if was_on:
                await self._set(guild, channel, datetime.now(UTC) + _SILENCE)
            return was_on

    async def answers_from(self, guild: int, channel: int) -> datetime | None:
        """Since when, or from when on, it answers in a channel; None where it does not."""
        if guild not in self._loaded:
            self._loaded[guild] = asyncio.create_task(self._client.off_loop(self._guilds.settings, guild))
        loading = self._loaded[guild]
        try:
            value = (await asyncio.shield(loading)).get(f"{_SETTING}{channel}")
        except Exception:
            if self._loaded.get(guild) is loading:
                del self._loaded[guild]
            raise
        return datetime.fromisoformat(value) if value else None

    def forget(self, guild: int) -> None:
        """A guild has set nothing any more."""
        self._loaded.pop(guild, None)

    async def _set(self, guild: int, channel: int, begin: datetime | None) -> None:
        name = f"{_SETTING}{channel}"
        try:
            if begin is None:
                await self._client.off_loop(self._guilds.unset, guild, name)
            else:
                await self._client.off_loop(self._guilds.set, guild, name, begin.isoformat(timespec="seconds"))
        finally:
            self._loaded.pop(guild, None)

    # What people write

    async def answer(self, message: discord.Message) -> None:
        """Answer a message that does not address the bot, if it asks something here, and we know."""
        place = message.channel
        if not isinstance(place, Written) or not await self._may_answer(message, place) or message.id in self._seen:
            return
        _remember(self._seen, message.id)
        question, *in_other_words = _texts_of(message, place)
        terms = await self._client.off_loop(_terms_if_asking, question, in_other_words)
        if terms is None or not self._is_new(place.id, terms):
            return
        self._answered[place.id, terms] = self._clock()
        self._under_way.add(message.id)
        answered = False
        try:
            say = Wording(language_of_locale(str(place.guild.preferred_locale), question))
            answered = await self._client.answering.answer_unasked(
                say, message, question, still_wanted=lambda: message.id in self._under_way
            )
        finally:
            self._under_way.discard(message.id)
            if not answered:
                self._answered.pop((place.id, terms), None)

    def deleted(self, messages: Collection[int]) -> None:
        """Do not answer these messages any more."""
        self._under_way.difference_update(messages)

    async def _may_answer(self, message: discord.Message, place: Written) -> bool:
        """Whether a message is a person's who speaks to nobody in particular, where answering is on."""
        if isinstance(place, discord.Thread) and place.is_private():
            return False
        if message.author.bot or message.webhook_id or not self._client.settings.message_content:
            return False
        begin = await self.answers_from(place.guild.id, channel_id_of(place))
        if begin is None or begin > datetime.now(UTC):
            return False
        return not _mentions_somebody(message) and await _replies_to_nobody_else(message)

    def _is_new(self, channel: int, terms: str) -> bool:
        """Whether the same was not answered in a channel a short time ago."""
        since = self._clock() - _SECONDS_BETWEEN_SAME
        self._answered = {key: when for key, when in self._answered.items() if when > since}
        return (channel, terms) not in self._answered


def _mentions_somebody(message: discord.Message) -> bool:
    # What a message mentions without reaching them, too.
    named = message.raw_mentions or message.raw_role_mentions or message.mentions or message.mention_everyone
    return bool(named) or bool(re.search(r"@(?:everyone|here)\b", message.content))


async def _replies_to_nobody_else(message: discord.Message) -> bool:
    """Whether a message stands alone, or goes on with what its author wrote; a forwarded one is somebody's."""
    if message.type not in (discord.MessageType.default, discord.MessageType.reply):
        return False
    if message.reference is None:
        return True
    replied = await replied_message(message)
    return replied is not None and replied.author == message.author


def _texts_of(message: discord.Message, place: Written) -> tuple[str, ...]:
    """What a message says. A forum's opening post says it with its title, of which its text may go on to speak."""
    text = text_of(message)
    if isinstance(place, discord.Thread) and isinstance(place.parent, discord.ForumChannel) and place.id == message.id:
        return f"{place.name}\n{text}", f"{place.name}、{text}"
    return (text,)


def _terms_if_asking(question: str, in_other_words: list[str]) -> str | None:
    """What tells a question apart from others; None if it is none."""
    return terms_of(question) if any(map(asks, (question, *in_other_words))) else None


def _remember(seen: dict[int, None], message: int) -> None:
    seen[message] = None
    if len(seen) > _MOST_REMEMBERED:
        del seen[next(iter(seen))]
