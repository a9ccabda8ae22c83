"""What is shown is allowed at the moment when it is sent: permissions may change while it is looked for, or waits."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import SimpleNamespace

import aiohttp

_allowed: ContextVar[Callable[[], bool] | None] = ContextVar("allowed", default=None)


class NoLongerAllowed(Exception):
    """What was about to be sent may no longer be shown where it was to be."""


@contextmanager
def only_while(allowed: Callable[[], bool]) -> Iterator[None]:
    """Send what is sent within only if this still holds as the request is made, and again before each repetition.

    Raises NoLongerAllowed; the client's requests have to be watched by `watch`.
    """
    before = _allowed.set(allowed)
    try:
        yield
    finally:
        _allowed.reset(before)


def watch() -> aiohttp.TraceConfig:
    """What the client's requests are watched with: discord.py may hold them back for a rate limit, or repeat them."""
    config = aiohttp.TraceConfig()
    config.on_request_start.append(_check)
    return config


async def _check(
    _session: aiohttp.ClientSession, _context: SimpleNamespace, _request: aiohttp.TraceRequestStartParams
) -> None:
    allowed = _allowed.get()
    if allowed is not None and not allowed():
        raise NoLongerAllowed
