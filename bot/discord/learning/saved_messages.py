"""Checking saved messages: whether they are still there, and what they say."""

from __future__ import annotations

import asyncio
import logging
from collections import defaultdict
from collections.abc import Sequence
from typing import Literal

import discord
from discord.abc import GuildChannel
from discord.backoff import ExponentialBackoff

from bot.discord.access.permissions import readable
from bot.discord.learning.learnt_channels import LearntChannels
from bot.discord.requests import REQUEST_ERRORS, Pace, with_timeout
from bot.discord.services import Services
from index.errors import DatabaseError

logger = logging.getLogger("kotae.discord")


class SavedMessages:
    """Checks saved messages, each while its channel's lock is held, so that events of that time are stored after it."""

    def __init__(
        self, services: Services, learnt: LearntChannels, locks: defaultdict[int, asyncio.Lock], pace: Pace
    ) -> None:
        self._services = services
        self._learnt = learnt
        self._locks = locks
        self._pace = pace

    async def check(self, source: int, channel: GuildChannel) -> None:
        """Check a source's saved messages, until each could be fetched or is known to be gone."""
        waits, left = ExponentialBackoff[Literal[False]](), None
        while True:
            try:
                left = await self._check_all(channel.guild, await self._stored(source) if left is None else left)
                if not left:
                    if readable(channel):
                        await self._learnt.write(self._learnt.stored.release, source)
                    return
            except discord.Forbidden:
                self._log("not readable", channel.id)
                return
            except DatabaseError as error:
                self._log("learning waits", channel.id, error=type(error).__name__)
            await asyncio.sleep(waits.delay())

    async def _stored(self, source: int) -> list[tuple[int, int]]:
        """The channel or thread, and the id, of each saved message of a source."""
        stored = self._learnt.stored
        channels = await self._learnt.write(stored.all, source)
        messages = [one for channel in channels for one in await self._learnt.write(stored.messages, channel.number)]
        return [(int(one.url.split("/")[-2]), one.id) for one in messages if one.url]

    async def _check_all(self, guild: discord.Guild, saved: Sequence[tuple[int, int]]) -> list[tuple[int, int]]:
        """Store what became of saved messages, and give those that could not be fetched."""
        left: list[tuple[int, int]] = []
        for channel, message in saved:
            # The others there would only take as long.
            if channel not in (failing for failing, _ in left):
                try:
                    await self._check_one(guild, channel, message)
                    continue
                except discord.Forbidden:
                    raise
                except REQUEST_ERRORS as error:
                    self._log("learning waits", channel, error=type(error).__name__)
            left.append((channel, message))
        return left

    async def _check_one(self, guild: discord.Guild, channel: int, message: int) -> None:
        """Store what became of a message; raises what its request raises."""
        await self._pace.wait()
        messageable = self._services.client.get_partial_messageable(channel, guild_id=guild.id)
        async with self._locks[channel]:
            try:
                found = await with_timeout(messageable.fetch_message(message))
            except discord.NotFound:
                await self._learnt.write(self._learnt.stored.forget, [message])
            else:
                await self._learnt.correct(found, self._services.settings.message_content)

    async def check_in_thread(self, source: int, thread: discord.Thread) -> None:
        """Check those of a source's saved messages once that were written in a thread."""
        await self._check_all(thread.guild, [one for one in await self._stored(source) if one[0] == thread.id])

    def _log(self, event: str, channel: int, **values: object) -> None:
        logger.warning(event, extra={"event": "learning", "channel": channel, **values})
