"""A learning run over a long history, cut off by kill -9 and by broken lines at random moments."""

from __future__ import annotations

import asyncio
import random
import sys
from asyncio.subprocess import Process
from collections.abc import Callable, Coroutine
from contextlib import AsyncExitStack
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from index.store.discord.channels import Channels
from index.store.store import Store
from tests.bot.discord.company import Company, new_company, until
from tests.bot.discord.processes import start
from tests.loopback_discord.world.message import Message
from tests.stores import new_store

MESSAGES = 6_000
LONGEST = 240
# The most that the process may take beside files that it maps, of which the system decides. Half of it is Python's own.
MEGABYTES = 160
NOUNS = "経費 会議 休暇 備品 出張 契約 請求書 在庫 採用 研修".split()
VERBS = "確認しました 送りました 延期です 終わりました 総務に聞いてください 明日までです".split()

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="The memory of a process is read from /proc")


async def end(process: Process) -> None:
    """End the process as a power cut does, if it runs."""
    if process.returncode is None:
        process.kill()
        await process.wait()


async def kill(company: Company, process: Process) -> None:
    """End the process, and wait until its connection has ended."""
    await end(process)
    await until(lambda: not company.server.gateway.connected)


def write_history(company: Company, chance: random.Random) -> list[Message]:
    """A history of weeks, with replies and pauses."""
    sent = datetime(2026, 1, 1, tzinfo=UTC)
    written: list[Message] = []
    for number in range(MESSAGES):
        sent += timedelta(seconds=chance.choice([5, 40, 200, 900, 4_000]))
        author = company.hanako if chance.random() < 0.5 else company.boss
        text = f"{number}番の{chance.choice(NOUNS)}は{chance.choice(VERBS)}。"
        reply_to = chance.choice(written[-20:]) if written and chance.random() < 0.2 else None
        written.append(company.server.add_message(company.public, author, text, sent, reply_to))
    return written


def stored(store: Store) -> dict[int, str]:
    """Every message that is stored, with its text."""
    return {one.id: one.text for channel in Channels(store).all() for one in Channels(store).messages(channel.number)}


def there(company: Company) -> dict[int, str]:
    """Every message of people that is in the channel."""
    people = (company.hanako, company.boss)
    return {one.id: one.content for one in company.public.messages.values() if one.author in people}


def own_megabytes(process: Process) -> int:
    """The most memory that the process ever took, without the files that it maps now."""
    lines = Path(f"/proc/{process.pid}/status").read_text(encoding="ascii").splitlines()
    kilobytes = {
        name: int(rest.split()[0]) for name, _, rest in (line.partition(":") for line in lines) if "kB" in rest
    }
    return (kilobytes["VmHWM"] - kilobytes["RssFile"]) // 1_000


def asynchronous(test: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run an asynchronous test, for as long as this one may take."""
    asyncio.run(asyncio.wait_for(test(), LONGEST))


def test_what_is_learnt_in_spite_of_everything_is_what_is_there(tmp_path: Path) -> None:
    """After kills and broken lines exactly the messages that are there are stored, as they are, and within the limits."""
    store = new_store(tmp_path)
    chance = random.Random(20_000)

    async def play() -> None:
        company = new_company()
        company.server.description = None  # thousands of requests of one kind
        written = write_history(company, chance)
        server = company.server
        async with server, AsyncExitStack() as processes:
            server.rate_limits["GET /channels/{channel_id}/messages"] = (20, 0.5)
            process = await start(company, tmp_path)
            processes.push_async_callback(end, process)
            await server.slash(company.boss, company.public, "knowledge learn", {"channel": company.public}, seconds=15)
            server.break_lines(0.02)
            for _ in range(4):
                begin = len(stored(store))
                await until(lambda begin=begin: len(stored(store)) > begin, 60, every=0.3)  # type: ignore[misc]
                await asyncio.sleep(chance.random())
                await server.gateway.drop()
                await asyncio.sleep(chance.random())
                await kill(company, process)
                # What nobody tells the bot of.
                for message in chance.sample(list(written), 50):
                    written.remove(message)
                    await server.delete_message(message)
                for message in chance.sample(written, 50):
                    message.content = f"編集された{message.content}"
                process = await start(company, tmp_path)
                processes.push_async_callback(end, process)
            server.break_lines(0)
            late = await server.send_message(company.hanako, company.public, "最後の一言です。")
            await until(lambda: stored(store) == there(company), 150, every=1.0)
            assert late.id in stored(store)
            asked = await server.slash(
                company.hanako, company.public, "ask", {"question": "研修は明日までですか"}, seconds=15
            )
            assert "研修" in (await server.answer(asked, 15)).embeds[0]["description"]
            assert own_megabytes(process) < MEGABYTES
            await kill(company, process)
        passages = [kept.passage.text for _, _, kept in store.all() if kept.passage.title == "#雑談"]
        assert len("\n".join(passages).split("\n")) == len(there(company))
        assert len(server.invalid_requests) < 20
        assert not server.violations

    asynchronous(play)
    store.close()
