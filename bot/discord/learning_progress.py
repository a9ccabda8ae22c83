"""How far learning is, as people see it: in the channel itself, and for whoever asked for it."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from typing import TYPE_CHECKING, Any

import discord

from bot.discord.history import Learnable
from bot.discord.translation import language_of_locale
from bot.wording import Wording
from index.store.guilds import Guilds
from index.store.store import Store

if TYPE_CHECKING:
    from bot.discord.client import KotaeClient

# Discord lets a bot edit about this often without making it wait.
_SECONDS_BETWEEN_EDITS = 5.0
# What whoever asked sees can be edited for this long.
_TOKEN_SECONDS = 14 * 60


class LearningProgress:
    """A message in the channel that is learnt from, so that all who write there know; it outlives a restart.

    Without the permission to write there, only whoever asked sees how far it is.
    """

    def __init__(
        self,
        client: KotaeClient,
        store: Store,
        channel: Learnable,
        interaction: discord.Interaction[Any] | None = None,
    ) -> None:
        self._client = client
        self._guilds = Guilds(store)
        self._channel = channel
        self._interaction = interaction
        self._begun = self._edited = time.monotonic()
        self._say = Wording(language_of_locale(str(channel.guild.preferred_locale)))

    async def announce(self) -> None:
        """Say in the channel that it is learnt from."""
        permissions = self._channel.permissions_for(self._channel.guild.me)
        if isinstance(self._channel, discord.TextChannel) and permissions.send_messages:
            text = self._say("discord.learning", count=0)
            try:
                message = await self._channel.send(text, allowed_mentions=discord.AllowedMentions.none())
            except discord.HTTPException:
                return
            await self._client.off_loop(self._guilds.set, self._channel.guild.id, self._setting, str(message.id))

    async def show(self, count: Callable[[], Awaitable[int]]) -> None:
        """Show how many messages were learnt, if it is a while since that was shown."""
        if time.monotonic() - self._edited >= _SECONDS_BETWEEN_EDITS:
            self._edited = time.monotonic()
            await self._edit("discord.learning", await count())

    async def done(self, count: int) -> None:
        """Show that all was learnt."""
        await self._edit("discord.learnt", count)
        await self._client.off_loop(self._guilds.unset, self._channel.guild.id, self._setting)

    @property
    def _setting(self) -> str:
        return f"learning.{self._channel.id}"

    async def _edit(self, key: str, count: int) -> None:
        # What is shown as learnt is answered from at once: nobody's question waits until all of it is indexed.
        await self._client.off_loop(self._client.knowledge.audiences)
        none = discord.AllowedMentions.none()
        settings = await self._client.off_loop(self._guilds.settings, self._channel.guild.id)
        try:
            if self._interaction and time.monotonic() - self._begun < _TOKEN_SECONDS:
                say = self._client.wording_for(self._interaction)
                text = f"{self._channel.mention} {say(key, count=count)}"
                await self._interaction.edit_original_response(content=text, allowed_mentions=none)
            if self._setting in settings and isinstance(self._channel, discord.TextChannel):
                message = self._channel.get_partial_message(int(settings[self._setting]))
                await message.edit(content=self._say(key, count=count), allowed_mentions=none)
        except discord.HTTPException:
            # Somebody has deleted the message, or the permission to write is gone: learning goes on.
            return
