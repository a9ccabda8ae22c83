"""A chat as LINE saves it as text, in Japanese or English, to a document."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from unicodedata import normalize

from index.documents.conversations import Message, blocks_of_messages
from index.types import Document

_HEAD = r"\s*\[LINE\] ?(?P<title>[^\n]+)\n"
_SAVED = r"^(?:保存日時|Saved on)\s*[:：]"
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_YEAR_FIRST = r"^(\d{4})[/.年-](\d{1,2})[/.月-](\d{1,2})日?\s*[(（]?(?:[月火水木金土日]|[A-Za-z]{3,9})(?:曜日?)?[)）]?$"
_YEAR_LAST = r"^([A-Za-z]{3})[a-z]*,? (\d{1,2})/(\d{1,2})/(\d{4})$"
_TIME = r"(?P<before>午前|午後|[AaPp][Mm])?\s?(?P<hour>\d{1,2}):(?P<minute>\d{2})\s?(?P<behind>[AaPp][Mm])?"
_WITH_TABS = rf"^{_TIME}\t(?P<who>[^\t\n]*)(?:\t(?P<text>.*))?$"
_WITH_SPACES = rf"^{_TIME} (?P<who>\S+)(?: (?P<text>.*))?$"
# What stands for something that is no text, or tells of the chat itself.
_NO_TEXT = (
    r"^(?:\[(?:スタンプ|写真|画像|動画|ボイスメッセージ|音声メッセージ|連絡先|ファイル|位置情報|ギフト|アルバム"
    r"|Sticker|Photo|Image|Video|Voice message|Audio|Contact|File|Location|Gift|Album)\].*"
    r"|\((?:emoji|絵文字)\)|☎.*|.*メッセージの送信を取り消しました。?|.*unsent a message\.?)$"
)


def is_line_export(text: str) -> bool:
    """Whether a text begins as LINE begins a saved chat."""
    return re.match(_HEAD, text) is not None


def parse_line_export(text: str, name: str) -> Document:
    """The document in a saved chat, whose title is the chat's. Stickers, pictures and calls are left out."""
    found = re.match(_HEAD, text)
    title, body = (found["title"].strip(), text[found.end() :]) if found else (name, text)
    messages = [message for message in _messages(body) if not re.match(_NO_TEXT, message.text)]
    return Document(name=name, title=title, source=name, blocks=tuple(blocks_of_messages(messages)))


def _messages(text: str) -> Iterator[Message]:
    pattern = re.compile(_WITH_TABS if re.search(rf"(?m)^{_TIME}\t", text) else _WITH_SPACES)
    day: date | None = None
    waiting: Message | None = None
    before = ""
    for line in text.split("\n"):
        found = pattern.match(line)
        # A date within what somebody wrote has their words above it.
        new_day = None if found or before.strip() else _day(line)
        before = line
        if found or new_day:
            if waiting:
                yield _whole(waiting)
            waiting = None
        if new_day:
            day = new_day
            before = ""
        elif found and found["text"] and found["who"].strip():
            waiting = Message(author=found["who"].strip(), text=found["text"], date=_date(day, found))
        elif waiting and not found:
            waiting = waiting._replace(text=f"{waiting.text}\n{line}")
    if waiting:
        yield _whole(waiting)


def _whole(message: Message) -> Message:
    """A message without the quotation marks that LINE puts around several lines."""
    text = message.text.strip()
    if "\n" in text and len(text) > 1 and text.startswith('"') and text.endswith('"'):
        text = text[1:-1].replace('""', '"').strip()
    return message._replace(text=text)


def _day(line: str) -> date | None:
    line = line.strip()
    if re.match(_SAVED, line):
        return None
    if found := re.match(_YEAR_FIRST, line):
        return _date_of(found[1], found[2], found[3])
    if found := re.match(_YEAR_LAST, line):
        # Whether the month or the day comes first depends on the country; the weekday tells.
        readings = (_date_of(found[4], found[2], found[3]), _date_of(found[4], found[3], found[2]))
        weekday = found[1].lower()
        return next(
            (day for day in readings if day and _WEEKDAYS[day.weekday()] == weekday), readings[0] or readings[1]
        )
    return None


def _date_of(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _date(day: date | None, found: re.Match[str]) -> str | None:
    """The time of a message, in ISO 8601; it has no zone, since LINE saves none."""
    half = normalize("NFKC", found["before"] or found["behind"] or "").lower()
    hour, minute = int(found["hour"]), int(found["minute"])
    if half:
        hour = hour % 12 + (12 if half in {"午後", "pm"} else 0)
    if day is None or hour > 23 or minute > 59:
        return None
    return datetime(day.year, day.month, day.day, hour, minute).isoformat()  # noqa: DTZ001 - as it is saved
