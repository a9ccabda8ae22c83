"""The bot's client: it connects, answers, and keeps the event loop free."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from http import HTTPStatus
from typing import Any, TypeVar

import discord
from discord import app_commands

from bot.answerer import Answer, Answerer
from bot.conversation import NEW_CONVERSATION, Conversation
from bot.discord import view
from bot.discord.buttons import DYNAMIC_ITEMS, administers, buttons_of, form_question
from bot.discord.commands import CHOICE_LENGTH, add_commands, same_commands
from bot.discord.messages import addressed_question, conversation_before
from bot.discord.notes import Notes
from bot.discord.quoting import CONTENT_LENGTH, shorten
from bot.discord.rate_limits import RateLimits
from bot.discord.translation import CommandTranslator, language_of_locale
from bot.settings import Settings
from bot.wording import Wording
from index.audience import EVERYBODY, Audience
from index.knowledge import Knowledge
from index.library import Library
from index.store.store import Store

# Discord waits 3 s for a first response; what takes longer than this is announced first.
_DEFER_AFTER = 1.5
_WORKERS = 2
# How many seconds answers and notes under way have when the bot is told to leave.
_LAST_ANSWERS = 3
_LAST_NOTES = 1
_LONGEST_QUESTION = 2_000

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
        )
        self.settings = settings
        self.knowledge = knowledge
        self.notes = Notes(store)
        self.tree: app_commands.CommandTree[KotaeClient] = CommandTree(self)
        self.connected = asyncio.Event()
        self.prepared = False
        self._answering: set[asyncio.Task[Any]] = set()
        self._told_until: dict[int, float] = {}
        self._clock = clock
        self._limits = RateLimits(clock)
        self._workers = ThreadPoolExecutor(_WORKERS, thread_name_prefix="retrieval")

    async def setup_hook(self) -> None:
        """Register commands and buttons; tell Discord of the commands only where they changed."""
        await self.tree.set_translator(CommandTranslator())
        add_commands(self)
        self.add_dynamic_items(*DYNAMIC_ITEMS)
        try:
            if not await same_commands(self):
                await self.tree.sync()
                logger.info("commands synchronised", extra={"event": "sync"})
        except (discord.HTTPException, app_commands.AppCommandError) as error:
            if isinstance(error, discord.HTTPException) and error.status == HTTPStatus.UNAUTHORIZED:
                raise
            # Such as too many changes in a day: the commands that Discord has still work.
            logger.exception("commands not synchronised", extra={"event": "sync"})
        self.prepared = True

    async def launch_shards(self) -> None:
        """Connect to the gateway that the settings name, where they name one; Discord still says how many shards."""
        if self.settings.discord_gateway_url:
            self.shard_count, _, _ = await self.http.get_bot_gateway()
        await super().launch_shards()

    async def on_shard_connect(self, shard_id: int) -> None:
        """Remember that the gateway could be reached."""
        self.connected.set()
        logger.info("connected", extra={"event": "connect", "shard": shard_id})

    async def close(self) -> None:
        """Disconnect and let the workers go."""
        self._workers.shutdown(wait=False, cancel_futures=True)
        self.notes.close()
        await super().close()

    async def finish(self) -> None:
        """Let the answers under way be given, for a few seconds at most."""
        if self._answering:
            await asyncio.wait(self._answering, timeout=_LAST_ANSWERS)
        await self.notes.finish(_LAST_NOTES)

    async def on_interaction(self, interaction: discord.Interaction[Any]) -> None:
        """Answer forms, also those that another process opened."""
        question = form_question(interaction)
        if question is None:
            return
        message = interaction.message
        conversation = view.conversation_of(message) if message else None
        private = bool(message and message.flags.ephemeral)
        try:
            await self.answer_interaction(interaction, question, conversation, private=private)
        except Exception as error:  # noqa: BLE001 - whatever it is, whoever asked is told
            await self.report(interaction, error)

    async def report(self, interaction: discord.Interaction[Any], error: BaseException) -> None:
        """Log a failure, and tell whoever acts that there was one."""
        logger.error("failed", exc_info=error, extra={"event": "error", "request": interaction.id})
        try:
            await self.tell(interaction, self.wording_for(interaction)("discord.failed", request=interaction.id))
        except discord.HTTPException as refused:
            self.log_event("untold failure", interaction.id, status=refused.status, code=refused.code)

    async def in_time(
        self, interaction: discord.Interaction[Any], work: Awaitable[Result], private: bool, thinking: bool = True
    ) -> Result:
        """The result of some work; where that takes long, Discord is told in time that it will come."""
        working = asyncio.ensure_future(work)
        done, _ = await asyncio.wait({working}, timeout=_DEFER_AFTER)
        if not done:
            await interaction.response.defer(ephemeral=private, thinking=thinking)
        return await working

    async def off_loop(self, work: Callable[..., Result], *arguments: Any) -> Result:
        """The result of some work done beside the event loop, so that heartbeats never wait."""
        return await asyncio.get_running_loop().run_in_executor(self._workers, lambda: work(*arguments))

    async def in_library(self, work: Callable[[Library], Result]) -> Result:
        """What some work finds in what everybody may read, as it is now; done beside the event loop."""
        return await self.off_loop(lambda: work(self.knowledge.library(_is_everybody)))

    async def titles(self) -> list[str]:
        """The titles of the documents that everybody may read."""
        found = await self.in_library(lambda library: library.collection.documents())
        return list(dict.fromkeys(title for title, _, _ in found))

    def wording_for(self, interaction: discord.Interaction[Any]) -> Wording:
        """The sentences in the language of whoever acts."""
        return Wording(language_of_locale(interaction.locale.value))

    def log_event(self, event: str, request: int, **values: object) -> None:
        """Log what happened, without content."""
        logger.info(event, extra={"event": event, "request": request, **values})

    async def tell(self, interaction: discord.Interaction[Any], text: str) -> None:
        """Say a sentence to whoever acts, alone."""
        none = discord.AllowedMentions.none()
        if interaction.response.is_done():
            await interaction.followup.send(text, ephemeral=True, allowed_mentions=none)
        else:
            await interaction.response.send_message(text, ephemeral=True, allowed_mentions=none)

    async def answer_interaction(
        self,
        interaction: discord.Interaction[Any],
        question: str,
        conversation: Conversation | None = None,
        private: bool = False,
        source: str | None = None,
    ) -> bool:
        """Answer a question asked by a command or a form: at once, or after saying that it takes a moment.

        Where `source` is given, only from the documents whose titles begin so. Whether there was an answer to give.
        """
        say = self.wording_for(interaction)
        if not question.strip():
            await self.tell(interaction, say("discord.no_question"))
            return False
        if wait := self._seconds_to_wait(interaction.user.id, interaction.guild_id):
            await self.tell(interaction, say("discord.too_often", seconds=wait))
            return False
        asking = self._ask(question, conversation, source, interaction.id, interaction.guild_id)
        answer = await self.in_time(interaction, asking, private)
        if answer is None:
            await self.tell(interaction, say("discord.unknown_source", source=(source or "")[:CHOICE_LENGTH]))
            return False
        embed = view.answer_embed(say, answer, self.settings.contact)
        buttons = self._buttons(say, interaction.user.id, answer, administers(interaction.permissions))
        none = discord.AllowedMentions.none()
        if interaction.response.is_done():
            await interaction.edit_original_response(embed=embed, view=buttons, allowed_mentions=none)
        else:
            await interaction.response.send_message(embed=embed, view=buttons, ephemeral=private, allowed_mentions=none)
        return True

    async def on_message(self, message: discord.Message) -> None:
        """Answer messages that address the bot, and no others."""
        if message.author.bot or message.webhook_id or self.user is None:
            return
        question = await addressed_question(message, self.user)
        if question is None:
            return
        say = Wording(language_of_locale(str(message.guild.preferred_locale) if message.guild else "ja", question))
        try:
            await self._answer_message(say, message, question)
        except discord.HTTPException as error:
            self.log_event("unanswerable message", message.id, status=error.status, code=error.code)
        except Exception:
            logger.exception("failed", extra={"event": "error", "request": message.id})
            await self._reply(message, say("discord.failed", request=message.id))

    async def _answer_message(self, say: Wording, message: discord.Message, question: str) -> None:
        guild_id = message.guild.id if message.guild else None
        if wait := self._seconds_to_wait(message.author.id, guild_id):
            # Said once a wait, or the refusals would be the flood.
            if self._told_until.get(message.author.id, 0.0) <= self._clock():
                self._told_until = {
                    message.author.id: self._clock() + wait,
                    **_still_waiting(self._told_until, self._clock()),
                }
                await self._reply(message, say("discord.too_often", seconds=wait))
            return
        if not question or self.user is None:
            await self._reply(message, say("discord.no_question"))
            return
        conversation = await conversation_before(message, self.user)
        answer = await self._ask(question, conversation, None, message.id, guild_id)
        if answer is None:
            return
        embed = view.answer_embed(say, answer, self.settings.contact)
        author = message.author
        administrator = isinstance(author, discord.Member) and administers(author.guild_permissions)
        await self._reply(message, embed=embed, view=self._buttons(say, author.id, answer, administrator))

    async def _ask(
        self,
        question: str,
        conversation: Conversation | None,
        source: str | None,
        request: int,
        guild_id: int | None,
    ) -> Answer | None:
        """The answer, from the documents whose titles begin with `source`, if it is given; None if there are none."""
        if task := asyncio.current_task():
            self._answering.add(task)
            task.add_done_callback(self._answering.discard)
        begin = time.perf_counter()
        asked = question.strip()[:_LONGEST_QUESTION]

        def answer_from(library: Library) -> Answer | None:
            among = None
            if source is not None:
                titles = {title for title, _, _ in library.collection.documents() if title[:CHOICE_LENGTH] == source}
                if not titles:
                    return None
                among = library.collection.titled(titles)
            return Answerer(library).ask(asked, view.MOST_PAGES, conversation or NEW_CONVERSATION, among)

        answer = await self.in_library(answer_from)
        if answer is None:
            return None
        milliseconds = round((time.perf_counter() - begin) * 1000, 1)
        self.log_event("answer", request, guild=guild_id, answered=answer.answered, milliseconds=milliseconds)
        if not answer.answered:
            self.notes.gap(guild_id, asked)
        return answer

    def _buttons(self, say: Wording, asker: int, answer: Answer, administrator: bool) -> discord.ui.View:
        ids = [hit.passage.id for hit in answer.hits]
        return buttons_of(say, asker, ids, answer.answered, administrator=administrator)

    def _seconds_to_wait(self, user_id: int, guild_id: int | None) -> int:
        limits = [("user", user_id, self.settings.questions_a_minute)]
        if guild_id is not None:
            limits.append(("guild", guild_id, self.settings.questions_a_minute_in_guild))
        return self._limits.seconds_to_wait(*limits)

    async def _reply(self, message: discord.Message, content: str | None = None, **parts: Any) -> None:
        """Reply without a ping; the nonce keeps a repeated request from showing twice."""
        common: dict[str, Any] = {
            "reference": message.to_reference(fail_if_not_exists=False),
            "mention_author": False,
            "allowed_mentions": discord.AllowedMentions.none(),
            "nonce": str(message.id),
        }
        try:
            await message.channel.send(content, **common, **parts)
        except discord.Forbidden:
            # Where embeds are not allowed, and replies need a history that may not be read, the text alone may be.
            embed = parts.get("embed")
            text = content or (embed.description if embed else None)
            await message.channel.send(
                shorten(text or "", CONTENT_LENGTH), allowed_mentions=discord.AllowedMentions.none()
            )


class CommandTree(app_commands.CommandTree[KotaeClient]):
    """Commands whose failures are told to whoever called them, with the request's number."""

    async def on_error(
        self, interaction: discord.Interaction[KotaeClient], error: app_commands.AppCommandError, /
    ) -> None:
        """Report the failure itself, not the command's."""
        await interaction.client.report(interaction, getattr(error, "original", error))


def _is_everybody(audience: Audience) -> bool:
    return audience.kind == EVERYBODY


def _still_waiting(told_until: dict[int, float], now: float) -> dict[int, float]:
    return {user_id: until for user_id, until in told_until.items() if until > now}
