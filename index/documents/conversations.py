"""Groups the messages of a channel into conversations, each of which becomes one block."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from index.documents.grouping import LONGEST_PASSAGE
from index.types import Block

# A message after a longer pause than this begins a new conversation.
_LONGEST_PAUSE = timedelta(minutes=10)
_QUESTION = re.compile(r"(?:[?？]|(?:です|ます|でしょう)か|教えて(?:ください|下さい)?|知りたい(?:です)?)[。．.!！\s]*$")


class Message(NamedTuple):
    """A message of a channel. `date` and `edited` are in ISO 8601.

    `id`, `replies_to` and `author_id` may be empty. Authors are identified by `author_id`, or by name where it is empty.
    """

    author: str
    text: str
    date: str | None = None
    url: str | None = None
    id: str = ""
    replies_to: str = ""
    author_id: str = ""
    edited: str | None = None


def distinct_names(people: Iterable[tuple[str, str, str]]) -> dict[str, str]:
    """The display name of each person by id, given ids, names and accounts; equal names have the account added."""
    names: dict[str, tuple[str, str]] = {}
    for identity, name, account in people:
        names[identity] = (name, account)
    counts = Counter(name for name, _ in names.values())
    return {
        identity: f"{name}（{account}）" if counts[name] > 1 and account not in {"", name} else name
        for identity, (name, account) in names.items()
    }


def blocks_of_messages(messages: Iterable[Message]) -> list[Block]:
    """A block for each conversation in a channel, in the order in which they began.

    A reply belongs to the conversation of what it replies to; another message to that of the one before it, if the
    pause between them was short. A conversation ends where it would be longer than a passage.
    """
    conversations: list[list[Message]] = []
    conversation_of: dict[str, list[Message]] = {}
    current: list[Message] = []
    previous: Message | None = None
    for message in messages:
        replied_to = conversation_of.get(message.replies_to) if message.replies_to else None
        if replied_to is not None and fits(replied_to, message):
            current = replied_to
        elif (
            replied_to is not None or previous is None or after_a_pause(previous, message) or not fits(current, message)
        ):
            current = []
            conversations.append(current)
        current.append(message)
        if message.id:
            conversation_of[message.id] = current
        previous = message
    return [block for conversation in conversations if any(map(str.isalnum, (block := block_of(conversation)).text))]


def fits(conversation: Sequence[Message], message: Message) -> bool:
    """Whether a conversation with one more message is still short enough for one passage."""
    return len(block_of([*conversation, message]).text) <= LONGEST_PASSAGE


def after_a_pause(previous: Message, following: Message) -> bool:
    """Whether a message comes a long pause after the previous one; False where a date is missing."""
    before, after = _parsed(previous.date), _parsed(following.date)
    return before is not None and after is not None and abs(after - before) > _LONGEST_PAUSE


def only_asks(conversation: Sequence[Message]) -> bool:
    """Whether every line of a conversation is a question, so that it answers nothing."""
    return all(_QUESTION.search(line) for message in conversation for line in message.text.split("\n") if line.strip())


def _parsed(date: str | None) -> datetime | None:
    try:
        time = datetime.fromisoformat(date or "")
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def block_of(conversation: Sequence[Message]) -> Block:
    """A conversation as a block: of one author as a quotation; of several with the author before each message."""
    first = conversation[0]
    date = first.edited or first.date
    if len({message.author_id or message.author for message in conversation}) == 1:
        text = "\n".join(message.text for message in conversation)
        return Block(text, speaker=first.author or None, date=date, url=first.url)
    text = "\n".join(f"{message.author}: {message.text}" for message in conversation)
    return Block(text, date=date, url=first.url)
