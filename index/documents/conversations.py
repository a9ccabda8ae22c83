"""Messages of a channel to blocks: what was said in one conversation is quoted together."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from index.documents.passages import LONGEST
from index.types import Block

# Who writes again after a longer pause begins something new.
PAUSE = timedelta(minutes=10)
_ASKS = re.compile(r"(?:[?？]|(?:です|ます|でしょう)か|教えて(?:ください|下さい)?|知りたい(?:です)?)[。．.!！\s]*$")


class Message(NamedTuple):
    """Something said in a channel. `date` and `edited` are as they were written, in ISO 8601.

    `id`, `replies_to` and `author_id` may be empty. People are told apart by `author_id`; where there is none, by name.
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
    """What to call each of some people, given their id, name and account: by name, and by account too where several share it."""
    names: dict[str, tuple[str, str]] = {}
    for identity, name, account in people:
        names[identity] = (name, account)
    counts = Counter(name for name, _ in names.values())
    return {
        identity: f"{name}（{account}）" if counts[name] > 1 and account not in {"", name} else name
        for identity, (name, account) in names.items()
    }


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
    date = first.edited or first.date
    if len({message.author_id or message.author for message in conversation}) == 1:
        text = "\n".join(message.text for message in conversation)
        return Block(text, speaker=first.author or None, date=date, url=first.url)
    text = "\n".join(f"{message.author}: {message.text}" for message in conversation)
    return Block(text, date=date, url=first.url)
