"""The bot on a server that is not quite Discord's: it runs, and shows nobody more than they may read."""

from __future__ import annotations

import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest

from bot.discord.client import KotaeClient
from bot.discord.other_servers import adapted_discord_py
from index.audience import EVERYBODY, Audience
from index.store.store import Store
from tests.bot.discord import errors
from tests.bot.discord.channel import Channel
from tests.bot.discord.example_bot import asynchronous
from tests.bot.discord.interactions import Interaction
from tests.bot.discord.journal import Call
from tests.bot.discord.knowledge_scene import Scene, new_client, new_scene, texts, until
from tests.bot.discord.message import Message
from tests.bot.discord.messages import Answer
from tests.bot.discord.other_server import CHANNEL_NOT_FOUND, make_other
from tests.bot.discord.permissions import Overwrite, Permission
from tests.bot.discord.world import Payload, User
from tests.index.stores import document, put

SECRET, OPEN = "合言葉は山と川です。", "受付は一階にあります。"
SECRET_QUESTION, OPEN_QUESTION = "合言葉は何ですか", "受付は何階にありますか"


@asynccontextmanager
async def running(scene: Scene, store: Store) -> AsyncIterator[KotaeClient]:
    """The bot on a server that differs, with something for the readers of the public channel, and for everybody."""
    make_other(scene.server)
    put(store, "/secret", document("secret", SECRET), audience=Audience("channel", scene.guild.id, scene.public.id))
    put(store, "/open", document("open", OPEN), audience=Audience(EVERYBODY))
    with adapted_discord_py():
        client = new_client(store)
        async with scene.server, scene.server.running(client):
            await until(lambda: (known := client.get_guild(scene.guild.id)) and not known.unavailable)
            yield client


async def ask(scene: Scene, asker: User, question: str, channel: Channel | None = None) -> Interaction:
    """Ask by command, in the public channel unless another is named."""
    return await scene.server.slash(asker, channel or scene.public, "ask", {"question": question})


async def mention(scene: Scene, asker: User, question: str, *others: User) -> Message:
    """Ask by mention, after mentioning others; the only reply."""
    people = [*others, scene.server.world.bot]
    written = await scene.server.send_message(asker, scene.public, question, mentions=people)
    (reply,) = await scene.server.replies(written)
    return reply


def said(answer: Interaction | Message) -> str:
    """The text of a card."""
    return str(answer.embeds[0]["description"])


def test_whoever_asks_is_answered_once_and_in_public(store: Store) -> None:
    """Commands, mentions beside others' and direct messages are answered, and no failure is told afterwards."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        async with running(scene, store):
            asked = await ask(scene, scene.hanako, SECRET_QUESTION)
            assert "山と川" in said(asked)
            assert not asked.ephemeral
            assert "山と川" in said(await mention(scene, scene.hanako, SECRET_QUESTION))
            assert await mention(scene, scene.hanako, SECRET_QUESTION, scene.boss)
            direct = scene.server.world.direct_channel(scene.hanako)
            written = await scene.server.send_message(scene.hanako, direct, SECRET_QUESTION)
            (reply,) = await scene.server.replies(written)
            assert "山と川" in said(reply)
            assert not asked.follow_ups

    play()


def test_the_application_is_that_of_the_token(store: Store) -> None:
    """Commands are registered for the bot itself, and are there though the answer does not tell their numbers."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        async with running(scene, store) as client:
            assert client.application_id == scene.server.world.bot.id
            assert scene.server.applications.commands[0]

    play()


def test_a_history_is_learnt(store: Store) -> None:
    """A channel is learnt by an administrator, whose permissions the interaction does not tell; by no one else."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        lunch = await scene.server.send_message(scene.hanako, scene.public, "昼休みは正午からです。")
        async with running(scene, store):
            options = {"channel": scene.public}
            refused = await scene.server.slash(scene.hanako, scene.public, "kotae doctor")
            assert "管理者" in refused.content
            await scene.server.slash(scene.boss, scene.public, "knowledge learn", options)
            await until(lambda: lunch.content in texts(store))

    play()


def test_threads_among_the_channels_are_known(store: Store) -> None:
    """In a thread that is told of as a channel, what the readers of its channel may read is said to them."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        thread = scene.server.world.add_thread(scene.public, "相談", scene.hanako)
        async with running(scene, store):
            asked = await ask(scene, scene.hanako, SECRET_QUESTION, thread)
            assert "山と川" in said(asked)
            assert not asked.ephemeral

    play()


def test_the_bot_waits_where_it_asked_too_much(store: Store) -> None:
    """Replies and responses come after the time that the server asks for, whichever proxies it has."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        async with running(scene, store):
            scene.server.limit_next("POST /channels/{channel_id}/messages")
            assert "山と川" in said(await mention(scene, scene.hanako, SECRET_QUESTION))
            scene.server.limit_next("POST /interactions/{interaction_id}/{interaction_token}/callback")
            assert "山と川" in said(await ask(scene, scene.hanako, SECRET_QUESTION))

    play()


def test_a_channel_that_is_gone_is_forgotten(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """A channel that was deleted while the bot was away takes what was learnt of it along, however that is said."""
    monkeypatch.setattr(errors, "UNKNOWN_CHANNEL", CHANNEL_NOT_FOUND)

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        lunch = await scene.server.send_message(scene.hanako, scene.public, "昼休みは正午からです。")
        elsewhere = scene.server.world.add_channel(scene.guild, "別室")
        async with running(scene, store):
            await scene.server.slash(scene.boss, elsewhere, "knowledge learn", {"channel": scene.public})
            await until(lambda: lunch.content in texts(store))
            await scene.server.gateway.drop()
            scene.server.world.remove_channel(scene.public)
            scene.server.gateway.sessions.clear()
            await until(lambda: lunch.content not in texts(store))

    play()


def test_a_changed_permission_counts_at_once(store: Store) -> None:
    """Of a change that tells neither the guild nor the position the overwrites are taken over."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        async with running(scene, store):
            elsewhere = await scene.server.create_channel(scene.guild, "別室")
            closed = Overwrite(scene.guild.id, deny=Permission.VIEW_CHANNEL)
            bot = Overwrite(scene.server.world.bot.id, is_member=True, allow=Permission.VIEW_CHANNEL)
            await scene.server.set_overwrites(scene.public, closed, bot)
            asked = await ask(scene, scene.hanako, SECRET_QUESTION, elsewhere)
            assert "山と川" not in said(asked)

    play()


@pytest.mark.parametrize(
    ("event", "lost"), [("CHANNEL_UPDATE", "permission_overwrites"), ("GUILD_ROLE_UPDATE", "role")]
)
def test_a_guild_is_not_trusted_where_a_change_is_not_understood(
    store: Store, caplog: pytest.LogCaptureFixture, event: str, lost: str
) -> None:
    """Who may read what is not known then: the bot goes on, with what is for everybody, and logs no content."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        async with running(scene, store):
            data: Payload = scene.public.to_payload() | {"guild_id": str(scene.guild.id), "name": "秘密の名"}
            data.pop(lost, None)
            await scene.server.gateway.dispatch(event, data, scene.guild)
            assert "山と川" not in said(await ask(scene, scene.hanako, SECRET_QUESTION))
            assert "山と川" not in said(await mention(scene, scene.boss, SECRET_QUESTION))
            assert "一階" in said(await ask(scene, scene.hanako, OPEN_QUESTION))

    with caplog.at_level(logging.ERROR, "kotae.discord"):
        play()
    assert [vars(record)["of"] for record in caplog.records if "of" in vars(record)] == [event]
    assert "秘密の名" not in caplog.text


def test_what_does_not_concern_permissions_costs_no_trust(store: Store) -> None:
    """A guild is answered from as before where an event about something else is not understood."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        async with running(scene, store):
            somebody: Payload = {"guild_id": str(scene.guild.id), "user": scene.boss.to_payload()}
            for event in ("GUILD_MEMBER_UPDATE", "GUILD_EMOJIS_UPDATE", "MESSAGE_CREATE", "THREAD_CREATE"):
                await scene.server.gateway.dispatch(event, somebody, scene.guild)
            assert "山と川" in said(await ask(scene, scene.hanako, SECRET_QUESTION))

    play()


def test_a_message_of_an_unknown_guild_is_no_direct_message(store: Store) -> None:
    """Where a message does not tell its guild, what its author alone may read is not said to all who see it."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        async with running(scene, store):
            dialect = scene.server.gateway.dialect
            unseen = str(scene.server.world.snowflake())

            def without_guild(event: str, data: Payload) -> Payload:
                data = dialect(event, data)
                return data | {"guild_id": None, "channel_id": unseen} if event == "MESSAGE_CREATE" else data

            scene.server.gateway.dialect = without_guild
            written = await scene.server.send_message(
                scene.hanako, scene.public, SECRET_QUESTION, mentions=[scene.server.world.bot]
            )
            await scene.server.no_reply(written)

    play()


def test_a_member_whose_roles_are_not_told_reads_what_everybody_reads(store: Store) -> None:
    """In direct messages a guild that tells no roles is left out, since a role may keep from reading."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        async with running(scene, store):
            dialect = scene.server.dialect

            def without_roles(call: Call, status: int, answer: Any) -> Answer:
                status, answer = dialect(call, status, answer)
                if call.template.endswith("/members/{user_id}"):
                    del answer["roles"]
                return status, answer

            scene.server.dialect = without_roles
            direct = scene.server.world.direct_channel(scene.hanako)
            written = await scene.server.send_message(scene.hanako, direct, SECRET_QUESTION)
            (reply,) = await scene.server.replies(written)
            assert "山と川" not in said(reply)

    play()
