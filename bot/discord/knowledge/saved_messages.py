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
from bot.wording import Sentence
from bot.wording.discord import command_names, responses
from bot.wording.discord import knowledge as sentences
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
            await client.tell(interaction, say(responses.NEEDS_MODERATOR))
        elif client.store is None:
            await client.tell(interaction, say(responses.NO_STORE))
        else:
            outcome, place = await save_from(client, client.store, interaction.user, message)
            readers = readers_text(say, message.guild, place.audience) if place and message.guild else ""
            await client.tell(interaction, say(outcome, readers=readers))

    menu = app_commands.ContextMenu(
        name=in_japanese(command_names.SAVE),
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
) -> tuple[Sentence, Place | None]:
    """Save a message for somebody who looks after its channel, as the answer to a question if there is one.

    Gives the sentence that says what came of it, and the place whose readers may read it, if it was saved.
    Raises a DatabaseError.
    """
    channel = channel_seen(message.guild, message.channel) if message.guild else None
    learnable = learnable_message(message)
    if channel is None or (isinstance(message.channel, discord.Thread) and message.channel.is_private()):
        return responses.PRIVATE_THREAD, None
    place = place_of(channel)
    if not looks_after(person, place.audience):
        return responses.NEEDS_MODERATOR_OF_CHANNEL, None
    if learnable is None:
        by_person = not message.author.bot and is_said_to_the_bot(message)
        return sentences.MESSAGE_TO_THE_BOT if by_person else responses.NO_TEXT_TO_SAVE, None

    def saved() -> tuple[Sentence, Place | None]:
        channels = Channels(store)
        if channels.has(SAVED, message.id) and not heading:
            return sentences.MESSAGE_SAVED_BEFORE, None
        if channels.has(CHANNEL, message.id) and not heading:
            return sentences.MESSAGE_LEARNT_ALREADY, None
        if not save(store, place, learnable._replace(heading=heading, asked_by=asked_by)):
            return sentences.AUTHOR_OPTED_OUT, None
        return sentences.MESSAGE_SAVED, place

    saving = await client.off_loop(saved)
    if client.learning:
        client.learning.watch(channel)
    return saving
