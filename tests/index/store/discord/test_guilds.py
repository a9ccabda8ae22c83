from __future__ import annotations

import pytest
from sqlalchemy import select

from index.store import schema
from index.store.connection import reading
from index.store.discord.channels import Channels
from index.store.discord.guilds import Guilds
from index.store.discord.unanswered_questions import UnansweredQuestions
from index.store.store import Store

LARGEST = 2**63 - 1


@pytest.fixture
def guilds(store: Store) -> Guilds:
    """The guilds of an empty store."""
    return Guilds(store)


def test_each_guild_has_its_own_settings(guilds: Guilds) -> None:
    """A setting is kept until it is changed or reset, for that guild alone."""
    guilds.set(1, "language", "ja")
    guilds.set(1, "channel", "2")
    guilds.set(LARGEST, "language", "en")
    guilds.set(1, "language", "日本語")
    assert guilds.settings(1) == {"channel": "2", "language": "日本語"}
    guilds.unset(1, "language")
    guilds.unset(1, "never set")
    assert guilds.settings(1) == {"channel": "2"}
    assert guilds.settings(LARGEST) == {"language": "en"}
    assert guilds.settings(3) == {}


def test_votes_are_stored(guilds: Guilds) -> None:
    """Votes are in order, with their guild where they have one."""
    guilds.record_feedback(1, "犬は？", "0123456789ab", helpful=True)
    guilds.record_feedback(None, "猫は？", "0123456789ab", helpful=False)
    guilds.record_feedback(1, "犬は？", "0123456789ab", helpful=True)
    votes = [one[:4] for one in guilds.feedback()]
    assert votes == [
        (1, "犬は？", "0123456789ab", True),
        (None, "猫は？", "0123456789ab", False),
        (1, "犬は？", "0123456789ab", True),
    ]
    assert len(guilds.feedback(1)) == 2
    assert all(one.given.endswith("+00:00") for one in guilds.feedback())


def test_a_person_has_one_vote_on_an_answer(store: Store, guilds: Guilds) -> None:
    """A later vote replaces it, opting out removes it; votes of others and on other answers are separate."""
    for person, question, helpful in (
        (7, "犬は？", False),
        (8, "犬は？", False),
        (7, "犬は？", True),
        (7, "猫は？", False),
    ):
        guilds.record_feedback(1, question, "0" * 12, helpful=helpful, person=person)
    for _ in range(2):
        guilds.record_feedback(None, "犬は？", "0" * 12, helpful=False, person=7)
    votes = [one[:4] for one in guilds.feedback()]
    assert votes == [
        (1, "犬は？", "0" * 12, False),
        (1, "犬は？", "0" * 12, True),
        (1, "猫は？", "0" * 12, False),
        (None, "犬は？", "0" * 12, False),
    ]
    Channels(store).opt_out(7)
    guilds.record_feedback(1, "犬は？", "0" * 12, helpful=True, person=7)
    assert [one[:4] for one in guilds.feedback()] == [(1, "犬は？", "0" * 12, False)]


def test_votes_are_pseudonymous(store: Store, guilds: Guilds) -> None:
    """No row has a voter's id, and the key is a random one."""
    person = 123_456_789_012_345_678
    guilds.record_feedback(1, "犬は？", "0" * 12, helpful=True, person=person)
    with reading(store.engine) as connection:
        assert str(person) not in str(connection.execute(select(schema.feedback)).all())
        key = select(schema.guild_settings.c.value).where(schema.guild_settings.c.name == "voters")
        assert len(connection.execute(key).scalar_one()) == 64


def test_votes_against_passages_are_counted_by_people(guilds: Guilds) -> None:
    """Only votes in some channels of a guild count, and each person once."""
    votes = [(7, 1, "犬は？", False), (7, 1, "犬とは？", False), (8, 1, "犬は？", False), (9, 1, "犬は？", True)]
    for person, channel, question, helpful in (*votes, (9, 2, "犬は？", False)):
        guilds.record_feedback(1, question, "a" * 12, helpful=helpful, person=person, channel=channel)
        guilds.record_feedback(2, question, "b" * 12, helpful=helpful, person=person, channel=channel)
    guilds.record_feedback(1, "犬は？", "c" * 12, helpful=False, person=7, channel=1)
    assert guilds.voted_against(1, {1}, 1) == [("a" * 12, 2, 0), ("c" * 12, 1, 0)]
    assert guilds.voted_against(1, {1, 2}, 2) == [("a" * 12, 3, 0)]
    assert guilds.voted_against(1, {3}, 1) == guilds.voted_against(1, (), 1) == []


def test_votes_on_what_others_saw_are_counted(guilds: Guilds) -> None:
    """Neither those on an answer to somebody alone count, nor those of other channels, guilds and times."""
    for person, (channel, helpful, seen) in enumerate(
        [(1, True, True), (1, True, False), (1, False, True), (2, True, True)]
    ):
        guilds.record_feedback(1, "犬は？", "a" * 12, helpful=helpful, person=person, channel=channel, seen=seen)
    assert guilds.seen_votes(1, [1], "2026", "9") == (1, 1)
    assert guilds.seen_votes(1, [1, 2], "2026", "9") == (2, 1)
    assert guilds.seen_votes(1, [1], "2026", "2026") == guilds.seen_votes(2, [1], "2026", "9") == (0, 0)


def test_a_guild_hides_passages_for_itself(guilds: Guilds) -> None:
    """Hiding twice is no error; a passage that is shown again is no longer hidden."""
    for passage in ("a" * 12, "b" * 12, "a" * 12):
        guilds.hide(1, passage)
    assert sorted(guilds.hidden(1)) == ["a" * 12, "b" * 12]
    assert guilds.hidden(2) == []
    guilds.show(1, "a" * 12)
    guilds.show(2, "b" * 12)
    assert guilds.hidden(1) == ["b" * 12]


@pytest.mark.parametrize(
    "question", ["あ" * 6_000, "\0", "犬\0は", "\ud800", "犬\ud83dは", "'; DROP TABLE feedback; --"]
)
def test_any_text_can_be_recorded(store: Store, guilds: Guilds, question: str) -> None:
    """Whatever is asked is stored, and the same question is recognised."""
    UnansweredQuestions(store).record(LARGEST, question)
    UnansweredQuestions(store).record(LARGEST, question)
    guilds.record_feedback(LARGEST, question, "0" * 12, helpful=False)
    guilds.set(LARGEST, "contact", question)
    assert [one.times for one in UnansweredQuestions(store).all()] == [2]
    assert len(guilds.feedback()) == len(guilds.settings(LARGEST)) == 1


def test_guilds_change_no_generation(store: Store, guilds: Guilds) -> None:
    """No index depends on what is stored of guilds."""
    before = store.state()
    guilds.set(1, "a", "b")
    UnansweredQuestions(store).record(1, "犬は？")
    guilds.record_feedback(1, "犬は？", "0" * 12, helpful=True)
    assert store.state() == before
