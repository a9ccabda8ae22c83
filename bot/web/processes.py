"""Processes that answer questions beside the one that listens: Python lets one thread of a process work at a time."""

from __future__ import annotations

import asyncio
import logging
import signal
from concurrent.futures import ProcessPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from contextlib import ExitStack
from functools import cache
from multiprocessing import active_children, get_context
from typing import NamedTuple

from bot.access import Access, library_for
from bot.answerer import Answer, Answerer
from bot.conversation import Conversation
from bot.knowledge import open_knowledge, open_store
from bot.logs import start_logging
from bot.metrics.traces import traced
from bot.settings import Settings
from index.processes import end_with_parent, interrupts_blocked
from index.search.knowledge import Knowledge
from index.stages import Stage, Told, stage, timed, watching

# In seconds: how long a question waits for what others have just added.
REFRESH_TIMEOUT = 0.1
# In seconds: how long a question may take. Many at once, or a database that is slow, take less.
_LONGEST_ANSWER = 60.0
# A question that ends each process that it comes to is not asked for ever.
_ATTEMPTS = 3

logger = logging.getLogger("kotae.web")

# Of an answering process: what it was started with, and how long the stages of the answer under way took.
_settings = Settings()
_times: list[StageTime] = []
_for_good = ExitStack()


class Asked(NamedTuple):
    """A question, who asks it, how many passages to show at most, and the conversation that it goes on with."""

    access: Access
    question: str
    limit: int
    conversation: Conversation


class StageTime(NamedTuple):
    """How long a stage took, and the class of what ended it if that was an error."""

    name: Stage
    seconds: float
    error: type[BaseException] | None


def answer(knowledge: Knowledge, asked: Asked) -> Answer:
    """Answer a question from what whoever asks it may read."""
    with stage("question"):
        library = library_for(knowledge, asked.access)
        return Answerer(library).ask(asked.question, asked.limit, asked.conversation)


class AnsweringProcesses:
    """So many processes, each with the index and the encoder. Where one ends, all are started anew, and asked again.

    `told` hears how long the stages of each answer took.
    """

    def __init__(self, settings: Settings, count: int, told: Told, longest: float = _LONGEST_ANSWER) -> None:
        self._settings = settings
        self._count = count
        self._told = told
        self._longest = longest
        self._pool = self._started()
        self._responding = True

    async def answer(self, asked: Asked) -> Answer:
        """Answer a question in one of them.

        Raises what answering raises, TimeoutError where it takes too long, and BrokenProcessPool where it ends them all.
        """
        try:
            async with asyncio.timeout(self._longest):
                found, times = await self._answered(asked)
        except TimeoutError:
            self._responding = False
            raise
        self._responding = True
        for time in times:
            self._told(*time)
        return found

    async def _answered(self, asked: Asked) -> tuple[Answer, list[StageTime]]:
        for attempts_left in reversed(range(_ATTEMPTS)):
            pool = self._pool
            try:
                found = await asyncio.get_running_loop().run_in_executor(pool, _answer, asked)
                break
            except BrokenProcessPool:
                if pool is self._pool:
                    logger.error("an answering process was ended", extra={"event": "answering"})  # noqa: TRY400 - not by an error
                    self._pool = self._started()
                if not attempts_left:
                    raise
        return found

    def respond(self) -> bool:
        """Whether the last question was answered in time."""
        return self._responding

    def close(self) -> None:
        """End them at once, also those that have only begun to start."""
        self._pool.shutdown(wait=False, cancel_futures=True)
        for process in self._processes:
            process.kill()

    def _started(self) -> ProcessPoolExecutor:
        # A copy of this process would have its connections, and locks that its threads hold.
        pool, others = (
            ProcessPoolExecutor(self._count, get_context("spawn"), _begin, (self._settings,)),
            active_children(),
        )
        with interrupts_blocked():
            for _ in range(self._count):
                pool.submit(_knowledge)
        self._processes = [one for one in active_children() if one not in others]
        return pool


def _begin(settings: Settings) -> None:
    """What an answering process does first."""
    global _settings
    _settings = settings
    end_with_parent()
    # A system may send it to all processes of a service at once: answers under way are given first.
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    start_logging()
    _for_good.enter_context(traced(settings, "kotae-serve"))
    _for_good.enter_context(watching(timed(lambda *time: _times.append(StageTime(*time)))))


@cache
def _knowledge() -> Knowledge:
    """The knowledge of an answering process; where it cannot be opened, the next question tries again."""
    # Vectors that are missing are made by the process that listens.
    settings = _settings._replace(queued_intake=True)
    knowledge = open_knowledge(settings, open_store(settings), complete=False)
    knowledge.refresh_timeout = REFRESH_TIMEOUT
    knowledge.follow()
    return knowledge


def _answer(asked: Asked) -> tuple[Answer, list[StageTime]]:
    knowledge = _knowledge()
    _times.clear()
    found = answer(knowledge, asked)
    return found, _times.copy()
