"""500 questions at once to 8 processes of one bot on one store, each with a shard, and to one process with all shards."""

from __future__ import annotations

import argparse
import asyncio
import statistics
import tempfile
import time
import warnings
from pathlib import Path

from bot.discord.sharding.ownership import SETTLING
from index.store.store import Store
from tests.bot.discord.sharding.processes import QUESTION, team, until
from tests.bot.discord.sharding.shards import add_guild
from tests.index.store.postgresql import Server
from tests.loopback_discord.server import LoopbackDiscord
from tests.stores import document, put

SHARDS = 8
QUESTIONS = 500
# In seconds. On a machine that is busy otherwise answers are late; what is not there by then is lost.
PATIENCE = 300.0


async def measure(url: str, folder: Path, shards_of_a_process: int) -> None:
    """Print how many questions were answered, after how long the first response came, and after how long the last answer."""
    server = LoopbackDiscord(privileged_intents_allowed=True)
    # Discord leaves 3 s; all processes and the server share a few processors here.
    server.interactions.response_seconds = PATIENCE
    people = [server.world.add_user(f"社員{number}") for number in range(50)]
    guilds = [add_guild(server.world, shard, SHARDS, f"会社{shard}", *people) for shard in range(SHARDS)]
    channels = [server.world.add_channel(guild, "質問") for guild in guilds]
    with_documents(url)
    async with team(server, url, folder) as processes:
        for first in range(0, SHARDS, shards_of_a_process):
            await processes.start(f"{first}-{first + shards_of_a_process - 1}", SHARDS)
        await until(lambda: processes.holders().total() == SHARDS)
        for channel in channels:
            await server.slash(people[0], channel, "ask", {"question": QUESTION}, seconds=PATIENCE)
        # Those before them may still have been asked.
        await asyncio.sleep(SETTLING)
        begin = time.perf_counter()
        asking = [
            server.slash(
                people[number % len(people)],
                channels[number % SHARDS],
                "ask",
                {"question": QUESTION},
                seconds=PATIENCE,
            )
            for number in range(QUESTIONS)
        ]
        asked = await asyncio.gather(*asking)
        answered = await asyncio.gather(*(server.answer(one, PATIENCE) for one in asked))
        seconds = time.perf_counter() - begin
    times = [one.milliseconds for one in asked]
    print(
        f"{SHARDS // shards_of_a_process} processes on {url.partition(':')[0]}: {sum(bool(one.embeds) for one in answered)} of {QUESTIONS} "
        f"answered in {seconds:.1f} s ({QUESTIONS / seconds:.0f}/s), first response median "
        f"{statistics.median(times):.0f} ms, p95 {statistics.quantiles(times, n=20)[-1]:.0f} ms, "
        f"{len(server.violations)} violations"
    )


def with_documents(url: str) -> None:
    """Put something to be answered from into the store."""
    store = Store.open(url)
    put(store, "/rules", document("a", "出張の宿泊費は一泊一万二千円までです"))
    store.close()


def main() -> None:
    """Measure on SQLite, and on PostgreSQL where that is wanted."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--postgresql", action="store_true", help="also on a PostgreSQL server, which is started")
    arguments = parser.parse_args()
    for shards in (SHARDS, 1):
        with tempfile.TemporaryDirectory() as folder:
            asyncio.run(measure(f"sqlite:///{folder}/kotae.db", Path(folder), shards))
    if arguments.postgresql:
        server = Server()
        try:
            for shards in (SHARDS, 1):
                with tempfile.TemporaryDirectory() as folder:
                    asyncio.run(measure(server.new_store(), Path(folder), shards))
        finally:
            server.remove()


if __name__ == "__main__":
    warnings.filterwarnings("ignore", category=DeprecationWarning)
    main()
