from __future__ import annotations

import pytest

from index.store.gaps import Gaps
from index.store.guilds import Guilds
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


@pytest.mark.parametrize(
    "question", ["あ" * 6_000, "\0", "犬\0は", "\ud800", "犬\ud83dは", "'; DROP TABLE feedback; --"]
)
def test_any_question_can_be_noted(store: Store, guilds: Guilds, question: str) -> None:
    """Whatever is asked, it is noted, and the same question is the same again."""
    Gaps(store).record(LARGEST, question)
    Gaps(store).record(LARGEST, question)
    guilds.record_feedback(LARGEST, question, "0" * 12, helpful=False)
    guilds.set(LARGEST, "contact", question)
    assert [one.times for one in Gaps(store).all()] == [2]
    assert len(guilds.feedback()) == len(guilds.settings(LARGEST)) == 1


def test_an_index_need_not_follow(store: Store, guilds: Guilds) -> None:
    """What is noted of guilds changes no generation."""
    before = store.state()
    guilds.set(1, "a", "b")
    Gaps(store).record(1, "犬は？")
    guilds.record_feedback(1, "犬は？", "0" * 12, helpful=True)
    assert store.state() == before
