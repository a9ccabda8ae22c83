"""200 questions of 50 people at once, on a loopback Discord: how long the first responses take, and the heartbeats."""

from __future__ import annotations

import asyncio
import statistics
import warnings

from bot.discord.client import KotaeClient
from bot.settings import Settings
from tests.knowledge import FixedKnowledge, library_of_the_article
from tests.loopback_discord.scenario import server_with_people

PEOPLE = 50
QUESTIONS = 200
HEARTBEAT_INTERVAL = 1.0


async def main() -> None:
    """Print median and 95th percentile of the first response, and how many heartbeats came late."""
    library = library_of_the_article()
    server, hanako, channel = server_with_people(heartbeat_interval=HEARTBEAT_INTERVAL)
    people = [hanako, *(server.world.add_user(f"社員{number}") for number in range(PEOPLE - 1))]
    for person in people[1:]:
        if channel.guild:
            server.world.add_member(channel.guild, person)
    async with server, server.running(KotaeClient(Settings(), FixedKnowledge(library))):
        asking = (
            server.slash(people[number % PEOPLE], channel, "ask", {"question": f"GPT-{number}とは何ですか"}, seconds=20)
            for number in range(QUESTIONS)
        )
        asked = await asyncio.gather(*asking)
        await asyncio.sleep(2 * HEARTBEAT_INTERVAL)
    times = [interaction.milliseconds for interaction in asked]
    late = sum(heartbeat.late for heartbeat in server.gateway.heartbeats)
    print(
        f"{sum(bool(interaction.embeds) for interaction in asked)} of {QUESTIONS} answered, "
        f"median {statistics.median(times):.0f} ms, p95 {statistics.quantiles(times, n=20)[-1]:.0f} ms, "
        f"{late} of {len(server.gateway.heartbeats)} heartbeats late, {len(server.violations)} violations"
    )


if __name__ == "__main__":
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    asyncio.run(main())
