"""The command of a message's menu that saves it as knowledge."""

from __future__ import annotations

from typing import TYPE_CHECKING

import discord
from discord import app_commands

from bot.discord.access.authority import is_moderator, looks_after
from bot.discord.access.reach import channel_seen
from bot.discord.knowledge.saving import Place, place_of, readers_text, save
from bot.discord.learning.history import is_said_to_the_bot, learnable_message
from bot.discord.translation import in_japanese
from index.store.discord.channels import Channels
from index.store.discord.message_rows import SAVED
from index.store.store import CHANNEL, Store

if TYPE_CHECKING:
    from bot.discord.client import KotaeClient


def save_command() -> app_commands.ContextMenu:
    """Save a message: its author, its date and the way to it become the attribution."""

    async def save_message(interaction: discord.Interaction[KotaeClient], message: discord.Message) -> None:
        client = interaction.client
        say = client.wording_for(interaction)
        if not await is_moderator(interaction):
            await client.tell(interaction, say("discord.needs_moderator"))
        elif client.store is None:
            await client.tell(interaction, say("discord.no_store"))
        else:
            key, place = await save_from(client, client.store, interaction.user, message)
            readers = readers_text(say, message.guild, place.audience) if place and message.guild else ""
            await client.tell(interaction, say(key, readers=readers))

    menu = app_commands.ContextMenu(
        name=in_japanese("discord.command.save"),
        callback=save_message,
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )
    menu.default_permissions = discord.Permissions(manage_messages=True)
    return menu


async def save_from(
    client: KotaeClient,
    store: Store,
    person: discord.Member | discord.User,
    message: discord.Message,
    heading: str = "",
    asked_by: int | None = None,
) -> tuple[str, Place | None]:
    """Save a message for somebody who looks after its channel, as the answer to a question if there is one.

    Gives the key of the sentence that says what came of it, and the place whose readers may read it, if it was saved.
    Raises a DatabaseError.
    """
    channel = channel_seen(message.guild, message.channel) if message.guild else None
    learnable = learnable_message(message)
    if channel is None or (isinstance(message.channel, discord.Thread) and message.channel.is_private()):
        return "discord.private_thread", None
    place = place_of(channel)
    if not looks_after(person, place.audience):
        return "discord.not_looked_after", None
    if learnable is None:
        by_person = not message.author.bot and is_said_to_the_bot(message)
        return "discord.save.to_the_bot" if by_person else "discord.save.no_text", None

    def saved() -> tuple[str, Place | None]:
        channels = Channels(store)
        if channels.has(SAVED, message.id) and not heading:
            return "discord.save.known", None
        if channels.has(CHANNEL, message.id) and not heading:
            return "discord.save.learnt", None
        if not save(store, place, learnable._replace(heading=heading, asked_by=asked_by)):
            return "discord.save.opted_out", None
        return "discord.save.done", place

    saving = await client.off_loop(saved)
    if client.learning:
        client.learning.watch(channel)
    return saving
