"""What somebody may look after: as far as their permissions reach, wherever they act from."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import discord
from discord.abc import GuildChannel

from bot.discord.access.permissions import Reader, may_read
from index.audience import CHANNEL, Audience

# Any stands for our client, which discord.py cannot be told of here.
Interaction = discord.Interaction[Any]


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


def looks_after(person: discord.Member | discord.User, audience: Audience) -> bool:
    """Whether somebody may decide what an audience reads: in a channel its moderators who read it, else administrators.

    What everybody reads is the operator's, and nobody's in Discord.
    """
    if not isinstance(person, discord.Member) or audience.guild != person.guild.id:
        return False
    if audience.kind != CHANNEL:
        return administers_guild(person)
    channel = person.guild.get_channel(audience.channel)
    return channel is not None and may_read(audience, person) and moderates(channel.permissions_for(person))


async def channels_looked_after(interaction: Interaction) -> list[int]:
    """The channels that whoever acts looks after."""
    if interaction.guild is None:
        return []
    found: list[int] = await interaction.client.off_loop(
        _looked_after, interaction.user, list(interaction.guild.channels)
    )
    return found


def still_looks_after(interaction: Interaction, channels: Collection[int]) -> bool:
    """Whether whoever acts looks after all of these channels, at the moment when one asks."""
    there = map(interaction.guild.get_channel, channels) if interaction.guild else ()
    return len(_looked_after(interaction.user, [one for one in there if one is not None])) == len(channels)


def _looked_after(person: discord.Member | discord.User, channels: Iterable[GuildChannel]) -> list[int]:
    if not isinstance(person, discord.Member):
        return []
    reader = Reader(person)
    readable = (one for one in channels if reader.may_read(Audience(CHANNEL, person.guild.id, one.id)))
    return [one.id for one in readable if moderates(one.permissions_for(person))]


async def is_moderator(interaction: Interaction) -> bool:
    """Whether whoever acts looks after anything in their guild, be it elsewhere."""
    if moderates(interaction.permissions) or administers_guild(interaction.user):
        return True
    return bool(await channels_looked_after(interaction))
