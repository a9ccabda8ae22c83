"""/kotae forget-me and /kotae forget-guild: what is known of a person or of a guild is forgotten at once."""

from __future__ import annotations

from typing import Any

from discord import app_commands
from discord.ui import Button, View

from bot.discord.components import ConfirmationButton, PersistentItem, view_of
from bot.discord.forgetting.upkeep import Upkeep
from bot.discord.learning.learning import Learning
from bot.discord.replies import Interaction, send_ephemeral
from bot.discord.services import log_event, services_of, wording_for
from bot.discord.translation import in_english
from bot.wording.discord import command_names, responses
from bot.wording.discord import learning as sentences

_REMEMBER_ID = "kotae:remember"
_FORGET_GUILD_ID = "kotae:forget-guild"


def forget_me_command() -> app_commands.Command[Any, ..., Any]:
    """/kotae forget-me: not be learnt from, for everybody."""

    @app_commands.command(
        name=in_english(command_names.FORGET_ME), description=in_english(command_names.FORGET_ME_DESCRIPTION)
    )
    async def forget_me(interaction: Interaction) -> None:
        services, say = services_of(interaction), wording_for(interaction)
        learning = services.find(Learning)
        if learning is None:
            await send_ephemeral(interaction, say(responses.NO_STORE))
            return
        count = await learning.forget(interaction.user.id)
        services.get(Upkeep).wake()
        button = RememberButton(say(sentences.OPT_IN))
        await send_ephemeral(interaction, say(sentences.MEMBER_FORGOTTEN, count=count), view_of(button))

    return forget_me


class RememberButton(PersistentItem[Button[View]], template=_REMEMBER_ID):
    """Lets whoever clicks be learnt from again."""

    def __init__(self, label: str = "") -> None:
        super().__init__(Button(label=label or "…", emoji="↩️", custom_id=_REMEMBER_ID))

    async def respond(self, interaction: Interaction) -> None:
        """Learn from them again, what they wrote before too."""
        say, learning = wording_for(interaction), services_of(interaction).find(Learning)
        if learning is None:
            await send_ephemeral(interaction, say(responses.NO_STORE))
            return
        await learning.remember(interaction.user.id)
        await send_ephemeral(interaction, say(sentences.OPTED_IN))


def forget_guild_command() -> app_commands.Command[Any, ..., Any]:
    """/kotae forget-guild: forget all of the guild, for administrators, once they said that they mean it."""

    @app_commands.command(
        name=in_english(command_names.FORGET_GUILD),
        description=in_english(command_names.FORGET_GUILD_DESCRIPTION),
    )
    async def forget_guild(interaction: Interaction) -> None:
        if await services_of(interaction).store_for_administrator(interaction):
            say = wording_for(interaction)
            button = ForgetGuildButton(say(sentences.FORGET_GUILD))
            await send_ephemeral(interaction, say(sentences.CONFIRM_FORGETTING_GUILD), view_of(button))

    return forget_guild


class ForgetGuildButton(ConfirmationButton, template=_FORGET_GUILD_ID):
    """Forgets the guild in which it is clicked."""

    def __init__(self, label: str = "") -> None:
        super().__init__(_FORGET_GUILD_ID, label)

    async def respond(self, interaction: Interaction) -> None:
        """Forget it, if whoever clicks still administers it."""
        services, guild = services_of(interaction), interaction.guild_id
        if await services.store_for_administrator(interaction) is None or guild is None:
            return
        count = await services.get(Upkeep).forget_guild(guild)
        log_event("guild forgotten", guild)
        await send_ephemeral(interaction, wording_for(interaction)(sentences.GUILD_FORGOTTEN, count=count))
