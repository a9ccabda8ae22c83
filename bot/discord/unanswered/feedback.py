"""What the bot notes in the store: votes, and questions that found no answer. No names are written down."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from functools import partial
from queue import Full, Queue
from threading import Thread

from index.errors import KotaeError
from index.store.discord.guilds import Guilds
from index.store.discord.unanswered_questions import NO_GUILD, UNSEEN, Asking, Gaps
from index.store.store import Store

_SECONDS_BETWEEN_LOOKS = 0.02

logger = logging.getLogger("kotae.discord")

Note = Callable[[], object]


class Notes:
    """Writes beside everything else, one note after the other; no answer waits for it, or fails with it.

    While the database does not answer, `most_waiting` wait; what comes then is not noted.
    """

    def __init__(self, store: Store | None, most_waiting: int = 1_000) -> None:
        self._store = store
        self._waiting: Queue[Note | None] = Queue(most_waiting)
        if store:
            # A daemon: the bot may leave while the database does not answer.
            Thread(target=_write, args=[self._waiting], name="notes", daemon=True).start()

    def vote(
        self,
        guild: int | None,
        question: str,
        passage_id: str,
        *,
        helpful: bool,
        asker: int | None = None,
        person: int | None = None,
        channel: int | None = None,
    ) -> None:
        """Note whether a passage helped somebody with a question, perhaps of somebody else."""
        if self._store:
            record = partial(Guilds(self._store).record_feedback, guild, question, passage_id)
            self._note(partial(record, helpful=helpful, asker=asker, person=person, channel=channel))

    def gap(self, guild: int | None, question: str, asking: Asking = UNSEEN) -> None:
        """Note a question that found no answer, or none that helped."""
        if self._store:
            self._note(partial(Gaps(self._store).record, guild or NO_GUILD, question, asking))

    async def finish(self, seconds: float) -> None:
        """Let what is waiting be written, for so many seconds at most."""
        end = time.monotonic() + seconds
        while self._waiting.unfinished_tasks and time.monotonic() < end:  # noqa: ASYNC110 - a thread ends it
            await asyncio.sleep(_SECONDS_BETWEEN_LOOKS)

    def close(self) -> None:
        """Note nothing more."""
        self._store = None
        self._note(None)

    def _note(self, note: Note | None) -> None:
        try:
            self._waiting.put_nowait(note)
        except Full:
            logger.error("not noted", extra={"event": "note", "reason": "too many are waiting"})  # noqa: TRY400


def _write(waiting: Queue[Note | None]) -> None:
    while note := waiting.get():
        try:
            note()
        except KotaeError as error:
            fields = {"event": "note", "error": type(error).__name__, **error.values}
            logger.error("not noted", extra=fields)  # noqa: TRY400 - its cause is known
        except Exception:
            logger.exception("not noted", extra={"event": "note"})
        finally:
            waiting.task_done()
    waiting.task_done()
