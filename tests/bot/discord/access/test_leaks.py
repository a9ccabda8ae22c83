"""All that the bot says in two guilds with public and private channels, searched for what its readers may not read."""

from __future__ import annotations

import json
import random
from pathlib import Path
from typing import NamedTuple

import pytest

from index.audience import Audience
from index.documents.passages import to_passages
from index.store.discord.channel_sources import ChannelSources
from index.store.discord.channels import Channels
from index.store.discord.message_rows import Message as Said
from index.store.discord.pins import Pins
from index.store.rows import AnalysedDocument, analyse_text
from index.store.store import CHANNEL, Store
from index.types import Block, Document
from tests.bot.discord.company import Company, connected, new_company
from tests.bot.discord.test_client import button_ids
from tests.loopback_discord.rest.interactions import Interaction
from tests.loopback_discord.scenario import asynchronous
from tests.loopback_discord.world.channel import Channel, Guild
from tests.loopback_discord.world.message import Message
from tests.loopback_discord.world.permissions import Overwrite, Permission
from tests.loopback_discord.world.users import User
from tests.stores import document, new_store, put

READING = Permission.VIEW_CHANNEL | Permission.READ_MESSAGE_HISTORY
QUESTION = "合言葉は何ですか"
ROUNDS = 24


class Search:
    """Two guilds, each with an open and three closed rooms that hold a secret, and what is said searched for those."""

    def __init__(self, company: Company, store: Store) -> None:
        self.chance = random.Random(66)
        self.company, self.world = company, company.server.world
        self.visitor = self.world.add_user("兼務")
        self.rooms: list[Room] = []
        self.sources: list[int] = []
        self.shown_alone = self.shown_to_all = 0
        other = self.world.add_guild("取引先", self.visitor, company.hanako)
        self.world.add_member(company.guild, self.visitor)
        for guild in (company.guild, other):
            self._add_rooms(store, guild)

    def _add_rooms(self, store: Store, guild: Guild) -> None:
        for number in range(4):
            allowed = [
                Overwrite(member.user.id, is_member=True, allow=READING)
                for member in guild.members.values()
                if member.user is self.world.bot or self.chance.random() < 0.5
            ]
            closed = [Overwrite(guild.id, deny=Permission.VIEW_CHANNEL), *allowed] if number else []
            channel = self.world.add_channel(guild, f"部屋{number}", *closed)
            room = Room(guild, channel, f"秘{channel.id}")
            # The more is said beside it the worse it answers, so that which answer is best does not hang on chance.
            beside = "、".join(["この部屋に出入りする人たちの間での話です"] * (3 - number))
            known = document(f"{channel.id}", f"合言葉は{room.secret}です。{beside}", title=room.secret)
            readers = Audience("channel", guild.id, channel.id)
            self.sources.append(put(store, f"/{channel.id}", known, audience=readers))
            if number % 2:
                Pins(store).pin(guild.id, channel.id, QUESTION, known.passages[0][0].id, readers, self.visitor.id)
            self.rooms.append(room)

    def choose_sources(self, store: Store, room: Room) -> None:
        """Let a room be answered from any sources, also those of others and of another guild."""
        chosen = self.chance.sample(self.sources, self.chance.randrange(1, len(self.sources) + 1))
        ChannelSources(store).choose(room.guild.id, room.channel.id, chosen)

    def check(self, shown: object, seen_by: list[User]) -> None:
        """Fail if something shown has a secret that one of those who see it may not read."""
        said = json.dumps(shown, ensure_ascii=False)
        for room in self.rooms:
            if room.secret in said:
                assert all(READING in room.channel.permissions(reader) for reader in seen_by), (said, room.channel.name)

    def check_interaction(self, asked: Interaction, room: Room) -> None:
        """Check an answer, for the one who asked if they alone see it."""
        self.check([asked.content, asked.embeds], [asked.user] if asked.ephemeral else room.people)
        for follow_up in asked.follow_ups:
            self.check([follow_up.content, follow_up.embeds], [asked.user])

    async def ask(self, room: Room, asker: User) -> Message:
        """Ask by command."""
        asked = await self.company.server.slash(asker, room.channel, "ask", {"question": QUESTION})
        self.check_interaction(asked, room)
        self.shown_alone += asked.ephemeral
        self.shown_to_all += "秘" in str(asked.embeds) and not asked.ephemeral
        typed = {"question": "x", "source": "秘"}
        self.check(await self.company.server.autocomplete(asker, room.channel, "ask", typed), [asker])
        assert asked.original is not None
        return asked.original

    async def mention(self, room: Room, asker: User) -> Message:
        """Ask by mention."""
        written = await self.company.server.send_message(asker, room.channel, QUESTION, mentions=[self.world.bot])
        (reply,) = await self.company.server.replies(written)
        self.check([reply.content, reply.embeds], room.people)
        return reply

    async def click_all(self, room: Room, card: Message, clicker: User) -> None:
        """Press every button that shows something; the page buttons last, which change the others."""
        for kind in ("kotae:alone", "kotae:context", "kotae:explain", "kotae:page", "kotae:context"):
            for button in [one for one in button_ids(card) if one.startswith(kind)][:1]:
                self.check_interaction(await self.company.server.click(clicker, card, button), room)


class Room(NamedTuple):
    """A channel with what only its readers may be shown."""

    guild: Guild
    channel: Channel
    secret: str

    @property
    def people(self) -> list[User]:
        """Who sees what is said there."""
        people = [member.user for member in self.guild.members.values() if not member.user.bot]
        return [person for person in people if Permission.VIEW_CHANNEL in self.channel.permissions(person)]


@pytest.mark.parametrize("chosen", [False, True], ids=["from all", "from what was chosen"])
def test_what_is_said_is_for_all_who_read_it(store: Store, *, chosen: bool) -> None:
    """Answers, choices, buttons and messages never show a channel's text to somebody who may not read it."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        search = Search(company, store)
        async with company.server, connected(company, store):
            for turn in range(ROUNDS):
                room = search.chance.choice(search.rooms)
                asker, clicker = search.chance.choices(room.people, k=2)
                if chosen:
                    search.choose_sources(store, room)
                card = await (search.mention if turn % 3 == 0 else search.ask)(room, asker)
                if chosen and turn % 2:
                    # What the card quotes may not be used any more.
                    search.choose_sources(store, room)
                await search.click_all(room, card, asker if card.ephemeral else clicker)
                for message in room.channel.messages.values():
                    if message.author is search.world.bot:
                        search.check([message.content, message.embeds], room.people)
            assert search.shown_alone > (0 if chosen else 2)
            assert search.shown_to_all > 2
            mailbox = search.world.direct_channel(search.visitor)
            direct = await company.server.send_message(search.visitor, mailbox, QUESTION)
            (answer,) = await company.server.replies(direct)
            search.check([answer.embeds], [search.visitor])

    play()


MESSAGE_URL = "https://discord.com/channels/1/2/1000"
GUESS = "合言葉は山と川です。"


def learn_in_private(company: Company, store: Store, text: str) -> None:
    """A conversation of the private channel, that begins with the message at a known address."""
    source = store.put_source(CHANNEL, "discord:1/2", Audience("channel", company.guild.id, company.private.id))
    channels = Channels(store)
    number = channels.add(source, 2, "#経営", "会社").number
    for identity, words in ((1000, "会議を始めます。"), (1001, text)):
        url = f"https://discord.com/channels/1/2/{identity}"
        channels.take(number, [Said(identity, 5, "部長", words, "2026-01-02T03:04:05+00:00", url=url)])


def guess_in_public(store: Store) -> None:
    """A table whose rows name the address of somebody else's message."""
    for name, text in (("表", GUESS), ("別の表", f"その{GUESS}")):
        made = Document(name, name, "総務部", (Block(text, date="2020-01-01", url=MESSAGE_URL),))
        passages = [(passage, analyse_text(passage.text)) for passage in to_passages(made)]
        put(store, f"/{name}", AnalysedDocument(made, name, passages))


async def everything_shown(store: Store, private_text: str) -> str:
    """All that 花子 is shown who asks, leafs through, and looks at what stands around."""
    company = new_company()
    learn_in_private(company, store, private_text)
    guess_in_public(store)
    async with company.server, connected(company, store):
        asked = await company.server.slash(company.hanako, company.public, "ask", {"question": QUESTION})
        shown = [asked.embeds]
        written = await company.server.send_message(
            company.hanako, company.public, QUESTION, mentions=[company.server.world.bot]
        )
        shown.append((await company.server.replies(written))[0].embeds)
        for kind in ("kotae:context", "kotae:page", "kotae:context"):
            name = next(one for one in button_ids(asked.original) if one.startswith(kind))
            shown.append((await company.server.click(company.hanako, asked.original, name)).embeds)
    return json.dumps(shown, ensure_ascii=False)


@pytest.mark.parametrize("private_text", [GUESS, f"内緒ですが、その{GUESS}"])
def test_an_address_tells_nothing_of_what_is_said_there(tmp_path: Path, private_text: str) -> None:
    """Whoever may not read a conversation is shown the same, to the letter, whether it says what they guessed or not."""

    @asynchronous
    async def play() -> None:
        shown = []
        for name, text in (("with", private_text), ("without", "おはようございます。")):
            store = new_store(tmp_path, f"{name}.db")
            shown.append(await everything_shown(store, text))
            store.close()
        assert GUESS[:-1] in shown[0]
        assert shown[0] == shown[1]

    play()
