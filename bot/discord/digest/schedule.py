"""When a digest is sent: each Monday from 00:00 UTC on, which is nine in the morning in Japan, once whichever process does."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from functools import partial
from typing import NamedTuple, Self

import discord

from bot.discord.access.revocation import NoLongerAllowed, only_while
from bot.discord.digest.digest import digest_embed, digest_of, still_told_of, told_of
from bot.discord.requests import REQUEST_ERRORS
from bot.discord.services import Services, log_event
from bot.wording import Language, Wording
from index.store.discord.guilds import Guilds
from index.store.leases import Leases, this_process
from index.store.store import Store

# The setting of a guild that has the id of the channel, and the language of whoever switched it on: most guilds do not
# say theirs.
SETTING = "digest"
_MONDAY = 0
_WEEK = timedelta(days=7)
_SECONDS_BETWEEN = 60.0
# For so long whoever makes a digest may take; then the database failed, or they have ended meanwhile, and another may.
_MAKING = 120.0

logger = logging.getLogger("kotae.discord")


class Chosen(NamedTuple):
    """Where a digest comes, and in which language."""

    channel: int
    language: Language

    @classmethod
    def of(cls, setting: str) -> Self:
        """What a setting says."""
        channel, _, language = setting.partition("/")
        return cls(int(channel), "en" if language == "en" else "ja")

    def __str__(self) -> str:
        """The setting that says so."""
        return f"{self.channel}/{self.language}"


class Digests:
    """Sends the digests of the guilds that this process acts for; `now` gives the time."""

    def __init__(
        self, services: Services, store: Store, now: Callable[[], datetime] = lambda: datetime.now(UTC)
    ) -> None:
        self._services = services
        self._store = store
        self._now = now
        self._leases = Leases(store, this_process())
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin to send digests when they are due."""
        self._running = asyncio.create_task(self._run())

    def close(self) -> None:
        """Stop."""
        if self._running:
            self._running.cancel()

    async def _run(self) -> None:
        while True:
            try:
                await self.send_due()
            except Exception:
                # Whatever it is, it may be over the next time.
                logger.exception("digests wait", extra={"event": "digest"})
            await asyncio.sleep(_SECONDS_BETWEEN)

    async def send_due(self) -> None:
        """Send the digests of the last week, on a Monday; one that could not be sent is sent the next time."""
        monday = self._now().date()
        if monday.weekday() != _MONDAY:
            return
        settings = await self._services.run_in_thread(Guilds(self._store).with_setting, SETTING)
        for guild, setting in settings.items():
            if self._services.ownership.holds(guild):
                await self._send(guild, Chosen.of(setting), monday)

    async def _send(self, guild: int, chosen: Chosen, monday: date) -> None:
        destination = self._services.client.get_channel(chosen.channel)
        if not isinstance(destination, discord.TextChannel) or destination.guild.id != guild:
            return
        lease = f"digest {guild} {monday}"
        if not await self._services.run_in_thread(self._leases.acquire, lease, _MAKING):
            return
        told = told_of(destination)
        digest = await self._services.run_in_thread(digest_of, self._store, guild, told, monday - _WEEK)
        # Held beyond that Monday: whoever has it has sent the digest.
        if not await self._services.run_in_thread(self._leases.renew, [lease], _WEEK.total_seconds()):
            return
        # Discord takes 25 characters.
        nonce = f"{guild}{monday:%y%m%d}"
        embed = digest_embed(Wording(chosen.language), digest)
        try:
            with only_while(partial(still_told_of, destination, told)):
                await destination.send(embed=embed, allowed_mentions=discord.AllowedMentions.none(), nonce=nonce)
        except discord.Forbidden:
            # Until an administrator allows it, every attempt would fail.
            log_event("digest not allowed", guild)
        except (*REQUEST_ERRORS, NoLongerAllowed) as error:
            log_event("digest waits", guild, error=type(error).__name__)
            await self._services.run_in_thread(self._leases.release, [lease])
        else:
            log_event("digest", guild)
