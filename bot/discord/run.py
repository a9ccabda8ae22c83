"""`kotae discord`: connects the bot, and ends with a sentence where it cannot."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AbstractContextManager, suppress

import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.discord.client import KotaeClient
from bot.logs import start_logging
from bot.metrics.opened import opened_metrics
from bot.metrics.traces import traced
from bot.settings import Settings
from index.errors import KotaeError, SettingInvalid
from index.processes import take_sigterm_as_interrupt
from index.search.knowledge import Knowledge

AUTHENTICATION_FAILED = 4004
# There is no such shard, or too few of them.
_SHARDS_REFUSED = 4010, 4011
# How long the gateway may take to let us in for the first time; later losses are mended without end.
_FIRST_CONNECTION = 30
# In seconds: how long a question waits for what others have just added, perhaps in another guild.
_REFRESH_TIMEOUT = 0.1


class DiscordTokenMissing(KotaeError):
    """There is no token."""


class ShardsNeedStore(KotaeError):
    """Several processes share a bot's shards, and have no store in common."""


class DiscordTokenRefused(KotaeError):
    """Discord does not accept the token."""


class DiscordIntentMissing(KotaeError):
    """The bot asks for an intent that it was not granted."""


class DiscordShardsRefused(KotaeError):
    """Discord wants more shards than there are."""


class DiscordUnreachable(KotaeError):
    """The server cannot be reached; `values` has its `address` and the `reason`."""


def run(settings: Settings, opened: AbstractContextManager[Knowledge], *, with_store: bool) -> int:
    """Run the bot until SIGTERM or SIGINT; raises KotaeError where it cannot run.

    `opened` gives what to answer from once it is entered. Without its store nothing but answers is remembered.
    """
    if not settings.discord_token:
        raise DiscordTokenMissing
    if settings.shards and not with_store:
        raise ShardsNeedStore
    _point_at(settings)
    # Until the event loop listens to signals, one asks to leave like Ctrl-C.
    take_sigterm_as_interrupt()
    try:
        with opened_metrics(settings) as metrics, traced(settings, "kotae-discord"), opened as knowledge:
            knowledge.refresh_timeout = _REFRESH_TIMEOUT
            store = knowledge.store if with_store else None
            start_logging()
            # Voice is not what this bot is for: that it would need more packages is no news.
            discord.VoiceClient.warn_nacl = discord.VoiceClient.warn_dave = False
            client = KotaeClient(settings, knowledge, store=store, metrics=metrics)
            asyncio.run(_run(settings, knowledge, client))
    except KeyboardInterrupt:
        return 0
    return 0


def _point_at(settings: Settings) -> None:
    """Let discord.py talk to the servers that the settings name."""
    if settings.discord_api_url:
        Route.BASE = settings.discord_api_url
    if settings.discord_gateway_url:
        try:
            gateway = yarl.URL(settings.discord_gateway_url)
        except ValueError:
            gateway = yarl.URL()
        if gateway.scheme not in ("ws", "wss") or not gateway.host:
            name, value = "DISCORD_GATEWAY_URL", settings.discord_gateway_url
            raise SettingInvalid(name=name, value=value, allowed="ws://… / wss://…")
        DiscordWebSocket.DEFAULT_GATEWAY = gateway


async def _run(settings: Settings, knowledge: Knowledge, client: KotaeClient) -> None:
    async with client:
        ended = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            # Windows knows no handlers on the loop; there Ctrl-C interrupts.
            with suppress(NotImplementedError):
                loop.add_signal_handler(number, ended.set)
        outdated: list[KotaeError] = []

        def end_outdated(error: KotaeError) -> None:
            outdated.append(error)
            loop.call_soon_threadsafe(ended.set)

        knowledge.follow(end_outdated)
        running = asyncio.create_task(client.start(settings.discord_token.reveal()))
        leaving = asyncio.create_task(ended.wait())
        connecting = asyncio.create_task(asyncio.wait_for(client.connected.wait(), _FIRST_CONNECTION))
        await asyncio.wait({running, leaving, connecting}, return_when=asyncio.FIRST_COMPLETED)
        if client.connected.is_set():
            await asyncio.wait({running, leaving}, return_when=asyncio.FIRST_COMPLETED)
        cause = next(iter(outdated), None) if ended.is_set() else _cause(running, client)
        await client.finish()
        await client.close()
        for task in (running, leaving, connecting):
            task.cancel()
        await asyncio.gather(running, leaving, connecting, return_exceptions=True)
        if cause:
            raise cause


def _cause(running: asyncio.Task[None], client: KotaeClient) -> KotaeError:
    """Why the bot ended, or did not get to run."""
    error = running.exception() if running.done() else TimeoutError()
    if isinstance(error, KotaeError):
        return error
    if isinstance(error, discord.LoginFailure):
        return DiscordTokenRefused()
    if isinstance(error, discord.PrivilegedIntentsRequired):
        return DiscordIntentMissing()
    if isinstance(error, discord.ConnectionClosed) and error.code == AUTHENTICATION_FAILED:
        return DiscordTokenRefused()
    if isinstance(error, discord.ConnectionClosed) and error.code in _SHARDS_REFUSED:
        return DiscordShardsRefused()
    address = str(DiscordWebSocket.DEFAULT_GATEWAY) if client.prepared else Route.BASE
    return DiscordUnreachable(address=address, reason=type(error).__name__)
