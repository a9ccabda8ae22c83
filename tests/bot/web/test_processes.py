"""The processes that answer, asked as `kotae serve` asks them."""

from __future__ import annotations

import asyncio
import sys
import time
from contextlib import closing
from pathlib import Path

import psutil
import pytest

from bot.access import PUBLIC
from bot.answerer import Answer
from bot.conversation import NEW_CONVERSATION
from bot.settings import Settings
from bot.web.processes import AnsweringProcesses, Asked
from tests.processes import PATIENCE
from tests.stores import document, new_store, put

QUESTION = Asked(PUBLIC, "有給休暇は何日？", 3, NEW_CONVERSATION)
# In seconds: more than an answer takes, once a process has begun.
LONGEST = 2.0


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGSTOP")
def test_who_asks_processes_that_are_stuck_is_told_in_time_and_they_are_known_not_to_respond(tmp_path: Path) -> None:
    """Until they answer again."""
    with closing(new_store(tmp_path)) as store:
        put(store, "/a", document("a.md", "有給休暇は年に十日です"))
    settings = Settings(database_url=f"sqlite:///{tmp_path}/kotae.db", encoder=None)
    processes = AnsweringProcesses(settings, 1, lambda *_: None, LONGEST)
    try:
        assert answered(processes).result.hits
        assert processes.respond()
        (stuck,) = (one for one in psutil.Process().children() if "--multiprocessing-fork" in one.cmdline())
        stuck.suspend()
        with pytest.raises(TimeoutError):
            asyncio.run(processes.answer(QUESTION))
        assert not processes.respond()
        stuck.resume()
        assert answered(processes).result.hits
        assert processes.respond()
    finally:
        processes.close()


def answered(processes: AnsweringProcesses) -> Answer:
    """What they answer, once they do."""
    until = time.monotonic() + PATIENCE
    while True:
        try:
            return asyncio.run(processes.answer(QUESTION))
        except TimeoutError:
            assert time.monotonic() < until
