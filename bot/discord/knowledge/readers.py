"""How Discord says who may read a source."""

from __future__ import annotations

import discord

from bot.discord.quoting import NAME_LENGTH, escape
from bot.printable import shorten
from bot.wording import Wording, answers
from bot.wording.discord import knowledge as sentences
from index.audience import CHANNEL, GUILD, ROLES, Audience


def readers_text(say: Wording, guild: discord.Guild, audience: Audience) -> str:
    """Who may read a source, as people say it."""
    if audience.kind == CHANNEL:
        channel = guild.get_channel(audience.channel)
        return say(sentences.READERS_OF_CHANNEL, channel=f"#{_shown(channel.name)}" if channel else "…")
    if audience.kind == ROLES:
        roles = [role for number in audience.roles if (role := guild.get_role(number))]
        names = say(answers.LIST_SEPARATOR).join(f"@{_shown(role.name)}" for role in roles)
        return say(sentences.READERS_WITH_ROLES, roles=names or "…")
    return say(sentences.EVERYONE_IN_GUILD) if audience.kind == GUILD else say(sentences.EVERYBODY)


def _shown(name: str) -> str:
    return escape(shorten(name, NAME_LENGTH))
