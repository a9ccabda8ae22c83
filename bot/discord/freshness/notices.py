"""Asks whoever answers for a source whether it is still right, once it is due: once, beside everything else."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from functools import partial
from typing import NamedTuple

import discord
from discord.abc import Messageable
from discord.ui import Button, View

from bot.attribution import local_day
from bot.discord.access.authority import administers_guild
from bot.discord.access.permissions import everyone_may_read, may_read
from bot.discord.access.requirements import missing_permissions
from bot.discord.access.revocation import NoLongerAllowed, only_while
from bot.discord.components import PersistentItem, view_of
from bot.discord.knowledge.opaque_ids import opaque_ids
from bot.discord.quoting import NAME_LENGTH, escape
from bot.discord.replies import Interaction, reply_to, send_ephemeral
from bot.discord.requests import REQUEST_ERRORS, in_background, with_timeout
from bot.discord.services import Services, log_event, services_of, wording_for
from bot.discord.translation import language_of_locale
from bot.printable import shorten
from bot.source_names import source_name
from bot.wording import Wording
from bot.wording.discord import freshness as sentences
from bot.wording.discord import knowledge as knowledge_sentences
from bot.wording.discord import responses
from index.audience import Audience
from index.store.discord.channels import Channels
from index.store.expiries import Expiries, Expiry
from index.store.rows import Source
from index.store.store import Store

_SECONDS_BETWEEN = 300.0
_REFUSED = (discord.Forbidden, discord.NotFound)

logger = logging.getLogger("kotae.discord")


class _Due(NamedTuple):
    """A source that has to be confirmed, with its opaque id."""

    expiry: Expiry
    source: Source
    opaque_id: str


class _Destination(NamedTuple):
    """Where somebody is told, and whether they may be, at the moment when one asks."""

    channel: Messageable
    allowed: Callable[[], bool]


class ExpiryNotices:
    """Tells of what is due every few minutes, in the guilds that this process acts for."""

    def __init__(self, services: Services, store: Store) -> None:
        self._services = services
        self._store = store
        self._expiries = Expiries(store)
        self._running: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Begin."""
        self._running = asyncio.create_task(self._run())

    def close(self) -> None:
        """Stop."""
        if self._running:
            self._running.cancel()

    async def _run(self) -> None:
        await self._services.client.wait_until_ready()
        while True:
            try:
                await self.tell()
            except Exception:
                # Whatever it is, it may be over the next time.
                logger.exception("notices wait", extra={"event": "expiry"})
            await asyncio.sleep(_SECONDS_BETWEEN)

    async def tell(self) -> None:
        """Tell of what is due and was not told of; raises a DatabaseError."""
        for due in await asyncio.to_thread(self._due):
            guild = self._services.client.get_guild(due.source.audience.guild)
            if guild and not guild.unavailable and self._services.ownership.holds(guild.id):
                await self._tell_of(guild, due)

    def _due(self) -> list[_Due]:
        untold = {one.source: one for one in self._expiries.untold()}
        found = [one for one in self._store.sources() if one.number in untold] if untold else []
        ids = opaque_ids(self._store, "source", untold)
        # Of what has changed since it was due nobody need be asked.
        return [_Due(untold[one.number], one, ids[one.number]) for one in found if one.needs_review_since]

    async def _tell_of(self, guild: discord.Guild, due: _Due) -> None:
        # Looked up first: what is marked is told without the database, which may not answer any more.
        say = Wording(language_of_locale(str(guild.preferred_locale)))
        name = await asyncio.to_thread(_shown_name, say, self._store, due.source)
        # Marked before, so that nobody is told twice should the process end meanwhile, or another one have the guild.
        if not await asyncio.to_thread(self._expiries.mark_told, due.expiry):
            return
        try:
            # To its end, also where the process is told to leave: it would be marked, and nobody told.
            told = await asyncio.shield(in_background(self._send(guild, due, say, name)))
        except (*REQUEST_ERRORS, TimeoutError) as error:
            if not isinstance(error, _REFUSED):
                await asyncio.to_thread(self._expiries.mark_untold, due.expiry)
            log_event("expiry not told", due.source.number, guild=guild.id, error=type(error).__name__)
        except NoLongerAllowed:
            log_event("expiry not told", due.source.number, guild=guild.id)
        else:
            log_event("expiry told" if told else "expiry not told", due.source.number, guild=guild.id)

    async def _send(self, guild: discord.Guild, due: _Due, say: Wording, name: str) -> bool:
        """Tell somebody; whether there is anybody to tell."""
        destination = await self._destination(guild, due)
        if destination is None:
            return False
        days = due.expiry.days
        text = say(sentences.IS_DUE, name=name, date=local_day(due.expiry.due), guild=escape(guild.name))
        button = ExtendButton(due.opaque_id, say(sentences.STILL_RIGHT, days=days))
        with only_while(destination.allowed):
            await destination.channel.send(text, view=view_of(button), allowed_mentions=discord.AllowedMentions.none())
        return True

    async def _destination(self, guild: discord.Guild, due: _Due) -> _Destination | None:
        """The channel that was chosen, if all who see it may read the source; else direct messages to who chose."""
        audience = due.source.audience
        channel = guild.get_channel(due.expiry.channel or 0)
        if isinstance(channel, discord.TextChannel) and _may_tell(audience, channel):
            return _Destination(channel, partial(everyone_may_read, audience, channel))
        if due.expiry.owner is None:
            return None
        member = await with_timeout(guild.fetch_member(due.expiry.owner))
        if not administers_guild(member) or not may_read(audience, member):
            return None
        return _Destination(await member.create_dm(), partial(may_read, audience, member))


def _may_tell(audience: Audience, channel: discord.TextChannel) -> bool:
    """Whether the bot may write in a channel of what an audience reads: all who see the channel have to be of it."""
    permissions = channel.permissions_for(channel.guild.me)
    return not missing_permissions(permissions, in_threads=False) and everyone_may_read(audience, channel)


def _shown_name(say: Wording, store: Store, source: Source) -> str:
    return escape(shorten(source_name(say, source, Channels(store).all(source.number)), NAME_LENGTH))


class ExtendButton(PersistentItem[Button[View]], template=r"kotae:extend:(?P<opaque_id>[0-9a-f]{16})"):
    """Says that a source is still right."""

    def __init__(self, opaque_id: str, label: str = "") -> None:
        super().__init__(Button(label=label or "…", emoji="✅", custom_id=f"kotae:extend:{opaque_id}"))
        self._opaque_id = opaque_id

    async def respond(self, interaction: Interaction) -> None:
        """Extend its time, if whoever clicks administers the guild and may read it; also from a direct message."""
        services, say, store = services_of(interaction), wording_for(interaction), services_of(interaction).store
        if store is None:
            await send_ephemeral(interaction, say(responses.NO_STORE))
            return
        source = await services.run_in_thread(_source_with, store, self._opaque_id)
        member = await _member(interaction, source.audience.guild) if source else None
        if source is None or member is None or not administers_guild(member) or not may_read(source.audience, member):
            await send_ephemeral(interaction, say(knowledge_sentences.UNKNOWN_SOURCE))
            return
        expiry = await services.run_in_thread(Expiries(store).extend, source.number)
        name = await services.run_in_thread(_shown_name, say, store, source)
        log_event("expiry extended", source.number, guild=source.audience.guild)
        outcome = sentences.EXTENDED if expiry else sentences.NEVER_EXPIRES
        text = say(outcome, name=name, date=local_day(expiry.due) if expiry else "")
        with only_while(partial(may_read, source.audience, member)):
            await reply_to(interaction).update(content=text, view=None)


def _source_with(store: Store, opaque_id: str) -> Source | None:
    """The source with an opaque id, of those that expire."""
    ids = opaque_ids(store, "source", (one.source for one in Expiries(store).all()))
    return next((one for one in store.sources() if ids.get(one.number) == opaque_id), None)


async def _member(interaction: Interaction, guild: int) -> discord.Member | None:
    """Whoever acts, as a member of a guild."""
    if interaction.guild_id == guild and isinstance(interaction.user, discord.Member):
        return interaction.user
    return await services_of(interaction).member_in(guild, interaction.user.id)
