"""The command of a message's menu that saves it as knowledge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.discord.buttons import moderates
from bot.discord.history import learnable_message
from bot.discord.reach import channel_seen
from bot.discord.saving import place_of, readers_text, save
from bot.discord.translation import in_english
from bot.wording import Wording
from index.store.channels import Channels
from index.store.message_rows import SAVED
from index.store.store import CHANNEL, Store

if TYPE_CHECKING:
    from bot.discord.client import KotaeClient


def save_command() -> app_commands.ContextMenu:
    """Save a message: its author, its date and the way to it become the attribution."""

    async def save_message(interaction: discord.Interaction[KotaeClient], message: discord.Message) -> None:
        client = interaction.client
        say = client.wording_for(interaction)
        if not moderates(interaction.permissions):
            await client.tell(interaction, say("discord.needs_moderator"))
        elif client.store is None:
            await client.tell(interaction, say("discord.no_store"))
        else:
            await client.tell(interaction, await save_from(client, client.store, say, message))

    menu = app_commands.ContextMenu(
        name=in_english("discord.command.save"),
        callback=save_message,
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )
    menu.default_permissions = discord.Permissions(manage_messages=True)
    return menu


async def save_from(
    client: KotaeClient, store: Store, say: Wording, message: discord.Message, heading: str = ""
) -> str:
    """Save a message, as the answer to a question if there is one, and say what came of it.

    Raises a DatabaseError.
    """
    channel = channel_seen(message.guild, message.channel) if message.guild else None
    learnable = learnable_message(message)
    if channel is None or (isinstance(message.channel, discord.Thread) and message.channel.is_private()):
        return say("discord.private_thread")
    if learnable is None:
        return say("discord.save.no_text")

    def saved() -> str:
        channels = Channels(store)
        if channels.has(SAVED, message.id) and not heading:
            return "discord.save.known"
        if channels.has(CHANNEL, message.id) and not heading:
            return "discord.save.learnt"
        done = save(store, place_of(channel), learnable._replace(heading=heading))
        return "discord.save.done" if done else "discord.save.opted_out"

    key = await client.off_loop(saved)
    return say(key, readers=readers_text(say, channel.guild, place_of(channel).audience))
