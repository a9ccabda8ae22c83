"""How Discord says who may read a source."""

from __future__ import annotations

import discord

from bot.discord.quoting import NAME_LENGTH, escape, shorten
from bot.wording import Wording
from index.audience import CHANNEL, GUILD, ROLES, Audience


def readers_text(say: Wording, guild: discord.Guild, audience: Audience) -> str:
    """Who may read a source, as people say it."""
    if audience.kind == CHANNEL:
        channel = guild.get_channel(audience.channel)
        return say("discord.readers.channel", channel=f"#{_shown(channel.name)}" if channel else "…")
    if audience.kind == ROLES:
        roles = [role for number in audience.roles if (role := guild.get_role(number))]
        names = say("word_separator").join(f"@{_shown(role.name)}" for role in roles)
        return say("discord.readers.roles", roles=names or "…")
    return say("discord.readers.guild") if audience.kind == GUILD else say("discord.readers.everybody")


def _shown(name: str) -> str:
    return escape(shorten(name, NAME_LENGTH))
