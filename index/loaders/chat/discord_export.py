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
        parts += _poll_lines(poll)
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
        # The result of a poll has fields with names for programs; it has no victor where several have as many votes.
        answer, votes = values.get("victor_answer_text"), values.get("victor_answer_votes")
        total = values.get("total_votes")
        return "\n".join(
            filter(None, (question, f"{answer}: {votes}/{total}" if answer and votes and total else answer))
        )
    author = (embed.get("author") or {}).get("name")
    parts = [author, embed.get("title"), embed.get("description")]
    parts += [": ".join(filter(None, (name.strip(), value.strip()))) for name, value in fields]
    parts.append((embed.get("footer") or {}).get("text"))
    return "\n".join(plain_text(str(part)) for part in parts if part)


def _poll_lines(poll: dict[str, Any]) -> Iterator[str]:
    """The question of a poll, and its answers, each with its votes where they are saved."""
    yield _poll_text(poll.get("question"))
    results = poll.get("results") or {}
    counts = results.get("answers") or results.get("answer_counts") or ()
    votes = {result.get("id"): result.get("count") for result in counts}
    for answer in poll.get("answers") or ():
        fields = answer if isinstance(answer, dict) else {"text": answer}
        text = _poll_text(fields) or _poll_text(fields.get("pollMedia") or fields.get("poll_media"))
        # An answer that nobody chose is not among the results.
        count = votes.get(fields.get("id", fields.get("answer_id")), 0) if votes else fields.get("votes")
        if text:
            yield f"・{text}" if count is None else f"・{text}: {count}"


def _poll_text(of_poll: Any) -> str:
    """The text of a poll's question or answer: DiscordChatExporter saves a string, Discord has an object."""
    return str((of_poll.get("text") if isinstance(of_poll, dict) else of_poll) or "").strip()
