from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.attribution import local_day
from bot.expiry import parse_term


@pytest.mark.parametrize("written", ["90", " ９０ "])
def test_a_number_of_days_is_from_now(written: str) -> None:
    """However wide it is typed; it can be put off by as many."""
    term = parse_term(written)
    assert term
    assert term.days == 90
    left = datetime.fromisoformat(term.due) - datetime.now(UTC)
    assert timedelta(days=89, hours=23) < left <= timedelta(days=90)


def test_a_date_is_the_day_on_which_it_is_due() -> None:
    """In this machine's zone; what was right for years can be put off by one."""
    for days, put_off in ((30, (30, 31)), (3_000, (365,))):
        day = (datetime.now().astimezone() + timedelta(days=days)).date().isoformat()
        term = parse_term(day)
        assert term
        assert local_day(term.due) == day
        assert term.days in put_off


@pytest.mark.parametrize("written", ["", "0", "-1", "3651", "2020-01-01", "2026-13-01", "9999-12-31", "明日"])
def test_anything_else_is_no_time_to_come(written: str) -> None:
    """Nothing is guessed."""
    assert parse_term(written) is None
