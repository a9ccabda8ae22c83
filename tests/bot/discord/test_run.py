from __future__ import annotations

import asyncio
import json
import os
import signal
import sys
from asyncio.subprocess import PIPE, Process
from contextlib import closing
from pathlib import Path

import pytest
from sqlalchemy import text

from index.store.connection import writing
from index.store.store import Store
from tests.bot.metrics.scraping import scraped
from tests.loopback_discord.scenario import asynchronous, server_with_people
from tests.loopback_discord.server import LoopbackDiscord
from tests.loopback_discord.session import Opcode
from tests.opensearch_servers import free_ports

ROOT = Path(__file__).parents[3]
SECRET = "very.secret.token"  # noqa: S105 - it opens nothing
not_on_windows = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to handle")


async def start(cache: Path, *arguments: str, **environment: str) -> Process:
    """`kotae discord` as a process."""
    plain = {name: value for name, value in os.environ.items() if not name.startswith(("KOTAE_", "DISCORD_"))}
    own = {
        "KOTAE_LANGUAGE": "ja",
        "KOTAE_CACHE_DIR": str(cache),
        "KOTAE_ENCODER": "off",
        "KOTAE_DATABASE_URL": f"sqlite:///{cache}/kotae.db",
    }
    return await asyncio.create_subprocess_exec(
        *(sys.executable, "-W", "ignore", "-m", "bot", "discord", *arguments),
        cwd=ROOT,
        env=plain | own | environment,
        stdout=PIPE,
        stderr=PIPE,
    )


def addresses(server: LoopbackDiscord) -> dict[str, str]:
    """The settings that point the bot at a server."""
    return {"DISCORD_API_URL": server.api_url, "DISCORD_GATEWAY_URL": server.gateway_url}


def sentences(log: bytes) -> list[str]:
    """What of standard error is no log line."""
    return [line for line in log.decode().splitlines() if not line.startswith("{")]


@not_on_windows
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGINT])
def test_a_signal_ends_the_bot_with_status_0(tmp_path: Path, number: signal.Signals) -> None:
    """The bot answers as a process, logs without content or token, and leaves when told to."""

    @asynchronous
    async def play() -> None:
        server, hanako, channel = server_with_people(token=SECRET)
        async with server:
            (port,) = free_ports(1)
            process = await start(tmp_path, DISCORD_TOKEN=SECRET, KOTAE_METRICS_PORT=str(port), **addresses(server))
            await server.connected(seconds=15)
            asked = await server.slash(hanako, channel, "ask", {"question": "GPT-2とは"})
            assert asked.embeds
            shown = await asyncio.to_thread(scraped, port)
            assert shown['kotae_answer_seconds_count{front_end="discord"}'] == 1
            process.send_signal(number)
            _, log = await asyncio.wait_for(process.communicate(), 10)
        assert process.returncode == 0
        assert not sentences(log)
        events = [json.loads(line) for line in log.decode().splitlines()]
        assert {"connect", "answer"} <= {event.get("event") for event in events}
        assert not any("voice" in event["message"] for event in events)
        assert SECRET not in log.decode()
        assert "GPT" not in log.decode()
        assert not server.violations

    play()


@not_on_windows
def test_another_server_needs_no_second_address(tmp_path: Path) -> None:
    """The API's address is enough, and a lost session is taken up at the gateway that it names."""

    @asynchronous
    async def play() -> None:
        server, hanako, channel = server_with_people(token=SECRET)
        async with server:
            process = await start(tmp_path, DISCORD_TOKEN=SECRET, DISCORD_API_URL=server.api_url)
            await server.connected(seconds=15)
            await server.gateway.send_to_all(Opcode.INVALID_SESSION, data=False)
            async with asyncio.timeout(15):
                while server.gateway.identifies < 2 or not server.gateway.connected:  # noqa: ASYNC110 - another process
                    await asyncio.sleep(0.05)
            asked = await server.slash(hanako, channel, "ask", {"question": "GPT-2とは"})
            assert asked.embeds
            process.terminate()
            await asyncio.wait_for(process.communicate(), 10)
        assert process.returncode == 0

    play()


@not_on_windows
def test_a_signal_while_connecting_ends_the_bot_with_status_0(tmp_path: Path) -> None:
    """Told to leave while the gateway cannot be reached, the bot leaves at once, and without a complaint."""

    @asynchronous
    async def play() -> None:
        server, _, _ = server_with_people(token=SECRET)
        async with server:
            settings = addresses(server) | {"DISCORD_GATEWAY_URL": "ws://127.0.0.1:9/"}
            process = await start(tmp_path, DISCORD_TOKEN=SECRET, **settings)
            await server.journal.wait_for(lambda: server.requests, 15, "the bot did not log in")
            await asyncio.sleep(0.5)
            process.send_signal(signal.SIGTERM)
            _, log = await asyncio.wait_for(process.communicate(), 10)
        assert process.returncode == 0
        assert not sentences(log)

    play()


def test_a_later_version_that_migrates_the_database_ends_the_bot(tmp_path: Path) -> None:
    """It says so, within seconds and without being asked."""

    @asynchronous
    async def play() -> None:
        server, _, _ = server_with_people(token=SECRET)
        async with server:
            process = await start(tmp_path, DISCORD_TOKEN=SECRET, **addresses(server))
            await server.connected(seconds=15)
            with closing(Store.open(f"sqlite:///{tmp_path}/kotae.db")) as store, writing(store.engine) as connection:
                connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
            _, log = await asyncio.wait_for(process.communicate(), 10)
        assert process.returncode == 2
        (sentence,) = sentences(log)
        assert "より新しい版の kotae" in sentence

    play()


@pytest.mark.parametrize(
    ("token", "settings", "said"),
    [
        ("", {}, "DISCORD_TOKEN がありません"),
        ("wrong", {}, "DISCORD_TOKEN を受け付けませんでした"),
        (SECRET, {"KOTAE_MESSAGE_CONTENT": "on"}, "インテントが許可されていません"),
        (SECRET, {"DISCORD_API_URL": "http://127.0.0.1:9/api/v10"}, "http://127.0.0.1:9/api/v10 につながりません"),
        (SECRET, {"DISCORD_GATEWAY_URL": "ws://host:port/"}, "DISCORD_GATEWAY_URL の値「ws://host:port/」"),
        (SECRET, {"DISCORD_GATEWAY_URL": "elsewhere"}, "DISCORD_GATEWAY_URL の値「elsewhere」"),
    ],
    ids=["no token", "refused token", "missing intent", "unreachable", "no port", "no address"],
)
def test_what_keeps_the_bot_from_running_is_one_sentence(
    tmp_path: Path, token: str, settings: dict[str, str], said: str
) -> None:
    """Where the bot cannot run it ends with status 2 and one sentence, without a traceback and without the token."""

    @asynchronous
    async def play() -> None:
        server, _, _ = server_with_people(token=SECRET)
        async with server:
            process = await start(tmp_path, DISCORD_TOKEN=token, **(addresses(server) | settings))
            _, log = await asyncio.wait_for(process.communicate(), 20)
        assert process.returncode == 2
        (sentence,) = sentences(log)
        assert said in sentence
        assert b"Traceback" not in log
        assert SECRET not in log.decode()

    play()


@pytest.mark.parametrize(
    ("gateway", "settings", "said"),
    [
        ({"least_shards": 4}, {}, "--of"),
        ({"identifies_left": 1}, {}, "あと1回"),
        ({}, {"KOTAE_CONTENT": "content"}, "--shards は"),
    ],
    ids=["too few", "used up", "no store"],
)
def test_what_keeps_shards_from_running_is_one_sentence(
    tmp_path: Path, gateway: dict[str, int], settings: dict[str, str], said: str
) -> None:
    """Discord wants more shards, or lets the bot connect no more today; or there is nothing to share them by."""

    @asynchronous
    async def play() -> None:
        server, _, _ = server_with_people(token=SECRET)
        for name, value in gateway.items():
            setattr(server.gateway, name, value)
        async with server:
            process = await start(
                tmp_path, "--shards", "0-1", "--of", "2", DISCORD_TOKEN=SECRET, **(addresses(server) | settings)
            )
            _, log = await asyncio.wait_for(process.communicate(), 20)
        assert process.returncode == 2
        (sentence,) = sentences(log)
        assert said in sentence

    play()
