"""`kotae mcp`: as a process, asked by the SDK's own client; and what it answers from."""

from __future__ import annotations

import asyncio
import json
from contextlib import closing
from pathlib import Path

import pytest
from mcp import Client, StdioServerParameters
from mcp_types import CallToolResult

from bot.settings import Secret
from bot.web.mcp.stdio import local_server
from bot.web.services import Services
from index.audience import GUILD
from tests.bot.web.conftest import GUILD_NUMBER, Serving
from tests.conftest import Program
from tests.stores import document, new_store, put

ASKED = {"question": "有給休暇は何日？", "limit": 20}
HANDSHAKE = {
    "jsonrpc": "2.0",
    "id": 1,
    "method": "initialize",
    "params": {"protocolVersion": "2025-06-18", "capabilities": {}, "clientInfo": {"name": "a", "version": "1"}},
}


@pytest.fixture
def here(tmp_path: Path) -> Program:
    """The program, with a database of its own."""
    program = Program(tmp_path)
    with closing(new_store(program.folder)) as store:
        put(store, "/a", document("a.md", "有給休暇は年に十日です"))
    return program


def test_an_assistant_that_starts_it_is_answered(here: Program) -> None:
    """By the command line that documentation says."""
    command, *arguments = map(str, here.command("mcp"))
    started = StdioServerParameters(command=command, args=arguments, env=here.environment(), cwd=here.folder)

    async def ask() -> CallToolResult:
        async with Client(started) as client:
            return await client.call_tool("ask", ASKED)

    answered = asyncio.run(ask())
    assert [hit["text"] for hit in answered.structured_content["hits"]] == ["有給休暇は年に十日です。"]


def test_it_says_nothing_but_the_protocol_and_ends_with_its_input(here: Program) -> None:
    """Whatever is typed."""
    ended = here.call("mcp", typed=f"hello\n{json.dumps(HANDSHAKE)}\n")
    assert (ended.returncode, ended.stderr) == (0, "")
    [line] = ended.stdout.splitlines()
    answer = json.loads(line)
    assert (answer["id"], answer["result"]["serverInfo"]["name"]) == (1, "kotae")
    assert "引用" in answer["result"]["instructions"]


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"KOTAE_TOKEN": "kotae_no"}, "KOTAE_TOKEN"),
        ({"KOTAE_DATABASE_URL": "postgresql://127.0.0.1:1/kotae"}, "127.0.0.1:1"),
    ],
)
def test_what_hinders_it_is_told_in_one_sentence(here: Program, changes: dict[str, str], says: str) -> None:
    """Where clients show what a server wrote."""
    ended = here.call("mcp", **changes)
    assert (ended.returncode, ended.stdout, ended.stderr.count("\n")) == (2, "", 1)
    assert says in ended.stderr
    assert "kotae_no" not in ended.stderr


@pytest.mark.parametrize("arguments", [["--everything"], ["--content", "."]])
def test_a_token_is_not_used_together_with_what_needs_none(here: Program, arguments: list[str]) -> None:
    """One must not think that it restricts what is read."""
    changes = {"KOTAE_TOKEN": "kotae_a"}
    ended = here.call("mcp", *arguments, **changes)
    assert ended.returncode == 2
    assert "KOTAE_TOKEN" in ended.stderr


def test_what_was_learnt_in_private_comes_to_an_assistant_only_if_somebody_says_so(serving: Serving) -> None:
    """Without a token it has what is for everybody; a token has what it opens, until it is revoked."""

    def found(token: str = "", *, everything: bool = False) -> set[str]:
        async def ask() -> CallToolResult:
            settings = serving.services.settings._replace(token=Secret(token))
            with closing(Services(settings, serving.knowledge)) as services:
                async with Client(local_server(services, everything=everything)) as client:
                    return await client.call_tool("ask", ASKED)

        result = asyncio.run(ask())
        return {hit["text"][:12] for hit in result.structured_content["hits"]} if not result.is_error else set()

    number, secret = serving.tokens.create("a", GUILD, GUILD_NUMBER)
    assert found() == {"有給休暇は年に十日です。"}
    assert found(secret) == {"有給休暇は年に十日です。", "有給休暇の申請は前日まで"}
    assert len(found(everything=True)) == 3
    serving.tokens.revoke(number)
    assert found(secret) == set()
