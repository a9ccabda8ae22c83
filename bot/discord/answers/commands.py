"""The bot's commands: /ask, the context menu, and /kotae for administrators."""

from __future__ import annotations

from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING, Any

import discord
from discord import app_commands
from discord.http import Route

from bot.discord.access.authority import administers
from bot.discord.access.reach import channel_seen
from bot.discord.access.revocation import only_while
from bot.discord.auto_answer.commands import auto_answer_command
from bot.discord.doctor import check_up
from bot.discord.forgetting.commands import forget_guild_command
from bot.discord.knowledge.commands import knowledge_group
from bot.discord.knowledge.saved_messages import save_command
from bot.discord.learning.commands import forget_me_command
from bot.discord.message_text import text_of
from bot.discord.quoting import shorten
from bot.discord.services import reply_to
from bot.discord.translation import in_english, in_japanese
from bot.printable import one_line
from bot.wording.discord import answers as sentences
from bot.wording.discord import command_names, responses

if TYPE_CHECKING:
    from bot.discord.client import KotaeClient

_QUESTION_LENGTH = 6_000
_MOST_CHOICES = 25
CHOICE_LENGTH = 100
_THREAD_NAME_LENGTH = 100

EVERYWHERE = app_commands.AppCommandContext(guild=True, dm_channel=True, private_channel=True)
GUILDS_AND_USERS = app_commands.AppInstallationType(guild=True, user=True)

# What of a command Discord keeps as we sent it.
_COMPARED = (
    "name", "description", "type", "name_localizations", "description_localizations", "options", "required",
    "autocomplete", "max_length", "contexts", "integration_types", "default_member_permissions",
)  # fmt: skip


def add_commands(client: KotaeClient) -> None:
    """Add all commands to the client's tree."""
    client.tree.add_command(_ask_command())
    client.tree.add_command(_ask_this_command())
    client.tree.add_command(_kotae_group())
    client.tree.add_command(save_command())
    client.tree.add_command(knowledge_group())


async def same_commands(client: KotaeClient) -> bool:
    """Whether Discord already has the commands as they are here."""
    route = Route("GET", "/applications/{application_id}/commands", application_id=client.application_id)
    theirs = await client.http.request(route, params={"with_localizations": "true"})
    translator = client.tree.translator
    commands = client.tree.get_commands(), client.tree.get_commands(type=discord.AppCommandType.message)
    ours = [
        await command.get_translated_payload(client.tree, translator) if translator else command.to_dict(client.tree)
        for command in {id(command): command for group in commands for command in group}.values()
    ]
    return _comparable(theirs) == _comparable(ours)


def _comparable(commands: list[Any]) -> list[str]:
    return sorted(repr(_kept(command)) for command in commands)


def _kept(value: Any) -> Any:
    """A command, or part of one, as far as it is compared; what is empty or left to Discord is left out."""
    if isinstance(value, dict):
        pairs = (
            (key, _kept(part)) for key, part in sorted(value.items()) if key in _COMPARED or "-" in key or key == "ja"
        )
        return {key: part for key, part in pairs if part not in (None, {}, [], False, "")}
    if isinstance(value, list):
        return [_kept(part) for part in value]
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else value


def _ask_command() -> app_commands.Command[Any, ..., Any]:
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
        interaction: discord.Interaction[KotaeClient],
        question: app_commands.Range[str, 1, _QUESTION_LENGTH],
        source: str | None = None,
        private: bool = False,
        thread: bool = False,
    ) -> None:
        client = interaction.client
        if await client.answering.answer_interaction(interaction, question, private=private, source=source):
            await open_thread(interaction, question, wanted=thread and not private)

    @ask.autocomplete("source")
    async def complete_source(
        interaction: discord.Interaction[KotaeClient], current: str
    ) -> list[app_commands.Choice[str]]:
        wanted = current.casefold()
        looking = interaction.client.answering.titles(interaction)
        every = await reply_to(interaction).before_it_is_late(looking, otherwise=[])
        titles = (title[:CHOICE_LENGTH] for title in every if wanted in title.casefold())
        return [
            app_commands.Choice(name=one_line(title) or "–", value=title)
            for title in list(dict.fromkeys(titles))[:_MOST_CHOICES]
        ]

    ask.allowed_contexts = EVERYWHERE
    ask.allowed_installs = GUILDS_AND_USERS
    return ask


async def open_thread(interaction: discord.Interaction[KotaeClient], question: str, *, wanted: bool) -> None:
    """Open a thread under the answer for further questions, where that is wanted and the place has threads."""
    client = interaction.client
    if not wanted:
        return
    if not _opens_threads(interaction):
        await client.tell(interaction, client.wording_for(interaction)(sentences.THREAD_NOT_ALLOWED))
        return
    if isinstance(interaction.channel, discord.TextChannel):
        with suppress(discord.HTTPException):
            answer = await interaction.original_response()
            message = await interaction.channel.fetch_message(answer.id)
            if answer.embeds:
                with only_while(partial(_opens_threads, interaction)):
                    await message.create_thread(name=shorten(one_line(question), _THREAD_NAME_LENGTH) or "–")
            return
    await client.tell(interaction, client.wording_for(interaction)(sentences.THREAD_FAILED))


def _opens_threads(interaction: discord.Interaction[KotaeClient]) -> bool:
    """Whether whoever acts may themselves open a thread for all, and write in it: when they asked, and now."""
    member = interaction.user
    channel = channel_seen(member.guild, interaction.channel) if isinstance(member, discord.Member) else None
    if channel is None or not isinstance(member, discord.Member):
        # Where there are no threads, that is said.
        return interaction.guild_id is None
    both = discord.Permissions(create_public_threads=True, send_messages_in_threads=True)
    return both <= interaction.permissions and both <= channel.permissions_for(member)


def _ask_this_command() -> app_commands.ContextMenu:
    async def ask_this(interaction: discord.Interaction[KotaeClient], message: discord.Message) -> None:
        await interaction.client.answering.answer_interaction(interaction, text_of(message))

    return app_commands.ContextMenu(
        name=in_japanese(command_names.ASK_THIS),
        callback=ask_this,
        allowed_contexts=EVERYWHERE,
        allowed_installs=GUILDS_AND_USERS,
    )


def _kotae_group() -> app_commands.Group:
    group = app_commands.Group(
        name=command_names.KOTAE.en,
        description=in_english(command_names.KOTAE_DESCRIPTION),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )

    @group.command(name=in_english(command_names.DOCTOR), description=in_english(command_names.DOCTOR_DESCRIPTION))
    async def doctor(interaction: discord.Interaction[KotaeClient]) -> None:
        if not administers(interaction.permissions):
            say = interaction.client.wording_for(interaction)
            await interaction.client.tell(interaction, say(responses.NEEDS_ADMINISTRATOR))
            return
        embed = await check_up(interaction.client.wording_for(interaction), interaction, interaction.client)
        await reply_to(interaction).show(embed=embed)

    group.add_command(forget_me_command())
    group.add_command(forget_guild_command())
    group.add_command(auto_answer_command())
    return group
