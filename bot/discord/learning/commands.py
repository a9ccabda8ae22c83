"""/knowledge learn."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from bot.discord.access.permissions import may_read, readable
from bot.discord.learning.learning import Learning
from bot.discord.learning.progress import LearningProgress
from bot.discord.learning.source_channels import source_channel_of
from bot.discord.replies import Interaction, send_ephemeral
from bot.discord.services import services_of, wording_for
from bot.discord.translation import in_english
from bot.wording.discord import command_names
from bot.wording.discord import learning as sentences


class ChannelTransformer(app_commands.Transformer):
    """A text channel, one for announcements, or a forum; Discord's description knows no media channels as a choice."""

    @property
    def type(self) -> discord.AppCommandOptionType:
        """A channel."""
        return discord.AppCommandOptionType.channel

    @property
    def channel_types(self) -> list[discord.ChannelType]:
        """Which kinds Discord offers."""
        return [discord.ChannelType.text, discord.ChannelType.news, discord.ChannelType.forum]

    async def transform(
        self, _interaction: Interaction, value: app_commands.AppCommandChannel, /
    ) -> app_commands.AppCommandChannel:
        """The channel as the interaction tells of it."""
        return value


ChannelOption = app_commands.Transform[app_commands.AppCommandChannel, ChannelTransformer]


def learn_command() -> app_commands.Command[Any, ..., Any]:
    """/knowledge learn: learn from a channel, for administrators."""

    @app_commands.command(name=in_english(command_names.LEARN), description=in_english(command_names.LEARN_DESCRIPTION))
    @app_commands.rename(channel=in_english(command_names.CHANNEL))
    @app_commands.describe(channel=in_english(command_names.CHANNEL_TO_LEARN_DESCRIPTION))
    async def learn(interaction: Interaction, channel: ChannelOption) -> None:
        await _learn(interaction, channel)

    return learn


async def _learn(interaction: Interaction, channel: app_commands.AppCommandChannel) -> None:
    services, say = services_of(interaction), wording_for(interaction)
    store = await services.store_for_administrator(interaction)
    if store is None:
        return
    # What an interaction tells of a channel has no overwrites.
    known = channel.resolve()
    if not services.settings.message_content:
        await send_ephemeral(interaction, say(sentences.NEEDS_INTENT))
    elif (
        not isinstance(known, discord.TextChannel | discord.ForumChannel)
        or not isinstance(interaction.user, discord.Member)
        or not readable(known)
        or not may_read(source_channel_of(known).audience, interaction.user)
    ):
        await send_ephemeral(interaction, say(sentences.CHANNEL_UNREADABLE, channel=channel.mention))
    else:
        await send_ephemeral(interaction, f"{known.mention} {say(sentences.LEARNING, count=0)}")
        await services.get(Learning).learn(known, LearningProgress(services, store, known, interaction))
