"""A bot whose PostgreSQL server is killed, suspended and started again, while people write and ask."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager

import pytest

from bot.discord.learning import learning
from index.store import postgresql as module
from index.store.store import Store
from tests.bot.discord.company import connected, new_company, texts, until
from tests.index.store.postgresql import Server
from tests.loopback_discord.rest.interactions import Interaction
from tests.loopback_discord.scenario import asynchronous

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="The processes of the server are read from /proc")


@pytest.fixture(scope="module")
def server() -> Iterator[Server]:
    """A server that is treated badly."""
    made = Server(durable=True)
    yield made
    made.remove()


@contextmanager
def _down(server: Server) -> Iterator[None]:
    server.kill()
    try:
        yield
    finally:
        server.start()


@contextmanager
def _suspended(server: Server) -> Iterator[None]:
    with server.suspended():
        yield


@pytest.mark.parametrize("fault", [_down, _suspended])
def test_a_bot_goes_on_once_its_database_is_back(
    server: Server, fault: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever asks meanwhile is told; what was written, edited and deleted meanwhile is learnt afterwards, by itself."""
    monkeypatch.setattr(learning, "_SECONDS_AFTER_FAILURE", 0.5)
    for name in ("RESPONSE", "READING", "STATEMENT", "LOCK"):
        monkeypatch.setattr(module, f"_{name}_TIMEOUT", 1)
    monkeypatch.setattr(module._Connection, "timeout", 1)
    monkeypatch.setitem(module._PARAMETERS, "connect_timeout", 1)
    assert callable(fault)

    @asynchronous
    async def play() -> None:
        company = new_company()
        discord, hanako, public = company.server, company.hanako, company.public
        with closing(Store.open(server.new_store())) as store:
            deleted = discord.add_message(public, hanako, "旅費の上限は一日九千円です。")
            edited = discord.add_message(public, hanako, "会議室の予約は総務に頼みます。")
            async with discord, connected(company, store):
                await discord.slash(company.boss, public, "knowledge learn", {"channel": public})
                await until(lambda: _says(store, "九千円", "総務"), 10)
                with fault(server):
                    asked = await discord.slash(hanako, public, "ask", {"question": "旅費の上限は？"}, seconds=20)
                    await until(lambda: _is_told(asked), 20)
                    await discord.delete_message(deleted)
                    await discord.edit_message(edited, "会議室の予約は受付に頼みます。")
                    await discord.send_message(hanako, public, "駐車場は裏にあります。")
                await until(lambda: _says(store, "受付", "駐車場") and not _says(store, "九千円"), 20, 0.1)
                answer = await discord.slash(hanako, public, "ask", {"question": "会議室の予約は？"}, seconds=20)
                await until(lambda: "受付に頼みます" in str(answer.embeds), 20)

    play()
    server.drop_databases()


def _is_told(asked: Interaction) -> bool:
    said = [asked.content, *(message.content for message in asked.follow_ups)]
    return any("うまく答えられませんでした" in one for one in said)


def _says(store: Store, *words: str) -> bool:
    said = "\n".join(texts(store))
    return all(word in said for word in words)
