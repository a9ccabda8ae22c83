"""Loads a Discord channel exported by DiscordChatExporter in JSON."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from index.documents.conversations import Message, blocks_of_messages, distinct_names
from index.errors import ContentNotExport
from index.loaders.content import Content
from index.types import Document

# The types of messages that people write; the others report joins, pins, calls and the like.
_USER_MESSAGE_TYPES = {"Default", "Reply"}
# The type of the result of a poll: a number where DiscordChatExporter has no name for it.
_POLL_RESULT_TYPES = {"PollResult", "46"}
# The id of the server of direct messages in such exports.
_NO_GUILD = "0"
# Bold and hidden text, and emoji of the server.
_MARKUP = (
    (r"\*\*(?! )([^*\n]+)(?<! )\*\*", r"\1"),
    (r"\|\|(?! )([^|\n]+)(?<! )\|\|", r"\1"),
    (r"<a?(:\w{1,40}:)\d{1,25}>", r"\1"),
)
_CHANNELS_URL = "https://discord.com/channels"


def parse_discord_export(content: Content, export: Any) -> Document:
    """The document in an exported channel, whose source is the server. Messages of bots are left out.

    Raises ContentNotExport for any other JSON.
    """
    try:
        guild, channel = export["guild"], export["channel"]
        title, source = "#" + str(channel["name"]), str(guild["name"])
        channel_url = f"{_CHANNELS_URL}/{'@me' if guild['id'] == _NO_GUILD else guild['id']}/{channel['id']}"
        messages = list(_messages(export["messages"], channel_url))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ContentNotExport(path=content.path) from error
    return Document(
        name=content.name, title=title, source=source, url=channel_url, blocks=tuple(blocks_of_messages(messages))
    )


def _messages(messages: list[dict[str, Any]], channel_url: str) -> Iterator[Message]:
    authors = [message["author"] for message in messages]
    names = distinct_names((_identity(author), _name(author), str(author["name"])) for author in authors)
    for message in messages:
        author = message["author"]
        if author.get("isBot") or message["type"] not in _USER_MESSAGE_TYPES | _POLL_RESULT_TYPES:
            continue
        parsed = Message(
            author=names[_identity(author)],
            text=_text(message),
            date=str(message["timestamp"]),
            url=f"{channel_url}/{message['id']}",
            id=str(message["id"]),
            replies_to=_replied_to_id(message),
            author_id=_identity(author),
            edited=message.get("timestampEdited"),
        )
        if parsed.text:
            yield parsed
        if forwarded := _text(message.get("forwardedMessage") or {}):
            # The export does not say who wrote a forwarded message.
            yield parsed._replace(
                author=f"{parsed.author}（転送）",
                text=forwarded,
                author_id=f"{parsed.author_id} forwarded",
                edited=None,
            )


def _identity(author: dict[str, Any]) -> str:
    return str(author.get("id") or author["name"])


def _name(author: dict[str, Any]) -> str:
    return str(author.get("nickname") or author["name"])


def _replied_to_id(message: dict[str, Any]) -> str:
    reference = message.get("reference") or {}
    return "" if reference.get("type") == "Forward" else str(reference.get("messageId") or "")


def _text(message: dict[str, Any]) -> str:
    """The text of a message with its embeds and its poll."""
    parts = [plain_text(str(message.get("content") or ""))]
    parts += [_embed_text(embed) for embed in message.get("embeds") or ()]
    if poll := message.get("poll"):
        parts += [_poll_text(poll.get("question"))]
        parts += ["・" + answer for option in poll.get("answers") or () if (answer := _poll_answer(option))]
    return "\n".join(filter(None, parts))


def plain_text(text: str) -> str:
    """A text without the marks of bold and of hidden text, and without the ids of emoji."""
    for markup, plain in _MARKUP:
        text = re.sub(markup, plain, text)
    return text.strip()


def _embed_text(embed: dict[str, Any]) -> str:
    fields = [(str(field.get("name") or ""), str(field.get("value") or "")) for field in embed.get("fields") or ()]
    values = dict(fields)
    if question := values.get("poll_question_text"):
        # The result of a poll has fields with names for programs.
        return f"{question}\n{values.get('victor_answer_text', '')}".strip()
    author = (embed.get("author") or {}).get("name")
    parts = [author, embed.get("title"), embed.get("description")]
    parts += [": ".join(filter(None, (name.strip(), value.strip()))) for name, value in fields]
    parts.append((embed.get("footer") or {}).get("text"))
    return "\n".join(plain_text(str(part)) for part in parts if part)


def _poll_text(of_poll: Any) -> str:
    """The text of a poll's question or answer, which some versions save as a string and others as an object."""
    return str((of_poll.get("text") if isinstance(of_poll, dict) else of_poll) or "").strip()


def _poll_answer(option: Any) -> str:
    """A poll's answer, with its votes where they are saved."""
    if not isinstance(option, dict):
        return _poll_text(option)
    text = _poll_text(option) or _poll_text(option.get("pollMedia") or option.get("poll_media"))
    votes = next((option[name] for name in ("voteCount", "votes", "count") if isinstance(option.get(name), int)), None)
    return text if votes is None or not text else f"{text}: {votes}"
