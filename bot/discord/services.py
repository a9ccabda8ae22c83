"""What the features share: settings, store, worker threads, who may read what, and reports of errors."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import AsyncIterator, Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager
from functools import partial
from typing import Any, TypeVar

import discord

from bot.discord.access.authority import administers_guild, moderated_channels, moderates
from bot.discord.access.other_shards import OtherShards
from bot.discord.access.reach import (
    Asker,
    DirectMessages,
    channel_id_of,
    is_alone_with_us,
    member_of,
    memberships,
)
from bot.discord.access.revocation import NoLongerAllowed, NoLongerOurs
from bot.discord.replies import Interaction, send_ephemeral
from bot.discord.sharding.ownership import Ownership
from bot.discord.translation import language_of_locale
from bot.discord.workers import GuildWorkers, set_requester
from bot.metrics.metrics import Metrics
from bot.rate_limits import RateLimits
from bot.settings import Settings
from bot.wording import Wording
from bot.wording.discord import responses
from index.audience import GUILD, Audience
from index.search.knowledge import Knowledge
from index.search.library import Library
from index.store.discord.channel_sources import ChannelSources
from index.store.discord.guilds import Guilds
from index.store.discord.pins import Pins
from index.store.store import Store

_WORKERS = 4
# So that two guilds that ask for what takes long leave others what they need.
_WORKERS_OF_A_GUILD = 1
# In seconds: how long what Discord said of a guild of another shard may be relied on.
_LONGEST_VALIDITY = 10.0
# In seconds: how long another process has to let us act for it, before Discord gives an interaction up.
_LONGEST_HANDOVER = 2.5
# Whoever may ask so often may use commands, buttons and forms this many times as often.
_ACTIONS_A_QUESTION = 3

_ADMITTED = "admitted"

Result = TypeVar("Result")
Feature = TypeVar("Feature")
logger = logging.getLogger("kotae.discord")


class Services:
    """Shared by all features of one client. Features find each other here by their class."""

    def __init__(
        self,
        client: discord.Client,
        settings: Settings,
        knowledge: Knowledge,
        store: Store | None,
        clock: Callable[[], float],
        metrics: Metrics,
    ) -> None:
        self.client = client
        self.settings = settings
        self.knowledge = knowledge
        self.store = store
        self.clock = clock
        self.metrics = metrics
        # Channels that the bot can no longer read, of which the store does not know yet that nothing is to be quoted.
        self.unreadable_channels: set[int] = set()
        self.ownership = Ownership()
        self.direct_messages = DirectMessages(client)
        self._other_shards = OtherShards(client)
        self._features: dict[type, Any] = {}
        self._under_way: set[asyncio.Task[Any]] = set()
        self._actions = RateLimits(clock)
        self._workers = GuildWorkers(_WORKERS, _WORKERS_OF_A_GUILD)
        # Held by a guild while a file is taken in for it, so that it has one in the queue at a time.
        self.intake_locks: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)
        self._intake = ThreadPoolExecutor(1, thread_name_prefix="intake")

    def close(self) -> None:
        """Let the workers go."""
        self._workers.close()
        self._intake.shutdown(wait=False, cancel_futures=True)

    # Features

    def add(self, feature: Feature) -> Feature:
        """Make a feature known to the others."""
        self._features[type(feature)] = feature
        return feature

    def find(self, kind: type[Feature]) -> Feature | None:
        """The feature of a class; None for one that needs a store, where there is none."""
        return self._features.get(kind)

    def get(self, kind: type[Feature]) -> Feature:
        """The feature of a class, which is there; raises a KeyError if it is not."""
        feature: Feature = self._features[kind]
        return feature

    # Threads

    async def run_in_thread(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """The result of some work done beside the event loop, so that heartbeats never wait."""
        return await self._workers.run(lambda: work(*arguments))

    async def run_intake(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """The result of taking documents in, one after the other, so that memory and processors stay free to answer."""
        return await asyncio.get_running_loop().run_in_executor(self._intake, lambda: work(*arguments))

    def note_under_way(self) -> None:
        """Let the current task come to its end when the bot is told to leave."""
        if task := asyncio.current_task():
            self._under_way.add(task)
            task.add_done_callback(self._under_way.discard)

    async def finish(self, seconds: float) -> None:
        """Let the answers under way be given, for so many seconds at most."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=seconds)

    # Who may read

    async def asker_of(self, request: Interaction | discord.Message) -> Asker:
        """Whoever asks, with what tells of what an answer to them may be made."""
        audiences, sources = await self.run_in_thread(self._known_in, channel_id_of(request.channel))
        if isinstance(request, discord.Message):
            person, alone = await member_of(request.guild, request.author), await self.direct_messages.is_one(request)
        else:
            person, alone = request.user, is_alone_with_us(request)
        # Who wrote in a guild that is not known is a member of none, though discord.py calls them one.
        members = [person] if request.guild and isinstance(person, discord.Member) else []
        if alone:
            members = await memberships(audiences, self.client.guilds, person.id)
        elsewhere = await self._members_elsewhere(audiences, person.id) if alone else {}
        until = time.monotonic() + _LONGEST_VALIDITY
        asked_in = request.guild.id if request.guild else None

        def guild_of(number: int) -> discord.Guild | None:
            if not self.ownership.may_finish(asked_in):
                raise NoLongerOurs
            member = elsewhere.get(number) if time.monotonic() < until else None
            return member.guild if member else self.client.get_guild(number)

        return Asker(audiences, guild_of, [*members, *elsewhere.values()], request.channel, alone, sources)

    def _known_in(self, channel: int) -> tuple[frozenset[Audience], frozenset[int] | None]:
        """For whom there is something that a channel is answered from, and from which sources that is, None for all."""
        sources = ChannelSources(self.store).chosen(channel) if self.store and channel else None
        return self.knowledge.audiences(sources), sources

    async def member_in(self, guild: int, person: int) -> discord.Member | None:
        """Somebody as a member of a guild, perhaps of another shard; None where they are none, or Discord says nothing."""
        wanted = [Audience(GUILD, guild)]
        here = await memberships(wanted, self.client.guilds, person)
        return next(iter(here), (await self._members_elsewhere(wanted, person)).get(guild))

    async def _members_elsewhere(self, audiences: Collection[Audience], person: int) -> dict[int, discord.Member]:
        """Somebody as a member of the guilds of other shards, by guild, of those in which there is something to be read."""
        guilds = {audience.guild for audience in audiences if audience.guild}
        elsewhere = {guild for guild in guilds if not self.ownership.covers(guild)}
        return {member.guild.id: member for member in await self._other_shards.memberships(elsewhere, person)}

    def library_for(
        self, audiences: Collection[Audience], guild: int | None, sources: Collection[int] | None
    ) -> Library:
        """What these audiences may read of some sources, None for all, and a guild has not hidden, with its pins; takes a moment."""
        unreadable = self.unreadable_channels
        library = self.knowledge.library(lambda one: one in audiences and one.channel not in unreadable, sources)
        if self.store and guild:
            library = library.without(Guilds(self.store).hidden(guild))
            library.pins = Pins(self.store).all(guild)
        return library

    async def query_library(
        self, interaction: Interaction, query: Callable[[Library], Result], private: bool
    ) -> tuple[Result, Callable[[], bool]]:
        """The result of a query on what may be shown; to whoever acts alone if it is private.

        With it comes whether that may still be shown, at the moment when one asks.
        """
        asker = await self.asker_of(interaction)
        reach = asker.reach()
        used = reach.alone if private else reach.together
        guild = interaction.guild_id
        found = await self.run_in_thread(lambda: query(self.library_for(used, guild, asker.sources)))
        return found, partial(asker.reaches, used, alone=private)

    # Who may act

    async def admits(self, interaction: Interaction) -> bool:
        """Whether this process is to handle an interaction, and not another one; the same whoever asks."""
        if _ADMITTED not in interaction.extras:
            interaction.extras[_ADMITTED] = asyncio.ensure_future(self._admit(interaction))
        admitted: bool = await asyncio.shield(interaction.extras[_ADMITTED])
        return admitted

    async def _admit(self, interaction: Interaction) -> bool:
        guild = interaction.guild_id
        if interaction.type is discord.InteractionType.autocomplete:
            return self.ownership.holds(guild)
        if not await self.ownership.wait_to_hold(guild, _LONGEST_HANDOVER):
            return False
        return await self.ownership.claim(f"interaction {interaction.id}")

    async def within_rate_limit(self, interaction: Interaction) -> bool:
        """Whether whoever acts has not done too much of late; they are told if they have."""
        allowed = self.settings.questions_a_minute * _ACTIONS_A_QUESTION
        wait = self._actions.seconds_to_wait(("user", interaction.user.id, allowed))
        if wait:
            await send_ephemeral(interaction, wording_for(interaction)(responses.TOO_FAST, seconds=wait))
        return not wait

    async def moderated_channels(self, interaction: Interaction) -> list[int]:
        """The channels that whoever acts moderates."""
        if interaction.guild is None:
            return []
        channels = list(interaction.guild.channels)
        return await self.run_in_thread(moderated_channels, interaction.user, channels)

    async def store_for_moderator(self, interaction: Interaction) -> Store | None:
        """The store, for whoever moderates any channel of their guild; None, and they are told why, for others."""
        if not await self.is_moderator(interaction):
            await send_ephemeral(interaction, wording_for(interaction)(responses.NEEDS_MODERATOR))
            return None
        return await self._existing_store(interaction)

    async def store_for_administrator(self, interaction: Interaction) -> Store | None:
        """The store, for whoever administers their guild; None, and they are told why, for others."""
        if not administers_guild(interaction.user):
            await send_ephemeral(interaction, wording_for(interaction)(responses.NEEDS_ADMINISTRATOR))
            return None
        return await self._existing_store(interaction)

    async def is_moderator(self, interaction: Interaction) -> bool:
        """Whether whoever acts moderates any channel of their guild, be it another one."""
        if moderates(interaction.permissions) or administers_guild(interaction.user):
            return True
        return bool(await self.moderated_channels(interaction))

    async def _existing_store(self, interaction: Interaction) -> Store | None:
        if self.store is None:
            await send_ephemeral(interaction, wording_for(interaction)(responses.NO_STORE))
        return self.store


def services_of(interaction: Interaction) -> Services:
    """The services of the client that an interaction came to."""
    services: Services = interaction.client.services
    return services


def wording_for(interaction: Interaction) -> Wording:
    """The sentences in the language of whoever acts."""
    return Wording(language_of_locale(interaction.locale.value))


def log_event(event: str, request: int, **values: object) -> None:
    """Log what happened, without content."""
    logger.info(event, extra={"event": event, "request": request, **values})


@asynccontextmanager
async def report_errors(interaction: Interaction) -> AsyncIterator[None]:
    """Report what fails within: where a component or a form fails, discord.py would tell nobody."""
    set_requester(interaction)
    try:
        yield
    except Exception as error:  # noqa: BLE001 - whatever it is, whoever acts is told
        await report_error(interaction, error)


async def report_error(interaction: Interaction, error: BaseException) -> None:
    """Log an error, and tell whoever acts that there was one; a change of permissions is none."""
    say = wording_for(interaction)
    if isinstance(error, NoLongerAllowed):
        await send_ephemeral(interaction, say(responses.NO_LONGER_ALLOWED))
        return
    logger.error("failed", exc_info=error, extra={"event": "error", "request": interaction.id})
    try:
        await send_ephemeral(interaction, say(responses.FAILED, request=interaction.id))
    except discord.HTTPException as refused:
        log_event("untold failure", interaction.id, status=refused.status, code=refused.code)
