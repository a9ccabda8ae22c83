"""Answers to questions that found none: who is told of them, where, and what nobody learns of."""

from __future__ import annotations

import asyncio

import pytest

from bot.discord.knowledge.opaque_ids import opaque_ids
from index.store.discord.channels import Channels
from index.store.discord.unanswered_questions import Asking, Gaps
from index.store.store import Store
from tests.bot.discord.company import Scene, connected, new_scene, said, until, with_moderator
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


def told_alone(scene: Scene, person: User) -> list[Message]:
    """What the bot told somebody in a direct message."""
    return told(scene.server.world.direct_channel(person))


async def ask(scene: Scene, person: User, place: Channel) -> Interaction:
    """Ask what has no answer."""
    return await scene.server.slash(person, place, "ask", {"question": UNANSWERABLE})


async def asked(store: Store, times: int) -> None:
    """Wait until a question is noted as asked so many times."""
    await until(lambda: [gap.times for gap in Gaps(store).all()] == [times])


async def opened_form(scene: Scene, moderator: User) -> Interaction:
    """Choose the first question of the list, to answer it."""
    listed = await scene.server.slash(moderator, scene.public, "knowledge gaps")
    assert listed.original is not None
    number = listed.original.components[0]["components"][0]["options"][0]["value"]
    return await scene.server.select(moderator, listed.original, "kotae:gaps:answer", [number])


async def submit(scene: Scene, moderator: User, form: Interaction) -> str:
    """Fill in the form; gives what is said to that."""
    return said(await scene.server.answer(await scene.server.submit_modal(moderator, form, {"answer": ANSWER})))


def test_an_answer_is_told_only_where_all_may_read_it(store: Store) -> None:
    """What a private channel says is told there, and elsewhere in a direct message to those who may read it."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        saburo = scene.server.world.add_user("三郎")
        scene.server.world.add_member(scene.guild, saburo, scene.guild.members[scene.boss.id].roles[0])
        async with scene.server, connected(scene, store):
            for person, place in ((scene.hanako, scene.public), (scene.boss, scene.public), (saburo, scene.private)):
                await ask(scene, person, place)
            await asked(store, 3)
            secret = await scene.server.send_message(scene.boss, scene.private, ANSWER)
            link = f"https://ptb.discord.com/channels/{scene.guild.id}/{scene.private.id}/{secret.id}"
            assert "質問した2人に" in said(await answer(scene, scene.boss, link))
            assert told(scene.public) == told_alone(scene, scene.hanako) == told_alone(scene, saburo) == []
            assert [one.mentions for one in told(scene.private)] == [[saburo]]
            assert ["三七七六" in one.embeds[0]["description"] for one in told_alone(scene, scene.boss)] == [True]
            again = await ask(scene, scene.hanako, scene.public)
            assert "三七七六" not in str(again.embeds)

    play()


def test_whoever_left_is_not_told(store: Store) -> None:
    """Who asked alone, and is no longer in the server, gets no message; the moderator is told so in a sentence."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        taro = with_moderator(scene)
        async with scene.server, connected(scene, store):
            await scene.server.slash(scene.hanako, scene.public, "ask", {"question": UNANSWERABLE, "private": True})
            await asked(store, 1)
            del scene.guild.members[scene.hanako.id]
            assert "知らせていません" in said(await answer(scene, taro, ANSWER))
            assert told_alone(scene, scene.hanako) == []

    play()


def test_where_the_card_was_deleted_nobody_is_named(store: Store) -> None:
    """Who took their question away is told in a direct message, and not before everybody."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        taro = with_moderator(scene)
        async with scene.server, connected(scene, store):
            card = await ask(scene, scene.hanako, scene.public)
            await asked(store, 1)
            assert card.original is not None
            await scene.server.delete_message(card.original)
            assert "質問した1人に" in said(await answer(scene, taro, ANSWER))
            assert told(scene.public) == []
            assert len(told_alone(scene, scene.hanako)) == 1
            # Whether the card is still there the bot can only find out by replying to it.
            assert [one.rule for one in scene.server.violations] == ["unknown_reference"]
            scene.server.violations.clear()

    play()


def test_however_many_asked_they_are_told_within_the_limits(store: Store) -> None:
    """A hundred and fifty people who found the same card of no use are each mentioned once."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        taro = with_moderator(scene)
        people = [scene.server.world.add_user(f"人{number}") for number in range(150)]
        async with scene.server, connected(scene, store):
            card = await ask(scene, scene.hanako, scene.public)
            await asked(store, 1)
            assert card.original is not None
            for person in people:
                scene.server.world.add_member(scene.guild, person)
                asking = Asking(scene.public.id, scene.public.id, card.original.id, person.id)
                Gaps(store).record(scene.guild.id, UNANSWERABLE, asking)
            assert "質問した151人に" in said(await answer(scene, taro, ANSWER))
            mentioned = [person.id for one in told(scene.public) for person in one.mentions]
            assert sorted(mentioned) == sorted([scene.hanako.id, *(person.id for person in people)])

    play()


def test_an_answer_is_for_the_widest_channel_in_which_it_was_asked(store: Store) -> None:
    """All who read the narrower ones read it too; of channels with readers of their own it is the one asked in most."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        secretariat = scene.server.world.add_private_channel(scene.guild, "秘書室", scene.hanako)
        guild = scene.guild.id
        for channel in (scene.private, scene.private, scene.public):
            Gaps(store).record(guild, UNANSWERABLE, Asking(channel.id, channel.id))
        async with scene.server, connected(scene, store):
            assert "#雑談" in said(await answer(scene, scene.boss, ANSWER))
            for channel in (scene.private, secretariat, secretariat):
                Gaps(store).record(guild, UNANSWERABLE, Asking(channel.id, channel.id))
            assert "#秘書室" in said(await answer(scene, scene.boss, ANSWER))

    play()


def test_a_question_is_shown_as_it_was_worded_where_one_can_read(store: Store) -> None:
    """Moderators, those who are told, and whoever is answered with it later see no wording of a channel closed to them."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        taro = with_moderator(scene)
        for wording, channel, person in (
            ("鍵は銀行の金庫の？", scene.private, scene.boss),
            ("金庫の鍵は、銀行？", scene.public, scene.hanako),
        ):
            Gaps(store).record(scene.guild.id, wording, Asking(channel.id, channel.id, None, person.id))
        async with scene.server, connected(scene, store):
            listed = await scene.server.slash(taro, scene.public, "knowledge gaps")
            assert "金庫の鍵は、銀行？" in listed.embeds[0]["description"]
            assert "#雑談" in said(await answer(scene, scene.boss, ANSWER))
            found = await scene.server.slash(scene.hanako, scene.public, "ask", {"question": "金庫の鍵は、銀行？"})
            assert ANSWER in found.embeds[0]["description"]
            assert "金庫の鍵は、銀行？" in found.embeds[0]["description"]
            (direct,) = told_alone(scene, scene.hanako)
            for shown in (listed.embeds, found.embeds, direct.embeds):
                assert "鍵は銀行の金庫の" not in str(shown)

    play()


def test_a_question_asked_in_private_is_not_shown_beside_a_public_answer(store: Store) -> None:
    """A message of a public channel answers it for whoever asked, and is kept without the question."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        private_question = "秘密の買収の締切はいつ？"
        Gaps(store).record(scene.guild.id, private_question, Asking(scene.private.id, 0, None, scene.boss.id))
        async with scene.server, connected(scene, store):
            public = await scene.server.send_message(scene.hanako, scene.public, "締切は金曜の正午です。")
            link = f"https://discord.com/channels/{scene.guild.id}/{scene.public.id}/{public.id}"
            assert "#雑談" in said(await answer(scene, scene.boss, link))
            found = await scene.server.slash(scene.hanako, scene.public, "ask", {"question": "締切はいつですか"})
            assert "金曜の正午" in found.embeds[0]["description"]
            assert "買収" not in str(found.embeds)
            (direct,) = told_alone(scene, scene.boss)
            assert private_question in str(direct.embeds)

    play()


def test_a_channel_whose_history_some_cannot_read_may_be_the_widest(store: Store) -> None:
    """Whether all who see a channel read what was written there before says nothing of the others."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        world, history = scene.server.world, Permission.READ_MESSAGE_HISTORY
        staff = world.add_role(scene.guild, "社員")
        scene.public.overwrites = [
            Overwrite(scene.guild.id, deny=history),
            Overwrite(staff.id, allow=history),
            Overwrite(world.bot.id, is_member=True, allow=history),
        ]
        room = world.add_private_channel(scene.guild, "社員室", staff)
        for channel in (room, room, scene.public):
            Gaps(store).record(scene.guild.id, UNANSWERABLE, Asking(channel.id, channel.id))
        async with scene.server, connected(scene, store):
            assert "#雑談" in said(await answer(scene, scene.boss, ANSWER))

    play()


def test_what_was_asked_in_a_private_thread_is_shown_to_no_moderator(store: Store) -> None:
    """Its readers are not its channel's; who asked there is told once somebody else's question is answered."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        taro = with_moderator(scene)
        thread = scene.server.world.add_thread(scene.public, "内緒", scene.server.world.bot, private=True)
        thread.participants.add(scene.hanako.id)
        async with scene.server, connected(scene, store):
            await ask(scene, scene.hanako, thread)
            await asked(store, 1)
            listed = await scene.server.slash(taro, scene.public, "knowledge gaps")
            assert "ありません" in listed.embeds[0]["description"]
            await ask(scene, scene.boss, scene.public)
            await asked(store, 2)
            listed = await scene.server.slash(taro, scene.public, "knowledge gaps")
            assert "**1人**" in listed.embeds[0]["description"]
            # Of whoever asked in the thread a moderator of the channel is not to know.
            assert "質問した1人に" in said(await answer(scene, taro, ANSWER))
            assert told(thread) == []
            assert [one.mentions for one in told(scene.public)] == [[scene.boss]]
            assert len(told_alone(scene, scene.hanako)) == 1

    play()


def test_two_answers_at_once_are_told_once(store: Store) -> None:
    """Where two moderators answer at the same time, both answers are kept, and whoever asked is told of one."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        taro = with_moderator(scene)
        async with scene.server, connected(scene, store):
            await ask(scene, scene.hanako, scene.public)
            await asked(store, 1)
            forms = [(person, await opened_form(scene, person)) for person in (taro, scene.boss)]
            # Both have been found on the list before the first is saved.
            await asyncio.gather(*(submit(scene, person, form) for person, form in forms))
            assert len(told(scene.public)) == 1
            assert told_alone(scene, scene.hanako) == []

    play()


def test_a_process_that_ends_while_it_tells_leaves_nothing_to_tell_twice(store: Store) -> None:
    """The question is closed before the first is told, so that the next process does not begin again."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        async with scene.server:
            async with connected(scene, store):
                await ask(scene, scene.hanako, scene.public)
                await asked(store, 1)
                form = await opened_form(scene, scene.boss)
                scene.server.limit_next(SEND, retry_after=60)
                await scene.server.submit_modal(scene.boss, form, {"answer": ANSWER})
                await until(lambda: [one for one in scene.server.requests if one.status == 429])
            assert told(scene.public) == []
            async with connected(scene, store):
                assert "もう一覧にありません" in await submit(scene, scene.boss, form)
                again = await ask(scene, scene.hanako, scene.public)
                assert "三七七六" in again.embeds[0]["description"]
            assert told(scene.public) == []

    play()


def test_whoever_no_longer_moderates_is_refused(store: Store) -> None:
    """Pages, choices and forms ask again who may; and the question of a channel that was closed is gone."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        taro = with_moderator(scene)
        for number in range(11):
            Gaps(store).record(scene.guild.id, f"犬{number}の年齢は？", Asking(scene.public.id, scene.public.id))
        async with scene.server, connected(scene, store):
            server = scene.server
            listed = await server.slash(taro, scene.public, "knowledge gaps")
            form = await opened_form(scene, taro)
            hidden = Overwrite(taro.id, is_member=True, deny=Permission.READ_MESSAGE_HISTORY)
            await server.set_overwrites(scene.public, hidden)
            assert "もう一覧にありません" in await submit(scene, taro, form)
            await server.set_overwrites(scene.public)
            scene.guild.members[taro.id].roles.clear()
            (chosen,) = opaque_ids(store, "gap", [Gaps(store).all()[0].number]).values()
            for refused in (
                await server.click(taro, listed.original, "kotae:gaps:1"),
                await server.select(taro, listed.original, "kotae:gaps:answer", [chosen]),
                await server.select(taro, listed.original, "kotae:gaps:dismiss", [chosen]),
                await server.submit_modal(taro, form, {"answer": ANSWER}),
            ):
                assert "メッセージを管理できる人だけ" in refused.content
            assert len(Gaps(store).all()) == 11
            assert "三七七六" not in str(store.all())

    play()


def test_who_opted_out_is_not_quoted_as_the_answer(store: Store) -> None:
    """Neither a moderator's own words nor a linked message of theirs is kept, and the question stays open."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        Channels(store).opt_out(scene.boss.id)
        Gaps(store).record(scene.guild.id, UNANSWERABLE, Asking(scene.public.id, scene.public.id))
        async with scene.server, connected(scene, store):
            assert "答えを保存できません" in said(await answer(scene, scene.boss, ANSWER))
            written = await scene.server.send_message(scene.boss, scene.public, ANSWER)
            link = f"https://canary.discord.com/channels/{scene.guild.id}/{scene.public.id}/{written.id}"
            assert "書いた人が" in said(await answer(scene, scene.boss, link))
            assert len(Gaps(store).all()) == 1

    play()


def test_a_link_into_private_is_refused(store: Store) -> None:
    """A private thread's message is not kept, nor is a direct message's; who may not see a thread learns of none."""

    @asynchronous
    async def play() -> None:
        scene = new_scene()
        taro = with_moderator(scene)
        thread = scene.server.world.add_thread(scene.public, "内緒", scene.boss, private=True)
        thread.participants.add(scene.server.world.bot.id)
        Gaps(store).record(scene.guild.id, UNANSWERABLE, Asking(scene.public.id, scene.public.id))
        async with scene.server, connected(scene, store):
            secret = await scene.server.send_message(scene.boss, thread, ANSWER)
            link = f"https://discord.com/channels/{scene.guild.id}/{thread.id}/{secret.id}"
            assert "読めません" in said(await answer(scene, taro, link))
            assert "非公開スレッド" in said(await answer(scene, scene.boss, link))
            direct = scene.server.world.direct_channel(scene.boss)
            link = f"https://discord.com/channels/@me/{direct.id}/1"
            assert "読めません" in said(await answer(scene, scene.boss, link))
            assert len(Gaps(store).all()) == 1

    play()
