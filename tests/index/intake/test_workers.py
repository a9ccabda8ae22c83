"""Workers as processes that are killed, stopped, and share."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from index.audience import Audience
from index.intake.queued import QueuedIntake
from index.store.jobs import Jobs
from index.store.store import Store
from tests.conftest import ROOT
from tests.processes import PATIENCE, started
from tests.stores import texts, write

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows knows no such signals")


def queue(store: Store, folder: Path) -> int:
    """Queue what is new in a folder, and give the number of its source."""
    source = store.put_source("folder", str(folder), Audience())
    with QueuedIntake(store) as intake:
        intake.take(source, folder, sync=True)
    return source


@contextmanager
def worker(url: str, *, lease: float = 60, pause: float = 0, waits: bool = False) -> Iterator[subprocess.Popen[str]]:
    """A worker, which is gone at the end; one that `waits` is to be told to begin."""
    command = [sys.executable, "-m", "tests.working", url, str(lease), str(pause)]
    with started(command, folder=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        if not waits:
            begin(process)
        yield process


def begin(process: subprocess.Popen[str]) -> None:
    """Let a worker begin."""
    assert process.stdin is not None
    process.stdin.write("\n")
    process.stdin.flush()


def done(process: subprocess.Popen[str]) -> int:
    """How many jobs a worker has done at its end."""
    output, _ = process.communicate(timeout=PATIENCE)
    return sum(int(line.split()[1]) for line in output.splitlines() if line.startswith("done"))


def begun(process: subprocess.Popen[str]) -> None:
    """Wait until a worker is in the middle of a job."""
    assert process.stdout is not None
    assert process.stdout.readline() == "analysing\n"


def test_what_a_killed_worker_held_is_done_once_by_another(store: Store, url: str, tmp_path: Path) -> None:
    """It waits until the lease is over; nothing is lost, and nothing is there twice."""
    write(tmp_path / "folder", {f"{number}.md": f"{number}つ目の話。" for number in range(3)})
    queue(store, tmp_path / "folder")
    with worker(url, lease=1, pause=PATIENCE) as process:
        begun(process)
        process.send_signal(signal.SIGKILL)
        process.wait()
    assert texts(store) == []
    with worker(url, lease=1) as process:
        assert done(process) == 3
    assert sorted(texts(store)) == ["0つ目の話。", "1つ目の話。", "2つ目の話。"]
    assert Jobs(store).state() == (0, 0, 0, None)


def test_two_workers_share(store: Store, url: str, tmp_path: Path) -> None:
    """Each job is done by one of them, and each does some."""
    write(tmp_path / "folder", {f"{number:02}.md": f"{number}つ目の話。" for number in range(40)})
    queue(store, tmp_path / "folder")
    with worker(url, pause=0.05, waits=True) as first, worker(url, pause=0.05, waits=True) as second:
        begin(first)
        begin(second)
        shares = done(first), done(second)
    assert sum(shares) == 40
    assert all(shares)
    assert len(texts(store)) == len(set(texts(store))) == 40


def test_a_worker_that_comes_too_late_stores_nothing(store: Store, url: str, tmp_path: Path) -> None:
    """It was stopped for longer than its lease: another did its work, and that of a later version."""
    write(tmp_path / "folder", {"a.md": "一つ目の話。"})
    queue(store, tmp_path / "folder")
    with worker(url, lease=1, pause=1) as late:
        begun(late)
        late.send_signal(signal.SIGSTOP)
        with worker(url) as other:
            assert done(other) == 1
        write(tmp_path / "folder", {"a.md": "直した話。"})
        queue(store, tmp_path / "folder")
        with worker(url) as other:
            assert done(other) == 1
        before = store.state()
        late.send_signal(signal.SIGCONT)
        assert done(late) == 0
    assert (store.state(), texts(store)) == (before, ["直した話。"])


def test_a_long_job_is_held_for_as_long_as_it_takes(store: Store, url: str, tmp_path: Path) -> None:
    """Whoever works on it says so, and no other takes it meanwhile."""
    write(tmp_path / "folder", {"a.md": "一つ目の話。"})
    queue(store, tmp_path / "folder")
    with worker(url, lease=1, pause=3) as process:
        begun(process)
        until = time.monotonic() + 2
        while time.monotonic() < until:
            assert Jobs(store).take() == []
            time.sleep(0.2)
        assert done(process) == 1
