"""`kotae discord`: connects the bot, and ends with a sentence where it cannot."""

from __future__ import annotations

import asyncio
import signal
from contextlib import suppress
from pathlib import Path

import aiohttp
import discord
import yarl
from discord.gateway import DiscordWebSocket
from discord.http import Route

from bot.discord.client import KotaeClient
from bot.discord.logs import start_logging
from bot.settings import Settings
from bot.terminal import open_content
from bot.wording import Wording
from index.errors import KotaeError

AUTHENTICATION_FAILED = 4004
# How long the gateway may take to let us in for the first time; later losses are mended without end.
_FIRST_CONNECTION = 30


class DiscordTokenMissing(KotaeError):
    """There is no token."""


class DiscordTokenRefused(KotaeError):
    """Discord does not accept the token."""


class DiscordIntentMissing(KotaeError):
    """The bot asks for an intent that it was not granted."""


class DiscordUnreachable(KotaeError):
    """The server cannot be reached; `values` has its `address` and the `reason`."""


def run(say: Wording, settings: Settings, content: list[Path]) -> int:
    """Run the bot until SIGTERM or SIGINT; raises KotaeError where it cannot run."""
    if not settings.discord_token:
        raise DiscordTokenMissing
    library = open_content(say, settings, content)
    start_logging()
    if settings.discord_api_url:
        Route.BASE = settings.discord_api_url
    if settings.discord_gateway_url:
        DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(settings.discord_gateway_url)
    asyncio.run(_run(settings, KotaeClient(settings, library)))
    return 0


async def _run(settings: Settings, client: KotaeClient) -> None:
    async with client:
        ended = asyncio.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            # Windows knows no handlers on the loop; there Ctrl-C interrupts.
            with suppress(NotImplementedError):
                asyncio.get_running_loop().add_signal_handler(number, ended.set)
        running = asyncio.create_task(client.start(settings.discord_token.reveal()))
        waiting = asyncio.create_task(ended.wait())
        connecting = asyncio.create_task(_first_connection(client))
        await asyncio.wait({running, waiting, connecting}, return_when=asyncio.FIRST_COMPLETED)
        if connecting.done() and not connecting.exception() and not running.done() and not ended.is_set():
            await asyncio.wait({running, waiting}, return_when=asyncio.FIRST_COMPLETED)
        await client.close()
        for task in (waiting, connecting):
            task.cancel()
        await _raise_reason(running, connecting)


async def _first_connection(client: KotaeClient) -> None:
    try:
        await asyncio.wait_for(client.connected.wait(), _FIRST_CONNECTION)
    except TimeoutError:
        raise DiscordUnreachable(address=str(DiscordWebSocket.DEFAULT_GATEWAY), reason="timeout") from None


async def _raise_reason(running: asyncio.Task[None], connecting: asyncio.Task[None]) -> None:
    """Wait for the client's end, and say why it ended where that is for a user to mend."""
    try:
        await asyncio.wait_for(running, 5)
    except discord.LoginFailure as error:
        raise DiscordTokenRefused from error
    except discord.PrivilegedIntentsRequired as error:
        raise DiscordIntentMissing from error
    except discord.ConnectionClosed as error:
        if error.code == AUTHENTICATION_FAILED:
            raise DiscordTokenRefused from error
        raise DiscordUnreachable(address=Route.BASE, reason=f"{error.code} {error.reason}".strip()) from error
    except (aiohttp.ClientError, OSError, discord.HTTPException, discord.GatewayNotFound) as error:
        raise DiscordUnreachable(address=Route.BASE, reason=type(error).__name__) from error
    except (TimeoutError, asyncio.CancelledError):
        pass
    if connecting.done() and not connecting.cancelled() and (problem := connecting.exception()):
        raise problem
