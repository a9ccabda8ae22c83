"""Permissions are checked again when a message is sent: they may have changed since its content was looked up."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from types import SimpleNamespace

import aiohttp

_allowed: ContextVar[Callable[[], bool] | None] = ContextVar("allowed", default=None)


class NoLongerAllowed(Exception):
    """What was about to be sent may no longer be shown where it was to be."""


class NoLongerOurs(NoLongerAllowed):
    """What was about to be sent is another process's to answer: this one may have been paused, and know old permissions."""


@contextmanager
def only_while(allowed: Callable[[], bool]) -> Iterator[None]:
    """Send what is sent within only if this still holds as the request is made, and again before each repetition.

    Raises NoLongerAllowed; the client's requests have to be traced with `trace_config`.
    """
    before = _allowed.set(allowed)
    try:
        yield
    finally:
        _allowed.reset(before)


def trace_config() -> aiohttp.TraceConfig:
    """Checks each request as it is made: discord.py may hold it back for a rate limit, or repeat it."""
    config = aiohttp.TraceConfig()
    config.on_request_start.append(_check)
    return config


async def _check(
    _session: aiohttp.ClientSession, _context: SimpleNamespace, _request: aiohttp.TraceRequestStartParams
) -> None:
    allowed = _allowed.get()
    if allowed is not None and not allowed():
        raise NoLongerAllowed
