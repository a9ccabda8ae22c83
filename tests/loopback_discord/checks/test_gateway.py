from __future__ import annotations

import time

import pytest

from tests.loopback_discord.checks.example_bot import Bot
from tests.loopback_discord.scenario import asynchronous, server_with_people
from tests.loopback_discord.session import Opcode


@pytest.mark.parametrize("resumable", [True, False])
def test_an_invalid_session_is_resumed_or_begun_anew(resumable: bool) -> None:
    """A session that is declared invalid is resumed where it may be, and otherwise the bot identifies again."""

    @asynchronous
    async def scenario() -> None:
        server, hanako, channel = server_with_people()
        async with server, server.running(Bot()):
            await server.gateway.send_to_all(Opcode.INVALID_SESSION, resumable)
            gateway, expected = server.gateway, (1, 1) if resumable else (0, 2)
            await server.journal.wait_for(
                lambda: (gateway.resumes, gateway.identifies) == expected, 5, "the bot did not come back"
            )
            await server.connected()
            assert (await server.slash(hanako, channel, "ask", {"question": "有給は？"})).content

    scenario()


@asynchronous
async def test_heartbeats_are_noted() -> None:
    """Heartbeats come at the interval, and one that is late by more than an interval is noted as late."""
    server, _, _ = server_with_people(heartbeat_interval=0.3)
    heartbeats = server.gateway.heartbeats
    async with server, server.running(Bot()):
        await server.journal.wait_for(lambda: len(heartbeats) >= 4, 5, "the heart did not beat four times")
        assert not any(heartbeat.late for heartbeat in heartbeats)
        time.sleep(1)  # noqa: ASYNC251 - what a bot must not do
        await server.journal.wait_for(lambda: any(heartbeat.late for heartbeat in heartbeats), 5, "no late heartbeat")


@asynchronous
async def test_shards_share_the_guilds() -> None:
    """Each shard has its guilds, and direct messages come to the first."""
    server, hanako, _ = server_with_people()
    server.applications.shards = 2
    channels = [server.world.add_channel(server.world.add_guild(str(number), hanako), "質問") for number in range(4)]
    async with server, server.running(Bot(), shards=2):
        for channel in (*channels, server.world.direct_channel(hanako)):
            assert (await server.slash(hanako, channel, "ask", {"question": "有給は？"})).content
    assert server.gateway.identifies == 2
    assert not server.violations
