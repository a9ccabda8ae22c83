"""Two processes that serve one database, and rank with one cluster: nothing is kept in one alone, and one may be killed."""

from __future__ import annotations

import re
import subprocess
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing

import httpx2
import pytest

from index.store.access_tokens import AccessTokens
from index.store.discord.guilds import Guilds
from index.store.store import Store
from tests.conftest import Program
from tests.index.store.postgresql import Server
from tests.opensearch_servers import shared_servers
from tests.processes import PATIENCE
from tests.stores import document, put

ASK = "/api/v1/ask"
QUESTIONS = 40


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A PostgreSQL server."""
    made = Server()
    yield made
    made.remove()


def _client(process: subprocess.Popen[str], secret: str) -> httpx2.Client:
    """Whoever asks a process with a token."""
    address = re.search(r"http://127\.0\.0\.1:\d+", process.stdout.readline() if process.stdout else "")
    assert address
    return httpx2.Client(
        base_url=address[0], headers={"Authorization": f"Bearer {secret}"}, timeout=20, trust_env=False
    )


@pytest.mark.parametrize("engine", ["postings", pytest.param("opensearch", marks=pytest.mark.opensearch)])
def test_replicas_know_the_same_and_one_may_be_killed(server: Server, program: Program, engine: str) -> None:
    """A conversation goes on in the other one; what is added, voted and revoked counts in both."""
    url = server.new_store()
    changes = {"KOTAE_DATABASE_URL": url, "KOTAE_ENGINE": engine}
    if engine == "opensearch":
        changes["KOTAE_OPENSEARCH_URL"] = shared_servers().url
    with closing(Store.open(url)) as store, ExitStack() as stack:
        put(store, "/a", document("a.md", "有給休暇は年に十日です"))
        number, secret = AccessTokens(store).create("a")
        processes = [stack.enter_context(program.running("serve", "--port", "0", **changes)) for _ in range(2)]
        one, other = (stack.enter_context(_client(process, secret)) for process in processes)
        # PostgreSQL has no null characters.
        assert one.get("/p/%00", headers={"Cookie": f"kotae={secret}"}).status_code == 404
        first = one.post(ASK, json={"question": "有給休暇は何日？"}).json()
        put(store, "/b", document("b.md", "有給休暇の申請は前日までです"))
        for client in (one, other):
            asked = {"question": "申請はいつまで？", "conversation": first["conversation"]}
            until = time.monotonic() + PATIENCE
            # A question does not wait long for what was just added.
            while "有給休暇の申請は前日までです。" not in client.post(ASK, json=asked).text:
                assert time.monotonic() < until
            vote = {"question": "何日？", "passage_id": first["hits"][0]["passage_id"], "helpful": True}
            assert client.post("/api/v1/feedback", json=vote).status_code == 204
        assert len(Guilds(store).feedback()) == 2
        _kill_under_load(processes[0], one, other)
        AccessTokens(store).revoke(number)
        assert other.get("/api/v1/sources").status_code == 401


def _kill_under_load(process: subprocess.Popen[str], killed: httpx2.Client, other: httpx2.Client) -> None:
    """Every question is answered, by the other process where the first is gone."""
    half = threading.Barrier(2)

    def ask(which: int) -> str:
        if which == QUESTIONS // 2:
            half.wait(20)
        asked = {"question": "有給休暇は何日？"}
        try:
            answered = killed.post(ASK, json=asked)
        except httpx2.TransportError:
            answered = other.post(ASK, json=asked)
        return str(answered.json()["hits"][0]["text"])

    with ThreadPoolExecutor(4) as people:
        asking = people.map(ask, range(QUESTIONS))
        half.wait(20)
        process.kill()
        assert {*asking} == {"有給休暇は年に十日です。"}
    assert process.wait() != 0
