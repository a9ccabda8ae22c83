from __future__ import annotations

import threading

import pytest

from index.store.guilds import NO_GUILD, Guilds, terms_of
from index.store.store import Store

LARGEST = 2**63 - 1


@pytest.fixture
def guilds(store: Store) -> Guilds:
    """What is stored about guilds: nothing yet."""
    return Guilds(store)


def test_a_guild_has_settings_of_its_own(guilds: Guilds) -> None:
    """What is set is there until it is set again or unset, for that guild alone."""
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


def test_feedback_is_kept(guilds: Guilds) -> None:
    """Every vote is kept in order, with its guild where it has one."""
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


def test_questions_of_the_same_words_are_one(guilds: Guilds) -> None:
    """They are counted together under their first wording, with the time they were asked first and last."""
    for question in ("富士山の高さは？", "高さは、富士山の", "富士山の高さを教えてください", "富士山の深さは？"):
        guilds.record_unanswered(1, question)
    first, second = guilds.unanswered(1)
    assert (first.question, first.times) == ("富士山の高さは？", 3)
    assert (second.question, second.times) == ("富士山の深さは？", 1)
    assert first.first_asked <= first.last_asked


def test_questions_without_words_are_told_apart_by_their_text(guilds: Guilds) -> None:
    """Where nothing is left to look for, the text itself counts, whatever its typography."""
    for question in ("？", "?", "なに！", ""):
        guilds.record_unanswered(NO_GUILD, question)
    assert [(one.question, one.times) for one in guilds.unanswered()] == [("？", 2), ("なに！", 1), ("", 1)]


def test_unanswered_questions_come_by_how_often_they_were_asked(guilds: Guilds) -> None:
    """Those of a guild or of all, the most frequent first, and of equals the older; as many as are wanted."""
    for guild, question, times in ((1, "犬は？", 1), (2, "猫は？", 3), (1, "鳥は？", 2), (2, "犬は？", 1)):
        for _ in range(times):
            guilds.record_unanswered(guild, question)
    assert [(one.guild, one.question) for one in guilds.unanswered()] == [
        (2, "猫は？"),
        (1, "鳥は？"),
        (1, "犬は？"),
        (2, "犬は？"),
    ]
    assert [one.question for one in guilds.unanswered(1)] == ["鳥は？", "犬は？"]
    assert [one.question for one in guilds.unanswered(limit=1)] == ["猫は？"]
    assert guilds.unanswered(3) == []


def test_an_unanswered_question_is_forgotten(guilds: Guilds) -> None:
    """One that was forgotten is gone, and counts from one when it is asked again."""
    guilds.record_unanswered(1, "犬は？")
    guilds.record_unanswered(1, "犬は？")
    (only,) = guilds.unanswered()
    assert guilds.forget_unanswered(only.number)
    assert not guilds.forget_unanswered(only.number)
    assert guilds.unanswered() == []
    guilds.record_unanswered(1, "犬は？")
    assert [one.times for one in guilds.unanswered()] == [1]


@pytest.mark.parametrize(
    "question", ["あ" * 6_000, "\0", "犬\0は", "\ud800", "犬\ud83dは", "'; DROP TABLE feedback; --"]
)
def test_any_question_can_be_noted(guilds: Guilds, question: str) -> None:
    """Whatever is asked, it is noted, and the same question is the same again."""
    guilds.record_unanswered(LARGEST, question)
    guilds.record_unanswered(LARGEST, question)
    guilds.record_feedback(LARGEST, question, "0" * 12, helpful=False)
    guilds.set(LARGEST, "contact", question)
    assert [one.times for one in guilds.unanswered()] == [2]
    assert len(guilds.feedback()) == len(guilds.settings(LARGEST)) == 1


def test_long_questions_are_told_apart_by_a_short_text() -> None:
    """What a database is to index is short, and differs where the words do."""
    long = [" ".join(f"word{number}" for number in range(start, start + 1_000)) for start in (0, 1)]
    assert max(len(terms_of(question)) for question in long) <= 500
    assert terms_of(long[0]) != terms_of(long[1])


def test_questions_asked_at_once_are_all_counted(store: Store) -> None:
    """No question is lost where several threads note the same."""

    def ask() -> None:
        for _ in range(5):
            Guilds(store).record_unanswered(1, "犬は？")

    threads = [threading.Thread(target=ask) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert [one.times for one in Guilds(store).unanswered()] == [20]


def test_an_index_need_not_follow(store: Store, guilds: Guilds) -> None:
    """What is noted of guilds changes no generation."""
    before = store.state()
    guilds.set(1, "a", "b")
    guilds.record_unanswered(1, "犬は？")
    guilds.record_feedback(1, "犬は？", "0" * 12, helpful=True)
    assert store.state() == before
