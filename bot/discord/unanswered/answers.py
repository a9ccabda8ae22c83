"""A moderator's answer to a question that found none: it becomes knowledge, and whoever asked is told."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, Any

import discord
from discord.abc import GuildChannel

from bot.discord.access.authority import Interaction, channels_looked_after
from bot.discord.access.permissions import everyone_may_read, may_read
from bot.discord.access.reach import channel_seen
from bot.discord.access.revocation import NoLongerAllowed, only_while
from bot.discord.answers import embeds
from bot.discord.knowledge.saved_messages import save_from
from bot.discord.knowledge.saving import Place, place_of, readers_text, save
from bot.discord.knowledge.sources import is_refused
from bot.discord.message_text import text_of
from bot.discord.unanswered.questions import gap_for
from bot.wording import Sentence, Wording
from bot.wording.discord import responses
from bot.wording.discord import unanswered as sentences
from index.audience import CHANNEL, Audience
from index.store.discord.message_rows import Message
from index.store.discord.unanswered_questions import Asking, Gap, Gaps
from index.types import Passage

if TYPE_CHECKING:
    from bot.discord.client import KotaeClient

_LINK = re.compile(r"https://(?:ptb\.|canary\.)?discord(?:app)?\.com/channels/(@me|\d{1,20})/(\d{1,20})/(\d{1,20})/?")
# Of as many mentions as Discord takes in a message, what leaves room for a sentence.
_MOST_MENTIONS = 50
# As many members as Discord's gateway looks up at once ("Request Guild Members").
_MOST_MEMBERS = 100
# The channel of what was asked in private threads, which belong to no channel's moderators.
_NO_CHANNEL = 0


async def answer_gap(interaction: Interaction, name: str, written: str) -> None:
    """Take a moderator's answer, or the message that it links to, and tell whoever asked."""
    client: KotaeClient = interaction.client
    say = client.wording_for(interaction)
    if await is_refused(interaction):
        return
    gap, _ = await gap_for(interaction, name)
    if gap is None or interaction.guild is None or client.store is None:
        await client.tell(interaction, say(sentences.QUESTION_GONE))
        return
    channels = await channels_looked_after(interaction)
    askings = [one for one in await client.off_loop(Gaps(client.store).askings, gap.number) if one.channel in channels]
    link = _LINK.fullmatch(written.strip())
    if link:
        outcome, place, answer = await _linked(interaction, askings, link)
    else:
        outcome, place, answer = await _written(interaction, askings, written.strip())
    if place is None or answer is None:
        await client.tell(interaction, say(outcome))
        return
    # Stored first, so that a question is never closed without its answer. Closed before anybody is told, which only who
    # closed it does: should the bot end in between, or should two answer at once, nobody is told twice.
    closed = await client.off_loop(Gaps(client.store).close_in, gap.number, {*channels, _NO_CHANNEL})
    told = await _tell(client, interaction.guild, gap, closed, place, answer)
    readers = readers_text(say, interaction.guild, place.audience)
    outcome = sentences.ANSWER_SAVED_AND_ASKERS_NOTIFIED if told else sentences.ANSWER_SAVED
    await client.tell(interaction, say(outcome, readers=readers, told=told))


async def _written(
    interaction: Interaction, askings: Sequence[Asking], text: str
) -> tuple[Sentence, Place | None, Message | None]:
    """Save what a moderator wrote; for the readers of the widest channel where it was asked."""
    guild, person, client = interaction.guild, interaction.user, interaction.client
    channel = _widest(guild, askings)
    if guild is None or channel is None or not any(map(str.isalnum, text)):
        return sentences.QUESTION_GONE if channel is None else responses.NO_TEXT_TO_SAVE, None, None
    heading = _wording_for(channel, askings)
    answer = Message(
        id=interaction.id,
        author=person.id,
        name=person.global_name or person.name,
        text=text,
        sent=datetime.now(UTC).isoformat(timespec="seconds"),
        heading=heading,
        asked_by=_asker_of(heading, askings),
    )
    place = place_of(channel)
    if not await client.off_loop(save, client.store, place, answer):
        return sentences.ANSWERER_OPTED_OUT, None, None
    return sentences.ANSWER_SAVED, place, answer


def _widest(guild: discord.Guild | None, askings: Sequence[Asking]) -> GuildChannel | None:
    """Of the channels where it was asked one that all who read the others read, else the one where it was asked most."""
    counted = Counter(asking.channel for asking in askings)
    found = [channel for number, _ in counted.most_common() if guild and (channel := guild.get_channel(number))]
    for candidate in found:
        audience = Audience(CHANNEL, candidate.guild.id, candidate.id)
        if all(everyone_may_read(audience, other) for other in found if other is not candidate):
            return candidate
    return found[0] if found else None


def _wording_for(channel: GuildChannel, askings: Sequence[Asking]) -> str:
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
    interaction: Interaction, askings: Sequence[Asking], link: re.Match[str]
) -> tuple[Sentence, Place | None, Message | None]:
    """Save a message that answers a question; for the readers of its channel."""
    client, guild, member = interaction.client, interaction.guild, interaction.user
    unreadable = sentences.LINK_UNREADABLE, None, None
    if guild is None or link[1] != str(guild.id) or not isinstance(member, discord.Member):
        return unreadable
    try:
        place = guild.get_channel_or_thread(int(link[2])) or await guild.fetch_channel(int(link[2]))
        channel = channel_seen(guild, place)
        if channel is None or not may_read(Audience(CHANNEL, guild.id, channel.id), member):
            return unreadable
        private = isinstance(place, discord.Thread) and place.is_private()
        if private and not channel.permissions_for(member).manage_threads:
            # Who reads a channel may not know of its private threads.
            return unreadable
        message = await client.get_partial_messageable(place.id, guild_id=guild.id).fetch_message(int(link[3]))
    except (discord.HTTPException, discord.InvalidData):
        return unreadable
    if not message.content and not client.settings.message_content:
        return sentences.LINK_NEEDS_INTENT, None, None
    # What a partial channel lacks.
    message.channel = place
    heading = _wording_for(channel, askings)
    asked_by = _asker_of(heading, askings)
    outcome, saved = await save_from(client, client.store, member, message, heading, asked_by)
    if saved is None:
        return outcome, None, None
    author = message.author.global_name or message.author.name
    sent = message.created_at.isoformat(timespec="seconds")
    text = text_of(message)
    return outcome, saved, Message(message.id, message.author.id, author, text, sent, None, heading, message.jump_url)


async def _tell(
    client: KotaeClient, guild: discord.Guild, gap: Gap, askings: Sequence[Asking], place: Place, answer: Message
) -> int:
    """Tell whoever asked, where they asked, if all who see that place may read the answer; else in a direct message.

    Each is told once, and nobody in a place that they can no longer see. Gives how many could be told of those whom
    the channels' moderators may know of.
    """
    told: set[int] = set()
    members = await _members(client, guild, {one.person for one in askings if one.person})
    together: defaultdict[tuple[int, int, int], list[Asking]] = defaultdict(list)
    for asking in askings:
        if asking.message and asking.person:
            together[asking.channel, asking.place, asking.message].append(asking)
    for (channel, where, message), some in together.items():
        there = Audience(CHANNEL, guild.id, channel)
        asked = dict.fromkeys(one.person for one in some if one.person and one.person not in told)
        people = [one for one in asked if one in members and may_read(there, members[one])]
        seen = guild.get_channel(channel)
        if people and seen is not None and everyone_may_read(place.audience, seen):
            card = _card(some[0], place, answer)
            for start in range(0, len(people), _MOST_MENTIONS):
                mentioned = people[start : start + _MOST_MENTIONS]
                with only_while(partial(everyone_may_read, place.audience, seen)):
                    if await _reply(client, where, message, *card, mentioned):
                        told |= {*mentioned}
    for asking in askings:
        asked_by = members.get(asking.person or 0)
        if asked_by and asked_by.id not in told:
            card = _card(asking, place, answer)
            with only_while(partial(may_read, place.audience, asked_by)):
                if await _write_to(client, asked_by.id, *card):
                    told.add(asked_by.id)
    client.log_event("gap answered", gap.number, guild=guild.id, told=len(told))
    return len(told & {one.person for one in askings if one.channel != _NO_CHANNEL})


def _card(asking: Asking, place: Place, answer: Message) -> tuple[str, discord.Embed]:
    language: Any = asking.language
    say = Wording(language)
    passage = Passage(
        id="",
        text=answer.text,
        title=place.name,
        heading=answer.heading,
        paragraph=1,
        speaker=answer.name,
        role=None,
        source=place.guild_name,
        url=answer.url,
        date=answer.sent,
    )
    return say(sentences.ANSWER_FOUND), embeds.passage_embed(say, asking.wording or "", passage, None, None)


async def _members(client: KotaeClient, guild: discord.Guild, people: Iterable[int]) -> dict[int, discord.Member]:
    """Those of some people who are in a guild, as they are now."""
    found: dict[int, discord.Member] = {}
    wanted = sorted(people)
    for start in range(0, len(wanted), _MOST_MEMBERS):
        some = wanted[start : start + _MOST_MEMBERS]
        try:
            members = await guild.query_members(user_ids=some, limit=_MOST_MEMBERS, cache=False)
        except TimeoutError:
            client.log_event("members not found", guild.id)
        else:
            found |= {member.id: member for member in members}
    return found


async def _reply(
    client: KotaeClient, place: int, message: int, text: str, embed: discord.Embed, people: Sequence[int]
) -> bool:
    """Reply to the card that had no answer, with a ping for those who asked; not where that was deleted."""
    channel = client.get_partial_messageable(place)
    mentions = discord.AllowedMentions(everyone=False, roles=False, users=[discord.Object(one) for one in people])
    text = " ".join([*(f"<@{person}>" for person in people), text])
    reference = discord.MessageReference(message_id=message, channel_id=place)
    try:
        await channel.send(text, embed=embed, allowed_mentions=mentions, reference=reference, mention_author=False)
    except discord.HTTPException as error:
        client.log_event("not told", message, status=error.status, code=error.code)
        return False
    except NoLongerAllowed:
        return False
    return True


async def _write_to(client: KotaeClient, person: int, text: str, embed: discord.Embed) -> bool:
    try:
        channel = await client.create_dm(discord.Object(person))
        await channel.send(text, embed=embed, allowed_mentions=discord.AllowedMentions.none())
    except discord.HTTPException as error:
        # Many take no direct messages.
        client.log_event("not told", person, status=error.status, code=error.code)
        return False
    except NoLongerAllowed:
        return False
    return True
