"""Who acts for a shard, within one process of the tests."""

from __future__ import annotations

import asyncio
import threading

import pytest
from sqlalchemy import delete, update

from bot.discord.answers import answering
from bot.discord.client import KotaeClient
from bot.discord.sharding import ownership
from index.store.connection import writing
from index.store.leases import Leases, all_leases
from index.store.schema import leases
from index.store.store import Store
from tests.bot.discord.company import connected, new_client, new_company, until
from tests.bot.discord.sharding.shards import serving
from tests.loopback_discord.scenario import asynchronous

QUESTION = "宿泊費は？"
BOTH = serving("0", 1)


async def hold(client: KotaeClient) -> None:
    """Wait until a client acts for the only shard."""
    await until(lambda: client.services.ownership.holds(None))


def test_a_lost_shard_is_noticed_and_left_to_its_holder(store: Store) -> None:
    """Whoever lost its lease acts no longer, and again once it is free."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server, connected(company, store, BOTH) as client:
            await hold(client)
            with writing(store.engine) as connection:
                connection.execute(update(leases).values(holder="another"))
            await until(lambda: not client.services.ownership.holds(company.guild.id))
            asked = await company.server.send_message(
                company.hanako, company.public, QUESTION, mentions=[company.server.world.bot]
            )
            await company.server.no_reply(asked, 1)
            with writing(store.engine) as connection:
                connection.execute(delete(leases))
            await hold(client)
            await company.server.replies(asked)

    play()


def test_a_process_without_a_connection_lets_others_have_its_shards(store: Store) -> None:
    """It renews nothing that it is not connected for."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        client = new_client(store, BOTH)
        async with company.server, company.server.running(client):
            await hold(client)
            client.services.ownership._is_connected = lambda _: False  # type: ignore[attr-defined]
            await until(lambda: not client.services.ownership.holds(None), ownership.LEASE + 4)
            await until(lambda: not any(lease.seconds for lease in all_leases(store, "shard ")))

    play()


def test_what_a_process_began_to_answer_and_did_not_is_answered(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once its claim has expired, since it was killed; not while it may still answer."""
    monkeypatch.setattr(answering, "CLAIM", 2.0)

    @asynchronous
    async def play() -> None:
        company = new_company()
        dead = Leases(store, "dead")
        async with company.server, connected(company, store, BOTH) as client:
            await hold(client)
            claim = client.services.ownership.claim

            async def claimed_before(name: str, *, checked: bool = False) -> bool:
                dead.acquire(name, 2.0)
                return await claim(name, checked=checked)

            client.services.ownership.claim = claimed_before  # type: ignore[method-assign]
            asked = await company.server.send_message(
                company.hanako, company.public, QUESTION, mentions=[company.server.world.bot]
            )
            await company.server.no_reply(asked, 1)
            client.services.ownership.claim = claim  # type: ignore[method-assign]
            await company.server.replies(asked)

    play()


@pytest.mark.parametrize("settling", [0.0, 60.0])
def test_what_is_claimed_is_answered_once(store: Store, monkeypatch: pytest.MonkeyPatch, settling: float) -> None:
    """Whether it is known to others first or a moment later; nobody claims it in this process or another one."""
    monkeypatch.setattr(ownership, "SETTLING", settling)

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server, connected(company, store, BOTH) as client:
            await hold(client)
            claims = client.services.ownership.claim
            names = [f"message {number}" for number in range(50)]
            assert all(await asyncio.gather(*map(claims, names)))
            assert not any(await asyncio.gather(*(claims(name, checked=True) for name in names)))
            client.services.ownership.finish(names[0])
            await client.services.ownership.flush()
            assert not any(await asyncio.gather(*(claims(name, checked=True) for name in names)))
            assert Leases(store, "another").acquire_all(names, 60) == set()
            kept = {one.name: one.seconds for one in all_leases(store, "message ")}
            assert kept[names[0]] > ownership.CLAIM > kept[names[1]]

    play()


def test_what_was_answered_is_known_to_others_also_where_the_database_was_slow(store: Store) -> None:
    """A process that leaves waits for what has not been written yet."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server, connected(company, store, BOTH) as client:
            await hold(client)
            owned = client.services.ownership
            slow = threading.Event()
            owned._writer.submit(slow.wait)  # type: ignore[attr-defined]
            owned.finish("message 1")
            await until(lambda: not owned._notes)  # type: ignore[attr-defined]
            flushing = asyncio.create_task(owned.flush())
            await asyncio.sleep(0.1)
            slow.set()
            await flushing
            assert [one.name for one in all_leases(store, "message ")] == ["message 1"]

    play()
