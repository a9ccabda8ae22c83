"""Messages that a moderator saves from a message's menu: each is quoted alone."""

from __future__ import annotations

import discord
from discord import app_commands

from bot.discord.access.authority import manages
from bot.discord.access.reach import channel_of
from bot.discord.knowledge.readers import readers_text
from bot.discord.learning.history import is_said_to_the_bot, learnable_message
from bot.discord.learning.learning import Learning
from bot.discord.learning.source_channels import SourceChannel, source_channel_of
from bot.discord.replies import Interaction, send_ephemeral
from bot.discord.services import Services, services_of, wording_for
from bot.discord.translation import in_japanese
from bot.wording import Sentence
from bot.wording.discord import command_names, responses
from bot.wording.discord import knowledge as sentences
from index.store.discord.channel_sources import ChannelSources
from index.store.discord.channels import Channels
from index.store.discord.message_rows import SAVED, Message
from index.store.store import CHANNEL, Store


def save_command() -> app_commands.ContextMenu:
    """Save a message: its author, its date and the way to it become the attribution."""

    async def save_message(interaction: Interaction, message: discord.Message) -> None:
        services = services_of(interaction)
        say = wording_for(interaction)
        if store := await services.store_for_moderator(interaction):
            outcome, channel = await save_from(services, store, interaction.user, message)
            readers = readers_text(say, message.guild, channel.audience) if channel and message.guild else ""
            await send_ephemeral(interaction, say(outcome, readers=readers))

    menu = app_commands.ContextMenu(
        name=in_japanese(command_names.SAVE),
        callback=save_message,
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )
    menu.default_permissions = discord.Permissions(manage_messages=True)
    return menu


async def save_from(
    services: Services,
    store: Store,
    person: discord.Member | discord.User,
    message: discord.Message,
    heading: str = "",
    asked_by: int | None = None,
) -> tuple[Sentence, SourceChannel | None]:
    """Save a message for somebody who moderates its channel, as the answer to a question if there is one.

    Gives the sentence that says what came of it, and the channel whose readers may read it, if it was saved.
    Raises a DatabaseError.
    """
    channel = channel_of(message.guild, message.channel) if message.guild else None
    learnable = learnable_message(message)
    if channel is None or (isinstance(message.channel, discord.Thread) and message.channel.is_private()):
        return responses.PRIVATE_THREAD, None
    source = source_channel_of(channel)
    if not manages(person, source.audience):
        return responses.NEEDS_MODERATOR_OF_CHANNEL, None
    if learnable is None:
        by_person = not message.author.bot and is_said_to_the_bot(message)
        return sentences.MESSAGE_TO_THE_BOT if by_person else responses.NO_TEXT_TO_SAVE, None

    def saved() -> tuple[Sentence, SourceChannel | None]:
        channels = Channels(store)
        if channels.has(SAVED, message.id) and not heading:
            return sentences.MESSAGE_SAVED_BEFORE, None
        if channels.has(CHANNEL, message.id) and not heading:
            return sentences.MESSAGE_LEARNT_ALREADY, None
        if not save(store, source, learnable._replace(heading=heading, asked_by=asked_by)):
            return sentences.AUTHOR_OPTED_OUT, None
        return sentences.MESSAGE_SAVED, source

    saving = await services.run_in_thread(saved)
    services.get(Learning).track(channel)
    return saving


def save(store: Store, source: SourceChannel, message: Message) -> bool:
    """Save one message, to be quoted alone; False where its author does not want to be learnt from.

    Raises a DatabaseError.
    """
    channels = Channels(store)
    if channels.has_opted_out(message.author):
        return False
    number = store.put_source(SAVED, source.saved, source.audience)
    channel = channels.add(number, source.channel, source.name, source.guild_name)
    channels.take(channel.number, [message])
    # Whoever moderates a channel wants what they save there to be answered from there.
    ChannelSources(store).add(source.guild, source.channel, number)
    return True
