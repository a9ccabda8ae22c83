"""All commands: what each group has, how Discord is told of them, and how their errors are reported."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands
from discord.http import Route

from bot.discord.answers.commands import ask_command, ask_this_command
from bot.discord.auto_answer.commands import auto_answer_command
from bot.discord.digest.commands import digest_command
from bot.discord.doctor import doctor_command
from bot.discord.experts.accepting import accept_command
from bot.discord.experts.commands import experts_command
from bot.discord.forgetting.commands import forget_guild_command, forget_me_command
from bot.discord.freshness.commands import expiry_command
from bot.discord.knowledge.attachments import add_command
from bot.discord.knowledge.channel_sources import channel_sources_command
from bot.discord.knowledge.pins import pin_command, pins_command
from bot.discord.knowledge.saved_messages import save_command
from bot.discord.knowledge.sources import list_command, refresh_command, remove_command
from bot.discord.knowledge.unhelpful import unhelpful_command
from bot.discord.learning.commands import learn_command
from bot.discord.replies import Interaction
from bot.discord.services import report_error, services_of
from bot.discord.translation import in_english
from bot.discord.unanswered.questions import unanswered_command
from bot.discord.workers import set_requester
from bot.wording.discord import command_names

IN_GUILDS = app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False)
FOR_GUILDS = app_commands.AppInstallationType(guild=True, user=False)

# What of a command Discord keeps as we sent it.
_COMPARED = (
    "name", "description", "type", "name_localizations", "description_localizations", "options", "required",
    "autocomplete", "max_length", "contexts", "integration_types", "default_member_permissions",
)  # fmt: skip


class CommandTree(app_commands.CommandTree[Any]):
    """The commands; errors are reported to whoever called one, with the request's number."""

    def add_commands(self) -> None:
        """Add every command of every feature."""
        self.add_command(ask_command())
        self.add_command(ask_this_command())
        self.add_command(save_command())
        self.add_command(accept_command())
        self.add_command(_kotae_group())
        self.add_command(_knowledge_group())

    async def interaction_check(self, interaction: Interaction, /) -> bool:
        """Whether whoever calls a command has not done too much of late; what they type in one is no command yet."""
        set_requester(interaction)
        services_of(interaction).note_under_way()
        if not await services_of(interaction).admits(interaction):
            return False
        if interaction.type is discord.InteractionType.autocomplete:
            return True
        return await services_of(interaction).within_rate_limit(interaction)

    async def on_error(self, interaction: Interaction, error: app_commands.AppCommandError, /) -> None:
        """Report the failure itself, not the command's."""
        await report_error(interaction, getattr(error, "original", error))

    async def sync_if_changed(self) -> bool:
        """Tell Discord of the commands where it has others; whether it had."""
        if await self._is_known():
            return False
        await self.sync()
        return True

    async def _is_known(self) -> bool:
        """Whether Discord already has the commands as they are here."""
        route = Route("GET", "/applications/{application_id}/commands", application_id=self.client.application_id)
        theirs = await self.client.http.request(route, params={"with_localizations": "true"})
        commands = [*self.get_commands(), *self.get_commands(type=discord.AppCommandType.message)]
        ours = [
            await one.get_translated_payload(self, self.translator) if self.translator else one.to_dict(self)
            for one in {id(one): one for one in commands}.values()
        ]
        return _comparable(theirs) == _comparable(ours)


def _kotae_group() -> app_commands.Group:
    """/kotae: what concerns the bot itself."""
    group = app_commands.Group(
        name=command_names.KOTAE.en,
        description=in_english(command_names.KOTAE_DESCRIPTION),
        allowed_contexts=IN_GUILDS,
        allowed_installs=FOR_GUILDS,
    )
    commands = (
        doctor_command(),
        channel_sources_command(),
        auto_answer_command(),
        experts_command(),
        digest_command(),
        forget_me_command(),
        forget_guild_command(),
    )
    for command in commands:
        group.add_command(command)
    return group


def _knowledge_group() -> app_commands.Group:
    """/knowledge: what the bot answers from in a guild, for moderators; what each needs beyond that it checks."""
    group = app_commands.Group(
        name=command_names.KNOWLEDGE.en,
        description=in_english(command_names.KNOWLEDGE_DESCRIPTION),
        default_permissions=discord.Permissions(manage_messages=True),
        allowed_contexts=IN_GUILDS,
        allowed_installs=FOR_GUILDS,
    )
    commands = (
        add_command(),
        list_command(),
        remove_command(),
        refresh_command(),
        expiry_command(),
        learn_command(),
        unanswered_command(),
        unhelpful_command(),
        pin_command(),
        pins_command(),
    )
    for command in commands:
        group.add_command(command)
    return group


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
