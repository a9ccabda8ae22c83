"""What front ends show alike: how the index follows the store, and how the queue stands."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from threading import Lock, Thread
from typing import Generic, TypeVar

from bot.metrics.health import Check
from bot.metrics.metrics import Read
from index.errors import KotaeError
from index.search.knowledge import Knowledge, Standing
from index.store.jobs import QueueState

# All in seconds. The store is looked at every second; with less patience a busy moment would count as a failure.
_LONGEST_SILENCE = 15.0
# Of many documents that come at once the index may be behind for a while, and is answered from all the same.
_LONGEST_BEHIND = 60.0
# How long whoever reads the metrics waits for the database.
_LONGEST_WAIT = 1.0

_Value = TypeVar("_Value")


class Sampled(Generic[_Value]):
    """What a function gives that asks the database, which nobody waits for longer than a second."""

    def __init__(self, read: Callable[[], _Value]) -> None:
        self._read = read
        self._lock = Lock()
        self._value: _Value | None = None
        self._thread: Thread | None = None

    def now(self) -> _Value | None:
        """What it gives now; None where it fails, or is not done in time."""
        with self._lock:
            if self._thread is None or not self._thread.is_alive():
                # A daemon: the process may leave while the database does not answer.
                self._thread = Thread(target=self._run, name="metrics", daemon=True)
                self._thread.start()
            thread = self._thread
        thread.join(_LONGEST_WAIT)
        return None if thread.is_alive() else self._value

    def _run(self) -> None:
        self._value = None
        try:
            self._value = self._read()
        except KotaeError:
            return


def knowledge_checks(knowledge: Knowledge) -> dict[str, Check]:
    """Whether the store answers, and the index has what is in it."""
    return {
        "store": lambda: (of := knowledge.standing()) is not None and of.seen < _LONGEST_SILENCE,
        "index": lambda: (
            (of := knowledge.standing()) is not None and of.behind.get("index", _LONGEST_BEHIND) < _LONGEST_BEHIND
        ),
    }


def knowledge_gauges(knowledge: Knowledge) -> dict[str, Read]:
    """How the index follows the store."""

    def read(value: Callable[[Standing], float | Mapping[str, float]]) -> Read:
        return lambda: value(of) if (of := knowledge.standing()) else None

    return {
        "kotae_store_generation": read(lambda of: of.store_generation),
        "kotae_store_age_seconds": read(lambda of: of.seen),
        "kotae_index_generation": read(lambda of: of.generation),
        "kotae_index_age_seconds": read(lambda of: of.behind),
    }


def queue_gauges(state: Sampled[QueueState]) -> dict[str, Read]:
    """How the queue stands."""

    def by_state(queue: QueueState) -> Mapping[str, float]:
        return {"waiting": queue.waiting - queue.held, "working": queue.held, "dead": queue.dead}

    def age(queue: QueueState) -> float:
        return (datetime.now(UTC) - datetime.fromisoformat(queue.since)).total_seconds() if queue.since else 0.0

    return {
        "kotae_queue_jobs": lambda: by_state(queue) if (queue := state.now()) else None,
        "kotae_queue_age_seconds": lambda: age(queue) if (queue := state.now()) else None,
    }
