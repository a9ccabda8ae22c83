"""/knowledge learn, and /kotae forget-me."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import app_commands
from discord.ui import Button, DynamicItem, Item, View

from bot.discord.access.authority import administers_guild
from bot.discord.access.permissions import may_read, readable
from bot.discord.answers.buttons import told_when_it_fails
from bot.discord.knowledge.saving import place_of
from bot.discord.learning.progress import LearningProgress
from bot.discord.translation import in_english
from bot.wording.discord import command_names, responses
from bot.wording.discord import learning as sentences

if TYPE_CHECKING:
    from bot.discord.client import KotaeClient


class LearnableChannel(app_commands.Transformer):
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
        self, _interaction: discord.Interaction[Any], value: app_commands.AppCommandChannel, /
    ) -> app_commands.AppCommandChannel:
        """The channel as the interaction tells of it."""
        return value


ChosenChannel = app_commands.Transform[app_commands.AppCommandChannel, LearnableChannel]


def learn_command() -> app_commands.Command[Any, ..., Any]:
    """/knowledge learn: learn from a channel, for administrators."""

    @app_commands.command(name=in_english(command_names.LEARN), description=in_english(command_names.LEARN_DESCRIPTION))
    @app_commands.rename(channel=in_english(command_names.CHANNEL))
    @app_commands.describe(channel=in_english(command_names.CHANNEL_TO_LEARN_DESCRIPTION))
    async def learn(interaction: discord.Interaction[KotaeClient], channel: ChosenChannel) -> None:
        await _learn(interaction, channel)

    return learn


async def _learn(interaction: discord.Interaction[KotaeClient], channel: app_commands.AppCommandChannel) -> None:
    client = interaction.client
    say = client.wording_for(interaction)
    # What an interaction tells of a channel has no overwrites.
    known = channel.resolve()
    if not administers_guild(interaction.user):
        await client.tell(interaction, say(responses.NEEDS_ADMINISTRATOR))
    elif client.learning is None:
        await client.tell(interaction, say(responses.NO_STORE))
    elif not client.settings.message_content:
        await client.tell(interaction, say(sentences.NEEDS_INTENT))
    elif (
        not isinstance(known, discord.TextChannel | discord.ForumChannel)
        or not isinstance(interaction.user, discord.Member)
        or not readable(known)
        or not may_read(place_of(known).audience, interaction.user)
    ):
        await client.tell(interaction, say(sentences.CHANNEL_UNREADABLE, channel=channel.mention))
    else:
        await client.tell(interaction, f"{known.mention} {say(sentences.LEARNING, count=0)}")
        progress = LearningProgress(client, client.learning.store, known, interaction)
        await client.learning.learn(known, progress)


def forget_me_command() -> app_commands.Command[Any, ..., Any]:
    """/kotae forget-me: not be learnt from, for everybody."""

    @app_commands.command(
        name=in_english(command_names.FORGET_ME), description=in_english(command_names.FORGET_ME_DESCRIPTION)
    )
    async def forget_me(interaction: discord.Interaction[KotaeClient]) -> None:
        client = interaction.client
        say = client.wording_for(interaction)
        if client.learning is None:
            await client.tell(interaction, say(responses.NO_STORE))
            return
        count = await client.learning.forget(interaction.user.id)
        buttons = View(timeout=None)
        buttons.add_item(RememberButton(say(sentences.OPT_IN)))
        await client.tell(interaction, say(sentences.MEMBER_FORGOTTEN, count=count), buttons)

    return forget_me


class RememberButton(DynamicItem[Button[View]], template=r"kotae:remember"):
    """Lets whoever clicks be learnt from again."""

    def __init__(self, label: str = "") -> None:
        super().__init__(Button(label=label or "…", emoji="↩️", custom_id="kotae:remember"))

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: Item[Any], _match: re.Match[str], /
    ) -> Self:
        """The button."""
        return cls()

    @told_when_it_fails
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Learn from them again, what they wrote before too."""
        client = interaction.client
        say = client.wording_for(interaction)
        if client.learning is None:
            await client.tell(interaction, say(responses.NO_STORE))
            return
        await client.learning.remember(interaction.user.id)
        await client.tell(interaction, say(sentences.OPTED_IN))
