"""Messages of a channel to blocks: what was said in one conversation is quoted together."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from index.passages import LONGEST
from index.types import Block

# Who writes again after a longer pause begins something new.
PAUSE = timedelta(minutes=10)
_ASKS = re.compile(r"(?:[?？]|(?:です|ます|でしょう)か|教えて(?:ください|下さい)?|知りたい(?:です)?)[。．.!！\s]*$")


class Message(NamedTuple):
    """Something said in a channel. `id` and `replies_to` may be empty; `date` is as it was written, in ISO 8601."""

    author: str
    text: str
    date: str | None = None
    url: str | None = None
    id: str = ""
    replies_to: str = ""


def blocks_of_messages(messages: Iterable[Message]) -> list[Block]:
    """The conversations in a channel, in the order in which they began.

    A reply belongs to the conversation of what it replies to; another message to that of the one before it, if the
    pause between them was short. A conversation ends where it would be too long to be quoted.
    """
    conversations: list[list[Message]] = []
    of_message: dict[str, list[Message]] = {}
    current: list[Message] = []
    last: Message | None = None
    for message in messages:
        answered = of_message.get(message.replies_to) if message.replies_to else None
        if answered is not None and fits(answered, message):
            current = answered
        elif answered is not None or last is None or after_a_pause(last, message) or not fits(current, message):
            current = []
            conversations.append(current)
        current.append(message)
        if message.id:
            of_message[message.id] = current
        last = message
    return [block for conversation in conversations if any(map(str.isalnum, (block := block_of(conversation)).text))]


def fits(conversation: Sequence[Message], message: Message) -> bool:
    """Whether a conversation with one message more can still be quoted as a whole."""
    return len(block_of([*conversation, message]).text) <= LONGEST


def after_a_pause(last: Message, message: Message) -> bool:
    """Whether there is a long pause between two messages; where no time is known, there is none."""
    before, after = _time(last.date), _time(message.date)
    return before is not None and after is not None and abs(after - before) > PAUSE


def only_asks(conversation: Sequence[Message]) -> bool:
    """Whether a conversation has questions and no answers: quoted, it would only say again what somebody wants to know."""
    return all(_ASKS.search(line) for message in conversation for line in message.text.split("\n") if line.strip())


def _time(date: str | None) -> datetime | None:
    try:
        time = datetime.fromisoformat(date or "")
    except ValueError:
        return None
    return time if time.tzinfo else time.replace(tzinfo=UTC)


def block_of(conversation: Sequence[Message]) -> Block:
    """What one author said is quoted as said; of several, each line that begins with an author says whose it is."""
    first = conversation[0]
    authors = {message.author for message in conversation}
    if len(authors) == 1:
        text = "\n".join(message.text for message in conversation)
        return Block(text, speaker=first.author or None, date=first.date, url=first.url)
    text = "\n".join(f"{message.author}: {message.text}" for message in conversation)
    return Block(text, date=first.date, url=first.url)
