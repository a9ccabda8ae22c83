from __future__ import annotations

import asyncio

import discord
import pytest

from tests.loopback_discord.checks.example_bot import Bot
from tests.loopback_discord.scenario import asynchronous, server_with_people


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
