"""A moderator's answer to a question that found none: it is saved as a passage, and whoever asked is notified."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

import discord
from discord.abc import GuildChannel

from bot.discord.access.permissions import everyone_may_read, may_read
from bot.discord.access.reach import channel_of
from bot.discord.components import submitted
from bot.discord.knowledge.readers import readers_text
from bot.discord.knowledge.saved_messages import save, save_from
from bot.discord.learning.source_channels import SourceChannel, source_channel_of
from bot.discord.message_text import text_of
from bot.discord.replies import Interaction, send_ephemeral
from bot.discord.services import log_event, services_of, wording_for
from bot.discord.unanswered.notices import Notices
from bot.discord.unanswered.questions import ANSWER_FORM, question_for
from bot.wording import Sentence
from bot.wording.discord import responses
from bot.wording.discord import unanswered as sentences
from index.audience import CHANNEL, Audience
from index.store.discord.channel_sources import ChannelSources
from index.store.discord.message_rows import SAVED, Message
from index.store.discord.unanswered_questions import Asking, UnansweredQuestions
from index.store.store import Store

_LINK = re.compile(r"https://(?:ptb\.|canary\.)?discord(?:app)?\.com/channels/(@me|\d{1,20})/(\d{1,20})/(\d{1,20})/?")
# The channel of what was asked in private threads, which belong to no channel's moderators.
_NO_CHANNEL = 0


async def submit_answer(interaction: Interaction) -> bool:
    """Take a moderator's answer, or the message that it links to, from a submitted form; False for another form."""
    form = submitted(interaction, ANSWER_FORM)
    if form and await services_of(interaction).within_rate_limit(interaction):
        await _answer(interaction, form.match["opaque_id"], form.text.strip())
    return form is not None


async def _answer(interaction: Interaction, opaque_id: str, written: str) -> None:
    services, say, guild = services_of(interaction), wording_for(interaction), interaction.guild
    store = await services.store_for_moderator(interaction)
    if store is None:
        return
    question, _ = await question_for(interaction, store, opaque_id)
    if question is None or guild is None:
        await send_ephemeral(interaction, say(sentences.QUESTION_GONE))
        return
    channels = await services.moderated_channels(interaction)
    every = await services.run_in_thread(UnansweredQuestions(store).askings, question.number)
    askings = [one for one in every if one.channel in channels]
    if link := _LINK.fullmatch(written):
        outcome, source, answer = await _linked(interaction, guild, store, askings, link)
    else:
        outcome, source, answer = await _written(interaction, guild, store, askings, written)
    if source is None or answer is None:
        await send_ephemeral(interaction, say(outcome))
        return
    # Stored first, so that a question is never closed without its answer.
    closed, told = await close_and_tell(interaction, store, question.number, source, answer)
    log_event("gap answered", question.number, guild=guild.id, told=len(told))
    count = len(told & {one.person for one in closed if one.channel != _NO_CHANNEL})
    readers = readers_text(say, guild, source.audience)
    outcome = sentences.ANSWER_SAVED_AND_ASKERS_NOTIFIED if count else sentences.ANSWER_SAVED
    await send_ephemeral(interaction, say(outcome, readers=readers, told=count))


async def close_and_tell(
    interaction: Interaction,
    store: Store,
    number: int,
    source: SourceChannel,
    answer: Message,
    besides: int | None = None,
) -> tuple[list[Asking], set[int]]:
    """Close a question where whoever acts moderates, and tell who asked it there, besides one who knows already.

    Gives the askings that were closed, and who was told.
    """
    services, guild = services_of(interaction), interaction.guild
    channels = {*await services.moderated_channels(interaction), _NO_CHANNEL}
    # Closed before anybody is told, which only who closed it does: should the bot end in between, or should two answer at
    # once, nobody is told twice.
    closed = await services.run_in_thread(_close, store, number, channels, source)
    waiting = [one for one in closed if besides is None or one.person != besides]
    told = await Notices(services, guild, source, answer).send(waiting) if guild else set()
    return closed, told


def _close(store: Store, number: int, channels: set[int], source: SourceChannel) -> list[Asking]:
    """Close a question in some channels, which are answered from what was saved, also where only some sources are chosen."""
    questions, saved = UnansweredQuestions(store), store.put_source(SAVED, source.saved, source.audience)
    for channel in channels.intersection(one.channel for one in questions.askings(number)) - {_NO_CHANNEL}:
        ChannelSources(store).add(source.guild, channel, saved)
    return questions.close_in(number, channels)


async def _written(
    interaction: Interaction, guild: discord.Guild, store: Store, askings: Sequence[Asking], text: str
) -> tuple[Sentence, SourceChannel | None, Message | None]:
    """Save what a moderator wrote; for the readers of the widest channel where it was asked."""
    person, channel = interaction.user, _widest(guild, askings)
    if channel is None or not any(map(str.isalnum, text)):
        return sentences.QUESTION_GONE if channel is None else responses.NO_TEXT_TO_SAVE, None, None
    heading = _question_as_asked(channel, askings)
    answer = Message(
        id=interaction.id,
        author=person.id,
        name=person.global_name or person.name,
        text=text,
        sent=datetime.now(UTC).isoformat(timespec="seconds"),
        heading=heading,
        asked_by=_asker_of(heading, askings),
    )
    source = source_channel_of(channel)
    if not await services_of(interaction).run_in_thread(save, store, source, answer):
        return sentences.ANSWERER_OPTED_OUT, None, None
    return sentences.ANSWER_SAVED, source, answer


def _widest(guild: discord.Guild, askings: Sequence[Asking]) -> GuildChannel | None:
    """Of the channels where it was asked one that all who read the others read, else the one where it was asked most."""
    counted = Counter(asking.channel for asking in askings)
    found = [channel for number, _ in counted.most_common() if (channel := guild.get_channel(number))]
    for candidate in found:
        audience = Audience(CHANNEL, candidate.guild.id, candidate.id)
        if all(everyone_may_read(audience, other) for other in found if other is not candidate):
            return candidate
    return found[0] if found else None


def _question_as_asked(channel: GuildChannel, askings: Sequence[Asking]) -> str:
    """The question as it was first asked where all who see a channel may read it; empty where it was not."""
    guild = channel.guild
    for asking in askings:
        where = Audience(CHANNEL, guild.id, asking.channel)
        if asking.channel == channel.id or everyone_may_read(where, channel):
            return asking.wording or ""
    return ""


def _asker_of(wording: str, askings: Sequence[Asking]) -> int | None:
    """Who worded a question so."""
    first = next((one for one in askings if one.wording == wording), None)
    return first and (first.worded_by or first.person)


async def _linked(
    interaction: Interaction, guild: discord.Guild, store: Store, askings: Sequence[Asking], link: re.Match[str]
) -> tuple[Sentence, SourceChannel | None, Message | None]:
    """Save a message that answers a question; for the readers of its channel."""
    services, member = services_of(interaction), interaction.user
    unreadable = sentences.LINK_UNREADABLE, None, None
    if link[1] != str(guild.id) or not isinstance(member, discord.Member):
        return unreadable
    try:
        linked: Any = guild.get_channel_or_thread(int(link[2])) or await guild.fetch_channel(int(link[2]))
        channel = channel_of(guild, linked)
        if channel is None or not may_read(Audience(CHANNEL, guild.id, channel.id), member):
            return unreadable
        private = isinstance(linked, discord.Thread) and linked.is_private()
        if private and not channel.permissions_for(member).manage_threads:
            # Who reads a channel may not know of its private threads.
            return unreadable
        message = await services.client.get_partial_messageable(linked.id, guild_id=guild.id).fetch_message(
            int(link[3])
        )
    except (discord.HTTPException, discord.InvalidData):
        return unreadable
    if not message.content and not services.settings.message_content:
        return sentences.LINK_NEEDS_INTENT, None, None
    # What a partial channel lacks.
    message.channel = linked
    heading = _question_as_asked(channel, askings)
    asked_by = _asker_of(heading, askings)
    outcome, saved = await save_from(services, store, member, message, heading, asked_by)
    if saved is None:
        return outcome, None, None
    return outcome, saved, answer_of(message, heading)


def answer_of(message: discord.Message, heading: str) -> Message:
    """A message as the answer to a question."""
    author = message.author.global_name or message.author.name
    sent = message.created_at.isoformat(timespec="seconds")
    return Message(message.id, message.author.id, author, text_of(message), sent, None, heading, message.jump_url)
