"""/kotae forget-guild: all that is known of a guild is forgotten at once."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Self

import discord
from discord import app_commands
from discord.ui import Button, DynamicItem, Item, View

from bot.discord.access.authority import administers_guild
from bot.discord.answers.buttons import told_when_it_fails
from bot.discord.translation import in_english
from bot.wording.discord import command_names, responses
from bot.wording.discord import learning as sentences

if TYPE_CHECKING:
    from bot.discord.client import KotaeClient


def forget_guild_command() -> app_commands.Command[Any, ..., Any]:
    """/kotae forget-guild: forget all of the guild, for administrators, once they said that they mean it."""

    @app_commands.command(
        name=in_english(command_names.FORGET_GUILD),
        description=in_english(command_names.FORGET_GUILD_DESCRIPTION),
    )
    async def forget_guild(interaction: discord.Interaction[KotaeClient]) -> None:
        if await _is_refused(interaction):
            return
        say = interaction.client.wording_for(interaction)
        buttons = View(timeout=None)
        buttons.add_item(ForgetGuildButton(say(sentences.FORGET_GUILD)))
        await interaction.client.tell(interaction, say(sentences.CONFIRM_FORGETTING_GUILD), buttons)

    return forget_guild


async def _is_refused(interaction: discord.Interaction[Any]) -> bool:
    """Whether whoever acts may not, or nothing is kept; they are told."""
    client = interaction.client
    say = client.wording_for(interaction)
    if interaction.guild_id is None or not administers_guild(interaction.user):
        await client.tell(interaction, say(responses.NEEDS_ADMINISTRATOR))
    elif client.learning is None:
        await client.tell(interaction, say(responses.NO_STORE))
    else:
        return False
    return True


class ForgetGuildButton(DynamicItem[Button[View]], template=r"kotae:forget-guild"):
    """Forgets the guild in which it is clicked, after it was asked whether that is meant."""

    def __init__(self, label: str = "") -> None:
        danger = discord.ButtonStyle.danger
        super().__init__(Button(label=label or "…", style=danger, custom_id="kotae:forget-guild"))

    @classmethod
    async def from_custom_id(
        cls, _interaction: discord.Interaction[Any], _item: Item[Any], _match: re.Match[str], /
    ) -> Self:
        """The button."""
        return cls()

    @told_when_it_fails
    async def callback(self, interaction: discord.Interaction[Any]) -> None:
        """Forget it, if whoever clicks still administers it."""
        if await _is_refused(interaction):
            return
        client = interaction.client
        say = client.wording_for(interaction)
        count = await client.learning.forget_guild(interaction.guild_id)
        client.log_event("guild forgotten", interaction.guild_id)
        await client.tell(interaction, say(sentences.GUILD_FORGOTTEN, count=count))
