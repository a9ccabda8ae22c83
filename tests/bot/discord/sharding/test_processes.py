"""Several processes of one bot, that are restarted and killed while people ask."""

from __future__ import annotations

import asyncio
import sys
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from index.store.store import Store
from tests.bot.discord.sharding.processes import PATIENCE, QUESTION, Questions, team, until
from tests.bot.discord.sharding.shards import add_guild
from tests.loopback_discord.server import LoopbackDiscord
from tests.loopback_discord.world.channel import Channel
from tests.loopback_discord.world.users import User
from tests.stores import document, on_sqlite, put

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no SIGTERM to handle")


def played(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run an asynchronous test with processes."""
    asyncio.run(asyncio.wait_for(test(), 4 * PATIENCE))


def company_of_two_shards(url: str) -> tuple[LoopbackDiscord, User, list[Channel]]:
    """A guild on each of two shards, in which 花子 may ask about what everybody may read."""
    server = LoopbackDiscord(privileged_intents_allowed=True)
    hanako = server.world.add_user("花子")
    guilds = [add_guild(server.world, shard, 2, f"会社{shard}", hanako) for shard in range(2)]
    store = Store.open(url)
    put(store, "/rules", document("a", "出張の宿泊費は一泊一万二千円までです"))
    store.close()
    return server, hanako, [server.world.add_channel(guild, "質問") for guild in guilds]


def test_a_rolling_restart_loses_nothing_and_answers_nothing_twice(url: str, tmp_path: Path) -> None:
    """A new process is started beside the old one, which is then told to leave, while people go on asking."""

    async def play() -> None:
        server, hanako, channels = company_of_two_shards(url)
        questions = Questions(server, hanako, *channels)
        async with team(server, url, tmp_path) as processes:
            old = await processes.start("0-1", 2)
            await processes.holds(old, 2)
            async with questions.asking():
                for _ in range(2):
                    new = await processes.start("0-1", 2)
                    assert processes.holders()[new.pid] == 0
                    await processes.terminate(old)
                    await processes.holds(new, 2)
                    old = new
                await asyncio.sleep(1)
            await questions.answered_once()
        assert len(questions.mentions) > 20
        assert not server.violations

    played(play)


def test_what_is_asked_before_and_after_a_kill_is_answered_once(url: str, tmp_path: Path) -> None:
    """Another process with the same shards takes over, and answers what the killed one did not."""

    async def play() -> None:
        server, hanako, channels = company_of_two_shards(url)
        questions = Questions(server, hanako, *channels)
        async with team(server, url, tmp_path) as processes:
            first = await processes.start("0-1", 2)
            await processes.holds(first, 2)
            second = await processes.start("0-1", 2)
            # Commands are not asked: Discord gives them up after three seconds.
            async with questions.asking(commands=False):
                await asyncio.sleep(1)
                await processes.kill(first)
                await processes.holds(second, 2)
                await asyncio.sleep(1)
            await questions.answered_once()
            assert (await server.slash(hanako, channels[1], "ask", {"question": QUESTION})).embeds
        assert not server.violations

    played(play)


@on_sqlite
def test_what_was_asked_while_no_process_was_there_is_answered(url: str, tmp_path: Path) -> None:
    """A mention of a moment ago is answered by the next process; what was answered before is not answered again."""

    async def play() -> None:
        server, hanako, channels = company_of_two_shards(url)
        async with team(server, url, tmp_path) as processes:
            first = await processes.start("0-1", 2)
            bot = [server.world.bot]
            answered = await server.send_message(hanako, channels[0], QUESTION, mentions=bot)
            await server.replies(answered, seconds=PATIENCE)
            await processes.terminate(first)
            missed = await server.send_message(hanako, channels[1], QUESTION, mentions=bot)
            await processes.start("0-1", 2)
            await server.replies(missed, seconds=PATIENCE)
            await server.no_reply(missed.__class__(server.world.snowflake(), channels[0], hanako, ""), 2)
        assert len([one for one in channels[0].messages.values() if one.author is server.world.bot]) == 1
        assert not server.violations

    played(play)


@on_sqlite
def test_processes_take_turns_to_identify_and_share_the_guilds(url: str, tmp_path: Path) -> None:
    """Each answers in its guilds; Discord never sees two identify within five seconds, nor the commands twice."""

    async def play() -> None:
        server, hanako, channels = company_of_two_shards(url)
        async with team(server, url, tmp_path) as processes:
            server.gateway.max_concurrency, server.gateway.seconds_between_identifies = 1, 5.0
            running = [await processes.start(str(shard), 2, ready=False) for shard in range(2)]
            await server.connected(2, PATIENCE)
            await until(lambda: {processes.holders()[one.pid] for one in running} == {1})
            for channel in channels:
                assert (await server.slash(hanako, channel, "ask", {"question": QUESTION})).embeds
        assert sum(request.method == "PUT" for request in server.requests) == 1
        assert not server.violations

    played(play)
