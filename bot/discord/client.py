"""The bot's client: it connects, answers, and keeps the event loop free."""

from __future__ import annotations

import asyncio
import logging
import time
from collections import defaultdict
from collections.abc import Callable, Collection
from concurrent.futures import ThreadPoolExecutor
from functools import partial
from http import HTTPStatus
from typing import Any, TypeVar

import discord
import yarl
from discord import app_commands
from discord.abc import GuildChannel
from discord.gateway import DiscordWebSocket

from bot.discord.access.reach import Asker, is_alone_with_us, member_of, memberships
from bot.discord.access.revocation import NoLongerAllowed, watch
from bot.discord.answers import embeds
from bot.discord.answers.addressed import addressed_question
from bot.discord.answers.answering import Answering
from bot.discord.answers.buttons import DYNAMIC_ITEMS, FORM_ID, form_values, own_message
from bot.discord.answers.commands import add_commands, same_commands
from bot.discord.answers.rate_limits import RateLimits
from bot.discord.auto_answer.auto_answer import AutoAnswer
from bot.discord.auto_answer.muting import MuteButton
from bot.discord.forgetting.commands import ForgetGuildButton
from bot.discord.forgetting.upkeep import Upkeep
from bot.discord.guild_threads import Turns, take_turn_for
from bot.discord.knowledge.sources import SOURCE_BUTTONS
from bot.discord.knowledge.unhelpful import UNHELPFUL_ITEMS
from bot.discord.learning.commands import RememberButton
from bot.discord.learning.history import Learnable
from bot.discord.learning.learning import Learning
from bot.discord.quoting import CONTENT_LENGTH, shorten
from bot.discord.requests import NO_ANSWER
from bot.discord.services import reply_to
from bot.discord.translation import CommandTranslator, language_of_locale
from bot.discord.unanswered.answers import answer_gap
from bot.discord.unanswered.feedback import Notes
from bot.discord.unanswered.questions import GAP_FORM, GAP_ITEMS
from bot.settings import Settings
from bot.wording import Wording
from bot.wording.discord import responses
from index.audience import Audience
from index.search.knowledge import Knowledge
from index.search.library import Library
from index.store.discord.guilds import Guilds
from index.store.store import Store

_WORKERS = 4
# So that two guilds that ask for what takes long leave others what they need.
_WORKERS_OF_A_GUILD = 1
# Whoever may ask so often may use commands, buttons and forms this many times as often.
_ACTIONS_A_QUESTION = 3
# What may change whether the bot can read a channel.
_OF_PERMISSIONS = (
    "guild_available", "guild_channel_create", "guild_channel_delete", "guild_channel_update", "guild_join",
    "guild_remove", "guild_role_create", "guild_role_delete", "guild_role_update", "guild_unavailable", "guild_update",
    "member_update",
)  # fmt: skip
# How many seconds answers and notes under way have when the bot is told to leave.
_LAST_ANSWERS = 3
_LAST_NOTES = 1

# All that can be used under a message.
ITEMS = (*DYNAMIC_ITEMS, RememberButton, MuteButton, *SOURCE_BUTTONS, *GAP_ITEMS, *UNHELPFUL_ITEMS, ForgetGuildButton)

Result = TypeVar("Result")
logger = logging.getLogger("kotae.discord")


class KotaeClient(discord.AutoShardedClient):
    """Answers slash commands, context menus, mentions, replies and direct messages from a library.

    No privileged intent unless the settings want one: content comes with mentions, replies that ping, direct
    messages and interactions. Where there is a store, votes and unanswered questions are noted there.
    """

    def __init__(
        self,
        settings: Settings,
        knowledge: Knowledge,
        clock: Callable[[], float] = time.monotonic,
        store: Store | None = None,
    ) -> None:
        super().__init__(
            intents=discord.Intents(
                guilds=True, guild_messages=True, dm_messages=True, message_content=settings.message_content
            ),
            allowed_mentions=discord.AllowedMentions.none(),
            max_messages=None,
            chunk_guilds_at_startup=False,
            member_cache_flags=discord.MemberCacheFlags.none(),
            http_trace=watch(),
        )
        self.settings = settings
        self.knowledge = knowledge
        self.store = store
        self.notes = Notes(store)
        self.learning = Learning(self, store) if store else None
        self.auto_answer = AutoAnswer(self, store, clock) if store else None
        self.upkeep = Upkeep(self, store) if store else None
        self.tree: app_commands.CommandTree[KotaeClient] = CommandTree(self)
        self.connected = asyncio.Event()
        self.prepared = False
        # Whose direct messages a channel holds, by its number; nobody's where it holds none.
        self._recipients: dict[int, set[int]] = {}
        self.answering = Answering(self, clock)
        self._actions = RateLimits(clock)
        self._workers = Turns(_WORKERS, _WORKERS_OF_A_GUILD)
        self._intake = ThreadPoolExecutor(1, thread_name_prefix="intake")
        # By the guild that a file is for.
        self.attaching: defaultdict[int, asyncio.Lock] = defaultdict(asyncio.Lock)

    async def setup_hook(self) -> None:
        """Register commands and buttons; tell Discord of the commands only where they changed."""
        await self.tree.set_translator(CommandTranslator())
        add_commands(self)
        self.add_dynamic_items(*ITEMS)
        try:
            if not await same_commands(self):
                await self.tree.sync()
                logger.info("commands synchronised", extra={"event": "sync"})
        except (discord.HTTPException, app_commands.AppCommandError) as error:
            if isinstance(error, discord.HTTPException) and error.status == HTTPStatus.UNAUTHORIZED:
                raise
            # Such as too many changes in a day: the commands that are there still work.
            logger.exception("commands not synchronised", extra={"event": "sync"})
        self.prepared = True
        if self.upkeep:
            self.upkeep.start()

    async def launch_shards(self) -> None:
        """Connect to the gateway that the settings name, or else the server; the server says how many shards."""
        if self.settings.discord_api_url or self.settings.discord_gateway_url:
            self.shard_count, gateway, _ = await self.http.get_bot_gateway()
            if not self.settings.discord_gateway_url:
                # discord.py would take a lost session up at Discord itself, with another server's token.
                DiscordWebSocket.DEFAULT_GATEWAY = yarl.URL(gateway)
        await super().launch_shards()

    def dispatch(self, event: str, /, *args: Any, **kwargs: Any) -> None:
        """Before anybody is told of something that may have changed what the bot can read, find out what it did.

        Handlers run later: a permission that was lost and is back by then would look as if nothing had happened.
        """
        if self.learning and event in _OF_PERMISSIONS:
            changed = args[-1]
            self.learning.look(changed if isinstance(changed, discord.Guild) else changed.guild)
        super().dispatch(event, *args, **kwargs)

    async def on_guild_available(self, guild: discord.Guild) -> None:
        """Find out what happened in a guild while Discord did not tell of it; after each new connection, too."""
        self.upkeep_soon()
        if self.learning:
            await self.learning.connected(guild)

    async def on_guild_join(self, guild: discord.Guild) -> None:
        """Find out what is still there of a guild that the bot was in before, and that is not forgotten yet."""
        self.upkeep_soon()
        if self.learning:
            await self.learning.connected(guild)

    async def on_ready(self) -> None:
        """Notice which guilds removed the bot while it was away; an outage is none, Discord goes on to list those."""
        self.upkeep_soon()

    async def on_guild_remove(self, _: discord.Guild) -> None:
        """Notice that a guild removed the bot."""
        self.upkeep_soon()

    def upkeep_soon(self) -> None:
        """Look after the store now, rather than when it is due."""
        if self.upkeep:
            self.upkeep.soon()

    async def on_shard_connect(self, shard_id: int) -> None:
        """Remember that the gateway could be reached."""
        self.connected.set()
        logger.info("connected", extra={"event": "connect", "shard": shard_id})

    async def close(self) -> None:
        """Disconnect and let the workers go."""
        self._workers.close()
        self._intake.shutdown(wait=False, cancel_futures=True)
        self.notes.close()
        if self.learning:
            self.learning.close()
        if self.upkeep:
            self.upkeep.close()
        await super().close()

    async def finish(self) -> None:
        """Let the answers under way be given, for a few seconds at most."""
        await self.answering.finish(_LAST_ANSWERS)
        await self.notes.finish(_LAST_NOTES)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """See that Discord is answered in time, whoever answers; and answer forms, also those of another process."""
        if interaction.type is discord.InteractionType.modal_submit:
            await asyncio.gather(self._defer_in_time(interaction), self._answer_form(interaction))
        elif interaction.type is not discord.InteractionType.autocomplete:
            await self._defer_in_time(interaction)

    async def _defer_in_time(self, interaction: discord.Interaction[Any]) -> None:
        try:
            await reply_to(interaction).defer_in_time()
        except NO_ANSWER as error:
            self.log_event("not deferred", interaction.id, error=type(error).__name__)

    async def _answer_form(self, interaction: discord.Interaction[Any]) -> None:
        take_turn_for(interaction)
        try:
            if question := form_values(interaction, FORM_ID):
                message = own_message(interaction)
                conversation = embeds.conversation_of(message) if message else None
                private = bool(message and message.flags.ephemeral)
                await self.answering.answer_interaction(interaction, question[1], conversation, private=private)
            elif (answer := form_values(interaction, GAP_FORM)) and await self.may_act(interaction):
                await answer_gap(interaction, answer[0]["handle"], answer[1])
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever asked is told
            await self.report(interaction, error)

    async def may_act(self, interaction: discord.Interaction[Any]) -> bool:
        """Whether whoever acts has not done too much of late; they are told if so."""
        allowed = self.settings.questions_a_minute * _ACTIONS_A_QUESTION
        wait = self._actions.seconds_to_wait(("user", interaction.user.id, allowed))
        if wait:
            await self.tell(interaction, self.wording_for(interaction)(responses.TOO_FAST, seconds=wait))
        return not wait

    async def report(self, interaction: discord.Interaction[Any], error: BaseException) -> None:
        """Log a failure, and tell whoever acts that there was one; a change of permissions is none."""
        if isinstance(error, NoLongerAllowed):
            await self.tell(interaction, self.wording_for(interaction)(responses.NO_LONGER_ALLOWED))
            return
        logger.error("failed", exc_info=error, extra={"event": "error", "request": interaction.id})
        try:
            await self.tell(interaction, self.wording_for(interaction)(responses.FAILED, request=interaction.id))
        except discord.HTTPException as refused:
            self.log_event("untold failure", interaction.id, status=refused.status, code=refused.code)

    async def off_loop(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """The result of some work done beside the event loop, so that heartbeats never wait."""
        return await self._workers.run(lambda: work(*arguments))

    async def take_in(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """The result of taking documents in, one after the other, so that memory and processors stay free to answer."""
        return await asyncio.get_running_loop().run_in_executor(self._intake, lambda: work(*arguments))

    async def asker_of(self, asked: discord.Interaction[Any] | discord.Message) -> Asker:
        """Whoever asks, with what tells of what an answer to them may be made."""
        audiences = await self.off_loop(self.knowledge.audiences)
        if isinstance(asked, discord.Message):
            person, alone = await member_of(asked.guild, asked.author), await self.is_direct(asked)
        else:
            person, alone = asked.user, is_alone_with_us(asked)
        # Who wrote in a guild that is not known is a member of none, though discord.py calls them one.
        members = [person] if asked.guild and isinstance(person, discord.Member) else []
        if alone:
            members = await memberships(audiences, self.guilds, person.id)
        return Asker(audiences, self.get_guild, members, asked.channel, alone)

    async def is_direct(self, message: discord.Message) -> bool:
        """Whether only its author and we read where a message was written; a message itself does not tell that.

        What has no guild is a direct message to discord.py, also in a group.
        """
        place = message.channel
        if message.guild is not None or not isinstance(place, discord.DMChannel):
            return False
        if place.id not in self._recipients:
            try:
                found = await self.fetch_channel(place.id)
            except (discord.HTTPException, discord.InvalidData):
                return False
            recipients = found.recipients if isinstance(found, discord.DMChannel) else []
            self._recipients[place.id] = {person.id for person in recipients}
        return self._recipients[place.id] == {message.author.id}

    async def in_library(
        self, interaction: discord.Interaction[Any], work: Callable[[Library], Result], private: bool
    ) -> tuple[Result, Callable[[], bool]]:
        """What some work finds in what may be shown, as it is now; to whoever acts alone if it is private.

        With it comes whether that may still be shown, at the moment when one asks.
        """
        asker = await self.asker_of(interaction)
        reach = asker.reach()
        used = reach.alone if private else reach.together
        found = await self.off_loop(self.look_up, used, work, interaction.guild_id)
        return found, partial(asker.reaches, used, alone=private)

    def look_up(
        self, audiences: Collection[Audience], work: Callable[[Library], Result], guild: int | None = None
    ) -> Result:
        """What some work finds in what these audiences may read and a guild has not hidden, as it is now.

        Takes a moment.
        """
        unseen = self.learning.unseen if self.learning else ()
        library = self.knowledge.library(lambda one: one in audiences and one.channel not in unseen)
        hidden = Guilds(self.store).hidden(guild) if self.store and guild else []
        return work(library.without(hidden) if hidden else library)

    def wording_for(self, interaction: discord.Interaction[Any]) -> Wording:
        """The sentences in the language of whoever acts."""
        return Wording(language_of_locale(interaction.locale.value))

    def log_event(self, event: str, request: int, **values: object) -> None:
        """Log what happened, without content."""
        logger.info(event, extra={"event": event, "request": request, **values})

    async def tell(
        self, interaction: discord.Interaction[Any], text: str, buttons: discord.ui.View = discord.utils.MISSING
    ) -> None:
        """Say a sentence to whoever acts, alone."""
        await reply_to(interaction).show(content=text, view=buttons)

    async def on_message(self, message: discord.Message) -> None:
        """Answer a message, then learn from it."""
        take_turn_for(message)
        answered = asyncio.Event()
        # Before anything else, so that what happens to the message later is learnt later.
        learning = asyncio.create_task(self.learning.written(message, answered)) if self.learning else None
        try:
            await self._answer(message)
        finally:
            answered.set()
        if learning:
            await learning

    async def _answer(self, message: discord.Message) -> None:
        """Answer messages that address the bot; others only where that was switched on."""
        if message.author.bot or message.webhook_id or self.user is None:
            return
        if message.guild is None and not isinstance(message.channel, discord.DMChannel):
            # In a guild that is not there for us, or not yet.
            return
        question = await addressed_question(message, self.user, direct=await self.is_direct(message))
        if question is None:
            await self._answer_unasked(message)
            return
        say = Wording(language_of_locale(str(message.guild.preferred_locale) if message.guild else "ja", question))
        try:
            await self.answering.answer_message(say, message, question)
        except discord.HTTPException as error:
            self.log_event("unanswerable message", message.id, status=error.status, code=error.code)
        except Exception:
            logger.exception("failed", extra={"event": "error", "request": message.id})
            await self.reply(message, say(responses.FAILED, request=message.id))

    async def _answer_unasked(self, message: discord.Message) -> None:
        """Nobody waits for the answer to a message that does not address the bot: what hinders it is only logged."""
        if self.auto_answer is None:
            return
        try:
            await self.auto_answer.answer(message)
        except discord.HTTPException as error:
            self.log_event("unanswerable message", message.id, status=error.status, code=error.code)
        except Exception:
            logger.exception("failed", extra={"event": "error", "request": message.id})

    async def on_raw_message_edit(self, payload: discord.RawMessageUpdateEvent) -> None:
        """Learn what a message says now."""
        if self.learning and "content" in payload.data:
            await self.learning.edited(payload.message)

    async def on_raw_message_delete(self, payload: discord.RawMessageDeleteEvent) -> None:
        """Forget a message."""
        if self.auto_answer:
            self.auto_answer.deleted([payload.message_id])
        if self.learning:
            await self.learning.deleted(payload.guild_id, payload.channel_id, [payload.message_id])

    async def on_raw_bulk_message_delete(self, payload: discord.RawBulkMessageDeleteEvent) -> None:
        """Forget messages."""
        if self.auto_answer:
            self.auto_answer.deleted(payload.message_ids)
        if self.learning:
            await self.learning.deleted(payload.guild_id, payload.channel_id, payload.message_ids)

    async def on_raw_thread_delete(self, payload: discord.RawThreadDeleteEvent) -> None:
        """Forget a thread."""
        if self.learning:
            await self.learning.thread_deleted(payload.guild_id, payload.thread_id)

    async def on_thread_join(self, thread: discord.Thread) -> None:
        """Find out what is still there of a thread that was in the archive, or that the bot did not see."""
        if self.learning:
            await self.learning.came_back(thread)

    async def on_thread_update(self, before: discord.Thread, after: discord.Thread) -> None:
        """Learn a thread's new name."""
        if self.learning:
            await self.learning.changed(before, after)

    async def on_guild_channel_update(self, before: GuildChannel, after: GuildChannel) -> None:
        """Learn a channel's new name."""
        if self.learning and isinstance(before, Learnable) and isinstance(after, Learnable):
            await self.learning.changed(before, after)

    async def on_guild_channel_delete(self, channel: GuildChannel) -> None:
        """Forget a channel."""
        if self.learning:
            await self.learning.channel_deleted(channel)
        if self.auto_answer:
            await self.auto_answer.switch_off(channel.guild.id, channel.id)

    async def reply(
        self, message: discord.Message, content: str | None = None, *, must_exist: bool = False, **parts: Any
    ) -> discord.Message:
        """Reply without a ping; the nonce keeps a repeated request from showing twice.

        Where the message must exist, nothing is said once it is deleted, or where a reply is not allowed.
        """
        common: dict[str, Any] = {
            "reference": message.to_reference(fail_if_not_exists=must_exist),
            "mention_author": False,
            "allowed_mentions": discord.AllowedMentions.none(),
            "nonce": str(message.id),
        }
        try:
            return await message.channel.send(content, **common, **parts)
        except discord.Forbidden:
            if must_exist:
                raise
            # Where embeds are not allowed, and replies need a history that may not be read, the text alone may be.
            embed = parts.get("embed")
            text = content or (embed.description if embed else None)
            return await message.channel.send(
                shorten(text or "", CONTENT_LENGTH), allowed_mentions=discord.AllowedMentions.none()
            )


class CommandTree(app_commands.CommandTree[KotaeClient]):
    """Commands whose failures are told to whoever called them, with the request's number."""

    async def interaction_check(self, interaction: discord.Interaction[KotaeClient], /) -> bool:
        """Whether whoever calls a command has not done too much of late; what they type in one is no command yet."""
        take_turn_for(interaction)
        return interaction.type is discord.InteractionType.autocomplete or await self.client.may_act(interaction)

    async def on_error(
        self, interaction: discord.Interaction[KotaeClient], error: app_commands.AppCommandError, /
    ) -> None:
        """Report the failure itself, not the command's."""
        await interaction.client.report(interaction, getattr(error, "original", error))
