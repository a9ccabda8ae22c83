from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta

import pytest

from bot.discord.client import KotaeClient
from bot.settings import Settings
from bot.wording.discord.permissions import PERMISSIONS
from index.audience import Audience
from index.search.knowledge import Knowledge
from index.search.ranking_index import RankingIndex
from index.store.discord.guilds import Guilds
from index.store.discord.unanswered_questions import UnansweredQuestions
from index.store.store import Store
from tests.bot.discord.company import SETTINGS, Company, connected, new_company
from tests.bot.discord.test_client import UNANSWERABLE, button, button_ids, description
from tests.loopback_discord.rest.interactions import Interaction
from tests.loopback_discord.scenario import asynchronous
from tests.loopback_discord.world.channel import Channel, ChannelType
from tests.loopback_discord.world.message import Message
from tests.loopback_discord.world.permissions import Overwrite, Permission
from tests.loopback_discord.world.users import User
from tests.stores import document, put

QUESTION = "経費の上限はいくらですか？"
ANSWER = "経費の上限は一日五千円です"
BONUS_QUESTION = "役員の賞与はいくらですか？"
# How long to wait to be sure that nothing is said; an answer takes a tenth of it.
SILENCE = 0.4


@pytest.fixture
def store(store: Store) -> Store:
    """A store that knows one thing."""
    put(store, "/handbook", document("規程", ANSWER, "有給休暇は年に二十日です"))
    return store


async def switch(company: Company, person: User | None = None, *, on: bool = True, **options: object) -> Interaction:
    """Switch auto-answering on or off, in the public channel if no other is named."""
    return await company.server.slash(
        person or company.boss, company.public, "kotae auto-answer", {"on": on, "channel": company.public} | options
    )


async def say(company: Company, text: str = QUESTION, place: Channel | None = None, **options: object) -> Message:
    """花子 writes something."""
    return await company.server.send_message(company.hanako, place or company.public, text, **options)  # type: ignore[arg-type]


async def answered(company: Company, text: str = QUESTION, place: Channel | None = None) -> Message:
    """The answer to what 花子 writes."""
    return (await company.server.replies(await say(company, text, place)))[0]


async def unanswered(company: Company, text: str = QUESTION, place: Channel | None = None, **options: object) -> None:
    """花子 writes something that is not answered."""
    await company.server.no_reply(await say(company, text, place, **options), SILENCE)


def test_a_question_is_answered_where_it_is_switched_on(store: Store) -> None:
    """The answer is a reply without a ping, with the usual buttons and one to mute; elsewhere nothing is said."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        other = company.server.world.add_channel(company.guild, "別室")
        async with company.server, connected(company, store):
            await unanswered(company)
            switched = await switch(company)
            assert switched.ephemeral
            assert "🔕" in switched.content
            asked = await say(company)
            (reply,) = await company.server.replies(asked)
            assert f"**{ANSWER}。**" in description(reply)
            assert reply.reference is asked
            assert not reply.mentions
            assert {"kotae:good", "kotae:bad", "kotae:mute"} <= {name[:10].rstrip(":") for name in button_ids(reply)}
            await unanswered(company, place=other)
            assert "やめ" not in (await switch(company, on=False)).content
            await unanswered(company, "有給休暇は年に何日ですか？")

    play()


def test_another_process_may_switch_it_on_and_off(store: Store) -> None:
    """Settings that are in memory are those of two seconds ago at most."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        channel = f"auto_answer.{company.public.id}"
        async with company.server, connected(company, store):
            await unanswered(company)
            Guilds(store).set(company.guild.id, channel, datetime.now(UTC).isoformat(timespec="seconds"))
            await asyncio.sleep(2)
            assert await company.server.replies(await say(company))
            Guilds(store).unset(company.guild.id, channel)
            await asyncio.sleep(2)
            await unanswered(company, "有給休暇は年に何日ですか？")

    play()


@pytest.mark.parametrize(
    "text",
    [
        "おはようございます",
        "経費の話、面白かったですね！",
        "経費の件、確認してもらえますか？",
        f"> {QUESTION}",
        f"```\n{QUESTION}\n```",
    ],
)
def test_remarks_stay_without_an_answer(store: Store, text: str) -> None:
    """What asks nothing of a document is left alone."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server, connected(company, store):
            await switch(company)
            await unanswered(company, text)

    play()


def test_who_speaks_to_somebody_else_is_not_answered(store: Store) -> None:
    """Mentions of others, of everyone and of roles, and replies to others are theirs; a reply to oneself is nobody's."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server, connected(company, store):
            await switch(company)
            theirs = await company.server.send_message(company.boss, company.public, "おはようございます")
            own = await say(company, "質問です")
            await unanswered(company, mentions=[company.boss])
            await unanswered(company, f"<@100000000000000001> {QUESTION}")
            await unanswered(company, f"<@&{company.guild.id}> {QUESTION}")
            await unanswered(company, f"@everyone {QUESTION}")
            await unanswered(company, reply_to=theirs)
            await unanswered(company, reply_to=theirs, ping=False)
            asked = await say(company, reply_to=own, ping=False)
            assert await company.server.replies(asked)

    play()


def test_other_bots_are_not_answered(store: Store) -> None:
    """Two bots would talk without end."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        other = company.server.world.add_user("別のボット", bot=True)
        company.server.world.add_member(company.guild, other)
        async with company.server, connected(company, store):
            await switch(company)
            await company.server.no_reply(await company.server.send_message(other, company.public, QUESTION), SILENCE)

    play()


def test_without_a_sure_answer_it_is_silent_and_notes_nothing(store: Store) -> None:
    """Below the threshold nothing is said, and no gap kept; whoever addresses the bot is told as ever."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server, connected(company, store) as client:
            await switch(company)
            await unanswered(company, UNANSWERABLE)
            await client.finish()
            assert UnansweredQuestions(store).all() == []
            asked = await say(company, UNANSWERABLE, mentions=[company.server.world.bot])
            (reply,) = await company.server.replies(asked)
            assert "見つかりませんでした" in description(reply)
            assert "kotae:mute" not in button_ids(reply)

    play()


def test_only_what_everyone_there_may_read_is_answered(store: Store) -> None:
    """What a private channel knows is not said in public, even to its reader; in that channel it is."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        audience = Audience("channel", company.guild.id, company.private.id)
        put(store, "private", document("経営", "役員の賞与は三百万円です"), audience=audience)
        async with company.server, connected(company, store):
            await switch(company)
            await switch(company, channel=company.private)
            public = await company.server.send_message(company.boss, company.public, BONUS_QUESTION)
            await company.server.no_reply(public, SILENCE)
            private = await company.server.send_message(company.boss, company.private, BONUS_QUESTION)
            assert "三百万円" in description((await company.server.replies(private))[0])

    play()


def test_the_same_is_answered_once_in_ten_minutes(store: Store) -> None:
    """Who repeats a question, in whatever order of its words, waits; another question, or another place, does not."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server, connected(company, store) as client:
            now = [0.0]
            assert client.auto_answer is not None
            client.auto_answer._clock = lambda: now[0]
            await switch(company)
            thread = await company.server.open_thread(company.hanako, company.public, "経費の話")
            assert await answered(company)
            await unanswered(company)
            await unanswered(company, "上限、経費はいくらでしょうか？")
            assert await answered(company, "有給休暇は年に何日ですか？")
            assert await answered(company, place=thread)
            now[0] = 599
            await unanswered(company)
            now[0] = 601
            assert await answered(company)

    play()


def test_a_message_is_answered_once(store: Store) -> None:
    """Neither an edit nor a repeated event makes the bot answer again, or late."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server, connected(company, store) as client:
            assert client.auto_answer is not None
            now = [0.0]
            client.auto_answer._clock = lambda: now[0]
            await switch(company)
            asked = await say(company)
            await company.server.replies(asked)
            now[0] = 1_000
            await company.server.edit_message(asked, "有給休暇は年に何日ですか？")
            await company.server.gateway.dispatch_message("MESSAGE_CREATE", asked)
            remark = await say(company, "おはようございます")
            await company.server.edit_message(remark, QUESTION)
            await asyncio.sleep(SILENCE)
            assert len(await company.server.replies(asked)) == 1

    play()


def test_a_deleted_question_is_not_answered(store: Store) -> None:
    """Who deletes a question while its answer is looked for is not answered."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server, connected(company, store) as client:
            await switch(company)
            waiting, deleted = asyncio.Event(), asyncio.Event()
            asker_of = client.services.asker_of

            async def slow_asker(*arguments: object) -> object:
                waiting.set()
                await deleted.wait()
                await asyncio.sleep(0.1)
                return await asker_of(*arguments)  # type: ignore[arg-type]

            client.services.asker_of = slow_asker  # type: ignore[method-assign,assignment]
            asked = await say(company)
            await waiting.wait()
            await company.server.delete_message(asked)
            deleted.set()
            await company.server.no_reply(asked, SILENCE)

    play()


def test_threads_and_posts_belong_to_their_channel(store: Store) -> None:
    """A public thread is answered in itself, a private one not; a post asks with its title and its text together."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        forum = company.server.world.add_channel(company.guild, "質問箱", kind=ChannelType.FORUM)
        async with company.server, connected(company, store):
            await switch(company)
            await switch(company, channel=forum)
            public = await company.server.open_thread(company.hanako, company.public, "経費の話")
            assert (await answered(company, place=public)).channel is public
            private = company.server.world.add_thread(company.public, "内緒", company.boss, private=True)
            private.participants |= {company.hanako.id, company.server.world.bot.id}
            await company.server.gateway.dispatch_thread("THREAD_CREATE", private)
            await unanswered(company, place=private)
            _, opening = await company.server.post(company.hanako, forum, "経費の上限について", "いくらですか？")
            assert ANSWER in description((await company.server.replies(opening))[0])
            _, greeting = await company.server.post(
                company.hanako, forum, "自己紹介", "新人です。よろしくお願いします！"
            )
            await company.server.no_reply(greeting, SILENCE)

    play()


def test_who_asks_much_waits_in_silence(store: Store) -> None:
    """Beyond the allowance there is no answer, and no refusal, which nobody asked for."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server, connected(company, store, SETTINGS._replace(questions_a_minute=1)):
            await switch(company)
            assert await answered(company)
            await unanswered(company, "有給休暇は年に何日ですか？")

    play()


def test_a_member_silences_a_channel_for_an_hour(store: Store) -> None:
    """Also through a thread, and over a restart; who addresses the bot is answered, and after the hour everybody."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server:
            async with connected(company, store):
                await switch(company)
                thread = await company.server.open_thread(company.hanako, company.public, "経費の話")
                reply = await answered(company, place=thread)
                muted = await company.server.click(company.hanako, reply, "🔕")
                assert muted.ephemeral
                assert "1時間" in muted.content
                await unanswered(company)
            async with connected(company, store):
                await unanswered(company, "有給休暇は年に何日ですか？")
                asked = await say(company, mentions=[company.server.world.bot])
                assert ANSWER in description((await company.server.replies(asked))[0])
                checked = await company.server.slash(company.boss, company.public, "kotae doctor")
                assert "まで静か" in str(checked.embeds)
            (name,) = Guilds(store).settings(company.guild.id)
            until = datetime.fromisoformat(Guilds(store).settings(company.guild.id)[name])
            assert timedelta(minutes=59) < until - datetime.now(UTC) <= timedelta(hours=1)
            Guilds(store).set(company.guild.id, name, (until - timedelta(hours=1, minutes=1)).isoformat())
            async with connected(company, store):
                assert await answered(company)

    play()


def test_a_moderator_switches_a_channel_off(store: Store) -> None:
    """Until it is switched on again, which the answer to the click says how to do; a member's click undoes nothing."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        taro = company.server.world.add_user("太郎")
        role = company.server.world.add_role(company.guild, "司会", Permission.MANAGE_MESSAGES)
        company.server.world.add_member(company.guild, taro, role)
        async with company.server, connected(company, store):
            await switch(company)
            reply = await answered(company)
            muted = await company.server.click(taro, reply, "🔕")
            assert "/kotae auto-answer" in muted.content
            assert "もうオフ" in (await company.server.click(company.hanako, reply, "🔕")).content
            assert Guilds(store).settings(company.guild.id) == {}
            await unanswered(company, "有給休暇は年に何日ですか？")
            await switch(company)
            assert await answered(company, "有給休暇は年に何日ですか？")

    play()


def test_the_mute_button_stays_while_leafing(store: Store) -> None:
    """Whoever turns the pages can silence the bot afterwards."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        put(store, "/more", document("手引", "経費の上限を超えるときは相談します", "経費の精算は月末です"))
        async with company.server, connected(company, store):
            await switch(company)
            reply = await answered(company)
            first = description(reply)
            await company.server.click(company.hanako, reply, button(reply, "page", ">"))
            assert description(reply) != first
            assert "1時間" in (await company.server.click(company.hanako, reply, "🔕")).content

    play()


@pytest.mark.parametrize(
    ("reason", "said"),
    [("member", "管理者だけ"), ("intent", "Message Content Intent"), ("voice", "テキストチャンネルかフォーラム")],
)
def test_who_cannot_switch_it_on_is_told_why(store: Store, reason: str, said: str) -> None:
    """Members may not, and without the intent, or where nobody writes, it is no use."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        settings = Settings() if reason == "intent" else SETTINGS
        async with company.server, connected(company, store, settings):
            if reason == "voice":
                direct = company.server.world.add_channel(company.guild, "後で消える")
                switched = await switch(company, channel=direct)
            else:
                switched = await switch(company, company.hanako if reason == "member" else company.boss)
            assert switched.ephemeral
            assert said in switched.content
            assert Guilds(store).settings(company.guild.id) == {}

    play()


def test_files_keep_no_settings(store: Store) -> None:
    """A bot that answers from files says that it can keep nothing."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        knowledge = Knowledge(store, RankingIndex(store, None))
        async with company.server, company.server.running(KotaeClient(SETTINGS, knowledge)):
            assert "KOTAE_CONTENT" in (await switch(company)).content

    play()


def test_missing_permissions_are_named(store: Store) -> None:
    """Where the bot may not send, switching on says so; the doctor says whether it is on."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        company.public.overwrites.append(Overwrite(company.guild.id, deny=Permission.SEND_MESSAGES))
        async with company.server, connected(company, store):
            assert PERMISSIONS["send_messages"].ja in (await switch(company)).content
            checked = await company.server.slash(company.boss, company.public, "kotae doctor")
            assert "オン（" in str(checked.embeds)
            await switch(company, on=False)
            checked = await company.server.slash(company.boss, company.public, "kotae doctor")
            assert "オフ（" in str(checked.embeds)

    play()
