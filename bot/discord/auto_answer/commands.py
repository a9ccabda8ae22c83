"""/kotae auto-answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands

from bot.discord.access.authority import administers_guild
from bot.discord.access.reach import channel_id_of
from bot.discord.doctor import missing_permissions
from bot.discord.learning.commands import ChosenChannel
from bot.discord.learning.history import Learnable
from bot.discord.translation import in_english
from bot.wording import Wording, answers
from bot.wording.discord import auto_answer as sentences
from bot.wording.discord import command_names, responses
from bot.wording.discord.permissions import PERMISSIONS

if TYPE_CHECKING:
    from bot.discord.client import KotaeClient


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
    async def auto_answer(
        interaction: discord.Interaction[KotaeClient], on: bool, channel: ChosenChannel | None = None
    ) -> None:
        guild = interaction.guild
        chosen = channel.id if channel else channel_id_of(interaction.channel)
        await _switch(interaction, guild.get_channel(chosen) if guild else None, on)

    return auto_answer


async def _switch(interaction: discord.Interaction[KotaeClient], channel: object, on: bool) -> None:
    client = interaction.client
    say = client.wording_for(interaction)
    if not administers_guild(interaction.user):
        await client.tell(interaction, say(responses.NEEDS_ADMINISTRATOR))
    elif client.auto_answer is None:
        await client.tell(interaction, say(responses.NO_STORE))
    elif not isinstance(channel, Learnable):
        await client.tell(interaction, say(sentences.NO_CHANNEL))
    elif not on:
        await client.auto_answer.switch_off(channel.guild.id, channel.id)
        await client.tell(interaction, say(sentences.SWITCHED_OFF, channel=channel.mention))
    elif not client.settings.message_content:
        await client.tell(interaction, say(sentences.NEEDS_INTENT))
    else:
        await client.auto_answer.switch_on(channel.guild.id, channel.id)
        said = say(sentences.SWITCHED_ON, channel=channel.mention)
        await client.tell(interaction, "\n".join([said, *_hindrances(say, channel)]))


def _hindrances(say: Wording, channel: Learnable) -> list[str]:
    """What keeps the bot from answering in a channel."""
    permissions = channel.permissions_for(channel.guild.me)
    missing = missing_permissions(permissions, in_threads=isinstance(channel, discord.ForumChannel))
    names = say(answers.LIST_SEPARATOR).join(say(PERMISSIONS[name]) for name in missing)
    return [say(sentences.LACKS_PERMISSIONS, permissions=names)] if missing else []
