"""Answers to questions that found none: who is told of them, where, and what nobody learns of."""

from __future__ import annotations

import asyncio

import pytest

from bot.discord.knowledge.opaque_ids import opaque_ids
from index.store.discord.channels import Channels
from index.store.discord.unanswered_questions import Asking, UnansweredQuestions
from index.store.store import Store
from tests.bot.discord.company import Company, connected, new_company, said, until, with_moderator
from tests.bot.discord.test_client import UNANSWERABLE
from tests.bot.discord.unanswered.test_questions import ANSWER, answer
from tests.index.stores import document, put
from tests.loopback_discord.rest.interactions import Interaction
from tests.loopback_discord.scenario import asynchronous
from tests.loopback_discord.world.channel import Channel
from tests.loopback_discord.world.message import Message
from tests.loopback_discord.world.permissions import Overwrite, Permission
from tests.loopback_discord.world.users import User

SEND = "POST /channels/{channel_id}/messages"


@pytest.fixture
def store(store: Store) -> Store:
    """A store that knows one thing."""
    put(store, "/handbook", document("規程", "経費の上限は一日五千円です"))
    return store


def told(place: Channel) -> list[Message]:
    """What the bot told those who asked, in a place."""
    return [one for one in place.messages.values() if "答えが見つかりました" in one.content]


def told_alone(company: Company, person: User) -> list[Message]:
    """What the bot told somebody in a direct message."""
    return told(company.server.world.direct_channel(person))


async def ask(company: Company, person: User, place: Channel) -> Interaction:
    """Ask what has no answer."""
    return await company.server.slash(person, place, "ask", {"question": UNANSWERABLE})


async def asked(store: Store, times: int) -> None:
    """Wait until a question is noted as asked so many times."""
    await until(lambda: [gap.times for gap in UnansweredQuestions(store).all()] == [times])


async def opened_form(company: Company, moderator: User) -> Interaction:
    """Choose the first question of the list, to answer it."""
    listed = await company.server.slash(moderator, company.public, "knowledge gaps")
    assert listed.original is not None
    number = listed.original.components[0]["components"][0]["options"][0]["value"]
    return await company.server.select(moderator, listed.original, "kotae:gaps:answer", [number])


async def submit(company: Company, moderator: User, form: Interaction) -> str:
    """Fill in the form; gives what is said to that."""
    return said(await company.server.answer(await company.server.submit_modal(moderator, form, {"answer": ANSWER})))


def test_an_answer_is_told_only_where_all_may_read_it(store: Store) -> None:
    """What a private channel says is told there, and elsewhere in a direct message to those who may read it."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        saburo = company.server.world.add_user("三郎")
        company.server.world.add_member(company.guild, saburo, company.guild.members[company.boss.id].roles[0])
        async with company.server, connected(company, store):
            for person, place in (
                (company.hanako, company.public),
                (company.boss, company.public),
                (saburo, company.private),
            ):
                await ask(company, person, place)
            await asked(store, 3)
            secret = await company.server.send_message(company.boss, company.private, ANSWER)
            link = f"https://ptb.discord.com/channels/{company.guild.id}/{company.private.id}/{secret.id}"
            assert "質問した2人に" in said(await answer(company, company.boss, link))
            assert told(company.public) == told_alone(company, company.hanako) == told_alone(company, saburo) == []
            assert [one.mentions for one in told(company.private)] == [[saburo]]
            assert ["三七七六" in one.embeds[0]["description"] for one in told_alone(company, company.boss)] == [True]
            again = await ask(company, company.hanako, company.public)
            assert "三七七六" not in str(again.embeds)

    play()


def test_whoever_left_is_not_told(store: Store) -> None:
    """Who asked alone, and is no longer in the server, gets no message; the moderator is told so in a sentence."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        taro = with_moderator(company)
        async with company.server, connected(company, store):
            await company.server.slash(
                company.hanako, company.public, "ask", {"question": UNANSWERABLE, "private": True}
            )
            await asked(store, 1)
            del company.guild.members[company.hanako.id]
            assert "知らせていません" in said(await answer(company, taro, ANSWER))
            assert told_alone(company, company.hanako) == []

    play()


def test_where_the_card_was_deleted_nobody_is_named(store: Store) -> None:
    """Who took their question away is told in a direct message, and not before everybody."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        taro = with_moderator(company)
        async with company.server, connected(company, store):
            card = await ask(company, company.hanako, company.public)
            await asked(store, 1)
            assert card.original is not None
            await company.server.delete_message(card.original)
            assert "質問した1人に" in said(await answer(company, taro, ANSWER))
            assert told(company.public) == []
            assert len(told_alone(company, company.hanako)) == 1
            # Whether the card is still there the bot can only find out by replying to it.
            assert [one.rule for one in company.server.violations] == ["unknown_reference"]
            company.server.violations.clear()

    play()


def test_however_many_asked_they_are_told_within_the_limits(store: Store) -> None:
    """A hundred and fifty people who found the same card of no use are each mentioned once."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        taro = with_moderator(company)
        people = [company.server.world.add_user(f"人{number}") for number in range(150)]
        async with company.server, connected(company, store):
            card = await ask(company, company.hanako, company.public)
            await asked(store, 1)
            assert card.original is not None
            for person in people:
                company.server.world.add_member(company.guild, person)
                asking = Asking(company.public.id, company.public.id, card.original.id, person.id)
                UnansweredQuestions(store).record(company.guild.id, UNANSWERABLE, asking)
            assert "質問した151人に" in said(await answer(company, taro, ANSWER))
            mentioned = [person.id for one in told(company.public) for person in one.mentions]
            assert sorted(mentioned) == sorted([company.hanako.id, *(person.id for person in people)])

    play()


def test_an_answer_is_for_the_widest_channel_in_which_it_was_asked(store: Store) -> None:
    """All who read the narrower ones read it too; of channels with readers of their own it is the one asked in most."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        secretariat = company.server.world.add_private_channel(company.guild, "秘書室", company.hanako)
        guild = company.guild.id
        for channel in (company.private, company.private, company.public):
            UnansweredQuestions(store).record(guild, UNANSWERABLE, Asking(channel.id, channel.id))
        async with company.server, connected(company, store):
            assert "#雑談" in said(await answer(company, company.boss, ANSWER))
            for channel in (company.private, secretariat, secretariat):
                UnansweredQuestions(store).record(guild, UNANSWERABLE, Asking(channel.id, channel.id))
            assert "#秘書室" in said(await answer(company, company.boss, ANSWER))

    play()


def test_a_question_is_shown_as_it_was_worded_where_one_can_read(store: Store) -> None:
    """Moderators, those who are told, and whoever is answered with it later see no wording of a channel closed to them."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        taro = with_moderator(company)
        for wording, channel, person in (
            ("鍵は銀行の金庫の？", company.private, company.boss),
            ("金庫の鍵は、銀行？", company.public, company.hanako),
        ):
            UnansweredQuestions(store).record(
                company.guild.id, wording, Asking(channel.id, channel.id, None, person.id)
            )
        async with company.server, connected(company, store):
            listed = await company.server.slash(taro, company.public, "knowledge gaps")
            assert "金庫の鍵は、銀行？" in listed.embeds[0]["description"]
            assert "#雑談" in said(await answer(company, company.boss, ANSWER))
            found = await company.server.slash(
                company.hanako, company.public, "ask", {"question": "金庫の鍵は、銀行？"}
            )
            assert ANSWER in found.embeds[0]["description"]
            assert "金庫の鍵は、銀行？" in found.embeds[0]["description"]
            (direct,) = told_alone(company, company.hanako)
            for shown in (listed.embeds, found.embeds, direct.embeds):
                assert "鍵は銀行の金庫の" not in str(shown)

    play()


def test_a_question_asked_in_private_is_not_shown_beside_a_public_answer(store: Store) -> None:
    """A message of a public channel answers it for whoever asked, and is kept without the question."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        private_question = "秘密の買収の締切はいつ？"
        UnansweredQuestions(store).record(
            company.guild.id, private_question, Asking(company.private.id, 0, None, company.boss.id)
        )
        async with company.server, connected(company, store):
            public = await company.server.send_message(company.hanako, company.public, "締切は金曜の正午です。")
            link = f"https://discord.com/channels/{company.guild.id}/{company.public.id}/{public.id}"
            assert "#雑談" in said(await answer(company, company.boss, link))
            found = await company.server.slash(company.hanako, company.public, "ask", {"question": "締切はいつですか"})
            assert "金曜の正午" in found.embeds[0]["description"]
            assert "買収" not in str(found.embeds)
            (direct,) = told_alone(company, company.boss)
            assert private_question in str(direct.embeds)

    play()


def test_a_channel_whose_history_some_cannot_read_may_be_the_widest(store: Store) -> None:
    """Whether all who see a channel read what was written there before says nothing of the others."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        world, history = company.server.world, Permission.READ_MESSAGE_HISTORY
        staff = world.add_role(company.guild, "社員")
        company.public.overwrites = [
            Overwrite(company.guild.id, deny=history),
            Overwrite(staff.id, allow=history),
            Overwrite(world.bot.id, is_member=True, allow=history),
        ]
        room = world.add_private_channel(company.guild, "社員室", staff)
        for channel in (room, room, company.public):
            UnansweredQuestions(store).record(company.guild.id, UNANSWERABLE, Asking(channel.id, channel.id))
        async with company.server, connected(company, store):
            assert "#雑談" in said(await answer(company, company.boss, ANSWER))

    play()


def test_what_was_asked_in_a_private_thread_is_shown_to_no_moderator(store: Store) -> None:
    """Its readers are not its channel's; who asked there is told once somebody else's question is answered."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        taro = with_moderator(company)
        thread = company.server.world.add_thread(company.public, "内緒", company.server.world.bot, private=True)
        thread.participants.add(company.hanako.id)
        async with company.server, connected(company, store):
            await ask(company, company.hanako, thread)
            await asked(store, 1)
            listed = await company.server.slash(taro, company.public, "knowledge gaps")
            assert "ありません" in listed.embeds[0]["description"]
            await ask(company, company.boss, company.public)
            await asked(store, 2)
            listed = await company.server.slash(taro, company.public, "knowledge gaps")
            assert "**1人**" in listed.embeds[0]["description"]
            # Of whoever asked in the thread a moderator of the channel is not to know.
            assert "質問した1人に" in said(await answer(company, taro, ANSWER))
            assert told(thread) == []
            assert [one.mentions for one in told(company.public)] == [[company.boss]]
            assert len(told_alone(company, company.hanako)) == 1

    play()


def test_two_answers_at_once_are_told_once(store: Store) -> None:
    """Where two moderators answer at the same time, both answers are kept, and whoever asked is told of one."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        taro = with_moderator(company)
        async with company.server, connected(company, store):
            await ask(company, company.hanako, company.public)
            await asked(store, 1)
            forms = [(person, await opened_form(company, person)) for person in (taro, company.boss)]
            # Both have been found on the list before the first is saved.
            await asyncio.gather(*(submit(company, person, form) for person, form in forms))
            assert len(told(company.public)) == 1
            assert told_alone(company, company.hanako) == []

    play()


def test_a_process_that_ends_while_it_tells_leaves_nothing_to_tell_twice(store: Store) -> None:
    """The question is closed before the first is told, so that the next process does not begin again."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server:
            async with connected(company, store):
                await ask(company, company.hanako, company.public)
                await asked(store, 1)
                form = await opened_form(company, company.boss)
                company.server.limit_next(SEND, retry_after=60)
                await company.server.submit_modal(company.boss, form, {"answer": ANSWER})
                await until(lambda: [one for one in company.server.requests if one.status == 429])
            assert told(company.public) == []
            async with connected(company, store):
                assert "もう一覧にありません" in await submit(company, company.boss, form)
                again = await ask(company, company.hanako, company.public)
                assert "三七七六" in again.embeds[0]["description"]
            assert told(company.public) == []

    play()


def test_whoever_no_longer_moderates_is_refused(store: Store) -> None:
    """Pages, choices and forms ask again who may; and the question of a channel that was closed is gone."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        taro = with_moderator(company)
        for number in range(11):
            UnansweredQuestions(store).record(
                company.guild.id, f"犬{number}の年齢は？", Asking(company.public.id, company.public.id)
            )
        async with company.server, connected(company, store):
            server = company.server
            listed = await server.slash(taro, company.public, "knowledge gaps")
            form = await opened_form(company, taro)
            hidden = Overwrite(taro.id, is_member=True, deny=Permission.READ_MESSAGE_HISTORY)
            await server.set_overwrites(company.public, hidden)
            assert "もう一覧にありません" in await submit(company, taro, form)
            await server.set_overwrites(company.public)
            company.guild.members[taro.id].roles.clear()
            (chosen,) = opaque_ids(store, "gap", [UnansweredQuestions(store).all()[0].number]).values()
            for refused in (
                await server.click(taro, listed.original, "kotae:gaps:1"),
                await server.select(taro, listed.original, "kotae:gaps:answer", [chosen]),
                await server.select(taro, listed.original, "kotae:gaps:dismiss", [chosen]),
                await server.submit_modal(taro, form, {"answer": ANSWER}),
            ):
                assert "メッセージを管理できる人だけ" in refused.content
            assert len(UnansweredQuestions(store).all()) == 11
            assert "三七七六" not in str(store.all())

    play()


def test_who_opted_out_is_not_quoted_as_the_answer(store: Store) -> None:
    """Neither a moderator's own words nor a linked message of theirs is kept, and the question stays open."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        Channels(store).opt_out(company.boss.id)
        UnansweredQuestions(store).record(company.guild.id, UNANSWERABLE, Asking(company.public.id, company.public.id))
        async with company.server, connected(company, store):
            assert "答えを保存できません" in said(await answer(company, company.boss, ANSWER))
            written = await company.server.send_message(company.boss, company.public, ANSWER)
            link = f"https://canary.discord.com/channels/{company.guild.id}/{company.public.id}/{written.id}"
            assert "書いた人が" in said(await answer(company, company.boss, link))
            assert len(UnansweredQuestions(store).all()) == 1

    play()


def test_a_link_into_private_is_refused(store: Store) -> None:
    """A private thread's message is not kept, nor is a direct message's; who may not see a thread learns of none."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        taro = with_moderator(company)
        thread = company.server.world.add_thread(company.public, "内緒", company.boss, private=True)
        thread.participants.add(company.server.world.bot.id)
        UnansweredQuestions(store).record(company.guild.id, UNANSWERABLE, Asking(company.public.id, company.public.id))
        async with company.server, connected(company, store):
            secret = await company.server.send_message(company.boss, thread, ANSWER)
            link = f"https://discord.com/channels/{company.guild.id}/{thread.id}/{secret.id}"
            assert "読めません" in said(await answer(company, taro, link))
            assert "非公開スレッド" in said(await answer(company, company.boss, link))
            direct = company.server.world.direct_channel(company.boss)
            link = f"https://discord.com/channels/@me/{direct.id}/1"
            assert "読めません" in said(await answer(company, company.boss, link))
            assert len(UnansweredQuestions(store).all()) == 1

    play()
