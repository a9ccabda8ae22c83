"""The command of a message's menu that saves it."""

from __future__ import annotations

import pytest

from bot.discord.learning.source_channels import SourceChannel
from index.store.discord.channels import Channels
from index.store.discord.message_rows import Message
from index.store.store import CHANNEL, Store
from tests.bot.discord.company import (
    Scene,
    connected,
    new_scene,
    offer_to_everyone,
    texts,
    until,
    with_moderator,
)
from tests.loopback_discord.scenario import asynchronous

SAVE = "ナレッジに保存"
# The type of the message that tells of a pin.
PINNED = 6


def test_a_message_is_saved_from_its_menu(store: Store) -> None:
    """Its author, its date and the way to it are the attribution; what is no text of a person's is refused."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        taro = with_moderator(scene)
        async with scene.server, connected(scene, store):
            written = await scene.server.send_message(
                scene.hanako, scene.public, "駐車場は<#1>の裏で、<@1>が鍵係です。"
            )
            saved = await scene.server.context_menu(taro, written, SAVE)
            assert "読めるのは#雑談 を読める人です。" in saved.content
            again = await scene.server.context_menu(taro, written, SAVE)
            assert "もう保存" in again.content
            picture = await scene.server.send_message(scene.hanako, scene.public, "！", files={"x.png": b"x"})
            assert "保存できません" in (await scene.server.context_menu(taro, picture, SAVE)).content
            asked = await scene.server.slash(scene.hanako, scene.public, "ask", {"question": "駐車場はどこ？"})
            card = asked.embeds[0]["description"]
            assert "駐車場は#…の裏で" in card
            assert "花子" in card
            assert f"/{scene.public.id}/{written.id})" in card
            await scene.server.delete_message(written)
            await until(lambda: texts(store) == [])

    play()


@pytest.mark.parametrize("where", ["thread", "channel"])
def test_what_was_saved_goes_with_its_thread_or_channel(store: Store, where: str) -> None:
    """Discord tells of no deleted message where the whole place is deleted."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        async with scene.server, connected(scene, store):
            thread = await scene.server.open_thread(scene.boss, scene.public, "駐車場")
            written = await scene.server.send_message(scene.boss, thread, "駐車場は裏です。")
            await scene.server.context_menu(scene.boss, written, SAVE)
            assert texts(store) == ["駐車場は裏です。"]
            await scene.server.delete_channel(thread if where == "thread" else scene.public)
            await until(lambda: texts(store) == [])

    play()


def test_members_save_nothing(store: Store) -> None:
    """Whoever may not manage messages is told so."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        async with scene.server, connected(scene, store):
            written = await scene.server.send_message(scene.boss, scene.public, "駐車場は裏です。")
            offer_to_everyone(scene)
            asked = await scene.server.context_menu(scene.hanako, written, SAVE)
            assert "メッセージを管理できる人だけ" in asked.content
            assert asked.ephemeral
            assert texts(store) == []

    play()


@pytest.mark.parametrize(
    ("case", "why"),
    [
        ("bot", "人が書いた文章がない"),
        ("system", "人が書いた文章がない"),
        ("picture", "人が書いた文章がない"),
        ("to the bot", "私にあてた発言は保存しません"),
        ("private thread", "非公開スレッドには"),
        ("opted out", "覚えないでほしい"),
        ("learnt", "もう答えに使えます"),
    ],
)
def test_what_is_not_saved_is_told_why(store: Store, case: str, why: str) -> None:
    """Each has its reason, and leaves nothing."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        world = scene.server.world
        thread = world.add_thread(scene.public, "相談", scene.boss, private=True)
        other = world.add_user("他のボット", bot=True)
        world.add_member(scene.guild, other)
        async with scene.server, connected(scene, store):
            if case == "opted out":
                Channels(store).opt_out(scene.hanako.id)
            author = other if case == "bot" else scene.boss if case == "private thread" else scene.hanako
            place = thread if case == "private thread" else scene.public
            text = "" if case == "picture" else "駐車場は裏です。"
            mentions = [world.bot] if case == "to the bot" else []
            files = {"x.png": b"x"} if case == "picture" else {}
            written = await scene.server.send_message(author, place, text, mentions=mentions, files=files)
            if case == "system":
                written.type = PINNED
            before = _learn(scene, store, written.id) if case == "learnt" else []
            asked = await scene.server.context_menu(scene.boss, written, SAVE)
            assert why in asked.content
            assert asked.ephemeral
            assert texts(store) == before

    play()


def _learn(scene: Scene, store: Store, message: int) -> list[str]:
    """Learn one message, as /knowledge learn would; gives the texts there are then."""
    place = SourceChannel(scene.guild.id, "会社", scene.public.id, "#雑談")
    source = store.put_source(CHANNEL, place.learnt, place.audience)
    channel = Channels(store).add(source, scene.public.id, "#雑談", "会社")
    sent = "2026-11-24T00:00:00+00:00"
    Channels(store).take(channel.number, [Message(message, scene.hanako.id, "花子", "駐車場は裏です。", sent)])
    return texts(store)


def test_a_saved_text_reads_as_people_see_it(store: Store) -> None:
    """Names stand for numbers; a channel that not all readers see is not named."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        world = scene.server.world
        open_to_all = world.add_channel(scene.guild, "案内")
        role = world.add_role(scene.guild, "総務")
        async with scene.server, connected(scene, store):
            text = (
                f"{scene.boss.mention}と<@&{role.id}>は<#{open_to_all.id}>か<#{scene.private.id}>で"
                "<t:1767225600:F>に<:ok:123>と<a:wave:456>を。<t:99999999999999>は**そのまま**。"
            )
            written = await scene.server.send_message(scene.hanako, scene.public, text)
            await scene.server.context_menu(scene.boss, written, SAVE)
            assert "".join(texts(store)) == (
                "@部長と@総務は#案内か#…で2026-01-01 00:00+00:00に:ok:と:wave:を。<t:99999999999999>は**そのまま**。"
            )

    play()
