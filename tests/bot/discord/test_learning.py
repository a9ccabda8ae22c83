from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from bot.settings import Settings
from index.store.channels import Channels
from index.store.store import Store
from tests.bot.discord.example_bot import asynchronous
from tests.bot.discord.interactions import Interaction
from tests.bot.discord.knowledge_scene import Scene, connected, new_scene, until
from tests.bot.discord.permissions import Permission
from tests.index.stores import new_store

COSTS = "経費の上限は一日五千円です。"
QUESTION = "経費の上限はいくらですか"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    """An empty store."""
    opened = new_store(tmp_path)
    yield opened
    opened.close()


def texts(store: Store) -> list[str]:
    """The texts of all passages."""
    return [kept.passage.text for _, _, kept in store.all()]


async def learn(scene: Scene, **options: object) -> Interaction:
    """Let the boss have the public channel learnt; wait until that is done."""
    options = options or {"channel": scene.public}
    asked = await scene.server.slash(scene.boss, scene.public, "knowledge learn", options)
    await until(lambda: "学びました" in asked.content)
    return asked


def test_a_channel_is_learnt_and_quoted_with_its_attribution(store: Store) -> None:
    """History is quoted with its author, its date and the way to it; the channel itself says that it is learnt from."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        async with scene.server:
            said = await scene.server.send_message(scene.hanako, scene.public, COSTS)
            async with connected(scene, store):
                await learn(scene)
                asked = await scene.server.slash(scene.hanako, scene.public, "ask", {"question": QUESTION})
                assert not asked.ephemeral
                card = asked.embeds[0]["description"]
                assert "**経費の上限は一日五千円です。**" in card
                assert "花子" in card
                assert f"/{scene.public.id}/{said.id})" in card
                assert any("学びました（1件）" in one.content for one in scene.public.messages.values())

    play()


def test_what_happens_later_is_learnt_within_seconds(store: Store) -> None:
    """A new message, its edit and its deletion reach the answers."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        async with scene.server, connected(scene, store):
            await learn(scene)
            said = await scene.server.send_message(scene.hanako, scene.public, COSTS)
            await until(lambda: texts(store) == [COSTS])
            await scene.server.edit_message(said, "経費の上限は一日六千円です。")
            await until(lambda: texts(store) == ["経費の上限は一日六千円です。"])
            await scene.server.delete_message(said)
            await until(lambda: texts(store) == [])
            asked = await scene.server.slash(scene.hanako, scene.public, "ask", {"question": QUESTION})
            assert "円" not in asked.embeds[0]["description"]

    play()


def test_what_happened_while_the_bot_was_away_is_noticed(store: Store) -> None:
    """After a restart what was written, edited and deleted meanwhile is as it is in Discord."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        async with scene.server:
            gone = await scene.server.send_message(scene.hanako, scene.public, "昼休みは正午からです。")
            edited = await scene.server.send_message(scene.boss, scene.public, COSTS)
            async with connected(scene, store):
                await learn(scene)
            await scene.server.delete_message(gone)
            await scene.server.edit_message(edited, "経費の上限はありません。")
            await scene.server.send_message(scene.hanako, scene.public, "会議室は四階です。")
            async with connected(scene, store):
                await until(lambda: "四階" in "".join(texts(store)))
                assert "正午" not in "".join(texts(store))
                assert "五千円" not in "".join(texts(store))
                assert "上限はありません" in "".join(texts(store))

    play()


@pytest.mark.parametrize("reason", ["member", "intent", "unreadable"])
def test_only_an_administrator_who_reads_a_channel_can_have_it_learnt(store: Store, reason: str) -> None:
    """Others are refused with the reason; without the intent it is said what to do."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        settings = Settings() if reason == "intent" else Settings(message_content=True)
        async with scene.server, connected(scene, store, settings):
            moderator = scene.server.world.add_role(scene.guild, "司会", Permission.MANAGE_MESSAGES)
            scene.server.world.add_member(scene.guild, scene.hanako, moderator)
            asker = scene.hanako if reason == "member" else scene.boss
            channel = scene.public
            if reason == "unreadable":
                channel = scene.server.world.add_private_channel(scene.guild, "秘密", scene.hanako)
                del channel.overwrites[-1]
            asked = await scene.server.slash(asker, scene.public, "knowledge learn", {"channel": channel})
            said = {"member": "管理者だけ", "intent": "Message Content Intent", "unreadable": "読めません"}
            assert said[reason] in asked.content
            assert asked.ephemeral
            assert not Channels(store).all()

    play()


def test_whoever_wants_to_be_forgotten_is(store: Store) -> None:
    """/kotae forget-me removes what somebody wrote, and keeps what they write out, until they want otherwise."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        async with scene.server:
            await scene.server.send_message(scene.hanako, scene.public, COSTS)
            async with connected(scene, store):
                await learn(scene)
                forgotten = await scene.server.slash(scene.hanako, scene.public, "kotae forget-me")
                assert "1件" in forgotten.content
                assert texts(store) == []
                await scene.server.send_message(scene.hanako, scene.public, "また書きました。")
                await scene.server.send_message(scene.boss, scene.public, "部長も書きました。")
                await until(lambda: texts(store) == ["部長も書きました。"])
                await scene.server.click(scene.hanako, forgotten.original, "kotae:remember")
                await until(lambda: COSTS in "".join(texts(store)))

    play()
