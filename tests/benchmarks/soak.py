"""Hostile inputs in one guild while another asks: how long the other waits, on a loopback Discord with a real process.

`python -m tests.benchmarks.soak [seconds]`
"""

from __future__ import annotations

import asyncio
import random
import statistics
import sys
import warnings
from collections.abc import Awaitable, Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from index.audience import GUILD, Audience
from index.store.store import Store
from tests.bot.discord.company import Company, new_company
from tests.bot.discord.processes import start
from tests.index.stores import document, put
from tests.loopback_discord.rest.interactions import Interaction
from tests.loopback_discord.world.channel import Channel
from tests.loopback_discord.world.permissions import EVERYTHING
from tests.loopback_discord.world.users import User

QUESTION = "経費の上限はいくらですか"
SECONDS_BETWEEN_QUESTIONS = 0.25
# How many people of the hostile guild do something at a time.
HOSTILE_PEOPLE = 12
NOUNS = "経費 会議 休暇 備品 出張 契約 請求書 在庫 採用 研修".split()


class Soak:
    """A hostile guild and a quiet one."""

    def __init__(self, company: Company, chance: random.Random) -> None:
        self.company = company
        self.server = company.server
        self.chance = chance
        self.done = asyncio.Event()
        self.counts = dict.fromkeys(("file", "question", "mention", "click", "message", "completion"), 0)
        world = self.server.world
        self.people = [world.add_user(f"荒らし{number}") for number in range(HOSTILE_PEOPLE)]
        administrator = world.add_role(company.guild, "荒らし", EVERYTHING)
        for person in self.people:
            world.add_member(company.guild, person, administrator)
        self.asker = world.add_user("次郎")
        self.quiet: Channel = world.add_channel(world.add_guild("静かな会社", self.asker), "質問")

    async def attack(self, person: User) -> None:
        """Do one hostile thing after the other."""
        deeds: list[Callable[[User], Awaitable[object]]] = [
            self._click,
            self._ask,
            self._mention,
            self._write,
            self._complete,
        ]
        if person is self.people[0] or person is self.people[1]:
            deeds = [self._attach]
        while not self.done.is_set():
            try:
                await self.chance.choice(deeds)(person)
            except AssertionError:
                # Whoever storms buttons is not always answered.
                await asyncio.sleep(0.1)

    async def ask_in_peace(self, times: list[float]) -> None:
        """Ask again and again in the quiet guild, and note after how many milliseconds the answer was there."""
        while not self.done.is_set():
            asked = await self.server.slash(self.asker, self.quiet, "ask", {"question": QUESTION}, seconds=60)
            if not asked.embeds:
                await self.server.answer(asked, 60)
            (request,) = [one for one in self.server.requests if asked.token in one.path][-1:]
            times.append((request.received_at - asked.sent_at) * 1_000)
            assert "五千円" in str(asked.embeds)
            await asyncio.sleep(SECONDS_BETWEEN_QUESTIONS)

    def _text(self, length: int) -> str:
        return "".join(
            f"{self.chance.choice(NOUNS)}の{self.chance.randrange(1_000_000)}番は来月です。"
            for _ in range(length // 16)
        )[:length]

    async def _attach(self, person: User) -> None:
        number = self.counts["file"]
        self.counts["file"] += 1
        kinds = [
            (f"長い{number}.txt", self._text(1_000_000).encode()),
            (f"見出し{number}.md", "".join(f"# 見出し{one}\n\n本文{one}です。\n\n" for one in range(20_000)).encode()),
            (f"深い{number}.html", ("<div>" * 50_000 + "底です。").encode()),
            (
                f"表{number}.csv",
                ("question,answer\n" + "".join(f"問{one},答{one}\n" for one in range(20_000))).encode(),
            ),
            (f"壊れた{number}.pdf", b"%PDF-1.7\n" + self.chance.randbytes(1_000_000)),
            (f"壊れた{number}.docx", b"PK\x03\x04" + self.chance.randbytes(1_000_000)),
        ]
        name, data = kinds[number % len(kinds)]
        file = self.server.messages.add_attachment(self.company.public, name, data)
        asked = await self.server.slash(person, self.company.public, "knowledge add", {"file": file}, seconds=10)
        await self.server.answer(asked, 120)

    async def _ask(self, person: User) -> Interaction:
        self.counts["question"] += 1
        question = self.chance.choice(
            [self._text(6_000), "？" * 6_000, "0123456789" * 600, f"{self.chance.choice(NOUNS)}の番号は何ですか"]
        )
        return await self.server.slash(person, self.company.public, "ask", {"question": question}, seconds=10)

    async def _mention(self, person: User) -> None:
        self.counts["mention"] += 1
        text = f"{self.server.world.bot.mention} {self._text(1_900)}"
        await self.server.send_message(person, self.company.public, text, mentions=[self.server.world.bot])
        await asyncio.sleep(0.05)

    async def _write(self, person: User) -> None:
        self.counts["message"] += 1
        await self.server.send_message(person, self.company.public, self._text(2_000))
        await asyncio.sleep(0.05)

    async def _click(self, person: User) -> None:
        asked = await self.server.answer(await self._ask(person), 20)
        buttons = (
            [one["custom_id"] for row in asked.original.components for one in row["components"]]
            if asked.original
            else []
        )
        for name in buttons * 3:
            if not name.startswith(("kotae:delete", "kotae:follow")):
                self.counts["click"] += 1
                await self.server.click(person, asked.original, name, seconds=10)

    async def _complete(self, person: User) -> None:
        self.counts["completion"] += 1
        await self.server.autocomplete(
            person, self.company.public, "ask", {"question": QUESTION, "source": "見"}, seconds=10
        )


async def main(seconds: float) -> None:
    """Print median, 95th percentile and the longest wait, alone and under attack."""
    company = new_company()
    company.server.description = None
    soak = Soak(company, random.Random(12))
    with TemporaryDirectory() as folder:
        store = Store.open(f"sqlite:///{folder}/kotae.db")
        put(
            store,
            "/rules",
            document("規程", "経費の上限は一日五千円です"),
            audience=Audience(GUILD, soak.quiet.guild.id if soak.quiet.guild else 0),
        )
        put(
            store,
            "/hostile",
            document("荒らし", *(f"{noun}の番号は{noun}です" for noun in NOUNS)),
            audience=Audience(GUILD, company.guild.id),
        )
        store.close()
        broken = [company.server.world.add_channel(company.guild, f"壊れた{number}") for number in range(3)]
        for _ in range(2_000):
            company.server.add_message(company.public, company.hanako, soak._text(300))
        async with company.server:
            process = await start(
                company, Path(folder), KOTAE_QUESTIONS_A_MINUTE="1000", KOTAE_QUESTIONS_A_MINUTE_IN_GUILD="10000"
            )
            alone: list[float] = []
            asking = asyncio.create_task(soak.ask_in_peace(alone))
            await asyncio.sleep(5)
            soak.done.set()
            await asking
            soak.done.clear()
            company.server.failing = {channel.id: 500 for channel in broken}
            for channel in (*broken, company.public):
                await company.server.slash(
                    company.boss, company.public, "knowledge learn", {"channel": channel}, seconds=10
                )
            attacked: list[float] = []
            tasks = [asyncio.create_task(soak.attack(person)) for person in soak.people]
            asking = asyncio.create_task(soak.ask_in_peace(attacked))
            await asyncio.sleep(seconds)
            soak.done.set()
            await asyncio.gather(asking, *tasks, return_exceptions=True)
            process.kill()
            await process.wait()
    _print("alone", alone)
    _print("under attack", attacked)
    print(", ".join(f"{count} × {what}" for what, count in soak.counts.items()))
    late = sum(heartbeat.late for heartbeat in company.server.gateway.heartbeats)
    print(
        f"{late} of {len(company.server.gateway.heartbeats)} heartbeats late, {len(company.server.violations)} violations"
    )


def _print(what: str, times: list[float]) -> None:
    p95 = statistics.quantiles(times, n=20, method="inclusive")[-1]
    print(
        f"{what}: {len(times)} answers, p50 {statistics.median(times):.0f} ms, p95 {p95:.0f} ms, max {max(times):.0f} ms"
    )


if __name__ == "__main__":
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    asyncio.run(main(float(sys.argv[1]) if len(sys.argv) > 1 else 60.0))
