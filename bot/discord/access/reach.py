"""Which audiences' passages an answer may quote, by who asks and who will see it."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Sequence
from typing import NamedTuple

import discord
from discord.abc import GuildChannel

from bot.discord.access.permissions import Reader, Viewers, is_known
from bot.discord.requests import REQUEST_ERRORS, Pace, with_timeout
from index.audience import EVERYBODY, Audience

# For all that is asked of people in guilds.
pace = Pace()


class Reach(NamedTuple):
    """The audiences that somebody is part of, alone and together with everyone who sees the destination of the answer."""

    alone: frozenset[Audience]
    together: frozenset[Audience]

    @property
    def in_private(self) -> Reach:
        """The same where nobody else sees the answer."""
        return Reach(self.alone, self.alone)

    @property
    def in_public(self) -> Reach:
        """The same where all who see the destination see the answer."""
        return Reach(self.together, self.together)

    @property
    def narrowed(self) -> bool:
        """Whether somebody may read more than everyone who sees the destination."""
        return self.alone != self.together

    def within(self, other: Reach) -> Reach:
        """What is left where only that of another is still allowed."""
        return Reach(self.alone & other.alone, self.together & other.together)


class Asker(NamedTuple):
    """Somebody who asks, as a member of the guild that they ask in; or, alone with us, of all that they are in.

    `audiences` are those for whom there is something, and `sources` the numbers of the sources that where they ask is
    answered from, None for all. Permissions may change before an answer is there: reach is always what it is at the moment.
    """

    audiences: frozenset[Audience]
    guild_of: Callable[[int], discord.Guild | None]
    members: Sequence[discord.Member]
    destination: object
    alone_with_us: bool
    sources: frozenset[int] | None = None

    def reach(self) -> Reach:
        """What an answer may be made of."""
        return self._reach(self.audiences)

    def reaches(self, used: Collection[Audience], *, alone: bool) -> bool:
        """Whether what is made of these audiences may be shown: to the asker alone, or to everyone who sees the destination."""
        reach = self._reach(used)
        return reach.alone.issuperset(used) if alone else reach.together.issuperset(used)

    def _reach(self, audiences: Collection[Audience]) -> Reach:
        # The bot may have been removed from a guild since.
        members = [member for member in self.members if self.guild_of(member.guild.id) is member.guild]
        if self.alone_with_us:
            return reach_of_members(audiences, members)
        return reach_of_member(audiences, members[0], self.destination) if members else reach_of_anybody(audiences)


def reach_of_member(audiences: Collection[Audience], member: discord.Member, destination: object) -> Reach:
    """The reach of a member who asks in a channel or a thread of their guild.

    Everyone who sees a thread sees its channel. Where the channel is not known, everybody may see it.
    """
    reader = Reader(member)
    alone = frozenset(audience for audience in audiences if reader.may_read(audience))
    channel = channel_of(member.guild, destination) if is_known(member.guild) else None
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


def channel_of(guild: discord.Guild, destination: object) -> GuildChannel | None:
    """The channel whose viewers see a destination, with its overwrites as they are now; None where it is not known.

    What an interaction tells of its channel has no overwrites, so only the guild's own will do.
    """
    if isinstance(destination, discord.Thread):
        return guild.get_channel(destination.parent_id)
    return guild.get_channel(destination.id) if isinstance(destination, GuildChannel) else None


def channel_id_of(destination: object) -> int:
    """The id of a channel, or of the channel that a thread is in; 0 for anything else."""
    if isinstance(destination, discord.Thread):
        return destination.parent_id
    return destination.id if isinstance(destination, GuildChannel) else 0


def moderated_channel_id(destination: object) -> int:
    """The channel whose moderators may know what happens in a destination; 0 for a private thread."""
    in_private = isinstance(destination, discord.Thread) and destination.is_private()
    return 0 if in_private else channel_id_of(destination)


async def member_of(
    guild: discord.Guild | None, author: discord.User | discord.Member
) -> discord.User | discord.Member:
    """Whoever wrote, with their roles in a guild; a message may come without them."""
    if guild is None or isinstance(author, discord.Member):
        return author
    try:
        return await guild.fetch_member(author.id)
    except discord.HTTPException:
        return author


async def member_now(message: discord.Message) -> discord.User | discord.Member:
    """Whoever wrote a message a while ago, with the roles that they have now; with none where Discord does not say so.

    A message comes with the roles of when it was sent.
    """
    person, guild = message.author, message.guild
    if guild is None or not isinstance(person, discord.Member):
        return person
    try:
        return await with_timeout(guild.fetch_member(person.id))
    except REQUEST_ERRORS:
        return person._user  # noqa: SLF001 - the person as a user, which a member is made of


async def memberships(
    audiences: Collection[Audience], guilds: Sequence[discord.Guild], person: int
) -> list[discord.Member]:
    """Somebody as a member of each guild that they are in, of those in which there is something to be read."""
    wanted = {audience.guild for audience in audiences}
    asked = (_member_in(guild, person) for guild in guilds if guild.id in wanted and not guild.unavailable)
    return [member for member in await asyncio.gather(*asked) if member]


async def _member_in(guild: discord.Guild, person: int) -> discord.Member | None:
    """Somebody as a member of a guild; None where they are none, or where Discord does not say so in time."""
    await pace.wait()
    try:
        return await with_timeout(guild.fetch_member(person))
    except REQUEST_ERRORS:
        return None


def is_alone_with_us(interaction: discord.Interaction) -> bool:
    """Whether whoever acts does so in their direct messages with the bot, which no third person reads."""
    channel = interaction.channel
    return (
        interaction.guild_id is None
        and interaction.context.dm_channel
        and isinstance(channel, discord.DMChannel)
        and all(person.id == interaction.user.id for person in channel.recipients)
    )


class DirectMessages:
    """Which messages are direct messages that only their author and the bot read."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        # Whose direct messages a channel holds, by its id; nobody's where it holds none.
        self._recipients: dict[int, set[int]] = {}

    async def is_one(self, message: discord.Message) -> bool:
        """Whether a message is one; it does not say so itself.

        What has no guild is a direct message to discord.py, also in a group.
        """
        channel = message.channel
        if message.guild is not None or not isinstance(channel, discord.DMChannel):
            return False
        if channel.id not in self._recipients:
            try:
                found = await self._client.fetch_channel(channel.id)
            except (discord.HTTPException, discord.InvalidData):
                return False
            recipients = found.recipients if isinstance(found, discord.DMChannel) else []
            self._recipients[channel.id] = {person.id for person in recipients}
        return self._recipients[channel.id] == {message.author.id}
