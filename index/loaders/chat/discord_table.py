"""Loads a Discord channel exported by DiscordChatExporter in CSV, which has no ids of servers and messages."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from index.documents.conversations import Message, blocks_of_messages, distinct_names
from index.loaders.chat.discord_export import plain_text
from index.loaders.content import Content
from index.types import Document

_HEADER = ["AuthorID", "Author", "Date", "Content"]
# What DiscordChatExporter writes for a system message, and its default file name.
_SYSTEM_MESSAGE = (
    r"^(?:Joined the server\.|Pinned a message\.|Started a thread\.|Started a call.*|Added .* to the group\."
    r"|Removed .* from the group\.|Left the group\.|Changed the channel (?:name|icon).*)$"
)
_FILE_NAME = r"^(?P<guild>.+?) - (?:.+ - )?(?P<channel>[^\[]+?) \[\d+\]"


def is_discord_table(names: Sequence[str]) -> bool:
    """Whether a table with these columns is such an export."""
    return list(names[: len(_HEADER)]) == _HEADER


def is_system_message(text: str) -> bool:
    """Whether a text is what DiscordChatExporter writes for a system message."""
    return re.match(_SYSTEM_MESSAGE, text) is not None


def parse_discord_table(content: Content, rows: Sequence[Sequence[str]]) -> Document:
    """The document in such a table; title and source come from the default file name, if it has that."""
    file_name = re.match(_FILE_NAME, content.stem)
    return Document(
        name=content.name,
        title="#" + file_name["channel"] if file_name else content.stem,
        source=file_name["guild"] if file_name else content.name,
        blocks=tuple(blocks_of_messages(_messages(rows[1:]))),
    )


def _messages(rows: Sequence[Sequence[str]]) -> Iterator[Message]:
    complete = [row for row in rows if len(row) >= len(_HEADER)]
    names = distinct_names((row[0], re.sub(r"#\d{4}$", "", row[1]), row[1].rpartition("#")[2]) for row in complete)
    for row in complete:
        if row[3].strip() and not is_system_message(row[3]):
            yield Message(author=names[row[0]], text=plain_text(row[3]), date=_date(row[2]), author_id=row[0])


def _date(text: str) -> str | None:
    """The date in ISO 8601, as newer versions write it; older ones wrote it in the format of the exporting computer."""
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        return None
