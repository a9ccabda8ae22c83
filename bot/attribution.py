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
# How long days, and days with the hour and the minute, are in ISO 8601.
_DAY_LENGTH, _SHOWN_LENGTH = 10, 16


def place(say: Wording, passage: Passage, beside: Iterable[Passage] = ()) -> str:
    """Title, heading, page, and paragraph or row, as far as they are known.

    Where another document of the passages `beside` has the same title, the source is named too, which for a file is its name.
    """
    title = normalize_width(passage.title)
    ambiguous = any(one.source != passage.source and normalize_width(one.title) == title for one in beside)
    parts = (
        passage.title,
        passage.source if ambiguous else "",
        passage.heading,
        say(answers.PAGE, page=passage.page) if passage.page is not None else "",
        # What was said in a chat is found by its time: nobody counts its paragraphs.
        "" if _has_time(passage) else _number(say, passage),
    )
    return _SEPARATOR.join(part for part in parts if part)


def _number(say: Wording, passage: Passage) -> str:
    # The source of a spreadsheet is the file's name.
    if passage.source.lower().endswith(TABLE_SUFFIXES):
        return say(answers.ROW, row=passage.paragraph)
    return say(answers.PARAGRAPH, paragraph=passage.paragraph)


def place_and_date(say: Wording, passage: Passage, beside: Iterable[Passage] = (), zoned: bool = True) -> str:
    """The place of a passage, and how old it is; with `zoned` unset without a time that has a zone."""
    when = "" if sent_at(passage) and not zoned else date_of(say, passage)
    return " · ".join(filter(None, (place(say, passage, beside), when)))


def date_of(say: Wording, passage: Passage) -> str:
    """When a passage was written, else of which day its document says that it is, else when its texts came or changed here.

    Times are those of this machine's zone, if it is known in which zone they were. Empty where nothing is known.
    """
    if sent := sent_at(passage):
        return sent.strftime(_SHOWN)
    if _has_time(passage):
        return (passage.date or "")[:_SHOWN_LENGTH].replace("T", " ")
    if day := passage.date or passage.dated:
        return say(answers.DATED, date=day)
    return say(answers.ADDED_OR_UPDATED, date=local_day(passage.changed)) if passage.changed else ""


def new_headings(passages: Iterable[Passage]) -> list[str]:
    """The heading of each passage of several in a row; empty where it is that of the one before, or begins the text itself."""
    before, headings = "", []
    for one in passages:
        is_new = one.heading != before and not one.text.startswith(one.heading)
        headings.append(one.heading if is_new else "")
        before = one.heading
    return headings


def has_other_date(passage: Passage, quoted: Passage) -> bool:
    """Whether a passage beside a quoted one has a date of its own, and another."""
    return bool(passage.date) and passage.date != quoted.date


def needs_review(say: Wording, since: str | None) -> str:
    """That somebody has to say whether a passage or source is still right, and since when; empty where that is not so."""
    return say(answers.NEEDS_REVIEW, date=local_day(since)) if since else ""


def local_day(time: str) -> str:
    """The day of a stored time in this machine's zone."""
    return datetime.fromisoformat(time).astimezone().date().isoformat()


def other_places(say: Wording, passage: Passage, duplicates: Sequence[Passage], zoned: bool = True) -> str:
    """In which other places the text of a passage stands, a few of them named as by `place_and_date`; empty where there are none."""
    if not duplicates:
        return ""
    beside = passage, *duplicates
    named = [place_and_date(say, one, beside, zoned) for one in duplicates[:_MOST_NAMED]]
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


def _has_time(passage: Passage) -> bool:
    """Whether it is known at which time of its day a passage was written, as of a message of a chat."""
    return len(passage.date or "") > _DAY_LENGTH
