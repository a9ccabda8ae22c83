"""Counts questions beside everything else: what is counted is written together, and no answer waits for that."""

from __future__ import annotations

import logging
from collections import Counter
from datetime import UTC, datetime
from threading import Event, Lock, Thread

from index.errors import KotaeError
from index.store.question_counts import Asked, QuestionCounts
from index.store.store import Store
from index.types import Certainty

_SECONDS_BETWEEN_WRITES = 5.0

logger = logging.getLogger("kotae.counts")


class QuestionCounter:
    """Counts the questions of a front end, in any thread; without a store, none."""

    def __init__(self, store: Store | None, front_end: str, seconds: float = _SECONDS_BETWEEN_WRITES) -> None:
        self._counts = QuestionCounts(store) if store else None
        self._front_end = front_end
        self._seconds = seconds
        self._waiting: Counter[Asked] = Counter()
        self._lock = Lock()
        self._closed = Event()
        # A daemon: the program may end while the database does not answer.
        self._writer = Thread(target=self._write_now_and_then, name="counts", daemon=True)
        if store:
            self._writer.start()

    def count(self, certainty: Certainty, guild: int = 0, channel: int = 0) -> None:
        """Count a question of today; its channel in Discord only where all who read that saw the answer."""
        if self._counts:
            day = datetime.now(UTC).date().isoformat()
            with self._lock:
                self._waiting[Asked(self._front_end, guild, channel, day, certainty)] += 1

    def write(self) -> None:
        """Write what has been counted; what cannot be written now is kept for the next time."""
        with self._lock:
            counted, self._waiting = self._waiting, Counter()
        try:
            if self._counts:
                self._counts.add(counted)
        except KotaeError as error:
            with self._lock:
                self._waiting.update(counted)
            fields = {"event": "count", "error": type(error).__name__, **error.values}
            logger.error("not counted yet", extra=fields)  # noqa: TRY400 - its cause is known

    def close(self, seconds: float = 0.0) -> None:
        """Write what is left, which is waited for so many seconds at most."""
        self._closed.set()
        if self._counts:
            self._writer.join(seconds)

    def _write_now_and_then(self) -> None:
        closed = False
        while not closed:
            closed = self._closed.wait(self._seconds)
            try:
                self.write()
            except Exception:
                logger.exception("not counted", extra={"event": "count"})
