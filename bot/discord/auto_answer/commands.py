"""/kotae auto-answer."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from bot.discord.access.reach import channel_id_of
from bot.discord.access.requirements import missing_permissions
from bot.discord.auto_answer.channels import AutoAnswerChannels
from bot.discord.learning.commands import ChannelOption
from bot.discord.learning.history import LearnableChannel
from bot.discord.replies import Interaction, send_ephemeral
from bot.discord.services import services_of, wording_for
from bot.discord.translation import in_english
from bot.wording import Wording, answers
from bot.wording.discord import auto_answer as sentences
from bot.wording.discord import command_names
from bot.wording.discord.permissions import PERMISSIONS


def auto_answer_command() -> app_commands.Command[Any, ..., Any]:
    """/kotae auto-answer: answer what is asked in a channel without being addressed, for administrators."""

    @app_commands.command(
        name=in_english(command_names.AUTO_ANSWER),
        description=in_english(command_names.AUTO_ANSWER_DESCRIPTION),
    )
    @app_commands.rename(on=in_english(command_names.ON), channel=in_english(command_names.CHANNEL))
    @app_commands.describe(
        on=in_english(command_names.ON_DESCRIPTION),
        channel=in_english(command_names.AUTO_ANSWER_CHANNEL_DESCRIPTION),
    )
    async def auto_answer(interaction: Interaction, on: bool, channel: ChannelOption | None = None) -> None:
        guild = interaction.guild
        chosen = channel.id if channel else channel_id_of(interaction.channel)
        await _switch(interaction, guild.get_channel(chosen) if guild else None, on)

    return auto_answer


async def _switch(interaction: Interaction, channel: object, on: bool) -> None:
    services, say = services_of(interaction), wording_for(interaction)
    if await services.store_for_administrator(interaction) is None:
        return
    channels = services.get(AutoAnswerChannels)
    if not isinstance(channel, LearnableChannel):
        await send_ephemeral(interaction, say(sentences.NO_CHANNEL))
    elif not on:
        await channels.switch_off(channel.guild.id, channel.id)
        await send_ephemeral(interaction, say(sentences.SWITCHED_OFF, channel=channel.mention))
    elif not services.settings.message_content:
        await send_ephemeral(interaction, say(sentences.NEEDS_INTENT))
    else:
        await channels.switch_on(channel.guild.id, channel.id)
        said = say(sentences.SWITCHED_ON, channel=channel.mention)
        await send_ephemeral(interaction, "\n".join([said, *_missing(say, channel)]))


def _missing(say: Wording, channel: LearnableChannel) -> list[str]:
    """Which permissions the bot lacks to answer in a channel, as a sentence."""
    permissions = channel.permissions_for(channel.guild.me)
    missing = missing_permissions(permissions, in_threads=isinstance(channel, discord.ForumChannel))
    names = say(answers.LIST_SEPARATOR).join(say(PERMISSIONS[name]) for name in missing)
    return [say(sentences.LACKS_PERMISSIONS, permissions=names)] if missing else []
