"""Whether a process lives, and whether it is ready: what an orchestrator asks."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping
from threading import Event
from typing import NamedTuple

# In seconds: an event loop that does nothing for so long is taken to be stuck.
_LONGEST_SILENCE = 5.0

Check = Callable[[], bool]


class Readiness(NamedTuple):
    """Whether all checks are well, and which are."""

    ready: bool
    checks: Mapping[str, bool]


class Health:
    """Is asked from any thread. Until there are checks the process is alive, and not ready."""

    def __init__(self) -> None:
        self._alive: Check = lambda: True
        self._checks: Mapping[str, Check] = {"started": lambda: False}

    def watch(self, checks: Mapping[str, Check], alive: Check) -> None:
        """From now on the process is ready while every check says so, none of which waits for more than a moment."""
        self._checks, self._alive = checks, alive

    def is_alive(self) -> bool:
        """Whether it should be left to run."""
        return self._alive()

    def readiness(self) -> Readiness:
        """What each check says now."""
        checks = {name: check() for name, check in self._checks.items()}
        return Readiness(all(checks.values()), checks)


def responds(loop: asyncio.AbstractEventLoop) -> bool:
    """Whether an event loop does what it is asked, within a few seconds."""
    answered = Event()
    try:
        loop.call_soon_threadsafe(answered.set)
    except RuntimeError:  # it is closed
        return False
    return answered.wait(_LONGEST_SILENCE)
