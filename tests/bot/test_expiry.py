from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from bot.attribution import local_day
from bot.expiry import TermOver, TermTooLong, TermUnreadable, TermWrong, parse_term
from bot.wording import Wording


@pytest.mark.parametrize("written", ["90", " ９０ "])
def test_a_number_of_days_is_from_now(written: str) -> None:
    """However wide it is typed; it can be put off by as many."""
    term = parse_term(written)
    assert term.days == 90
    left = datetime.fromisoformat(term.due) - datetime.now(UTC)
    assert timedelta(days=89, hours=23) < left <= timedelta(days=90)


def test_a_date_is_the_day_on_which_it_is_due() -> None:
    """In this machine's zone; what was right for years can be put off by one."""
    for days, put_off in ((30, 30), (3_000, 365)):
        day = (datetime.now().astimezone() + timedelta(days=days)).date().isoformat()
        term = parse_term(day)
        assert local_day(term.due) == day
        assert term.days == put_off


TODAY = datetime.now().astimezone().date().isoformat()
WRONG: list[tuple[str, type[TermWrong], str]] = [
    ("", TermUnreadable, "日数でも日付でもありません"),
    ("-1", TermUnreadable, "日数でも日付でもありません"),
    ("明日", TermUnreadable, "日数でも日付でもありません"),
    ("2026-13-01", TermUnreadable, "日数でも日付でもありません"),
    ("0", TermOver, "先の日ではありません"),
    ("0001-01-01", TermOver, "先の日ではありません"),
    ("2020-01-01", TermOver, "先の日ではありません"),
    (TODAY, TermOver, "先の日ではありません"),
    ("3651", TermTooLong, "10年より先です"),
    ("9999-12-31", TermTooLong, "10年より先です"),
]


@pytest.mark.parametrize(("written", "error", "why"), WRONG)
def test_what_is_no_time_to_come_is_told_with_its_cause(written: str, error: type[TermWrong], why: str) -> None:
    """Nothing is guessed; the sentence says what was written, and which forms are taken."""
    with pytest.raises(error) as raised:
        parse_term(written)
    said = Wording("ja").of_error(raised.value)
    assert said.startswith(f"「{written}」は、")
    assert why in said
    assert "90 のような日数か、2027-03-31 のような" in said
