"""The command of a message's menu that saves it."""

from __future__ import annotations

import pytest

from bot.discord.learning.source_channels import SourceChannel
from index.store.discord.channels import Channels
from index.store.discord.message_rows import Message
from index.store.store import CHANNEL, Store
from tests.bot.discord.company import (
    Company,
    connected,
    new_company,
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
        company = new_company()
        taro = with_moderator(company)
        async with company.server, connected(company, store):
            written = await company.server.send_message(
                company.hanako, company.public, "駐車場は<#1>の裏で、<@1>が鍵係です。"
            )
            saved = await company.server.context_menu(taro, written, SAVE)
            assert "読めるのは#雑談 を読める人です。" in saved.content
            again = await company.server.context_menu(taro, written, SAVE)
            assert "もう保存" in again.content
            picture = await company.server.send_message(company.hanako, company.public, "！", files={"x.png": b"x"})
            assert "保存できません" in (await company.server.context_menu(taro, picture, SAVE)).content
            asked = await company.server.slash(company.hanako, company.public, "ask", {"question": "駐車場はどこ？"})
            card = asked.embeds[0]["description"]
            assert "駐車場は#…の裏で" in card
            assert "花子" in card
            assert f"/{company.public.id}/{written.id})" in card
            await company.server.delete_message(written)
            await until(lambda: texts(store) == [])

    play()


@pytest.mark.parametrize("where", ["thread", "channel"])
def test_what_was_saved_goes_with_its_thread_or_channel(store: Store, where: str) -> None:
    """Discord tells of no deleted message where the whole place is deleted."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server, connected(company, store):
            thread = await company.server.open_thread(company.boss, company.public, "駐車場")
            written = await company.server.send_message(company.boss, thread, "駐車場は裏です。")
            await company.server.context_menu(company.boss, written, SAVE)
            assert texts(store) == ["駐車場は裏です。"]
            await company.server.delete_channel(thread if where == "thread" else company.public)
            await until(lambda: texts(store) == [])

    play()


def test_members_save_nothing(store: Store) -> None:
    """Whoever may not manage messages is told so."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server, connected(company, store):
            written = await company.server.send_message(company.boss, company.public, "駐車場は裏です。")
            offer_to_everyone(company)
            asked = await company.server.context_menu(company.hanako, written, SAVE)
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
        company = new_company()
        world = company.server.world
        thread = world.add_thread(company.public, "相談", company.boss, private=True)
        other = world.add_user("他のボット", bot=True)
        world.add_member(company.guild, other)
        async with company.server, connected(company, store):
            if case == "opted out":
                Channels(store).opt_out(company.hanako.id)
            author = other if case == "bot" else company.boss if case == "private thread" else company.hanako
            place = thread if case == "private thread" else company.public
            text = "" if case == "picture" else "駐車場は裏です。"
            mentions = [world.bot] if case == "to the bot" else []
            files = {"x.png": b"x"} if case == "picture" else {}
            written = await company.server.send_message(author, place, text, mentions=mentions, files=files)
            if case == "system":
                written.type = PINNED
            before = _learn(company, store, written.id) if case == "learnt" else []
            asked = await company.server.context_menu(company.boss, written, SAVE)
            assert why in asked.content
            assert asked.ephemeral
            assert texts(store) == before

    play()


def _learn(company: Company, store: Store, message: int) -> list[str]:
    """Learn one message, as /knowledge learn would; gives the texts there are then."""
    place = SourceChannel(company.guild.id, "会社", company.public.id, "#雑談")
    source = store.put_source(CHANNEL, place.learnt, place.audience)
    channel = Channels(store).add(source, company.public.id, "#雑談", "会社")
    sent = "2026-11-24T00:00:00+00:00"
    Channels(store).take(channel.number, [Message(message, company.hanako.id, "花子", "駐車場は裏です。", sent)])
    return texts(store)


def test_a_saved_text_reads_as_people_see_it(store: Store) -> None:
    """Names stand for numbers; a channel that not all readers see is not named."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        world = company.server.world
        open_to_all = world.add_channel(company.guild, "案内")
        role = world.add_role(company.guild, "総務")
        async with company.server, connected(company, store):
            text = (
                f"{company.boss.mention}と<@&{role.id}>は<#{open_to_all.id}>か<#{company.private.id}>で"
                "<t:1767225600:F>に<:ok:123>と<a:wave:456>を。<t:99999999999999>は**そのまま**。"
            )
            written = await company.server.send_message(company.hanako, company.public, text)
            await company.server.context_menu(company.boss, written, SAVE)
            assert "".join(texts(store)) == (
                "@部長と@総務は#案内か#…で2026-01-01 00:00+00:00に:ok:と:wave:を。<t:99999999999999>は**そのまま**。"
            )

    play()
