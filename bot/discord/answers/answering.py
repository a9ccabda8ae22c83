"""Answering in Discord: who may see which answer, and where it is shown."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable, Collection
from functools import partial
from typing import NamedTuple, TypeVar

import discord
from discord.ui import Button, View

from bot.answerer import Answer
from bot.conversation import NEW_CONVERSATION, Conversation, asks_for_help
from bot.discord.access.authority import administers
from bot.discord.access.reach import Asker, Reach, member_now
from bot.discord.access.revocation import NoLongerAllowed, NoLongerOurs, only_while
from bot.discord.answers import embeds
from bot.discord.answers.addressed import addressed_question, conversation_before, is_own_thread
from bot.discord.answers.asking import ask, is_gone
from bot.discord.answers.buttons import PRIVATE_ANSWER_ID, buttons_of, may_write, own_message
from bot.discord.answers.feedback import LONGEST_QUESTION, count_question, record_unanswered
from bot.discord.answers.follow_up import FORM_ID
from bot.discord.answers.help.asking import HelpButton
from bot.discord.answers.help.experts import names_experts
from bot.discord.components import PersistentItem, submitted
from bot.discord.replies import Interaction, reply_to, reply_to_message, send_ephemeral
from bot.discord.requests import Pace, in_background
from bot.discord.services import Services, log_event, services_of, wording_for
from bot.discord.sharding.ownership import CLAIM
from bot.discord.translation import language_of_locale
from bot.rate_limits import RateLimits
from bot.wording import Wording, answers
from bot.wording.discord import answers as sentences
from bot.wording.discord import responses
from index.errors import DatabaseError
from index.query.question import Question
from index.search.library import Library
from index.stages import stage
from index.store.discord.help_requests import HelpRequests

# As much of a document's title as a choice of Discord's has room for.
TITLE_LENGTH = 100
# In seconds, between messages that wait for an answer longer: each takes some requests, and whoever asks now comes first.
_BETWEEN_MISSED = 0.1

Given = TypeVar("Given")
logger = logging.getLogger("kotae.discord")


class _Given(NamedTuple):
    """An answer, and whether it is for the asker alone, since not everyone who would see it may read it.

    `source_count` is of how many sources it is, where the channel is answered from some only; `continues_gone` whether what it
    goes on from is not there any more; `with_experts` whether there are experts to be asked instead.
    """

    answer: Answer
    alone: bool
    source_count: int | None
    continues_gone: bool
    with_experts: bool = False


class Answering:
    """Answers questions of interactions and messages; nobody sees what they may not read."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._missed = Pace(_BETWEEN_MISSED)
        self._told_until: dict[int, float] = {}
        self._clock = services.clock
        self._limits = RateLimits(services.clock)

    async def titles(self, interaction: Interaction) -> list[str]:
        """The titles of the documents that whoever acts may read."""
        looking = self._services.query_library(
            interaction, lambda library: library.collection.documents(), private=True
        )
        found, allowed = await looking
        return list(dict.fromkeys(title for title, _, _ in found)) if allowed() else []

    async def answer_interaction(
        self,
        interaction: Interaction,
        question: str,
        conversation: Conversation | None = None,
        private: bool = False,
        source: str | None = None,
    ) -> bool:
        """Answer a question asked by a command or a form: at once, or after saying that it takes a moment.

        Where `source` is given, only from the documents whose titles begin so. Whether there was an answer to give.
        """
        say = wording_for(interaction)
        reply = reply_to(interaction)
        # Not by what is found: others would see that it took long, and nothing else.
        reply.alone = private
        if not question.strip():
            await send_ephemeral(interaction, say(sentences.NO_QUESTION))
            return False
        if wait := self._seconds_to_wait(interaction.user.id, interaction.guild_id):
            await send_ephemeral(interaction, say(responses.TOO_MANY_QUESTIONS, seconds=wait))
            return False
        if courtesy := Question(question).courtesy:
            await send_ephemeral(interaction, say(answers.COURTESIES[courtesy]))
            return False
        # What may not be written is not written on somebody's behalf.
        silent = not private and not may_write(interaction)
        hidden = private or silent
        reply.alone = hidden
        asker = await self._services.asker_of(interaction)

        async def answer_from(reach: Reach) -> bool:
            if hidden:
                reach = reach.in_private
            found = await self._ask(
                question, conversation, source, interaction.id, interaction.guild_id, reach, asker.sources
            )
            if found is None:
                unknown = say(sentences.UNKNOWN_SOURCE, source=(source or "")[:TITLE_LENGTH])
                await send_ephemeral(interaction, unknown)
                return False
            answer, alone = found.answer, found.alone
            embed = self._card(say, found)
            if silent or alone:
                reason = sentences.SHOWN_TO_YOU_WHO_MAY_NOT_WRITE if silent else sentences.SHOWN_TO_YOU_ALONE
                embeds.add_reason(embed, say(reason))
            administrator = administers(interaction.permissions)
            buttons = self._buttons(say, interaction.user.id, answer, administrator, found.with_experts)
            alone = alone or hidden
            used = reach.alone if alone else reach.together
            with only_while(partial(asker.reaches, used, alone=alone)):
                seen = await reply.show(alone=alone, embed=embed, view=buttons)
            count_question(self._services, answer, interaction.guild, interaction.channel, seen)
            if answer.unanswered:
                record_unanswered(
                    self._services, question, say, interaction.user.id, interaction.guild, interaction.channel, seen
                )
            return True

        return await _from_what_is_allowed(asker, answer_from)

    async def answer_if_addressed(self, message: discord.Message, *, missed: bool = False) -> bool:
        """Answer a message that addresses the bot, whatever comes of it; False for another message.

        One that was `missed` may be answered already, and there may be many of them at once.
        """
        me = self._services.client.user
        if me is None:
            return False
        direct = await self._services.direct_messages.is_one(message)
        among_people = await self.is_among_people(message)
        question = await addressed_question(message, me, direct=direct, among_people=among_people)
        if question is None:
            return False
        if missed:
            await self._missed.wait()
        self._services.note_under_way()
        if await self._services.ownership.claim(_claim_of(message), checked=missed):
            if missed:
                message.author = await member_now(message)
            await self._answer_claimed(message, question)
        else:
            in_background(self._answer_if_left_unanswered(message, question))
        return True

    async def is_among_people(self, message: discord.Message) -> bool:
        """Whether a message is in a thread in which the bot asked people for help; without a store there is none."""
        store, me = self._services.store, self._services.client.user
        if store is None or me is None or not is_own_thread(message, me):
            return False
        try:
            return bool(await self._services.run_in_thread(HelpRequests(store).asked_in, message.channel.id))
        except DatabaseError:
            # Whoever asks is told of that when the answer fails, too.
            return False

    async def _answer_if_left_unanswered(self, message: discord.Message, question: str) -> None:
        """Answer a message that another process began to answer, and did not: it was ended meanwhile."""
        await asyncio.sleep(CLAIM + 1)
        ownership, guild = self._services.ownership, message.guild.id if message.guild else None
        if ownership.holds(guild) and await ownership.claim(_claim_of(message), checked=True):
            message.author = await member_now(message)
            await self._answer_claimed(message, question)

    async def _answer_claimed(self, message: discord.Message, question: str) -> None:
        say = Wording(language_of_locale(str(message.guild.preferred_locale) if message.guild else "ja", question))
        try:
            await self.answer_message(say, message, question)
        except NoLongerOurs:
            # The claim expires, and whoever has the shard then answers.
            in_background(self._answer_if_left_unanswered(message, question))
            return
        except discord.HTTPException as error:
            log_event("unanswerable message", message.id, status=error.status, code=error.code)
        except Exception:
            logger.exception("failed", extra={"event": "error", "request": message.id})
            await reply_to_message(message, say(responses.FAILED, request=message.id))
        # Not where the process ended meanwhile: then the claim expires, and another one answers.
        self._services.ownership.finish(_claim_of(message))

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
                await reply_to_message(message, say(responses.TOO_MANY_QUESTIONS, seconds=wait))
            return
        if not question or self._services.client.user is None:
            await reply_to_message(message, say(sentences.NO_QUESTION))
            return
        if asks_for_help(question):
            await reply_to_message(message, say(sentences.HELP))
            return
        # No card, so that the conversation goes on from the one before.
        if courtesy := Question(question).courtesy:
            await reply_to_message(message, say(answers.COURTESIES[courtesy]))
            return
        asker = await self._services.asker_of(message)
        conversation = await conversation_before(message, self._services.client.user, direct=asker.alone_with_us)

        async def answer_from(reach: Reach) -> None:
            found = await self._ask_together(message, question, conversation, reach, asker.sources)
            if found is None:
                return
            embed, buttons = self._public_card(say, message.author, found, reach)
            with only_while(partial(asker.reaches, reach.together, alone=False)):
                sent = await reply_to_message(message, embed=embed, view=buttons)
            count_question(self._services, found.answer, message.guild, message.channel, sent.id)
            if found.answer.unanswered:
                record_unanswered(
                    self._services, question, say, message.author.id, message.guild, message.channel, sent.id
                )

        await _from_what_is_allowed(asker, answer_from)

    async def answer_unasked(
        self,
        say: Wording,
        message: discord.Message,
        question: str,
        still_wanted: Callable[[], bool],
        button: PersistentItem[Button[View]],
    ) -> bool:
        """Answer a message that is not addressed to the bot, with one more button; whether it was answered."""
        if self._seconds_to_wait(message.author.id, message.guild.id if message.guild else None):
            return False
        asker = await self._services.asker_of(message)

        async def answer_from(reach: Reach) -> bool:
            found = await self._ask_together(
                message, question, NEW_CONVERSATION, reach, asker.sources, front_end="auto_answer"
            )
            if found is None or not found.answer.result.answered or not still_wanted():
                return False
            embed, buttons = self._public_card(say, message.author, found, reach)
            buttons.add_item(button)
            with only_while(partial(asker.reaches, reach.together, alone=False)):
                sent = await reply_to_message(message, must_exist=True, embed=embed, view=buttons)
            count_question(self._services, found.answer, message.guild, message.channel, sent.id)
            return True

        return await _from_what_is_allowed(asker, answer_from)

    async def _ask_together(
        self,
        message: discord.Message,
        question: str,
        conversation: Conversation,
        reach: Reach,
        sources: Collection[int] | None,
        front_end: str = "discord",
    ) -> _Given | None:
        """The answer from what everyone who sees a message may read."""
        guild_id = message.guild.id if message.guild else None
        return await self._ask(question, conversation, None, message.id, guild_id, reach.in_public, sources, front_end)

    def _card(self, say: Wording, found: _Given) -> discord.Embed:
        """The card of an answer, with what is to be known of where it comes from."""
        embed = embeds.answer_embed(say, found.answer, self._services.settings.contact)
        if found.answer.asks and not found.answer.result.answered and found.source_count is not None:
            embeds.add_reason(embed, say(sentences.answered_from(found.source_count), count=found.source_count))
        if found.continues_gone:
            embeds.add_notice(embed, say(sentences.EARLIER_PASSAGE_GONE))
        return embed

    def _public_card(
        self, say: Wording, asker: discord.Member | discord.User, found: _Given, reach: Reach
    ) -> tuple[discord.Embed, discord.ui.View]:
        """What everyone sees of an answer."""
        embed = self._card(say, found)
        administrator = isinstance(asker, discord.Member) and administers(asker.guild_permissions)
        buttons = self._buttons(say, asker.id, found.answer, administrator, found.with_experts)
        if reach.narrowed:
            # Not by what there is: even that an answer exists would tell those who may not read it.
            embeds.add_reason(embed, say(sentences.SEARCHED_WHAT_ALL_MAY_READ))
            buttons.add_item(PrivateAnswerButton(say(sentences.FOR_ME_ALONE)))
        return embed, buttons

    async def _ask(
        self,
        question: str,
        conversation: Conversation | None,
        source: str | None,
        request: int,
        guild_id: int | None,
        reach: Reach,
        sources: Collection[int] | None,
        front_end: str = "discord",
    ) -> _Given | None:
        """The answer from some sources, or from all, and of these from the documents whose titles begin with `source`.

        None if there are no such documents.
        """
        self._services.note_under_way()
        begin = time.perf_counter()
        asked = question.strip()[:LONGEST_QUESTION]

        def answer_from(library: Library, *, alone: bool) -> _Given | None:
            among = None
            if source is not None:
                titles = {title for title, _, _ in library.collection.documents() if title[:TITLE_LENGTH] == source}
                if not titles:
                    return None
                among = library.collection.titled(titles)
            answer = ask(library, asked, conversation or NEW_CONVERSATION, among)
            gone = conversation is not None and is_gone(library, conversation.about)
            source_count = None if sources is None else library.collection.source_count
            return _Given(answer, alone, source_count, gone)

        def answer_for_all() -> _Given | None:
            with stage("question"):
                return self._with_experts(answer_within(), guild_id)

        def answer_within() -> _Given | None:
            library = self._services.library_for(reach.alone, guild_id, sources)
            alone = answer_from(library, alone=reach.narrowed)
            if alone is None or not reach.narrowed:
                return alone
            library = self._services.library_for(reach.together, guild_id, sources)
            if alone.answer.result.certainty != "none":
                first = alone.answer.result.hits[0]
                if not any(library.passage(one.id) for one in (first.passage, *first.duplicates)):
                    return alone
            return answer_from(library, alone=False) or alone

        found = await self._services.run_in_thread(answer_for_all)
        if found is None:
            return None
        seconds = time.perf_counter() - begin
        self._services.metrics.answered(front_end, found.answer, seconds)
        milliseconds = round(seconds * 1000, 1)
        log_event("answer", request, guild=guild_id, answered=found.answer.result.answered, milliseconds=milliseconds)
        return found

    def _with_experts(self, given: _Given | None, guild_id: int | None) -> _Given | None:
        if given is None or not given.answer.unanswered:
            return given
        return given._replace(with_experts=names_experts(self._services.store, guild_id))

    def _buttons(
        self, say: Wording, asker: int, answer: Answer, administrator: bool, with_experts: bool
    ) -> discord.ui.View:
        ids = [hit.passage.id for hit in answer.result.hits]
        found = answer.result.certainty != "none"
        buttons = buttons_of(say, asker, ids, found, administrator=administrator, continued=answer.about)
        if with_experts:
            buttons.add_item(HelpButton(asker, say(sentences.ASK_FOR_HELP)))
        return buttons

    def _seconds_to_wait(self, user_id: int, guild_id: int | None) -> int:
        limits = [("user", user_id, self._services.settings.questions_a_minute)]
        if guild_id is not None:
            limits.append(("guild", guild_id, self._services.settings.questions_a_minute_in_guild))
        return self._limits.seconds_to_wait(*limits)


async def _from_what_is_allowed(asker: Asker, answer_from: Callable[[Reach], Awaitable[Given]]) -> Given:
    """Answer from what may be shown; where that becomes less before the answer is sent, anew from what is left."""
    reach = asker.reach()
    while True:
        try:
            return await answer_from(reach)
        except NoLongerOurs:
            raise
        except NoLongerAllowed:
            reach = reach.within(asker.reach())


def _claim_of(message: discord.Message) -> str:
    return f"message {message.id}"


def _still_waiting(told_until: dict[int, float], now: float) -> dict[int, float]:
    return {user_id: until for user_id, until in told_until.items() if until > now}


class PrivateAnswerButton(PersistentItem[Button[View]], template=PRIVATE_ANSWER_ID):
    """Answers a card's question again, to whoever clicks alone, from all that they may read."""

    def __init__(self, label: str = "") -> None:
        super().__init__(Button(label=label or "…", emoji="🔒", custom_id=PRIVATE_ANSWER_ID, row=1))

    async def respond(self, interaction: Interaction) -> None:
        """Answer, or say that the card is no longer known."""
        message = own_message(interaction)
        question = embeds.question_of(message) if message else None
        if message is None or question is None:
            await send_ephemeral(interaction, wording_for(interaction)(sentences.QUESTION_UNREADABLE))
            return
        conversation = Conversation(embeds.earlier_words_of(message), about=embeds.continued_by(message))
        answering = services_of(interaction).get(Answering)
        await answering.answer_interaction(interaction, question, conversation, private=True)


async def submit_follow_up(interaction: Interaction) -> bool:
    """Answer the question in a submitted form, in the conversation of its card; False for another form."""
    form = submitted(interaction, FORM_ID)
    if form:
        message = own_message(interaction)
        conversation = embeds.conversation_of(message) if message else None
        private = bool(message and message.flags.ephemeral)
        answering = services_of(interaction).get(Answering)
        await answering.answer_interaction(interaction, form.text, conversation, private=private)
    return form is not None
