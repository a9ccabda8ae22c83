"""Connections to servers that speak Discord's protocol in their own way; Discord itself needs none of this.

discord.py ends where an event is not as it expects. Here such an event is put right, or left out; where it tells who
may read what, its guild is not trusted any more.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from http import HTTPStatus
from typing import Any

import aiohttp
import discord
from discord import utils
from discord.abc import GuildChannel
from discord.gateway import DiscordWebSocket
from discord.http import HTTPClient, Route
from discord.webhook import async_
from discord.webhook.async_ import AsyncWebhookAdapter

from bot.discord.payloads import (
    THREADS,
    Data,
    check_channel,
    put_guild_right,
    put_member_right,
    put_right,
    put_role_right,
    put_thread_right,
)

# What discord.py raises where an answer or an event is not as it expects.
NOT_UNDERSTOOD = (AttributeError, LookupError, TypeError, ValueError)

# What tells who may read what.
_OF_PERMISSIONS = frozenset(
    f"{kind}_{what}" for kind in ("CHANNEL", "GUILD", "GUILD_ROLE") for what in ("CREATE", "DELETE", "UPDATE")
)
# How often, and for how many seconds, we wait for a server that is asked too much.
_WAITS = 3
_LONGEST_WAIT = 60.0

logger = logging.getLogger("kotae.discord")


class Http(HTTPClient):
    """Requests whose answers are put right."""

    async def request(self, route: Route, **options: Any) -> Any:
        """Make a request."""
        answer = await _patiently(lambda: HTTPClient.request(self, route, **options))
        put_right(answer)
        return answer

    async def application_info(self) -> Any:
        """Ask who we are at the address that goes by our token; at the older one, some servers tell of another."""
        try:
            return await self.request(Route("GET", "/applications/@me"))
        except discord.NotFound:
            return await super().application_info()


class Webhooks(AsyncWebhookAdapter):
    """Responses to interactions, also on servers that do not tell what became of them."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]

    async def request(self, route: Route, session: aiohttp.ClientSession, **options: Any) -> Any:
        """Make a request."""
        told = "with_response" in (options.get("params") or {})
        if told:
            # discord.py says 1, which not all take for a yes.
            options["params"] = options["params"] | {"with_response": "true"}
        answer = await _patiently(lambda: AsyncWebhookAdapter.request(self, route, session, **options))
        if told and not isinstance(answer, dict):
            return {"interaction": {"id": route.webhook_id}}
        put_right(answer)
        return answer


class Gateway(DiscordWebSocket):
    """A connection that outlives what it does not understand."""

    async def received_message(self, msg: Any, /) -> None:
        """Take over an event; one that cannot be read is left out."""
        if isinstance(msg, bytes):
            msg = self._decompressor.decompress(msg)
            if msg is None:
                return
        payload = utils._from_json(msg)  # noqa: SLF001 - whichever way discord.py does it
        event, data = payload.get("t"), payload.get("d")
        if not event or not isinstance(data, dict):
            await super().received_message(msg)
            return
        try:
            self._put_right(event, data)
            await super().received_message(utils._to_json(payload))  # noqa: SLF001
        except NOT_UNDERSTOOD as error:
            if event == "READY":
                raise
            # Without the error's text, which may be what somebody wrote.
            told = {"event": "error", "of": event, "error": type(error).__name__}
            logger.error("event not understood", extra=told)  # noqa: TRY400
            if event in _OF_PERMISSIONS or (event == "GUILD_MEMBER_UPDATE" and self._is_about_us(data)):
                self._distrust(data)

    def _put_right(self, event: str, data: Data) -> None:
        put_right(data, content=event == "MESSAGE_CREATE")
        self._name_guild(event, data)
        if event == "READY":
            self._put_ready_right(data)
        elif event in ("GUILD_CREATE", "GUILD_UPDATE"):
            self._put_guild_right(data)
        elif event in ("CHANNEL_CREATE", "CHANNEL_UPDATE"):
            self._put_channel_right(data)
        elif event in ("GUILD_ROLE_CREATE", "GUILD_ROLE_UPDATE"):
            put_role_right(data["role"])
        elif event.startswith("GUILD_MEMBER_"):
            put_member_right(data)
        elif event.startswith("THREAD_"):
            put_thread_right(data)
        elif event == "INTERACTION_CREATE":
            self._put_interaction_right(data)

    def _name_guild(self, event: str, data: Data) -> None:
        """Say in which guild something is: discord.py takes what is in none for a direct message."""
        if "guild_id" in data or event.startswith(("GUILD_", "INTERACTION_")):
            return
        number = data.get("id") if event.startswith(("CHANNEL_", "THREAD_")) else None
        channel = self._connection.get_channel(int(data.get("channel_id") or number or 0))
        if isinstance(channel, (GuildChannel, discord.Thread)):
            data["guild_id"] = str(channel.guild.id)
        elif event.startswith("MESSAGE_") and "member" in data:
            raise LookupError  # It is in some guild, and we do not know in which.

    def _put_ready_right(self, data: Data) -> None:
        if not isinstance(data.get("resume_gateway_url"), str):
            data["resume_gateway_url"] = str(self.gateway)
        if "application" in data:
            data["application"].setdefault("flags", 0)

    def _put_guild_right(self, data: Data) -> None:
        known = self._guild(data["id"])
        if known and "roles" not in data:
            # discord.py would forget all roles.
            data["roles"] = [_told(role) for role in known.roles]
        put_guild_right(data)

    def _put_channel_right(self, data: Data) -> None:
        before = self._connection.get_channel(int(data["id"]))
        data.setdefault("position", getattr(before, "position", 0))
        if "guild_id" in data:
            check_channel(data)

    def _put_interaction_right(self, data: Data) -> None:
        data.setdefault("version", 1)
        data.setdefault("attachment_size_limit", 0)
        channel = data.get("channel") or {"id": data.get("channel_id")}
        if channel.get("type") in THREADS and "thread_metadata" not in channel:
            channel = {"id": channel["id"]}
        data["channel"] = channel
        guild, member = self._guild(data.get("guild_id")), data.get("member")
        place = guild.get_channel_or_thread(int(channel["id"] or 0)) if guild and not guild.unavailable else None
        if guild and place and member and "permissions" not in member:
            whose = discord.Member(data=member, guild=guild, state=self._connection)
            member["permissions"] = str(place.permissions_for(whose).value)

    def _is_about_us(self, data: Data) -> bool:
        user = data.get("user")
        # Of others we keep nothing.
        return not isinstance(user, dict) or str(user.get("id")) == str(self._connection.self_id)

    def _distrust(self, data: Data) -> None:
        """Show nothing more of a guild whose roles or channels we may have wrong, until we are told of all of it."""
        if guild := self._guild(data.get("guild_id") or data.get("id")):
            guild.unavailable = True

    def _guild(self, number: Any) -> discord.Guild | None:
        known = str(number).isdecimal()
        return self._connection._get_guild(int(number)) if known else None  # noqa: SLF001


@contextmanager
def adapted_discord_py() -> Iterator[None]:
    """Let clients that are made meanwhile connect this way; discord.py has no other place to say so."""
    ours = (
        (discord.client, "HTTPClient", Http),
        (discord.shard, "DiscordWebSocket", Gateway),
        (discord.http, "json_or_text", json_or_text),
        (async_, "json_or_text", json_or_text),
    )
    before = [(module, name, getattr(module, name)) for module, name, _ in ours]
    webhooks = async_.async_context.set(Webhooks())
    try:
        for module, name, part in ours:
            setattr(module, name, part)
        yield
    finally:
        async_.async_context.reset(webhooks)
        for module, name, part in before:
            setattr(module, name, part)


async def json_or_text(response: aiohttp.ClientResponse) -> dict[str, Any] | str:
    """What was answered; discord.py takes JSON whose character set is named for text."""
    text = await response.text(encoding="utf-8")
    return utils._from_json(text) if response.content_type == "application/json" else text  # noqa: SLF001


async def _patiently(request: Callable[[], Awaitable[Any]]) -> Any:
    """Make a request again after the time that the server asks for; discord.py does so where Discord's proxies do."""
    for _ in range(_WAITS):
        try:
            return await request()
        except discord.HTTPException as error:
            seconds = error.response.headers.get("Retry-After", "")
            busy = error.status == HTTPStatus.TOO_MANY_REQUESTS and seconds.isdecimal()
            if not busy or float(seconds) > _LONGEST_WAIT:
                raise
            await asyncio.sleep(float(seconds))
    return await request()


def _told(role: discord.Role) -> Data:
    kept = {"name": role.name, "position": role.position, "managed": role.managed, "mentionable": role.mentionable}
    return kept | {"id": str(role.id), "permissions": str(role.permissions.value), "hoist": role.hoist}
