"""`/mcp` at a real socket, asked by the SDK's own client."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Awaitable, Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any, TypeVar

import httpx2
import pytest
import uvicorn
from fastapi import FastAPI
from mcp import Client
from mcp.client.streamable_http import streamable_http_client
from mcp.shared.exceptions import MCPError
from mcp_types import CallToolResult, TextContent
from starlette.testclient import TestClient

from bot.settings import Settings
from bot.web.app import create_app
from bot.web.services import Services
from index.errors import DatabaseUnreachable
from index.store.access_tokens import SOURCES
from tests.bot.web.conftest import Serving

ASKED = {"question": "有給休暇は何日？", "limit": 20}
LOOPBACK = ("127.0.0.1",)
CALL = {"jsonrpc": "2.0", "id": 1, "method": "tools/call", "params": {"name": "ask", "arguments": ASKED}}
ACCEPT = {"Accept": "application/json, text/event-stream"}
Found = TypeVar("Found")


@contextmanager
def listening(app: FastAPI) -> Iterator[str]:
    """An app at a port of this machine; gives its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, ws="none"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            server.should_exit = True
            thread.join()


def asking(address: str, token: str, do: Callable[[Client], Awaitable[Found]], mode: str = "auto") -> Found:
    """What somebody finds who shows a token, by the newest protocol or by the one before, which began with a handshake."""

    async def connected() -> Found:
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            httpx2.AsyncClient(headers=headers, trust_env=False) as http,
            Client(streamable_http_client(f"{address}/mcp", http_client=http), mode=mode) as client,
        ):
            return await do(client)

    return asyncio.run(connected())


def hits(result: CallToolResult) -> set[str]:
    """The passages that a question found."""
    return {hit["text"] for hit in result.structured_content["hits"]}


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_assistants_are_answered_as_their_token_says(serving: Serving, mode: str) -> None:
    """Each from what it opens, whichever protocol they speak."""
    _, everybody = serving.tokens.create("everybody")
    _, minutes = serving.tokens.create("minutes", SOURCES, sources=[serving.minutes])

    async def ask(client: Client) -> CallToolResult:
        assert len((await client.list_tools()).tools) == 3
        return await client.call_tool("ask", ASKED)

    with listening(create_app(serving.services, LOOPBACK)) as address:
        assert hits(asking(address, everybody, ask, mode)) == {"有給休暇は年に十日です。"}
        assert hits(asking(address, minutes, ask, mode)) == {"有給休暇は来年から二十日に増える予定です。"}


def test_any_replica_goes_on_with_a_conversation(public: Serving) -> None:
    """No session is kept: a call may come to one that never heard of whoever makes it."""
    with ExitStack() as stack:
        addresses = [stack.enter_context(listening(create_app(public.services, LOOPBACK))) for _ in range(2)]
        first = httpx2.post(f"{addresses[0]}/mcp", json=CALL, headers=ACCEPT, trust_env=False)
        assert "Mcp-Session-Id" not in first.headers
        conversation = first.json()["result"]["structuredContent"]["conversation"]
        arguments = {"question": "他には？", "conversation": conversation}
        further = CALL | {"params": {"name": "ask", "arguments": arguments}}
        answered = httpx2.post(f"{addresses[1]}/mcp", json=further, headers=ACCEPT, trust_env=False).json()
    assert answered["result"]["structuredContent"]["earlier_words"] == ["有給休暇"]


def test_a_revoked_token_opens_nothing_within_a_session(serving: Serving) -> None:
    """It is looked at with each call, and the client is told in a sentence."""
    number, secret = serving.tokens.create("a")

    async def ask_before_and_after(client: Client) -> None:
        assert hits(await client.call_tool("ask", ASKED))
        serving.tokens.revoke(number)
        with pytest.raises(MCPError, match="このトークンは使えません。"):
            await client.call_tool("ask", ASKED)

    with listening(create_app(serving.services, LOOPBACK)) as address:
        asking(address, secret, ask_before_and_after)


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({}, 401),
        ({"Authorization": "Bearer kotae_no"}, 401),
        ({"Authorization": "Bearer {}", "Origin": "http://evil.example"}, 403),
        ({"Authorization": "Bearer {}", "Origin": "http://["}, 403),
        ({"Authorization": "Bearer {}", "Host": "evil.example", "Origin": "http://evil.example"}, 421),
        ({"Authorization": "Bearer {}", "Origin": "https://intranet.example"}, 200),
        ({"Authorization": "Bearer {}", "Origin": "http://testserver"}, 200),
    ],
)
def test_only_who_shows_a_token_and_no_page_of_a_stranger_is_answered(
    serving: Serving, headers: dict[str, str], status: int
) -> None:
    """A page in somebody's browser asks for nobody, whatever name leads here."""
    _, secret = serving.tokens.create("a")
    settings = Settings(serve_origins=("https://intranet.example",))
    services = Services(settings, serving.knowledge)
    shown = {name: value.format(secret) for name, value in headers.items()} | ACCEPT
    with TestClient(create_app(services, ("testserver",))) as client:
        answered = client.post("/mcp", json=CALL, headers=shown)
    services.close()
    assert answered.status_code == status
    assert ("有給休暇" in answered.text) is (status == 200)


def test_it_has_the_limits_of_the_api(serving: Serving) -> None:
    """What comes too often, is too large, or is no call at all."""
    _, secret = serving.tokens.create("a")
    services = Services(Settings(serve_requests_a_minute=3), serving.knowledge)
    headers = {"Authorization": f"Bearer {secret}"} | ACCEPT
    with TestClient(create_app(services), headers=headers) as client:
        large: dict[str, Any] = CALL | {"params": {"name": "ask", "arguments": {"question": "あ" * 100_000}}}
        assert client.post("/mcp", json=large).status_code == 413
        assert client.get("/mcp").status_code == 405
        assert [client.post("/mcp", json=CALL).status_code for _ in range(3)] == [200, 200, 429]
        refused = client.post("/mcp", json=CALL)
        assert "秒ほどおいてください。" in refused.json()["error"]["message"]
        assert int(refused.headers["Retry-After"]) > 0
    services.close()


def test_the_log_names_it_and_has_no_content(serving: Serving, caplog: pytest.LogCaptureFixture) -> None:
    """A line a request, as for the API."""
    _, secret = serving.tokens.create("a")
    with (
        caplog.at_level(logging.INFO, "kotae.web"),
        TestClient(serving.app, headers={"Authorization": f"Bearer {secret}"} | ACCEPT) as client,
    ):
        assert client.post("/mcp", json=CALL).status_code == 200
    [line] = [vars(record) for record in caplog.records if record.name == "kotae.web"]
    assert (line["route"], line["status"]) == ("/mcp", 200)
    assert "有給休暇" not in str(line)
    assert secret not in str(line)


class _WithoutDatabase(Services):
    """Services whose database cannot be reached."""

    async def run_in_thread(self, *_: object) -> Any:
        """Fail."""
        raise DatabaseUnreachable(database="postgresql://db.internal")


def test_a_database_that_is_away_is_told_in_a_sentence(serving: Serving) -> None:
    """Without where it is."""
    services = _WithoutDatabase(Settings(), serving.knowledge)
    with TestClient(create_app(services), headers={"Authorization": "Bearer kotae_a"} | ACCEPT) as client:
        answered = client.post("/mcp", json=CALL)
    services.close()
    assert (answered.status_code, answered.json()["error"]["message"][:10]) == (503, "今は答えられません。")
    assert "internal" not in answered.text


def test_too_large_a_call_is_told_with_the_limit(serving: Serving) -> None:
    """Whether the length of a body is said before it comes or not, and however large it is."""
    part = b"a" * 10_240
    with serving.everybody() as client:
        for content in (part * 30, part * 1_000, (part for _ in range(30))):
            refused = client.post("/mcp", content=content, headers=ACCEPT | {"Content-Type": "application/json"})
            sentence = "送られた内容が大きすぎます。256 kB までです。"
            assert (refused.status_code, refused.json()["error"]["message"]) == (413, sentence)


@pytest.mark.parametrize("mode", ["auto", "legacy"])
def test_clients_show_in_which_way_a_question_is_too_long(serving: Serving, mode: str) -> None:
    """Of one that is read, and of one that is not."""

    async def ask(client: Client) -> None:
        [told] = (await client.call_tool("ask", {"question": "あ" * 2_001})).content
        assert isinstance(told, TextContent)
        assert told.text == "引数が正しくありません。question: 2000文字以内にしてください。"
        with pytest.raises(MCPError, match="256 kB"):
            await client.call_tool("ask", {"question": "あ" * 100_000})

    with listening(create_app(serving.services, LOOPBACK)) as address:
        asking(address, serving.tokens.create("a")[1], ask, mode)
