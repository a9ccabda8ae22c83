"""/kotae digest."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from bot.discord.access.permissions import may_read
from bot.discord.access.reach import channel_id_of
from bot.discord.access.requirements import missing_permissions
from bot.discord.digest.schedule import SETTING, Chosen
from bot.discord.replies import Interaction, send_ephemeral
from bot.discord.services import services_of, wording_for
from bot.discord.translation import in_english
from bot.wording import Wording, answers
from bot.wording.discord import auto_answer, command_names
from bot.wording.discord import digest as sentences
from bot.wording.discord.permissions import PERMISSIONS
from index.audience import CHANNEL, Audience
from index.store.discord.guilds import Guilds


def digest_command() -> app_commands.Command[Any, ..., Any]:
    """/kotae digest: report each week in a channel, for administrators."""

    @app_commands.command(
        name=in_english(command_names.DIGEST), description=in_english(command_names.DIGEST_DESCRIPTION)
    )
    @app_commands.rename(on=in_english(command_names.ON), channel=in_english(command_names.CHANNEL))
    @app_commands.describe(
        on=in_english(command_names.DIGEST_ON_DESCRIPTION),
        channel=in_english(command_names.DIGEST_CHANNEL_DESCRIPTION),
    )
    async def digest(interaction: Interaction, on: bool, channel: discord.TextChannel | None = None) -> None:
        guild = interaction.guild
        chosen = channel.id if channel else channel_id_of(interaction.channel)
        await _switch(interaction, guild.get_channel(chosen) if guild else None, on)

    return digest


async def _switch(interaction: Interaction, channel: object, on: bool) -> None:
    services, say, person = services_of(interaction), wording_for(interaction), interaction.user
    store = await services.store_for_administrator(interaction)
    if store is None or not isinstance(person, discord.Member):
        return
    guilds, guild = Guilds(store), person.guild.id
    if not on:
        await services.run_in_thread(guilds.unset, guild, SETTING)
        await send_ephemeral(interaction, say(sentences.SWITCHED_OFF))
    elif not isinstance(channel, discord.TextChannel) or not may_read(Audience(CHANNEL, guild, channel.id), person):
        await send_ephemeral(interaction, say(sentences.NO_CHANNEL))
    else:
        await services.run_in_thread(guilds.set, guild, SETTING, str(Chosen(channel.id, say.language)))
        said = say(sentences.SWITCHED_ON, channel=channel.mention)
        await send_ephemeral(interaction, "\n".join([said, *_missing(say, channel)]))


def _missing(say: Wording, channel: discord.TextChannel) -> list[str]:
    """Which permissions the bot lacks to report in a channel, as a sentence."""
    missing = missing_permissions(channel.permissions_for(channel.guild.me), in_threads=False)
    names = say(answers.LIST_SEPARATOR).join(say(PERMISSIONS[name]) for name in missing)
    return [say(auto_answer.LACKS_PERMISSIONS, permissions=names)] if missing else []
