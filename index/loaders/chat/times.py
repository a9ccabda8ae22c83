"""Dates and times as chats that were saved as text write them."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date, datetime
from unicodedata import normalize

TIME = (
    r"(?P<half_before>午前|午後|[AaPp]\.?[Mm]\.?)?\s?(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::\d{2})?"
    r"\s?(?P<half_after>[AaPp]\.?[Mm]\.?)?"
)
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_YEAR_FIRST = (
    r"^(\d{4})[/.年-](\d{1,2})[/.月-](\d{1,2})日?\s*[(（]?(?:[月火水木金土日]|[A-Za-z]{3,9})?(?:曜日?)?[)）]?$"
)
_WEEKDAY_FIRST = r"^([A-Za-z]{3})[a-z]*,? (\d{1,2})/(\d{1,2})/(\d{4})$"
_YEAR_LAST = r"^(\d{1,2})[/. -](\d{1,2}|[A-Za-z]{3})[/. -](\d{4}|\d{2})$"
_MOMENT = rf"(?P<day>.*?)[,\s]*{TIME}"


def parse_day(line: str) -> date | None:
    """The day that a line names, the year first, or with the weekday first as in English; None for any other line."""
    line = line.strip()
    if found := re.match(_YEAR_FIRST, line):
        return _valid_date(found[1], found[2], found[3])
    if found := re.match(_WEEKDAY_FIRST, line):
        # Whether the month or the day comes first depends on the country; the weekday tells.
        readings = (_valid_date(found[4], found[2], found[3]), _valid_date(found[4], found[3], found[2]))
        weekday = found[1].lower()
        return next(
            (day for day in readings if day and _WEEKDAYS[day.weekday()] == weekday), readings[0] or readings[1]
        )
    return None


def time_on(day: date | None, found: re.Match[str]) -> str | None:
    """A time that TIME found on a day in ISO 8601, without a time zone, which such files do not have."""
    half = normalize("NFKC", found["half_before"] or found["half_after"] or "").lower().replace(".", "")
    hour, minute = int(found["hour"]), int(found["minute"])
    if half:
        hour = hour % 12 + (12 if half in {"午後", "pm"} else 0)
    if day is None or hour > 23 or minute > 59:
        return None
    return datetime(day.year, day.month, day.day, hour, minute).isoformat()  # noqa: DTZ001 - as it is saved


def is_moment(text: str) -> bool:
    """Whether a text is a time, also with a date before it."""
    found = re.fullmatch(_MOMENT, text.strip())
    return found is not None and (not found["day"] or _days([found["day"]])[0] is not None)


def moments(texts: Sequence[str]) -> list[str | None]:
    """Dates with times, all of one file, in ISO 8601; None for a time alone, and for anything else."""
    found = [re.fullmatch(_MOMENT, text.strip()) for text in texts]
    days = _days([one["day"] if one else "" for one in found])
    return [time_on(day, one) if one else None for day, one in zip(days, found, strict=True)]


def _days(texts: Sequence[str]) -> list[date | None]:
    """The days in the dates of one file, which are all written in the same order."""
    found = [re.match(_YEAR_LAST, text) for text in texts]
    first, second = ([int(one[number]) for one in found if one and one[number].isdecimal()] for number in (1, 2))
    # In the short dates of English that has the month first, a month has no zero before it: 1/31/2026.
    month_first = max(second, default=0) > 12 or (
        max(first, default=0) <= 12 and not any(one and one[1].startswith("0") for one in found)
    )
    days: list[date | None] = []
    for text, one in zip(texts, found, strict=True):
        if one is None:
            days.append(parse_day(text))
        elif one[2].lower() in _MONTHS:
            days.append(_valid_date(one[3], str(_MONTHS.index(one[2].lower()) + 1), one[1]))
        else:
            month, day = (one[1], one[2]) if month_first else (one[2], one[1])
            days.append(_valid_date(one[3], month, day))
    return days


def _valid_date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year) + (2_000 if len(year) == 2 else 0), int(month), int(day))
    except ValueError:
        return None
