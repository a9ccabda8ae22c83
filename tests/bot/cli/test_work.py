"""`kotae work`, and `kotae add` where what is added is queued."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.cli.doctor import database_checks
from bot.cli.documents import sources
from bot.wording import Wording
from index.store.jobs import Jobs
from index.store.store import Store
from tests.bot.commands import kotae
from tests.bot.metrics.scraping import health, scraped
from tests.conftest import PATIENCE, Program
from tests.opensearch_servers import free_ports
from tests.stores import new_store, texts, write

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with two documents and a broken one."""
    write(tmp_path / "folder", {"a.md": "有給休暇は十日です。", "b.md": "経費は五千円です。"})
    (tmp_path / "folder" / "broken.pdf").write_bytes(b"%PDF-1.7 nothing")
    return tmp_path / "folder"


@pytest.fixture
def database(tmp_path: Path, folder: Path, capsys: Capture) -> Path:
    """A database in whose queue the folder is."""
    new_store(tmp_path).close()
    assert kotae(tmp_path / "kotae.db", "add", str(folder), KOTAE_INTAKE="queue") == 0
    assert "3件をキューに入れました" in capsys.readouterr().out
    return tmp_path / "kotae.db"


def check(database: Path, capsys: Capture) -> list[dict[str, Any]]:
    """What the doctor says of the queue."""
    kotae(database, "doctor", "--json")
    return [one for one in json.loads(capsys.readouterr().out)["checks"] if one["name"] in ("queue", "dead_letter")]


def works(process: str) -> bool:
    """Whether a child is a worker; multiprocessing has one of its own beside."""
    return b"spawn_main" in Path(f"/proc/{process}/cmdline").read_bytes()


def test_what_is_queued_is_worked_by_processes(program: Program, database: Path, capsys: Capture) -> None:
    """They say what could not be read, and end once the queue is empty; then questions are answered."""
    address = {"KOTAE_DATABASE_URL": f"sqlite:///{database}"}
    result = program.run("work", "--processes", "2", "--until-empty", **address)
    assert (result.returncode, result.stderr) == (0, "")
    assert "broken.pdf" in result.stdout
    assert "残り 0" in result.stdout
    assert kotae(database, "ask", "有給休暇は何日ですか") == 0
    assert "十日" in capsys.readouterr().out
    queue, dead = check(database, capsys)
    assert not queue["well"]
    assert "kotae work --retry" in queue["advice"]
    assert "broken.pdf" in dead["found"]
    assert kotae(database, "work", "--retry") == 0
    assert "1件をキューに戻しました" in capsys.readouterr().out
    assert [one["name"] for one in check(database, capsys)] == ["queue"]


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no SIGTERM")
def test_sigterm_ends_it_cleanly(program: Program, database: Path, tmp_path: Path) -> None:
    """What it holds is left to others, and nothing is counted against it."""
    with program.running("work", "--processes", "1", KOTAE_DATABASE_URL=f"sqlite:///{database}") as process:
        assert process.stdout is not None
        assert "1個のプロセス" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        output, error = process.communicate(timeout=PATIENCE)
    assert (process.returncode, error) == (0, "")
    assert output.endswith("終わりました。\n")
    with closing(new_store(tmp_path)) as store:
        state = Jobs(store).state()
        assert state.held == 0
        assert state.waiting + state.dead + len(texts(store)) >= 3


def test_what_workers_do_is_shown_on_the_metrics_port(program: Program, database: Path) -> None:
    """Jobs, and the transactions of all of its processes, while it is ready."""
    (port,) = free_ports(1)
    address = {"KOTAE_DATABASE_URL": f"sqlite:///{database}", "KOTAE_METRICS_PORT": str(port)}
    with program.running("work", "--processes", "1", **address) as process:
        assert process.stdout is not None
        assert "1個のプロセス" in process.stdout.readline()
        until = time.monotonic() + PATIENCE
        while (shown := scraped(port)).get('kotae_jobs_total{outcome="dead"}', 0) < 1:
            assert time.monotonic() < until
            time.sleep(0.05)
        assert health(port, "/readyz") == (200, {"ready": True, "checks": {"store": True, "workers": True}})
        assert health(port, "/livez") == (200, {"alive": True})
        process.terminate()
        process.communicate(timeout=PATIENCE)
    assert shown['kotae_jobs_total{outcome="done"}'] == 2
    assert shown["kotae_job_seconds_count"] >= 1
    assert shown['kotae_store_seconds_count{transaction="write"}'] >= 2
    assert shown['kotae_errors_total{kind="document"}'] == 1
    assert shown["kotae_workers"] == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows knows no process groups")
def test_ctrl_c_while_workers_start_ends_it_without_a_traceback(program: Program, database: Path) -> None:
    """A terminal sends it to all processes; the first one alone acts on it."""
    address = {"KOTAE_DATABASE_URL": f"sqlite:///{database}"}
    with subprocess.Popen(
        program.command("work", "--processes", "2"),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        encoding="utf-8",
        cwd=program.folder,
        env=program.environment(**address),
        start_new_session=True,
    ) as process:
        assert process.stdout is not None
        assert "2個のプロセス" in process.stdout.readline()
        time.sleep(0.3)
        os.killpg(process.pid, signal.SIGINT)
        _, error = process.communicate(timeout=PATIENCE)
    assert (process.returncode, error) == (0, "")


@pytest.mark.skipif(sys.platform != "linux", reason="its children are found in /proc")
def test_a_process_that_is_killed_is_told_with_its_status(program: Program, database: Path) -> None:
    """-9 is how the system ends what takes too much memory."""
    with program.running("work", "--processes", "1", KOTAE_DATABASE_URL=f"sqlite:///{database}") as process:
        assert process.stdout is not None
        assert "1個のプロセス" in process.stdout.readline()
        children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
        until = time.monotonic() + PATIENCE
        while not (found := [one for one in children.read_text(encoding="ascii").split() if works(one)]):
            assert time.monotonic() < until
            time.sleep(0.05)
        os.kill(int(found[0]), signal.SIGKILL)
        assert process.stderr is not None
        assert "終了コード -9" in process.stderr.readline()
        process.terminate()
        process.communicate(timeout=PATIENCE)


def test_waiting_ends_when_all_is_worked(program: Program, database: Path, folder: Path, tmp_path: Path) -> None:
    """Only what was queued by this very command is waited for, and what could not be read of it is told."""
    address = {"KOTAE_DATABASE_URL": f"sqlite:///{database}", "KOTAE_INTAKE": "queue"}
    write(folder, {"c.md": "会議は三時です。", "empty.md": " "})
    with program.running("work", "--processes", "1", **address) as process:
        added = program.run("add", str(folder), "--wait", **address)
        process.terminate()
        process.wait(PATIENCE)
    assert added.returncode == 2
    assert "empty.md" in added.stdout
    assert "broken.pdf" not in added.stdout
    with closing(new_store(tmp_path)) as store:
        assert "会議は三時です。" in texts(store)


def test_waiting_for_nobody_is_told(database: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once; the wait goes on until nothing is left to be worked."""
    monkeypatch.setattr(sources, "_UNTIL_TOLD", 0.0)
    monkeypatch.setattr(sources, "_PAUSE", 0.01)
    with closing(Store.open(f"sqlite:///{database}")) as store, ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(sources.wait_for_queue, Wording("ja"), store, 0)
        time.sleep(0.5)
        assert not waiting.done()
        for number, _, _ in store.locations():
            store.remove_source(number)
        assert waiting.result(PATIENCE) == 0
    assert capsys.readouterr().err.count("kotae work が動いているか") == 1


def test_what_could_not_be_worked_can_be_deleted(program: Program, database: Path, capsys: Capture) -> None:
    """Then the doctor says nothing of a queue that nobody uses."""
    program.run("work", "--processes", "1", "--until-empty", KOTAE_DATABASE_URL=f"sqlite:///{database}")
    assert kotae(database, "work", "--discard") == 0
    assert "1件" in capsys.readouterr().out
    assert check(database, capsys) == []


def test_a_queue_that_nobody_works_is_told(database: Path, capsys: Capture, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once something has waited for minutes."""
    assert check(database, capsys)[0]["well"]
    monkeypatch.setattr(database_checks, "_LONGEST_WAIT", timedelta(seconds=-1))
    (queue,) = check(database, capsys)
    assert "kotae work" in queue["advice"]
