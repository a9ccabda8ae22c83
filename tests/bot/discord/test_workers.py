from __future__ import annotations

import asyncio
import threading
import time
from pathlib import Path

import pytest

from index.query.question import Question
from index.search.knowledge import Knowledge
from index.search.library import Library
from index.search.ranking_index import RankingIndex
from index.store.store import Store
from tests.bot.discord.company import connected, new_company
from tests.bot.discord.test_client import button
from tests.loopback_discord.scenario import asynchronous
from tests.stores import document, new_store, put

QUESTION = "経費の上限はいくらですか"


def test_what_takes_long_for_one_guild_keeps_no_other_waiting(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """However many buttons are clicked in a guild whose look-ups do not end, another guild is answered meanwhile."""
    put(store, "/handbook", document("規程", "経費の上限は一日五千円です"))
    ended, around = threading.Event(), Library.around

    def endless(*arguments: object) -> object:
        ended.wait(30)
        return around(*arguments)  # type: ignore[arg-type]

    @asynchronous
    async def play() -> None:
        company = new_company()
        server, world = company.server, company.server.world
        elsewhere = world.add_channel(world.add_guild("別の会社", company.hanako), "質問")
        async with server, connected(company, store):
            asked = await server.slash(company.boss, company.public, "ask", {"question": QUESTION})
            monkeypatch.setattr(Library, "around", endless)
            clicking = [server.click(company.boss, asked.original, button(asked.original, "context")) for _ in range(9)]
            stuck = asyncio.gather(*clicking)
            await asyncio.sleep(0.3)
            answered = await server.slash(company.hanako, elsewhere, "ask", {"question": QUESTION})
            assert "五千円" in str(answered.embeds)
            assert not stuck.done()
            ended.set()
            for one in await stuck:
                await server.answer(one)

    try:
        play()
    finally:
        ended.set()


def test_a_patient_question_sees_all_and_an_impatient_one_is_not_kept_waiting(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While what was added is still being taken over, others are answered from what is there; then from all."""
    store = new_store(tmp_path)
    put(store, "/handbook", document("規程", "経費の上限は一日五千円です"))
    knowledge = Knowledge(store, RankingIndex(store, None))
    assert knowledge.library().search(Question(QUESTION), 1).hits
    begun, goes_on, refresh = threading.Event(), threading.Event(), RankingIndex.refresh

    def slow(index: RankingIndex) -> None:
        begun.set()
        goes_on.wait(30)
        refresh(index)

    monkeypatch.setattr(RankingIndex, "refresh", slow)
    put(store, "/holidays", document("休暇", "有給休暇は年に二十日です"))
    knowledge.refresh_timeout = 0.05
    begin = time.monotonic()
    assert "五千円" in knowledge.library().search(Question(QUESTION), 1).hits[0].passage.text
    assert begun.is_set()
    assert time.monotonic() - begin < 10
    assert knowledge.library().engine.size == 1
    knowledge.refresh_timeout = None
    goes_on.set()
    assert knowledge.library().engine.size == 2
    store.close()
