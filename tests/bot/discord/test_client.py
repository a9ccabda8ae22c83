from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import NamedTuple

import pytest

from bot.discord.client import KotaeClient
from bot.settings import Settings
from index.search.library import Library
from index.types import Result
from tests.index.examples import passage
from tests.knowledge import FixedKnowledge, library_of, library_of_the_article
from tests.loopback_discord.rest.interactions import ResponseType
from tests.loopback_discord.scenario import asynchronous, server_with_people
from tests.loopback_discord.server import LoopbackDiscord
from tests.loopback_discord.world.channel import Channel
from tests.loopback_discord.world.message import Message
from tests.loopback_discord.world.users import User

TITLE = "MicrosoftはOpenAIに投資、しかしシリコンバレーは泣いている"
QUESTION = "Microsoftは何を買収しましたか"
UNANSWERABLE = "富士山の高さは何メートル？"
CONTACT = "総務部の佐藤さん"


@pytest.fixture(scope="module")
def library() -> Library:
    """The library of the built-in article."""
    return library_of_the_article()


class Scene(NamedTuple):
    """A server with 花子 in a channel, and the bot there."""

    server: LoopbackDiscord
    hanako: User
    channel: Channel
    client: KotaeClient


@asynccontextmanager
async def scene(library: Library, settings: Settings | None = None) -> AsyncIterator[Scene]:
    """A server on which the bot runs; at the end nothing that it did was against Discord's rules."""
    server, hanako, channel = server_with_people(heartbeat_interval=1.0)
    client = KotaeClient(settings or Settings(contact=CONTACT), FixedKnowledge(library))
    async with server, server.running(client):
        yield Scene(server, hanako, channel, client)
        assert not server.violations


def description(message: Message | None) -> str:
    """The text of a card."""
    assert message is not None
    return str(message.embeds[0]["description"])


def button_ids(message: Message | None) -> list[str]:
    """The custom_id of each button that can be pressed."""
    assert message is not None
    return [
        button["custom_id"] for row in message.components for button in row["components"] if not button.get("disabled")
    ]


def button(message: Message | None, kind: str, end: str = "") -> str:
    """The custom_id of the button of a kind."""
    return next(found for found in button_ids(message) if found.startswith(f"kotae:{kind}") and found.endswith(end))


@pytest.mark.parametrize("name", ["ask", "質問"])
def test_a_slash_command_is_answered_with_the_quotation(library: Library, name: str) -> None:
    """The card has the question, the quotation with its sentence in bold, and where it stands; nothing pings."""

    @asynchronous
    async def play() -> None:
        async with scene(library) as (server, hanako, channel, _):
            option = "question" if name == "ask" else "質問"
            asked = await server.slash(hanako, channel, name, {option: QUESTION})
            assert asked.response_type is ResponseType.MESSAGE
            assert not asked.ephemeral
            assert asked.embeds[0]["title"] == QUESTION
            assert "**以前、Microsoft は GitHub を買収し" in description(asked.original)
            assert TITLE in description(asked.original)
            assert asked.response["allowed_mentions"]["parse"] == []

    play()


def test_a_private_answer_is_seen_by_the_asker_alone(library: Library) -> None:
    """With `private` the answer is ephemeral."""

    @asynchronous
    async def play() -> None:
        async with scene(library) as (server, hanako, channel, _):
            asked = await server.slash(hanako, channel, "ask", {"question": QUESTION, "private": True})
            assert asked.ephemeral

    play()


def test_an_answer_may_be_limited_to_a_source(library: Library) -> None:
    """Sources are completed from the first character; an unknown one is told."""

    @asynchronous
    async def play() -> None:
        async with scene(library) as (server, hanako, channel, _):
            choices = await server.autocomplete(hanako, channel, "ask", {"question": "x", "source": "シ"})
            assert [choice["value"] for choice in choices] == [TITLE]
            assert not await server.autocomplete(hanako, channel, "ask", {"question": "x", "source": "ない"})
            asked = await server.slash(hanako, channel, "ask", {"question": QUESTION, "source": TITLE})
            assert "GitHub" in description(asked.original)
            refused = await server.slash(hanako, channel, "ask", {"question": QUESTION, "source": "ない"})
            assert "「ない」という文書はありません" in refused.content

    play()


@pytest.mark.parametrize(("locale", "said"), [("ja", "見つかりませんでした"), ("en-US", "I found nothing")])
def test_what_is_not_there_is_said_so(library: Library, locale: str, said: str) -> None:
    """Without an answer the bot says so in the asker's language, names what comes near, and whom to ask."""

    @asynchronous
    async def play() -> None:
        async with scene(library) as (server, hanako, channel, _):
            asked = await server.slash(hanako, channel, "ask", {"question": UNANSWERABLE}, locale=locale)
            assert said in description(asked.original)
            assert TITLE in description(asked.original)
            assert CONTACT in description(asked.original)

    play()


@pytest.mark.parametrize(
    "question", ["あ" * 6_000, "@everyone <@1> [x](https://evil.example) " * 100, "**`~|" * 500, "？", "😀" * 3_000]
)
def test_hostile_questions_are_answered(library: Library, question: str) -> None:
    """Whatever is asked, the card keeps every limit and pings nobody."""

    @asynchronous
    async def play() -> None:
        async with scene(library) as (server, hanako, channel, _):
            asked = await server.slash(hanako, channel, "ask", {"question": question[:6_000]})
            assert asked.embeds
            assert "@everyone" not in str(asked.embeds)

    play()


def test_buttons_outlive_a_restart(library: Library) -> None:
    """The next passage, the context and a vote work when another process answers the click."""

    @asynchronous
    async def play() -> None:
        server, hanako, channel = server_with_people()
        async with server:
            async with server.running(KotaeClient(Settings(), FixedKnowledge(library))):
                asked = await server.slash(hanako, channel, "ask", {"question": QUESTION})
                first = description(asked.original)
            async with server.running(KotaeClient(Settings(), FixedKnowledge(library))):
                turned = await server.click(hanako, asked.original, button(asked.original, "page", ">"))
                assert turned.response_type is ResponseType.UPDATE
                assert description(asked.original) != first
                await server.click(hanako, asked.original, button(asked.original, "page", "<"))
                assert description(asked.original) == first
                context = await server.click(hanako, asked.original, button(asked.original, "context"))
                assert context.ephemeral
                assert "ナデラ氏" in description(context.original)
                thanked = await server.click(hanako, asked.original, button(asked.original, "bad"))
                assert thanked.ephemeral
        assert not server.violations

    play()


@pytest.mark.parametrize("kind", ["page", "context"])
def test_a_passage_that_is_gone_is_said_to_be(library: Library, kind: str) -> None:
    """When the content changed, the card says so instead of showing something else."""

    @asynchronous
    async def play() -> None:
        server, hanako, channel = server_with_people()
        async with server:
            async with server.running(KotaeClient(Settings(), FixedKnowledge(library))):
                asked = await server.slash(hanako, channel, "ask", {"question": QUESTION})
            async with server.running(KotaeClient(Settings(), FixedKnowledge(library_of([])))):
                await server.click(hanako, asked.original, button(asked.original, kind))
                assert "答え直しました" in description(asked.original)
                assert "見つかりませんでした" in description(asked.original)
                assert "GitHub" not in description(asked.original)
        assert not server.violations

    play()


def test_a_text_in_several_places_says_so_on_every_page() -> None:
    """The first card and further ones name the other documents with their text, and are explained all the same."""

    @asynchronous
    async def play() -> None:
        copies = library_of(
            [
                passage(text, f"{number}{title}" * 6, title=title)
                for number, text in enumerate(
                    ["出張の宿泊費は一万円です。", "出張の日当は二千円です。出張の前に申請します。"]
                )
                for title in "ab"
            ]
        )
        async with scene(copies) as (server, hanako, channel, _):
            asked = await server.slash(hanako, channel, "ask", {"question": "出張の宿泊費は？"})
            assert "1／2" in asked.embeds[0]["footer"]["text"]
            for page in range(2):
                assert "ほかに1か所：" in description(asked.original)
                if page == 0:
                    await server.click(hanako, asked.original, button(asked.original, "page", ">"))
            assert "日当" in description(asked.original)

    play()


def test_others_leaf_for_themselves(library: Library) -> None:
    """Somebody else's click on the next passage shows it to them alone."""

    @asynchronous
    async def play() -> None:
        async with scene(library) as (server, hanako, channel, _):
            taro = server.world.add_user("太郎")
            assert channel.guild is not None
            server.world.add_member(channel.guild, taro)
            asked = await server.slash(hanako, channel, "ask", {"question": QUESTION})
            first = description(asked.original)
            turned = await server.click(taro, asked.original, button(asked.original, "page", ">"))
            assert turned.ephemeral
            assert description(asked.original) == first
            refused = await server.click(taro, asked.original, button(asked.original, "delete"))
            assert "モデレーター" in refused.content
            await server.click(hanako, asked.original, button(asked.original, "delete"))
            gone = "the answer was not deleted"
            await server.journal.wait_for(lambda: asked.original is None or asked.original.deleted, 2, gone)

    play()


def test_a_follow_up_through_the_form(library: Library) -> None:
    """The form continues the conversation of its card, also after a restart."""

    @asynchronous
    async def play() -> None:
        server, hanako, channel = server_with_people()
        async with server:
            async with server.running(KotaeClient(Settings(), FixedKnowledge(library))):
                question = {"question": "ロビン・スローンはこの投資をどう思っている？"}
                asked = await server.slash(hanako, channel, "ask", question)
            async with server.running(KotaeClient(Settings(), FixedKnowledge(library))):
                opened = await server.click(hanako, asked.original, button(asked.original, "follow"))
            async with server.running(KotaeClient(Settings(), FixedKnowledge(library))):
                field = opened.modal["components"][0]["components"][0]["custom_id"]
                answered = await server.submit_modal(hanako, opened, {field: "では、サム・ナザリウスは？"})
                assert "いつでも誰もが利用できる" in description(answered.original)
                assert "投資" in answered.embeds[0]["fields"][0]["value"]
        assert not server.violations

    play()


@pytest.mark.parametrize(("locale", "word", "said"), [("ja", "ヘルプ", "質問する"), ("en-US", "help", "Ask further")])
def test_a_mention_may_ask_for_help(library: Library, locale: str, word: str, said: str) -> None:
    """Who writes only ヘルプ or help is told what the bot can do, in the server's language."""

    @asynchronous
    async def play() -> None:
        async with scene(library) as (server, hanako, channel, _):
            assert channel.guild is not None
            channel.guild.locale = locale
            written = await server.send_message(hanako, channel, word, mentions=[server.world.bot])
            (reply,) = await server.replies(written)
            assert said in reply.content
            assert not reply.embeds

    play()


def test_mentions_and_replies_are_answered(library: Library) -> None:
    """A mention is answered, a reply to the answer continues it, and neither pings anybody."""

    @asynchronous
    async def play() -> None:
        async with scene(library) as (server, hanako, channel, _):
            bot = server.world.bot
            question = "ロビン・スローンはこの投資をどう思っている？"
            written = await server.send_message(hanako, channel, question, mentions=[bot])
            (reply,) = await server.replies(written)
            assert "資本の勝利" in description(reply)
            assert reply.reference is written
            assert not reply.mentions
            further = await server.send_message(hanako, channel, "では、サム・ナザリウスは？", reply_to=reply)
            (second,) = await server.replies(further)
            assert "いつでも誰もが利用できる" in description(second)
            assert second.embeds[0]["fields"]

    play()


def test_a_question_reads_as_people_see_it(library: Library) -> None:
    """Whom it mentions beside the bot is named, in a mention and where a message is asked from its menu."""

    @asynchronous
    async def play() -> None:
        async with scene(library) as (server, hanako, channel, _):
            taro = server.world.add_user("太郎")
            assert channel.guild
            server.world.add_member(channel.guild, taro)
            question = f"<@{taro.id}> ロビン・スローンはこの投資をどう思っている？"
            written = await server.send_message(hanako, channel, question, mentions=[taro, server.world.bot])
            (reply,) = await server.replies(written)
            asked = await server.context_menu(hanako, written, "これを質問")
            for card in (reply, asked):
                assert "資本の勝利" in card.embeds[0]["description"]
                assert "太郎 ロビン" in card.embeds[0]["title"]
                assert str(taro.id) not in card.embeds[0]["title"]

    play()


def test_a_thread_continues_the_answer_it_hangs_on(library: Library) -> None:
    """Further questions in the thread that the bot opened follow its answer; what cannot be read gets a reason."""

    @asynchronous
    async def play() -> None:
        async with scene(library) as (server, hanako, channel, _):
            question = "ロビン・スローンはこの投資をどう思っている？"
            asked = await server.slash(hanako, channel, "ask", {"question": question, "thread": True})
            assert asked.original is not None
            await server.journal.wait_for(lambda: asked.original and asked.original.thread, 2, "no thread was opened")
            thread = asked.original.thread
            assert thread is not None
            assert thread.name == question
            bot = server.world.bot
            further = await server.send_message(hanako, thread, "では、サム・ナザリウスは？", mentions=[bot])
            assert "いつでも誰もが利用できる" in description((await server.replies(further))[0])
            unread = await server.send_message(hanako, thread, "なぜ？")
            assert "メンションを付けて" in (await server.replies(unread))[0].content
            await server.no_reply(await server.send_message(hanako, thread, "そうですね"), 0.2)

    play()


def test_direct_messages_are_a_conversation(library: Library) -> None:
    """Direct messages need no mention, and each continues the one before."""

    @asynchronous
    async def play() -> None:
        async with scene(library) as (server, hanako, _, _client):
            direct = server.world.direct_channel(hanako)
            written = await server.send_message(hanako, direct, "ロビン・スローンの意見は？")
            assert "資本の勝利" in description((await server.replies(written))[0])
            further = await server.send_message(hanako, direct, "では、サム・ナザリウスは？")
            assert "いつでも誰もが利用できる" in description((await server.replies(further))[0])

    play()


def test_thanks_are_returned_and_the_conversation_goes_on(library: Library) -> None:
    """A short sentence instead of a card, by message and by command; what is asked next continues the card before it."""

    @asynchronous
    async def play() -> None:
        async with scene(library) as (server, hanako, channel, _client):
            direct = server.world.direct_channel(hanako)
            await server.replies(await server.send_message(hanako, direct, "ロビン・スローンの意見は？"))
            (thanked,) = await server.replies(await server.send_message(hanako, direct, "ありがとう！"))
            assert "どういたしまして" in thanked.content
            assert not thanked.embeds
            further = await server.send_message(hanako, direct, "では、サム・ナザリウスは？")
            assert "いつでも誰もが利用できる" in description((await server.replies(further))[0])
            asked = await server.slash(hanako, channel, "ask", {"question": "了解です"})
            assert not asked.embeds
            assert asked.ephemeral

    play()


def test_only_what_addresses_the_bot_is_answered(library: Library) -> None:
    """Other people's talk, other bots and mentions of everyone stay without a reply; an empty mention gets a reason."""

    @asynchronous
    async def play() -> None:
        async with scene(library) as (server, hanako, channel, _):
            other = server.world.add_user("別のボット", bot=True)
            assert channel.guild is not None
            server.world.add_member(channel.guild, other)
            for author, text in (
                (hanako, QUESTION),
                (other, f"{server.world.bot.mention} {QUESTION}"),
                (hanako, "@everyone"),
            ):
                await server.no_reply(await server.send_message(author, channel, text), 0.2)
            empty = await server.send_message(hanako, channel, "", mentions=[server.world.bot])
            assert "質問を書いてください" in (await server.replies(empty))[0].content

    play()


@pytest.mark.parametrize(("name", "locale"), [("これを質問", "ja"), ("Ask this", "en-GB"), ("これを質問", "ko")])
def test_the_context_menu_asks_a_message(library: Library, name: str, locale: str) -> None:
    """「これを質問」, which is English for those who chose English, answers what somebody wrote."""

    @asynchronous
    async def play() -> None:
        async with scene(library) as (server, hanako, channel, _):
            written = await server.send_message(hanako, channel, QUESTION)
            asked = await server.context_menu(hanako, written, name, locale=locale)
            assert "GitHub" in description(asked.original)

    play()


def test_asking_too_often_is_answered_with_a_reason(library: Library) -> None:
    """Beyond the allowance the bot says when to ask again."""

    @asynchronous
    async def play() -> None:
        async with scene(library, Settings(questions_a_minute=2)) as (server, hanako, channel, _):
            for _ in range(2):
                assert (await server.slash(hanako, channel, "ask", {"question": QUESTION})).embeds
            refused = await server.slash(hanako, channel, "ask", {"question": QUESTION})
            assert "秒ほど待って" in refused.content
            assert refused.ephemeral

    play()


class BrokenLibrary(Library):
    """A library whose every search fails."""

    def search(self, *_arguments: object, **_options: object) -> Result:
        """Fail."""
        raise RuntimeError

    def mark(self, *_arguments: object) -> str:
        """Fail."""
        raise RuntimeError


def test_a_failure_is_told_whoever_asks(library: Library) -> None:
    """Commands, buttons, forms and mentions whose answer fails get a reason with the request's number."""

    @asynchronous
    async def play() -> None:
        server, hanako, channel = server_with_people()
        async with server:
            async with server.running(KotaeClient(Settings(), FixedKnowledge(library))):
                asked = await server.slash(hanako, channel, "ask", {"question": QUESTION})
                opened = await server.click(hanako, asked.original, button(asked.original, "follow"))
            broken = BrokenLibrary(library.collection, library.engine)
            async with server.running(KotaeClient(Settings(), FixedKnowledge(broken))):
                failed = "うまく答えられませんでした"
                assert failed in (await server.slash(hanako, channel, "ask", {"question": QUESTION})).content
                turned = await server.click(hanako, asked.original, button(asked.original, "page", ">"))
                assert failed in turned.content
                assert failed in (await server.submit_modal(hanako, opened, {"question": "なぜ？"})).content
                written = await server.send_message(hanako, channel, QUESTION, mentions=[server.world.bot])
                assert failed in (await server.replies(written))[0].content
        assert not server.violations

    play()


def test_the_doctor_says_what_is_missing(library: Library) -> None:
    """/kotae doctor names permissions, documents and version, to the administrator alone."""

    @asynchronous
    async def play() -> None:
        async with scene(library) as (server, _, channel, _client):
            assert channel.guild is not None
            checked = await server.slash(channel.guild.owner, channel, "kotae doctor")
            assert checked.ephemeral
            assert "このチャンネルで答えられます" in description(checked.original)
            assert f"1件、{library.engine.size}箇所" in str(checked.embeds)

    play()


def test_commands_are_synchronised_only_when_they_changed(library: Library) -> None:
    """A second start finds its commands there and sends none."""

    @asynchronous
    async def play() -> None:
        server, _, _ = server_with_people()
        async with server:
            for _ in range(2):
                async with server.running(KotaeClient(Settings(), FixedKnowledge(library))):
                    pass
        assert sum(request.method == "PUT" for request in server.requests) == 1
        assert not server.violations

    play()


def test_a_lost_connection_is_resumed(library: Library) -> None:
    """After the gateway dropped the connection, questions are answered as before."""

    @asynchronous
    async def play() -> None:
        async with scene(library) as (server, hanako, channel, _):
            await server.gateway.drop()
            await asyncio.sleep(0.1)
            await server.connected()
            assert (await server.slash(hanako, channel, "ask", {"question": QUESTION})).embeds

    play()


def test_many_questions_at_once(library: Library) -> None:
    """200 questions of 50 people are all answered in time, and no heartbeat is late."""

    @asynchronous
    async def play() -> None:
        async with scene(library) as (server, _, channel, _client):
            assert channel.guild is not None
            people = [server.world.add_user(f"社員{number}") for number in range(50)]
            for person in people:
                server.world.add_member(channel.guild, person)
            asked = await asyncio.gather(
                *(
                    server.slash(people[number % 50], channel, "ask", {"question": f"{QUESTION} {number}"})
                    for number in range(200)
                )
            )
            # On a busy machine some are told first that an answer will come.
            assert all([(await server.answer(question, 20)).embeds for question in asked])
            await asyncio.sleep(1.1)
            assert server.gateway.heartbeats
            assert not any(heartbeat.late for heartbeat in server.gateway.heartbeats)

    play()
