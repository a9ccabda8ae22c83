"""/kotae experts."""

from __future__ import annotations

from typing import Any

import discord
from discord import app_commands

from bot.discord.answers.help.experts import ROLE_SETTING
from bot.discord.answers.help.places import Place, Writable, can_mention
from bot.discord.replies import Interaction, send_ephemeral
from bot.discord.services import services_of, wording_for
from bot.discord.translation import in_english
from bot.wording.discord import command_names
from bot.wording.discord import experts as sentences
from index.store.discord.guilds import Guilds


def experts_command() -> app_commands.Command[Any, ..., Any]:
    """/kotae experts: name the role that is asked for help, for administrators."""

    @app_commands.command(
        name=in_english(command_names.EXPERTS), description=in_english(command_names.EXPERTS_DESCRIPTION)
    )
    @app_commands.rename(role=in_english(command_names.ROLE))
    @app_commands.describe(role=in_english(command_names.EXPERTS_ROLE_DESCRIPTION))
    async def experts(interaction: Interaction, role: discord.Role | None = None) -> None:
        services, say, guild = services_of(interaction), wording_for(interaction), interaction.guild
        store = await services.store_for_administrator(interaction)
        if store is None or guild is None:
            return
        if role is None:
            await services.run_in_thread(Guilds(store).unset, guild.id, ROLE_SETTING)
            await send_ephemeral(interaction, say(sentences.NO_MORE_EXPERTS))
        elif role.is_default():
            await send_ephemeral(interaction, say(sentences.NOT_EVERYONE))
        else:
            await services.run_in_thread(Guilds(store).set, guild.id, ROLE_SETTING, str(role.id))
            said = [say(sentences.EXPERTS_NAMED, role=role.mention)]
            here = guild.get_channel_or_thread(interaction.channel_id or 0)
            # Channels may differ in this; it is looked at again where somebody asks.
            if isinstance(here, Writable) and not can_mention(role, Place(here, in_new_thread=False)):
                said.append(say(sentences.NOT_MENTIONABLE_YET, role=role.mention))
            await send_ephemeral(interaction, "\n".join(said))

    return experts
