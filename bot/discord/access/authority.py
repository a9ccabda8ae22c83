"""Who moderates and who administers: as far as their permissions reach, wherever they act from."""

from __future__ import annotations

from collections.abc import Collection, Iterable

import discord
from discord.abc import GuildChannel

from bot.discord.access.permissions import Reader, may_read
from index.audience import CHANNEL, Audience


def administers(permissions: discord.Permissions) -> bool:
    """Whether these permissions are an administrator's; in direct messages nobody has any."""
    return permissions.administrator or permissions.manage_guild


def moderates(permissions: discord.Permissions) -> bool:
    """Whether these permissions let somebody look after what others write."""
    return permissions.manage_messages or administers(permissions)


def administers_guild(person: discord.Member | discord.User) -> bool:
    """Whether somebody administers their guild: no permission in a channel makes them."""
    if not isinstance(person, discord.Member) or person.guild.get_role(person.guild.id) is None:
        return False
    return administers(person.guild_permissions)


def manages(person: discord.Member | discord.User, audience: Audience) -> bool:
    """Whether somebody may decide what an audience reads: in a channel its moderators who read it, else administrators.

    What everybody reads is the operator's, and nobody's in Discord.
    """
    if not isinstance(person, discord.Member) or audience.guild != person.guild.id:
        return False
    if audience.kind != CHANNEL:
        return administers_guild(person)
    channel = person.guild.get_channel(audience.channel)
    return channel is not None and may_read(audience, person) and moderates(channel.permissions_for(person))


def moderated_channels(person: discord.Member | discord.User, channels: Iterable[GuildChannel]) -> list[int]:
    """Those of a guild's channels that somebody moderates, and can read."""
    if not isinstance(person, discord.Member):
        return []
    reader = Reader(person)
    readable = (one for one in channels if reader.may_read(Audience(CHANNEL, person.guild.id, one.id)))
    return [one.id for one in readable if moderates(one.permissions_for(person))]


def still_moderates(person: discord.Member | discord.User, channels: Collection[int]) -> bool:
    """Whether somebody moderates all of these channels of their guild, at the moment when one asks."""
    there = map(person.guild.get_channel, channels) if isinstance(person, discord.Member) else ()
    return len(moderated_channels(person, [one for one in there if one is not None])) == len(channels)
