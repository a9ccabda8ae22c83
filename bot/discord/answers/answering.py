"""Answering in Discord: who may see which answer, and where it is shown."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import discord
from discord.abc import GuildChannel

from bot.answerer import Answer, Answerer
from bot.conversation import NEW_CONVERSATION, Conversation
from bot.discord.access.authority import administers
from bot.discord.access.reach import Asker, Reach, channel_seen, channel_told_of
from bot.discord.access.revocation import NoLongerAllowed, only_while
from bot.discord.answers import embeds
from bot.discord.answers.addressed import conversation_before
from bot.discord.answers.buttons import AloneButton, buttons_of, may_write
from bot.discord.answers.commands import CHOICE_LENGTH
from bot.discord.answers.rate_limits import RateLimits
from bot.discord.auto_answer.muting import MuteButton
from bot.discord.services import reply_to
from bot.wording import Wording
from index.search.library import Library
from index.store.discord.unanswered_questions import Asking

if TYPE_CHECKING:
    from bot.discord.client import KotaeClient

_LONGEST_QUESTION = 2_000

Given = TypeVar("Given")


class Answering:
    """Answers questions of interactions and messages; nobody sees what they may not read."""

    def __init__(self, client: KotaeClient, clock: Callable[[], float]) -> None:
        self._client = client
        self._under_way: set[asyncio.Task[Any]] = set()
        self._told_until: dict[int, float] = {}
        self._clock = clock
        self._limits = RateLimits(clock)

    async def finish(self, seconds: float) -> None:
        """Let the answers under way be given, for so many seconds at most."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)

    async def titles(self, interaction: discord.Interaction[Any]) -> list[str]:
        """The titles of the documents that whoever acts may read."""
        looking = self._client.in_library(interaction, lambda library: library.collection.documents(), private=True)
        found, allowed = await looking
        return list(dict.fromkeys(title for title, _, _ in found)) if allowed() else []

    async def answer_interaction(
        self,
        interaction: discord.Interaction[Any],
        question: str,
        conversation: Conversation | None = None,
        private: bool = False,
        source: str | None = None,
    ) -> bool:
        """Answer a question asked by a command or a form: at once, or after saying that it takes a moment.

        Where `source` is given, only from the documents whose titles begin so. Whether there was an answer to give.
        """
        say = self._client.wording_for(interaction)
        reply = reply_to(interaction)
        # Not by what is found: others would see that it took long, and nothing else.
        reply.alone = private
        if not question.strip():
            await self._client.tell(interaction, say("discord.no_question"))
            return False
        if wait := self._seconds_to_wait(interaction.user.id, interaction.guild_id):
            await self._client.tell(interaction, say("discord.too_often", seconds=wait))
            return False
        # What may not be written is not written on somebody's behalf.
        silent = not private and not may_write(interaction)
        hidden = private or silent
        reply.alone = hidden
        asker = await self._client.asker_of(interaction)

        async def answer_from(reach: Reach) -> bool:
            if hidden:
                reach = reach.in_private
            found = await self._ask(question, conversation, source, interaction.id, interaction.guild_id, reach)
            if found is None:
                unknown = say("discord.unknown_source", source=(source or "")[:CHOICE_LENGTH])
                await self._client.tell(interaction, unknown)
                return False
            answer, alone = found
            embed = embeds.answer_embed(say, answer, self._client.settings.contact)
            if silent or alone:
                reason = "shown_to_who_may_not_write" if silent else "shown_to_you_alone"
                embeds.add_reason(embed, say(f"discord.{reason}"))
            buttons = self._buttons(say, interaction.user.id, answer, administers(interaction.permissions))
            alone = alone or hidden
            used = reach.alone if alone else reach.together
            with only_while(partial(asker.reaches, used, alone=alone)):
                seen = await reply.show(alone=alone, embed=embed, view=buttons)
            if not answer.result.answered:
                self.note_gap(question, say, interaction.user.id, interaction.guild, interaction.channel, seen)
            return True

        return await _from_what_is_allowed(asker, answer_from)

    async def answer_message(self, say: Wording, message: discord.Message, question: str) -> None:
        """Answer a message: in public, so only from what everyone who sees it may read."""
        guild_id = message.guild.id if message.guild else None
        if wait := self._seconds_to_wait(message.author.id, guild_id):
            # Said once a wait, or the refusals would be the flood.
            if self._told_until.get(message.author.id, 0.0) <= self._clock():
                self._told_until = {
                    message.author.id: self._clock() + wait,
                    **_still_waiting(self._told_until, self._clock()),
                }
                await self._client.reply(message, say("discord.too_often", seconds=wait))
            return
        if not question or self._client.user is None:
            await self._client.reply(message, say("discord.no_question"))
            return
        asker = await self._client.asker_of(message)
        conversation = await conversation_before(message, self._client.user, direct=asker.alone_with_us)

        async def answer_from(reach: Reach) -> None:
            answer = await self._ask_together(message, question, conversation, reach)
            if answer is None:
                return
            embed, buttons = self._public_card(say, message.author, answer, reach)
            with only_while(partial(asker.reaches, reach.together, alone=False)):
                sent = await self._client.reply(message, embed=embed, view=buttons)
            if not answer.result.answered:
                self.note_gap(question, say, message.author.id, message.guild, message.channel, sent.id)

        await _from_what_is_allowed(asker, answer_from)

    async def answer_unasked(
        self, say: Wording, message: discord.Message, question: str, still_wanted: Callable[[], bool]
    ) -> bool:
        """Answer a message that is not addressed to the bot, or stay silent; whether it was answered."""
        if self._seconds_to_wait(message.author.id, message.guild.id if message.guild else None):
            return False
        asker = await self._client.asker_of(message)

        async def answer_from(reach: Reach) -> bool:
            answer = await self._ask_together(message, question, NEW_CONVERSATION, reach)
            if answer is None or not answer.result.answered or not still_wanted():
                return False
            embed, buttons = self._public_card(say, message.author, answer, reach)
            buttons.add_item(MuteButton(say("discord.button.mute")))
            with only_while(partial(asker.reaches, reach.together, alone=False)):
                await self._client.reply(message, must_exist=True, embed=embed, view=buttons)
            return True

        return await _from_what_is_allowed(asker, answer_from)

    async def _ask_together(
        self, message: discord.Message, question: str, conversation: Conversation, reach: Reach
    ) -> Answer | None:
        """The answer from what everyone who sees a message may read."""
        guild_id = message.guild.id if message.guild else None
        found = await self._ask(question, conversation, None, message.id, guild_id, reach.in_public)
        return found[0] if found else None

    def _public_card(
        self, say: Wording, asker: discord.Member | discord.User, answer: Answer, reach: Reach
    ) -> tuple[discord.Embed, discord.ui.View]:
        """What everyone sees of an answer."""
        embed = embeds.answer_embed(say, answer, self._client.settings.contact)
        administrator = isinstance(asker, discord.Member) and administers(asker.guild_permissions)
        buttons = self._buttons(say, asker.id, answer, administrator)
        if reach.narrowed:
            # Not by what there is: even that an answer exists would tell those who may not read it.
            embeds.add_reason(embed, say("discord.searched_together"))
            buttons.add_item(AloneButton(say("discord.button.alone")))
        return embed, buttons

    async def _ask(
        self,
        question: str,
        conversation: Conversation | None,
        source: str | None,
        request: int,
        guild_id: int | None,
        reach: Reach,
    ) -> tuple[Answer, bool] | None:
        """The answer, and whether it is for the asker alone, since not everyone who would see it may read it.

        From the documents whose titles begin with `source`, if it is given; None if there are none.
        """
        if task := asyncio.current_task():
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)
        begin = time.perf_counter()
        asked = question.strip()[:_LONGEST_QUESTION]

        def answer_from(library: Library) -> Answer | None:
            among = None
            if source is not None:
                titles = {title for title, _, _ in library.collection.documents() if title[:CHOICE_LENGTH] == source}
                if not titles:
                    return None
                among = library.collection.titled(titles)
            answer = Answerer(library).ask(asked, embeds.MOST_PAGES, conversation or NEW_CONVERSATION, among)
            hits = tuple(hit._replace(passage=library.placed(hit.passage, hit.sentence)) for hit in answer.result.hits)
            return answer._replace(result=answer.result._replace(hits=hits))

        def answer_for_all() -> tuple[Answer, bool] | None:
            alone = self._client.look_up(reach.alone, answer_from, guild_id)
            if alone is None or not reach.narrowed:
                return None if alone is None else (alone, False)
            first = alone.result.hits[0].passage.id if alone.result.answered else ""
            if first and self._client.look_up(reach.together, lambda library: library.passage(first), guild_id) is None:
                return alone, True
            together = self._client.look_up(reach.together, answer_from, guild_id)
            return (alone, True) if together is None else (together, False)

        found = await self._client.off_loop(answer_for_all)
        if found is None:
            return None
        milliseconds = round((time.perf_counter() - begin) * 1000, 1)
        self._client.log_event(
            "answer", request, guild=guild_id, answered=found[0].result.answered, milliseconds=milliseconds
        )
        return found

    def note_gap(
        self,
        question: str,
        say: Wording,
        person: int,
        guild: discord.Guild | None,
        place: object,
        message: int | None,
        worded_by: int | None = None,
    ) -> None:
        """Note a question without an answer; in direct messages, and where nobody else saw it, there is no message."""
        if guild is None:
            asking = Asking(person=person, language=say.language, worded_by=worded_by)
            self._client.notes.gap(None, question[:_LONGEST_QUESTION], asking)
            return
        # Those who read a private thread's channel are not to learn what is asked in it.
        channel = channel_told_of(place) if channel_seen(guild, place) else 0
        number = place.id if isinstance(place, (discord.Thread, GuildChannel)) else 0
        asking = Asking(channel, number, message, person, say.language, worded_by=worded_by)
        self._client.notes.gap(guild.id, question[:_LONGEST_QUESTION], asking)

    def _buttons(self, say: Wording, asker: int, answer: Answer, administrator: bool) -> discord.ui.View:
        ids = [hit.passage.id for hit in answer.result.hits]
        return buttons_of(say, asker, ids, answer.result.answered, administrator=administrator)

    def _seconds_to_wait(self, user_id: int, guild_id: int | None) -> int:
        limits = [("user", user_id, self._client.settings.questions_a_minute)]
        if guild_id is not None:
            limits.append(("guild", guild_id, self._client.settings.questions_a_minute_in_guild))
        return self._limits.seconds_to_wait(*limits)


async def _from_what_is_allowed(asker: Asker, answer_from: Callable[[Reach], Awaitable[Given]]) -> Given:
    """Answer from what may be shown; where that becomes less before the answer is sent, anew from what is left."""
    reach = asker.reach()
    while True:
        try:
            return await answer_from(reach)
        except NoLongerAllowed:
            reach = reach.within(asker.reach())


def _still_waiting(told_until: dict[int, float], now: float) -> dict[int, float]:
    return {user_id: until for user_id, until in told_until.items() if until > now}
