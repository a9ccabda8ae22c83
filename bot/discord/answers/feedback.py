"""Writing down votes and unanswered questions beside everything else: no answer waits for the database."""

from __future__ import annotations

import asyncio
import logging
import time
from collections.abc import Callable
from queue import Full, Queue
from threading import Thread

import discord
from discord.abc import GuildChannel

from bot.answerer import Answer
from bot.discord.access.reach import channel_of, moderated_channel_id
from bot.discord.replies import Interaction
from bot.discord.services import Services, services_of
from bot.question_counter import QuestionCounter
from bot.wording import Wording
from index.errors import KotaeError
from index.store.discord.guilds import Guilds
from index.store.discord.unanswered_questions import NO_GUILD, Asking, UnansweredQuestions
from index.store.store import Store

LONGEST_QUESTION = 2_000
_SECONDS_BETWEEN_CHECKS = 0.02

logger = logging.getLogger("kotae.discord")

Record = Callable[[Store], object]


class FeedbackWriter:
    """Writes records into the store in a thread of its own, in order; without a store, none.

    While the database does not answer, `most_waiting` wait; what comes then is not written.
    """

    def __init__(self, store: Store | None, most_waiting: int = 1_000) -> None:
        self._open = store is not None
        self._waiting: Queue[Record | None] = Queue(most_waiting)
        if store:
            # A daemon: the bot may leave while the database does not answer.
            Thread(target=_write_all, args=[store, self._waiting], name="feedback", daemon=True).start()

    def write(self, record: Record) -> None:
        """Write a record soon, by a function that is given the store."""
        if self._open:
            self._put(record)

    async def finish(self, seconds: float) -> None:
        """Let what is waiting be written, for so many seconds at most."""
        end = time.monotonic() + seconds
        while self._waiting.unfinished_tasks and time.monotonic() < end:  # noqa: ASYNC110 - a thread ends it
            await asyncio.sleep(_SECONDS_BETWEEN_CHECKS)

    def close(self) -> None:
        """Write nothing more."""
        self._open = False
        self._put(None)

    def _put(self, record: Record | None) -> None:
        try:
            self._waiting.put_nowait(record)
        except Full:
            logger.error("not noted", extra={"event": "note", "reason": "too many are waiting"})  # noqa: TRY400


def _write_all(store: Store, waiting: Queue[Record | None]) -> None:
    while record := waiting.get():
        try:
            record(store)
        except KotaeError as error:
            fields = {"event": "note", "error": type(error).__name__, **error.values}
            logger.error("not noted", extra=fields)  # noqa: TRY400 - its cause is known
        except Exception:
            logger.exception("not noted", extra={"event": "note"})
        finally:
            waiting.task_done()
    waiting.task_done()


def count_question(
    services: Services, answer: Answer, guild: discord.Guild | None, destination: object, message: int | None
) -> None:
    """Count a question by how sure its answer is; of its channel only where others saw it (by `message`)."""
    if not answer.asks:
        return
    channel = moderated_channel_id(destination) if guild and message and channel_of(guild, destination) else 0
    services.get(QuestionCounter).count(answer.result.certainty, guild.id if guild else 0, channel)


def record_vote(
    interaction: Interaction, question: str, passage_id: str, *, helpful: bool, asker: int | None, seen: bool
) -> None:
    """Record whether a passage helped whoever acts with a question, perhaps of somebody else; `seen` if others saw it."""
    guild, person, channel = interaction.guild_id, interaction.user.id, moderated_channel_id(interaction.channel)

    def record(store: Store) -> None:
        Guilds(store).record_feedback(
            guild, question, passage_id, helpful=helpful, asker=asker, person=person, channel=channel, seen=seen
        )

    services_of(interaction).get(FeedbackWriter).write(record)


def record_unanswered(
    services: Services,
    question: str,
    say: Wording,
    person: int,
    guild: discord.Guild | None,
    destination: object,
    message: int | None,
    worded_by: int | None = None,
) -> None:
    """Record a question without an answer; in direct messages, and where nobody else saw it, there is no message."""
    if guild is None:
        asking = Asking(person=person, language=say.language, worded_by=worded_by)
    else:
        # Those who read a private thread's channel are not to learn what is asked in it.
        channel = moderated_channel_id(destination) if channel_of(guild, destination) else 0
        number = destination.id if isinstance(destination, (discord.Thread, GuildChannel)) else 0
        asking = Asking(channel, number, message, person, say.language, worded_by=worded_by)
    asked, asked_in = question[:LONGEST_QUESTION], guild.id if guild else NO_GUILD
    services.get(FeedbackWriter).write(lambda store: UnansweredQuestions(store).record(asked_in, asked, asking))
