from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import pytest
from sqlalchemy import text

from bot.discord.answers.feedback import FeedbackWriter
from bot.discord.client import KotaeClient
from bot.settings import Settings
from index.search.library import Library
from index.store.discord.guilds import Guilds
from index.store.discord.unanswered_questions import UnansweredQuestions
from index.store.store import Store
from tests.bot.discord.test_client import QUESTION, UNANSWERABLE, button
from tests.knowledge import FixedKnowledge
from tests.loopback_discord.scenario import asynchronous, server_with_people
from tests.loopback_discord.server import LoopbackDiscord
from tests.loopback_discord.world.channel import Channel
from tests.loopback_discord.world.users import User


@asynccontextmanager
async def scene(library: Library, store: Store) -> AsyncIterator[tuple[LoopbackDiscord, User, Channel]]:
    """A server on which a bot with a store runs; at the end everything was noted."""
    server, hanako, channel = server_with_people()
    client = KotaeClient(Settings(), FixedKnowledge(library), store=store)
    async with server, server.running(client):
        yield server, hanako, channel
        await client.finish()
        assert not server.violations


def test_votes_are_noted(article: Library, store: Store) -> None:
    """A vote is stored with its guild, the question and the passage, and with nobody's name; the last one counts."""

    @asynchronous
    async def play() -> None:
        async with scene(article, store) as (server, hanako, channel):
            asked = await server.slash(hanako, channel, "ask", {"question": QUESTION})
            for kind in ("good", "bad"):
                thanked = await server.click(hanako, asked.original, button(asked.original, kind))
                assert "ありがとう" in thanked.content
            passage = button(asked.original, "good").rpartition(":")[2]
            assert channel.guild is not None
            guild = channel.guild.id
        found = [one[:4] for one in Guilds(store).feedback(guild)]
        assert found == [(guild, QUESTION, passage, False)]

    play()


def test_questions_without_an_answer_are_noted(article: Library, store: Store) -> None:
    """Who asks them is counted by guild, and in direct messages under none; answered ones are not stored."""

    @asynchronous
    async def play() -> None:
        async with scene(article, store) as (server, hanako, channel):
            await server.slash(hanako, channel, "ask", {"question": QUESTION})
            await server.slash(hanako, channel, "ask", {"question": UNANSWERABLE})
            written = await server.send_message(hanako, channel, UNANSWERABLE, mentions=[server.world.bot])
            await server.replies(written)
            direct = await server.send_message(hanako, server.world.direct_channel(hanako), UNANSWERABLE)
            await server.replies(direct)
            assert channel.guild is not None
            guild = channel.guild.id
        found = [(one.guild, one.question, one.times) for one in UnansweredQuestions(store).all()]
        assert found == [(guild, UNANSWERABLE, 1), (0, UNANSWERABLE, 1)]

    play()


def test_no_follow_up_without_words_of_its_own_is_noted(article: Library, store: Store) -> None:
    """Neither where it finds no sure answer, nor where its answer does not help: nobody could tell what it asks."""

    @asynchronous
    async def play() -> None:
        async with scene(article, store) as (server, hanako, channel):
            asked = await server.slash(hanako, channel, "ask", {"question": QUESTION})
            opened = await server.click(hanako, asked.original, button(asked.original, "follow"))
            further = await server.answer(await server.submit_modal(hanako, opened, {"question": "他には？"}))
            assert "答えになるかは分かりません" in further.embeds[0]["description"]
            await server.click(hanako, further.original, button(further.original, "bad"))
            await server.click(hanako, asked.original, button(asked.original, "bad"))
        assert [one.question for one in UnansweredQuestions(store).all()] == [QUESTION]

    play()


def test_a_database_that_fails_keeps_no_answer_back(
    article: Library, store: Store, caplog: pytest.LogCaptureFixture
) -> None:
    """Where nothing can be noted, answers and thanks are given all the same, and the log says so."""
    with store.engine.begin() as connection:
        for table in ("feedback", "unanswered_questions"):
            connection.execute(text(f"DROP TABLE {table}"))

    @asynchronous
    async def play() -> None:
        with caplog.at_level(logging.ERROR, "kotae.discord"):
            async with scene(article, store) as (server, hanako, channel):
                unanswered = await server.slash(hanako, channel, "ask", {"question": UNANSWERABLE})
                assert unanswered.embeds
                asked = await server.slash(hanako, channel, "ask", {"question": QUESTION})
                thanked = await server.click(hanako, asked.original, button(asked.original, "good"))
                assert "ありがとう" in thanked.content
        logged: list[Any] = [record for record in caplog.records if record.getMessage() == "not noted"]
        assert [record.error for record in logged] == ["DatabaseUnusable", "DatabaseUnusable"]
        assert UNANSWERABLE not in caplog.text

    play()


def vote(store: Store) -> None:
    """Record a vote."""
    Guilds(store).record_feedback(None, QUESTION, "0" * 12, helpful=True)


def test_a_database_that_does_not_answer_keeps_nobody_waiting(store: Store, caplog: pytest.LogCaptureFixture) -> None:
    """While somebody else writes for long, notes wait, but not without end, and the bot may leave."""
    writer = FeedbackWriter(store, most_waiting=5)
    with store.engine.connect() as connection:
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("BEGIN IMMEDIATE")
        for _ in range(7):
            writer.write(vote)
        assert "not noted" in caplog.text
        asyncio.run(writer.finish(0.1))
        assert not Guilds(store).feedback()
        connection.exec_driver_sql("ROLLBACK")
        connection.exec_driver_sql("BEGIN")
    asyncio.run(writer.finish(10))
    writer.close()
    assert 5 <= len(Guilds(store).feedback()) <= 6


def test_without_a_store_nothing_is_noted() -> None:
    """A bot without a store takes votes all the same."""
    writer = FeedbackWriter(None)
    writer.write(vote)
    asyncio.run(writer.finish(1))
    writer.close()
