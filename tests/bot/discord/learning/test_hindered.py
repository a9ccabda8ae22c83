"""Learning goes on where some of Discord does not answer, and what is said of it does not stay as it was."""

from __future__ import annotations

import pytest

from bot.discord.learning import backfill
from index.store.discord.guilds import Guilds
from index.store.store import Store
from tests.bot.discord.company import Company, connected, new_company, texts, until
from tests.loopback_discord.rest.interactions import Interaction
from tests.loopback_discord.scenario import asynchronous
from tests.loopback_discord.world.channel import Channel
from tests.loopback_discord.world.message import Message

EDIT_MESSAGE = "PATCH /channels/{channel_id}/messages/{message_id}"
DELETE_MESSAGE = "DELETE /channels/{channel_id}/messages/{message_id}"
EDIT_RESPONSE = "PATCH /webhooks/{webhook_id}/{webhook_token}/messages/@original"
HISTORY = "GET /channels/{channel_id}/messages"


@pytest.fixture(autouse=True)
def impatience(monkeypatch: pytest.MonkeyPatch) -> None:
    """Others do not wait for what Discord does not give soon."""
    monkeypatch.setattr(backfill, "TIMEOUT", 0.3)


async def begin(company: Company, channel: Channel) -> Interaction:
    """Let the boss begin to have a channel learnt."""
    return await company.server.slash(company.boss, company.public, "knowledge learn", {"channel": channel})


def said_in(company: Company, channel: Channel) -> list[Message]:
    """What the bot says in a channel."""
    return [one for one in channel.messages.values() if one.author is company.server.world.bot]


@pytest.mark.parametrize("status", [500, 503], ids=["that discord.py asks again for", "told at once"])
def test_channels_that_always_fail_keep_no_others_from_being_learnt(store: Store, status: int) -> None:
    """As many as are learnt at a time fail for ever: another is learnt, the doctor names them, and their end is caught up."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server = company.server
        broken = [server.world.add_channel(company.guild, f"壊れた{number}") for number in range(3)]
        for channel in broken:
            server.add_message(channel, company.hanako, f"{channel.name}の話です。")
        server.add_message(company.public, company.hanako, "経費の上限は一日五千円です。")
        async with server, connected(company, store) as client:
            server.failing = {channel.id: status for channel in broken}
            for channel in broken:
                await begin(company, channel)
            asked = await begin(company, company.public)
            await until(lambda: "学びました（1件）" in asked.content, 5)
            await until(lambda: client.learning and len(client.learning.failing(client.guilds[0])) == len(broken))
            checked = await server.slash(company.boss, company.public, "kotae doctor")
            assert all(f"<#{channel.id}>" in str(checked.embeds) for channel in broken)
            server.failing = {}
            await until(lambda: len(texts(store)) == 4, 20)

    play()


def test_a_thread_that_always_fails_keeps_no_others_of_its_channel_from_being_learnt(store: Store) -> None:
    """It is gone through last, and again until it can be."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server = company.server
        async with server:
            threads = [await server.open_thread(company.hanako, company.public, f"話{number}") for number in range(4)]
            for thread in threads:
                server.add_message(thread, company.hanako, f"{thread.name}の続きです。")
            server.failing = {thread.id: 503 for thread in threads[:2]}
            async with connected(company, store):
                asked = await begin(company, company.public)
                await until(lambda: len(texts(store)) == 2)
                assert "学びました" not in asked.content
                server.failing = {}
                await until(lambda: "学びました（4件）" in asked.content, 20)

    play()


@pytest.mark.parametrize("refused", [EDIT_RESPONSE, EDIT_MESSAGE])
def test_one_refused_edit_does_not_leave_the_other(store: Store, refused: str) -> None:
    """Whoever asked and those in the channel are told of the end without each other; what cannot be edited is deleted."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server = company.server
        server.failing = {refused: 403}
        async with server, connected(company, store):
            asked = await begin(company, company.public)
            if refused == EDIT_RESPONSE:
                await until(lambda: ["学びました" in one.content for one in said_in(company, company.public)] == [True])
            else:
                await until(lambda: "学びました" in asked.content)
                await until(lambda: server.requests[-1].method == "DELETE")
                assert not said_in(company, company.public)
            await until(lambda: Guilds(store).settings(company.guild.id) == {})

    play()


@pytest.mark.parametrize("removed", [False, True], ids=["still learnt", "removed meanwhile"])
@pytest.mark.parametrize("away", [False, True], ids=["tried again", "after a restart"])
def test_what_could_not_be_said_is_said_later(store: Store, *, away: bool, removed: bool) -> None:
    """The end of learning is told when Discord takes it again, by this run or the next, also of what is removed."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server = company.server
        async with server:
            async with connected(company, store):
                server.failing = {EDIT_MESSAGE: 503, DELETE_MESSAGE: 503}
                server.slow = {HISTORY: 0.2}
                await begin(company, company.public)
                await until(lambda: said_in(company, company.public))
                if removed and not away:
                    store.remove_source(store.locations()[0][0])
                await until(lambda: any(one.status == 503 for one in server.requests))
                if not away:
                    server.failing = {}
                    await until(lambda: Guilds(store).settings(company.guild.id) == {}, 20)
            if away:
                if removed:
                    store.remove_source(store.locations()[0][0])
                server.failing = {}
                async with connected(company, store):
                    await until(lambda: Guilds(store).settings(company.guild.id) == {})
        (said,) = said_in(company, company.public)
        assert ("学ぶのをやめました" if removed else "学びました（0件）") in said.content

    play()


def test_a_deleted_message_is_not_missed(store: Store) -> None:
    """Where somebody has deleted what is said in the channel, nothing is left to be told there."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server = company.server
        async with server, connected(company, store):
            server.slow = {HISTORY: 0.2}
            asked = await begin(company, company.public)
            await until(lambda: said_in(company, company.public))
            await server.delete_message(said_in(company, company.public)[0])
            await until(lambda: "学びました" in asked.content)
            await until(lambda: Guilds(store).settings(company.guild.id) == {})
            assert not said_in(company, company.public)

    play()


def test_all_who_ask_are_told_and_the_channel_once(store: Store) -> None:
    """Of a channel that is already being learnt no second message tells, and nobody's answer stays as it was."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server = company.server
        async with server, connected(company, store):
            server.slow = {HISTORY: 0.5}
            asked = [await begin(company, company.public) for _ in range(2)]
            await until(lambda: all("学びました" in one.content for one in asked))
            # The message in the channel is edited at the same time as theirs, before or after them.
            await until(lambda: all("学びました" in one.content for one in said_in(company, company.public)))
            assert len(said_in(company, company.public)) == 1

    play()
