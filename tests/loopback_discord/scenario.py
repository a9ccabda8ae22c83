"""What a test begins with that plays a scenario on a loopback Discord."""

from __future__ import annotations

import asyncio
import functools
from collections.abc import Callable, Coroutine
from typing import Any

from tests.loopback_discord.rest.openapi import description_path
from tests.loopback_discord.server import LoopbackDiscord
from tests.loopback_discord.world.channel import Channel
from tests.loopback_discord.world.users import User


def asynchronous(test: Callable[[], Coroutine[Any, Any, None]]) -> Callable[[], None]:
    """Run an asynchronous test, for half a minute at most."""

    @functools.wraps(test)
    def run() -> None:
        asyncio.run(asyncio.wait_for(test(), 30))

    return run


def server_with_people(**settings: Any) -> tuple[LoopbackDiscord, User, Channel]:
    """A server with a guild in which 花子 sees one channel."""
    server = LoopbackDiscord(openapi=description_path(), **settings)
    hanako = server.world.add_user("花子")
    return server, hanako, server.world.add_channel(server.world.add_guild("会社", hanako), "質問")
