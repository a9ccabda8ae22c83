"""Asking experts: whom it reaches, what is shown to whom, and that it happens once."""

from __future__ import annotations

import asyncio
from typing import NamedTuple

import pytest

from bot.discord.answers.buttons import HELP_ID
from bot.settings import Settings
from index.store.discord.channels import Channels
from index.store.discord.guilds import Guilds
from index.store.discord.help_requests import HelpRequests
from index.store.discord.unanswered_questions import UnansweredQuestions
from index.store.store import Store
from tests.bot.discord.company import (
    Company,
    connected,
    new_client,
    new_company,
    said,
    texts,
    until,
    with_moderator,
)
from tests.bot.discord.test_client import UNANSWERABLE, button, button_ids
from tests.loopback_discord.rest.interactions import Interaction
from tests.loopback_discord.scenario import asynchronous
from tests.loopback_discord.world.channel import Channel
from tests.loopback_discord.world.message import Message
from tests.loopback_discord.world.permissions import Overwrite, Permission
from tests.loopback_discord.world.users import Role, User
from tests.stores import document, put

ANSWER = "富士山の高さは三七七六メートルです。"
ACCEPT = "これで解決"


@pytest.fixture
def store(store: Store) -> Store:
    """A store that knows one thing."""
    put(store, "/handbook", document("規程", "経費の上限は一日五千円です"))
    return store


class Experts(NamedTuple):
    """A company whose administrator named a role: 博士 has it."""

    company: Company
    hakase: User
    role: Role


def with_experts(store: Store) -> Experts:
    """A company with experts who can be mentioned."""
    company = new_company()
    role = company.server.world.add_role(company.guild, "専門家")
    role.mentionable = True
    hakase = company.server.world.add_user("博士")
    company.server.world.add_member(company.guild, hakase, role)
    Guilds(store).set(company.guild.id, "experts", str(role.id))
    return Experts(company, hakase, role)


async def ask(company: Company, place: Channel | None = None, *, private: bool = False) -> Message:
    """Ask what has no answer, and give the card."""
    options = {"question": UNANSWERABLE} | ({"private": True} if private else {})
    asked = await company.server.slash(company.hanako, place or company.public, "ask", options)
    assert asked.original is not None
    return asked.original


async def call_experts(company: Company, card: Message, person: User | None = None) -> Interaction:
    """Click the button that asks for help."""
    return await company.server.click(person or company.hanako, card, button(card, HELP_ID.removeprefix("kotae:")))


def requests_in(place: Channel) -> list[Message]:
    """The messages by which experts were asked, in a channel and in its threads."""
    threads = [one for one in (place.guild.channels.values() if place.guild else ()) if one.parent is place]
    messages = [one for there in (place, *threads) for one in there.messages.values()]
    return [one for one in messages if any("kotae:resolved:" in str(row) for row in one.components)]


def test_an_expert_is_asked_once_in_a_thread(store: Store) -> None:
    """The role and whoever asked are mentioned in a thread at the card; a second and a simultaneous click ask nobody."""
    company, _, role = with_experts(store)

    @asynchronous
    async def play() -> None:
        async with company.server, connected(company, store):
            card = await ask(company)
            clicks = await asyncio.gather(*(call_experts(company, card) for _ in range(3)))
            again = await call_experts(company, card)
            (request,) = requests_in(company.public)
            assert request.channel is card.thread
            assert (request.mention_roles, request.mentions) == ([role], [company.hanako])
            assert not request.mention_everyone
            assert "富士山" in request.embeds[0]["title"]
            assert sorted("助けを求めました" in said(one) for one in clicks) == [False, False, True]
            assert f"/{request.id}" in said(again)

    play()


def test_two_processes_ask_once(store: Store) -> None:
    """Whichever process a click comes to, the database says that it is the only one."""
    requests = [HelpRequests(store) for _ in range(2)]
    numbers = [one.claim(1, 2, 3, 4) for one in requests]
    assert numbers[1] is None
    requests[0].withdraw(numbers[0] or 0)
    assert requests[1].claim(1, 2, 3, 4)


def test_sure_answers_and_guilds_without_experts_have_no_button(store: Store) -> None:
    """The button is there only where an answer is not sure, and where an administrator named a role."""
    company, _, role = with_experts(store)

    @asynchronous
    async def play() -> None:
        async with company.server, connected(company, store):
            sure = await company.server.slash(company.hanako, company.public, "ask", {"question": "経費の上限は？"})
            assert not [one for one in button_ids(sure.original) if one.startswith(HELP_ID)]
            card = await ask(company)
            off = await company.server.slash(company.boss, company.public, "kotae experts")
            assert "これからの答えには出しません" in said(off)
            assert not [one for one in button_ids(await ask(company)) if one.startswith(HELP_ID)]
            assert "決まっていません" in said(await call_experts(company, card))
            refused = await company.server.slash(company.hanako, company.public, "kotae experts", {"role": role})
            assert "管理者だけ" in said(refused)
            assert requests_in(company.public) == []

    play()


def test_only_who_asked_asks_for_help(store: Store) -> None:
    """Somebody else's click mentions nobody."""
    company, hakase, _ = with_experts(store)

    @asynchronous
    async def play() -> None:
        async with company.server, connected(company, store):
            assert "質問した人だけ" in said(await call_experts(company, await ask(company), hakase))
            assert requests_in(company.public) == []

    play()


def test_where_no_thread_may_be_opened_the_card_is_replied_to(store: Store) -> None:
    """Without the permission for threads the channel itself is where experts are asked; without any, nobody is."""
    company, _, role = with_experts(store)

    @asynchronous
    async def play() -> None:
        server = company.server
        async with server, connected(company, store):
            hanako = company.hanako.id
            await server.set_overwrites(
                company.public, Overwrite(hanako, is_member=True, deny=Permission.CREATE_PUBLIC_THREADS)
            )
            card = await ask(company)
            assert "助けを求めました" in said(await call_experts(company, card))
            (request,) = requests_in(company.public)
            assert request.channel is company.public
            assert request.reference is card
            assert request.mention_roles == [role]
            card = await ask(company)
            await server.set_overwrites(
                company.public,
                Overwrite(hanako, is_member=True, deny=Permission.CREATE_PUBLIC_THREADS | Permission.SEND_MESSAGES),
            )
            assert "ここでは助けを求められません" in said(await call_experts(company, card))
            await server.set_overwrites(company.public)
            assert "助けを求めました" in said(await call_experts(company, card))

    play()


def test_a_role_that_cannot_be_mentioned_is_told(store: Store) -> None:
    """Neither the administrator nor who asked is left to believe that somebody was called."""
    company, _, role = with_experts(store)
    role.mentionable = False

    @asynchronous
    async def play() -> None:
        server = company.server
        async with server, connected(company, store):
            bot_only = Overwrite(server.world.bot.id, is_member=True, deny=Permission.MENTION_EVERYONE)
            await server.set_overwrites(company.public, bot_only)
            named = await server.slash(company.boss, company.public, "kotae experts", {"role": role})
            assert "メンションできません" in said(named)
            assert "メンションできないので" in said(await call_experts(company, await ask(company)))
            assert requests_in(company.public) == []

    play()


@pytest.mark.parametrize("in_private_thread", [False, True])
def test_a_private_question_is_shown_only_by_its_askers_wish(store: Store, *, in_private_thread: bool) -> None:
    """Nothing is written where more people read before a second click; then the question, and nothing of the answer."""
    company, _, role = with_experts(store)

    @asynchronous
    async def play() -> None:
        server = company.server
        place = company.public
        if in_private_thread:
            place = server.world.add_thread(company.public, "内緒", server.world.bot, private=True)
            place.participants.add(company.hanako.id)
        async with server, connected(company, store):
            card = await ask(company, place, private=not in_private_thread)
            confirmation = await call_experts(company, card)
            assert confirmation.ephemeral
            assert requests_in(company.public) == []
            assert len(company.guild.channels) == (3 if in_private_thread else 2)
            shown = confirmation.original
            await server.click(company.hanako, shown, f"{HELP_ID}{card.id}:publish")
            (request,) = requests_in(company.public)
            assert request.channel.parent is company.public
            assert request.channel is not place
            assert request.mention_roles == [role]
            assert "富士山" in request.embeds[0]["title"]
            assert "規程" not in str(request.embeds)
            await server.click(company.hanako, shown, f"{HELP_ID}{card.id}:publish")
            assert len(requests_in(company.public)) == 1

    play()


def test_people_talk_in_the_thread_without_the_bot(store: Store) -> None:
    """What experts write, and reply to the request, is no question to the bot, unless it is mentioned."""
    company, hakase, _ = with_experts(store)

    @asynchronous
    async def play() -> None:
        server = company.server
        async with server, connected(company, store):
            # Not even where it answers what nobody asked it.
            await server.slash(company.boss, company.public, "kotae auto-answer", {"on": True})
            await call_experts(company, await ask(company))
            (request,) = requests_in(company.public)
            thread = request.channel
            said_there = [
                await server.send_message(hakase, thread, "経費の上限のことですか？"),
                await server.send_message(hakase, thread, "経費の上限は？", reply_to=request),
            ]
            asked = await server.send_message(hakase, thread, "経費の上限は？", mentions=[server.world.bot])
            assert "五千円" in str((await server.replies(asked))[0].embeds)
            answered = [one.reference for one in thread.messages.values() if one.author is server.world.bot]
            assert not {*said_there} & {*filter(None, answered)}

    play()


def test_the_accepted_answer_becomes_knowledge(store: Store) -> None:
    """Who asked accepts an expert's message; a moderator keeps it, under the question, and whoever waits is told."""
    company, hakase, _ = with_experts(store)
    taro = with_moderator(company)

    @asynchronous
    async def play() -> None:
        server = company.server
        async with server, connected(company, store):
            card = await ask(company)
            await server.slash(company.boss, company.public, "ask", {"question": UNANSWERABLE})
            await until(lambda: [one.times for one in UnansweredQuestions(store).all()] == [2])
            await call_experts(company, card)
            (request,) = requests_in(company.public)
            stray = await server.send_message(hakase, company.public, ANSWER)
            assert "わかりません" in said(await server.context_menu(company.hanako, stray, ACCEPT))
            answer = await server.send_message(hakase, request.channel, ANSWER)
            assert "解決にできるのは" in said(await server.context_menu(stranger(company), answer, ACCEPT))
            accepted = await server.context_menu(company.hanako, answer, ACCEPT)
            assert "答えにしました" in said(accepted)
            assert f"/{answer.id}" in request.embeds[0]["description"]
            assert "解決" in request.embeds[0]["description"]
            refused = await server.click(company.hanako, request, f"kotae:keep:{answer.id}")
            assert "メッセージを管理できる人だけ" in said(refused)
            kept = await server.click(taro, request, f"kotae:keep:{answer.id}")
            assert "#雑談 を読める人" in said(kept)
            assert ANSWER in texts(store)
            await until(lambda: not UnansweredQuestions(store).all())
            found = await server.slash(company.hanako, company.public, "ask", {"question": UNANSWERABLE})
            assert "三七七六" in found.embeds[0]["description"]
            assert "博士" in found.embeds[0]["description"]
            told = [one for one in company.public.messages.values() if "答えが見つかりました" in one.content]
            assert [one.mentions for one in told] == [[company.boss]]

    play()


def stranger(company: Company) -> User:
    """A member who neither asked nor is an expert or a moderator."""
    person = company.server.world.add_user("三郎")
    company.server.world.add_member(company.guild, person)
    return person


def test_a_reply_in_the_channel_is_accepted_and_kept(store: Store) -> None:
    """Where there is no thread, what replies to the request is no question to the bot, and can be the answer."""
    company, hakase, _ = with_experts(store)

    @asynchronous
    async def play() -> None:
        server = company.server
        no_threads = Overwrite(company.guild.id, deny=Permission.CREATE_PUBLIC_THREADS)
        company.public.overwrites.append(no_threads)
        async with server, connected(company, store):
            await call_experts(company, await ask(company))
            (request,) = requests_in(company.public)
            answer = await server.send_message(hakase, company.public, ANSWER, reply_to=request)
            assert "答えにしました" in said(await server.context_menu(hakase, answer, ACCEPT))
            kept = await server.click(company.boss, request, f"kotae:keep:{answer.id}")
            assert "#雑談 を読める人" in said(kept)
            assert ANSWER in texts(store)
            assert not [one for one in company.public.messages.values() if one.reference is answer]

    play()


def test_without_the_intent_the_answers_own_menu_is_named(store: Store) -> None:
    """What Discord does not let the bot read again is not kept, and the moderator hears how to keep it."""
    company, hakase, _ = with_experts(store)
    company.server.gateway.privileged_intents_allowed = False

    @asynchronous
    async def play() -> None:
        server = company.server
        async with server, connected(company, store, Settings(questions_a_minute=1_000)):
            await call_experts(company, await ask(company))
            (request,) = requests_in(company.public)
            answer = await server.send_message(hakase, request.channel, ANSWER)
            assert "答えにしました" in said(await server.context_menu(company.hanako, answer, ACCEPT))
            kept = await server.click(company.boss, request, f"kotae:keep:{answer.id}")
            assert "Message Content Intent" in said(kept)
            assert "保存しました" in said(await server.context_menu(company.boss, answer, "ナレッジに保存"))

    play()


def test_who_opted_out_is_not_kept(store: Store) -> None:
    """An expert's message may be accepted, and is not learnt where they do not want that."""
    company, hakase, _ = with_experts(store)

    @asynchronous
    async def play() -> None:
        server = company.server
        async with server, connected(company, store):
            await call_experts(company, await ask(company))
            (request,) = requests_in(company.public)
            answer = await server.send_message(hakase, request.channel, ANSWER)
            Channels(store).opt_out(hakase.id)
            await server.context_menu(company.hanako, answer, ACCEPT)
            kept = await server.click(company.boss, request, f"kotae:keep:{answer.id}")
            assert "書いた人が" in said(kept)
            assert ANSWER not in texts(store)

    play()


def test_the_button_closes_a_question(store: Store) -> None:
    """An expert closes it; a stranger may not; closed it cannot be clicked again."""
    company, hakase, _ = with_experts(store)

    @asynchronous
    async def play() -> None:
        server = company.server
        async with server, connected(company, store):
            await call_experts(company, await ask(company))
            (request,) = requests_in(company.public)
            resolve = f"kotae:resolved:{company.hanako.id}"
            assert "解決にできるのは" in said(await server.click(stranger(company), request, resolve))
            await server.click(hakase, request, resolve)
            assert "✅" in request.embeds[0]["description"]
            assert request.components[0]["components"][0]["disabled"]
            (noted,) = HelpRequests(store).asked_in(request.channel.id)
            assert noted.resolved

    play()


def test_what_a_person_asked_is_forgotten_with_them(store: Store) -> None:
    """Of whoever opts out no id is kept; their thread goes on to be one in which the bot answers only who mentions it."""
    requests = HelpRequests(store)
    requests.note_asked(requests.claim(1, 2, 3, 4) or 0, 5, 6)
    Channels(store).opt_out(4)
    Channels(store).forget_opted_out()
    assert [one.person for one in requests.asked_in(5)] == [0]
    assert requests.claim(1, 2, 7, 4)
    kept = requests.below(7)
    assert kept is not None
    assert kept.person == 0
    Guilds(store).forget(1)
    assert requests.below(7) is None


def test_the_client_closes_with_a_request_under_way(store: Store) -> None:
    """A request that could not be made can be made again."""
    company, _, _ = with_experts(store)

    @asynchronous
    async def play() -> None:
        server = company.server
        async with server, server.running(new_client(store)):
            card = await ask(company)
            server.failing["POST /channels/{channel_id}/messages/{message_id}/threads"] = 403
            assert "ここでは助けを求められません" in said(await call_experts(company, card))
            server.failing.clear()
            assert "助けを求めました" in said(await call_experts(company, card))

    play()


def test_the_doctor_knows_who_is_asked(store: Store) -> None:
    """Whether the role can be mentioned here, and where the digest comes, is in /kotae doctor."""
    company, _, role = with_experts(store)
    Guilds(store).set(company.guild.id, "digest", f"{company.private.id}/ja")

    @asynchronous
    async def play() -> None:
        async with company.server, connected(company, store):
            checked = await company.server.slash(company.boss, company.public, "kotae doctor")
            assert f"✅ 助けを求める相手：<@&{role.id}>" in str(checked.embeds)
            assert f"✅ 週報：<#{company.private.id}>" in str(checked.embeds)
            await company.server.delete_role(company.guild, role)
            checked = await company.server.slash(company.boss, company.public, "kotae doctor")
            assert "❌ 助けを求める相手：…" in str(checked.embeds)

    play()
