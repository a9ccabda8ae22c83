"""Who may read what: how long it keeps the event loop, and 100,000 random questions without a leak."""

from __future__ import annotations

import asyncio
import random
import sys
import time
import warnings

from bot.discord.access.reach import reach_of_member
from index.audience import CHANNEL, Audience
from tests.bot.discord.access.simulation import simulate
from tests.bot.discord.access.test_permissions import READING, Company, known, member_of
from tests.loopback_discord.world.permissions import Overwrite, Permission
from tests.loopback_discord.world.world import World

CHANNELS, ROLES = 200, 450
QUESTIONS = 100_000
SEED = 12


def main(questions: int = QUESTIONS) -> None:
    """Print the milliseconds for a large guild, by how many roles each channel names; then what the questions showed."""
    for named in (0, 20, ROLES):
        company = _large_company(random.Random(SEED), named)
        audiences = [Audience(CHANNEL, company.guild.id, channel.id) for channel in company.channels]
        member = member_of(company, company.people[0])
        place = company.known.get_channel(company.channels[0].id)
        times = []
        for _ in range(5):
            begin = time.thread_time()
            reach_of_member(audiences, member, place)
            times.append((time.thread_time() - begin) * 1000)
        print(
            f"{CHANNELS} channels, {ROLES} roles, {named} named by each channel: "
            f"{times[0]:.1f} ms at first, {min(times[1:]):.1f} ms again"
        )
    begin = time.perf_counter()
    counted = asyncio.run(simulate(random.Random(SEED), questions))
    print(f"no leak in {questions} questions, {time.perf_counter() - begin:.0f} s: {dict(counted)}")


def _large_company(chance: random.Random, named: int) -> Company:
    world = World()
    guild = world.add_guild("会社")
    roles = [world.add_role(guild, f"役{number}", chance.choice([READING, Permission.NONE])) for number in range(ROLES)]
    person = world.add_user("花子")
    world.add_member(guild, person, *chance.sample(roles, ROLES // 2))
    channels = [
        world.add_channel(
            guild,
            f"部屋{number}",
            *(
                Overwrite(role.id, allow=READING) if chance.random() < 0.5 else Overwrite(role.id, deny=READING)
                for role in chance.sample(roles, named)
            ),
        )
        for number in range(CHANNELS)
    ]
    return Company(world, guild, [person], channels, known(world, guild))


if __name__ == "__main__":
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    main(*map(int, sys.argv[1:2]))
