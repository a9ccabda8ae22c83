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
from bot.wording import Wording

if TYPE_CHECKING:
    from bot.discord.client import KotaeClient


def auto_answer_command() -> app_commands.Command[Any, ..., Any]:
    """/kotae auto-answer: answer what is asked in a channel without being addressed, for administrators."""

    @app_commands.command(
        name=in_english("discord.command.auto_answer"),
        description=in_english("discord.command.auto_answer.description"),
    )
    @app_commands.rename(on=in_english("discord.option.on"), channel=in_english("discord.option.channel"))
    @app_commands.describe(
        on=in_english("discord.option.on.description"),
        channel=in_english("discord.option.auto_answer_channel.description"),
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
        await client.tell(interaction, say("discord.needs_administrator"))
    elif client.auto_answer is None:
        await client.tell(interaction, say("discord.no_store"))
    elif not isinstance(channel, Learnable):
        await client.tell(interaction, say("discord.auto_answer.no_channel"))
    elif not on:
        await client.auto_answer.switch_off(channel.guild.id, channel.id)
        await client.tell(interaction, say("discord.auto_answer.switched_off", channel=channel.mention))
    elif not client.settings.message_content:
        await client.tell(interaction, say("discord.auto_answer.needs_intent"))
    else:
        await client.auto_answer.switch_on(channel.guild.id, channel.id)
        said = say("discord.auto_answer.switched_on", channel=channel.mention)
        await client.tell(interaction, "\n".join([said, *_hindrances(say, channel)]))


def _hindrances(say: Wording, channel: Learnable) -> list[str]:
    """What keeps the bot from answering in a channel."""
    permissions = channel.permissions_for(channel.guild.me)
    missing = missing_permissions(permissions, in_threads=isinstance(channel, discord.ForumChannel))
    names = say("word_separator").join(say(f"permission.{name}") for name in missing)
    return [say("discord.auto_answer.hindered", permissions=names)] if missing else []
