"""`kotae serve` as a process."""

from __future__ import annotations

import json
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from pathlib import Path

import httpx2
import psutil
import pytest
from sqlalchemy import text

from index.store.access_tokens import AccessTokens
from index.store.connection import writing
from index.store.store import Store
from tests.bot.metrics.scraping import scraped
from tests.conftest import Program
from tests.opensearch_servers import free_ports
from tests.processes import PATIENCE
from tests.stores import document, new_store, put

not_on_windows = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to handle")


@pytest.fixture
def here(tmp_path: Path) -> Program:
    """The program, with a database of its own."""
    program = Program(tmp_path)
    with closing(new_store(program.folder)) as store:
        put(store, "/a", document("a.md", "有給休暇は年に十日です"))
    return program


@contextmanager
def serving(here: Program, *arguments: str, **changes: str) -> Iterator[tuple[subprocess.Popen[str], httpx2.Client]]:
    """`kotae serve` at a free port, and who asks it with a token."""
    with closing(new_store(here.folder)) as store:
        _, secret = AccessTokens(store).create("a")
    with here.running("serve", "--port", "0", *arguments, **changes) as process:
        assert process.stdout
        said = process.stdout.readline()
        address = re.search(r"http://127\.0\.0\.1:\d+", said)
        assert address, said
        headers = {"Authorization": f"Bearer {secret}"}
        with httpx2.Client(base_url=address[0], headers=headers, timeout=20, trust_env=False) as client:
            yield process, client


@not_on_windows
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_it_answers_follows_and_ends_when_told_to(here: Program, number: signal.Signals) -> None:
    """What another process adds is answered from; the log has no token and no question; the status is 0.

    Questions are counted on a port of their own.
    """
    (metrics,) = free_ports(1)
    with serving(here, KOTAE_METRICS_PORT=str(metrics)) as (process, client), closing(new_store(here.folder)) as store:
        asked = client.post("/api/v1/ask", json={"question": "有給休暇は何日？"})
        assert asked.json()["hits"][0]["text"] == "有給休暇は年に十日です。"
        put(store, "/b", document("b.md", "駐車場は五台分です"))
        until = time.monotonic() + PATIENCE
        # A question does not wait long for what was just added.
        while not client.post("/api/v1/ask", json={"question": "駐車場は何台分？"}).json()["answered"]:
            assert time.monotonic() < until
        assert client.get("/api/v1/sources", headers={"Host": "evil.example"}).status_code == 421
        assert scraped(metrics)['kotae_answer_seconds_count{front_end="api"}'] >= 2
        process.send_signal(number)
        assert process.stderr
        log = process.stderr.read()
        assert process.wait() == 0
        lines = [json.loads(line) for line in log.splitlines()]
        assert {line["status"] for line in lines if line.get("event") == "request"} == {200, 421}
        assert client.headers["Authorization"].removeprefix("Bearer ") not in log
        assert "有給休暇" not in log


@not_on_windows
@pytest.mark.parametrize(
    ("host", "language", "told"),
    [
        ("0.0.0.0", "ja", "通信は暗号化されません（http）。"),  # noqa: S104 - what is tested
        ("0.0.0.0", "en", "It is unencrypted (http);"),  # noqa: S104
        ("127.0.0.1", "en", ""),
    ],
)
def test_it_says_that_what_other_machines_reach_is_unencrypted(
    here: Program, host: str, language: str, told: str
) -> None:
    """Below its address, and only then. Ended at once, while processes still start, it says nothing else."""
    with here.running("serve", "--host", host, "--port", "0", KOTAE_LANGUAGE=language) as process:
        assert process.stdout
        assert process.stderr
        assert f"http://{host}:" in process.stdout.readline()
        process.send_signal(signal.SIGTERM)
        said, log = process.stdout.read(), process.stderr.read()
        assert process.wait() == 0
    assert said.startswith(told)
    assert all(line.startswith("{") for line in log.splitlines())
    assert said.count("\n") == bool(told)


@not_on_windows
def test_it_ends_also_while_a_request_waits_for_the_database(here: Program) -> None:
    """Somebody writes, and keeps who votes waiting for a minute; told twice to end, it waits for nobody."""
    with serving(here) as (process, client), closing(new_store(here.folder)) as store:
        passage = client.post("/api/v1/ask", json={"question": "有給休暇は何日？"}).json()["hits"][0]["passage_id"]
        vote = {"question": "何日？", "passage_id": passage, "helpful": True}
        with writing(store.engine):
            with pytest.raises(httpx2.TimeoutException):
                client.post("/api/v1/feedback", json=vote, timeout=1)
            process.send_signal(signal.SIGTERM)
            with suppress(OSError):
                # Until it takes no more requests.
                while True:
                    socket.create_connection((client.base_url.host, client.base_url.port or 0)).close()
            process.send_signal(signal.SIGINT)
            assert process.wait(30) == 0


def test_a_process_that_is_killed_is_replaced_and_its_questions_are_answered(here: Program) -> None:
    """As by a system that is out of memory; whoever asks notices nothing but that it takes longer, and the log tells."""
    with serving(here) as (process, client), ThreadPoolExecutor() as asking:
        questions = [
            asking.submit(client.post, "/api/v1/ask", json={"question": "有給休暇は何日？"}) for _ in range(40)
        ]
        answering = _answering(process)
        for one in answering:
            one.kill()
        assert {question.result().json()["answered"] for question in questions} == {True}
        assert not {one.pid for one in answering} & {one.pid for one in _answering(process)}
        assert client.get("/readyz").json()["checks"]["answering"]
        process.terminate()
        assert process.stderr
        assert "answering process was ended" in process.stderr.read()


def test_as_many_processes_answer_as_the_command_line_says(here: Program) -> None:
    """Whatever the setting says."""
    with serving(here, "--processes", "1", KOTAE_SERVE_PROCESSES="3") as (process, client):
        assert client.post("/api/v1/ask", json={"question": "有給休暇は何日？"}).json()["answered"]
        assert len(_answering(process)) == 1


def test_the_processes_that_answer_end_with_the_one_that_listens_however_that_ends(here: Program) -> None:
    """Nobody is left who could tell them to."""
    with serving(here) as (process, client):
        client.post("/api/v1/ask", json={"question": "有給休暇は何日？"})
        answering = _answering(process)
        process.kill()
        assert not psutil.wait_procs(answering, timeout=PATIENCE)[1]


def test_how_long_the_stages_of_an_answer_take_is_told_by_the_process_that_listens(here: Program) -> None:
    """They are those of other processes, that nobody asks for metrics."""
    (metrics,) = free_ports(1)
    with serving(here, KOTAE_METRICS_PORT=str(metrics)) as (_, client):
        client.post("/api/v1/ask", json={"question": "有給休暇は何日？"})
        assert scraped(metrics)['kotae_answer_stage_seconds_count{stage="search"}'] == 1


def test_a_database_that_cannot_be_read_while_answering_is_a_problem_with_its_sentence(here: Program) -> None:
    """It gets from the process that answers to the one that listens."""
    with serving(here) as (_, client):
        with closing(new_store(here.folder)) as store, writing(store.engine) as connection:
            connection.execute(text("ALTER TABLE passages RENAME TO elsewhere"))
        refused = client.post("/api/v1/ask", json={"question": "有給休暇は何日？"})
    assert refused.status_code == 503
    assert refused.json()["title"]


def _answering(process: subprocess.Popen[str]) -> list[psutil.Process]:
    """The processes that answer, once there are some."""
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        children = psutil.Process(process.pid).children()
        if found := [one for one in children if "--multiprocessing-fork" in one.cmdline()]:
            return found
    return []


def test_it_ends_with_a_sentence_where_a_later_version_has_the_database(here: Program) -> None:
    """As the bot does."""
    with serving(here) as (process, _):
        with closing(Store.open(f"sqlite:///{here.folder}/kotae.db")) as store, writing(store.engine) as connection:
            connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
        assert process.stderr
        log = process.stderr.read()
        assert process.wait() == 2
    assert [line for line in log.splitlines() if not line.startswith("{")] == [log.splitlines()[-1]]
    assert "新しい" in log.splitlines()[-1]


def test_an_address_at_which_nothing_can_listen_is_told(here: Program) -> None:
    """With what to do, before anything is opened."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        ended = here.call("serve", "--port", port)
    assert ended.returncode == 2
    assert f"127.0.0.1:{port}" in ended.stderr
    assert "--port" in ended.stderr
    assert here.call("serve", "--port", "65536").returncode == 2
