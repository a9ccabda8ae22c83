"""The weekly digest: what its readers may know, when it comes, and that it comes once."""

from __future__ import annotations

import random
from datetime import UTC, datetime, timedelta
from pathlib import Path

import discord
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import update

from bot.discord.digest.digest import FRONT_END, digest_of, told_of
from bot.discord.digest.schedule import Digests
from index.audience import CHANNEL, Audience
from index.errors import DatabaseError
from index.store.connection import writing
from index.store.discord.guilds import Guilds
from index.store.discord.unanswered_questions import Asking, UnansweredQuestions
from index.store.question_counts import Asked, QuestionCounts
from index.store.schema import leases
from index.store.store import Store
from tests.bot.discord.access.simulation import Simulation
from tests.bot.discord.company import Company, connected, new_company, rename, said, until
from tests.bot.discord.test_client import UNANSWERABLE, button
from tests.loopback_discord.scenario import asynchronous
from tests.loopback_discord.world.channel import Channel
from tests.loopback_discord.world.message import Message
from tests.loopback_discord.world.permissions import Overwrite, Permission
from tests.stores import document, new_store, put

MONDAY = datetime(2026, 11, 30, 0, 5, tzinfo=UTC)
LAST_WEEK = "2026-11-25"
QUESTIONS = {"public": "社員食堂の営業時間は？", "private": "買収の締切はいつ？"}


def count(store: Store, company: Company, channel: Channel, certainty: str = "sure", times: int = 1) -> None:
    """Count questions of last week."""
    assert certainty in ("sure", "possible", "none")
    asked = Asked(FRONT_END, company.guild.id, channel.id, LAST_WEEK, certainty)  # type: ignore[arg-type]
    QuestionCounts(store).add({asked: times})


def digests_in(channel: Channel) -> list[Message]:
    """The digests that were sent to a channel."""
    return [one for one in channel.messages.values() if one.embeds and "質問のまとめ" in one.embeds[0]["title"]]


def fill(store: Store, company: Company) -> None:
    """Questions in a public and in a private channel."""
    guild = company.guild.id
    for channel, name in ((company.public, "public"), (company.private, "private")):
        count(store, company, channel, times=2 if name == "public" else 40)
        asking = Asking(channel.id, channel.id, message=9, person=5)
        UnansweredQuestions(store).record(guild, QUESTIONS[name], asking)
        for person in (6, 7):
            Guilds(store).record_feedback(
                guild, QUESTIONS[name], "0" * 12, helpful=True, person=person, channel=channel.id, seen=True
            )
    UnansweredQuestions(store).record(
        guild, "内緒の休職の相談先は？", Asking(company.public.id, company.public.id, None, 5)
    )
    QuestionCounts(store).add({Asked(FRONT_END, guild, 0, LAST_WEEK, "none"): 30})


async def send(company: Company, store: Store, channel: Channel, processes: int = 1) -> None:
    """Let some processes send what is due on Monday; votes were given that week."""
    Guilds(store).set(company.guild.id, "digest", f"{channel.id}/ja")
    async with connected(company, store) as client:
        for _ in range(processes):
            await Digests(client.services, store, lambda: MONDAY).send_due()


def test_a_public_digest_tells_nothing_of_private_questions(store: Store) -> None:
    """Private channels, threads and answers are neither shown nor counted; where all may read them they are."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        fill(store, company)
        async with company.server:
            await send(company, store, company.public)
            (digest,) = digests_in(company.public)
            assert "**2件**" in digest.embeds[0]["description"]
            assert QUESTIONS["public"] in str(digest.embeds)
            assert QUESTIONS["private"] not in str(digest.embeds)
            assert "休職" not in str(digest.embeds)
            assert not digest.mentions
            assert not digest.mention_everyone

    play()


def test_a_private_digest_tells_of_what_its_readers_read(store: Store) -> None:
    """Whoever reads the private channel reads the public one, too."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        fill(store, company)
        async with company.server:
            await send(company, store, company.private)
            (digest,) = digests_in(company.private)
            assert "**42件**" in digest.embeds[0]["description"]
            assert all(one in str(digest.embeds) for one in QUESTIONS.values())
            assert "休職" not in str(digest.embeds)

    play()


def test_it_comes_once_a_week_on_mondays(store: Store) -> None:
    """Of several processes one sends it; on other days none does, nor where it is not switched on."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server:
            async with connected(company, store) as client:
                await Digests(client.services, store, lambda: MONDAY).send_due()
                assert digests_in(company.public) == []
                Guilds(store).set(company.guild.id, "digest", f"{company.public.id}/ja")
                await Digests(client.services, store, lambda: MONDAY - timedelta(days=1)).send_due()
                assert digests_in(company.public) == []
            await send(company, store, company.public, processes=3)
            assert len(digests_in(company.public)) == 1

    play()


def test_what_cannot_be_sent_is_sent_later(store: Store) -> None:
    """While Discord fails the week's digest stays due."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        Guilds(store).set(company.guild.id, "digest", f"{company.public.id}/ja")
        async with company.server, connected(company, store) as client:
            digests = Digests(client.services, store, lambda: MONDAY)
            company.server.failing[company.public.id] = 404
            await digests.send_due()
            company.server.failing.clear()
            await digests.send_due()
            assert len(digests_in(company.public)) == 1

    play()


def test_where_the_database_fails_it_is_sent_later(store: Store) -> None:
    """Once whoever could have made it meanwhile has had the time."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        Guilds(store).set(company.guild.id, "digest", f"{company.public.id}/ja")
        async with company.server, connected(company, store) as client:
            digests = Digests(client.services, store, lambda: MONDAY)
            rename(store, "question_counts", "away")
            with pytest.raises(DatabaseError):
                await digests.send_due()
            rename(store, "away", "question_counts")
            with writing(store.engine) as connection:
                connection.execute(update(leases).values(until=leases.c.until - 180_000))
            await digests.send_due()
            assert len(digests_in(company.public)) == 1

    play()


def test_an_administrator_switches_it_on(store: Store) -> None:
    """Others are refused; switched on it names the channel, and off it is forgotten."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        guild = company.guild.id
        async with company.server, connected(company, store):
            server = company.server
            refused = await server.slash(company.hanako, company.public, "kotae digest", {"on": True})
            assert "管理者だけ" in said(refused)
            on = await server.slash(
                company.boss, company.public, "kotae digest", {"on": True, "channel": company.private}
            )
            assert f"<#{company.private.id}>" in said(on)
            assert Guilds(store).settings(guild)["digest"] == f"{company.private.id}/ja"
            await server.slash(company.boss, company.public, "kotae digest", {"on": False})
            assert "digest" not in Guilds(store).settings(guild)

    play()


def test_questions_are_counted_where_others_saw_the_answer(store: Store) -> None:
    """A question asked alone counts for no channel; a courtesy counts as none; a vote on a private answer is not seen."""
    put(store, "/handbook", document("規程", "経費の上限は一日五千円です"))

    @asynchronous
    async def play() -> None:
        company = new_company()
        async with company.server:
            async with connected(company, store) as client:
                server, hanako = company.server, company.hanako
                for question, private in (
                    ("経費の上限は？", False),
                    ("経費の上限は？", True),
                    (UNANSWERABLE, False),
                    ("ありがとう", False),
                ):
                    asked = await server.slash(
                        hanako, company.public, "ask", {"question": question, "private": private}
                    )
                    if question == "経費の上限は？":
                        await server.click(hanako, asked.original, button(asked.original, "good"))
                await until(lambda: len(Guilds(store).feedback()) == 1)
                await until(lambda: sum(Guilds(store).seen_votes(company.guild.id, [company.public.id], "", "9")) <= 1)
                client.counter.write()
            today = datetime.now(UTC).date().isoformat()
            counts = QuestionCounts(store)
            seen = counts.by_day(today, today, channels=[company.public.id])
            every = counts.by_day(today, today, guild=company.guild.id)
            assert {one.certainty: one.questions for one in seen} == {"sure": 1, "none": 1}
            assert {one.certainty: one.questions for one in every} == {"sure": 2, "none": 1}

    play()


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder for the stores of the examples."""
    return tmp_path_factory.mktemp("digests")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    asked=st.lists(
        st.tuples(st.integers(0, 3), st.booleans(), st.sampled_from(["犬は？", "猫は？", "鳥は？"])), max_size=8
    ),
    told=st.sets(st.integers(1, 3)),
)
def test_what_is_told_is_as_if_nothing_else_had_been_asked(
    folder: Path, asked: list[tuple[int, bool, str]], told: set[int]
) -> None:
    """A digest is the same whatever was asked in channels that it does not tell of, or alone."""
    numbered = [(100 + number, *one) for number, one in enumerate(asked)]
    digests = []
    for known in (numbered, [one for one in numbered if one[1] in told and one[2]]):
        for file in folder.iterdir():
            file.unlink()
        store = new_store(folder)
        for person, channel, seen, question in known:
            counted = Asked(FRONT_END, 1, channel if seen else 0, LAST_WEEK, "none")
            QuestionCounts(store).add({counted: 1})
            UnansweredQuestions(store).record(1, question, Asking(channel, channel, 9 if seen else None, person))
        digest = digest_of(store, 1, told, (MONDAY - timedelta(days=7)).date())
        digests.append((digest.counts, sorted((one.question, one.times) for one in digest.unanswered)))
        store.close()
    assert digests[0] == digests[1]


def test_permissions_for_the_digest_are_told(store: Store) -> None:
    """Where the bot may not write, the administrator hears so at once."""

    @asynchronous
    async def play() -> None:
        company = new_company()
        bot = company.server.world.bot
        company.public.overwrites.append(Overwrite(bot.id, is_member=True, deny=Permission.SEND_MESSAGES))
        async with company.server, connected(company, store):
            on = await company.server.slash(company.boss, company.public, "kotae digest", {"on": True})
            assert "メッセージを送信" in said(on)

    play()


def test_a_digest_tells_of_what_all_who_see_it_may_read() -> None:
    """In worlds of random roles and overwrites nobody who sees a channel is told of another that they may not read."""
    told = 0

    @asynchronous
    async def play() -> None:
        nonlocal told
        for seed in range(40):
            world = Simulation(random.Random(seed))
            for guild in world.guilds[:2]:
                for channel in (one for one in guild.channels.values() if not one.is_thread):
                    destination = world.client.get_channel(channel.id)
                    if not isinstance(destination, discord.TextChannel):
                        continue
                    for number in told_of(destination):
                        audience = Audience(CHANNEL, guild.id, number)
                        # Whoever is timed out keeps what they could read before.
                        readers = (world.reads(one, audience, timeouts=False) for one in world.viewers(channel))
                        assert all(readers)
                        told += number != channel.id

    play()
    assert told > 20
