"""The bot's client: which events go to which feature."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import AsyncIterator, Callable, Collection, Coroutine
from contextlib import asynccontextmanager
from http import HTTPStatus
from typing import Any

import discord
import yarl
from discord import app_commands
from discord.abc import GuildChannel
from discord.gateway import DiscordWebSocket

from bot.discord.access.revocation import trace_config
from bot.discord.answers.answering import Answering, PrivateAnswerButton, submit_follow_up
from bot.discord.answers.buttons import ANSWER_BUTTONS
from bot.discord.answers.feedback import FeedbackWriter
from bot.discord.answers.help.asking import ConfirmHelpButton, HelpButton
from bot.discord.answers.help.resolving import ResolveButton
from bot.discord.answers.missed import MissedMessages
from bot.discord.auto_answer.auto_answer import AutoAnswer
from bot.discord.auto_answer.channels import AutoAnswerChannels
from bot.discord.auto_answer.mute_button import MuteButton
from bot.discord.command_tree import CommandTree
from bot.discord.digest.schedule import Digests
from bot.discord.experts.accepting import KeepButton
from bot.discord.forgetting.commands import ForgetGuildButton, RememberButton
from bot.discord.forgetting.upkeep import Upkeep
from bot.discord.freshness.notices import ExpiryNotices, ExtendButton
from bot.discord.knowledge.channel_sources import (
    AllSourcesButton,
    ChannelSourcesPageButton,
    ChannelSourcesSelect,
)
from bot.discord.knowledge.pins import PinSelect, PinsPageButton, UnpinSelect
from bot.discord.knowledge.sources import RemoveButton, SourcesPageButton
from bot.discord.knowledge.unhelpful import UnhelpfulPageButton, UnhelpfulSelect
from bot.discord.learning.history import LearnableChannel
from bot.discord.learning.learning import Learning
from bot.discord.observation import Observation
from bot.discord.replies import Interaction, reply_to
from bot.discord.services import Services, report_errors
from bot.discord.sharding.identifying import Turns, check_limits
from bot.discord.sharding.ownership import LeasedOwnership
from bot.discord.translation import CommandTranslator
from bot.discord.unanswered.answers import submit_answer
from bot.discord.unanswered.questions import QuestionSelect, QuestionsPageButton
from bot.discord.workers import set_requester
from bot.metrics.metrics import Metrics
from bot.question_counter import QuestionCounter
from bot.settings import Settings
from index.search.knowledge import Knowledge
from index.store.discord.channel_sources import ChannelSources
from index.store.discord.pins import Pins
from index.store.store import Store

# What may change whether the bot can read a channel.
_PERMISSION_EVENTS = (
    "guild_available", "guild_channel_create", "guild_channel_delete", "guild_channel_update", "guild_join",
    "guild_remove", "guild_role_create", "guild_role_delete", "guild_role_update", "guild_unavailable", "guild_update",
    "member_update",
)  # fmt: skip
# How many seconds answers and records under way have when the bot is told to leave.
_LAST_ANSWERS = 3
# Where another process waits to take over, nobody waits for this one to end: less than what Docker gives it, 10 s.
_LAST_ANSWERS_OF_MANY = 8
_LAST_RECORDS = 1
# In seconds: how long what happens to messages is kept that another process is to act on, should that be gone.
_LONGEST_WAIT = 30.0

# All components that can be used under a message; forms are submitted to these.
ITEMS = (
    *ANSWER_BUTTONS,
    PrivateAnswerButton,
    RememberButton,
    MuteButton,
    SourcesPageButton,
    RemoveButton,
    ChannelSourcesSelect,
    ChannelSourcesPageButton,
    AllSourcesButton,
    ExtendButton,
    QuestionSelect,
    QuestionsPageButton,
    UnhelpfulSelect,
    UnhelpfulPageButton,
    PinSelect,
    UnpinSelect,
    PinsPageButton,
    HelpButton,
    ConfirmHelpButton,
    ResolveButton,
    KeepButton,
    ForgetGuildButton,
)
_FORMS = (submit_follow_up, submit_answer)

logger = logging.getLogger("kotae.discord")


def _shards_of(settings: Settings) -> dict[str, Any]:
    """What discord.py is told of the shards; without a word it asks the server how many to serve."""
    return {"shard_ids": [*settings.shards.ids], "shard_count": settings.shards.of} if settings.shards else {}


class KotaeClient(discord.AutoShardedClient):
    """Answers slash commands, context menus, mentions, replies and direct messages from a library.

    No privileged intent unless the settings want one: content comes with mentions, replies that ping, direct
    messages and interactions. What needs a store is there only where there is one.
    """

    def __init__(
        self,
        settings: Settings,
        knowledge: Knowledge,
        clock: Callable[[], float] = time.monotonic,
        store: Store | None = None,
        metrics: Metrics | None = None,
    ) -> None:
        super().__init__(
            intents=discord.Intents(
                guilds=True, guild_messages=True, dm_messages=True, message_content=settings.message_content
            ),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            http_trace=trace_config(),
            **_shards_of(settings),
        )
        self.services = services = Services(self, settings, knowledge, store, clock, metrics or Metrics())
        self.feedback = services.add(FeedbackWriter(store))
        self.counter = services.add(QuestionCounter(store, "discord"))
        self.answering = services.add(Answering(services))
        self.learning: Learning | None = None
        self.auto_answer: AutoAnswer | None = None
        self.auto_answer_channels: AutoAnswerChannels | None = None
        self.upkeep: Upkeep | None = None
        self.digests: Digests | None = None
        self.expiry_notices: ExpiryNotices | None = None
        if store:
            self.learning = services.add(Learning(services, store))
            self.auto_answer_channels = services.add(AutoAnswerChannels(services, store))
            self.auto_answer = services.add(AutoAnswer(services, self.auto_answer_channels))
            self.upkeep = services.add(Upkeep(services, self.learning, store))
            self.digests = services.add(Digests(services, store))
            self.expiry_notices = services.add(ExpiryNotices(services, store))
        self.observation = Observation(services, self)
        self._turns: Turns | None = None
        self._missed: MissedMessages | None = None
        if settings.shards and store:
            services.ownership = LeasedOwnership(
                store, settings.shards, self._is_connected, self._shards_taken, self._shards_lost
            )
            self._missed = MissedMessages(services)
        self._tasks: set[asyncio.Task[None]] = set()
        # Edits and deletions that are not written yet, by guild.
        self._changes: set[tuple[int | None, asyncio.Event]] = set()
        self.tree = CommandTree(self)
        self.connected = asyncio.Event()
        self.prepared = False

    # Start and end

    async def setup_hook(self) -> None:
        """Register commands and components; tell Discord of the commands only where they changed."""
        await self.tree.set_translator(CommandTranslator())
        self.tree.add_commands()
        self.add_dynamic_items(*ITEMS)
        shards = self.services.settings.shards
        try:
            # Of several processes one is enough.
            if (shards is None or 0 in shards.ids) and await self.tree.sync_if_changed():
                logger.info("commands synchronised", extra={"event": "sync"})
        except (discord.HTTPException, app_commands.AppCommandError) as error:
            if isinstance(error, discord.HTTPException) and error.status == HTTPStatus.UNAUTHORIZED:
                raise
            # Such as too many changes in a day: the commands that are there still work.
            logger.exception("commands not synchronised", extra={"event": "sync"})
        self.prepared = True
        self.services.ownership.start()
        self.observation.begin()
        if self.upkeep:
            self.upkeep.start()
        if self.digests:
            self.digests.start()
        if self.expiry_notices:
            self.expiry_notices.start()

    async def launch_shards(self) -> None:
        """Connect to the gateway that the settings name, or else the server; the server says how many shards.

        Raises DiscordSessionsUsedUp where the settings say which shards, and Discord that it is not the time for them.
        """
        settings = self.services.settings
        if settings.discord_api_url or settings.discord_gateway_url or settings.shards:
            count, gateway, limits = await self.http.get_bot_gateway()
            if settings.shards and self.services.store:
                check_limits(dict(limits), len(settings.shards.ids))
                self._turns = Turns(self.services.store, dict(limits))
            else:
                self.shard_count = count
            if settings.discord_api_url and not settings.discord_gateway_url:
                # discord.py would take a lost session up at Discord itself, with another server's token.
                DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
        await super().launch_shards()

    async def launch_shard(self, gateway: yarl.URL, shard_id: int, *, initial: bool = False) -> None:
        """Connect with a shard once its turn is near."""
        if self._turns:
            # The server was reached.
            self.connected.set()
            await self._turns.before_connecting(shard_id)
        await super().launch_shard(gateway, shard_id, initial=initial)

    async def before_identify_hook(self, shard_id: int | None, *, initial: bool = False) -> None:
        """Wait for a shard's turn to identify."""
        if self._turns and shard_id is not None:
            await self._turns.before_identifying(shard_id)
        else:
            await super().before_identify_hook(shard_id, initial=initial)

    async def finish(self) -> None:
        """Let others have the shards, and the answers under way be given, for a few seconds at most."""
        if self.is_closed():
            # As where Discord lets it in no more.
            return
        await self.services.ownership.leave(self._stop_learning)
        await self.services.finish(_LAST_ANSWERS_OF_MANY if self.services.settings.shards else _LAST_ANSWERS)
        await self.feedback.finish(_LAST_RECORDS)
        await asyncio.to_thread(self.counter.close, _LAST_RECORDS)
        await self.services.ownership.flush()

    async def _stop_learning(self) -> None:
        """Whoever learns next must not find older states written after newer ones."""
        if self.learning:
            await self.learning.stop()

    async def close(self) -> None:
        """Disconnect and let the workers go."""
        self.services.close()
        self.services.ownership.close()
        self.feedback.close()
        # Its thread must not open a connection once the store is closed.
        await asyncio.to_thread(self.counter.close, _LAST_RECORDS)
        if self.learning:
            self.learning.close()
        if self.upkeep:
            self.upkeep.close()
        if self.digests:
            self.digests.close()
        if self.expiry_notices:
            self.expiry_notices.close()
        await super().close()

    # Connections and guilds

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Before any handler runs, find out whether an event changed what the bot can read.

        Handlers run later: a permission that was lost and is back by then would look as if nothing had happened.
        """
        if event in _PERMISSION_EVENTS:
            changed = args[-1] if isinstance(args[-1], discord.Guild) else args[-1].guild
            if learning := self._learning_in(changed.id):
                learning.permissions_changed(changed)
        super().dispatch(event, *args, **kwargs)

    async def on_shard_connect(self, shard_id: int) -> None:
        """Remember that the gateway could be reached."""
        self.connected.set()
        self.observation.shard_let_in(shard_id)
        logger.info("connected", extra={"event": "connect", "shard": shard_id})

    async def on_shard_resumed(self, shard_id: int) -> None:
        """Notice that a lost connection goes on."""
        self.observation.shard_let_in(shard_id)

    async def on_shard_disconnect(self, shard_id: int) -> None:
        """Notice that a connection is lost."""
        self.observation.shard_cut_off(shard_id)

    async def on_ready(self) -> None:
        """Notice which guilds removed the bot while it was away; an outage is none, Discord goes on to list those."""
        self._wake_upkeep()

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Find out what happened in a guild while Discord did not tell of it; after each new connection, too."""
        self._wake_upkeep()
        if self.services.ownership.holds(guild.id):
            await self._catch_up(guild)

    async def _catch_up(self, guild: discord.Guild) -> None:
        if self._missed:
            self._in_background(self._missed.answer_in(guild))
            if self.auto_answer_channels:
                # As another process may have set them.
                self.auto_answer_channels.forget(guild.id)
        if self.learning:
            await self.learning.guild_connected(guild)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Find out what is still there of a guild that the bot was in before, and that is not forgotten yet."""
        await self.on_guild_available(guild)

    async def on_guild_remove(self, _: discord.Guild) -> None:
        """Notice that a guild removed the bot."""
        self._wake_upkeep()

    def _learning_in(self, guild: int | None) -> Learning | None:
        """What learns in a guild, if this process acts for it."""
        return self.learning if self.services.ownership.holds(guild) else None

    @asynccontextmanager
    async def _changing(self, guild: int | None) -> AsyncIterator[Learning | None]:
        """The same, once this process acts for it: what was deleted or edited is not to be quoted by whoever acts next."""
        change = guild, asyncio.Event()
        self._changes.add(change)
        try:
            yield self.learning if await self.services.ownership.wait_to_hold(guild, _LONGEST_WAIT) else None
        finally:
            self._changes.discard(change)
            change[1].set()

    def _is_connected(self, shard: int) -> bool:
        known = self.get_shard(shard)
        return known is not None and not known.is_closed()

    def _shards_taken(self, shards: Collection[int]) -> None:
        """Act for some shards from now on."""
        for guild in self.guilds:
            if guild.shard_id in shards and not guild.unavailable:
                self._in_background(self._catch_up(guild))
        self._wake_upkeep()

    def _shards_lost(self, shards: Collection[int]) -> None:
        """Leave some shards to others."""
        for guild in self.guilds:
            if guild.shard_id in shards and self.learning:
                self.learning.guild_lost(guild.id)

    def _in_background(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _wake_upkeep(self) -> None:
        if self.upkeep:
            self.upkeep.wake()

    # Interactions

    async def on_interaction(self, interaction: Interaction) -> None:
        """Defer in time whatever handles an interaction, except completion; forms are handled from here."""
        reply = reply_to(interaction)
        if not await self.services.admits(interaction):
            return
        if interaction.type is discord.InteractionType.modal_submit:
            self.services.note_under_way()
            await asyncio.gather(reply.defer_if_slow(), self._submit(interaction))
        elif interaction.type is not discord.InteractionType.autocomplete:
            await reply.defer_if_slow()

    async def _submit(self, interaction: Interaction) -> None:
        async with report_errors(interaction):
            for submit in _FORMS:
                if await submit(interaction):
                    return

    # Messages

    async def on_message(self, message: discord.Message) -> None:
        """Answer a message, then learn from it."""
        set_requester(message)
        answered = asyncio.Event()
        # Before anything else, so that what happens to the message later is learnt later.
        learner = self._learning_in(message.guild.id if message.guild else None)
        learning = asyncio.create_task(learner.message_sent(message, answered)) if learner else None
        try:
            await self._answer(message)
        finally:
            answered.set()
        if learning:
            await learning

    async def _answer(self, message: discord.Message) -> None:
        """Answer a person's message that addresses the bot; another only where auto-answer is on."""
        in_unknown_guild = message.guild is None and not isinstance(message.channel, discord.DMChannel)
        if message.author.bot or message.webhook_id or in_unknown_guild:
            return
        ownership, guild = self.services.ownership, message.guild.id if message.guild else None
        kept = not ownership.holds(guild)
        if not await ownership.wait_to_hold(guild, _LONGEST_WAIT):
            return
        if kept:
            # What was deleted meanwhile is not to be quoted.
            await asyncio.gather(*(written.wait() for place, written in [*self._changes] if place == guild))
        if not await self.answering.answer_if_addressed(message, missed=kept) and self.auto_answer:
            await self.auto_answer.answer(message, missed=kept)

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Learn what a message says now."""
        if "content" in payload.data:
            async with self._changing(payload.guild_id) as learning:
                if learning:
                    await learning.message_edited(payload.message)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Forget a message."""
        if self.auto_answer:
            self.auto_answer.messages_deleted([payload.message_id])
        async with self._changing(payload.guild_id) as learning:
            if learning:
                await learning.messages_deleted(payload.guild_id, payload.channel_id, [payload.message_id])

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Forget messages."""
        if self.auto_answer:
            self.auto_answer.messages_deleted(payload.message_ids)
        async with self._changing(payload.guild_id) as learning:
            if learning:
                await learning.messages_deleted(payload.guild_id, payload.channel_id, payload.message_ids)

    # Channels and threads

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Forget a thread."""
        async with self._changing(payload.guild_id) as learning:
            if learning:
                await learning.thread_deleted(payload.guild_id, payload.thread_id)

    async def on_thread_join(self, thread: discord.Thread) -> None:
        """Find out what is still there of a thread that was in the archive, or that the bot did not see."""
        if learning := self._learning_in(thread.guild.id):
            await learning.thread_reappeared(thread)

    async def on_thread_update(self, before: discord.Thread, after: discord.Thread) -> None:
        """Learn a thread's new name."""
        if learning := self._learning_in(after.guild.id):
            await learning.renamed(before, after)

    async def on_guild_channel_update(self, before: GuildChannel, after: GuildChannel) -> None:
        """Learn a channel's new name."""
        learning = self._learning_in(after.guild.id)
        if learning and isinstance(before, LearnableChannel) and isinstance(after, LearnableChannel):
            await learning.renamed(before, after)

    async def on_guild_channel_delete(self, channel: GuildChannel) -> None:
        """Forget a channel."""
        async with self._changing(channel.guild.id) as learning:
            if learning:
                await learning.channel_deleted(channel)
        if self.auto_answer_channels:
            await self.auto_answer_channels.switch_off(channel.guild.id, channel.id)
        if store := self.services.store:
            await self.services.run_in_thread(ChannelSources(store).choose_all, channel.id)
            await self.services.run_in_thread(Pins(store).unpin_in, channel.id)
