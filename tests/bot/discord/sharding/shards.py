"""Guilds on shards that a test chooses, and bots that serve some of them."""

from __future__ import annotations

import time

from bot.settings import Settings, Shards
from tests.bot.discord.company import SETTINGS
from tests.loopback_discord.world.channel import Guild
from tests.loopback_discord.world.users import User
from tests.loopback_discord.world.world import World


def add_guild(world: World, shard: int, of: int, name: str, *members: User) -> Guild:
    """A new guild whose events come to a shard: which is decided by when it was made."""
    while True:
        guild = world.add_guild(name, *members)
        if (guild.id >> 22) % of == shard:
            return guild
        del world.guilds[guild.id]
        time.sleep(0.001)


def serving(shards: str, of: int) -> Settings:
    """The settings of a process that serves these shards."""
    return SETTINGS._replace(shards=Shards.parse(shards, str(of)))
