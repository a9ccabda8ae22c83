"""Learning goes on in another process where one was killed."""

from __future__ import annotations

import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from index.store.discord.channels import Channels
from index.store.store import Store
from tests.bot.discord.company import new_company
from tests.bot.discord.learning.test_killed import stored, there
from tests.bot.discord.sharding.processes import team, until
from tests.bot.discord.sharding.test_processes import played

MESSAGES = 3_000

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="Windows has no kill -9")


def test_a_backfill_goes_on_in_another_process(url: str, tmp_path: Path) -> None:
    """Nothing is lost, nothing is there twice, and what happens meanwhile is learnt too."""

    async def play() -> None:
        company = new_company()
        server, public = company.server, company.public
        server.description = None
        begin = datetime(2026, 1, 1, tzinfo=UTC)
        written = [
            server.add_message(
                public, company.hanako, f"{number}番の備品を注文しました。", begin + timedelta(minutes=number)
            )
            for number in range(MESSAGES)
        ]
        store = Store.open(url)
        async with team(server, url, tmp_path) as processes:
            server.rate_limits["GET /channels/{channel_id}/messages"] = (10, 1.0)
            first = await processes.start("0", 1)
            await processes.holds(first, 1)
            second = await processes.start("0", 1)
            await server.slash(company.boss, public, "knowledge learn", {"channel": public}, seconds=15)
            await until(lambda: len(stored(store)) > MESSAGES // 6, every=0.3)
            await processes.kill(first)
            assert len(stored(store)) < MESSAGES
            await server.delete_message(written[-1])
            await server.edit_message(written[-2], "注文は取り消しました。")
            await server.send_message(company.boss, public, "最後の一言です。")
            await processes.holds(second, 1)
            await until(
                lambda: stored(store) == there(company) and Channels(store).all()[0].learnt_to == 0, 150, every=1.0
            )
        passages = "\n".join(kept.passage.text for _, _, kept in store.all() if kept.passage.title == "#雑談")
        store.close()
        assert len(passages.split("\n")) == MESSAGES
        assert not server.violations

    played(play)
