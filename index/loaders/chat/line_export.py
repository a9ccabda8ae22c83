"""Loads a chat exported by LINE as text, in Japanese or English."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from unicodedata import normalize

from index.documents.conversations import Message, blocks_of_messages
from index.types import Document

_HEADER = r"\s*\[LINE\] ?(?P<title>[^\n]+)\n"
_EXPORT_DATE = r"^(?:保存日時|Saved on)\s*[:：]"
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WEEKDAY = r"[月火水木金土日]曜日?[)）]?\s*$"
_YEAR_FIRST = r"^(\d{4})[/.年-](\d{1,2})[/.月-](\d{1,2})日?\s*[(（]?(?:[月火水木金土日]|[A-Za-z]{3,9})(?:曜日?)?[)）]?$"
_YEAR_LAST = r"^([A-Za-z]{3})[a-z]*,? (\d{1,2})/(\d{1,2})/(\d{4})$"
_TIME = r"(?P<half_before>午前|午後|[AaPp][Mm])?\s?(?P<hour>\d{1,2}):(?P<minute>\d{2})\s?(?P<half_after>[AaPp][Mm])?"
_TAB_SEPARATED = rf"^{_TIME}\t(?P<author>[^\t\n]*)(?:\t(?P<text>.*))?$"
_SPACE_SEPARATED = rf"^{_TIME} (?P<author>\S+)(?: (?P<text>.*))?$"
# Placeholders for stickers, pictures, calls and the like, and notices of unsent messages.
_NOT_TEXT = (
    r"^(?:\[(?:スタンプ|写真|画像|動画|ボイスメッセージ|音声メッセージ|連絡先|ファイル|位置情報|ギフト|アルバム"
    r"|Sticker|Photo|Image|Video|Voice message|Audio|Contact|File|Location|Gift|Album)\].*"
    r"|\((?:emoji|絵文字)\)|☎.*|.*メッセージの送信を取り消しました。?|.*unsent a message\.?)$"
)


def is_line_export(text: str) -> bool:
    """Whether a text begins with the header of an export of LINE."""
    return re.match(_HEADER, text) is not None


def parse_line_export(text: str, name: str) -> Document:
    """The document in an exported chat, with the chat's title. Stickers, pictures and calls are left out."""
    found = re.match(_HEADER, text)
    title, body = (found["title"].strip(), text[found.end() :]) if found else (name, text)
    messages = [message for message in _messages(body) if not re.match(_NOT_TEXT, message.text)]
    return Document(name=name, title=title, source=name, blocks=tuple(blocks_of_messages(messages)))


def _messages(text: str) -> Iterator[Message]:
    pattern = re.compile(_TAB_SEPARATED if re.search(rf"(?m)^{_TIME}\t", text) else _SPACE_SEPARATED)
    day: date | None = None
    current: Message | None = None
    previous = ""
    for line in text.split("\n"):
        found = pattern.match(line)
        # A date without its weekday begins a day only after an empty line; otherwise it is part of a message.
        new_day = None if found or (previous.strip() and not re.search(_WEEKDAY, line)) else _parse_day(line)
        previous = line
        if found or new_day:
            if current:
                yield _unquoted(current)
            current = None
        if new_day:
            day = new_day
            previous = ""
        elif found and found["text"] and found["author"].strip():
            current = Message(author=found["author"].strip(), text=found["text"], date=_parse_time(day, found))
        elif current and not found:
            current = current._replace(text=f"{current.text}\n{line}")
    if current:
        yield _unquoted(current)


def _unquoted(message: Message) -> Message:
    """A message without the quotation marks that LINE puts around several lines."""
    text = message.text.strip()
    if "\n" in text and len(text) > 1 and text.startswith('"') and text.endswith('"'):
        text = text[1:-1].replace('""', '"').strip()
    return message._replace(text=text)


def _parse_day(line: str) -> date | None:
    line = line.strip()
    if re.match(_EXPORT_DATE, line):
        return None
    if found := re.match(_YEAR_FIRST, line):
        return _valid_date(found[1], found[2], found[3])
    if found := re.match(_YEAR_LAST, line):
        # Whether the month or the day comes first depends on the country; the weekday tells.
        readings = (_valid_date(found[4], found[2], found[3]), _valid_date(found[4], found[3], found[2]))
        weekday = found[1].lower()
        return next(
            (day for day in readings if day and _WEEKDAYS[day.weekday()] == weekday), readings[0] or readings[1]
        )
    return None


def _valid_date(year: str, month: str, day: str) -> date | None:
    try:
        return date(int(year), int(month), int(day))
    except ValueError:
        return None


def _parse_time(day: date | None, found: re.Match[str]) -> str | None:
    """The time of a message in ISO 8601, without a time zone, which LINE does not export."""
    half = normalize("NFKC", found["half_before"] or found["half_after"] or "").lower()
    hour, minute = int(found["hour"]), int(found["minute"])
    if half:
        hour = hour % 12 + (12 if half in {"午後", "pm"} else 0)
    if day is None or hour > 23 or minute > 59:
        return None
    return datetime(day.year, day.month, day.day, hour, minute).isoformat()  # noqa: DTZ001 - as it is saved
