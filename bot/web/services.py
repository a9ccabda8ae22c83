"""What all of the routes share: settings, what is answered from, worker threads, and how often one may ask."""

from __future__ import annotations

import asyncio
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import TypeVar

from starlette.requests import HTTPConnection

from bot.access import Access, library_for
from bot.answerer import Answer
from bot.conversation import NEW_CONVERSATION, Conversation
from bot.metrics.metrics import Metrics
from bot.question_counter import QuestionCounter
from bot.rate_limits import RateLimits
from bot.settings import Settings
from bot.web.processes import AnsweringProcesses, Asked, answer
from bot.wording import Language
from index.search.knowledge import Knowledge
from index.search.library import Library
from index.store.discord.unanswered_questions import UnansweredQuestions
from index.store.store import Store

# More of them would wait for each other: what takes time is Python's own.
_WORKERS = min(4, os.cpu_count() or 1)
# In seconds: how long the last counts may take.
_LONGEST_WRITE = 2.0

Result = TypeVar("Result")


class Services:
    """Shared by all routes of one app; `language` is that of readers who name none.

    Questions are answered in the `processes`, where there are any.
    """

    def __init__(
        self,
        settings: Settings,
        knowledge: Knowledge,
        language: Language = "ja",
        clock: Callable[[], float] = time.monotonic,
        metrics: Metrics | None = None,
        processes: AnsweringProcesses | None = None,
    ) -> None:
        self.settings = settings
        self.knowledge = knowledge
        self.language = language
        self.metrics = metrics or Metrics()
        self.rate_limits = RateLimits(clock)
        self.processes = processes
        self.counter = QuestionCounter(knowledge.store, "serve")
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="working")

    @property
    def store(self) -> Store:
        """The store that is answered from."""
        return self.knowledge.store

    def close(self) -> None:
        """Let the workers go, once what was counted is written."""
        self.counter.close(_LONGEST_WRITE)
        self._workers.shutdown(wait=False, cancel_futures=True)
        if self.processes:
            self.processes.close()

    async def run_in_thread(self, work: Callable[..., Result], *arguments: object) -> Result:
        """The result of some work done beside the event loop."""
        return await asyncio.get_running_loop().run_in_executor(self._workers, work, *arguments)

    async def ask(
        self,
        access: Access,
        question: str,
        limit: int | None = None,
        conversation: Conversation = NEW_CONVERSATION,
        *,
        front_end: str = "api",
    ) -> Answer:
        """The answer to somebody's question: what all routes ask by. Metrics have it under the name of the front end."""
        begin = time.perf_counter()
        asked = Asked(access, question, limit or self.settings.limit, conversation)
        if self.processes:
            found = await self.processes.answer(asked)
        else:
            found = await self.run_in_thread(answer, self.knowledge, asked)
        self.metrics.answered(front_end, found, time.perf_counter() - begin)
        # What is asked by whoever reads some sources alone is of no concern to operators of anything else.
        if found.asks and access.sources is None:
            self.counter.count(found.result.certainty, access.guild)
            if self.settings.serve_remember and found.unanswered and access.number:
                await self.run_in_thread(UnansweredQuestions(self.store).record, access.guild, question)
        return found

    def library_for(self, access: Access) -> Library:
        """What somebody may read, as it is now; takes a moment."""
        return library_for(self.knowledge, access)


def services_of(connection: HTTPConnection) -> Services:
    """The services of the app that a request came to."""
    services: Services = connection.app.state.services
    return services
