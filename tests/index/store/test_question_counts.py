"""Counts of questions, on either kind of database."""

from __future__ import annotations

from datetime import date, timedelta

from index.store.discord.guilds import Guilds
from index.store.question_counts import DAYS_KEPT, Asked, DayCount, QuestionCounts
from index.store.store import Store

MONDAY, TUESDAY = "2026-11-23", "2026-11-24"


def test_counts_add_up_by_day_and_certainty(store: Store) -> None:
    """What is counted again is added; front ends, guilds and channels can be told apart."""
    counts = QuestionCounts(store)
    here, elsewhere = Asked("discord", 1, 2, MONDAY, "sure"), Asked("serve", 0, 0, MONDAY, "sure")
    counts.add({here: 2, elsewhere: 5, here._replace(day=TUESDAY, certainty="none"): 1})
    counts.add({here: 3, here._replace(channel=3): 7})
    counts.add({})
    assert counts.by_day(MONDAY, TUESDAY) == [DayCount(MONDAY, "sure", 17), DayCount(TUESDAY, "none", 1)]
    assert counts.by_day(MONDAY, MONDAY, front_end="serve") == [DayCount(MONDAY, "sure", 5)]
    assert counts.by_day(TUESDAY, TUESDAY, guild=1) == [DayCount(TUESDAY, "none", 1)]
    assert counts.by_day(MONDAY, MONDAY, guild=1, channels=[2]) == [DayCount(MONDAY, "sure", 5)]
    assert counts.by_day(MONDAY, MONDAY, guild=1, channels=[]) == []


def test_counts_are_deleted_once_no_view_shows_them(store: Store) -> None:
    """Of each front end and guild, when another one counts."""
    counts, last = QuestionCounts(store), date.fromisoformat(MONDAY)
    days = [(last - timedelta(days=ago)).isoformat() for ago in (DAYS_KEPT, DAYS_KEPT - 1)]
    counts.add({Asked("discord", 1, 2, day, "sure"): 1 for day in days})
    counts.add({Asked("serve", 0, 0, MONDAY, "none"): 1})
    assert [one.day for one in counts.by_day("", "9")] == [days[1], MONDAY]


def test_a_forgotten_guild_has_no_counts(store: Store) -> None:
    """They go with the guild; those of others stay."""
    counts = QuestionCounts(store)
    counts.add({Asked("discord", guild, 2, MONDAY, "sure"): 1 for guild in (1, 9)})
    Guilds(store).forget(1)
    assert counts.by_day(MONDAY, MONDAY) == [DayCount(MONDAY, "sure", 1)]
