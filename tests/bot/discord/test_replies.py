"""Nobody waits for more than 2 s to hear that an answer will come, whatever they use, and each gets one answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import Any

import discord
import pytest
from discord import app_commands
from discord.ui import Item, View

from bot.discord.answers.answering import PrivateAnswerButton
from bot.discord.answers.buttons import (
    ContextButton,
    DeleteButton,
    ExplainButton,
    PageButton,
    VoteButton,
)
from bot.discord.answers.follow_up import FollowUpButton, FollowUpModal
from bot.discord.answers.help.asking import ConfirmHelpButton, HelpButton
from bot.discord.answers.help.resolving import ResolveButton
from bot.discord.auto_answer.mute_button import MuteButton
from bot.discord.client import ITEMS, KotaeClient
from bot.discord.experts.accepting import KeepButton
from bot.discord.forgetting.commands import ForgetGuildButton, RememberButton
from bot.discord.freshness.notices import ExtendButton
from bot.discord.knowledge.channel_sources import (
    AllSourcesButton,
    ChannelSourcesPageButton,
    ChannelSourcesSelect,
)
from bot.discord.knowledge.opaque_ids import opaque_ids
from bot.discord.knowledge.pins import PinSelect, PinsPageButton, UnpinSelect
from bot.discord.knowledge.sources import RemoveButton, SourcesPageButton
from bot.discord.knowledge.unhelpful import UnhelpfulPageButton, UnhelpfulSelect
from bot.discord.learning.learnt_channels import LearntChannels
from bot.discord.services import Services
from bot.discord.unanswered.questions import AnswerModal, QuestionSelect, QuestionsPageButton
from bot.wording import Wording
from index.audience import CHANNEL, GUILD, Audience
from index.store.discord.unanswered_questions import Asking, UnansweredQuestion, UnansweredQuestions
from index.store.store import Store
from tests.bot.discord.company import Company, new_client, new_company, until
from tests.bot.discord.test_client import button
from tests.loopback_discord.rest.interactions import Interaction, InteractionType, ResponseType
from tests.loopback_discord.rest.limits import STRING_SELECT
from tests.loopback_discord.scenario import asynchronous
from tests.loopback_discord.world.message import Message
from tests.stores import document, put

# Longer than a handler may take before it has to announce its answer; what looks up twice takes it twice.
SLOW = 1.6
# Two seconds, and half a second for a busy machine; two waits after each other would take three.
LATEST_MILLISECONDS = 2_500
QUESTION = "経費の上限はいくらですか"
ANSWER = "経費の上限は一日五千円です"
SAY = Wording("ja")
COMPLETED: dict[tuple[str, str], dict[str, str]] = {
    ("ask", "source"): {"question": QUESTION, "source": ""},
    ("knowledge remove", "source"): {"source": ""},
    ("knowledge refresh", "source"): {"source": ""},
    ("knowledge expiry", "source"): {"source": ""},
}


@pytest.fixture
def store(store: Store) -> Store:
    """A store that knows one thing."""
    put(store, "/handbook", document("規程", ANSWER, "経費の締めは月末です"))
    return store


@pytest.fixture
def slow(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Lets whatever is looked up, written or taken in take long from then on."""

    def begin() -> None:
        for kind, name in ((Services, "run_in_thread"), (Services, "run_intake"), (LearntChannels, "write")):
            monkeypatch.setattr(kind, name, _slowly(getattr(kind, name)))

    return begin


def _slowly(work: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    async def slow(*arguments: Any) -> Any:
        await asyncio.sleep(SLOW)
        return await work(*arguments)

    return slow


def answers(interaction: Interaction) -> int:
    """How many answers somebody got, beside the announcement of one."""
    if interaction.type is InteractionType.AUTOCOMPLETE:
        return 1
    later = len(interaction.edits) + len(interaction.follow_ups)
    if interaction.response_type is ResponseType.DEFERRED_MESSAGE:
        return later
    if interaction.response_type is ResponseType.DEFERRED_UPDATE:
        return later + bool(interaction.original and interaction.original.deleted)
    return later + 1


def everything_said(interaction: Interaction) -> str:
    """All texts of an interaction's answers."""
    return "".join([interaction.content, *(message.content for message in interaction.follow_ups)])


async def use_item(company: Company, message: Message, gap: str) -> None:
    """Use the one thing under a message."""
    component = message.components[0]["components"][0]
    if component["type"] == STRING_SELECT:
        await company.server.select(company.boss, message, component["custom_id"], [gap])
    else:
        await company.server.click(company.boss, message, component["custom_id"])


async def submit(company: Company, message: Message, form: discord.ui.Modal) -> None:
    """Fill in a form that was opened from a message."""
    opened = Interaction(0, InteractionType.COMPONENT, company.boss, company.public, {}, "ja", "opened", message)
    opened.response_type, opened.response = ResponseType.MODAL, form.to_dict()
    field = form.to_components()[0]["components"][0]["custom_id"]
    await company.server.submit_modal(company.boss, opened, {field: "富士山の高さは三七七六メートルです。"})


def card(company: Company, embeds: list[dict[str, Any]], item: Item[Any]) -> Message:
    """A message of the bot's with one button or select."""
    view = View(timeout=None)
    view.add_item(item)
    message = Message(company.server.world.snowflake(), company.public, company.server.world.bot, embeds=embeds)
    message.components = [
        {**row, "id": 1, "components": [{**row["components"][0], "id": 2}]} for row in view.to_components()
    ]
    company.public.messages[message.id] = message
    return message


def every_command(company: Company, source: str, said: Message) -> dict[str, Callable[[], Awaitable[Interaction]]]:
    """How each command is used, by its name in the tree."""
    file = company.server.messages.add_attachment(company.public, "規程.txt", "旅費は実費です。\n".encode())
    slash: dict[str, dict[str, Any]] = {
        "ask": {"question": QUESTION},
        "kotae doctor": {},
        "kotae forget-me": {},
        "kotae forget-guild": {},
        "kotae auto-answer": {"on": True, "channel": company.public},
        "kotae sources": {"channel": company.public},
        "knowledge add": {"file": file},
        "knowledge list": {},
        "knowledge remove": {"source": source},
        "knowledge refresh": {},
        "knowledge expiry": {"source": source, "when": "90"},
        "knowledge learn": {"channel": company.public},
        "knowledge gaps": {},
        "knowledge unhelpful": {},
        "knowledge pin": {"question": QUESTION},
        "knowledge pins": {},
        "kotae experts": {},
        "kotae digest": {"on": True},
    }
    server, boss = company.server, company.boss
    uses: dict[str, Callable[[], Awaitable[Interaction]]] = {
        name: lambda name=name, options=options: server.slash(boss, company.public, name, options)  # type: ignore[misc]
        for name, options in slash.items()
    }
    for name in ("これを質問", "ナレッジに保存", "これで解決"):
        uses[name] = lambda name=name: server.context_menu(boss, said, name)  # type: ignore[misc]
    return uses


def every_item(company: Company, passage: str, source: str, gap: tuple[str, UnansweredQuestion]) -> list[Item[Any]]:
    """One of each thing that can be used under a message."""
    handle, asked = gap
    return [
        PageButton(company.boss.id, 0, passage, ">"),
        ContextButton(passage),
        ExplainButton(passage),
        VoteButton("bad", passage),
        PrivateAnswerButton(),
        DeleteButton(company.boss.id),
        FollowUpButton(company.boss.id),
        RememberButton(),
        MuteButton(),
        SourcesPageButton(0),
        RemoveButton(source),
        ChannelSourcesSelect(company.public.id, 0),
        ChannelSourcesPageButton(company.public.id, 0),
        AllSourcesButton(company.public.id),
        ExtendButton(source),
        QuestionSelect("answer", {handle: asked}),
        QuestionSelect("dismiss", {handle: asked}),
        QuestionsPageButton(0),
        UnhelpfulSelect("hide"),
        UnhelpfulPageButton(0),
        PinSelect(),
        UnpinSelect(),
        PinsPageButton(0),
        HelpButton(company.boss.id),
        ConfirmHelpButton(1),
        ResolveButton(company.boss.id),
        KeepButton(1),
        ForgetGuildButton(),
    ]


def commands_of(client: KotaeClient) -> set[str]:
    """The names of all commands that the tree has."""
    kinds = discord.AppCommandType.chat_input, discord.AppCommandType.message, discord.AppCommandType.user
    found = (command for kind in kinds for command in client.tree.walk_commands(type=kind))
    return {command.qualified_name for command in found if not isinstance(command, app_commands.Group)}


def completed_in(client: KotaeClient) -> set[tuple[str, str]]:
    """The options that are completed, each with its command."""
    return {
        (command.qualified_name, option.name)
        for command in client.tree.walk_commands()
        if isinstance(command, app_commands.Command)
        for option in command.parameters
        if option.autocomplete
    }


def test_whatever_is_used_is_answered_in_time_and_once(store: Store, slow: Callable[[], None]) -> None:
    """Each command, context menu, completion, button, select and form, found by walking through what there is."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server, boss, public = company.server, company.boss, company.public
        added = put(
            store, "discord:file", document("旅費", "旅費は実費です"), audience=Audience(GUILD, company.guild.id)
        )
        UnansweredQuestions(store).record(
            company.guild.id, "富士山の高さは", Asking(public.id, public.id, None, company.hanako.id, "ja")
        )
        async with server, server.running(client := new_client(store)):
            said = await server.send_message(company.hanako, public, QUESTION)
            first = await server.slash(boss, public, "ask", {"question": QUESTION})
            passage = button(first.original, "context").rpartition(":")[2]
            (asked,) = UnansweredQuestions(store).all()
            gap = opaque_ids(store, "gap", [asked.number])[asked.number], asked
            slow()
            commands = every_command(company, opaque_ids(store, "source", [added])[added], said)
            assert set(commands) == commands_of(client)
            assert set(COMPLETED) == completed_in(client)
            items = every_item(company, passage, opaque_ids(store, "source", [added])[added], gap)
            assert {type(item) for item in items} == set(ITEMS)
            *most, last = items
            forms = FollowUpModal(SAY), AnswerModal(SAY, *gap)
            earlier = len(server.interactions.all)
            await asyncio.gather(
                *(use() for use in commands.values()),
                *(server.autocomplete(boss, public, name, options) for (name, _), options in COMPLETED.items()),
                *(use_item(company, card(company, first.embeds, item), gap[0]) for item in most),
                *(submit(company, card(company, first.embeds, FollowUpButton(boss.id)), form) for form in forms),
            )
            # What the others need is then forgotten.
            await use_item(company, card(company, first.embeds, last), gap[0])
            used = server.interactions.all[earlier:]
            assert len(used) == len(commands) + len(COMPLETED) + len(items) + len(forms)
            assert [one.name for one in used if one.milliseconds > LATEST_MILLISECONDS] == []
            await until(lambda: all(map(answers, used)), 20)
            await asyncio.sleep(0.5)
            # How far learning is replaces what was said when it began, as often as there is news.
            learning = [one for one in used if one.name == "/knowledge learn"]
            assert [len(one.follow_ups) for one in learning] == [0]
            assert [one.name for one in used if one not in learning and answers(one) != 1] == []
            assert "うまく答えられませんでした" not in "".join(map(everything_said, used))
        assert not server.violations

    play()


@pytest.mark.parametrize("locked", [False, True], ids=["for all", "for the asker alone"])
def test_a_slow_answer_is_shown_to_those_who_may_read_it(
    store: Store, slow: Callable[[], None], *, locked: bool
) -> None:
    """What takes long is announced to all; an answer for the asker alone takes the announcement away."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server = company.server
        audience = Audience(CHANNEL, company.guild.id, (company.private if locked else company.public).id)
        put(store, "/bonus", document("賞与", "賞与は年に二回です"), audience=audience)
        async with server, server.running(new_client(store)):
            slow()
            question = {"question": "賞与は年に何回ですか"}
            asked, alone = await asyncio.gather(
                server.slash(company.boss, company.public, "ask", question),
                server.slash(company.boss, company.public, "ask", question | {"private": True}),
            )
            announced = asked.original
            assert announced
            assert (announced.loading, announced.ephemeral) == (True, False)
            await until(lambda: answers(asked))
            assert announced.deleted is locked
            shown = asked.follow_ups[0] if locked else announced
            assert "二回" in str(shown.embeds)
            assert shown.ephemeral is locked
            assert "二回" not in str([one.embeds for one in company.public.messages.values() if locked])
            assert alone.ephemeral
            await until(lambda: "二回" in str(alone.embeds))
        assert not server.violations

    play()


def test_guilds_that_do_not_say_who_is_in_them_hold_nobody_up(store: Store) -> None:
    """All are asked at once; where Discord takes too long, what is known by then is answered from."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        server, world = company.server, company.server.world
        audience = Audience(CHANNEL, company.guild.id, company.private.id)
        put(store, "/bonus", document("賞与", "賞与は年に二回です"), audience=audience)
        for number in range(5):
            other = world.add_guild(f"会社{number}", company.boss)
            put(store, f"/{number}", document("別", f"別の{number}番です"), audience=Audience(GUILD, other.id))
        server.slow["GET /guilds/{guild_id}/members/{user_id}"] = SLOW
        async with server, server.running(new_client(store)):
            direct = world.direct_channel(company.boss)
            asked = await server.slash(company.boss, direct, "ask", {"question": "賞与は年に何回ですか"})
            assert asked.milliseconds < LATEST_MILLISECONDS
            begin = time.monotonic()
            await until(lambda: "二回" in str(asked.embeds))
            assert time.monotonic() - begin < 2 * SLOW
        assert not server.violations

    play()
