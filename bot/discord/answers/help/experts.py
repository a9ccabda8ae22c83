"""The role that an administrator named for questions without a sure answer, and who may close such a question."""

from __future__ import annotations

import discord

from bot.discord.access.authority import moderates
from bot.discord.replies import Interaction
from bot.discord.services import Services, services_of
from index.store.discord.guilds import Guilds
from index.store.store import Store

# The setting of a guild that has the id of the role.
ROLE_SETTING = "experts"


def names_experts(store: Store | None, guild: int | None) -> bool:
    """Whether an administrator of a guild named a role; takes a moment."""
    return bool(store and guild and ROLE_SETTING in Guilds(store).settings(guild))


async def experts_of(services: Services, guild: discord.Guild) -> discord.Role | None:
    """The role that experts of a guild have; None where none is named, or where it is gone."""
    if services.store is None:
        return None
    settings = await services.run_in_thread(Guilds(services.store).settings, guild.id)
    return guild.get_role(int(settings.get(ROLE_SETTING, "0")))


async def may_resolve(interaction: Interaction, asker: int) -> bool:
    """Whether whoever acts may say that a question is answered: who asked, an expert, or a moderator."""
    person, guild = interaction.user, interaction.guild
    if person.id == asker or moderates(interaction.permissions):
        return True
    role = await experts_of(services_of(interaction), guild) if guild else None
    return role is not None and isinstance(person, discord.Member) and person.get_role(role.id) is not None
