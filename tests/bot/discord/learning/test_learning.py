from __future__ import annotations

import asyncio
import sqlite3
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import event, select

from bot.discord.learning.history import PAGE, LearnableChannel, threads_of
from bot.discord.learning.source_channels import SourceChannel
from bot.discord.requests import Pace
from bot.settings import Settings
from index.intake.worker import Worker
from index.store.connection import reading
from index.store.discord.channels import Channels
from index.store.schema import messages
from index.store.store import CHANNEL, Store
from tests.bot.discord.company import Company, connected, new_company, texts, until
from tests.bot.discord.test_client import button
from tests.loopback_discord.rest.interactions import Interaction
from tests.loopback_discord.scenario import asynchronous
from tests.loopback_discord.world.channel import Channel, ChannelType
from tests.loopback_discord.world.permissions import Overwrite, Permission

LARGEST_DATABASE = 1_000_000
COSTS = "経費の上限は一日五千円です。"
QUESTION = "経費の上限はいくらですか"
READING = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY


async def learn(company: Company, channel: Channel | None = None) -> Interaction:
    """Let the boss have a channel learnt, the public one unless another is named; wait until that is done."""
    options = {"channel": channel or company.public}
    asked = await company.server.slash(company.boss, company.public, "knowledge learn", options)
    await until(lambda: "学びました" in asked.content)
    return asked


def test_a_channel_is_learnt_and_quoted_with_its_attribution(store: Store) -> None:
    """History is quoted with its author, its date and the way to it; the channel itself says that it is learnt from."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server:
            said = await company.server.send_message(company.hanako, company.public, COSTS)
            async with connected(company, store):
                await learn(company)
                asked = await company.server.slash(company.hanako, company.public, "ask", {"question": QUESTION})
                assert not asked.ephemeral
                card = asked.embeds[0]["description"]
                assert "**経費の上限は一日五千円です。**" in card
                assert "花子" in card
                assert f"/{company.public.id}/{said.id})" in card
                assert any("学びました（1件）" in one.content for one in company.public.messages.values())

    play()


def test_an_answer_in_a_conversation_is_where_and_when_it_was_said(store: Store) -> None:
    """The way and the time are those of the message that answers, not of the one that began the conversation."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server, public, long_ago = company.server, company.public, datetime(2026, 1, 1, 3, tzinfo=UTC)
        async with server:
            asked = server.add_message(public, company.hanako, "経費の上限を知りたいです。", long_ago)
            reply = server.add_message(public, company.boss, COSTS, long_ago + timedelta(days=30), reply_to=asked)
            server.add_message(public, company.hanako, "わかりました。", long_ago + timedelta(days=30, minutes=1))
            async with connected(company, store):
                await learn(company)
                answer = await server.slash(company.hanako, public, "ask", {"question": QUESTION})
                card = answer.embeds[0]["description"]
                assert "**部長: 経費の上限は一日五千円です。**" in card
                assert f"/{public.id}/{reply.id})" in card
                assert f"<t:{int((long_ago + timedelta(days=30)).timestamp())}>" in card

    play()


def test_what_happens_later_is_learnt_within_seconds(store: Store) -> None:
    """A new message, its edit and its deletion reach the answers."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server, connected(company, store):
            await learn(company)
            said = await company.server.send_message(company.hanako, company.public, COSTS)
            await until(lambda: texts(store) == [COSTS])
            await company.server.edit_message(said, "経費の上限は一日六千円です。")
            await until(lambda: texts(store) == ["経費の上限は一日六千円です。"])
            await company.server.delete_message(said)
            await until(lambda: texts(store) == [])
            asked = await company.server.slash(company.hanako, company.public, "ask", {"question": QUESTION})
            assert "円" not in asked.embeds[0]["description"]

    play()


def test_another_process_may_begin_to_learn_from_a_channel(store: Store) -> None:
    """Which channels are learnt from is as it was two seconds ago at most."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        guild, public = company.guild, company.public
        async with company.server, connected(company, store):
            source = SourceChannel(guild.id, guild.name, public.id, public.name)
            number = store.put_source(CHANNEL, source.learnt, source.audience)
            Channels(store).add(number, public.id, public.name, guild.name, source.learnt)
            await asyncio.sleep(2)
            await company.server.send_message(company.hanako, public, COSTS)
            await until(lambda: texts(store) == [COSTS])

    play()


def test_what_happened_while_the_bot_was_away_is_noticed(store: Store) -> None:
    """After a restart what was written, edited and deleted meanwhile is as it is in Discord."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server:
            gone = await company.server.send_message(company.hanako, company.public, "昼休みは正午からです。")
            edited = await company.server.send_message(company.boss, company.public, COSTS)
            async with connected(company, store):
                await learn(company)
            await company.server.delete_message(gone)
            await company.server.edit_message(edited, "経費の上限はありません。")
            await company.server.send_message(company.hanako, company.public, "会議室は四階です。")
            async with connected(company, store):
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
        company = new_company()
        settings = Settings() if reason == "intent" else Settings(message_content=True)
        async with company.server, connected(company, store, settings):
            moderator = company.server.world.add_role(company.guild, "司会", Permission.MANAGE_MESSAGES)
            company.server.world.add_member(company.guild, company.hanako, moderator)
            asker = company.hanako if reason == "member" else company.boss
            channel = company.public
            if reason == "unreadable":
                channel = company.server.world.add_private_channel(company.guild, "秘密", company.hanako)
                del channel.overwrites[-1]
            asked = await company.server.slash(asker, company.public, "knowledge learn", {"channel": channel})
            said = {"member": "管理者だけ", "intent": "Message Content Intent", "unreadable": "読めません"}
            assert said[reason] in asked.content
            assert asked.ephemeral
            assert not Channels(store).all()

    play()


def test_whoever_wants_to_be_forgotten_is(store: Store) -> None:
    """/kotae forget-me removes what somebody wrote, and keeps what they write out, until they want otherwise."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        other = company.server.world.add_guild("取引先", owner=company.boss)
        elsewhere = company.server.world.add_channel(other, "部屋")
        async with company.server:
            await company.server.send_message(company.hanako, company.public, COSTS)
            async with connected(company, store):
                await learn(company)
                await company.server.slash(company.boss, elsewhere, "knowledge learn", {"channel": elsewhere})
                await until(lambda: len(Channels(store).all()) == 2)
                await until(lambda: not any(one.learnt_to for one in Channels(store).all()))
                forgotten = await company.server.slash(company.hanako, company.public, "kotae forget-me")
                assert "1件" in forgotten.content
                assert texts(store) == []
                await company.server.send_message(company.hanako, company.public, "また書きました。")
                await company.server.send_message(company.boss, company.public, "部長も書きました。")
                await until(lambda: texts(store) == ["部長も書きました。"])
                begun = len(company.server.requests)
                await company.server.click(company.hanako, forgotten.original, "kotae:remember")
                await until(lambda: COSTS in "".join(texts(store)))
                # Where they are no member nobody goes through anything, and nowhere for who is not forgotten.
                assert not [one for one in company.server.requests[begun:] if f"/channels/{elsewhere.id}/" in one.path]
                begun = len(company.server.requests)
                await company.server.click(company.hanako, forgotten.original, "kotae:remember")
                await company.server.send_message(company.boss, company.public, "後から書きました。")
                await until(lambda: "後から書きました。" in "".join(texts(store)))
                assert not [one for one in company.server.requests[begun:] if one.method == "GET"]

    play()


def test_threads_and_forum_posts_are_learnt(store: Store) -> None:
    """Open and archived threads with their titles; a private thread, and one that the bot opened, are left out."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server = company.server
        async with server:
            forum = server.world.add_channel(company.guild, "相談", kind=ChannelType.FORUM)
            thread = await server.open_thread(company.hanako, company.public, "経費のこと")
            server.add_message(thread, company.hanako, "スレッドの話です。")
            for number in range(60):
                old = await server.open_thread(company.hanako, company.public, f"昔の話{number}")
                server.add_message(old, company.hanako, f"昔の{number}番です。")
                await server.archive(old, datetime(2026, 1, 1, tzinfo=UTC) + timedelta(hours=number))
            secret = await server.open_thread(company.boss, company.public, "内緒", private=True)
            secret.participants.add(server.world.bot.id)
            server.add_message(secret, company.boss, "内緒の話です。")
            own = await server.open_thread(server.world.bot, company.public, "質問")
            server.add_message(own, company.hanako, "ボットへの話です。")
            async with connected(company, store):
                await learn(company)
                found = "".join(texts(store))
                assert "スレッドの話" in found
                assert all(f"昔の{number}番" in found for number in range(60))
                assert "内緒" not in found
                assert "ボットへ" not in found
                await server.slash(company.boss, company.public, "knowledge learn", {"channel": forum})
                post, _ = await server.post(company.hanako, forum, "机が壊れました", "総務に言ってください。")
                await until(lambda: "総務に言って" in "".join(texts(store)))
                assert "#相談 › 机が壊れました" in {kept.passage.title for _, _, kept in store.all()}
                await server.rename(post, "椅子が壊れました")
                await until(lambda: "#相談 › 椅子が壊れました" in {kept.passage.title for _, _, kept in store.all()})
                live = await server.open_thread(company.hanako, company.public, "新しい話")
                await server.send_message(company.hanako, live, "新しいスレッドです。")
                await until(lambda: "新しいスレッド" in "".join(texts(store)))
                await server.send_message(company.boss, secret, "まだ内緒です。")
                await server.delete_channel(live)
                await until(lambda: "新しいスレッド" not in "".join(texts(store)))
                await server.delete_channel(forum)
                await until(lambda: "総務に言って" not in "".join(texts(store)))
                assert "内緒" not in "".join(texts(store))

    play()


def test_an_archive_of_many_pages_is_listed_to_its_end(store: Store) -> None:
    """Every thread once, whatever the order in which they were archived."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server:
            for number in range(2 * PAGE + 10):
                thread = company.server.world.add_thread(company.public, f"昔の話{number}", company.hanako)
                thread.archived, thread.archived_at = True, datetime(2026, 1, 1, tzinfo=UTC) - timedelta(hours=number)
            async with connected(company, store) as client:
                channel = client.get_channel(company.public.id)
                assert isinstance(channel, LearnableChannel)
                listed = [thread.name async for thread in threads_of(channel, Pace())]
                assert sorted(listed) == sorted(f"昔の話{number}" for number in range(2 * PAGE + 10))

    play()


def test_a_server_that_cannot_list_threads_is_learnt_from_all_the_same(store: Store) -> None:
    """Without a list, the channel itself and the threads that were told of are learnt, and nothing is taken away."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server:
            company.server.unknown_routes.add("GET /guilds/{guild_id}/threads/active")
            await company.server.send_message(company.hanako, company.public, COSTS)
            thread = await company.server.open_thread(company.hanako, company.public, "昼")
            company.server.add_message(thread, company.hanako, "スレッドの話です。")
            async with connected(company, store):
                await learn(company)
                assert set(texts(store)) == {COSTS, "スレッドの話です。"}

    play()


def test_many_messages_are_deleted_at_once(store: Store) -> None:
    """What a moderator purges is gone from the answers; a channel deleted while the bot was away takes all along."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server:
            spam = [
                company.server.add_message(company.public, company.hanako, f"宣伝{number}です。") for number in range(9)
            ]
            async with connected(company, store):
                await learn(company)
                await company.server.send_message(company.hanako, company.public, COSTS)
                await until(lambda: COSTS in "".join(texts(store)))
                await company.server.delete_messages(spam)
                await until(lambda: texts(store) == [COSTS])
            await company.server.delete_channel(company.public)
            async with connected(company, store):
                await until(lambda: texts(store) == [])
                assert store.locations() == []

    play()


def test_nobody_is_answered_with_their_own_question(store: Store) -> None:
    """What is said to the bot is not learnt, nor a question that nobody answered."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server, connected(company, store):
            await learn(company)
            asked = await company.server.send_message(
                company.hanako, company.public, "経費の上限を書いておいて", mentions=[company.server.world.bot]
            )
            (card,) = await company.server.replies(asked)
            await company.server.send_message(company.hanako, company.public, "返事です。", reply_to=card)
            await company.server.send_message(company.boss, company.public, "お昼の時間です。")
            await until(lambda: texts(store) == ["お昼の時間です。"])

    play()


def test_a_channel_that_became_private_is_private_at_once(store: Store) -> None:
    """Whoever can no longer read the channel is no longer answered from it, not even by a button of before."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        world = company.server.world
        async with company.server:
            await company.server.send_message(company.boss, company.public, COSTS)
            async with connected(company, store):
                await learn(company)
                lobby = world.add_channel(company.guild, "広場")
                asked = await company.server.slash(company.hanako, company.public, "ask", {"question": QUESTION})
                in_public = asked.original
                only = [Overwrite(one.id, is_member=True, allow=READING) for one in (company.boss, world.bot)]
                await company.server.set_overwrites(
                    company.public, Overwrite(company.guild.id, deny=Permission.VIEW_CHANNEL), *only
                )
                assert in_public is not None
                in_public.channel = lobby  # as if the card had been there
                again = await company.server.click(company.hanako, in_public, button(in_public, "context"))
                assert "五千円" not in str(again.embeds)
                # What not all may read any more is not left on the card either.
                assert "五千円" not in str(in_public.embeds)
                assert "答え直しました" in str(in_public.embeds)
                refused = await company.server.slash(company.hanako, lobby, "ask", {"question": QUESTION})
                assert "五千円" not in str(refused.embeds)
                shown = await company.server.slash(company.boss, lobby, "ask", {"question": QUESTION})
                assert shown.ephemeral
                assert "五千円" in str(shown.embeds)
                assert "あなただけに表示" in str(shown.embeds)

    play()


def test_a_mention_where_not_all_may_read_offers_to_answer_alone(store: Store) -> None:
    """In public only what all may read is searched; the button answers whoever clicks with what they may read."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server:
            await company.server.send_message(company.boss, company.private, COSTS)
            async with connected(company, store):
                await learn(company, channel=company.private)
                asked = await company.server.send_message(
                    company.boss, company.public, QUESTION, mentions=[company.server.world.bot]
                )
                (card,) = await company.server.replies(asked)
                assert "五千円" not in str(card.embeds)
                assert "全員が読める文書だけ" in str(card.embeds)
                alone = await company.server.click(company.boss, card, "kotae:alone")
                assert alone.ephemeral
                assert "五千円" in str(alone.embeds)
                other = await company.server.click(company.hanako, card, "kotae:alone")
                assert "五千円" not in str(other.embeds)
                direct = await company.server.send_message(
                    company.boss, company.server.world.direct_channel(company.boss), QUESTION
                )
                (answered,) = await company.server.replies(direct)
                assert "五千円" in str(answered.embeds)
                strange = await company.server.send_message(
                    company.hanako, company.server.world.direct_channel(company.hanako), QUESTION
                )
                (unanswered,) = await company.server.replies(strange)
                assert "五千円" not in str(unanswered.embeds)

    play()


def test_a_member_is_known_where_messages_do_not_tell_who_they_are_from(store: Store) -> None:
    """Servers other than Discord's may tell the author of a message without their roles: they are asked for."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        company.server.gateway.tells_members_with_messages = False
        async with company.server:
            await company.server.send_message(company.boss, company.private, COSTS)
            async with connected(company, store):
                await learn(company, channel=company.private)
                for channel, readable in ((company.private, True), (company.public, False)):
                    asked = await company.server.send_message(
                        company.boss, channel, QUESTION, mentions=[company.server.world.bot]
                    )
                    (card,) = await company.server.replies(asked)
                    assert ("五千円" in str(card.embeds)) is readable

    play()


def test_what_a_full_disk_kept_from_being_learnt_is_learnt_later(store: Store) -> None:
    """New messages and edits that could not be stored are looked for in the history until they are."""
    pages = {"max_page_count": LARGEST_DATABASE}

    def limit(connection: sqlite3.Connection, *_: object) -> None:
        connection.execute(f"PRAGMA max_page_count = {pages['max_page_count']}")

    event.listen(store.engine, "checkout", limit)

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server:
            first = await company.server.send_message(company.hanako, company.public, COSTS)
            async with connected(company, store):
                await learn(company)
                pages["max_page_count"] = 1  # SQLite takes it for as many as there are
                await company.server.edit_message(first, "経費の上限は一日六千円です。")
                for number in range(30):
                    await company.server.send_message(company.hanako, company.public, f"{number}番です。" * 60)
                await asyncio.sleep(0.5)
                assert len(texts(store)) < 30
                pages["max_page_count"] = LARGEST_DATABASE
                people = company.hanako, company.boss
                there = {one.id: one.content for one in company.public.messages.values() if one.author in people}
                (channel,) = Channels(store).all()
                await until(lambda: {one.id: one.text for one in Channels(store).messages(channel.number)} == there, 25)

    play()


def stored_messages(store: Store) -> list[str]:
    """What the messages say that are stored, taken in or not."""
    with reading(store.engine) as connection:
        return list(connection.execute(select(messages.c.text)).scalars())


def test_a_history_is_read_by_the_bot_and_taken_in_by_workers(store: Store) -> None:
    """Where intake is queued; what is said from then on, and what is deleted, is so at once."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        settings = Settings(message_content=True, questions_a_minute=1_000, queued_intake=True)
        async with company.server:
            await company.server.send_message(company.hanako, company.public, COSTS)
            gone = await company.server.send_message(company.boss, company.public, "会議室は四階です。")
            async with connected(company, store, settings):
                await learn(company)
                assert texts(store) == []
                await company.server.delete_message(gone)
                await until(lambda: "会議室は四階です。" not in stored_messages(store))
                with Worker(store) as worker:
                    assert await asyncio.to_thread(worker.work) is not None
                assert "五千円" in "".join(texts(store))
                assert "四階" not in "".join(texts(store))
                asked = await company.server.slash(company.hanako, company.public, "ask", {"question": QUESTION})
                assert "五千円" in asked.embeds[0]["description"]
                await company.server.send_message(company.hanako, company.public, "昼休みは正午からです。")
                await until(lambda: "正午" in "".join(texts(store)))

    play()
