"""Follows the store: one thread changes something derived of it, while others ask."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor
from typing import Protocol

from index.store.rows import State


class Derived(Protocol):
    """What is made of the store, and follows it."""

    def is_of(self, state: State) -> bool:
        """Whether it is right for a store in this state."""
        ...

    def refresh(self) -> None:
        """Take over what has changed in the store since the last time."""
        ...


class Follower:
    """The one thread that changes something derived; those who ask wait for it.

    `complete_at` is when the store last had nothing that is not in what is derived, by the clock of this process.
    """

    complete_at: float | None = None

    def __init__(self, derived: Derived, name: str) -> None:
        self._derived = derived
        self._lock = threading.Lock()
        self._worker = ThreadPoolExecutor(1, thread_name_prefix=name)
        self._refreshing: Future[None] | None = None

    def take_over(self, state: State, until: float | None, looked: float) -> bool:
        """Take over what has changed up to a state, unless it is not done in time; raises what hinders that.

        `looked` is when the store was in this state. Gives whether it is done.
        """
        # The first may have begun before the last change.
        for _ in range(2):
            if self._is_of(state, looked):
                return True
            with self._lock:
                if self._refreshing is None or self._refreshing.done():
                    self._refreshing = self._worker.submit(self._refresh)
                refreshing = self._refreshing
            try:
                refreshing.result(None if until is None else max(0.0, until - time.monotonic()))
            except TimeoutError:
                if not refreshing.done():
                    return False
                raise
        return self._is_of(state, looked)

    def run(self, work: Callable[[], None]) -> None:
        """Do something else to what is derived, which nothing else changes meanwhile."""
        self._worker.submit(work).result()

    def close(self) -> None:
        """Wait for the thread."""
        self._worker.shutdown()

    def _is_of(self, state: State, looked: float) -> bool:
        found = self._derived.is_of(state)
        if found:
            self._complete(looked)
        return found

    def _refresh(self) -> None:
        begin = time.monotonic()
        self._derived.refresh()
        self._complete(begin)

    def _complete(self, moment: float) -> None:
        self.complete_at = max(moment, self.complete_at or moment)
