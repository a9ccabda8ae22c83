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
# In seconds: how old what is known of a member may be once the rest is asked for.
_FRESH = 1.0
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
        begin = time.monotonic()
        known = [guild for guild in sorted(guilds) if self._strangers.get((guild, person), 0.0) <= begin]
        data = dict(zip(known, await asyncio.gather(*(self._member(guild, person) for guild in known)), strict=True))
        late = time.monotonic() - begin > _FRESH
        # Most are members of few guilds, so only then all else is asked for.
        found = await asyncio.gather(
            *(self._member_in(guild, person, None if late else one) for guild, one in data.items() if one)
        )
        return [member for member in found if member]

    async def _member(self, guild: int, person: int) -> Any:
        """Somebody as Discord describes a member of a guild; None where they are none, or it does not say so."""
        try:
            return await self._ask(self._client.http.get_member(guild, person))
        except REQUEST_ERRORS as error:
            if isinstance(error, discord.NotFound) and error.code == _UNKNOWN_MEMBER:
                self._remember_stranger(guild, person)
            return None

    async def _member_in(self, guild: int, person: int, member: Any) -> discord.Member | None:
        """Somebody in a guild with its channels and roles, and the bot itself; `member` is what is known of them."""
        me, http = self._client.user, self._client.http
        member = member or await self._member(guild, person)
        if me is None or member is None:
            return None
        try:
            itself, channels, known = await asyncio.gather(
                self._ask(http.get_member(guild, me.id)),
                self._ask(http.get_all_guild_channels(guild)),
                self._ask(http.get_guild(guild, with_counts=False)),
            )
        except REQUEST_ERRORS:
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
