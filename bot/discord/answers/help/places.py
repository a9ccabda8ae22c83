"""Where experts are asked: in a thread where one can be opened, else in the channel."""

from __future__ import annotations

from typing import NamedTuple

import discord

from bot.discord.access.reach import channel_of
from bot.discord.access.requirements import missing_permissions
from bot.printable import one_line, shorten

_THREAD_NAME_LENGTH = 100
# "A thread has already been created for this message": topics/opcodes-and-status-codes, "JSON Error Codes".
_THREAD_EXISTS = 160004
_IN_THREADS = discord.Permissions(create_public_threads=True, send_messages_in_threads=True)

Writable = discord.TextChannel | discord.VoiceChannel | discord.StageChannel | discord.Thread


class Place(NamedTuple):
    """Where experts are asked, and whether in a new thread there."""

    channel: Writable
    in_new_thread: bool


def is_private(card: discord.Message, channel: object) -> bool:
    """Whether fewer people see a card than read its channel."""
    return card.flags.ephemeral or (isinstance(channel, discord.Thread) and channel.is_private())


def place_for(person: discord.Member, here: object, *, at_card: bool) -> Place | None:
    """Where a person who is here may have experts asked; None where they or the bot may not write.

    What everybody sees `at_card` is asked in a thread there; else in one of the channel's own.
    """
    channel, me = channel_of(person.guild, here), person.guild.me
    if channel is None or me is None:
        return None
    own, theirs = channel.permissions_for(me), channel.permissions_for(person)
    if isinstance(here, discord.Thread) and not here.is_private():
        allowed = theirs.send_messages_in_threads and not missing_permissions(own, in_threads=True)
        return Place(here, in_new_thread=False) if allowed else None
    if not isinstance(channel, Writable):
        return None
    # In a channel for announcements a thread hangs on a message.
    with_threads = isinstance(channel, discord.TextChannel) and (at_card or not channel.is_news())
    writable = not missing_permissions(own, in_threads=True)
    if with_threads and writable and own >= _IN_THREADS and theirs >= _IN_THREADS:
        return Place(channel, in_new_thread=True)
    allowed = theirs.send_messages and not missing_permissions(own, in_threads=False)
    return Place(channel, in_new_thread=False) if allowed else None


def can_mention(role: discord.Role, place: Place) -> bool:
    """Whether a mention by the bot reaches the people with a role."""
    channel, me = channel_of(role.guild, place.channel), role.guild.me
    return role.mentionable or bool(channel and me and channel.permissions_for(me).mention_everyone)


async def opened(place: Place, question: str, card: discord.Message | None) -> Writable:
    """The place itself, or a thread that is opened there, at a card if there is one; raises a discord.HTTPException."""
    if not place.in_new_thread or not isinstance(place.channel, discord.TextChannel):
        return place.channel
    name = shorten(one_line(question), _THREAD_NAME_LENGTH) or "–"
    if card is None:
        return await place.channel.create_thread(name=name, type=discord.ChannelType.public_thread)
    try:
        return await card.create_thread(name=name)
    except discord.HTTPException as error:
        if error.code != _THREAD_EXISTS:
            raise
    # It has the id of its message.
    there = place.channel.guild.get_thread(card.id) or await place.channel.guild.fetch_channel(card.id)
    return there if isinstance(there, discord.Thread) else place.channel
