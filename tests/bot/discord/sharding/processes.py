"""Several processes of `kotae discord` on one store, and people who talk to them without a pause."""

from __future__ import annotations

import asyncio
import os
import sys
from asyncio.subprocess import DEVNULL, Process, create_subprocess_exec
from collections import Counter
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path

from index.store.leases import all_leases
from index.store.store import Store
from tests.conftest import ROOT
from tests.loopback_discord.rest.interactions import Interaction
from tests.loopback_discord.server import LoopbackDiscord
from tests.loopback_discord.world.channel import Channel
from tests.loopback_discord.world.message import Message
from tests.loopback_discord.world.users import User

# Processes start one beside the other on few processors.
PATIENCE = 60.0
QUESTION = "宿泊費は一泊いくらですか？"


class Team:
    """The processes of one bot."""

    def __init__(self, server: LoopbackDiscord, store: Store, url: str, folder: Path) -> None:
        self._server = server
        self._store = store
        self._url = url
        self._folder = folder
        self._processes: list[Process] = []

    async def start(self, shards: str, of: int, *, ready: bool = True) -> Process:
        """A process that serves some shards, once it is connected with them."""
        before = len(self._server.gateway.connected)
        plain = {name: value for name, value in os.environ.items() if not name.startswith(("KOTAE_", "DISCORD_"))}
        settings = {
            "KOTAE_CACHE_DIR": str(self._folder / "cache"),
            "KOTAE_ENCODER": "off",
            "KOTAE_DATABASE_URL": self._url,
            "KOTAE_MESSAGE_CONTENT": "on",
            "KOTAE_QUESTIONS_A_MINUTE": "10000",
            "KOTAE_QUESTIONS_A_MINUTE_IN_GUILD": "10000",
            "DISCORD_TOKEN": self._server.token,
            "DISCORD_API_URL": self._server.api_url,
            "DISCORD_GATEWAY_URL": self._server.gateway_url,
        }
        with (self._folder / f"log{len(self._processes)}").open("wb") as log:
            process = await create_subprocess_exec(
                *(sys.executable, "-W", "ignore", "-m", "bot", "discord", "--shards", shards, "--of", str(of)),
                cwd=ROOT,
                env=plain | settings,
                stdout=DEVNULL,
                stderr=log,
            )
        self._processes.append(process)
        if ready:
            first, _, last = shards.partition("-")
            await self._server.connected(before + int(last or first) - int(first) + 1, PATIENCE)
        return process

    async def terminate(self, process: Process) -> None:
        """Tell a process to leave, as a rolling restart does, and wait until it has left."""
        process.terminate()
        assert await asyncio.wait_for(process.wait(), PATIENCE) == 0

    async def kill(self, process: Process) -> None:
        """End a process as a power cut does."""
        process.kill()
        await process.wait()

    async def holds(self, process: Process, shards: int) -> None:
        """Wait until a process holds so many shards."""
        await until(lambda: self.holders()[process.pid] == shards)

    def holders(self) -> Counter[int]:
        """How many shards are held, by process."""
        found = [one for one in all_leases(self._store, "shard ") if one.seconds]
        return Counter(int(one.holder.split(":")[1]) for one in found)

    async def end(self) -> None:
        """End all that still run."""
        for process in self._processes:
            if process.returncode is None:
                await self.kill(process)


async def until(condition: Callable[[], object], seconds: float = PATIENCE, every: float = 0.1) -> None:
    """Wait until something is so."""
    async with asyncio.timeout(seconds):
        while not condition():  # noqa: ASYNC110 - what is waited for is in another process
            await asyncio.sleep(every)


@asynccontextmanager
async def team(server: LoopbackDiscord, url: str, folder: Path) -> AsyncIterator[Team]:
    """A server with processes, which end with it."""
    # As the processes come and go, they identify more often than those of real bots.
    server.gateway.max_concurrency = 16
    store = Store.open(url)
    processes = Team(server, store, url, folder)
    try:
        async with server:
            yield processes
            await processes.end()
    finally:
        await processes.end()
        store.close()


class Questions:
    """Mentions, direct messages and commands without a pause, and what came of them."""

    def __init__(self, server: LoopbackDiscord, person: User, *channels: Channel) -> None:
        self._server = server
        self._person = person
        self._channels = channels
        self.mentions: list[Message] = []
        self.commands: list[asyncio.Task[Interaction]] = []

    @asynccontextmanager
    async def asking(self, *, commands: bool = True) -> AsyncIterator[None]:
        """Ask while something happens."""
        asking = asyncio.create_task(self._ask(commands=commands))
        try:
            yield
        finally:
            asking.cancel()
            await asyncio.wait({asking})

    async def _ask(self, *, commands: bool) -> None:
        places = [*self._channels, self._server.world.direct_channel(self._person)]
        while True:
            for channel in places:
                mentions = () if channel.recipient else [self._server.world.bot]
                self.mentions.append(
                    await self._server.send_message(self._person, channel, QUESTION, mentions=mentions)
                )
                if commands:
                    asked = self._server.slash(self._person, channel, "ask", {"question": QUESTION}, seconds=10)
                    self.commands.append(asyncio.create_task(asked))
                await asyncio.sleep(0.3)

    async def answered_once(self) -> None:
        """Wait until all is answered, and see that nothing was twice."""
        await until(lambda: all(self._replies(one) for one in self.mentions))
        for interaction in await asyncio.gather(*self.commands):
            await self._server.answer(interaction, PATIENCE)
            assert not interaction.follow_ups
        assert {len(self._replies(one)) for one in self.mentions} == {1}
        twice = [one for one in self._server.requests if one.template.endswith("/callback") and one.status == 400]
        assert not twice

    def _replies(self, message: Message) -> list[Message]:
        """What replies to a message; a repeated request shows nothing twice."""
        found = (one for one in message.channel.messages.values() if one.author is self._server.world.bot)
        return [one for one in found if one.reference is message]
