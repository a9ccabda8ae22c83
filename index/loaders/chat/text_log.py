"""Loads a chat saved as text: a channel that DiscordChatExporter exported, or a log of "[time] name: text"."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from datetime import date
from itertools import islice
from typing import NamedTuple

from index.documents.conversations import Message, blocks_of_messages
from index.loaders.chat.discord_export import plain_text
from index.loaders.chat.discord_table import is_system_message
from index.loaders.chat.times import TIME, is_moment, moments, parse_day, time_on
from index.loaders.content import Content
from index.types import Document

_RULE = "={20,}"
_HEADER = rf"\s*{_RULE}\nGuild: (?P<guild>.*)\nChannel: (?P<channel>.*)\n(?:(?!=).*\n){{0,50}}?{_RULE}(?:\n|$)"
_FOOTER = rf"\n{_RULE}\nExported [\d,. ]+ message\(s\)\n{_RULE}\s*$"
_DISCORD_MESSAGE = r"^\[(?P<when>[^\]]{4,40})\] (?P<author>.{1,60}?)(?: \(pinned\))?$"
# What is attached to a message has a line each; of a card the text is read, without addresses.
_LEFT_OUT = ("{Attachments}", "{Stickers}", "{Reactions}")
_EMBED = "{Embed}"
_ADDRESS = r"^https?://\S+$"

_NAME = r"(?:<(?P<nick>[^<>\n]{1,40})>|(?P<author>[^:：<>\[\]\n]{1,40})[:：])"
_DATE = r"\d{1,4}[/.年-]\d{1,2}[/.月-]\d{1,4}日?"
_LOG_MESSAGE = rf"^(?:[\[(](?P<when>[^\])\n]{{4,40}})[\])]|(?P<bare>{_DATE},?\s{{1,3}}[^\s].{{3,14}}?)(?:\s-)?)\s{{1,3}}{_NAME}\s*(?P<text>.*)$"
_BEGINS_WITH_TIME = rf"^[\[(]?(?:{_DATE},?\s{{1,3}})?{TIME}"
_LEVELS = r"(?i)^(?:trace|debug|info|notice|warn(?:ing)?|error|err|fatal|critical)$"
_LOOKED_AT = 200
_FEWEST_MESSAGES = 3


class _Line(NamedTuple):
    """The first line of a message."""

    when: str
    author: str
    text: str


def is_discord_text(text: str) -> bool:
    """Whether a text is a channel exported by DiscordChatExporter."""
    return re.match(_HEADER, text) is not None


def parse_discord_text(content: Content, text: str) -> Document:
    """The document in such a text, whose source is the server. It does not say which messages are of bots."""
    found = re.match(_HEADER, text)
    guild, channel, body = (found["guild"], found["channel"], text[found.end() :]) if found else ("", "", text)
    firsts: list[_Line] = []
    texts: list[list[str]] = []
    above = ""
    for line in re.sub(_FOOTER, "\n", body).split("\n"):
        begins = re.match(_DISCORD_MESSAGE, line)
        if begins and not above.strip() and is_moment(begins["when"]):
            firsts.append(_Line(begins["when"], re.sub(r"#\d{4}$", "", begins["author"]), ""))
            texts.append([])
        elif texts:
            texts[-1].append(line)
        above = line
    messages = [
        Message(author=first.author, text=message, date=when)
        for first, when, lines in zip(firsts, moments([first.when for first in firsts]), texts, strict=True)
        if (message := _discord_message(lines)) and not is_system_message(message)
    ]
    return Document(
        name=content.name,
        title="#" + channel.rpartition(" / ")[2].strip() if channel else content.stem,
        source=guild.strip() or content.name,
        blocks=tuple(blocks_of_messages(messages)),
    )


def _discord_message(lines: Sequence[str]) -> str:
    """The text of a message, with that of its cards."""
    kept: list[str] = []
    part = ""
    for line in lines:
        if line in (*_LEFT_OUT, _EMBED):
            part = line
        elif not line.strip() and part != _EMBED:
            part = ""
            kept.append("")
        elif part not in _LEFT_OUT and not (part == _EMBED and re.match(_ADDRESS, line)):
            kept.append(line)
    return plain_text(re.sub(r"\n{2,}", "\n", "\n".join(kept)))


def is_text_log(text: str) -> bool:
    """Whether most lines of a text have a time and a name, and names come again, as in a chat and not in a timetable."""
    lines = [line for line in islice(text.split("\n"), _LOOKED_AT) if line.strip()]
    found = [first for line in lines if (first := _first_line(line))]
    names = Counter(first.author for first in found)
    return (
        len(found) >= max(_FEWEST_MESSAGES, len(lines) / 2)
        and len(names) < len(found)
        and not any(re.match(_LEVELS, name) for name in names)
    )


def parse_text_log(content: Content, text: str) -> Document:
    """The document in such a log: conversations, without notices of the program."""
    firsts: list[_Line] = []
    days: list[date | None] = []
    texts: list[list[str]] = []
    day: date | None = None
    is_message = False
    for line in text.split("\n"):
        if first := _first_line(line):
            firsts.append(first)
            days.append(day)
            texts.append([first.text])
            is_message = True
        elif new_day := parse_day(line):
            day = new_day
            is_message = False
        elif re.match(_BEGINS_WITH_TIME, line):
            is_message = False
        elif is_message:
            texts[-1].append(line)
    whens = moments([first.when for first in firsts])
    messages = (
        Message(author=first.author, text="\n".join(lines).strip(), date=when or _on(day, first.when))
        for first, day, when, lines in zip(firsts, days, whens, texts, strict=True)
    )
    return Document(
        name=content.name,
        title=content.stem,
        source=content.name,
        blocks=tuple(blocks_of_messages(message for message in messages if message.text)),
    )


def _first_line(line: str) -> _Line | None:
    found = re.match(_LOG_MESSAGE, line)
    if found is None or not is_moment(when := found["when"] or found["bare"]):
        return None
    return _Line(when, (found["nick"] or found["author"]).strip(), found["text"])


def _on(day: date | None, when: str) -> str | None:
    found = re.fullmatch(TIME, when.strip())
    return time_on(day, found) if found else None
