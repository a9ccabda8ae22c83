"""The attribution of a passage in words: where it stands, when it was written, and who said it."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from bot.wording import Wording, answers
from index.language.normalization import normalize_width
from index.loaders import TABLE_SUFFIXES
from index.types import Passage

_SEPARATOR = " › "
_MOST_NAMED = 3
_SHOWN = "%Y-%m-%d %H:%M"
# The same, of a date as it was written: in ISO 8601 the day, the hour and the minute.
_SHOWN_LENGTH = 16


def place(say: Wording, passage: Passage, time: bool = True, beside: Iterable[Passage] = ()) -> str:
    """Title, heading, page and paragraph, and when it was written, as far as they are known.

    Times are those of this machine's zone; with `time` unset, those that have a zone are left out. Where another document
    of the passages `beside` has the same title, the source is named too, which for a file is its name.
    """
    sent = sent_at(passage)
    if sent is None:
        when = (passage.date or "")[:_SHOWN_LENGTH].replace("T", " ")
    else:
        when = sent.strftime(_SHOWN) if time else ""
    title = normalize_width(passage.title)
    ambiguous = any(one.source != passage.source and normalize_width(one.title) == title for one in beside)
    parts = (
        passage.title,
        passage.source if ambiguous else "",
        passage.heading,
        say(answers.PAGE, page=passage.page) if passage.page is not None else "",
        # What was said in a chat is found by its time: nobody counts its paragraphs.
        _number(say, passage) if passage.date is None else "",
        when,
    )
    return _SEPARATOR.join(part for part in parts if part)


def _number(say: Wording, passage: Passage) -> str:
    # The source of a spreadsheet is the file's name.
    if passage.source.lower().endswith(TABLE_SUFFIXES):
        return say(answers.ROW, row=passage.paragraph)
    return say(answers.PARAGRAPH, paragraph=passage.paragraph)


def place_and_day(say: Wording, passage: Passage, beside: Iterable[Passage] = ()) -> str:
    """The place of a passage, and of which day it is, also where only its document says so."""
    return " · ".join(filter(None, (place(say, passage, beside=beside), dated(say, passage))))


def dated(say: Wording, passage: Passage) -> str:
    """The day that a passage's document says of itself, or else on which its texts came or changed here.

    Empty for a passage with a date of its own, which its place has, and where nothing is known.
    """
    if passage.date:
        return ""
    if passage.dated:
        return say(answers.DATED, date=passage.dated)
    return say(answers.ADDED_OR_UPDATED, date=local_day(passage.changed)) if passage.changed else ""


def needs_review(say: Wording, passage: Passage) -> str:
    """That somebody has to say whether a passage is still right, and since when; empty where that is not so."""
    return say(answers.NEEDS_REVIEW, date=local_day(passage.needs_review_since)) if passage.needs_review_since else ""


def local_day(time: str) -> str:
    """The day of a stored time in this machine's zone."""
    return datetime.fromisoformat(time).astimezone().date().isoformat()


def other_places(say: Wording, passage: Passage, duplicates: Sequence[Passage], time: bool = True) -> str:
    """In which other places the text of a passage stands, a few of them named; empty where there are none."""
    if not duplicates:
        return ""
    beside = passage, *duplicates
    named = [place(say, one, time, beside) for one in duplicates[:_MOST_NAMED]]
    places = say(answers.LIST_SEPARATOR).join(dict.fromkeys(named)) + ("…" if len(duplicates) > len(named) else "")
    return say(answers.ALSO_IN, count=len(duplicates), places=places)


def speaker(say: Wording, passage: Passage) -> str:
    """Who said a passage, with the role if it is known."""
    if passage.role:
        return say(answers.SPEAKER_WITH_ROLE, speaker=passage.speaker, role=passage.role)
    return say(answers.SPEAKER, speaker=passage.speaker)


def sent_at(passage: Passage) -> datetime | None:
    """When a passage was written, in this machine's zone; None if its date does not say in which zone it was."""
    try:
        date = datetime.fromisoformat(passage.date or "")
        return date.astimezone() if date.tzinfo else None
    except (ValueError, OverflowError, OSError):  # the latter two: years that no clock of this machine knows
        return None
