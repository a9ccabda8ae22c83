"""`kotae mcp`: MCP over standard input and output, for an assistant at this machine."""

from __future__ import annotations

import asyncio
import signal
from contextlib import AbstractContextManager, closing

from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from bot.access import LOCAL, PUBLIC, Access, access_of
from bot.logs import start_logging
from bot.settings import Settings
from bot.web.mcp.server import create_server
from bot.web.services import Services
from bot.wording import Language
from index.errors import KotaeError
from index.search.knowledge import Knowledge


class TokenUnusable(KotaeError):
    """KOTAE_TOKEN opens nothing."""


def run(settings: Settings, opened: AbstractContextManager[Knowledge], language: Language, *, everything: bool) -> int:
    """Serve until standard input ends; raises KotaeError where that cannot be. `everything` is as for local_server."""
    with opened as knowledge, closing(Services(settings, knowledge, language)) as services:
        _access(services, everything)
        start_logging()
        knowledge.follow()
        # Nothing wakes the thread that reads standard input: an exception would wait for it.
        interrupted = signal.signal(signal.SIGINT, signal.SIG_DFL)
        try:
            asyncio.run(_serve(local_server(services, everything=everything)))
        finally:
            signal.signal(signal.SIGINT, interrupted)
    return 0


def local_server(services: Services, *, everything: bool) -> Server:
    """The server for whoever has the database itself.

    With `everything` all that is in it is answered from; else what KOTAE_TOKEN opens at the moment of each call, and without
    one what is for everybody: what a bot learns in private channels is in it too, and gets to no assistant by accident.
    """

    async def access_now(_request: None) -> Access:
        return await services.run_in_thread(_access, services, everything)

    return create_server(services, access_now)


def _access(services: Services, everything: bool) -> Access:
    token = services.settings.token
    if everything:
        return LOCAL
    if not token:
        return PUBLIC
    access = access_of(services.store, token.reveal())
    if access is None:
        raise TokenUnusable
    return access


async def _serve(server: Server) -> None:
    async with stdio_server() as (received, sent):
        await server.run(received, sent, server.create_initialization_options())
