"""Loads a chat exported by LINE as text, in Japanese or English."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from index.documents.conversations import Message, blocks_of_messages
from index.loaders.chat.times import TIME, parse_day, time_on
from index.types import Document

_HEADER = r"\s*\[LINE\] ?(?P<title>[^\n]+)\n"
_EXPORT_DATE = r"^(?:保存日時|Saved on)\s*[:：]"
_WEEKDAY = r"[月火水木金土日]曜日?[)）]?\s*$"
_TAB_SEPARATED = rf"^{TIME}\t(?P<author>[^\t\n]*)(?:\t(?P<text>.*))?$"
_SPACE_SEPARATED = rf"^{TIME} (?P<line>.*)$"
# Notices of the program, which begin with a name.
_NOTICE = (
    r"^(?P<name>.{1,40}?)が(?:グループに参加し|グループを退会し|退出し|.{1,40}を(?:グループに)?招待し"
    r"|メッセージの送信を取り消し)ました。?$"
)
_TITLE = r"^(?:Chat (?:history )?(?:with|in) )?(?P<name>.+?)(?:との|の)?(?:トーク履歴)?$"
_LATIN_NAME = r"[A-Z][a-z]+\.?$"
_JAPANESE_NAME = r"[^\W\d_a-zA-Z]{1,5}"
_MOST_WORDS_IN_NAME = 4
_BARE_DATE = r"\d{4}[/.年-]\d{1,2}[/.月-]\d{1,2}日?"
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
    messages = [message for message in _messages(body, title) if not re.match(_NOT_TEXT, message.text)]
    return Document(name=name, title=title, source=name, blocks=tuple(blocks_of_messages(messages)))


def _messages(text: str, title: str) -> Iterator[Message]:
    has_tabs = re.search(rf"(?m)^{TIME}\t", text) is not None
    pattern = re.compile(_TAB_SEPARATED if has_tabs else _SPACE_SEPARATED)
    names: set[str] = set() if has_tabs else _names_with_spaces(text, title)
    day: date | None = None
    current: Message | None = None
    previous = ""
    for line in text.split("\n"):
        found = pattern.match(line)
        # A date in the middle of a message is a part of it, but for one with its weekday.
        new_day = None if found or (previous.strip() and not re.search(_WEEKDAY, line)) else _day(line)
        previous = line
        if found or new_day:
            if current:
                yield _unquoted(current)
            current = None
        if new_day:
            day = new_day
            previous = ""
        elif found:
            author, message = (found["author"], found["text"]) if has_tabs else _divided(found["line"], names)
            if author.strip() and message:
                current = Message(author=author.strip(), text=message, date=time_on(day, found))
        elif current:
            current = current._replace(text=f"{current.text}\n{line}")
    if current:
        yield _unquoted(current)


def _names_with_spaces(text: str, title: str) -> set[str]:
    """The names of authors that have a space, of messages whose parts are divided by spaces alone.

    They are those that the title or a notice names, and what messages begin with again and again. Two words in Japanese
    are also a name where every message has a third.
    """
    lines = [found["line"].strip() for found in re.finditer(f"(?m){_SPACE_SEPARATED}", text)]
    told = [found["name"] for line in lines if (found := re.match(_NOTICE, line))]
    told += [found["name"] for found in [re.match(_TITLE, title)] if found]
    names = {name for name in told if " " in name}
    authors: dict[str, list[list[str]]] = {}
    for line in lines:
        if " " in line and not re.match(_NOTICE, line):
            words = line.split(" ", 2)
            authors.setdefault(words[0], []).append(words)
    always_three = all(len(words) > 2 for messages in authors.values() for words in messages)
    for first, messages in authors.items():
        seconds = Counter(words[1] for words in messages)
        are_names = all(len(words) > 2 for words in messages) and all(
            times > 2
            if re.match(_LATIN_NAME, second)
            else re.fullmatch(_JAPANESE_NAME, second) and (times > 1 or (always_three and len(lines) > 1))
            for second, times in seconds.items()
        )
        names |= {f"{first} {second}" for second in seconds} if are_names else set()
    return names


def _divided(line: str, names: set[str]) -> tuple[str, str]:
    """The author and the text of a message; without a text for a notice."""
    if re.match(_NOTICE, line):
        return "", ""
    words = line.split(" ", _MOST_WORDS_IN_NAME)
    prefixes = (" ".join(words[:count]) for count in range(len(words) - 1, 1, -1))
    author = next((prefix for prefix in prefixes if prefix in names), words[0])
    return author, line.removeprefix(author).strip()


def _unquoted(message: Message) -> Message:
    """A message without the quotation marks that LINE puts around several lines."""
    text = message.text.strip()
    if "\n" in text and len(text) > 1 and text.startswith('"') and text.endswith('"'):
        text = text[1:-1].replace('""', '"').strip()
    return message._replace(text=text)


def _day(line: str) -> date | None:
    return None if re.match(f"{_EXPORT_DATE}|{_BARE_DATE}$", line.strip()) else parse_day(line)
