"""A channel of Discord as DiscordChatExporter saves it in JSON, to a document."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from index.documents.conversations import Message, blocks_of_messages, distinct_names
from index.errors import ContentNotExport
from index.loaders.content import Content
from index.types import Document

# Of all kinds of messages, those that somebody wrote; others tell of joins, pins, calls and the like.
_WRITTEN = {"Default", "Reply"}
# How a poll that has ended is told: by a number, where DiscordChatExporter has no name for it.
_POLL_ENDED = {"PollResult", "46"}
# DiscordChatExporter gives direct messages this in place of a server's id.
_NO_GUILD = "0"
_ADDRESS = "https://discord.com/channels"


def parse_discord_export(content: Content, export: Any) -> Document:
    """The document in a saved channel, whose source is the server. What bots wrote is left out.

    Raises ContentNotExport for any other JSON.
    """
    try:
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
    authors = [message["author"] for message in written]
    names = distinct_names((_identity(author), _name(author), str(author["name"])) for author in authors)
    for message in written:
        author = message["author"]
        if author.get("isBot") or message["type"] not in _WRITTEN | _POLL_ENDED:
            continue
        said = Message(
            author=names[_identity(author)],
            text=_text(message),
            date=str(message["timestamp"]),
            url=f"{place}/{message['id']}",
            id=str(message["id"]),
            replies_to=_replied_to(message),
            author_id=_identity(author),
            edited=message.get("timestampEdited"),
        )
        if said.text:
            yield said
        if forwarded := _text(message.get("forwardedMessage") or {}):
            # Whose words they are is not saved: they are not those of whoever passed them on.
            yield said._replace(
                author=f"{said.author}（転送）", text=forwarded, author_id=f"{said.author_id} forwarded", edited=None
            )


def _identity(author: dict[str, Any]) -> str:
    return str(author.get("id") or author["name"])


def _name(author: dict[str, Any]) -> str:
    return str(author.get("nickname") or author["name"])


def _replied_to(message: dict[str, Any]) -> str:
    reference = message.get("reference") or {}
    return "" if reference.get("type") == "Forward" else str(reference.get("messageId") or "")


def _text(message: dict[str, Any]) -> str:
    """All that a reader sees of a message: what was written, the cards under it, and a poll."""
    parts = [str(message.get("content") or "").strip()]
    parts += [_card(embed) for embed in message.get("embeds") or ()]
    if poll := message.get("poll"):
        parts += [_worded(poll.get("question"))]
        parts += ["・" + answer for option in poll.get("answers") or () if (answer := _answer(option))]
    return "\n".join(filter(None, parts))


def _card(embed: dict[str, Any]) -> str:
    fields = [(str(field.get("name") or ""), str(field.get("value") or "")) for field in embed.get("fields") or ()]
    ended = dict(fields)
    if question := ended.get("poll_question_text"):
        # A poll's result names its fields for programs.
        return f"{question}\n{ended.get('victor_answer_text', '')}".strip()
    author = (embed.get("author") or {}).get("name")
    parts = [author, embed.get("title"), embed.get("description")]
    parts += [": ".join(filter(None, (name.strip(), value.strip()))) for name, value in fields]
    parts.append((embed.get("footer") or {}).get("text"))
    return "\n".join(str(part).strip() for part in parts if part)


def _worded(of_poll: Any) -> str:
    """The text of a poll's question or answer, which some versions save as a text and others as an object with it."""
    return str((of_poll.get("text") if isinstance(of_poll, dict) else of_poll) or "").strip()


def _answer(option: Any) -> str:
    """A poll's answer, with its votes where they are saved."""
    if not isinstance(option, dict):
        return _worded(option)
    text = _worded(option) or _worded(option.get("pollMedia") or option.get("poll_media"))
    votes = next((option[name] for name in ("voteCount", "votes", "count") if isinstance(option.get(name), int)), None)
    return text if votes is None or not text else f"{text}: {votes}"
