from __future__ import annotations

import asyncio

import discord
import pytest

from tests.loopback_discord.checks.example_bot import Bot, asynchronous, server_with_people
from tests.loopback_discord.rest.interactions import ResponseType


@asynchronous
async def test_a_slash_command_is_answered() -> None:
    """Commands are registered at login; one is answered in the person's language, and nothing is amiss."""
    server, hanako, channel = server_with_people()
    async with server, server.running(Bot()):
        interaction = await server.slash(hanako, channel, "ask", {"question": "有給は？"}, locale="ja")
    assert interaction.content == "ja: 有給は？"
    assert interaction.response_type is ResponseType.MESSAGE
    assert 0 < interaction.milliseconds < 1_000
    assert interaction.original in channel.messages.values()
    assert {command["name"] for command in server.applications.commands[0]} >= {"ask", "library", "要約"}
    assert not server.violations


@asynchronous
async def test_a_deferred_answer_is_edited_and_followed_up() -> None:
    """A deferred response is first a loading message, then the answer; follow-ups are kept too."""
    server, hanako, channel = server_with_people()
    async with server, server.running(Bot()):
        interaction = await server.slash(hanako, channel, "think")
        assert not interaction.answered
        await server.answer(interaction)
        await server.journal.wait_for(lambda: interaction.follow_ups, 2, "no follow-up")
    assert (interaction.content, interaction.ephemeral) == ("考えました", True)
    assert [edit["content"] for edit in interaction.edits] == ["考えました"]
    assert [message.content for message in interaction.follow_ups] == ["それから"]
    assert not channel.messages
    assert not server.violations


@asynchronous
async def test_a_button_edits_its_message() -> None:
    """A click reaches the view, and the message stands as edited; a button that is gone cannot be clicked."""
    server, hanako, channel = server_with_people()
    async with server, server.running(Bot()):
        asked = await server.slash(hanako, channel, "ask", {"question": "有給は？"})
        clicked = await server.click(hanako, asked.original, "もっと")
        assert clicked.response_type is ResponseType.UPDATE
        assert asked.content == "もっと読みました"
        with pytest.raises(AssertionError, match="has no 'more'"):
            await server.click(hanako, asked.original, "more")
    assert not server.violations


@asynchronous
async def test_a_modal_is_filled_in() -> None:
    """A modal is opened, and what is typed into it arrives; its limits hold."""
    server, hanako, channel = server_with_people()
    async with server, server.running(Bot()):
        opened = await server.slash(hanako, channel, "form")
        assert opened.modal["title"] == "質問する"
        with pytest.raises(AssertionError, match="1 to 100"):
            await server.submit_modal(hanako, opened, {"text": "あ" * 101})
        submitted = await server.submit_modal(hanako, opened, {"text": "有給は？"})
    assert (submitted.content, submitted.ephemeral) == ("質問: 有給は？", True)
    assert not server.violations


@asynchronous
async def test_autocompletion_offers_choices() -> None:
    """What is typed into an option is completed."""
    server, hanako, channel = server_with_people()
    async with server, server.running(Bot()):
        choices = await server.autocomplete(hanako, channel, "ask", {"question": "ゆ"})
    assert choices == [{"name": "ゆとは", "value": "ゆ"}]
    assert not server.violations


@asynchronous
async def test_a_subcommand_takes_a_file_and_a_member() -> None:
    """Options of all kinds are resolved; a file can be downloaded, and one sent."""
    server, hanako, channel = server_with_people()
    file = server.messages.add_attachment(channel, "手引き.txt", "有給".encode())
    async with server:
        file.url = f"{server.messages.files_url}/attachments/{channel.id}/{file.id}/a.txt"
        async with server.running(Bot()):
            interaction = await server.slash(hanako, channel, "library add", {"file": file, "reader": hanako})
    assert interaction.content == "花子: 有給"
    assert interaction.original
    assert [(sent.filename, sent.data) for sent in interaction.original.attachments] == [("a.txt", b"a")]
    assert not server.violations


@asynchronous
async def test_a_command_works_where_the_bot_is_not() -> None:
    """In a guild that the bot is not in, a person has only the commands that are installed for them."""
    server, hanako, _ = server_with_people()
    elsewhere = server.world.add_channel(server.world.add_guild("他社", hanako, bot_role=None), "雑談")
    async with server, server.running(Bot()):
        assert (await server.slash(hanako, elsewhere, "anywhere")).content == "True"
        with pytest.raises(AssertionError, match="there is no command 'ask'"):
            await server.slash(hanako, elsewhere, "ask", {"question": "有給は？"})
    assert not server.violations


@asynchronous
async def test_a_context_menu_has_the_messages_content() -> None:
    """A message's context menu gives its content without any privileged intent."""
    server, hanako, channel = server_with_people()
    async with server, server.running(Bot()):
        message = await server.send_message(hanako, channel, "会議は三時です")
        interaction = await server.context_menu(hanako, message, "要約")
    assert interaction.content == "要約: 会議は三時です"
    assert not server.violations


@asynchronous
async def test_over_long_embeds_are_refused() -> None:
    """An embed past 4,096 characters, or past 10,000 bytes of Japanese, is answered 400; the bot may try again."""
    server, hanako, channel = server_with_people()
    bot = Bot()
    async with server, server.running(bot):
        for length in (4_097, 3_500):
            assert (await server.slash(hanako, channel, "long", {"length": length})).content == "長すぎます"
        assert (await server.slash(hanako, channel, "long", {"length": 3_300})).embeds
    assert [violation.rule for violation in server.violations] == ["limits", "limits"]
    assert "Must be 4096 or fewer in length" in str(bot.errors[0])
    assert [request.status for request in server.requests if "callback" in request.path] == [400, 200, 400, 200, 200]


@asynchronous
async def test_a_second_response_is_refused() -> None:
    """An interaction takes one response; the next is answered 400 with code 40060."""
    server, hanako, channel = server_with_people()
    bot = Bot()
    async with server, server.running(bot):
        interaction = await server.slash(hanako, channel, "twice")
        await server.journal.wait_for(lambda: server.violations, 2, "no violation")
        await asyncio.sleep(0.05)  # until the bot has the answer
    assert interaction.content == "一"
    assert [violation.rule for violation in server.violations] == ["second_response"]
    assert [error.code for error in bot.errors] == [40060]


@asynchronous
async def test_a_late_response_is_refused() -> None:
    """After three seconds an interaction is unknown, and the person sees that the bot did not respond."""
    server, hanako, channel = server_with_people()
    bot = Bot()
    async with server, server.running(bot):
        with pytest.raises(AssertionError, match=r"/late: the bot did not respond within 3.5 s"):
            await server.slash(hanako, channel, "late", {"seconds": 3.1}, seconds=3.5)
    assert [violation.rule for violation in server.violations] == ["late_response"]
    assert [error.code for error in bot.errors] == [10062]


@asynchronous
async def test_a_token_expires() -> None:
    """After 15 minutes an interaction takes no follow-up."""
    server, hanako, channel = server_with_people()
    bot = Bot()
    async with server, server.running(bot):
        interaction = await server.slash(hanako, channel, "ask", {"question": "有給は？"})
        interaction.sent_at -= 15 * 60 + 1
        with pytest.raises(discord.HTTPException, match="Invalid Webhook Token"):
            await bot.interactions[0].followup.send("遅い")
    assert [violation.rule for violation in server.violations] == ["expired_token"]


@asynchronous
async def test_what_would_ping_is_noted() -> None:
    """A response without allowed_mentions would ping whomever its text names, and is noted as a violation."""
    server, hanako, channel = server_with_people()
    async with server, server.running(Bot(careful=False)):
        interaction = await server.slash(hanako, channel, "ask", {"question": f"@everyone {hanako.mention}"})
    assert interaction.original
    assert (interaction.original.mention_everyone, interaction.original.mentions) == (True, [hanako])
    assert [violation.rule for violation in server.violations] == ["allowed_mentions"]


@asynchronous
async def test_a_bot_without_mentions_pings_nobody() -> None:
    """With allowed mentions of none, the same text pings nobody."""
    server, hanako, channel = server_with_people()
    async with server, server.running(Bot()):
        interaction = await server.slash(hanako, channel, "ask", {"question": f"@everyone {hanako.mention}"})
    assert interaction.original
    assert (interaction.original.mention_everyone, interaction.original.mentions) == (False, [])
    assert not server.violations
