"""What a moderator may do reaches as far as the permission does, wherever they act from."""

from __future__ import annotations

from typing import Any

import pytest

from bot.discord.knowledge import attachments
from bot.discord.knowledge.opaque_ids import opaque_ids
from bot.source_names import ATTACHMENT
from index.audience import Audience
from index.store.discord.unanswered_questions import Asking, UnansweredQuestions
from index.store.store import Store
from tests.bot.discord.company import (
    Company,
    attach,
    connected,
    new_company,
    offer_to_everyone,
    said,
    texts,
    until,
    with_moderator,
)
from tests.bot.discord.knowledge.test_saved_messages import SAVE
from tests.bot.discord.test_client import UNANSWERABLE
from tests.bot.discord.unanswered.test_answers import ask, told, told_alone
from tests.bot.discord.unanswered.test_questions import ANSWER, answer
from tests.index.stores import document, put
from tests.loopback_discord.scenario import asynchronous
from tests.loopback_discord.world.channel import Channel
from tests.loopback_discord.world.permissions import Overwrite, Permission
from tests.loopback_discord.world.users import User


@pytest.fixture
def store(store: Store) -> Store:
    """A store that knows one thing."""
    put(store, "/handbook", document("規程", "経費の上限は一日五千円です"))
    return store


def with_moderator_of(company: Company, channel: Channel, allow: Permission = Permission.MANAGE_MESSAGES) -> User:
    """次郎, who has this permission in one channel, and elsewhere none that others have not."""
    jiro = company.server.world.add_user("次郎")
    company.server.world.add_member(company.guild, jiro)
    channel.overwrites.append(Overwrite(jiro.id, is_member=True, allow=allow))
    return jiro


def test_a_moderator_answers_for_their_own_channel_only(store: Store) -> None:
    """What was asked elsewhere is neither listed, answered, counted nor closed; there it stays open, in its own words."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        other = company.server.world.add_channel(company.guild, "営業")
        jiro = with_moderator_of(company, company.public)
        elsewhere = UnansweredQuestions(store).record(
            company.guild.id, "倉庫の鍵は？", Asking(other.id, other.id, None, company.boss.id)
        )
        async with company.server, connected(company, store):
            offer_to_everyone(company)
            await ask(company, company.boss, other)
            await ask(company, company.hanako, company.public)
            await until(lambda: [gap.times for gap in UnansweredQuestions(store).all()] == [2, 1])
            listed = await company.server.slash(jiro, other, "knowledge gaps")
            assert "**1人** 富士山" in listed.embeds[0]["description"]
            assert "倉庫" not in str(listed.response)
            opened = await company.server.select(
                jiro,
                listed.original,
                "kotae:gaps:answer",
                [*opaque_ids(store, "gap", [UnansweredQuestions(store).all()[0].number]).values()],
            )
            form = dict(opened.modal)
            opened.modal["custom_id"] = f"kotae:gap:{opaque_ids(store, 'gap', [elsewhere])[elsewhere]}"
            refused = await company.server.submit_modal(jiro, opened, {"answer": ANSWER})
            assert "もう一覧にありません" in said(await company.server.answer(refused))
            opened.modal["custom_id"] = form["custom_id"]
            answered = await company.server.submit_modal(jiro, opened, {"answer": ANSWER})
            assert "読めるのは#雑談 を読める人です。質問した1人に" in said(await company.server.answer(answered))
            assert told(other) == told_alone(company, company.boss) == []
            assert [one.mentions for one in told(company.public)] == [[company.hanako]]
            left = {gap.question: gap.times for gap in UnansweredQuestions(store).all()}
            assert left == {UNANSWERABLE: 1, "倉庫の鍵は？": 1}
            assert {
                one.channel
                for gap in UnansweredQuestions(store).all()
                for one in UnansweredQuestions(store).askings(gap.number)
            } == {other.id}

    play()


def test_a_moderator_takes_questions_off_their_own_list_only(store: Store) -> None:
    """Where they do not moderate the question stays on the list."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        other = company.server.world.add_channel(company.guild, "営業")
        jiro = with_moderator_of(company, company.public)
        for channel, wording in ((company.public, UNANSWERABLE), (other, "高さは何メートル、富士山の？")):
            number = UnansweredQuestions(store).record(company.guild.id, wording, Asking(channel.id, channel.id))
        async with company.server, connected(company, store):
            listed = await company.server.slash(jiro, company.public, "knowledge gaps")
            chosen = [*opaque_ids(store, "gap", [number]).values()]
            gone = await company.server.select(jiro, listed.original, "kotae:gaps:dismiss", chosen)
            assert "ありません" in gone.embeds[0]["description"]
            (left,) = UnansweredQuestions(store).all()
            assert (left.question, left.times) == ("高さは何メートル、富士山の？", 1)
            again = await company.server.slash(company.boss, company.public, "knowledge gaps")
            assert "**1人** 高さは何メートル" in again.embeds[0]["description"]

    play()


def test_nothing_of_another_channel_is_managed(store: Store) -> None:
    """Its messages are not saved, from the menu or by a link; its sources are neither refreshed nor removed nor joined."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        other = company.server.world.add_channel(company.guild, "営業")
        jiro = with_moderator_of(company, company.public)
        UnansweredQuestions(store).record(company.guild.id, UNANSWERABLE, Asking(company.public.id, company.public.id))
        of_other = Audience("channel", company.guild.id, other.id)
        put(store, "/その他.txt", document("a", "営業の話"), audience=of_other, kind=ATTACHMENT)
        saved = put(store, "/保存", document("b", "保存した話"), audience=of_other, kind="saved")
        before = texts(store)
        async with company.server, connected(company, store):
            offer_to_everyone(company)
            written = await company.server.send_message(company.hanako, other, ANSWER)
            only = "そのチャンネルを読めて、そこのメッセージを管理できる人だけ"
            assert only in (await company.server.context_menu(jiro, written, SAVE)).content
            link = f"https://discord.com/channels/{company.guild.id}/{other.id}/{written.id}"
            assert only in said(await answer(company, jiro, link))
            assert only in said(await attach(company, jiro, other))
            handle = opaque_ids(store, "source", [saved])[saved]
            for place in (company.public, other):
                removed = await company.server.slash(jiro, place, "knowledge remove", {"source": "その他.txt"})
                assert "扱える中にありません" in removed.content
                asked = await company.server.slash(jiro, place, "knowledge refresh", {"source": handle})
                assert "扱える中にありません" in said(await company.server.answer(asked))
            assert texts(store) == before
            assert len(UnansweredQuestions(store).all()) == 1

    play()


def test_a_file_is_taken_in_for_who_may_have_it_taken_in_when_it_is_there(
    store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A moderator of a channel who is none any more once the file was downloaded adds nothing."""
    download = attachments._download

    @asynchronous
    async def play() -> None:
        company = new_company()
        jiro, before = with_moderator_of(company, company.public), texts(store)
        async with company.server, connected(company, store) as client:
            known: Any = client.get_channel(company.public.id)

            async def slow(*arguments: Any) -> None:
                await download(*arguments)
                await company.server.set_overwrites(company.public)
                await until(lambda: not known._overwrites)

            offer_to_everyone(company)
            monkeypatch.setattr(attachments, "_download", slow)
            assert "もう一度お試しください" in said(await attach(company, jiro, company.public))
            assert texts(store) == before

    play()


@pytest.mark.parametrize("allow", [Permission.MANAGE_GUILD, Permission.ADMINISTRATOR | Permission.MANAGE_GUILD])
def test_a_permission_in_a_channel_makes_nobody_an_administrator(store: Store, allow: Permission) -> None:
    """What is for the whole guild, or for a role, takes the permission in the guild."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        jiro = with_moderator_of(company, company.public, allow)
        role = company.server.world.add_role(company.guild, "総務")
        async with company.server, connected(company, store):
            offer_to_everyone(company)
            for options in ({"everyone": True}, {"role": role}):
                assert "管理者だけ" in said(await attach(company, jiro, company.public, **options))
            learnt = await company.server.slash(jiro, company.public, "knowledge learn", {"channel": company.public})
            switched = await company.server.slash(jiro, company.public, "kotae auto-answer", {"on": True})
            assert "管理者だけ" in learnt.content
            assert "管理者だけ" in switched.content
            assert len(store.sources()) == 1

    play()


def test_whoever_can_no_longer_see_where_they_asked_is_not_named_there(store: Store) -> None:
    """The question's place was closed to one of two; the other is told, and nobody is told of the one."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        taro = with_moderator(company)
        async with company.server, connected(company, store):
            for person in (company.hanako, company.boss):
                await ask(company, person, company.public)
            await until(lambda: [gap.times for gap in UnansweredQuestions(store).all()] == [2])
            out = Overwrite(company.hanako.id, is_member=True, deny=Permission.VIEW_CHANNEL)
            await company.server.set_overwrites(company.public, out)
            assert "質問した1人に" in said(await answer(company, taro, ANSWER))
            assert [one.mentions for one in told(company.public)] == [[company.boss]]
            assert told_alone(company, company.hanako) == []

    play()
