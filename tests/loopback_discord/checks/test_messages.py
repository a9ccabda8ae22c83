from __future__ import annotations

import asyncio

import discord
import pytest

from tests.loopback_discord.checks.example_bot import Bot
from tests.loopback_discord.rest.openapi import description_path
from tests.loopback_discord.scenario import asynchronous, server_with_people
from tests.loopback_discord.world.channel import Channel

MESSAGES = "POST /channels/{channel_id}/messages"
needs_description = pytest.mark.skipif(
    description_path() is None, reason="DISCORD_OPENAPI does not name Discord's openapi.json"
)


@asynchronous
async def test_content_comes_only_where_the_bot_may_read_it() -> None:
    """A mention, a reply that pings and a direct message have content; another message has none."""
    server, hanako, channel = server_with_people()
    bot = Bot()
    async with server, server.running(bot):
        mention = await server.send_message(hanako, channel, "有給は？", mentions=[server.world.bot])
        [reply] = await server.replies(mention)
        assert reply.content == f"聞きました: {mention.content}"
        assert (reply.reference, reply.mentions) == (mention, [])
        follow_up = await server.send_message(hanako, channel, "半日は？", reply_to=reply)
        assert (await server.replies(follow_up))[0].content == "聞きました: 半日は？"
        direct = await server.send_message(hanako, server.world.direct_channel(hanako), "在宅は？")
        assert (await server.replies(direct))[0].content == "聞きました: 在宅は？"
        other = await server.send_message(hanako, channel, "昼は何を食べよう")
        await server.no_reply(other, 0.2)
        assert [seen.content for seen in bot.seen if seen.id == other.id] == [""]
    assert not server.violations


@asynchronous
async def test_a_private_channel_is_closed_to_the_bot_and_to_strangers() -> None:
    """The bot gets 403 where it may not look, and a person fails to use a channel that they do not see."""
    server, hanako, channel = server_with_people()
    guild = channel.guild
    assert guild
    private = server.world.add_private_channel(guild, "役員")
    hidden = server.world.add_private_channel(guild, "秘密", hanako)
    hidden.overwrites.pop()  # the bot's
    bot = Bot()
    async with server, server.running(bot):
        with pytest.raises(AssertionError, match="does not see #役員"):
            await server.slash(hanako, private, "ask", {"question": "報酬は？"})
        with pytest.raises(discord.Forbidden) as refused:
            await bot.get_partial_messageable(hidden.id).send("入れますか")
        with pytest.raises(discord.NotFound) as missing:
            await bot.get_partial_messageable(1).send("どこですか")
    assert (refused.value.code, missing.value.code) == (50001, 10003)


@asynchronous
async def test_a_rate_limited_request_is_repeated() -> None:
    """A request that is answered 429 is made again after the time that was said."""
    server, hanako, channel = server_with_people()
    server.limit_next(MESSAGES, 0.3)
    async with server, server.running(Bot()):
        await server.replies(await server.send_message(hanako, channel, "有給は？", mentions=[server.world.bot]))
    first, second = [request for request in server.requests if request.template and MESSAGES.endswith(request.template)]
    assert (first.status, second.status) == (429, 200)
    assert second.received_at - first.received_at >= 0.3


@asynchronous
async def test_an_unknown_route_is_noted() -> None:
    """A route that the server does not have is answered 404, and noted."""
    server, _, channel = server_with_people()
    bot = Bot()
    async with server, server.running(bot):
        with pytest.raises(discord.NotFound):
            await bot.get_partial_messageable(channel.id).get_partial_message(1).pin()
    assert [violation.rule for violation in server.violations] == ["unknown_route"]


@needs_description
@asynchronous
async def test_the_server_answers_as_discord_describes_it() -> None:
    """Every answer of the server fits Discord's description of its API."""
    server, hanako, channel = server_with_people()
    bot = Bot()
    async with server, server.running(bot):
        asked = await server.slash(hanako, channel, "ask", {"question": "有給は？"})
        await server.click(hanako, asked.original, "more")
        await server.answer(await server.slash(hanako, channel, "think"))
        await server.submit_modal(hanako, await server.slash(hanako, channel, "form"), {"text": "はい"})
        await server.slash(hanako, channel, "thread")
        await server.journal.wait_for(lambda: _texts_in_threads(channel) == ["続きです"], 5, "no thread")
        message = await server.send_message(hanako, channel, "有給は？", mentions=[server.world.bot])
        await server.replies(message)
        await bot.fetch_channel(channel.id)
        assert channel.guild
        guild = await bot.fetch_guild(channel.guild.id, with_counts=False)
        await guild.fetch_member(hanako.id)
        await bot.create_dm(await bot.fetch_user(hanako.id))
        await bot.tree.fetch_commands()
        _ = [message async for message in bot.get_partial_messageable(channel.id).history()]
    wrong = {
        f"{request.method} {request.template}": problems
        for request in server.requests
        if (problems := server.problems_of_answer(request))
    }
    assert wrong == {}
    assert not server.violations


@needs_description
@asynchronous
async def test_a_request_that_discord_does_not_describe_is_noted() -> None:
    """A body that does not fit the description is noted, once somebody asks."""
    server, _, channel = server_with_people()
    bot = Bot()
    async with server, server.running(bot):
        route = discord.http.Route("POST", "/channels/{channel_id}/messages", channel_id=channel.id)
        await bot.http.request(route, json={"content": "はい", "tts": "no", "allowed_mentions": {"parse": []}})
    assert [violation.rule for violation in server.violations] == ["openapi"]
    assert "body['tts']: 'no' is not of type" in server.violations[0].detail


@asynchronous
async def test_too_many_requests_are_noted() -> None:
    """More than 50 requests within a second are noted; the library does not hold them back."""
    server, _, channel = server_with_people()
    bot = Bot()
    async with server, server.running(bot):
        channels = [bot.get_partial_messageable(channel.id) for _ in range(60)]
        await asyncio.gather(*(messageable.typing() for messageable in channels))
    assert {violation.rule for violation in server.violations} == {"global_rate_limit"}


def _texts_in_threads(channel: Channel) -> list[str]:
    threads = [message.thread for message in channel.messages.values() if message.thread]
    return [message.content for thread in threads for message in thread.messages.values()]
