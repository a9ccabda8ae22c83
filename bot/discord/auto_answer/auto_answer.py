"""Auto-answer: in channels where an administrator switched it on, questions that do not address the bot are answered."""

from __future__ import annotations

import logging
import re
from collections.abc import Collection
from datetime import UTC, datetime

import discord

from bot.discord.access.reach import channel_id_of, member_now
from bot.discord.access.revocation import NoLongerOurs
from bot.discord.answers.addressed import replied_message
from bot.discord.answers.answering import Answering
from bot.discord.auto_answer.channels import AutoAnswerChannels
from bot.discord.auto_answer.mute_button import MuteButton
from bot.discord.auto_answer.question_detection import asks
from bot.discord.learning.history import TextOrThread
from bot.discord.message_text import text_of
from bot.discord.services import Services, log_event
from bot.discord.translation import language_of_locale
from bot.wording import Wording
from bot.wording.discord import answers as sentences
from index.store.discord.unanswered_questions import terms_of

_SECONDS_BETWEEN_SAME = 600
_MOST_REMEMBERED = 1_000

logger = logging.getLogger("kotae.discord")


class AutoAnswer:
    """Answers what asks something in a channel where that is on, and is silent where it does not know."""

    def __init__(self, services: Services, channels: AutoAnswerChannels) -> None:
        self._services = services
        self._channels = channels
        self._clock = services.clock
        # Ids of messages, as an ordered set.
        self._seen: dict[int, None] = {}
        self._under_way: set[int] = set()
        # When a question, by its channel and terms, was answered.
        self._answered: dict[tuple[int, str], float] = {}

    async def answer(self, message: discord.Message, *, missed: bool = False) -> None:
        """Answer a message that does not address the bot, if it asks something here; errors are only logged.

        One that was `missed` was sent a while ago.
        """
        try:
            await self._answer(message, missed=missed)
        except NoLongerOurs:
            log_event("left to another process", message.id)
        except discord.HTTPException as error:
            log_event("unanswerable message", message.id, status=error.status, code=error.code)
        except Exception:
            # Nobody waits for this answer.
            logger.exception("failed", extra={"event": "error", "request": message.id})

    async def _answer(self, message: discord.Message, *, missed: bool) -> None:
        channel = message.channel
        if (
            not isinstance(channel, TextOrThread)
            or not await self._may_answer(message, channel)
            or message.id in self._seen
        ):
            return
        _remember(self._seen, message.id)
        question, *in_other_words = _texts_of(message, channel)
        terms = await self._services.run_in_thread(_terms_if_asking, question, in_other_words)
        if terms is None or not self._is_new(channel.id, terms):
            return
        if not await self._services.ownership.claim(f"message {message.id}"):
            return
        self._answered[channel.id, terms] = self._clock()
        self._under_way.add(message.id)
        answered = False
        try:
            if missed:
                message.author = await member_now(message)
            say = Wording(language_of_locale(str(channel.guild.preferred_locale), question))
            answered = await self._services.get(Answering).answer_unasked(
                say,
                message,
                question,
                still_wanted=lambda: message.id in self._under_way,
                button=MuteButton(say(sentences.MUTE)),
            )
        finally:
            self._under_way.discard(message.id)
            self._services.ownership.finish(f"message {message.id}")
            if not answered:
                self._answered.pop((channel.id, terms), None)

    def messages_deleted(self, messages: Collection[int]) -> None:
        """Do not answer these messages any more."""
        self._under_way.difference_update(messages)

    async def _may_answer(self, message: discord.Message, channel: TextOrThread) -> bool:
        """Whether a message is a person's who speaks to nobody in particular, where answering is on."""
        if isinstance(channel, discord.Thread) and channel.is_private():
            return False
        if message.author.bot or message.webhook_id or not self._services.settings.message_content:
            return False
        begin = await self._channels.answers_from(channel.guild.id, channel_id_of(channel))
        if begin is None or begin > datetime.now(UTC):
            return False
        if _mentions_somebody(message) or not await _replies_to_nobody_else(message):
            return False
        return not await self._services.get(Answering).is_among_people(message)

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


def _texts_of(message: discord.Message, channel: TextOrThread) -> tuple[str, ...]:
    """What a message says. A forum's opening post says it with its title, of which its text may go on to speak."""
    text = text_of(message)
    if (
        isinstance(channel, discord.Thread)
        and isinstance(channel.parent, discord.ForumChannel)
        and channel.id == message.id
    ):
        return f"{channel.name}\n{text}", f"{channel.name}、{text}"
    return (text,)


def _terms_if_asking(question: str, in_other_words: list[str]) -> str | None:
    """What tells a question apart from others; None if it is none."""
    return terms_of(question) if any(map(asks, (question, *in_other_words))) else None


def _remember(seen: dict[int, None], message: int) -> None:
    seen[message] = None
    if len(seen) > _MOST_REMEMBERED:
        del seen[next(iter(seen))]
