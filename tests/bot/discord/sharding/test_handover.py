"""What happens to messages while a shard goes from one process to another, within one process of the tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from sqlalchemy import delete, update

from bot.discord.client import KotaeClient
from index.store.connection import writing
from index.store.schema import leases
from index.store.store import Store
from tests.bot.discord.company import Company, connected, new_company, texts, until
from tests.bot.discord.sharding.shards import serving
from tests.loopback_discord.scenario import asynchronous

WRITTEN = "金庫の合言葉は山と川です。"


@asynccontextmanager
async def learning(company: Company, store: Store) -> AsyncIterator[KotaeClient]:
    """A bot that acts for the only shard, and learns from the public channel."""
    async with company.server, connected(company, store, serving("0", 1)) as client:
        await until(lambda: client.services.ownership.holds(None))
        await company.server.slash(company.boss, company.public, "knowledge learn", {"channel": company.public})
        await company.server.send_message(company.hanako, company.public, WRITTEN)
        await until(lambda: texts(store))
        yield client


async def lose(company: Company, store: Store, client: KotaeClient) -> None:
    """Let another process take the shard."""
    with writing(store.engine) as connection:
        connection.execute(update(leases).where(leases.c.name.startswith("shard ")).values(holder="another"))
    await until(lambda: not client.services.ownership.holds(company.guild.id))


def give_back(store: Store) -> None:
    """Let the other process leave."""
    with writing(store.engine) as connection:
        connection.execute(delete(leases).where(leases.c.name.startswith("shard ")))


def test_what_waited_to_be_learnt_is_not_once_the_shard_is_lost(store: Store) -> None:
    """Whoever has the shard may have been told since that it is deleted, or edited again."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server, public = company.server, company.public
        async with learning(company, store) as client:
            (first,) = [one for one in public.messages.values() if one.content == WRITTEN]
            assert client.learning
            async with client.learning._locks[public.id]:
                await server.send_message(company.hanako, public, "予備の鍵は植木鉢の下です。")
                await server.edit_message(first, "予備の鍵は郵便受けの中です。")
                await lose(company, store, client)
            await asyncio.sleep(0.5)
            assert texts(store) == [WRITTEN]

    play()


def test_what_is_deleted_while_nobody_has_the_shard_is_not_quoted(store: Store) -> None:
    """Whoever takes it was told of that, and does not wait until the history is read."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server, public = company.server, company.public
        async with learning(company, store) as client:
            (secret,) = [one for one in public.messages.values() if one.content == WRITTEN]
            await lose(company, store, client)
            server.slow["GET /channels/{channel_id}/messages"] = 3.0
            await server.delete_messages([secret])
            asked = await server.send_message(
                company.boss, public, "金庫の合言葉は何ですか？", mentions=[server.world.bot]
            )
            give_back(store)
            (answer,) = await server.replies(asked)
            assert "山と川" not in str([answer.content, answer.embeds])

    play()
