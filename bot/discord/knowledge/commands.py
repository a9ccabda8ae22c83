"""/knowledge: what the bot answers from in a guild."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import discord
from discord import app_commands

from bot.discord.knowledge.attachments import add_command
from bot.discord.knowledge.sources import list_command, refresh_command, remove_command
from bot.discord.knowledge.unhelpful import unhelpful_command
from bot.discord.learning.commands import learn_command
from bot.discord.translation import in_english
from bot.discord.unanswered.questions import gaps_command
from bot.wording.discord import command_names

# What belongs to the group; each is made in the file that it is about.
COMMANDS: tuple[Callable[[], app_commands.Command[Any, ..., Any]], ...] = (
    add_command,
    list_command,
    remove_command,
    refresh_command,
    learn_command,
    gaps_command,
    unhelpful_command,
)


def knowledge_group() -> app_commands.Group:
    """The group, for moderators; what each command needs beyond that is checked when it is called."""
    group = app_commands.Group(
        name=command_names.KNOWLEDGE.en,
        description=in_english(command_names.KNOWLEDGE_DESCRIPTION),
        default_permissions=discord.Permissions(manage_messages=True),
        allowed_contexts=app_commands.AppCommandContext(guild=True, dm_channel=False, private_channel=False),
        allowed_installs=app_commands.AppInstallationType(guild=True, user=False),
    )
    for make_command in COMMANDS:
        group.add_command(make_command())
    return group
