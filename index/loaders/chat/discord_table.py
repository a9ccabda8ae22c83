"""A channel of Discord as DiscordChatExporter saves it in CSV, to a document: without servers' and messages' ids."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import datetime

from index.documents.conversations import Message, blocks_of_messages, distinct_names
from index.loaders.content import Content
from index.types import Document

_BEGINS = ["AuthorID", "Author", "Date", "Content"]
# What DiscordChatExporter writes for a message of the system, and how it names a file by itself.
_OF_THE_SYSTEM = (
    r"^(?:Joined the server\.|Pinned a message\.|Started a thread\.|Started a call.*|Added .* to the group\."
    r"|Removed .* from the group\.|Left the group\.|Changed the channel (?:name|icon).*)$"
)
_FILE_NAME = r"^(?P<guild>.+?) - (?:.+ - )?(?P<channel>[^\[]+?) \[\d+\]"


def is_discord_export(names: Sequence[str]) -> bool:
    """Whether these are the columns of such a table."""
    return list(names[: len(_BEGINS)]) == _BEGINS


def parse_discord_table(content: Content, rows: Sequence[Sequence[str]]) -> Document:
    """The document in such a table; title and source are from the file's name, as DiscordChatExporter gives it."""
    named = re.match(_FILE_NAME, content.stem)
    return Document(
        name=content.name,
        title="#" + named["channel"] if named else content.stem,
        source=named["guild"] if named else content.name,
        blocks=tuple(blocks_of_messages(_messages(rows[1:]))),
    )


def _messages(rows: Sequence[Sequence[str]]) -> Iterator[Message]:
    said = [row for row in rows if len(row) >= len(_BEGINS)]
    names = distinct_names((row[0], re.sub(r"#\d{4}$", "", row[1]), row[1].rpartition("#")[2]) for row in said)
    for row in said:
        if row[3].strip() and not re.match(_OF_THE_SYSTEM, row[3]):
            yield Message(author=names[row[0]], text=row[3].strip(), date=_date(row[2]), author_id=row[0])


def _date(text: str) -> str | None:
    """Newer versions write ISO 8601; what older ones wrote depends on whose computer it was."""
    try:
        return datetime.fromisoformat(text).isoformat()
    except ValueError:
        return None
