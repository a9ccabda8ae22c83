"""What the bot shows to whoever operates it, over a real socket, on a Discord of our own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from typing import NamedTuple

import pytest

from bot.discord.client import KotaeClient
from bot.metrics.prometheus import PrometheusMetrics
from bot.metrics.server import serving
from index.search import knowledge as following
from index.search.knowledge import Knowledge
from index.store.store import Store
from tests.bot.discord.company import SETTINGS, Company, new_company
from tests.bot.discord.test_client import button
from tests.bot.metrics.scraping import HOST, answer, health, samples
from tests.loopback_discord.scenario import asynchronous
from tests.stores import document, put

QUESTION = "有給休暇は何日ですか"
SAID = "有給休暇は十日です"


class Observed(NamedTuple):
    """The bot, told to connect, and the port where it shows itself."""

    company: Company
    client: KotaeClient
    port: int

    async def is_ready(self, checks: dict[str, bool]) -> None:
        """Wait until its checks are these."""
        ready = all(checks.values())
        expected = (200 if ready else 503, {"ready": ready, "checks": checks})
        async with asyncio.timeout(10):
            while await asyncio.to_thread(health, self.port, "/readyz") != expected:  # noqa: ASYNC110 - another thread
                await asyncio.sleep(0.02)


@asynccontextmanager
async def starting(store: Store) -> AsyncIterator[Observed]:
    """The bot, which the gateway does not let in yet."""
    company, metrics = new_company(), PrometheusMetrics()
    company.server.gateway.lets_in.clear()
    put(store, "甲", document("a.md", SAID))
    with closing(Knowledge.open(store)) as knowledge, metrics.listening(), serving(metrics, HOST, 0) as port:
        client = KotaeClient(SETTINGS, knowledge, store=store, metrics=metrics)
        async with company.server:
            with company.server.as_discord():
                async with client:
                    assert health(port, "/readyz") == (503, {"ready": False, "checks": {"started": False}})
                    knowledge.follow()
                    running = asyncio.create_task(client.start(company.server.token))
                    yield Observed(company, client, port)
                    company.server.gateway.lets_in.set()
                    await client.close()
                    await running
        assert not company.server.violations


@pytest.fixture(autouse=True)
def _quickly(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(following, "_INTERVAL", 0.02)


def test_the_bot_is_ready_while_it_is_connected(store: Store) -> None:
    """Not before the gateway lets it in, and not while the connection is lost; it lives all the time."""

    @asynchronous
    async def play() -> None:
        async with starting(store) as observed:
            gateway = observed.company.server.gateway
            well = {"store": True, "index": True}
            await observed.is_ready({"gateway": False} | well)
            gateway.lets_in.set()
            await observed.is_ready({"gateway": True} | well)
            gateway.lets_in.clear()
            await gateway.drop()
            await observed.is_ready({"gateway": False} | well)
            assert (await asyncio.to_thread(health, observed.port, "/livez"))[0] == 200
            gateway.lets_in.set()
            await observed.is_ready({"gateway": True} | well)

    play()


def test_what_it_does_is_shown_without_words_or_names(store: Store) -> None:
    """Questions, votes, servers and shards are counted; no label has what somebody wrote, or who or where it was."""

    @asynchronous
    async def play() -> None:
        async with starting(store) as observed:
            company = observed.company
            company.server.gateway.lets_in.set()
            await observed.is_ready({"gateway": True, "store": True, "index": True})
            asked = await company.server.slash(company.hanako, company.public, "ask", {"question": QUESTION})
            await company.server.click(company.hanako, asked.original, button(asked.original, "good"))
            _, text = await asyncio.to_thread(answer, observed.port, "/metrics")
        shown = samples(text)
        assert shown['kotae_questions_total{certainty="sure",front_end="discord"}'] == 1
        assert shown['kotae_answer_seconds_count{front_end="discord"}'] == 1
        assert shown['kotae_answer_stage_seconds_count{stage="question"}'] == 1
        assert shown['kotae_votes_total{vote="helpful"}'] == 1
        assert shown["kotae_guilds"] == shown["kotae_ready"] == 1
        assert [shown[f'kotae_shards{{state="{state}"}}'] for state in ("wanted", "connected", "held")] == [1, 1, 1]
        assert shown['kotae_learning_channels{state="failing"}'] == 0
        assert shown["kotae_gateway_latency_seconds"] > 0
        assert shown['kotae_queue_jobs{state="waiting"}'] == 0
        people = (company.hanako, company.boss, company.guild, company.public, company.private)
        for said in (QUESTION, SAID, "a.md", *(one.name for one in people), *(str(one.id) for one in people)):
            assert said not in text

    play()
