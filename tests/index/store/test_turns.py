"""Turns at a source."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import pytest

from index.audience import Audience
from index.errors import DatabaseError, SourceBusy
from index.intake.intake import Intake
from index.store import turns
from index.store.store import Store
from index.store.turns import turn_at
from tests.conftest import ROOT
from tests.index.store.examples import document, put
from tests.index.store.postgresql import Server
from tests.processes import PATIENCE, started

HOLDER = (
    "import sys; from index.store.store import Store; from index.store.turns import turn_at\n"
    "with turn_at(Store.open(sys.argv[1]), int(sys.argv[2]), '', print):\n"
    "    print(flush=True)\n"
    "    sys.stdin.read()\n"
)


@contextmanager
def held_by_another(url: str, source: int) -> Iterator[subprocess.Popen[str]]:
    """A process that has its turn at a source, until its standard input ends."""
    command = [sys.executable, "-c", HOLDER, url, str(source)]
    environment = os.environ | {"PYTHONPATH": str(ROOT)}
    with started(command, environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout
        assert process.stdout.readline() == "\n"
        yield process


def test_one_process_at_a_time_has_its_turn_at_a_source(
    store: Store, source: int, url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A second one is told who has it; another source, a change and a removal wait for nobody."""
    monkeypatch.setattr(turns, "PATIENCE", 0.3)
    told: list[str] = []
    with held_by_another(url, source) as holder:
        with pytest.raises(SourceBusy) as caught, turn_at(store, source, "/handbook", told.append):
            pass
        assert str(holder.pid) in caught.value.values["holder"]
        assert str(holder.pid) in told[0]
        assert caught.value.values["path"] == "/handbook"
        other = store.put_source("folder", "/other", Audience())
        with turn_at(store, other, "/other", told.append):
            pass
        put(store, source, document("a.md", "一。"))
        store.remove_source(source)
        assert len(told) == 1


def test_a_turn_ends_with_its_process(store: Store, source: int, url: str) -> None:
    """Whoever waits has the next turn, when the one before comes to its end and when it is killed."""
    for end in (lambda holder: holder.stdin.close(), lambda holder: holder.kill()):
        with held_by_another(url, source) as holder:
            threading.Timer(0.3, end, [holder]).start()
            told: list[str] = []
            with turn_at(store, source, "", told.append):
                assert len(told) == 1


def test_threads_take_turns_too(store: Store, source: int) -> None:
    """Of many threads one at a time has its turn, and nothing is left of it."""
    inside, most, failed = 0, 0, []

    def work() -> None:
        nonlocal inside, most
        try:
            for _ in range(5):
                with turn_at(store, source, "", lambda _: None):
                    inside += 1
                    most = max(most, inside)
                    inside -= 1
        except BaseException as error:  # noqa: BLE001 - told in the thread of the test
            failed.append(error)

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(PATIENCE)
    assert (most, failed) == (1, [])
    if store.engine.dialect.name == "sqlite":
        assert not [*Path(str(store.engine.url.database)).parent.glob("*source*")]


def test_files_are_taken_in_by_turns(store: Store, url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is being taken in by one process is not begun by another."""
    monkeypatch.setattr(turns, "PATIENCE", 0.1)
    (tmp_path / "a.md").write_text("# 休暇\n\n有給休暇は十日です。\n", encoding="utf-8")
    source = store.put_source("folder", str(tmp_path), Audience())
    with Intake(store) as intake:
        with held_by_another(url, source), pytest.raises(SourceBusy):
            intake.take(source, tmp_path)
        assert not store.size()
        assert intake.take(source, tmp_path).new == 1


def test_a_turn_that_was_lost_is_noticed(postgresql: Server) -> None:
    """Whoever lost the connection that holds the turn does not go on, as another may have it by now."""
    url = postgresql.new_store()
    with closing(Store.open(url)) as store:
        source = store.put_source("folder", "/handbook", Audience())

        def lose(still_ours: Callable[[], object]) -> None:
            still_ours()
            others = "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name LIKE 'kotae %'"
            postgresql.run(others)
            still_ours()

        with pytest.raises(DatabaseError), turn_at(store, source, "", lambda _: None) as turn:
            lose(turn)
        with turn_at(store, source, "", pytest.fail):
            pass
    postgresql.drop_databases()
