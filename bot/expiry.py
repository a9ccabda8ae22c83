"""Until when a source is taken to be right, as people write it: for so many days, or until a date."""

from __future__ import annotations

from datetime import UTC, date, datetime, time
from typing import NamedTuple
from unicodedata import normalize

from bot.settings import whole_number
from index.errors import KotaeError
from index.store.expiries import in_days

MOST_DAYS = 3_650
# What was right until a date that was far away is looked at again after a year.
_MOST_AFTER_A_DATE = 365


class TermWrong(KotaeError):
    """What was written is no time until which a source can be right; `values` has it as `when`."""


class TermUnreadable(TermWrong):
    """It is neither a number of days nor a date."""


class TermOver(TermWrong):
    """It is over, or today."""


class TermTooLong(TermWrong):
    """It is too far away."""


class Term(NamedTuple):
    """When a source is to be confirmed, as the store has it, and by how many days that can be put off then."""

    due: str
    days: int


def parse_term(text: str) -> Term:
    """What is meant by a number of days or a date in ISO 8601; raises TermWrong where it is neither, or no time to come.

    On the day of a date, which begins in this machine's zone, the source has to be confirmed.
    """
    written = normalize("NFKC", text).strip()
    days = whole_number(written)
    if days is not None:
        return Term(in_days(_checked(days, text)), days)
    try:
        day = date.fromisoformat(written)
    except ValueError:
        raise TermUnreadable(when=text) from None
    left = _checked((day - datetime.now().astimezone().date()).days, text)
    due = datetime.combine(day, time()).astimezone(UTC)
    return Term(due.isoformat(timespec="seconds"), min(left, _MOST_AFTER_A_DATE))


def _checked(days: int, text: str) -> int:
    """The days that are left, if they can be chosen."""
    if days < 1:
        raise TermOver(when=text)
    if days > MOST_DAYS:
        raise TermTooLong(when=text)
    return days
