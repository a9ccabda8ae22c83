"""What an answer may be made of, by who asks and who will see it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from typing import NamedTuple

import discord
from discord.abc import GuildChannel

from bot.discord.readers import everyone_may_read, may_read
from bot.discord.requests import NO_ANSWER, Pace, promptly
from index.audience import EVERYBODY, Audience

_pace = Pace()


class Reach(NamedTuple):
    """The audiences that somebody is part of, alone and together with everyone who sees the place they ask in."""

    alone: frozenset[Audience]
    together: frozenset[Audience]

    @property
    def in_private(self) -> Reach:
        """The same where nobody else sees the answer."""
        return Reach(self.alone, self.alone)

    @property
    def narrowed(self) -> bool:
        """Whether somebody may read more than everyone who sees the place."""
        return self.alone != self.together


def reach_of_member(audiences: Collection[Audience], member: discord.Member, place: object) -> Reach:
    """The reach of a member who asks in a channel or a thread of their guild.

    Everyone who sees a thread sees its channel. Where the place is not known, everybody may see it.
    """
    alone = frozenset(audience for audience in audiences if _knows(member) and may_read(audience, member))
    public = frozenset(audience for audience in audiences if audience.kind == EVERYBODY)
    channel = channel_seen(member.guild, place)
    if channel is None or not _knows(member):
        return Reach(alone | public, public)
    return Reach(alone, frozenset(one for one in alone if everyone_may_read(one, channel, member)))


def channel_seen(guild: discord.Guild, place: object) -> GuildChannel | None:
    """The channel that whoever sees a place can see, with its overwrites as they are now; None where it is not known.

    What an interaction tells of its channel has no overwrites, so only the guild's own will do.
    """
    if isinstance(place, discord.Thread):
        return guild.get_channel(place.parent_id)
    return guild.get_channel(place.id) if isinstance(place, GuildChannel) else None


def channel_id_of(place: object) -> int:
    """The channel that a place belongs to: a thread's, or the place itself; 0 where it is neither."""
    if isinstance(place, discord.Thread):
        return place.parent_id
    return place.id if isinstance(place, GuildChannel) else 0


async def member_of(
    guild: discord.Guild | None, author: discord.User | discord.Member
) -> discord.User | discord.Member:
    """Whoever wrote, with their roles in a guild, which other servers than Discord's may not tell with a message."""
    if guild is None or isinstance(author, discord.Member):
        return author
    try:
        return await guild.fetch_member(author.id)
    except discord.HTTPException:
        return author


async def reach_in_direct_messages(
    audiences: Collection[Audience], guilds: Sequence[discord.Guild], person: int
) -> Reach:
    """The reach of somebody who talks to the bot alone: what they may read in the guilds that they are in."""
    alone = {audience for audience in audiences if audience.kind == EVERYBODY}
    wanted = {audience.guild for audience in audiences}
    asked = (_member_in(guild, person) for guild in guilds if guild.id in wanted and not guild.unavailable)
    for member in await asyncio.gather(*asked):
        alone |= {audience for audience in audiences if member and may_read(audience, member)}
    return Reach(frozenset(alone), frozenset(alone))


async def _member_in(guild: discord.Guild, person: int) -> discord.Member | None:
    """Somebody as a member of a guild; None where they are none, or where Discord does not say so in time."""
    await _pace.wait()
    try:
        return await promptly(guild.fetch_member(person))
    except NO_ANSWER:
        return None


def reach_of_anybody(audiences: Collection[Audience]) -> Reach:
    """What may be shown to whomever."""
    public = frozenset(audience for audience in audiences if audience.kind == EVERYBODY)
    return Reach(public, public)


def _knows(member: discord.Member) -> bool:
    """Whether the bot is in the member's guild, and so knows its roles; elsewhere discord.py makes an empty one up."""
    return not member.guild.unavailable and member.guild.get_role(member.guild.id) is not None
