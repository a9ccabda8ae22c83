"""Connections to Discord, or to another server that speaks its protocol: one for each shard that the server wants."""

from __future__ import annotations

from typing import Any

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.state import AutoShardedConnectionState

from bot.settings import Settings


class Shards(AutoShardedConnectionState[Any]):
    """What discord.py knows of the server, also of one that has no shards."""

    def parse_ready(self, data: Any) -> None:
        """Take over who we are; which shard this is need not be said (events/gateway-events#ready)."""
        data.setdefault("shard", (0, 1))
        super().parse_ready(data)


class ShardedClient(discord.AutoShardedClient):
    """A client of the server that the settings name."""

    def __init__(self, settings: Settings, **options: Any) -> None:
        super().__init__(**options)
        self.settings = settings

    async def launch_shards(self) -> None:
        """Connect to the gateway that the settings name, or else the server; the server says how many shards."""
        if self.settings.discord_api_url or self.settings.discord_gateway_url:
            self.shard_count, gateway, _ = await self.http.get_bot_gateway()
            if not self.settings.discord_gateway_url:
                # discord.py would take a lost session up at Discord itself, with another server's token.
                DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
        await super().launch_shards()

    def _get_state(self, **options: Any) -> Shards:
        parts = {"dispatch": self.dispatch, "handlers": self._handlers, "hooks": self._hooks, "http": self.http}
        return Shards(**parts, **options)
