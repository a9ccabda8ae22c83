"""What may be shown changes between the search and the moment when what was found is sent."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.discord.client import KotaeClient
from bot.discord.knowledge.opaque_ids import opaque_ids
from bot.source_names import ATTACHMENT
from index.audience import Audience
from index.store.discord.guilds import Guilds
from index.store.discord.pins import Pins
from index.store.discord.unanswered_questions import Asking, UnansweredQuestions
from index.store.store import Store
from tests.bot.discord.company import connected, new_company, until
from tests.bot.discord.test_client import button
from tests.loopback_discord.scenario import asynchronous
from tests.loopback_discord.world.channel import Channel
from tests.loopback_discord.world.message import Message
from tests.loopback_discord.world.permissions import Overwrite, Permission
from tests.loopback_discord.world.users import User
from tests.stores import document, put

HIDDEN = "極秘"
QUESTIONS = "合言葉は何ですか？", "合言葉の由来は何ですか？"


class Room:
    """A room whose two readers ask about what is for the readers of another; and what takes that away from them."""

    def __init__(self, store: Store) -> None:
        self.company, self.store = new_company(), store
        self.server, world, guild = self.company.server, self.company.server.world, self.company.guild
        self.hanako, self.taro = self.company.hanako, world.add_user("太郎")
        world.add_member(guild, self.taro)
        manager = world.add_role(guild, "管理", Permission.MANAGE_GUILD | Permission.MANAGE_MESSAGES)
        guild.members[self.hanako.id].roles.append(manager)
        self.source = world.add_private_channel(guild, HIDDEN, self.hanako, self.taro)
        self.room = world.add_private_channel(guild, "相談", self.hanako, self.taro)
        readers = Audience("channel", guild.id, self.source.id)
        known = document("a", f"合言葉は{HIDDEN}の山と川です", f"合言葉の由来は{HIDDEN}の古い歌です", title=HIDDEN)
        put(store, f"/{HIDDEN}", known, audience=readers)
        UnansweredQuestions(store).record(
            guild.id, f"{HIDDEN}の高さは何メートルですか", Asking(self.source.id, self.source.id)
        )
        for kept in [kept for _, _, kept in store.all()]:
            for person in range(3):
                Guilds(store).record_feedback(
                    guild.id, QUESTIONS[0], kept.passage.id, helpful=False, person=person, channel=self.source.id
                )
            Pins(store).pin(guild.id, self.source.id, f"{HIDDEN}はいつ？", kept.passage.id, readers, 1)
        self.armed = self.revoked = False
        # The first request that is looked at.
        self.begin = 0

    def watch(self, client: KotaeClient, found: Callable[[Any, Any], bool]) -> None:
        """Take it away as soon as something is found, while that is armed."""
        self.client, run_in_thread = client, client.services.run_in_thread

        async def revoking(work: Any, *arguments: Any) -> Any:
            result = await run_in_thread(work, *arguments)
            if self.armed and found(work, result):
                await self.revoke()
            return result

        client.services.run_in_thread = revoking  # type: ignore[method-assign]

    async def revoke(self) -> None:
        """The source is closed to both, and the room opened to everyone; from then on, requests are looked at."""
        self.armed = False
        hidden = Overwrite(self.company.guild.id, deny=Permission.VIEW_CHANNEL)
        ours = Overwrite(self.server.world.bot.id, is_member=True, allow=Permission.VIEW_CHANNEL)
        await self.server.set_overwrites(self.source, hidden, ours)
        await self.server.set_overwrites(self.room)
        known: Any = self.client.get_channel(self.room.id)
        await until(lambda: not known._overwrites)
        self.begin, self.revoked = len(self.server.requests), True

    def said(self) -> str:
        """All that was sent since it was taken away, or since a button was pressed."""
        bodies = [request.body for request in self.server.requests[self.begin :]]
        return json.dumps(bodies, ensure_ascii=False)

    async def card(self, question: str, place: Channel | None = None) -> Message:
        """An answer to 花子."""
        asked = await self.server.slash(self.hanako, place or self.room, "ask", {"question": question})
        assert asked.original
        return asked.original

    async def mention(self, question: str, place: Channel | None = None) -> Message:
        """A message to the bot; gives the reply."""
        bot = self.server.world.bot
        written = await self.server.send_message(self.hanako, place or self.room, question, mentions=[bot])
        return (await self.server.replies(written))[0]


Act = Callable[[Room, str], Awaitable[object]]


async def ask(room: Room, question: str) -> None:
    """Ask by command."""
    await room.card(question)


async def ask_in_private(room: Room, question: str) -> None:
    """Ask for oneself alone."""
    await room.server.slash(room.hanako, room.room, "ask", {"question": question, "private": True})


async def mention(room: Room, question: str) -> None:
    """Ask by mention."""
    await room.mention(question)


async def remark(room: Room, question: str) -> None:
    """Ask nobody, where answering is on."""
    await room.server.slash(room.company.boss, room.room, "kotae auto-answer", {"on": True, "channel": room.room})
    written = await room.server.send_message(room.hanako, room.room, question)
    await until(lambda: room.revoked or room.server._replies(written))


def click(kind: str, end: str = "", *, by_other: bool = False, in_public: bool = False) -> Act:
    """Press a button of a card."""

    async def act(room: Room, question: str) -> None:
        armed, room.armed = room.armed, False
        card = await (room.mention(question, room.company.public) if in_public else room.card(question))
        room.armed, room.begin = armed, len(room.server.requests)
        clicker: User = room.taro if by_other else room.hanako
        await room.server.click(clicker, card, button(card, kind, end))

    return act


async def complete(room: Room, question: str) -> None:
    """Type the beginning of a source."""
    await room.server.autocomplete(room.hanako, room.room, "ask", {"question": question, "source": HIDDEN[0]})


def knowledge(command: str) -> Act:
    """Look at a list."""

    async def act(room: Room, _: str) -> None:
        await room.server.slash(room.hanako, room.room, f"knowledge {command}")

    return act


async def choose(room: Room, _: str) -> None:
    """Choose a question to answer it."""
    armed, room.armed = room.armed, False
    listed = await room.server.slash(room.hanako, room.room, "knowledge gaps")
    room.armed, room.begin = armed, len(room.server.requests)
    chosen = [*opaque_ids(room.store, "gap", [gap.number for gap in UnansweredQuestions(room.store).all()]).values()]
    await room.server.select(room.hanako, listed.original, "kotae:gaps:answer", chosen)


async def offer(room: Room, question: str) -> None:
    """Look for a passage to pin."""
    await room.server.slash(room.hanako, room.source, "knowledge pin", {"question": question})


ACTS: dict[str, Act] = {
    "a command": ask,
    "a command for oneself": ask_in_private,
    "a mention": mention,
    "a remark": remark,
    "the next page of one's card": click("page", ">"),
    "the next page of another's card": click("page", ">", by_other=True),
    "the context": click("context"),
    "the explanation": click("explain"),
    "an answer for oneself": click("alone", in_public=True),
    "a completion": complete,
    "the sources": knowledge("list"),
    "the questions": knowledge("gaps"),
    "a question to answer": choose,
    "the passages that did not help": knowledge("unhelpful"),
    "the pins": knowledge("pins"),
    "a passage to pin": offer,
}


@pytest.mark.parametrize("act", ACTS.values(), ids=ACTS)
def test_what_may_no_longer_be_shown_is_not_sent(store: Store, act: Act) -> None:
    """Where a permission is taken away while something is looked for, what it allowed is not said: whatever was asked."""

    @asynchronous
    async def play() -> None:
        room = Room(store)
        async with room.server, connected(room.company, store) as client:
            room.watch(client, lambda _, found: HIDDEN in repr(found))
            await act(room, QUESTIONS[0])
            assert HIDDEN in room.said()
            room.armed = True
            await act(room, QUESTIONS[1])
            await until(lambda: room.revoked)
            await asyncio.sleep(0.2)
            assert HIDDEN not in room.said()

    play()


def test_a_list_is_looked_at_again_after_it_was_counted(store: Store) -> None:
    """How much there is of each source is counted after they were found."""

    @asynchronous
    async def play() -> None:
        room = Room(store)
        async with room.server, connected(room.company, store) as client:
            room.watch(client, lambda work, _: work.__name__ == "_counts")
            room.armed = True
            await knowledge("list")(room, "")
            assert room.revoked
            assert "もう一度お試しください" in room.said()
            assert HIDDEN not in room.said()

    play()


@pytest.mark.parametrize("command", ["list", "gaps", "unhelpful", "pins", "remove"])
def test_what_a_moderator_is_shown_is_looked_at_again_when_it_waited(store: Store, command: str) -> None:
    """What Discord lets wait is not shown where what it tells of is closed meanwhile."""

    @asynchronous
    async def play() -> None:
        room = Room(store)
        of_source = Audience("channel", room.company.guild.id, room.source.id)
        put(store, f"/{HIDDEN}.txt", document("b", "別の話"), audience=of_source, kind=ATTACHMENT)
        options = {"source": f"{HIDDEN}.txt"} if command == "remove" else {}
        async with room.server, connected(room.company, store) as client:
            room.client = client
            await room.server.slash(room.hanako, room.room, f"knowledge {command}", options)
            assert HIDDEN in room.said()
            room.server.limit_next("POST /interactions/{interaction_id}/{interaction_token}/callback", 0.3)
            asking = asyncio.ensure_future(room.server.slash(room.hanako, room.room, f"knowledge {command}", options))
            await until(lambda: [request for request in room.server.requests if request.status == 429])
            await room.revoke()
            assert "もう一度お試しください" in (await asking).content
            assert HIDDEN not in room.said()

    play()


def test_what_waits_for_a_rate_limit_is_looked_at_again(store: Store) -> None:
    """An answer that discord.py holds back is not sent where its text may meanwhile not be shown; another is."""

    @asynchronous
    async def play() -> None:
        room = Room(store)
        async with room.server, connected(room.company, store) as client:
            room.client = client
            room.server.limit_next("POST /channels/{channel_id}/messages", 0.3)
            asking = asyncio.create_task(room.mention(QUESTIONS[0]))
            await until(lambda: [request for request in room.server.requests if request.status == 429])
            await room.revoke()
            reply = await asking
            assert "見つかりませんでした" in reply.embeds[0]["description"]
            assert HIDDEN not in room.said()

    play()
