"""Guilds of other shards: this process is told nothing of them, so Discord is asked, for each direct message anew."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Collection
from typing import Any

import discord

from bot.discord.access.reach import pace
from bot.discord.requests import REQUEST_ERRORS, with_timeout

# In seconds: how long it is remembered that somebody is no member of a guild. What they may read is not remembered.
_STRANGER = 60.0
_MOST_STRANGERS = 100_000
_UNKNOWN_MEMBER = 10007


class OtherShards:
    """Looks up people in guilds that the client does not know."""

    def __init__(self, client: discord.Client) -> None:
        self._client = client
        # Until when it is taken for granted that a person is no member of a guild.
        self._strangers: dict[tuple[int, int], float] = {}

    async def memberships(self, guilds: Collection[int], person: int) -> list[discord.Member]:
        """Somebody as a member of those of some guilds that they are in, with all that decides what they may read.

        A guild that Discord does not tell of in full, and in time, is left out.
        """
        found = await asyncio.gather(*(self._member_in(guild, person) for guild in sorted(guilds)))
        return [member for member in found if member]

    async def _member_in(self, guild: int, person: int) -> discord.Member | None:
        me = self._client.user
        if me is None or self._strangers.get((guild, person), 0.0) > time.monotonic():
            return None
        http = self._client.http
        try:
            # First of all, since most are members of few guilds.
            member: Any = await self._ask(http.get_member(guild, person))
            itself, channels, known = await asyncio.gather(
                self._ask(http.get_member(guild, me.id)),
                self._ask(http.get_all_guild_channels(guild)),
                self._ask(http.get_guild(guild, with_counts=False)),
            )
        except REQUEST_ERRORS as error:
            if isinstance(error, discord.NotFound) and error.code == _UNKNOWN_MEMBER:
                self._remember_stranger(guild, person)
            return None
        state = self._client._connection  # noqa: SLF001 - as the client itself makes guilds of what it is told
        data: Any = {**known, "channels": channels, "members": [itself], "emojis": [], "stickers": []}
        return discord.Member(data=member, guild=discord.Guild(data=data, state=state), state=state)

    async def _ask(self, request: Any) -> Any:
        await pace.wait()
        return await with_timeout(request)

    def _remember_stranger(self, guild: int, person: int) -> None:
        if len(self._strangers) >= _MOST_STRANGERS:
            self._strangers.clear()
        self._strangers[guild, person] = time.monotonic() + _STRANGER
