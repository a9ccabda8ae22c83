"""What happens to messages while a shard goes from one process to another, within one process of the tests."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import delete, update

from bot.discord.answers import answering
from bot.discord.client import KotaeClient
from bot.discord.sharding import ownership
from index.audience import Audience
from index.store.connection import writing
from index.store.schema import leases
from index.store.store import Store
from tests.bot.discord.company import Company, connected, new_company, texts, until
from tests.bot.discord.sharding.shards import serving
from tests.loopback_discord.scenario import asynchronous
from tests.loopback_discord.world.permissions import Overwrite, Permission
from tests.stores import document, put

READING = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY
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


def test_a_kept_question_is_answered_by_the_roles_of_now(store: Store) -> None:
    """Whoever lost a role while nobody had the shard is not shown what it takes that role to read."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server, world = company.server, company.server.world
        trusted = world.add_role(company.guild, "信頼", Permission.NONE)
        vault, hall = (world.add_private_channel(company.guild, name, company.boss) for name in ("金庫", "広間"))
        for channel in (vault, hall):
            channel.overwrites.append(Overwrite(trusted.id, allow=READING))
        # She alone sees the hall without the role.
        hall.overwrites.append(Overwrite(company.hanako.id, is_member=True, allow=READING | Permission.SEND_MESSAGES))
        company.guild.members[company.hanako.id].roles.append(trusted)
        put(store, "/vault", document("a", WRITTEN), audience=Audience("channel", company.guild.id, vault.id))
        async with server, connected(company, store, serving("0", 1)) as client:
            await until(lambda: client.services.ownership.holds(None))
            question = "金庫の合言葉は何ですか？"
            asked = await server.send_message(company.hanako, hall, question, mentions=[world.bot])
            (answer,) = await server.replies(asked)
            assert "山と川" in str(answer.embeds)
            await lose(company, store, client)
            asked = await server.send_message(company.hanako, hall, question, mentions=[world.bot])
            await server.set_roles(company.guild, company.hanako)
            give_back(store)
            (answer,) = await server.replies(asked)
            assert "山と川" not in str(answer.embeds)

    play()


def test_what_was_begun_before_a_shard_was_lost_is_said_by_its_next_holder(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that was paused meanwhile may not know what permissions there are now."""
    monkeypatch.setattr(answering, "CLAIM", 1.0)
    monkeypatch.setattr(ownership, "CLAIM", 1.0)

    @asynchronous
    async def play() -> None:
        company = new_company()
        server, public = company.server, company.public
        async with learning(company, store) as client:
            paused = asyncio.Event()
            ask = client.answering._ask

            async def ask_and_pause(*arguments: Any) -> Any:
                found = await ask(*arguments)
                await paused.wait()
                return found

            monkeypatch.setattr(client.answering, "_ask", ask_and_pause)
            question = "金庫の合言葉は何ですか？"
            asked = await server.send_message(company.boss, public, question, mentions=[server.world.bot])
            await asyncio.sleep(0.2)
            await lose(company, store, client)
            paused.set()
            await server.no_reply(asked, 1)
            give_back(store)
            (answer,) = await server.replies(asked)
            assert "山と川" in str(answer.embeds)

    play()
