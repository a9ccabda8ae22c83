"""Several processes that serve one PostgreSQL database: nothing is kept in one of them alone."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager

import pytest
from starlette.testclient import TestClient

from bot.settings import Settings
from bot.web.app import create_app
from bot.web.services import Services
from index.search.knowledge import Knowledge
from index.store.access_tokens import AccessTokens
from index.store.discord.guilds import Guilds
from index.store.store import Store
from tests.index.store.postgresql import Server
from tests.stores import document, put


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A PostgreSQL server."""
    made = Server()
    yield made
    made.remove()


@contextmanager
def _replica(url: str, secret: str) -> Iterator[TestClient]:
    """Whoever has a token asks a replica."""
    with closing(Knowledge.open(Store.open(url))) as knowledge, closing(Services(Settings(), knowledge)) as services:
        yield TestClient(create_app(services), headers={"Authorization": f"Bearer {secret}"})


def test_replicas_know_the_same(server: Server) -> None:
    """A conversation goes on in another one; what is added, voted and revoked counts in all."""
    url = server.new_store()
    with closing(Store.open(url)) as store, ExitStack() as stack:
        put(store, "/a", document("a.md", "有給休暇は年に十日です"))
        number, secret = AccessTokens(store).create("a")
        one, other = (stack.enter_context(_replica(url, secret)) for _ in range(2))
        first = one.post("/api/v1/ask", json={"question": "有給休暇は何日？"}).json()
        put(store, "/b", document("b.md", "有給休暇の申請は前日までです"))
        for client in (one, other):
            asked = {"question": "申請はいつまで？", "conversation": first["conversation"]}
            assert client.post("/api/v1/ask", json=asked).json()["hits"][0]["text"] == "有給休暇の申請は前日までです。"
            vote = {"question": "何日？", "passage_id": first["hits"][0]["passage_id"], "helpful": True}
            assert client.post("/api/v1/feedback", json=vote).status_code == 204
        assert len(Guilds(store).feedback()) == 2
        AccessTokens(store).revoke(number)
        assert [client.get("/api/v1/sources").status_code for client in (one, other)] == [401, 401]
