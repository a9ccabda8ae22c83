"""Questions are counted off the way of the answers."""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from pathlib import Path

import pytest

from bot.question_counter import QuestionCounter
from index.errors import DatabaseLocked
from index.store.question_counts import DayCount, QuestionCounts
from tests.stores import new_store


def test_what_was_counted_is_written_together(tmp_path: Path) -> None:
    """Threads count at once, and nothing is lost or written twice."""
    store = new_store(tmp_path)
    counter = QuestionCounter(store, "discord", seconds=60)

    def count() -> None:
        for _ in range(50):
            counter.count("possible", 1, 2)

    threads = [threading.Thread(target=count) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    counter.write()
    counter.close(5)
    today = datetime.now(UTC).date().isoformat()
    assert QuestionCounts(store).by_day(today, today, guild=1) == [DayCount(today, "possible", 200)]
    store.close()


def test_what_cannot_be_written_is_kept(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A database that does not answer costs no count, and nothing is raised."""
    store = new_store(tmp_path)
    counter = QuestionCounter(store, "discord", seconds=60)
    counter.count("none")
    with monkeypatch.context() as patch:

        def locked(*_: object) -> None:
            raise DatabaseLocked(database="kotae.db")

        patch.setattr(QuestionCounts, "add", locked)
        counter.write()
    counter.count("none")
    counter.close(5)
    today = datetime.now(UTC).date().isoformat()
    assert QuestionCounts(store).by_day(today, today) == [DayCount(today, "none", 2)]
    store.close()


def test_without_a_store_nothing_is_counted() -> None:
    """The files of --content keep nothing."""
    counter = QuestionCounter(None, "repl")
    counter.count("sure")
    counter.write()
