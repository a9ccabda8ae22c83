"""/ask, and the item of a message's menu that asks what it says."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import Any

import discord
from discord import app_commands

from bot.discord.access.reach import channel_of
from bot.discord.access.revocation import only_while
from bot.discord.answers.answering import TITLE_LENGTH, Answering
from bot.discord.message_text import text_of
from bot.discord.replies import Interaction, reply_to, send_ephemeral
from bot.discord.services import services_of, wording_for
from bot.discord.translation import in_english, in_japanese
from bot.printable import one_line, shorten
from bot.wording.discord import answers as sentences
from bot.wording.discord import command_names

_QUESTION_LENGTH = 6_000
_MOST_CHOICES = 25
_THREAD_NAME_LENGTH = 100

EVERYWHERE = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
GUILDS_AND_USERS = app_commands.AppInstallationType(guild=True, user=True)


def ask_command() -> app_commands.Command[Any, ..., Any]:
    """/ask: answer a question."""

    @app_commands.command(name=in_english(command_names.ASK), description=in_english(command_names.ASK_DESCRIPTION))
    @app_commands.rename(
        question=in_english(command_names.QUESTION),
        source=in_english(command_names.SOURCE),
        private=in_english(command_names.PRIVATE),
        thread=in_english(command_names.THREAD),
    )
    @app_commands.describe(
        question=in_english(command_names.QUESTION_DESCRIPTION),
        source=in_english(command_names.SOURCE_DESCRIPTION),
        private=in_english(command_names.PRIVATE_DESCRIPTION),
        thread=in_english(command_names.THREAD_DESCRIPTION),
    )
    async def ask(
        interaction: Interaction,
        question: app_commands.Range[str, 1, _QUESTION_LENGTH],
        source: str | None = None,
        private: bool = False,
        thread: bool = False,
    ) -> None:
        answering = services_of(interaction).get(Answering)
        if await answering.answer_interaction(interaction, question, private=private, source=source):
            await open_thread(interaction, question, wanted=thread and not private)

    @ask.autocomplete("source")
    async def complete_source(interaction: Interaction, current: str) -> list[app_commands.Choice[str]]:
        wanted = current.casefold()
        looking = services_of(interaction).get(Answering).titles(interaction)
        every = await reply_to(interaction).before_deadline(looking, otherwise=[])
        titles = (title[:TITLE_LENGTH] for title in every if wanted in title.casefold())
        return [
            app_commands.Choice(name=one_line(title) or "–", value=title)
            for title in list(dict.fromkeys(titles))[:_MOST_CHOICES]
        ]

    ask.allowed_contexts = EVERYWHERE
    ask.allowed_installs = GUILDS_AND_USERS
    return ask


async def open_thread(interaction: Interaction, question: str, *, wanted: bool) -> None:
    """Open a thread under the answer for further questions, where that is wanted and the channel has threads."""
    if not wanted:
        return
    if not _opens_threads(interaction):
        await send_ephemeral(interaction, wording_for(interaction)(sentences.THREAD_NOT_ALLOWED))
        return
    if isinstance(interaction.channel, discord.TextChannel):
        with suppress(discord.HTTPException):
            answer = await interaction.original_response()
            message = await interaction.channel.fetch_message(answer.id)
            if answer.embeds:
                with only_while(partial(_opens_threads, interaction)):
                    await message.create_thread(name=shorten(one_line(question), _THREAD_NAME_LENGTH) or "–")
            return
    await send_ephemeral(interaction, wording_for(interaction)(sentences.THREAD_FAILED))


def _opens_threads(interaction: Interaction) -> bool:
    """Whether whoever acts may themselves open a thread for all, and write in it: when they asked, and now."""
    member = interaction.user
    channel = channel_of(member.guild, interaction.channel) if isinstance(member, discord.Member) else None
    if channel is None or not isinstance(member, discord.Member):
        # Where there are no threads, that is said.
        return interaction.guild_id is None
    both = discord.Permissions(create_public_threads=True, send_messages_in_threads=True)
    return both <= interaction.permissions and both <= channel.permissions_for(member)


def ask_this_command() -> app_commands.ContextMenu:
    """Ask what a message says, from its menu."""

    async def ask_this(interaction: Interaction, message: discord.Message) -> None:
        await services_of(interaction).get(Answering).answer_interaction(interaction, text_of(message))

    return app_commands.ContextMenu(
        name=in_japanese(command_names.ASK_THIS),
        callback=ask_this,
        allowed_contexts=EVERYWHERE,
        allowed_installs=GUILDS_AND_USERS,
    )
