"""Until when a source is taken to be right, as people write it: for so many days, or until a date."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from math import ceil
from typing import NamedTuple
from unicodedata import normalize

from bot.settings import whole_number
from index.store.expiries import in_days

MOST_DAYS = 3_650
# What was right until a date that was far away is looked at again after a year.
_MOST_AFTER_A_DATE = 365


class Term(NamedTuple):
    """When a source is to be confirmed, as the store has it, and by how many days that can be put off then."""

    due: str
    days: int


def parse_term(text: str) -> Term | None:
    """What is meant by a number of days or a date in ISO 8601; None where it is neither, or no time to come.

    On the day of a date, which begins in this machine's zone, the source has to be confirmed.
    """
    written = normalize("NFKC", text).strip()
    if days := whole_number(written):
        return Term(in_days(days), days) if days <= MOST_DAYS else None
    try:
        due = datetime.combine(date.fromisoformat(written), time()).astimezone(UTC)
    except (ValueError, OverflowError):
        return None
    left = ceil((due - datetime.now(UTC)) / timedelta(days=1))
    if not 1 <= left <= MOST_DAYS:
        return None
    return Term(due.isoformat(timespec="seconds"), min(left, _MOST_AFTER_A_DATE))
