from __future__ import annotations

import pytest

from bot.discord.client import KotaeClient
from bot.settings import Settings
from index.search.library import Library
from tests.bot.discord.test_client import QUESTION, UNANSWERABLE, button, button_ids, description, scene
from tests.knowledge import FixedKnowledge, library_of
from tests.loopback_discord.scenario import asynchronous, server_with_people
from tests.loopback_discord.server import LoopbackDiscord
from tests.loopback_discord.world.channel import Channel
from tests.loopback_discord.world.permissions import Permission
from tests.loopback_discord.world.users import User


def administrator(server: LoopbackDiscord, channel: Channel, permission: Permission = Permission.MANAGE_GUILD) -> User:
    """太郎, whose role has the permission."""
    taro = server.world.add_user("太郎")
    assert channel.guild is not None
    server.world.add_member(channel.guild, taro, server.world.add_role(channel.guild, "管理", permission))
    return taro


def explains(ids: list[str]) -> bool:
    """Whether one of these is the button that explains."""
    return any(custom_id.startswith("kotae:explain:") for custom_id in ids)


@pytest.mark.parametrize("permission", [Permission.MANAGE_GUILD, Permission.ADMINISTRATOR])
def test_an_administrator_sees_why_a_passage_was_chosen(article: Library, permission: Permission) -> None:
    """The explanation has the terms and their shares, for the clicker alone, also after a restart."""

    @asynchronous
    async def play() -> None:
        server, _, channel = server_with_people()
        taro = administrator(server, channel, permission)
        async with server:
            async with server.running(KotaeClient(Settings(), FixedKnowledge(article))):
                asked = await server.slash(taro, channel, "ask", {"question": QUESTION})
            async with server.running(KotaeClient(Settings(), FixedKnowledge(article))):
                explained = await server.click(taro, asked.original, button(asked.original, "explain"))
                assert explained.ephemeral
                assert "% · 買収（単語）" in description(explained.original)
                assert "点数の合計" in explained.embeds[0]["footer"]["text"]
                assert explained.response["allowed_mentions"]["parse"] == []
        assert not server.violations

    play()


def test_the_button_is_for_administrators_who_ask(article: Library) -> None:
    """A member's answer has no such button, by command, mention or direct message; nor has one without a passage."""

    @asynchronous
    async def play() -> None:
        server, hanako, channel = server_with_people()
        taro = administrator(server, channel)
        async with server, server.running(KotaeClient(Settings(), FixedKnowledge(article))):
            for person, expected in ((hanako, False), (taro, True)):
                asked = await server.slash(person, channel, "ask", {"question": QUESTION})
                assert explains(button_ids(asked.original)) is expected
                written = await server.send_message(person, channel, QUESTION, mentions=[server.world.bot])
                (reply,) = await server.replies(written)
                assert explains(button_ids(reply)) is expected
            unanswered = await server.slash(taro, channel, "ask", {"question": UNANSWERABLE})
            assert not explains(button_ids(unanswered.original))
            direct = await server.send_message(taro, server.world.direct_channel(taro), QUESTION)
            assert not explains(button_ids((await server.replies(direct))[0]))
        assert not server.violations

    play()


def test_the_button_follows_the_page(article: Library) -> None:
    """On the next passage the button is still there, and explains that passage."""

    @asynchronous
    async def play() -> None:
        async with scene(article) as (server, _, channel, _client):
            assert channel.guild is not None
            owner = channel.guild.owner
            asked = await server.slash(owner, channel, "ask", {"question": QUESTION})
            first = button(asked.original, "explain")
            explained = await server.click(owner, asked.original, first)
            await server.click(owner, asked.original, button(asked.original, "page", ">"))
            second = button(asked.original, "explain")
            assert second != first
            again = await server.click(owner, asked.original, second)
            assert again.embeds[0]["footer"] != explained.embeds[0]["footer"]

    play()


def test_who_is_no_administrator_is_refused(article: Library) -> None:
    """Under an administrator's answer others see the button; it tells them whom it is for, also who was one before."""

    @asynchronous
    async def play() -> None:
        server, hanako, channel = server_with_people()
        taro = administrator(server, channel)
        async with server, server.running(KotaeClient(Settings(), FixedKnowledge(article))):
            asked = await server.slash(taro, channel, "ask", {"question": QUESTION})
            assert channel.guild is not None
            channel.guild.members[taro.id].roles.clear()
            for person in (hanako, taro):
                refused = await server.click(person, asked.original, button(asked.original, "explain"))
                assert refused.ephemeral
                assert "サーバーの管理者だけ" in refused.content
                assert not refused.embeds
        assert not server.violations

    play()


@pytest.mark.parametrize("question", ["それはいつ？", "他には？"])
def test_a_follow_up_is_explained_with_its_earlier_words(article: Library, question: str) -> None:
    """What the answer took from earlier questions is among the terms, also where more of the same was asked for."""

    @asynchronous
    async def play() -> None:
        async with scene(article) as (server, _, channel, _client):
            assert channel.guild is not None
            owner = channel.guild.owner
            asked = await server.slash(owner, channel, "ask", {"question": QUESTION})
            opened = await server.click(owner, asked.original, button(asked.original, "follow"))
            field = opened.modal["components"][0]["components"][0]["custom_id"]
            answered = await server.submit_modal(owner, opened, {field: question})
            explained = await server.click(owner, answered.original, button(answered.original, "explain"))
            assert "% · 買収（単語）" in description(explained.original)

    play()


def test_a_passage_or_question_that_is_gone_is_said_to_be(article: Library) -> None:
    """When the content changed, or the card is not to be read, a sentence says so."""

    @asynchronous
    async def play() -> None:
        server, _, channel = server_with_people()
        taro = administrator(server, channel)
        async with server:
            async with server.running(KotaeClient(Settings(), FixedKnowledge(article))):
                asked = await server.slash(taro, channel, "ask", {"question": QUESTION})
                assert asked.original is not None
                asked.original.embeds[0]["title"] = None
                unread = await server.click(taro, asked.original, button(asked.original, "explain"))
                assert "質問を読み取れません" in unread.content
            async with server.running(KotaeClient(Settings(), FixedKnowledge(library_of([])))):
                gone = await server.click(taro, asked.original, button(asked.original, "explain"))
                assert "今はありません" in gone.content
        assert not server.violations

    play()
