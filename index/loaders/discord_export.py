"""A channel of Discord as DiscordChatExporter saves it in JSON, to a document."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from index.conversations import Message, blocks_of_messages
from index.errors import ContentNotExport
from index.loaders.content import Content
from index.types import Document

# Of all kinds of messages, those that somebody wrote; others tell of joins, pins, calls and the like.
_WRITTEN = {"Default", "Reply"}
# DiscordChatExporter gives direct messages this in place of a server's id.
_NO_GUILD = "0"
_ADDRESS = "https://discord.com/channels"


def parse_discord_export(content: Content) -> Document:
    """The document in a saved channel, whose source is the server. What bots wrote is left out.

    Raises ContentNotExport for any other JSON.
    """
    try:
        export = json.loads(content.text())
        guild, channel = export["guild"], export["channel"]
        title, source = "#" + str(channel["name"]), str(guild["name"])
        place = f"{_ADDRESS}/{'@me' if guild['id'] == _NO_GUILD else guild['id']}/{channel['id']}"
        messages = list(_messages(export["messages"], place))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ContentNotExport(path=content.path) from error
    return Document(
        name=content.name, title=title, source=source, url=place, blocks=tuple(blocks_of_messages(messages))
    )


def _messages(written: list[dict[str, Any]], place: str) -> Iterator[Message]:
    for message in written:
        author = message["author"]
        text = str(message["content"]).strip()
        if not text or author.get("isBot") or message["type"] not in _WRITTEN:
            continue
        yield Message(
            author=str(author.get("nickname") or author["name"]),
            text=text,
            date=str(message["timestamp"]),
            url=f"{place}/{message['id']}",
            id=str(message["id"]),
            replies_to=str((message.get("reference") or {}).get("messageId") or ""),
        )
