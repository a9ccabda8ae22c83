"""What an answer may be made of, by who asks and who will see it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

import discord
from discord.abc import GuildChannel

from bot.discord.access.permissions import Reader, Viewers, is_known
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
    def in_public(self) -> Reach:
        """The same where all who see the place see the answer."""
        return Reach(self.together, self.together)

    @property
    def narrowed(self) -> bool:
        """Whether somebody may read more than everyone who sees the place."""
        return self.alone != self.together

    def within(self, other: Reach) -> Reach:
        """What is left where only that of another is still allowed."""
        return Reach(self.alone & other.alone, self.together & other.together)


class Asker(NamedTuple):
    """Somebody who asks, as a member of the guild that they ask in; or, alone with us, of all that they are in.

    `audiences` are those for whom there is something. Permissions may change before an answer is there: reach is always
    what it is at the moment.
    """

    audiences: frozenset[Audience]
    guild_of: Callable[[int], discord.Guild | None]
    members: Sequence[discord.Member]
    place: object
    alone_with_us: bool

    def reach(self) -> Reach:
        """What an answer may be made of."""
        return self._reach(self.audiences)

    def reaches(self, used: Collection[Audience], *, alone: bool) -> bool:
        """Whether what is made of these audiences may be shown: to the asker alone, or to everyone who sees the place."""
        reach = self._reach(used)
        return reach.alone.issuperset(used) if alone else reach.together.issuperset(used)

    def _reach(self, audiences: Collection[Audience]) -> Reach:
        # The bot may have been removed from a guild since.
        members = [member for member in self.members if self.guild_of(member.guild.id) is member.guild]
        if self.alone_with_us:
            return reach_of_members(audiences, members)
        return reach_of_member(audiences, members[0], self.place) if members else reach_of_anybody(audiences)


def reach_of_member(audiences: Collection[Audience], member: discord.Member, place: object) -> Reach:
    """The reach of a member who asks in a channel or a thread of their guild.

    Everyone who sees a thread sees its channel. Where the place is not known, everybody may see it.
    """
    reader = Reader(member)
    alone = frozenset(audience for audience in audiences if reader.may_read(audience))
    channel = channel_seen(member.guild, place) if is_known(member.guild) else None
    if channel is None:
        return Reach(alone, frozenset(audience for audience in alone if audience.kind == EVERYBODY))
    viewers = Viewers(channel, reader)
    return Reach(alone, frozenset(audience for audience in alone if viewers.may_read(audience)))


def reach_of_members(audiences: Collection[Audience], members: Sequence[discord.Member]) -> Reach:
    """The reach of one person who talks to the bot alone, as a member of these guilds."""
    readers = {member.guild.id: Reader(member) for member in members}
    alone = frozenset(
        audience
        for audience in audiences
        if audience.kind == EVERYBODY or (audience.guild in readers and readers[audience.guild].may_read(audience))
    )
    return Reach(alone, alone)


def reach_of_anybody(audiences: Collection[Audience]) -> Reach:
    """What may be shown to whomever."""
    public = frozenset(audience for audience in audiences if audience.kind == EVERYBODY)
    return Reach(public, public)


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


def channel_told_of(place: object) -> int:
    """The channel whose moderators may know what happens in a place; 0 for a private thread, which they may not see."""
    in_private = isinstance(place, discord.Thread) and place.is_private()
    return 0 if in_private else channel_id_of(place)


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


async def memberships(
    audiences: Collection[Audience], guilds: Sequence[discord.Guild], person: int
) -> list[discord.Member]:
    """Somebody as a member of each guild that they are in, of those in which there is something to be read."""
    wanted = {audience.guild for audience in audiences}
    asked = (_member_in(guild, person) for guild in guilds if guild.id in wanted and not guild.unavailable)
    return [member for member in await asyncio.gather(*asked) if member]


async def _member_in(guild: discord.Guild, person: int) -> discord.Member | None:
    """Somebody as a member of a guild; None where they are none, or where Discord does not say so in time."""
    await _pace.wait()
    try:
        return await promptly(guild.fetch_member(person))
    except NO_ANSWER:
        return None


def is_alone_with_us(interaction: discord.Interaction) -> bool:
    """Whether whoever acts does so in their direct messages with the bot, which no third person reads."""
    place = interaction.channel
    return (
        interaction.guild_id is None
        and interaction.context.dm_channel
        and isinstance(place, discord.DMChannel)
        and all(person.id == interaction.user.id for person in place.recipients)
    )
