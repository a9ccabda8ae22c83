"""Which shards this process acts for. Several may be connected with one shard; the one that holds its lease acts.

The others receive the same events, and keep them for a moment: should the holder leave or be gone, one of them takes the
lease and answers what is not answered. What is answered is claimed, so that it is answered once: before it is answered
where another process may have been asked too, else a moment later, and before the shard is left to others.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Coroutine
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

from bot.settings import Shards
from index.errors import DatabaseError
from index.store.leases import Leases, shard_lease, this_process
from index.store.store import Store

# All in seconds. A process that is gone holds its shards for so long.
LEASE = 10.0
_BETWEEN_RENEWALS = 3.0
_BETWEEN_ATTEMPTS = 0.5
# How long whoever answers has until another may try, and how long what was answered is remembered.
CLAIM = 20.0
_ANSWERED = 3600.0
_BETWEEN_CLEANINGS = 600.0
# Each writing waits for the disk, and for the other processes.
_BETWEEN_NOTES = 1.0
# For how long after shards were taken what comes in may have come to the holder before, too.
SETTLING = 15.0

Result = TypeVar("Result")
logger = logging.getLogger("kotae.discord")


class Ownership:
    """Of all shards, by the only process there is."""

    def start(self) -> None:
        """Begin to take shards."""

    async def leave(self, stop: Callable[[], Awaitable[None]]) -> None:
        """Act for nobody any more, `stop` what goes on by itself, and let others have the shards."""
        # Nobody else is there.

    def close(self) -> None:
        """Stop."""

    def covers(self, guild: int) -> bool:  # noqa: ARG002
        """Whether a guild is of a shard that this process is connected with."""
        return True

    def held_of(self, shards: int) -> int:
        """How many of its shards this process acts for."""
        return shards

    def holds(self, guild: int | None) -> bool:  # noqa: ARG002
        """Whether this process acts for a guild, or for direct messages (None)."""
        return True

    def may_finish(self, guild: int | None) -> bool:  # noqa: ARG002
        """Whether this process may still give what it began to answer, also while it leaves."""
        return True

    async def wait_to_hold(self, guild: int | None, seconds: float) -> bool:  # noqa: ARG002
        """Whether this process acts for a guild, at once or within so many seconds."""
        return True

    async def claim(self, name: str, *, checked: bool = False) -> bool:  # noqa: ARG002
        """Whether this process is the one to answer something; while it does, nobody else is.

        It has to be `checked` where another process may have been asked long ago.
        """
        return True

    def finish(self, name: str) -> None:
        """Let nobody else answer what this process has answered."""

    async def flush(self) -> None:
        """Wait until all that is claimed and finished is known to others."""

    @asynccontextmanager
    async def exclusively(self, name: str) -> AsyncIterator[bool]:  # noqa: ARG002
        """Whether this process is the one to do within what is done once for the whole database."""
        yield True


class LeasedOwnership(Ownership):
    """Of the shards whose leases this process holds in a store.

    `is_connected` says whether it has a connection for a shard: without one it lets others have the shard. `on_taken` and
    `on_lost` are told of shards.
    """

    def __init__(
        self,
        store: Store,
        shards: Shards,
        is_connected: Callable[[int], bool],
        on_taken: Callable[[Collection[int]], None],
        on_lost: Callable[[Collection[int]], None],
    ) -> None:
        self._shards = shards
        self._names = {shard_lease(shard, shards.of): shard for shard in shards.ids}
        self._is_connected = is_connected
        self._on_taken = on_taken
        self._on_lost = on_lost
        self._leases = Leases(store, this_process())
        # One thread each, so that leases are renewed in time; what is claimed while one writes is written together.
        self._keeper = ThreadPoolExecutor(1, thread_name_prefix="leases")
        self._writer = ThreadPoolExecutor(1, thread_name_prefix="claims")
        # Until when leases are ours at least, by the clock of this process.
        self._until: dict[str, float] = {}
        self._released: dict[str, float] = {}
        self._taken = asyncio.Event()
        self._claims: dict[str, asyncio.Future[bool]] = {}
        # What is being answered, or is answered (True), and is not written yet.
        self._notes: dict[str, bool] = {}
        self._settled = 0.0
        self._tasks: dict[str, asyncio.Task[None]] = {}
        self._left = False
        self._closed = False

    def start(self) -> None:
        """Begin to take shards, and keep them."""
        self._tasks["keep"] = asyncio.create_task(self._keep())

    async def leave(self, stop: Callable[[], Awaitable[None]]) -> None:
        """Act for nobody any more, `stop` what goes on by itself, and let others have the shards.

        What is being answered stays claimed.
        """
        self._left = True
        self._taken.set()
        await stop()
        if keeping := self._tasks.get("keep"):
            keeping.cancel()
            await asyncio.wait({keeping})
        self._released, self._until = self._until, {}
        await self.flush()
        with suppress(DatabaseError):
            await self._run(self._leases.release, [*self._released])

    def close(self) -> None:
        """Stop."""
        self._closed = True
        for task in self._tasks.values():
            task.cancel()
        self._keeper.shutdown(wait=False)
        self._writer.shutdown(wait=False)

    def covers(self, guild: int) -> bool:
        """Whether a guild is of a shard that this process is connected with."""
        return self._shards.shard_of(guild) in self._shards.ids

    def held_of(self, shards: int) -> int:  # noqa: ARG002
        """How many shards' leases are ours now."""
        return sum(map(self._is_ours, self._names))

    def holds(self, guild: int | None) -> bool:
        """Whether the lease of a guild's shard is ours now; direct messages come to shard 0."""
        return not self._left and self.may_finish(guild)

    def may_finish(self, guild: int | None) -> bool:
        """Whether the lease of a guild's shard has not expired; one that was released counts for its remaining time."""
        name = shard_lease(self._shards.shard_of(guild), self._shards.of)
        return max(self._until.get(name, 0.0), self._released.get(name, 0.0)) > time.monotonic()

    async def wait_to_hold(self, guild: int | None, seconds: float) -> bool:
        """Whether this process acts for a guild, at once or within so many seconds."""
        until = time.monotonic() + seconds
        while not self.holds(guild):
            if self._left or time.monotonic() >= until:
                return False
            with suppress(TimeoutError):
                await asyncio.wait_for(self._taken.wait(), until - time.monotonic())
        return True

    async def claim(self, name: str, *, checked: bool = False) -> bool:
        """Whether this process is the one to answer something; where the database fails, whoever holds the shard is."""
        if self._left or name in self._claims or name in self._notes:
            return False
        if not checked and time.monotonic() > self._settled:
            self._note(name, answered=False)
            return True
        self._claims[name] = claimed = asyncio.get_running_loop().create_future()
        self._begin("claim", self._write_claims)
        mine: bool = await claimed
        return mine

    def finish(self, name: str) -> None:
        """Let nobody else answer what this process has answered."""
        self._note(name, answered=True)

    async def flush(self) -> None:
        """Wait until all that is claimed and finished is known to others."""
        # After what is being written, as one thread writes in order: cancelling that would lose what has not begun.
        await self._write_notes()

    @asynccontextmanager
    async def exclusively(self, name: str) -> AsyncIterator[bool]:
        """Whether this process is the one to do within what is done once for the whole database."""
        begin = time.monotonic()
        taken = not self._left and await self._run(self._leases.acquire, name, LEASE)
        if taken:
            # Renewed as the shards are.
            self._until[name] = begin + LEASE
        try:
            yield taken
        finally:
            if taken and self._until.pop(name, 0.0):
                await self._run(self._leases.release, [name])

    # Shards

    def _is_ours(self, name: str) -> bool:
        return self._until.get(name, 0.0) > time.monotonic()

    async def _keep(self) -> None:
        """Take what is free, and keep what is taken."""
        renewed = cleaned = 0.0
        while True:
            now = time.monotonic()
            wanted = [name for name, shard in self._names.items() if self._is_connected(shard)]
            try:
                if now - renewed >= _BETWEEN_RENEWALS:
                    renewed = now
                    await self._renew([one for one in self._until if one in wanted or one not in self._names])
                lacking = [name for name in wanted if name not in self._until]
                if lacking and not self._left:
                    await self._take(lacking)
                if now - cleaned >= _BETWEEN_CLEANINGS:
                    cleaned = now
                    await self._run(self._leases.forget_expired, _ANSWERED)
            except DatabaseError as error:
                logger.warning("leases wait", extra={"event": "leases", "error": type(error).__name__})
            except Exception:
                # Whatever it is: without leases nothing would be answered.
                logger.exception("leases wait", extra={"event": "leases"})
            self._drop_expired()
            complete = self._until.keys() >= self._names.keys()
            await asyncio.sleep(_BETWEEN_RENEWALS if complete else _BETWEEN_ATTEMPTS)

    async def _renew(self, names: list[str]) -> None:
        if not names:
            return
        begin = time.monotonic()
        asking = asyncio.ensure_future(self._run(self._leases.renew, names, LEASE))
        # A database that does not answer keeps nothing for us.
        while not asking.done():
            await asyncio.wait({asking}, timeout=_BETWEEN_ATTEMPTS)
            self._drop_expired()
        held = asking.result()
        for name in names:
            if name in held and name in self._until:
                self._until[name] = begin + LEASE
            elif name in self._until:
                self._until[name] = 0.0

    async def _take(self, names: list[str]) -> None:
        begin = time.monotonic()
        if not (taken := await self._run(self._leases.acquire_free, names, LEASE)):
            return
        for name in taken:
            self._until[name] = begin + LEASE
        self._settled = time.monotonic() + SETTLING
        shards = [self._names[name] for name in taken]
        logger.info("shards taken", extra={"event": "shards", "shards": sorted(shards)})
        self._taken.set()
        self._taken = asyncio.Event()
        self._on_taken(shards)

    def _drop_expired(self) -> None:
        lost = [name for name in self._until if not self._is_ours(name)]
        for name in lost:
            del self._until[name]
        if shards := [self._names[name] for name in lost if name in self._names]:
            logger.warning("shards lost", extra={"event": "shards", "shards": sorted(shards)})
            self._on_lost(shards)

    # Claims

    def _begin(self, name: str, work: Callable[[], Coroutine[Any, Any, None]]) -> None:
        running = self._tasks.get(name)
        if running is None or running.done():
            self._tasks[name] = asyncio.create_task(work())

    async def _write_claims(self) -> None:
        """Write what is claimed; what comes meanwhile is written together."""
        while self._claims:
            claims, self._claims = self._claims, {}
            try:
                taken = await self._write(self._leases.acquire_all, claims.keys(), CLAIM)
            except DatabaseError as error:
                logger.warning("claims not written", extra={"event": "leases", "error": type(error).__name__})
                taken = set(claims)
            for name, claimed in claims.items():
                if not claimed.done():
                    claimed.set_result(name in taken)

    def _note(self, name: str, *, answered: bool) -> None:
        self._notes[name] = answered
        if not self._closed:
            self._begin("note", self._write_notes_later)

    async def _write_notes_later(self) -> None:
        while self._notes:
            await asyncio.sleep(_BETWEEN_NOTES)
            await self._write_notes()

    async def _write_notes(self) -> None:
        notes, self._notes = self._notes, {}
        try:
            held = {name: _ANSWERED if answered else CLAIM for name, answered in notes.items()}
            await self._write(lambda: self._leases.hold_all(held) if held else None)
        except DatabaseError as error:
            logger.warning("claims not written", extra={"event": "leases", "error": type(error).__name__})

    async def _run(self, work: Callable[..., Result], *arguments: object) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._keeper, lambda: work(*arguments))

    async def _write(self, work: Callable[..., Result], *arguments: object) -> Result:
        return await asyncio.get_running_loop().run_in_executor(self._writer, lambda: work(*arguments))
