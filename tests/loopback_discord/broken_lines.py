"""Lines that break: a share of the requests never gets its answer."""

from __future__ import annotations

import random

from aiohttp import web


class BrokenLines:
    """Decides by chance which line breaks, and whether before its request is handled or after it."""

    def __init__(self) -> None:
        self.share = 0.0
        self.chance = random.Random(0)

    def before_or_after(self) -> str | None:
        """When the next request's line breaks, if it does."""
        if self.chance.random() >= self.share:
            return None
        return self.chance.choice(["before", "after"])


def cut(request: web.Request) -> web.Response:
    """No answer at all."""
    if request.transport:
        request.transport.abort()
    return web.Response()
